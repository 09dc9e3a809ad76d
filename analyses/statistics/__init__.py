"""The estimators: arrays (or counts) in, a small frozen result out. They know the libraries of science, and nothing of the house.

A room per subject, and each room is an index: `dir(events)` after `from analyses.statistics import events` shows what there is,
`events.log_rank(...)` gives it, and `estimators()` lists all of them with one line each, as the page `docs/estimators.md`. What a room
needs for itself begins with an underscore.

One vocabulary for all results, each number or array alike; `tests/house/test_vocabulary.py` holds it:

* `estimate`, `std_error`, `ci_low`, `ci_high`, `p_value`, `df`: an answer, and what belongs to it **on the scale of the estimate**;
* `statistic`, `df`, `p_value`: a test;
* `names`, `coefficients`, `std_error`, `ci_low`, `ci_high`, `p_value`, `covariance`: a model, on the scale of its coefficients; what
  is turned into ratios says so (`hazard_ratio`, `hazard_ratio_ci_low`, `hazard_ratio_ci_high`; `odds_ratio` likewise);
* `confidence`: of the interval, 0 to 1; `reason`: why there is no answer, a code of the list `not_estimable`; None when there is one;
* `n`: people, `events`: events, `clients`: people with rows of their own, `rows`: those rows.

Of arguments: `week` is the whole week in which something happened or ended, `at_week` (`at_weeks`) the week (weeks) at which an answer is wanted,
`horizon_weeks`, `follow_up_weeks` a length of time; half weeks are refused by `_weeks.whole_weeks`, with one message. Models take
`response` and `design` with `names`, events models `week`, `event`, `covariates`. Singular names, also for arrays.
"""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType


def estimators() -> dict[str, str]:
    """Every estimator by room and name, with the first sentence of its docstring; nothing is loaded for it.

    >>> estimators()["hazards.cox_model"]
    'Fit a Cox model by maximum partial likelihood.'
    """
    found = {}
    for room in __dir__():
        for path in sorted((Path(__file__).parent / room).glob("[a-z]*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found[f"{room}.{node.name}"] = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
    return found


def __getattr__(name: str) -> ModuleType:
    if name not in __dir__():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    return sorted(found.name for found in iter_modules(__path__) if found.ispkg)
