"""Recurrent events: how often it happens, not only whether: mean number of events by arm, and four models of the rate."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.competing_events import EVENTS_PER_PARAMETER, model_estimate
from analyses.shared.cohort import Cohort, events_outcome
from analyses.shared.event_curves import fields, planned_pairs
from analyses.shared.event_histories import Recurrences, recurrences
from analyses.shared.recording import largest_share
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.hazards.recurrent_cox import ORDERS, RecurrentModel, recurrent_cox
from analyses.statistics.recurrent_events.mean_cumulative_function import (
    MeanCumulativeFunction,
    mean_cumulative_function,
    mean_events_at,
    mean_events_difference,
    mean_events_ratio,
)
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "recurrent_events"
MEASURES = {
    "mean_cumulative_events": Declared(
        "magnitude", Words("gemiddeld aantal gebeurtenissen per jongere", "mean number of events per person"), "effect"
    ),
    "mean_cumulative_reports": Declared(
        "magnitude", Words("gemiddeld aantal meldingen per jongere", "mean number of reports per person"), "effect"
    ),
    "merged_reports": Declared(
        "internal",
        Words("meldingen die met een andere als een gebeurtenis tellen", "reports that count as one event with another"),
        "count",
    ),
    "mean_cumulative_difference": Declared(
        "magnitude", Words("verschil in gemiddeld aantal gebeurtenissen", "difference in mean number of events"), "effect"
    ),
    "mean_cumulative_ratio": Declared(
        "magnitude", Words("verhouding van gemiddelde aantallen gebeurtenissen", "ratio of mean numbers of events"), "ratio"
    ),
    "recurrent_hazard_ratio": Declared(
        "model", Words("verhouding van het tempo van gebeurtenissen", "ratio of the rates of events"), "ratio"
    ),
}
MODELS: dict[RecurrentModel, str] = {
    "andersen-gill": "Andersen-Gill",
    "pwp-total": "PWP total time (Prentice-Williams-Peterson, a baseline per event number since time zero)",
    "pwp-gap": "PWP gap time (Prentice-Williams-Peterson, a baseline per event number since the event before)",
    "wlw": f"WLW (Wei-Lin-Weissfeld, the first {ORDERS} events from time zero, one ratio for all)",
}
_INTERVAL = (
    "t interval when a group has fewer than 35 people, else normal (of means and ratios on the log scale, none where people do not differ), "
    "which holds the truth in 93 to 97 of 100 cases for a mean, and for a difference or ratio in 93 to 100 with 11 people per arm, 94 to 99 "
    "with 34 and 94 to 95 with 150"
)
FEW_PEOPLE = "which rejects by chance in 5 to 9 of 100 cases with 11 people per arm in place of 5, and in 3 to 6 with more"
"""docs/simulation-competing-events.md."""


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Mean number of events at the plan's weeks, differences and ratios between arms, and the models for each pair of arms.

    The models stand side by side under one measure, with `subgroup` `model:andersen-gill`, `model:pwp-total`,
    `model:pwp-gap` and `model:wlw`. Reports of one kind of event in the same weeks are one event; what they would be each on its own
    stands beside it, with `subgroup` `reports:each`.
    """
    found, reports = recurrences(cohort, plan.events), recurrences(cohort, plan.events, every_report=True)
    code = np.where(found.selection.analysed, cohort.arm_codes, -1)
    base = {"outcome": events_outcome(plan.events)}
    records = [*_means(cohort, found, code, plan.events), *_reports(cohort, found, reports, code, plan.events)]
    for one, other in planned_pairs(cohort.arms, plan):
        records += _comparisons(cohort, found, code, (one, other), plan.events)
    return Result(NAME, MEASURES, rows(NAME, [base | record for record in records]))


_ONE = "reports of one kind of event in the same weeks are one event"
_EACH = "every report is an event, also of one kind in the same weeks"


def _words(wanted: Events, reports: str = _ONE) -> str:
    zero = f"weeks from {wanted.time_zero} of treatment; {', '.join(wanted.certainty)}"
    return f"{zero}; {reports}; every end of follow-up is a censoring"


def _curve(found: Recurrences, who: np.ndarray) -> MeanCumulativeFunction:
    return mean_cumulative_function(*found.of(who))


def _groups(cohort: Cohort, code: np.ndarray) -> dict[str, np.ndarray]:
    arms = {arm: code == number for number, arm in enumerate(cohort.arms)} if len(cohort.arms) > 1 else {}
    return {"all": code >= 0} | arms


