"""A room as an index: it shows the names that its modules have, and loads a module only when one of its names is asked for."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType


class Room(ModuleType):
    """A package whose names are those of its stub, `__init__.pyi`, which `python -m evaluation.contract.documenting` writes.

    A module and its estimator may have one name: `events.log_rank` is the function, whichever was imported first. The import system
    binds every module that it loads on its package, where it would hide the function; here it does not. The module itself is there for
    `from analyses.statistics.events.log_rank import log_rank`.
    """

    def __getattr__(self, name: str) -> object:
        names = _names(self.__name__)
        if name == "__all__":
            return list(names)
        if name not in names:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(names[name]), name)
        setattr(self, name, value)
        return value

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in _names(self.__name__)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted(_names(self.__name__))


@cache
def _names(room: str) -> dict[str, str]:
    """The module in which each name of a room is, from the imports of the stub."""
    folder = Path(__file__).parent / room.rpartition(".")[2]
    tree = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8"))
    return {alias.name: node.module for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
