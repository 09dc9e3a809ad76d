"""How the answers of the analyses are shown, one module per question; found by walking this package.

A module has `ANALYSES` (whose results it shows), `PLACE` (its order on the first page) and `headlines(evidence, lang)`: what the
first page says of it, as Markdown sentences. Whatever else it offers is called by its own section in `reports/sections`. An
analysis that no module names is shown by `reports.others`, so that nothing in the evidence can be left out of a report.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from data_schemas.evidence import Evidence


@cache
def answers() -> tuple[ModuleType, ...]:
    """Every module, in the order of the first page."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(sorted((module for module in modules if hasattr(module, "ANALYSES")), key=lambda module: module.PLACE))


def unnamed(evidence: Evidence) -> tuple[str, ...]:
    """The analyses in the evidence that no module shows."""
    named = {name for module in answers() for name in module.ANALYSES}
    return tuple(sorted(set(evidence.results) - named))
