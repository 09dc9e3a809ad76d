"""The categories of a planned descriptor as parts of those analysed, and the correction of their tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.baseline import categories
from analyses.shared.cohort import Cohort
from analyses.statistics.inference.multiplicity import holm
from data_schemas.plan import Plan

SMALLEST_CELL = 10
"""Fewest people on each side of an interaction (in each arm): below, it says nothing and leads people astray."""
P_WORDS = {"holm": "p corrected over the planned subgroups of this outcome and moment (Holm)", "none": "p not corrected"}
_UNTOLD = ("unknown", "missing", "not_applicable")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The analysed people of one category, and those of all other known categories; `twin` is the part whose test this mirrors."""

    name: str
    inside: np.ndarray
    outside: np.ndarray
    twin: str | None = None


def parts(cohort: Cohort, column: str, analysed: np.ndarray) -> list[Part]:
    """A part for every category of a descriptor that says something, whether anyone is in it or not."""
    codes, names = categories(cohort, column)
    told = [code for code, name in enumerate(names) if name not in _UNTOLD]
    known = analysed & np.isin(codes, told)
    used = [code for code in told if (known & (codes == code)).any()]
    return [
        Part(
            f"{column}={names[code]}",
            known & (codes == code),
            known & (codes != code),
            f"{column}={names[used[0]]}" if len(used) == 2 and code == used[1] else None,
        )
        for code in told
    ]


def adjusted_p(plan: Plan, told: list[Part], p_values: dict[str, float]) -> dict[str, float]:
    """p of every part as the plan wants it, over the tests of all parts; two that mirror each other are one test."""
    family = [part.name for part in told if part.twin is None]
    given = np.array([p_values[name] for name in family], float)
    found = dict(zip(family, holm(given) if plan.multiplicity == "holm" else given))
    return {part.name: found[part.twin or part.name] for part in told}
