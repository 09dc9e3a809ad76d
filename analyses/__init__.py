"""The analyses: one module per question, found by walking this package.

Each has `NAME`, `MEASURES` (what every measure is for disclosure control), `wanted(plan)` and `run(cohort, plan)`.

What a row is about stands in five columns, which together name it within its file:

* `outcome`: `<instrument>:<informant>`, the events that count joined by `+`, or the column of the contract;
* `measure`: one estimate with one kind of interval; a variant has a measure of its own (`g`, `g_bootstrap`);
* `arm`: `all`, an arm, or `a - b` (first minus second);
* `subgroup`: empty, or `key=value`, several joined by `;`: `gender=girl` for people, `method=nunnally_kotsch`, `criterion=c`,
  `assumption=cautious`, `limit=most_gain`, `before=1;later=4` for what is not about who; a bare category or descriptor where `outcome` or `measure`
  says of what (shares of a descriptor, what people who stayed and left differ in);
* `time`: the later moment, `baseline`, or the week.

Rows do not come and go with the data: a category that nobody is in has its row as well.
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
