"""The analyses: one module per question, found by walking this package.

Each has `NAME`, `MEASURES` (what every measure is for disclosure control), `wanted(plan)` and `run(cohort, plan)`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


@cache
def analyses() -> dict[str, ModuleType]:
    """Every analysis by its name, in alphabetical order of their modules."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if not found.ispkg)
    return {module.NAME: module for module in modules if hasattr(module, "NAME")}
