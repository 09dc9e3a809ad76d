"""From a statistic's answer to a row of results; shared by the analyses of change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from analyses.shared.certainty import EXACT_SHARE, certainty
from analyses.shared.cohort import Cohort, Selection, events_outcome, first_events, pairs
from analyses.statistics.proportions.proportion import exact_interval
from data_schemas.plan import Measure, Plan
from data_schemas.result import INSIDE

NUMBERS = ("estimate", "std_error", "ci_low", "ci_high", "p_value", "df")

ONE_SIDED = "nearly-ended-by-one-side"
"""Whom two tables count, but for those who had no session: the name under which disclosure control knows them (`Tally.also`)."""

UNBOUNDED = (-np.inf, np.inf)
"""The scale of an instrument whose lowest and highest score are not known."""
STAYS_INSIDE = {"population": INSIDE}
"""Columns of a row that is for whoever holds the data: beside others of the same counts it would narrow these, whatever their number."""


def why(method: str, reason: str | None) -> str:
    """The method, after the reason when there is no estimate.

    >>> why("mean", "empty_group")
    'empty_group: mean'
    """
    return f"{reason}: {method}" if reason else method


def fields(answer: Any, method: str) -> dict:
    """A statistic's numbers and its method as columns of a row; of a test the statistic is the estimate."""
    numbers = {name: getattr(answer, name) for name in NUMBERS if hasattr(answer, name)}
    if hasattr(answer, "statistic"):
        numbers.setdefault("estimate", answer.statistic)
    return numbers | {"method": why(method, answer.reason)}


def within(record: dict, least: float, most: float) -> dict:
    """A row whose limits lie where what it estimates can: a mean in the scale of its scores, a share in 0 to 1.

    >>> within({"estimate": 38.0, "ci_low": 33.0, "ci_high": 43.0}, 0, 40)["ci_high"]
    40.0
    """
    limits = {name: float(np.clip(record[name], least, most)) for name in ("ci_low", "ci_high") if name in record}
    return record | limits | {"least": least, "most": most}


def scale_of(cohort: Cohort, measure: Measure) -> tuple[float, float]:
    """The lowest and the highest score there is; infinite where the instrument has none."""
    instrument = cohort.instruments[measure.instrument]
    low, high = instrument.minimum, instrument.maximum
    return -np.inf if low is None else low, np.inf if high is None else high


def change_scale(scale: tuple[float, float]) -> tuple[float, float]:
    """The largest fall and rise of a score within a scale."""
    return scale[0] - scale[1], scale[1] - scale[0]


def outcome_name(measure: Measure) -> str:
    """The outcome's name in results."""
    return f"{measure.instrument}:{measure.informant}"


def sign_of(cohort: Cohort, measure: Measure) -> int:
    """1 where higher is better, -1 where lower is."""
    return 1 if cohort.instruments[measure.instrument].higher_is_better else -1


def arm_groups(cohort: Cohort, analysed: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Everyone analysed, and each arm when there is more than one: names with booleans per person."""
    yield "all", analysed
    if len(cohort.arms) > 1:
        for code, arm in enumerate(cohort.arms):
            yield arm, analysed & (cohort.arm_codes == code)


def arm_counts(arms: Sequence[str], counts: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Counts of shape (arms, ...) as everyone together, and each arm when there is more than one."""
    return [("all", counts.sum(axis=0))] + list(zip(arms, counts)) * (len(arms) > 1)


def arm_pairs(cohort: Cohort, plan: Plan) -> list[tuple[int, int]]:
    """The planned comparison; without one, every pair of arms."""
    if plan.comparison is None:
        return list(combinations(range(len(cohort.arms)), 2))
    first, second = plan.comparison.arms
    return [(cohort.arms.index(first), cohort.arms.index(second))]


def selections(cohort: Cohort, plan: Plan) -> Iterator[tuple[str, str, Selection]]:
    """Every planned outcome and moment, and who can be analysed."""
    for measure in plan.measures:
        for moment in measure.moments:
            yield outcome_name(measure), moment, pairs(cohort, measure, moment).selection
    if plan.events is not None:
        yield events_outcome(plan.events), "", first_events(cohort, plan.events).selection


def cell_counts(arm: np.ndarray, cell: np.ndarray, arms: int, cells: int) -> np.ndarray:
    """People per arm and cell, flat; in the order of `reshape(arms, cells)`.

    >>> cell_counts(np.array([0, 1, 1]), np.array([2, 0, 0]), 2, 3).tolist()
    [0, 0, 1, 2, 0, 0]
    """
    return np.bincount(arm.astype(np.int64) * cells + cell, minlength=arms * cells)


def share(count: float, total: float, method: str, reason: str | None = None) -> dict:
    """A share of people with its exact interval, as columns of a row; with a reason why it cannot be told (nobody is one) no more than that.

    The words are the same with a reason as without: they may not tell which it is.
    """
    base, told = {"unit": "share", "n": total}, method + certainty(EXACT_SHARE)
    if reason or total == 0:
        return base | {"method": why(told, reason or "empty_group")}
    low, high = exact_interval(count, total)
    return base | {"estimate": count / total, "events": count, "ci_low": low, "ci_high": high, "method": told}


def largest_share(amounts: np.ndarray) -> float:
    """The share of a total that one person has: of amounts per person (events, weeks, marks), 0 to 1; NaN when there is nothing.

    Disclosure control holds back a mean or rate that one person dominates: the (1, 50) rule (ABS DataLab, output rules). Negative
    amounts count by their size, as that rule has it.

    >>> largest_share(np.array([6, 1, 1, 2])), largest_share(np.array([0, 0]))
    (0.6, nan)
    """
    sizes = np.abs(np.asarray(amounts, float))
    total = sizes.sum()
    return float(sizes.max() / total) if total > 0 else np.nan
