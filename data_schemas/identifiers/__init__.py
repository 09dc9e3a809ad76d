"""Direct identifiers, one module each with an `IDENTIFIER`; found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from data_schemas.identifier import Identifier


@cache
def identifiers() -> dict[str, Identifier]:
    """Every identifier by its name.

    >>> "bsn" in identifiers()
    True
    """
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return {module.IDENTIFIER.name: module.IDENTIFIER for module in modules}
