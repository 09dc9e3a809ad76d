"""Where every number was checked: estimators and analyses with the program, the data and the tolerance, from the reference tests themselves."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evaluation.contract.documenting import made
from evaluation.output.pages import Grid, Heading, Text, as_markdown

_FOLDER = Path(__file__).parents[3] / "tests" / "reference"
_STATISTICS = "analyses.statistics."
_LABELS = ("data", "name", "example", "set")
_ABOUT = (
    "Every estimator below is held to numbers from outside by a test in `tests/reference`: the R script that made them lies in "
    "`tests/reference/r` under the same name as the test, what it printed in `tests/reference/values`. The tolerance is the largest "
    "relative difference that a test allows, from its strictest line to its loosest; iterative and simulated numbers have the wider ones. "
    "Coverage of intervals and size of tests stand in the pages on simulation."
)


@dataclass(frozen=True, slots=True)
class _Proof:
    """One reference test: what it says it does, names imported by module, and names with the tolerances of each test function."""

    name: str
    told: str
    imported: dict[str, tuple[str, ...]]
    functions: tuple[tuple[frozenset[str], tuple[float, ...]], ...]
    shared: tuple[float, ...]
    values: tuple[str, ...]

    def tolerances(self, names: set[str] | None = None) -> str:
        """Of the test functions that use one of the names, or of what they share; of all without names."""
        found = {size for used, sizes in self.functions if names is None or used & names for size in sizes} or set(self.shared)
        return " to ".join(f"{size:g}" for size in sorted({min(found), max(found)})) if found else "1e-06"

    def programs(self) -> str:
        """With versions, as the scripts wrote them."""
        return "; ".join(dict.fromkeys(program for stem in self.values for program in _programs(stem))) or "see the test"

    def data(self) -> str:
        """Names of the data sets or worked examples."""
        return ", ".join(dict.fromkeys(label for stem in self.values for label in _data(stem)))


def pages() -> dict[str, str]:
    """One page; none where the tests are not there, as in an installed package."""
    found = _proofs()
    if not found:
        return {}
    tests = [[f"`{proof.name}`", proof.told, proof.programs(), proof.data(), proof.tolerances()] for proof in found]
    blocks = [
        Heading(1, "Where every number was checked"),
        Text(_ABOUT),
        Heading(2, "Estimators, in `analyses/statistics`"),
        Grid("", ["Estimators", "Test", "Tolerance"], sorted(_estimators(found))),
        Heading(2, "The tests, of estimators and of whole runs"),
        Grid("", ["Test", "What it does", "Program", "Data", "Tolerance"], tests),
        made("en"),
    ]
    return {"proof.md": as_markdown(blocks)}


def _estimators(found: tuple[_Proof, ...]) -> Iterator[list[str]]:
    for proof in found:
        for module, names in proof.imported.items():
            functions = sorted(name for name in names if name[0].islower()) if module.startswith(_STATISTICS) else []
            if functions:
                what = f"`{module.removeprefix(_STATISTICS)}`: {', '.join(f'`{name}`' for name in functions)}"
                yield [what, f"`{proof.name}`", proof.tolerances(set(functions))]


@cache
def _proofs() -> tuple[_Proof, ...]:
    return tuple(_read(path) for path in sorted(_FOLDER.glob("test_*.py")))


def _read(path: Path) -> _Proof:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    imported: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            imported[node.module] = tuple(alias.name for alias in node.names)
    told = (ast.get_docstring(tree) or "").split("\n")[0].rstrip(".")
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    functions = tuple(
        (frozenset(name.id for name in ast.walk(node) if isinstance(name, ast.Name)), tuple(_sizes(node, constants)))
        for node in tree.body
        if _is_test(node)
    )
    shared = [size for node in tree.body if not _is_test(node) for size in _sizes(node, constants)]
    named = re.findall(r"([a-z_]+)\.json|(?:values|reference)\(\"([a-z_]+)\"", text)
    stems = dict.fromkeys(stem for found in named for stem in found if stem and _value_file(stem).is_file())
    return _Proof(path.stem, told, imported, functions, tuple(shared), tuple(stems))


def _is_test(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def _sizes(node: ast.AST, constants: dict[str, object]) -> Iterator[float]:
    """Relative tolerances of a test: numbers, constants of the module, and the numbers of an assigned `tolerance`."""
    for found in ast.walk(node):
        if isinstance(found, ast.keyword) and found.arg in ("rel", "rtol"):
            value = found.value
            yield from _numbers(ast.Constant(constants.get(value.id)) if isinstance(value, ast.Name) else value)
        elif isinstance(found, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "tolerance" for t in found.targets):
            yield from _numbers(found.value)


def _numbers(node: ast.AST) -> Iterator[float]:
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, float) and 0 < found.value < 1:
            yield found.value


def _value_file(stem: str) -> Path:
    return _FOLDER / "values" / f"{stem}.json"


@cache
def _values(stem: str) -> dict:
    return json.loads(_value_file(stem).read_text(encoding="utf-8"))


def _programs(stem: str) -> Iterator[str]:
    """`R 4.2.2, survival 3.5.3`: as the script wrote them, in one of three forms."""
    given = _values(stem)
    words = re.sub(r"R version ([\d.]+)[^)]*\)", r"R \1,", given.get("program", "")).strip(" ,")
    packages = given.get("packages", {})
    named = [f"{name} {version}" for name, version in packages.items()] if isinstance(packages, dict) else []
    others = [f"{name} {given[name]}" for name in given if isinstance(given[name], str) and name != "program"]
    yield ", ".join(part for part in (words, *named, *others) if part)


def _data(stem: str) -> Iterator[str]:
    for part in _values(stem).values():
        if isinstance(part, list):
            yield from (str(row[label]) for row in part if isinstance(row, dict) for label in _LABELS if label in row)
        elif isinstance(part, dict) and all(isinstance(value, dict) for value in part.values()):
            yield from (name for name in part if not name.isdigit())