def _reports(cohort: Cohort, found: Recurrences, reports: Recurrences, code: np.ndarray, wanted: Events) -> Iterator[dict]:
    """The mean with every report counted, and how many were taken for the same event as another."""
    each = {"measure": "mean_cumulative_reports", "subgroup": "reports:each"}
    for record in _means(cohort, reports, code, wanted, _EACH):
        yield record | each
    for name, who in _groups(cohort, code).items():
        every, largest = _dominance(reports, who, np.inf)
        merged = every - _dominance(found, who, np.inf)[0]
        row = {"measure": "merged_reports", "arm": name, "n": int(who.sum()), "estimate": merged, "unit": "reports"}
        row |= {"largest_share": largest}
        yield row | {"method": f"reports less events, over the whole of follow-up; {_words(wanted)}"}


def _means(cohort: Cohort, found: Recurrences, code: np.ndarray, wanted: Events, reports: str = _ONE) -> Iterator[dict]:
    for name, who in _groups(cohort, code).items():
        curve = _curve(found, who)
        for week in wanted.horizons_weeks:
            total, largest = _dominance(found, who, week)
            answer = mean_events_at(curve, week)
            yield {
                "measure": "mean_cumulative_events",
                "arm": name,
                "time": str(week),
                "n": curve.clients,
                "events": total,
                "residual_df": curve.clients - 1,
                "largest_share": largest,
                "unit": "events",
                **fields(
                    answer,
                    f"mean cumulative function (Nelson), robust Lawless-Nadeau variance, {_INTERVAL}; {_words(wanted, reports)}",
                ),
            }


def _dominance(found: Recurrences, who: np.ndarray, week: float) -> tuple[int, float]:
    """Events up to a week, and the share of the person with most of them."""
    person = found.person[who[found.person] & (found.week <= week)]
    return len(person), largest_share(np.bincount(person)) if len(person) else np.nan


def _most(found: Recurrences, code: np.ndarray, pair: tuple[int, int], week: float) -> float:
    """The larger of the shares that one person has in the events of either arm: a difference or ratio rests on both."""
    return float(np.fmax(*(_dominance(found, code == arm, week)[1] for arm in pair)))


def _comparisons(cohort: Cohort, found: Recurrences, code: np.ndarray, pair: tuple[int, int], wanted: Events) -> Iterator[dict]:
    one, other = pair
    both = (code == one) | (code == other)
    curves = _curve(found, code == one), _curve(found, code == other)
    people = int(both.sum())
    base = {"arm": f"{cohort.arms[one]} - {cohort.arms[other]}", "n": people, "residual_df": people - 2}
    for week in wanted.horizons_weeks:
        at = base | {"time": str(week), "events": _dominance(found, both, week)[0]}
        at |= {"largest_share": _most(found, code, pair, week)}
        for measure, contrast, unit, words in (
            ("mean_cumulative_difference", mean_events_difference, "events", "difference"),
            ("mean_cumulative_ratio", mean_events_ratio, "ratio", "ratio"),
        ):
            answer = contrast(*curves, week)
            method = f"{words} of mean cumulative functions, independent groups, robust variance, {_INTERVAL}; {_words(wanted)}"
            yield at | {"measure": measure, "unit": unit} | fields(answer, method)
    first = (code[both] == one).astype(float)[:, None]
    history = found.of(both)
    for model, words in MODELS.items():
        row = {"measure": "recurrent_hazard_ratio", "subgroup": f"model:{model}", "events": len(history[2]), "unit": "ratio"}
        row |= {"largest_share": _most(found, code, pair, np.inf)}
        yield base | row | _model(history, first, model, words, wanted)


def _model(history: tuple[np.ndarray, ...], first: np.ndarray, model: RecurrentModel, words: str, wanted: Events) -> dict:
    method = (
        f"{words}, Efron ties, Lin-Wei errors by client, normal interval, {FEW_PEOPLE}; several events of a client in one week are one; "
        f"{_words(wanted)}"
    )
    events = len(history[2])
    refused = [
        ("empty_group", not 0 < first.sum() < len(first)),
        ("no_events", events == 0),
        ("too_few_events", events < EVENTS_PER_PARAMETER),
    ]
    reason = next((code for code, holds in refused if holds), None)
    if reason:
        return fields(Estimate(np.nan, reason=reason), method)
    return fields(model_estimate(recurrent_cox(*history, first, model=model)), method)
