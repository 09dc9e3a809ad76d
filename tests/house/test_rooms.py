"""The rooms of the house: few modules side by side, none too long, and none that import each other in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("evaluation", "analyses", "reports", "data_schemas")
SIDE_BY_SIDE, LINES = 15, 300
# Rooms whose every file is a member that is found by walking: they grow, and nobody has to read the row to find the way.
MEMBERS = {
    "analyses": "a question each",
    "evaluation/commands": "a command each",
    "analyses/statistics/hazards": "an estimator each; the room is their index",
}
# Declarations as data: cases that hold and that fail stand beside each rule, words beside each column.
DATA = ("data_schemas/rules", "data_schemas/tables")


@cache
def _modules() -> dict[str, Path]:
    """Every module by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "__pycache__" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def _rooms() -> dict[str, int]:
    """How many modules stand side by side in each folder, its face (`__init__`) not counted."""
    counted: dict[str, int] = {}
    for path in _modules().values():
        if path.name != "__init__.py":
            room = path.parent.relative_to(ROOT).as_posix()
            counted[room] = counted.get(room, 0) + 1
    return counted


def test_no_room_has_many_modules_side_by_side():
    crowded = {room: count for room, count in _rooms().items() if count > SIDE_BY_SIDE and room not in MEMBERS}
    assert not crowded, "group them by what they are about"


def test_exceptions_are_needed():
    assert all(_rooms()[room] >= SIDE_BY_SIDE for room in MEMBERS)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_long(package):
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in _modules().values()
        if path.relative_to(ROOT).parts[0] == package
        and path.parent.relative_to(ROOT).as_posix() not in DATA
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert not long, "find the second thing that it does"


def _imports(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Our modules that one imports, wherever in it: a name is a module, or stands in one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            found = next((part for part in (name, name.rpartition(".")[0]) if part in known), None)
            if found:
                yield found


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle; none when there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_modules_import_each_other_in_a_circle():
    known = _modules()
    imports = {name: set(_imports(path, known)) - {name} for name, path in known.items()}
    assert not circle(imports)


def test_a_circle_would_be_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
