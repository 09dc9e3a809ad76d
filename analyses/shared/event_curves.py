"""Rows of curves and their comparisons from weekly counts, exact or rounded: what follows from the counts and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from analyses.statistics.events.event_counts import EventCounts, from_rounded
from analyses.statistics.events.log_rank import Weighting, log_rank
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference, restricted_mean_ratio
from analyses.statistics.events.survival_curve import (
    Estimate,
    SurvivalCurve,
    quantile_weeks,
    survival_at,
    survival_curve,
    survival_difference,
    survival_ratio,
)
from data_schemas.plan import Events, Plan

WEIGHTED: tuple[tuple[str, Weighting, float, float, str], ...] = (
    ("gehan_breslow_log_rank_chi2", "gehan", 0, 0, "Gehan-Breslow weights (number at risk)"),
    ("tarone_ware_log_rank_chi2", "tarone-ware", 0, 0, "Tarone-Ware weights (root of the number at risk)"),
    ("peto_peto_log_rank_chi2", "peto-peto", 0, 0, "Peto-Peto weights (product of 1 - d / (n + 1))"),
    ("fleming_harrington_1_0_log_rank_chi2", "fleming-harrington", 1, 0, "Fleming-Harrington(1, 0) weights (S(t-))"),
    ("fleming_harrington_0_1_log_rank_chi2", "fleming-harrington", 0, 1, "Fleming-Harrington(0, 1) weights (1 - S(t-))"),
)
NORMAL = "normal interval (somewhat narrow with fewer than 50 people per group)"
"""Covers 92 to 93 % with 20 people per group, 95 % with 50: docs/simulation-events.md."""
_QUANTILES = (("quantile_25_weeks", 0.25, "week by which 25 % had the event"), ("median_weeks", 0.5, "median"))
_QUANTILES += (("quantile_75_weeks", 0.75, "week by which 75 % had the event"),)


@dataclass(frozen=True, eq=False)
class CurveGroups:
    """Counts of the disjoint groups that are drawn and compared, and of everyone together."""

    names: tuple[str, ...]
    counts: tuple[EventCounts, ...]
    everyone: EventCounts

    def drawn(self) -> dict[str, EventCounts]:
        """All together, and each group when there are more than one."""
        return {"all": self.everyone} | (dict(zip(self.names, self.counts)) if len(self.names) > 1 else {})

    @cached_property
    def curves(self) -> tuple[SurvivalCurve, ...]:
        """The survival curve of each group."""
        return tuple(survival_curve(counts) for counts in self.counts)


def groups_from(
    names: tuple[str, ...], events: np.ndarray, censored: np.ndarray, entered: np.ndarray | None = None
) -> CurveGroups:
    """Groups from counts of shape (groups, causes, weeks) and (groups, weeks), which may have been rounded."""
    came = [None] * len(names) if entered is None else list(entered)
    counts = tuple(from_rounded(*parts) for parts in zip(events, censored, came))
    total = counts[0]
    for more in counts[1:]:
        total = total + more
    return CurveGroups(names, counts, total)


def time_words(wanted: Events) -> str:
    """Time zero, certainty and what comes first within a week, for the method of every row."""
    return f"weeks from {wanted.time_zero} of treatment; {', '.join(wanted.certainty)}; events before censorings within a week"


def planned_pairs(arms: tuple[str, ...], plan: Plan) -> list[tuple[int, int]]:
    """Every pair of arms, the plan's comparison in the plan's order."""
    pairs = list(combinations(range(len(arms)), 2))
    if plan.comparison is None:
        return pairs
    planned = tuple(arms.index(arm) for arm in plan.comparison.arms)
    return [planned if set(pair) == set(planned) else pair for pair in pairs]


def curve_records(groups: CurveGroups, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    """At risk, events, survival in the given weeks, quantiles and restricted mean of every group."""
    for (name, counts), curve in zip(groups.drawn().items(), (survival_curve(groups.everyone), *groups.curves)):
        base = {"arm": name, "n": counts.size, "events": int(counts.all_events.sum())}
        for record in (*_weekly(curve, grid, wanted), *_summaries(curve, wanted)):
            yield base | record


def _weekly(curve: SurvivalCurve, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    zero, last, cumulative = time_words(wanted), len(curve.at_risk) - 1, np.cumsum(curve.events)
    at_risk = f"people at risk in the week, from the week after they came under observation; {zero}"
    events = f"people with a first event up to and including the week; {zero}"
    survival = f"Kaplan-Meier, log-log interval (none where the curve is at 0 or 1); {zero}"
    for week in grid.tolist():
        here = {"time": str(week), "measure": "at_risk", "unit": "people", "method": at_risk}
        yield here | {"estimate": curve.at_risk[week] if week <= last else 0}
        yield here | {"measure": "events", "estimate": cumulative[min(week, last)], "method": events}
        yield here | {"measure": "survival", "unit": "share"} | fields(survival_at(curve, week), survival)


def _summaries(curve: SurvivalCurve, wanted: Events) -> Iterator[dict]:
    zero = time_words(wanted)
    for measure, share, words in _QUANTILES:
        method = (
            f"{words} of the Kaplan-Meier curve, middle of a flat stretch at exactly that share, Brookmeyer-Crowley log-log "
            f"interval (an empty limit was not reached); {zero}"
        )
        yield {"measure": measure, "unit": "weeks", **fields(quantile_weeks(curve, share), method)}
    yield {
        "measure": "restricted_mean_weeks",
        "time": str(wanted.restricted_mean_weeks),
        "unit": "weeks",
        **fields(
            restricted_mean(curve, wanted.restricted_mean_weeks),
            f"area under the Kaplan-Meier curve, Greenwood-type variance, {NORMAL}; {zero}",
        ),
    }


def comparison_records(groups: CurveGroups, wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """Differences and ratios of every pair."""
    for one, other in pairs:
        base = {"arm": f"{groups.names[one]} - {groups.names[other]}", **_sizes((groups.counts[one], groups.counts[other]))}
        for record in _contrasts(groups.curves[one], groups.curves[other], wanted):
            yield base | record


def records_of_tests(groups: CurveGroups, wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """The log-rank test and its relatives of every pair, and of all groups when there are more than two.

    From exact counts: rounded ones would make differences larger, or smaller, than they are.
    """
    for one, other in pairs:
        both = groups.counts[one], groups.counts[other]
        for record in _log_ranks(both, wanted):
            yield {"arm": f"{groups.names[one]} - {groups.names[other]}", **_sizes(both)} | record
    if len(groups.names) > 2 or not pairs:
        for record in _log_ranks(groups.counts, wanted):
            yield {"arm": "all", **_sizes(groups.counts)} | record


def _sizes(counts: tuple[EventCounts, ...]) -> dict:
    return {"n": sum(one.size for one in counts), "events": int(sum(one.all_events.sum() for one in counts))}


def _contrasts(one: SurvivalCurve, other: SurvivalCurve, wanted: Events) -> Iterator[dict]:
    zero, tau = time_words(wanted), wanted.restricted_mean_weeks
    normal, log = f"{NORMAL}, none without an event", "interval on the log scale, none without an event"
    for week in wanted.horizons_weeks:
        yield {
            "measure": "survival_difference",
            "time": str(week),
            "unit": "share",
            **fields(survival_difference(one, other, week), f"difference of Kaplan-Meier estimates, {normal}; {zero}"),
        }
        yield {
            "measure": "survival_ratio",
            "time": str(week),
            "unit": "ratio",
            **fields(survival_ratio(one, other, week), f"ratio of Kaplan-Meier estimates, {log}; {zero}"),
        }
    yield {
        "measure": "restricted_mean_difference",
        "time": str(tau),
        "unit": "weeks",
        **fields(restricted_mean_difference(one, other, tau), f"difference of restricted means, {normal}; {zero}"),
    }
    yield {
        "measure": "restricted_mean_ratio",
        "time": str(tau),
        "unit": "ratio",
        **fields(restricted_mean_ratio(one, other, tau), f"ratio of restricted means, {log}; {zero}"),
    }


def _log_ranks(counts: tuple[EventCounts, ...], wanted: Events) -> Iterator[dict]:
    yield {"measure": "log_rank_chi2", **_test(counts, "log-rank", 0, 0, "log-rank test", wanted)}
    for measure, weighting, rho, gamma, words in WEIGHTED:
        yield {"measure": measure, **_test(counts, weighting, rho, gamma, f"log-rank test, {words}", wanted)}


def _test(counts: tuple[EventCounts, ...], weighting: Weighting, rho: float, gamma: float, words: str, wanted: Events) -> dict:
    test = log_rank(counts, weighting=weighting, rho=rho, gamma=gamma)
    answer = Estimate(test.statistic, p_value=test.p_value, reason=test.reason)
    return {"unit": "chi-squared", **fields(answer, f"{words}, {test.df} df; {time_words(wanted)}")}


def fields(answer: Estimate, method: str) -> dict:
    """The columns of an estimate; the method starts with the reason when there is none (a limit may still be known)."""
    return {
        "estimate": answer.estimate,
        "ci_low": answer.ci_low,
        "ci_high": answer.ci_high,
        "std_error": answer.std_error,
        "p_value": answer.p_value,
        "method": f"{answer.reason}: {method}" if answer.reason else method,
    }
