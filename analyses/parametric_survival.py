"""Does the picture depend on a curve without a form? Smooth curves of three forms beside it, and how many times as long it takes in one arm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.revictimisation import weekly_tally
from analyses.shared.cohort import Cohort, events_outcome, first_events
from analyses.shared.event_curves import CurveGroups, fields, planned_pairs, time_words
from analyses.shared.event_histories import ON_TIME, ranges
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.parametric._location_scale import Distribution
from analyses.statistics.parametric.parametric_survival import (
    ParametricSurvival,
    parametric_from_counts,
    parametric_median,
    parametric_survival_at,
)
from analyses.statistics.parametric.time_ratio import time_ratio
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "parametric_survival"
MEASURES = {
    "survival": Declared("derived", Words("zonder gebeurtenis", "without an event"), "share"),
    "median_weeks": Declared("derived", Words("mediane tijd", "median time"), "weeks"),
    "aic": Declared(
        "derived",
        Words("hoe goed de vorm past (AIC, lager is beter)", "how well the form fits (AIC, lower is better)"),
        "statistic",
    ),
    "time_ratio": Declared("model", Words("verhouding van tijden", "ratio of times"), "ratio"),
}
FORMS: dict[Distribution, str] = {"weibull": "Weibull", "log_normal": "log-normal", "log_logistic": "log-logistic"}


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Curves from the weekly counts, and the ratio of times of every pair of arms from the ranges; `subgroup` names the form.

    Curves come from the counts that the main curve comes from, so that a release derives them from what it publishes; a range of
    weeks counts in its last week there. Three forms fitted to exact counts, each rounded, would together say between which steps the
    count lies. The ratio uses the ranges. Both look up to the plan's farthest week, where a released curve ends.
    """
    found = first_events(cohort, plan.events)

    def records(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        yield from _curves(groups, grid, plan.events)

    weekly = weekly_tally(plan, found, found.selection.analysed, cohort.arm_codes, cohort.arms, records)
    base = {"outcome": events_outcome(plan.events)}
    ratios = [base | record for record in _ratios(cohort, plan)]
    return Result(NAME, MEASURES, rows(NAME, ratios), weekly=(weekly,))


def farthest_week(wanted: Events) -> int:
    """The last week that the plan reads, beyond which follow-up does not count here."""
    return max(*wanted.horizons_weeks, wanted.restricted_mean_weeks)


def _curves(groups: CurveGroups, grid: np.ndarray, wanted: Events) -> Iterator[dict]:
    end = farthest_week(wanted)
    steps = grid[grid <= end]
    for name, counts in groups.drawn().items():
        for form, words in FORMS.items():
            fit = parametric_from_counts(counts, steps, distribution=form)
            base = {"arm": name, "subgroup": f"distribution={form}", "n": counts.size, "events": fit.events}
            curve = f"{words} curve by maximum likelihood, follow-up up to week {end}"
            for record in _of_fit(fit, wanted, curve):
                yield base | record
            # of rounded counts it would say which form the rounding resembles: nothing, without a reason, is held back
            aic = Estimate(fit.aic, reason=fit.reason) if len(steps) == end + 1 else Estimate(np.nan)
            method = f"Akaike's criterion of the {curve}; {time_words(wanted)}"
            yield base | {"measure": "aic", "unit": "AIC"} | fields(aic, method)


def _of_fit(fit: ParametricSurvival, wanted: Events, curve: str) -> Iterator[dict]:
    zero = time_words(wanted)
    for week in wanted.horizons_weeks:
        method = f"{curve}, normal interval of the standardised log week; {zero}"
        yield {"measure": "survival", "time": str(week), "unit": "share", **fields(parametric_survival_at(fit, week), method)}
    method = f"median of the {curve}, normal interval on the log scale (an empty limit was not reached); {zero}"
    yield {"measure": "median_weeks", "unit": "weeks", **fields(parametric_median(fit), method)}


def _ratios(cohort: Cohort, plan: Plan) -> Iterator[dict]:
    found, end = ranges(cohort, plan.events), farthest_week(plan.events)
    code = np.where(found.selection.analysed & ~found.late, cohort.arm_codes, -1)
    beyond = found.left >= end
    left, right = np.where(beyond, end, found.left), np.where(beyond, np.inf, found.right)
    words = f"first arm over second, likelihood interval and test, follow-up up to week {end}, ranges of weeks as they are"
    for one, other in planned_pairs(cohort.arms, plan):
        who = (code == one) | (code == other)
        events = int(np.isfinite(right[who]).sum())
        row = {"measure": "time_ratio", "arm": f"{cohort.arms[one]} - {cohort.arms[other]}", "unit": "ratio"}
        row |= {"n": int(who.sum()), "events": events, "residual_df": events - 3}
        for form, name in FORMS.items():
            answer = time_ratio(left[who], right[who], code[who] == one, distribution=form)
            method = f"accelerated failure time, {name}, {words}; {time_words(plan.events)}; {ON_TIME}"
            yield row | {"subgroup": f"distribution={form}"} | fields(answer, method)
