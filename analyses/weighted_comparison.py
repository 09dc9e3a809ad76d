"""Weighted comparison: arms that were not made by lot, made alike by weights; balance first, then outcomes, then what was not measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events, pairs
from analyses.shared.event_histories import causes
from analyses.shared.recording import change_scale, outcome_name, scale_of, sign_of
from analyses.shared.weighing.balance_rows import (
    BALANCE_MEASURES,
    alone_words,
    balance_records,
    before_tally,
    preference_tally,
)
from analyses.shared.weighing.event_rows import EVENT_MEASURES, event_records
from analyses.shared.weighing.history import History
from analyses.shared.weighing.people import Weighed, weighed
from analyses.shared.weighing.provider_rows import PROVIDER_MEASURES
from analyses.shared.weighing.score_rows import SCORE_MEASURES, score_records
from analyses.shared.weighing.unmeasured import UNMEASURED_MEASURES, follows, unmeasured_records
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, Tally, rows

__all__ = ["MEASURES", "NAME", "follows", "run", "wanted"]

NAME = "weighted_comparison"
MEASURES: dict[str, Declared] = {
    **BALANCE_MEASURES,
    **EVENT_MEASURES,
    **SCORE_MEASURES,
    **PROVIDER_MEASURES,
    **UNMEASURED_MEASURES,
}


def wanted(plan: Plan) -> bool:
    """When the plan weights the arms that it compares."""
    return plan.weighting is not None and bool(plan.measures or plan.events)


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every outcome and moment the balance before and after, and every weighted answer; `arm` is "a - b", the first minus the second.

    What the arms are made alike in stands in `subgroup` as `covariate=<name>`. Rows about what was not measured are empty until they are
    told: `follows` makes them of the rows beside them.
    """
    records: list[dict] = []
    tallies: list[Tally] = []
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            given = weighed(cohort, plan, found.selection.analysed, measure)
            base = {"outcome": outcome_name(measure), "time": moment}
            bounds = change_scale(scale_of(cohort, measure))
            told = list(score_records(given, found.later[given.who], sign_of(cohort, measure), bounds))
            _add(records, tallies, cohort, given, base, told)
    if plan.events is not None:
        found = first_events(cohort, plan.events)
        given = weighed(cohort, plan, found.selection.analysed)
        told = list(event_records(given, _history(cohort, plan, plan.events, found, given), plan.events))
        _add(records, tallies, cohort, given, {"outcome": events_outcome(plan.events), "time": ""}, told)
        records += _negative_control(cohort, plan)
    return Result(NAME, MEASURES, rows(NAME, records), tuple(tallies))


def _add(records: list[dict], tallies: list[Tally], cohort: Cohort, given: Weighed, base: dict, told: list[dict]) -> None:
    """Balance and answers of one outcome, and what follows from them."""
    tallies += [before_tally(cohort, given, trait, base) for trait in given.traits if trait.codes is not None]
    tallies.append(preference_tally(cohort, given, base))
    words = alone_words(given)
    answers = [base | record | {"method": record["method"] + words} for record in told]
    records += [base | record for record in balance_records(given)]
    records += [*answers, *unmeasured_records(answers)]


def _history(cohort: Cohort, plan: Plan, wanted: Events, found: FirstEvents, given: Weighed) -> History:
    """What happened to those who are weighted; causes where these are the same people."""
    who, event = given.who, found.happened[given.who].astype(np.int64)
    first = causes(cohort, plan, wanted) if wanted.competing else None
    if first is None or (who & ~first.selection.analysed).any():
        return History(found.week[who], event, found.entry_of(who), found.week[who], event, 1)
    several = len(wanted.competing) + 1
    return History(found.week[who], event, found.entry_of(who), first.week[who], first.cause[who], several)


def _negative_control(cohort: Cohort, plan: Plan) -> Iterator[dict]:
    """The same comparison of an event that no arm can change; not published, for nowhere else is it counted."""
    control = plan.weighting.negative_control
    if control is None or control in plan.events.event:
        return
    wanted = plan.events.model_copy(update={"event": (control,), "competing": ()})
    found = first_events(cohort, wanted)
    given = weighed(cohort, plan, found.selection.analysed)
    words = "; negative control: no arm can change this event, so that a difference says that the arms are not alike"
    for record in event_records(given, _history(cohort, plan, wanted, found, given), wanted):
        if record["measure"] in ("risk_difference", "weighted_hazard_ratio") and " - " in record["arm"]:
            yield {"outcome": control, "time": ""} | record | {"method": record["method"] + words, "population": "withheld"}
