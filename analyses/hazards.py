"""Hazards: the plan's comparison by Cox regression, adjusted for its covariates, with the test of proportional hazards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events, subgroups
from analyses.shared.event_curves import time_words
from analyses.statistics.events.event_counts import event_counts_by_group
from analyses.statistics.events.log_rank import stratified_log_rank
from analyses.statistics.hazards.cox_model import CoxModel, cox_model
from analyses.statistics.hazards.firth_cox import FirthCox, firth_cox
from analyses.statistics.hazards.proportional_hazards import proportional_hazards
from data_schemas.plan import Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words

NAME = "hazards"
MEASURES = {
    "hazard_ratio": Declared("model", Words("verhouding van risico's (hazard ratio)", "hazard ratio"), "ratio"),
    "ph_test_chi2": Declared("test", Words("toets op evenredige risico's", "test of proportional hazards"), "statistic"),
    "stratified_log_rank_chi2": Declared(
        "test", Words("log-rangtoets binnen groepen van kenmerken", "log-rank test within covariate groups"), "statistic"
    ),
}
EVENTS_PER_PARAMETER = 10
"""Below it the ordinary estimate is biased away from 1 (Peduzzi et al. 1995, J Clin Epidemiol 48:1503): Firth's penalty then."""
FEWEST_EVENTS = 2
_COX = "Cox, normal interval on the log scale"
_FIRTH = "Cox with Firth's penalty (fewer than ten events per parameter, or groups apart), profile interval"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The people of the two arms who can be analysed, and their covariates: the arm first, then indicators per category.

    `terms` says which columns belong together, and `references` which category each covariate is compared with.
    """

    week: np.ndarray
    event: np.ndarray
    entry: np.ndarray | None
    x: np.ndarray
    labels: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, tuple[int, ...]], ...]
    strata: np.ndarray


def wanted(plan: Plan) -> bool:
    """When the plan names events and compares two arms."""
    return plan.events is not None and plan.comparison is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Hazard ratios of the first arm against the second and of the covariates, on people whose covariates are all filled in.

    The arm's row has `arm` as `a - b` (hazard of a over hazard of b); a covariate's row has its category in `subgroup`
    (`setting=open`), against the category that its method names.
    """
    found = first_events(cohort, plan, plan.events)
    given = _design(cohort, plan, found)
    base = {"outcome": events_outcome(plan.events), "n": len(given.week), "events": int(given.event.sum())}
    records = [*_hazard_ratios(given, plan), *_tests_of_proportionality(given, plan), *_stratified(given, plan)]
    return Result(NAME, MEASURES, rows(NAME, [base | record for record in records]))


