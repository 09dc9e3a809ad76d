"""The floors of the house: who may import whom, in modules and in the Python cells of documents."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("evaluation", "analyses", "reports", "data_schemas")
# longest match first: what a place may import of ours
MAY_IMPORT = {
    "analyses/statistics": ("analyses.statistics",),
    "data_schemas": ("data_schemas",),
    "analyses": ("analyses", "data_schemas"),
    "reports": ("reports", "data_schemas.evidence"),
    "evaluation": OURS,
    "notebooks": ("evaluation",),
}
SCIENCE = {"numpy", "scipy", "pandas", "statsmodels", "lifelines"}


def _sources(folder: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix == ".py" and "__pycache__" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
        if path.suffix == ".qmd":
            yield path, "\n".join(re.findall(r"^```\{python\}\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S))


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, allowed: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in allowed)


@pytest.mark.parametrize("place", MAY_IMPORT)
def test_a_floor_imports_only_what_lies_below_it(place):
    deeper = [ROOT / other for other in MAY_IMPORT if other != place and other.startswith(f"{place}/")]
    found = 0
    for path, source in _sources(place):
        if any(inner in path.parents for inner in deeper):
            continue
        found += 1
        ours = [name for name in _imports(source) if name.split(".")[0] in OURS]
        assert all(_within(name, MAY_IMPORT[place]) for name in ours), (path.relative_to(ROOT), ours)
    assert found or place == "notebooks"


def test_estimators_know_only_the_libraries_of_science():
    for path, source in _sources("analyses/statistics"):
        roots = {name.split(".")[0] for name in _imports(source)}
        assert roots <= SCIENCE | sys.stdlib_module_names | {"analyses"}, (path.name, roots)


def test_the_documents_hold_python_cells_that_are_checked():
    cells = [source for path, source in _sources("reports") if path.suffix == ".qmd" and source.strip()]
    assert cells and any("reports" in source for source in cells)
