"""The submitted tables, one module each with a `TABLE`; found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from data_schemas.column import Table


@cache
def tables() -> dict[str, Table]:
    """All tables by name, those that a submission needs first.

    >>> list(tables())
    ['treatments', 'events', 'measurements']
    """
    found = [import_module(f"{__name__}.{module.name}").TABLE for module in iter_modules(__path__)]
    return {table.name: table for table in sorted(found, key=lambda table: (not table.needed, table.name))}
