"""Validation rules, one module per table (and `cells` and `files` for what holds everywhere); found by walking this package."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from data_schemas.finding import Rule, TableRule


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code.

    >>> rules()["cell-out-of-range"].severity
    'error'
    """
    found: dict[str, Rule] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, Rule) and found.setdefault(value.code, value) is not value:
                raise ValueError(f"two rules have the code {value.code}")
    return found


def table_rules() -> tuple[TableRule, ...]:
    """The rules beyond one cell, in order of their codes."""
    return tuple(rule for _, rule in sorted(rules().items()) if isinstance(rule, TableRule))
