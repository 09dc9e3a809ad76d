"""Re-victimisation: how long until it happens again, by arm, from the weekly counts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, events_outcome, first_events
from analyses.statistics.event_counts import EventCounts, event_counts, from_rounded
from analyses.statistics.log_rank import log_rank
from analyses.statistics.restricted_mean import restricted_mean, restricted_mean_difference
from analyses.statistics.survival_curve import (
    Estimate,
    SurvivalCurve,
    quantile_weeks,
    survival_at,
    survival_curve,
    survival_difference,
)
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, WeeklyTally, rows
from data_schemas.words import Words

NAME = "revictimisation"
MEASURES = {
    "at_risk": Declared("count", Words("nog gevolgd", "at risk"), "count"),
    "events": Declared("count", Words("gebeurtenissen", "events"), "count"),
    "survival": Declared("derived", Words("zonder gebeurtenis", "without an event"), "share"),
    "median_weeks": Declared("derived", Words("mediane tijd", "median time"), "weeks"),
    "restricted_mean_weeks": Declared(
        "derived", Words("gemiddelde tijd zonder gebeurtenis", "mean time without an event"), "weeks"
    ),
    "restricted_mean_difference": Declared("derived", Words("verschil in gemiddelde tijd", "difference in mean time"), "weeks"),
    "survival_difference": Declared(
        "derived", Words("verschil in aandeel zonder gebeurtenis", "difference in share without an event"), "share"
    ),
    "log_rank_chi2": Declared("derived", Words("log-rangtoets", "log-rank test"), "statistic"),
}


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """The weekly counts per arm, and everything that follows from them."""
    found = first_events(cohort, plan, plan.events)
    groups = [
        event_counts(found.week[who], found.happened[who].astype(np.int64), causes=1)
        for who in (found.selection.analysed & (cohort.arm_codes == code) for code in range(len(cohort.arms)))
    ]
    weeks = max((group.weeks for group in groups), default=1)
    groups = [group + event_counts(np.empty(0, int), np.empty(0, int), causes=1, weeks=weeks) for group in groups]
    wanted, pairs = plan.events, _pairs(cohort.arms, plan)

    def derive(events: np.ndarray, censored: np.ndarray, grid: np.ndarray) -> pd.DataFrame:
        return rows(NAME, list(_records(cohort.arms, events, censored, grid, wanted, pairs)))

    horizons = tuple(sorted({*wanted.horizons_weeks, wanted.restricted_mean_weeks}))
    return Result(
        NAME,
        MEASURES,
        rows(NAME, []),
        weekly=(
            WeeklyTally(
                cohort.arms,
                np.stack([group.events for group in groups]),
                np.stack([group.censored for group in groups]),
                horizons,
                derive,
            ),
        ),
    )


def _pairs(arms: tuple[str, ...], plan: Plan) -> list[tuple[int, int]]:
    """Every pair of arms, the plan's comparison in the plan's order."""
    pairs = list(combinations(range(len(arms)), 2))
    if plan.comparison is None:
        return pairs
    planned = tuple(arms.index(arm) for arm in plan.comparison.arms)
    return [planned if set(pair) == set(planned) else pair for pair in pairs]


def _records(
    arms: tuple[str, ...],
    events: np.ndarray,
    censored: np.ndarray,
    grid: np.ndarray,
    wanted: Events,
    pairs: list[tuple[int, int]],
) -> Iterator[dict]:
    base = {"outcome": events_outcome(wanted)}
    zero = f"weeks from {wanted.time_zero} of treatment; {', '.join(wanted.certainty)}"
    counts = [from_rounded(*parts) for parts in zip(events, censored)]
    everyone = from_rounded(events.sum(axis=0), censored.sum(axis=0))
    groups = [("all", everyone)] + list(zip(arms, counts)) * (len(arms) > 1)
    curves = {name: survival_curve(group) for name, group in groups}
    for name, curve in curves.items():
        group = {"arm": name, "n": curve.at_risk[0], "events": curve.events.sum()}
        for record in _curve(curve, grid, wanted, zero):
            yield base | group | record
    if len(arms) > 1:
        for record in _comparisons(arms, counts, curves, wanted, pairs, zero):
            yield base | record


def _curve(curve: SurvivalCurve, grid: np.ndarray, wanted: Events, zero: str) -> Iterator[dict]:
    cumulative = np.cumsum(curve.events)
    for week in grid:
        at, time = min(week, len(cumulative) - 1), {"time": str(week)}
        at_risk = curve.at_risk[week] if week < len(curve.at_risk) else 0
        yield time | {
            "measure": "at_risk",
            "estimate": at_risk,
            "unit": "people",
            "method": f"people at risk in the week; {zero}",
        }
        yield time | {
            "measure": "events",
            "estimate": cumulative[at],
            "unit": "people",
            "method": f"people with a first event up to and including the week; {zero}",
        }
        yield time | {
            "measure": "survival",
            "unit": "share",
            **_fields(survival_at(curve, week), f"Kaplan-Meier, log-log interval; {zero}"),
        }
    yield {
        "measure": "median_weeks",
        "unit": "weeks",
        **_fields(
            quantile_weeks(curve, 0.5),
            f"median of the Kaplan-Meier curve, middle of a flat 0.5, Brookmeyer-Crowley log-log interval; {zero}",
        ),
    }
    yield {
        "measure": "restricted_mean_weeks",
        "time": str(wanted.restricted_mean_weeks),
        "unit": "weeks",
        **_fields(
            restricted_mean(curve, wanted.restricted_mean_weeks),
            f"area under the Kaplan-Meier curve, Greenwood-type variance; {zero}",
        ),
    }


def _comparisons(
    arms: tuple[str, ...],
    counts: list[EventCounts],
    curves: dict[str, SurvivalCurve],
    wanted: Events,
    pairs: list[tuple[int, int]],
    zero: str,
) -> Iterator[dict]:
    sizes = {arm: count.size for arm, count in zip(arms, counts)}
    totals = {arm: count.all_events.sum() for arm, count in zip(arms, counts)}
    for one, other in pairs:
        a, b = arms[one], arms[other]
        pair = {"arm": f"{a} - {b}", "n": sizes[a] + sizes[b], "events": totals[a] + totals[b]}
        for week in wanted.horizons_weeks:
            yield pair | {
                "measure": "survival_difference",
                "time": str(week),
                "unit": "share",
                **_fields(
                    survival_difference(curves[a], curves[b], week),
                    f"difference of Kaplan-Meier estimates, normal interval; {zero}",
                ),
            }
        yield pair | {
            "measure": "restricted_mean_difference",
            "time": str(wanted.restricted_mean_weeks),
            "unit": "weeks",
            **_fields(
                restricted_mean_difference(curves[a], curves[b], wanted.restricted_mean_weeks),
                f"difference of restricted means, normal interval; {zero}",
            ),
        }
        yield pair | _log_rank([counts[one], counts[other]], zero)
    if len(arms) > 2:
        yield {"arm": "all", "n": sum(sizes.values()), "events": sum(totals.values())} | _log_rank(counts, zero)


def _log_rank(groups: list[EventCounts], zero: str) -> dict:
    test = log_rank(groups)
    method = f"log-rank test, {test.df} df; {zero}"
    return {
        "measure": "log_rank_chi2",
        "unit": "chi-squared",
        "estimate": test.chi2,
        "p_value": test.p_value,
        "df": np.nan,
        "method": f"{test.reason}: {method}" if test.reason else method,
    }


def _fields(answer: Estimate, method: str) -> dict:
    return {
        "estimate": answer.estimate,
        "ci_low": answer.ci_low,
        "ci_high": answer.ci_high,
        "std_error": answer.std_error,
        "p_value": answer.p_value,
        "method": f"{answer.reason}: {method}" if answer.reason else method,
    }
