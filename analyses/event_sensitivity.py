"""What the main result rests on: those lost, how certain an event must be, and when the clock starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from analyses.revictimisation import weekly_tally
from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events
from analyses.shared.event_curves import (
    ONE_CURVE,
    ONE_SHARE,
    TWO_SHARES,
    CurveGroups,
    fields,
    planned,
    planned_pairs,
    time_words,
)
from analyses.shared.event_histories import ON_TIME, descriptor, of_the_punctual
from analyses.statistics.censoring.censoring_weights import (
    DRAWS,
    WeightedSurvival,
    censoring_weighted_survival,
    weighted_difference,
)
from analyses.statistics.censoring.sensitivity_bounds import SurvivalBounds, bounds_from_counts, survival_difference_bounds
from analyses.statistics.events.survival_contrast import survival_difference
from analyses.statistics.events.survival_curve import Estimate, survival_at
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, WeeklyTally, rows
from data_schemas.words import Words

NAME = "event_sensitivity"
MEASURES = {
    "survival": Declared("derived", Words("zonder gebeurtenis", "without an event"), "share"),
    "survival_difference": Declared(
        "derived", Words("verschil in aandeel zonder gebeurtenis", "difference in share without an event"), "share"
    ),
    "bound_best": Declared(
        "derived",
        Words(
            "zonder gebeurtenis als wie uit beeld raakte niets overkwam", "without an event if nothing happened to those lost"
        ),
        "share",
    ),
    "bound_worst": Declared(
        "derived",
        Words(
            "zonder gebeurtenis als het iedereen die uit beeld raakte overkwam",
            "without an event if it happened to all those lost",
        ),
        "share",
    ),
}
CERTAINTIES = (("actual",), ("actual", "presumed"), ("actual", "presumed", "signal"))
ENDINGS = {"completed": ("completed",), "stopped": ("stopped_by_client", "stopped_by_provider", "by_agreement", "external")}
COMPLETED_STOPPED = "completed - stopped"
_WEIGHTED = f"Kaplan-Meier, {ONE_CURVE}, which holds the truth in 93 to 98 of 100 cases"
_WEIGHTED_DIFFERENCE = (
    "difference of Kaplan-Meier, interval from those of both groups (MOVER), which holds the truth in 92 to 100 of 100 cases"
)


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Bounds, weights, and the curve at the plan's weeks under other choices; `subgroup` names the choice.

    `certainty:actual`, `certainty:actual+presumed` and `certainty:actual+presumed+signal`; `time_zero:start` and `time_zero:end`;
    `censoring_weights`; `ending, time_zero:end` compares those who completed with those who stopped from the end of treatment
    on, and `ending, time_zero:start` refuses to from the start: who completes cannot have had to stop before (immortal time).
    Bounds have no subgroup: there the measure is the choice.
    """
    bounds = _by_arm(cohort, plan, plan.events, "", _bounds)
    punctual = of_the_punctual(cohort, plan.events)
    weekly = [] if punctual else [bounds]
    for certainty in CERTAINTIES:
        weekly.append(_by_arm(cohort, plan, _as(plan.events, certainty=certainty), f"certainty:{'+'.join(certainty)}", _curves))
    for zero in ("start", "end"):
        weekly.append(_by_arm(cohort, plan, _as(plan.events, time_zero=zero), f"time_zero:{zero}", _curves))
    weekly.append(_by_ending(cohort, plan))
    base = {"outcome": events_outcome(plan.events)}
    told = bounds.derive(bounds.events, bounds.censored, np.array(bounds.horizons)) if punctual else []
    records = [*_refused(cohort, plan), *(record | punctual for record in (*told, *_weighted(cohort, plan)))]
    return Result(NAME, MEASURES, rows(NAME, [base | record for record in records]), weekly=tuple(weekly))


def _as(wanted: Events, **choice) -> Events:
    return wanted.model_copy(update=choice)


