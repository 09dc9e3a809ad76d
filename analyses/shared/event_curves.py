"""Rows of curves and their comparisons from weekly counts, exact or rounded: what follows from the counts and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from analyses.statistics.competing_events.cumulative_incidence import CumulativeIncidence, cumulative_incidence
from analyses.statistics.events.event_counts import EventCounts, from_rounded
from analyses.statistics.events.nelson_aalen import hazard_at, nelson_aalen
from analyses.statistics.events.restricted_mean import (
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
    restricted_mean_time_lost,
    time_lost_ratio,
)
from analyses.statistics.events.survival_contrast import survival_difference, survival_ratio
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve, quantile_weeks, survival_at, survival_curve
from data_schemas.plan import Events, Plan

# the same words whichever way was open: they leave with a release, and must not tell of its exact counts; how often limits hold and
# tests reject by chance is simulated with 11, 34 and 150 people per arm of whom 10, 30 or 60 % have the event (docs/simulation-events.md)
_HOLDS = "which holds the truth in {} of 100 cases"
_BY_SIZE = (
    _HOLDS.format("{} with 11 people per arm, {} with 34 and {} with 150") + " (p is below 0.05 by chance in {}, {} and {})"
)
ONE_CURVE = "log-log interval (exact where the curve is at 0 or 1)"
ONE_SHARE = f"{ONE_CURVE}, {_HOLDS.format('94 to 98')}"
ONE_MEAN = f"normal interval (beta product with fewer than 30 events), {_HOLDS.format('94 to 97')}"
_ONE_HAZARD = f"interval on the log scale (exact without an event), {_HOLDS.format('95 to 98')}"
_MELDED_SHARES = "(melded beta products when a group has fewer than 10 events, or 10 people left without one)"
_MELDED_MEANS = "(melded beta products when a group has fewer than 10 events)"
_SHARES_HOLD = _BY_SIZE.format("97 to 100", "95 to 99", "94 to 96", "0 to 5", "2 to 5", "5 to 7")
_MEANS_HOLD = _BY_SIZE.format("96 to 100", "95 to 99", "94 to 95", "0 to 6", "1 to 6", "5 to 6")
TWO_SHARES = f"normal interval {_MELDED_SHARES}, {_SHARES_HOLD}"
_SHARES_RATIO = f"normal interval of the logarithm {_MELDED_SHARES}, {_SHARES_HOLD}"
TWO_MEANS = f"normal interval {_MELDED_MEANS}, {_MEANS_HOLD}"
_MEANS_RATIO = f"normal interval of the logarithm {_MELDED_MEANS}, {_MEANS_HOLD}"
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

    @cached_property
    def drawn_curves(self) -> dict[str, tuple[EventCounts, SurvivalCurve]]:
        """By what is drawn the counts and the survival curve."""
        of_groups = self.curves if len(self.names) > 1 else ()
        curves = (survival_curve(self.everyone), *of_groups)
        return {name: (counts, curve) for (name, counts), curve in zip(self.drawn().items(), curves)}

    @cached_property
    def drawn_incidences(self) -> dict[str, tuple[EventCounts, CumulativeIncidence]]:
        """By what is drawn the counts and the cumulative incidence."""
        return {name: (counts, cumulative_incidence(counts)) for name, counts in self.drawn().items()}


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


def planned(wanted: Events, weeks: np.ndarray) -> tuple[int, ...]:
    """The plan's weeks, of those in which rows are wanted."""
    return tuple(week for week in wanted.horizons_weeks if week in weeks)


