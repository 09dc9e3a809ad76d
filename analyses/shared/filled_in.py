"""Change from one score per person and moment, as measured or with a guess where there is none: rows for everyone, each arm, the comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.longitudinal import Longitudinal
from analyses.shared.recording import fields, why
from analyses.statistics.change.paired_change import MeanEstimate, mean_with_interval
from analyses.statistics.missing.rubin_pooling import Pooled
from analyses.statistics.missing.single_imputation import at_end_of_scale, baseline_carried_forward, last_carried_forward
from analyses.statistics.models.linear_model import least_squares
from analyses.statistics.models.model import Contrast
from data_schemas.plan import Plan

FILLED_IN = "score, filled in"
"""Unit of changes in which guesses count: beside those measured they would tell how many were not, so the door makes them coarser."""
AT_END = "score, filled in at an end"
"""The same with guesses at an end of the scale: the best less the worst case is the share that is missing times the scale."""
CHANGE = "later minus baseline as scored"
PAIRED, TWO_GROUPS = "paired t interval and test", "difference in mean change, t interval and test with one variance"

_COMPLETE = (
    CHANGE
    + "; complete cases: people with both scores, all others left out; {test}; with 150 people, of whom those who do badly leave "
    "sooner, it holds the truth in 91 of 100 studies"
)
_BASELINE = (
    CHANGE
    + "; baseline carried forward: everyone with a baseline, whoever was not measured later counts as unchanged; {test}. Only "
    "right where leaving undoes a change, and too sure of itself: it counts a guess as if it were measured"
)
_CASE = (
    CHANGE
    + "; {case} case: everyone with a baseline, missing later scores at the {case} end of the scale ({ends}); {test}. A bound, no "
    "estimate: whatever the missing scores were, the change lies between worst case and best case"
)
_LOCF = (
    CHANGE + "; last score carried forward: everyone with a baseline, whoever left stays for ever as last seen; {test}. "
    "Only to show how wrong this is: it takes leaving for standing still and counts a guess as if it were measured"
)

Approach = Callable[[Cohort, Plan, Longitudinal], Iterator[dict]]


def complete_cases(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    """People with both scores."""
    return _changes(plan, table, table.scores, table.scores, "complete cases", _COMPLETE)


def last_carried(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    """Whoever left as last seen."""
    filled = last_carried_forward(table.scores)
    for row in _changes(plan, table, filled, filled, "locf", _LOCF):
        yield row | {"unit": FILLED_IN}


def baseline_carried(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
    """Whoever left as at baseline."""
    filled = baseline_carried_forward(table.scores)
    for row in _changes(plan, table, filled, filled, "baseline carried forward", _BASELINE):
        yield row | {"unit": FILLED_IN}


def extreme_case(case: str) -> Approach:
    """Whoever left at the end of the scale that is the `best` (the `worst`); in a comparison those of the second arm at the other end."""

    def found(cohort: Cohort, plan: Plan, table: Longitudinal) -> Iterator[dict]:
        if not np.isfinite(table.scale).all():
            method = _CASE.replace("{case}", case).replace("{ends}", "not known")
            nothing = np.full_like(table.scores, np.nan)
            for row in _changes(plan, table, nothing, nothing, f"{case} case", method):
                yield row | {"unit": AT_END, "method": why(method.format(test=PAIRED), "no_range")}
            return
        first, second = table.scale if table.higher_is_better == (case == "worst") else table.scale[::-1]
        method = _CASE.replace("{case}", case).replace("{ends}", f"{first:g}; of the second arm in a comparison {second:g}")
        own, others = (at_end_of_scale(table.scores, end) for end in (first, second))
        for row in _changes(plan, table, own, others, f"{case} case", method):
            yield row | {"unit": AT_END}

    return found


def _changes(plan: Plan, table: Longitudinal, scores, of_second, approach: str, method: str) -> Iterator[dict]:
    """`mean_change` at every later moment from scores of shape (people, moments), NaN for those left out.

    `of_second`: the scores of the second arm in a comparison. `n` counts those who were measured, not filled in.
    """
    for k, moment in enumerate(table.moments[1:], start=1):
        change, second, seen = scores[:, k] - table.scores[:, 0], of_second[:, k] - table.scores[:, 0], table.changed[:, k]
        known = ~np.isnan(change)
        for arm, who in groups(table):
            part = change[who & known]
            # scores as 12.3 - 7.3 and 10 - 5: changes alike but for rounding
            spread = len(part) > 1 and np.ptp(part) > 1e-9 * max(1.0, float(np.abs(part).max()))
            sd = float(part.std(ddof=1)) if spread else 0.0
            answer = mean_with_interval(float(part.mean()) if len(part) else np.nan, sd, len(part))
            words = method.replace("{test}", PAIRED)
            yield table.in_scale(answer_row("mean_change", approach, arm, moment, int((who & seen).sum()), answer, words))
        if compared(plan, table):
            one, two = (table.arm == table.arms.index(arm) for arm in plan.comparison.arms)
            answer, n = _difference(change[one & known], second[two & known]), int(((one | two) & seen).sum())
            arms, words = " - ".join(plan.comparison.arms), method.replace("{test}", TWO_GROUPS)
            yield table.in_scale(answer_row("mean_change", approach, arms, moment, n, answer, words))


def _difference(one: np.ndarray, two: np.ndarray) -> Contrast:
    if not len(one) or not len(two):
        return Contrast(np.nan, reason="empty_group")
    first = np.repeat([1.0, 0.0], [len(one), len(two)])
    columns = np.column_stack([np.ones(len(first)), first])
    return least_squares(np.concatenate([one, two]), columns, ["intercept", "first"]).one("first")


def groups(table: Longitudinal) -> Iterator[tuple[str, np.ndarray]]:
    """Everyone, and each arm when there is more than one: names with booleans per person."""
    yield "all", np.ones(len(table.people), bool)
    if len(table.arms) > 1:
        for code, arm in enumerate(table.arms):
            yield arm, table.arm == code


def compared(plan: Plan, table: Longitudinal) -> bool:
    """Whether both planned arms are there."""
    return plan.comparison is not None and set(plan.comparison.arms) <= set(table.arms)


def answer_row(
    measure: str, approach: str, arm: str, moment: str, n: int, answer: MeanEstimate | Contrast | Pooled, method: str
) -> dict:
    """A statistic's answer by one approach as columns of a row."""
    return {"measure": measure, "subgroup": approach, "arm": arm, "time": moment, "n": n} | fields(answer, method)
