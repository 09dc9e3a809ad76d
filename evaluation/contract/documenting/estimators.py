"""The estimators: every one with one line, and why some are our own code where libraries exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from analyses.statistics import estimators
from evaluation.contract.documenting import made
from evaluation.contract.documenting._stubs import modules, rooms
from evaluation.output.pages import Block, Grid, Heading, Text, as_markdown

OWN = r"Own\s+code\s+because\s+"
LIBRARIES = ("lifelines", "statsmodels", "scipy")
_LIST = (
    "Arrays (or counts) in, a small frozen result out. `from analyses.statistics import events`, then `events.log_rank(...)`; "
    "`analyses.statistics.estimators()` gives this list. Where each was checked against another program: [proof](proof.md)."
)
_WHY = (
    "statsmodels, lifelines and scipy were chosen for this project, and what they have right is theirs, behind a small frozen result. Own "
    "code stays where a library is wrong, lacks it, or cannot work on counts. Each module says which, in its own docstring; the list is "
    "made from those. What libraries are known to have wrong is tested as it stands: when one of them is mended, a test says so."
)


def pages() -> dict[str, str]:
    """Two pages, in English as the code is."""
    return {"estimators.md": as_markdown(_estimators()), "own-code.md": as_markdown(_own_code())}


def _estimators() -> list[Block]:
    blocks: list[Block] = [Heading(1, "The estimators"), Text(_LIST)]
    for room in rooms():
        lines = {name: line for name, line in estimators().items() if name.startswith(f"{room.name}.")}
        blocks += [
            Heading(2, f"`{room.name}`"),
            Text(_docstring(room / "__init__.py")),
            Grid("", ["Estimator", "What it does"], [[f"`{name}`", line] for name, line in lines.items()]),
        ]
    return [*blocks, made("en")]


def _own_code() -> list[Block]:
    own, theirs = [], []
    for path in (path for room in rooms() for path in modules(room)):
        name, used = f"`{path.parent.name}.{path.stem}`", ", ".join(libraries(path))
        if reason := own_because(path):
            own.append([name, reason, used])
        else:
            theirs.append([name, _docstring(path).partition("\n")[0], used])
    return [
        Heading(1, "Own code, and what is the libraries'"),
        Text(_WHY),
        Heading(2, "Own code"),
        Grid("", ["Module", "Why", "Uses of the libraries"], own),
        Heading(2, "The libraries'"),
        Grid("", ["Module", "What", "By"], theirs),
        made("en"),
    ]


def own_because(path: Path) -> str:
    """Why a module is own code, as its docstring says; empty when it does not."""
    found = re.search(OWN + r"(.+?)(?:\n\n|\Z)", _docstring(path), re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def libraries(path: Path) -> list[str]:
    """Which libraries a module imports anywhere; the special functions of scipy, for quantiles and tails, do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return [
        name for name in LIBRARIES if any(f"{module}.".startswith(f"{name}.") and module != "scipy.special" for module in found)
    ]


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
