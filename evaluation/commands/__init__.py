"""The commands, one module each; found by walking this package.

A module has `PLACE` (its place in the help: the road from template to report) and either `command`, a function that Typer
understands, or `GROUP`, a Typer of commands. Its name is the command's name. A command is a thin layer over a function, which it
imports when it runs: `evaluation --help` must not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def commands() -> dict[str, ModuleType]:
    """Every command's module by the command's name, in the order of the help."""
    names = [found.name for found in iter_modules(__path__) if not found.name.startswith("_")]
    modules = {name: import_module(f"{__name__}.{name}") for name in names}
    return dict(sorted(modules.items(), key=lambda item: item[1].PLACE))