def curve_records(groups: CurveGroups, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    """At risk, events, survival in the given weeks, quantiles, restricted mean and cumulative hazard of every group."""
    for name, (counts, curve) in groups.drawn_curves.items():
        base = {"arm": name, "n": counts.size, "events": int(counts.all_events.sum())}
        for record in (*_weekly(curve, grid, wanted), *_summaries(curve, grid, wanted), *_hazards(counts, grid, wanted)):
            yield base | record


def _weekly(curve: SurvivalCurve, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    zero, last, cumulative = time_words(wanted), len(curve.at_risk) - 1, np.cumsum(curve.events)
    at_risk = f"people at risk in the week, from the week after they came under observation; {zero}"
    events = f"people with a first event up to and including the week; {zero}"
    for week in grid.tolist():
        here = {"time": str(week), "measure": "at_risk", "unit": "people", "method": at_risk}
        yield here | {"estimate": curve.at_risk[week] if week <= last else 0}
        yield here | {"measure": "events", "estimate": cumulative[min(week, last)], "method": events}
        answer = survival_at(curve, week)
        yield here | {"measure": "survival", "unit": "share"} | fields(answer, f"Kaplan-Meier, {ONE_SHARE}; {zero}")


def _summaries(curve: SurvivalCurve, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    zero = time_words(wanted)
    for measure, share, words in _QUANTILES:
        method = (
            f"{words} of the Kaplan-Meier curve, middle of a flat stretch at exactly that share, Brookmeyer-Crowley log-log "
            f"interval (an empty limit was not reached); {zero}"
        )
        yield {"measure": measure, "unit": "weeks", **fields(quantile_weeks(curve, share), method)}
    tau = wanted.restricted_mean_weeks
    if tau not in grid:
        return
    mean, lost = restricted_mean(curve, tau), restricted_mean_time_lost(curve, tau)
    at = {"time": str(tau), "unit": "weeks"}
    yield (
        at
        | {"measure": "restricted_mean_weeks"}
        | fields(mean, f"area under the Kaplan-Meier curve, Greenwood-type variance, {ONE_MEAN}; {zero}")
    )
    yield (
        at
        | {"measure": "restricted_mean_time_lost"}
        | fields(lost, f"area above the Kaplan-Meier curve, Greenwood-type variance, {ONE_MEAN}; {zero}")
    )


def _hazards(counts: EventCounts, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    weeks, zero = planned(wanted, grid), time_words(wanted)
    curve = nelson_aalen(counts) if weeks else None
    for week in weeks:
        answer = hazard_at(curve, week)
        row = {"measure": "nelson_aalen", "time": str(week), "unit": "hazard"}
        yield row | fields(answer, f"Nelson-Aalen cumulative hazard, Aalen variance, {_ONE_HAZARD}; {zero}")


def comparison_records(groups: CurveGroups, grid: np.ndarray, wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """Differences and ratios of every pair in the plan's weeks, of those given."""
    for one, other in pairs:
        base = {"arm": f"{groups.names[one]} - {groups.names[other]}", **sizes((groups.counts[one], groups.counts[other]))}
        for record in _contrasts(groups.curves[one], groups.curves[other], grid, wanted):
            yield base | record


def sizes(counts: tuple[EventCounts, ...]) -> dict:
    return {"n": sum(one.size for one in counts), "events": int(sum(one.all_events.sum() for one in counts))}


def _contrasts(one: SurvivalCurve, other: SurvivalCurve, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    zero, tau = time_words(wanted), wanted.restricted_mean_weeks
    for week in planned(wanted, grid):
        difference, ratio = survival_difference(one, other, week), survival_ratio(one, other, week)
        at = {"time": str(week)}
        yield (
            at
            | {"measure": "survival_difference", "unit": "share"}
            | fields(difference, f"difference of Kaplan-Meier estimates, {TWO_SHARES}; {zero}")
        )
        yield (
            at
            | {"measure": "survival_ratio", "unit": "ratio"}
            | fields(ratio, f"ratio of Kaplan-Meier estimates, {_SHARES_RATIO}; {zero}")
        )
    if tau not in grid:
        return
    at = {"time": str(tau)}
    answer = restricted_mean_difference(one, other, tau)
    yield (
        at
        | {"measure": "restricted_mean_difference", "unit": "weeks"}
        | fields(answer, f"difference of restricted means, {TWO_MEANS}; {zero}")
    )
    for measure, ratio, words in (
        ("restricted_mean_ratio", restricted_mean_ratio, "ratio of restricted means"),
        ("time_lost_ratio", time_lost_ratio, "ratio of weeks lost, the horizon less the restricted mean"),
    ):
        answer = ratio(one, other, tau)
        yield at | {"measure": measure, "unit": "ratio"} | fields(answer, f"{words}, {_MEANS_RATIO}; {zero}")


def fields(answer: Estimate, method: str) -> dict:
    """The columns of an estimate; the method starts with the reason when there is none (a limit may still be known)."""
    return {
        "estimate": answer.estimate,
        "ci_low": answer.ci_low,
        "ci_high": answer.ci_high,
        "std_error": answer.std_error,
        "df": answer.df,
        "p_value": answer.p_value,
        "method": f"{answer.reason}: {method}" if answer.reason else method,
    }
