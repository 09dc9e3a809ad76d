"""Pooling: what several providers show together, and how far they lie apart; side by side, and not pooled, where there are fewer than three."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events, pairs
from analyses.shared.covariates import covariate_columns, covariate_words
from analyses.shared.event_curves import time_words
from analyses.shared.providers.effects import (
    changes,
    differences,
    hazard_ratios,
    rates,
    risks,
    standardised,
    standardised_differences,
)
from analyses.shared.providers.naming import Providers, providers
from analyses.shared.providers.pooled_rows import MOST_PROVIDERS, POOLED_MEASURES, Question, pooled_rows
from analyses.shared.recording import arm_groups, outcome_name, sign_of
from data_schemas.plan import Measure, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "pooling"
MEASURES = {
    "n_pairs": Declared("count", Words("aantal met beide metingen", "number with both measurements"), "count"),
    **POOLED_MEASURES,
}
_CHANGE = "mean change, later minus baseline as scored, complete pairs"
_G = "effect size g, mean change / the provider's own SD at baseline, Hedges J(n - 1), + is improvement"
_DIFFERENCE = "difference between the arms within the provider, ANCOVA of the later score on arm and baseline{covariates}"
_G_BETWEEN = "g between the arms within the provider, difference of later means / pooled SD, + favours the first arm"
_RISK = "risk by this week, 1 - Kaplan-Meier, log-log interval; pooled as logarithms of the cumulative hazard; {time}"
_RATE = "first events per person-year, exact Poisson interval; pooled as logarithms; {time}"
_HAZARD = "logarithm of the hazard ratio within the provider, first arm over second, by Cox, Efron ties; {time}"
TOGETHER = "; compared arms together, so not the change under one of them"
_PAIRS = "people with a baseline and this later score"


def wanted(plan: Plan) -> bool:
    """When the plan names a questionnaire or events."""
    return bool(plan.measures) or plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """For every planned outcome and moment what providers show together: of everyone, of each arm, and of the planned comparison.

    `subgroup` is empty for the change, the risk, and the difference in the outcome's own unit; `effect=g`, `effect=rate` for others. Of a single
    provider it is `provider=3`, or its name when the plan has `[providers] named = true`. Without a second provider there are no rows.
    """
    known = providers(cohort, plan)
    if len(known) < 2:
        return Result(NAME, MEASURES, rows(NAME, []))
    asked = [*_of_scores(cohort, plan, known), *(_of_events(cohort, plan, known) if plan.events is not None else ())]
    records = [record for question in asked for record in pooled_rows(question)]
    return Result(NAME, MEASURES, rows(NAME, records), tuple(_tallies(cohort, plan, known)))


def _of_scores(cohort: Cohort, plan: Plan, known: Providers) -> Iterator[Question]:
    for measure in plan.measures:
        for moment in measure.moments:
            found = pairs(cohort, measure, moment)
            base = {"outcome": outcome_name(measure), "time": moment}
            sign = sign_of(cohort, measure)
            for arm, who in arm_groups(cohort, found.selection.analysed):
                apart = known.apart(who)
                fixed = {"base": base | {"arm": arm}, "labels": known.labels, "leaves": arm == "all"}
                mixed = TOGETHER if plan.comparison is not None and arm == "all" else ""
                yield Question(variant="", words=_CHANGE + mixed, effects=changes(found.before, found.later, apart), **fixed)
                effects = standardised(found.before, found.later, apart, sign)
                yield Question(variant="effect=g", words=_G + mixed, effects=effects, **fixed)
            if plan.comparison is not None:
                yield from _between(cohort, plan, known, found, base, sign)


def _between(cohort: Cohort, plan: Plan, known: Providers, found, base: dict, sign: int) -> Iterator[Question]:
    one, other = (cohort.arm_codes == cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & (one | other)
    apart = known.apart(who)
    beside = np.zeros((cohort.size, 0))
    covariates = covariate_columns(cohort, plan, who).columns
    if covariates.shape[1]:
        beside = np.zeros((cohort.size, covariates.shape[1]))
        beside[who] = covariates
    fixed = {"base": base | {"arm": " - ".join(plan.comparison.arms)}, "labels": known.labels, "two_arms": True}
    words = _DIFFERENCE.format(covariates=covariate_words(cohort, plan))
    yield Question(variant="", words=words, effects=differences(found.before, found.later, one, beside, apart), **fixed)
    effects = standardised_differences(found.before, found.later, one, apart, sign)
    yield Question(variant="effect=g", words=_G_BETWEEN, effects=effects, **fixed)


def _of_events(cohort: Cohort, plan: Plan, known: Providers) -> Iterator[Question]:
    found, time = first_events(cohort, plan.events), time_words(plan.events)
    base = {"outcome": events_outcome(plan.events)}
    horizon = max(plan.events.horizons_weeks)
    for arm, who in arm_groups(cohort, found.selection.analysed):
        apart, fixed = known.apart(who), {"labels": known.labels}
        effects = risks(found.week, found.happened, found.entry, apart, horizon)
        mine = base | {"arm": arm}
        yield Question(
            mine | {"time": str(horizon)},
            "",
            _RISK.format(time=time),
            effects,
            known_until=_complete(found, who, horizon),
            **fixed,
        )
        effects = rates(found.week, found.happened, found.entry, apart)
        yield Question(mine, "effect=rate", _RATE.format(time=time), effects, **fixed)
    if plan.comparison is not None:
        one, other = (cohort.arm_codes == cohort.arms.index(arm) for arm in plan.comparison.arms)
        apart = known.apart(found.selection.analysed & (one | other))
        effects = hazard_ratios(found.week, found.happened, found.entry, one, apart)
        pair = base | {"arm": " - ".join(plan.comparison.arms)}
        yield Question(pair, "", _HAZARD.format(time=time), effects, known.labels, two_arms=True)


def _complete(found: FirstEvents, who: np.ndarray, horizon: int) -> bool:
    """Whether of everyone it is known if it happened by that week."""
    known = found.happened[who] | (found.week[who] >= horizon)
    return found.entry is None and bool(known.all())


def _tallies(cohort: Cohort, plan: Plan, known: Providers) -> Iterator[Tally]:
    for measure in plan.measures if len(known) <= MOST_PROVIDERS else ():
        for moment in measure.moments:
            yield _tally(cohort, measure, moment, known)


def _tally(cohort: Cohort, measure: Measure, moment: str, known: Providers) -> Tally:
    counts = np.bincount(known.code[pairs(cohort, measure, moment).selection.analysed], minlength=len(known))
    base = {
        "outcome": outcome_name(measure),
        "time": moment,
        "measure": "n_pairs",
        "arm": "all",
        "unit": "people",
        "method": _PAIRS,
    }
    labels = tuple(f"provider={label}" for label in known.labels)

    def derive(counts: np.ndarray) -> list[Record]:
        return [base | {"subgroup": label, "estimate": count, "n": counts.sum()} for label, count in zip(labels, counts)]

    parts = {f"analysed {label}": np.arange(len(labels)) == place for place, label in enumerate(labels)}
    return Tally(counts, derive, labels, "analysed", parts)
