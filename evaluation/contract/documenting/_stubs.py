"""The stubs of the estimators' rooms: which names each has, for the room itself and for a type checker."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import analyses.statistics

_MADE = "# Made by `python -m evaluation.contract.documenting` from the public names of the modules.\n"
_LINE = 128


def stubs() -> dict[Path, str]:
    """The text of `__init__.pyi` of every room."""
    return {folder / "__init__.pyi": _stub(folder) for folder in rooms()}


def rooms() -> list[Path]:
    """The folders of the rooms, in alphabetical order."""
    return [Path(place) / name for place in analyses.statistics.__path__ for name in dir(analyses.statistics)]


def modules(room: Path) -> list[Path]:
    """The public modules of a room."""
    return sorted(room.glob("[a-z]*.py"))


def public_names(tree: ast.Module) -> Iterator[str]:
    """Functions, classes and names of types that a module defines, in its own order; constants are its own business."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        else:
            found = []
        yield from (name for name in found if not name.startswith("_") and not name.isupper())


def homes(room: Path) -> Iterator[tuple[str, str]]:
    """Every public name of a room with its module."""
    for path in modules(room):
        for name in sorted(public_names(ast.parse(path.read_text(encoding="utf-8")))):
            yield name, path.stem


def _stub(room: Path) -> str:
    return _MADE + "".join(_line(f"analyses.statistics.{room.name}.{module}", name) for name, module in homes(room))


def _line(module: str, name: str) -> str:
    """An import, laid out as the formatter does."""
    short = f"from {module} import {name} as {name}"
    return f"{short}\n" if len(short) <= _LINE else f"from {module} import (\n    {name} as {name},\n)\n"
