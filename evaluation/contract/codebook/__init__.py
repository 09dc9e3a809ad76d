"""The codebook: the contract as a data dictionary, one module per format; found by walking this package.

A module that is a format has `FORMAT`, `ENDING` and `codebook(lang)`, which gives the text of one file.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


@cache
def formats() -> dict[str, ModuleType]:
    """Every format by its name.

    >>> list(formats())
    ['frictionless', 'html', 'md', 'redcap']
    """
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {module.FORMAT: module for module in modules if hasattr(module, "FORMAT")}