def _by_arm(cohort: Cohort, plan: Plan, choice: Events, subgroup: str, make) -> WeeklyTally:
    found = first_events(cohort, choice)
    pairs = planned_pairs(cohort.arms, plan)

    def records(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        yield from make(groups, planned(choice, grid), choice, pairs)

    who = found.selection.analysed
    if make is _bounds:
        who, found = _on_time(found), replace(found, entry=None)
    return weekly_tally(plan, found, who, cohort.arm_codes, cohort.arms, records, subgroup)


def _on_time(found: FirstEvents) -> np.ndarray:
    """Those analysed who were followed from the start."""
    return found.selection.analysed if found.entry is None else found.selection.analysed & (found.entry == 0)


def _sizes(counts) -> dict:
    return {"n": sum(one.size for one in counts), "events": sum(int(one.all_events.sum()) for one in counts)}


def _curves(groups: CurveGroups, weeks: tuple[int, ...], wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """The curve at the plan's weeks, and differences."""
    words = time_words(wanted)
    for name, (counts, curve) in groups.drawn_curves.items():
        for week in weeks:
            row = {"measure": "survival", "arm": name, "time": str(week), "unit": "share", **_sizes([counts])}
            answer = survival_at(curve, week)
            yield row | fields(answer, f"Kaplan-Meier, {ONE_SHARE}; {words}")
    for one, other in pairs:
        both = groups.counts[one], groups.counts[other]
        base = {"measure": "survival_difference", "arm": f"{groups.names[one]} - {groups.names[other]}", "unit": "share"}
        for week in weeks:
            answer = survival_difference(groups.curves[one], groups.curves[other], week)
            method = f"difference of Kaplan-Meier estimates, {TWO_SHARES}; {words}"
            yield base | _sizes(both) | {"time": str(week)} | fields(answer, method)


def _bounds(groups: CurveGroups, weeks: tuple[int, ...], wanted: Events, pairs: list[tuple[int, int]]) -> Iterator[dict]:
    """Best and worst case at the plan's weeks; the method of each says what it supposes of those lost."""
    words = f"lost: follow-up ended before the week, for whatever reason; {time_words(wanted)}; {ON_TIME}"
    for week in weeks:
        for name, counts in groups.drawn().items():
            found = bounds_from_counts(counts, week)
            base = {"arm": name, "time": str(week), "unit": "share", **_sizes([counts])}
            for measure, answer, supposed in _cases(found):
                method = f"proportion, exact (Clopper-Pearson) interval, supposing that {supposed}; {words}"
                yield base | {"measure": measure} | fields(answer, method)
        for one, other in pairs:
            both = groups.counts[one], groups.counts[other]
            found = survival_difference_bounds(*(bounds_from_counts(counts, week) for counts in both))
            base = {"arm": f"{groups.names[one]} - {groups.names[other]}", "time": str(week), "unit": "share", **_sizes(both)}
            best = Estimate(found.best, ci_low=found.best_ci_low, ci_high=found.best_ci_high, reason=found.reason)
            worst = Estimate(found.worst, ci_low=found.worst_ci_low, ci_high=found.worst_ci_high, reason=found.reason)
            method = "difference of the extremes, melded beta product interval (mid-p), supposing that"
            first = "nothing happened to those lost in the first arm and everything to those in the second"
            second = "everything happened to those lost in the first arm and nothing to those in the second"
            yield base | {"measure": "bound_best"} | fields(best, f"{method} {first}; {words}")
            yield base | {"measure": "bound_worst"} | fields(worst, f"{method} {second}; {words}")


def _cases(found: SurvivalBounds) -> Iterator[tuple[str, Estimate, str]]:
    best = Estimate(found.best, ci_low=found.best_ci_low, ci_high=found.best_ci_high, reason=found.reason)
    worst = Estimate(found.worst, ci_low=found.worst_ci_low, ci_high=found.worst_ci_high, reason=found.reason)
    yield "bound_best", best, "none of those lost had the event"
    yield "bound_worst", worst, "all of those lost had the event at once"


def _by_ending(cohort: Cohort, plan: Plan) -> WeeklyTally:
    """Those who completed and those who stopped, from the end of treatment on."""
    choice = _as(plan.events, time_zero="end")
    found, code = first_events(cohort, choice), _ending(cohort)

    def records(groups: CurveGroups, grid: np.ndarray) -> Iterator[dict]:
        for record in _curves(groups, planned(choice, grid), choice, [(0, 1)]):
            if record["arm"] != "all":
                yield record

    who = found.selection.analysed & (code >= 0)
    return weekly_tally(plan, found, who, code, tuple(ENDINGS), records, "ending, time_zero:end")


def _ending(cohort: Cohort) -> np.ndarray:
    """0 completed, 1 stopped early, -1 still under treatment or not known."""
    ending = cohort.treatments["ending"]
    return np.select([ending.isin(codes).to_numpy() for codes in ENDINGS.values()], list(range(len(ENDINGS))), -1)


def _refused(cohort: Cohort, plan: Plan) -> Iterator[dict]:
    """The comparison that is not made, and what to do instead."""
    method = (
        "comparison of those who completed treatment with those who stopped, from the start of treatment: refused, because who "
        "completed had to be followed to the end first; see the comparison from the end of treatment (ending, time_zero:end)"
    )
    known = int((_ending(cohort) >= 0).sum())
    for week in plan.events.horizons_weeks:
        row = {
            "measure": "survival_difference",
            "arm": COMPLETED_STOPPED,
            "subgroup": "ending, time_zero:start",
            "unit": "share",
        }
        yield row | {"time": str(week), "n": known} | fields(Estimate(np.nan, reason="immortal_time"), method)


def _weighted(cohort: Cohort, plan: Plan) -> Iterator[dict]:
    """Survival weighted by the inverse probability of being followed, when the plan names what predicts being lost."""
    wanted = plan.events
    if not wanted.censoring_covariates:
        return
    found = first_events(cohort, wanted)
    code = np.where(_on_time(found), cohort.arm_codes, -1)
    categories = {name: np.asarray(descriptor(cohort, name)) for name in wanted.censoring_covariates}
    groups = {"all": code >= 0}
    if len(cohort.arms) > 1:
        groups |= {arm: code == number for number, arm in enumerate(cohort.arms)}
    words = (
        f"weights by the inverse probability of being followed given {', '.join(wanted.censoring_covariates)} (Cox model of being lost, "
        f"within the group), bootstrap error of {DRAWS} draws that estimates the weights anew; {time_words(wanted)}; {ON_TIME}"
    )
    base = {"subgroup": "censoring_weights", "unit": "share"}
    answers: dict[str, WeightedSurvival] = {}
    for number, (name, who) in enumerate(groups.items()):
        labels = {column: values[who] for column, values in categories.items()}
        event = found.happened[who].astype(np.int64)
        answers[name] = censoring_weighted_survival(
            found.week[who], event, labels, wanted.horizons_weeks, seed=[plan.seed, number]
        )
        sizes = {"n": int(who.sum()), "events": int(event.sum()), "residual_df": int(who.sum()) - 1}
        for week, answer in zip(wanted.horizons_weeks, answers[name].answers):
            row = base | {"measure": "survival", "arm": name, "time": str(week)} | sizes
            yield row | fields(answer, f"{_WEIGHTED}, {words}")
    for one, other in planned_pairs(cohort.arms, plan):
        a, b = cohort.arms[one], cohort.arms[other]
        both = (code == one) | (code == other)
        sizes = {"n": int(both.sum()), "events": int(found.happened[both].sum()), "residual_df": int(both.sum()) - 2}
        for number, week in enumerate(wanted.horizons_weeks):
            row = base | {"measure": "survival_difference", "arm": f"{a} - {b}", "time": str(week)} | sizes
            answer = weighted_difference(answers[a], answers[b], number)
            method = f"{_WEIGHTED_DIFFERENCE}, {words}"
            yield row | fields(answer, method)
