"""Does the picture depend on a curve without a form? Smooth curves of three forms beside it, and how many times as long it takes in one arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analyses.revictimisation import weekly_tally
from analyses.shared.cohort import Cohort, events_outcome, first_events
from analyses.shared.event_curves import CurveGroups, fields, groups_from, planned_pairs, time_words
from analyses.shared.event_histories import ON_TIME, of_the_punctual, ranges
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.parametric._location_scale import Distribution
from analyses.statistics.parametric.parametric_survival import (
    ParametricSurvival,
    parametric_from_counts,
    parametric_median,
    parametric_survival,
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
    "survival_in_ranges": Declared(
        "internal",
        Words("zonder gebeurtenis, met reeksen weken zoals ze zijn", "without an event, ranges of weeks as they are"),
        "share",
    ),
    "aic": Declared(
        "internal",
        Words("hoe goed het model past (AIC, lager is beter)", "how well the model fits (AIC, lower is better)"),
        "statistic",
    ),
    "time_ratio": Declared("model", Words("verhouding van tijden", "ratio of times"), "ratio"),
}
LIMITS = (
    "normal interval of the standardised log week, which holds the truth in 92 to 97 of a hundred cases if the form is right"
)
RATIO = "likelihood interval and test by t (an empty limit was not reached)"
IN_RANGES = "ranges of weeks as they are"
FORMS: dict[Distribution, str] = {"weibull": "Weibull", "log_normal": "log-normal", "log_logistic": "log-logistic"}


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Curves from the weekly counts and from the ranges, and ratios of times of every pair of arms; `subgroup` names the form.

    Curves come from the counts that the main curve comes from, so that a release derives them from what it publishes; a range of
    weeks counts in its last week there. Three forms fitted to exact counts, each rounded, would together say between which steps the
    count lies: curves from the ranges, and how well a form fits, therefore stay inside. All look up to the plan's farthest week, where a
    released curve ends.
    """
    found = first_events(cohort, plan.events)

    def records(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        for name, form, counts, fit in _fits(groups, grid, plan.events):
            base = {"arm": name, "subgroup": f"distribution={form}", "n": counts.size, "events": fit.events}
            for record in _of_fit(fit, plan.events, FORMS[form]):
                yield base | record

    weekly = weekly_tally(plan, found, found.selection.analysed, cohort.arm_codes, cohort.arms, records)
    exact = groups_from(weekly.groups, weekly.events, weekly.censored, weekly.entered)
    base = {"outcome": events_outcome(plan.events)}
    inside = [base | record for record in (*_of_ranges(cohort, plan), *_how_well(exact, plan.events))]
    return Result(NAME, MEASURES, rows(NAME, inside), weekly=(replace(weekly, smooth=True),))


def farthest_week(wanted: Events) -> int:
    """The last week that the plan reads, beyond which follow-up does not count here."""
    return max(*wanted.horizons_weeks, wanted.restricted_mean_weeks)


def _fits(
    groups: CurveGroups, grid: np.ndarray, wanted: Events
) -> Iterator[tuple[str, Distribution, EventCounts, ParametricSurvival]]:
    """Every form for every group, from counts at the weeks of a grid."""
    steps = grid[grid <= farthest_week(wanted)]
    for name, counts in groups.drawn().items():
        for form in FORMS:
            yield name, form, counts, parametric_from_counts(counts, steps, distribution=form)


def _curve(form: str, wanted: Events) -> str:
    return f"{form} curve by maximum likelihood, follow-up up to week {farthest_week(wanted)}"


def _of_fit(fit: ParametricSurvival, wanted: Events, form: str) -> Iterator[dict]:
    zero, curve = time_words(wanted), _curve(form, wanted)
    for week in wanted.horizons_weeks:
        method = f"{curve}, {LIMITS}; {zero}"
        yield {"measure": "survival", "time": str(week), "unit": "share", **fields(parametric_survival_at(fit, week), method)}
    method = f"median of the {curve}, normal interval on the log scale (an empty limit was not reached); {zero}"
    yield {"measure": "median_weeks", "unit": "weeks", **fields(parametric_median(fit), method)}


def _how_well(groups: CurveGroups, wanted: Events) -> Iterator[dict]:
    for name, form, counts, fit in _fits(groups, np.arange(farthest_week(wanted) + 1), wanted):
        row = {"measure": "aic", "arm": name, "subgroup": f"distribution={form}", "n": counts.size, "events": fit.events}
        method = f"Akaike's criterion of the {_curve(FORMS[form], wanted)}; {time_words(wanted)}"
        yield row | {"unit": "AIC"} | fields(Estimate(fit.aic, reason=fit.reason), method)


def _of_ranges(cohort: Cohort, plan: Plan) -> Iterator[dict]:
    """Curves and ratios in which a range is one, of those who were followed from the start."""
    found, end = ranges(cohort, plan.events), farthest_week(plan.events)
    code = np.where(found.selection.analysed & ~found.late, cohort.arm_codes, -1)
    beyond = found.left >= end
    left, right = np.where(beyond, end, found.left), np.where(beyond, np.inf, found.right)
    words = f"{IN_RANGES}; {time_words(plan.events)}; {ON_TIME}"
    groups = {"all": code >= 0} | ({arm: code == k for k, arm in enumerate(cohort.arms)} if len(cohort.arms) > 1 else {})
    for name, who in groups.items():
        row = {"measure": "survival_in_ranges", "arm": name, "unit": "share"} | _sizes(right[who])
        for form, kind in FORMS.items():
            fit = parametric_survival(left[who], right[who], distribution=form)
            for week in plan.events.horizons_weeks:
                place = {"subgroup": f"distribution={form}", "time": str(week)}
                yield row | place | fields(parametric_survival_at(fit, week), f"{_curve(kind, plan.events)}, {LIMITS}; {words}")
    for one, other in planned_pairs(cohort.arms, plan):
        who = (code == one) | (code == other)
        row = {"measure": "time_ratio", "arm": f"{cohort.arms[one]} - {cohort.arms[other]}", "unit": "ratio"} | _sizes(
            right[who]
        )
        for form, kind in FORMS.items():
            answer = time_ratio(left[who], right[who], code[who] == one, distribution=form)
            method = f"accelerated failure time, {kind}, first arm over second, {RATIO}, follow-up up to week {end}; {words}"
            about = {"residual_df": row["events"] - 3, **of_the_punctual(cohort, plan.events)}
            yield row | about | {"subgroup": f"distribution={form}"} | fields(answer, method)


def _sizes(right: np.ndarray) -> dict:
    return {"n": len(right), "events": int(np.isfinite(right).sum())}