def _design(cohort: Cohort, plan: Plan, found: FirstEvents) -> Design:
    first, second = (cohort.arm_codes == cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & (first | second)
    covariates = {column: subgroups(cohort, column) for column in plan.comparison.covariates}
    for levels in covariates.values():
        who = who & np.logical_or.reduce([level.members for level in levels] or [np.zeros(cohort.size, bool)])
    pair = " - ".join(plan.comparison.arms)
    columns, labels, terms = [first[who].astype(float)], [(pair, "")], [(pair, (0,))]
    strata = np.zeros(int(who.sum()), np.int64)
    for column, levels in covariates.items():
        levels = [level for level in levels if level.members[who].any()]
        reference, *others = levels or [None]
        number = sum((place * level.members[who] for place, level in enumerate(levels)), np.zeros(len(strata), np.int64))
        strata = strata * max(1, len(levels)) + number
        if others:
            terms.append((column, tuple(range(len(columns), len(columns) + len(others)))))
        columns += [level.members[who].astype(float) for level in others]
        labels += [(level.name, reference.code) for level in others]
    return Design(
        found.week[who],
        found.happened[who],
        found.entry_of(who),
        np.column_stack(columns),
        tuple(labels),
        tuple(terms),
        np.unique(strata, return_inverse=True)[1],
    )


def _arguments(given: Design) -> tuple[tuple, dict]:
    """The records as the models take them; who is in week 0 was at risk from before it."""
    entry = None if given.entry is None else np.where(given.entry == 0, -1, given.entry)
    return (given.week, given.event, given.x), {"entry": entry}


def _hazard_ratios(given: Design, plan: Plan) -> Iterator[dict]:
    covariates = ", ".join(plan.comparison.covariates)
    words = f"adjusted for {covariates}" if covariates else "unadjusted"
    fit, kind, reason = _fitted(given)
    for column, (name, reference) in enumerate(given.labels):
        place = {"arm": "all", "subgroup": name} if column else {"arm": name}
        against = f"against {reference}" if column else "first arm over second"
        method = f"{kind}; {against}; {words}; Efron ties; {time_words(plan.events)}"
        yield {
            "measure": "hazard_ratio",
            "unit": "ratio",
            "residual_df": given.event.sum() - given.x.shape[1],
            **place,
            **({} if reason else _numbers(fit, column)),
            "method": f"{reason}: {method}" if reason else method,
        }


def _fitted(given: Design) -> tuple[CoxModel | FirthCox | None, str, str | None]:
    """The model that the number of events allows, what it is, and why there is none."""
    arguments, options = _arguments(given)
    reason, enough = _too_small(given), given.event.sum() >= EVENTS_PER_PARAMETER * given.x.shape[1]
    if reason:
        return None, _COX, reason
    if enough:
        fit = cox_model(*arguments, **options)
        if fit.reason != "monotone_likelihood":
            return fit, _COX, fit.reason
    fit = firth_cox(*arguments, **options)
    return fit, _FIRTH, fit.reason


def _too_small(given: Design) -> str | None:
    """Why no model is fitted at all."""
    arms = given.x[:, 0]
    if not len(arms) or arms.min() == arms.max():
        return "empty_group"
    if not given.event.any():
        return "no_events"
    return "too_few_events" if given.event.sum() < max(FEWEST_EVENTS, given.x.shape[1]) else None


def _numbers(fit, column: int) -> dict:
    ratio = fit.hazard_ratios[column]
    return {
        "estimate": ratio,
        "ci_low": fit.ci_low[column],
        "ci_high": fit.ci_high[column],
        "std_error": ratio * fit.standard_errors[column],
        "p_value": fit.p_values[column],
    }


def _tests_of_proportionality(given: Design, plan: Plan) -> Iterator[dict]:
    arguments, options = _arguments(given)
    reason = _too_small(given)
    if reason is None and given.event.sum() < EVENTS_PER_PARAMETER * given.x.shape[1]:
        reason = "too_few_events"
    tests = None
    if reason is None:
        tests = proportional_hazards(*arguments, **options, terms=[columns for _, columns in given.terms])
        reason = tests.reason
    words = f"time on the Kaplan-Meier scale, Efron ties; {time_words(plan.events)}"
    terms = [(name, columns, number) for number, (name, columns) in enumerate(given.terms)]
    if len(terms) > 1:
        terms.append(("all", tuple(range(given.x.shape[1])), None))
    for name, columns, number in terms:
        place = {"arm": "all", "subgroup": name} if number else {"arm": name}
        test = None if reason else tests.overall if number is None else tests.tests[number]
        why = reason or test.reason
        method = f"score test of proportional hazards, {len(columns)} df, {words}"
        yield {
            "measure": "ph_test_chi2",
            "unit": "chi-squared",
            "residual_df": given.event.sum() - given.x.shape[1],
            **place,
            **({} if why else {"estimate": test.statistic, "p_value": test.p_value}),
            "method": f"{why}: {method}" if why else method,
        }


def _stratified(given: Design, plan: Plan) -> Iterator[dict]:
    """The log-rank test of the two arms within every combination of the covariates' categories."""
    if not plan.comparison.covariates:
        return
    cells = given.strata * 2 + (given.x[:, 0] == 0)
    strata = int(given.strata.max(initial=0)) + 1
    counts = event_counts_by_group(given.week, given.event.astype(np.int64), cells, 2 * strata, entry=given.entry, causes=1)
    test = stratified_log_rank([counts[2 * stratum : 2 * stratum + 2] for stratum in range(strata)])
    method = f"log-rank test, 1 df, stratified by {' x '.join(plan.comparison.covariates)}; {time_words(plan.events)}"
    yield {
        "measure": "stratified_log_rank_chi2",
        "arm": " - ".join(plan.comparison.arms),
        "unit": "chi-squared",
        "residual_df": given.event.sum() - 1,
        "estimate": test.statistic,
        "p_value": test.p_value,
        "method": f"{test.reason}: {method}" if test.reason else method,
    }
