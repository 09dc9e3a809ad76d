"""Hazards: the plan's comparison by Cox regression, adjusted for its covariates, with the test of proportional hazards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analyses.shared.by_provider import (
    DESIGN_MEASURE,
    design_row,
    events_independence,
    number_of_providers,
    providers_of,
    residual_df,
    several,
)
from analyses.shared.cohort import Cohort, FirstEvents, events_outcome, first_events
from analyses.shared.covariates import EACH, Covariates, covariate_columns, covariate_words
from analyses.shared.event_curves import time_words
from analyses.shared.providers.contrasts import HOLDS, RATIO_HOLDS
from analyses.shared.providers.frailties import FRAILTY_MEASURES, frailty_rows
from analyses.shared.recording import STAYS_INSIDE, why
from analyses.statistics.clustered.cox import log_hazard_ratio_by_cluster
from analyses.statistics.events.event_counts import event_counts_by_group
from analyses.statistics.events.log_rank import stratified_log_rank
from analyses.statistics.hazards.concordance import concordance
from analyses.statistics.hazards.cox_model import CoxModel, cox_model
from analyses.statistics.hazards.firth_cox import FirthCox, firth_cox
from analyses.statistics.hazards.proportional_hazards import proportional_hazards
from analyses.statistics.inference.wald import ChiSquaredTest
from analyses.statistics.models.model import Contrast
from data_schemas.plan import Plan
from data_schemas.result import COMPARED, Declared, Result, rows
from data_schemas.words import Words

NAME = "hazards"
MEASURES = {
    "hazard_ratio": Declared("model", Words("verhouding van risico's (hazard ratio)", "hazard ratio"), "ratio"),
    "hazard_ratio_clustered": Declared(
        "model", Words("verhouding van risico's, interval per aanbieder", "hazard ratio, interval by provider"), "ratio"
    ),
    **DESIGN_MEASURE,
    **FRAILTY_MEASURES,
    "ph_test_chi2": Declared("test", Words("toets op evenredige risico's", "test of proportional hazards"), "statistic"),
    "stratified_log_rank_chi2": Declared(
        "test", Words("log-rangtoets binnen groepen van kenmerken", "log-rank test within covariate groups"), "statistic"
    ),
    "concordance": Declared(
        "internal",
        Words("hoe vaak het model de volgorde raadt (concordantie)", "how often the model has the order right (concordance)"),
        "effect",
    ),
    "aic": Declared(
        "internal",
        Words("hoe goed het model past (AIC, lager is beter)", "how well the model fits (AIC, lower is better)"),
        "statistic",
    ),
}
EVENTS_PER_PARAMETER = 10
"""Below it the ordinary estimate is biased away from 1 (Peduzzi et al. 1995, J Clin Epidemiol 48:1503): Firth's penalty then."""
FEWEST_EVENTS = 2
_CLUSTERED = (
    "Cox, errors by provider: Lin and Wei's sandwich with CR2's correction for few providers and t on Satterthwaite's df; first arm over second, of "
    "people whatever their provider; {words}{holds}"
)
_COX = (
    "Cox, normal interval on the log scale; with fewer than ten events per parameter, or groups apart, with Firth's penalty and a profile "
    "interval, which holds the truth in 95 to 99 of 100 cases with 11 people per arm and 95 to 98 with more, adjusted for covariates in 91 to 94 "
    "with 11 and 92 to 96 with more (p is below 0.05 by chance in 1 to 5, adjusted in 7 to 13 with 11) [here {which}]"
)
_WITH, _WITHOUT = _COX.format(which="with the penalty"), _COX.format(which="without it")
"""What the data chose stands in brackets, and those do not leave: it would tell of the events in each arm."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The people of the two arms who can be analysed: the arm is the first column of `x`, then the covariates' categories.

    `words` names the covariates, and which of them nobody filled in.
    """

    week: np.ndarray
    event: np.ndarray
    entry: np.ndarray | None
    x: np.ndarray
    beside: Covariates
    words: str
    provider: np.ndarray

    @property
    def after(self) -> np.ndarray | None:
        """The entries as the models take them: who is there from the start was at risk from before week 0."""
        return None if self.entry is None else np.where(self.entry == 0, -1, self.entry)

    @property
    def parameters(self) -> int:
        """How many the model has, without those of hardly anybody: whether a row leaves may not say that there is somebody."""
        return 1 + self.beside.common

    @property
    def terms(self) -> list[tuple[str, tuple[int, ...]]]:
        """The columns of `x` of every covariate."""
        return [(name, tuple(1 + column for column in self.beside.term(name))) for name in self.beside.categories]


def wanted(plan: Plan) -> bool:
    """When the plan names events and compares two arms."""
    return plan.events is not None and plan.comparison is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """Hazard ratios of the first arm against the second and of the covariates; a missing covariate is a category of its own.

    The arm's row has `arm` as `a - b` (hazard of a over hazard of b); a covariate's row has its category in `subgroup`
    (`setting=open`), against the category that its method names. Every other category has its row, whether anyone is in it or not; in a release
    those that enough are in have one.
    Concordance and AIC stay inside: beside the ratios they are further roundings of the same counts, and a likelihood counts the people
    at risk.
    """
    found = first_events(cohort, plan.events)
    given = _design(cohort, plan, found)
    base = {"outcome": events_outcome(plan.events), "n": len(given.week), "events": int(given.event.sum())}
    records = [
        *_of_the_model(given, plan, events_independence(cohort)),
        *_tests_of_proportionality(given, plan),
        *_stratified(given, plan),
    ]
    records += _by_provider(given, plan, number_of_providers(cohort)) if several(cohort) else []
    told = {one.name: one.people for categories in given.beside.categories.values() for one in categories if not one.inside}
    told = {name: people for name, people in told.items() if not name.endswith(f"={EACH}")}
    return Result(NAME, MEASURES, rows(NAME, [base | record for record in records]), filled=told)


def _design(cohort: Cohort, plan: Plan, found: FirstEvents) -> Design:
    first, second = (cohort.arm_codes == cohort.arms.index(arm) for arm in plan.comparison.arms)
    who = found.selection.analysed & (first | second)
    beside = covariate_columns(cohort, plan, who)
    x = np.column_stack([first[who].astype(float), beside.columns])
    return Design(
        found.week[who],
        found.happened[who],
        found.entry_of(who),
        x,
        beside,
        covariate_words(cohort, plan),
        providers_of(cohort)[who],
    )


def _of_the_model(given: Design, plan: Plan, alone: str) -> Iterator[dict]:
    found = fitted(given.week, given.event, given.x, given.after)
    fit, reason = (None, found) if isinstance(found, str) else (found, None)
    kind = _WITH if isinstance(fit, FirthCox) else _WITHOUT
    words = f"{_adjusted(given)}; Efron ties; {time_words(plan.events)}{alone}"
    behind, pair = {"residual_df": given.event.sum() - given.parameters}, {"arm": " - ".join(plan.comparison.arms)}
    base = {"measure": "hazard_ratio", "unit": "ratio"} | behind
    yield base | pair | _ratio(fit, 0, reason, f"{kind}; first arm over second; {words}")
    for category in (each for of_one in given.beside.categories.values() for each in of_one):
        place = {"arm": "all", "subgroup": category.name, "population": COMPARED} | (STAYS_INSIDE if category.inside else {})
        method = f"{kind}; against {category.reference}; {words}"
        place |= {} if category.name.endswith(f"={EACH}") else {"fewest": category.analysed}
        yield base | place | _ratio(fit, category.column + 1, reason or category.reason, method)
    yield {"measure": "concordance", "unit": "concordance"} | pair | _concordance(given, fit, reason, f"{kind}; {words}")
    yield {"measure": "aic", "unit": "AIC"} | pair | _criterion(fit, reason, words)


def _by_provider(given: Design, plan: Plan, providers: int) -> list[dict]:
    """The arm's ratio with errors by provider, and how many times its variance is that of independent people."""
    few = given.event.sum() < EVENTS_PER_PARAMETER * given.parameters
    reason = _too_small(given.event, given.x) or ("too_few_events" if few else None)
    found = Contrast(np.nan, reason=reason)
    if reason is None:
        found = log_hazard_ratio_by_cluster(given.week, given.event, given.x, given.provider, entry=given.after)
    behind = min(residual_df(given.provider, providers), float(given.event.sum() - given.parameters))
    base = {"arm": " - ".join(plan.comparison.arms), "residual_df": behind}
    words = f"{_adjusted(given)}; Efron ties; {time_words(plan.events)}"
    method = _CLUSTERED.format(words=words, holds=HOLDS.format(*RATIO_HOLDS))
    numbers = {}
    if found.reason is None:
        ratio = float(np.exp(found.estimate))
        numbers = {"estimate": ratio, "std_error": ratio * found.std_error, "p_value": found.p_value, "df": found.df}
        numbers |= {"ci_low": float(np.exp(found.ci_low)), "ci_high": float(np.exp(found.ci_high))}
    row = {"measure": "hazard_ratio_clustered", "unit": "ratio", "method": why(method, found.reason)} | numbers
    alone = fitted(given.week, given.event, given.x, given.after)
    error = np.nan if isinstance(alone, str) else float(alone.std_error[0])
    usual = Contrast(0.0, error, reason=alone if isinstance(alone, str) else None)
    beside = frailty_rows(given.week, given.event, given.x, given.provider, given.after, reason, words)
    return [base | row, base | design_row(found, usual, "logarithm of the hazard ratio"), *(base | each for each in beside)]


def _concordance(given: Design, fit: CoxModel | FirthCox | None, reason: str | None, words: str) -> dict:
    method = (
        f"Harrell's C of the model in the people that it was fitted to, which flatters it; interval on the logit scale; {words}"
    )
    if reason is None:
        found = concordance(given.week, given.event, given.x @ fit.coefficients, entry=given.after)
        reason = found.reason
    numbers = {} if reason else {name: getattr(found, name) for name in ("estimate", "std_error", "ci_low", "ci_high")}
    return {"method": why(method, reason)} | numbers


def _criterion(fit: CoxModel | FirthCox | None, reason: str | None, words: str) -> dict:
    """Of Cox's likelihood only."""
    method = f"-2 log partial likelihood + 2 for each parameter: lower is better, among models of the same people; {words}"
    if reason is None and not isinstance(fit, CoxModel):
        reason = "too_few_events"
    return {"method": why(method, reason)} | ({} if reason else {"estimate": fit.aic})


def _adjusted(given: Design) -> str:
    return f"adjusted for{given.words[1:]}" if given.terms else f"unadjusted{given.words}"


def _ratio(fit: CoxModel | FirthCox | None, column: int, reason: str | None, method: str) -> dict:
    return {"method": why(method, reason)} | ({} if reason else _numbers(fit, column))


def fitted(week: np.ndarray, event: np.ndarray, x: np.ndarray, entry: np.ndarray | None = None) -> CoxModel | FirthCox | str:
    """The model that the number of events allows, with the arm in the first column of `x`; or the reason why there is none."""
    if reason := _too_small(event, x):
        return reason
    if event.sum() >= EVENTS_PER_PARAMETER * x.shape[1]:
        fit = cox_model(week, event, x, entry=entry)
        if fit.reason != "monotone_likelihood":
            return fit.reason or fit
    fit = firth_cox(week, event, x, entry=entry)
    return fit.reason or fit


def _too_small(event: np.ndarray, x: np.ndarray) -> str | None:
    """Why no model is fitted at all."""
    arms = x[:, 0]
    if not len(arms) or arms.min() == arms.max():
        return "empty_group"
    if not event.any():
        return "no_events"
    return "too_few_events" if event.sum() < max(FEWEST_EVENTS, x.shape[1]) else None


def _numbers(fit, column: int) -> dict:
    ratio = fit.hazard_ratio[column]
    return {
        "estimate": ratio,
        "ci_low": fit.hazard_ratio_ci_low[column],
        "ci_high": fit.hazard_ratio_ci_high[column],
        "std_error": ratio * fit.std_error[column],
        "p_value": fit.p_value[column],
    }


def _tests_of_proportionality(given: Design, plan: Plan) -> Iterator[dict]:
    reason = _too_small(given.event, given.x)
    if reason is None and given.event.sum() < EVENTS_PER_PARAMETER * given.parameters:
        reason = "too_few_events"
    terms = [({"arm": " - ".join(plan.comparison.arms)}, (0,))]
    terms += [({"arm": "all", "subgroup": name, "population": COMPARED}, columns) for name, columns in given.terms]
    tested = [columns for _, columns in terms if columns]
    found: dict[tuple[int, ...], ChiSquaredTest] = {}
    if len(terms) > 1:
        terms.append(({"arm": "all", "population": COMPARED}, tuple(range(given.x.shape[1]))))
    if reason is None:
        tests = proportional_hazards(given.week, given.event, given.x, entry=given.after, terms=tested)
        reason = tests.reason
        found = {terms[-1][1]: tests.overall} | dict(zip(tested, tests.tests))
    for place, columns in terms:
        silent = reason or (found[columns].reason if columns else "empty_group")
        method = f"score test of proportional hazards [{len(columns)} df], time on the Kaplan-Meier scale, Efron ties; {time_words(plan.events)}"
        yield {
            "measure": "ph_test_chi2",
            "unit": "chi-squared",
            "residual_df": given.event.sum() - given.parameters,
            **place,
            **({} if silent else {"estimate": found[columns].statistic, "p_value": found[columns].p_value}),
            "method": why(method, silent),
        }


def _stratified(given: Design, plan: Plan) -> Iterator[dict]:
    """The log-rank test of the two arms within every combination of the covariates' categories; those in numbers have none."""
    if not given.beside.coded:
        return
    cells = given.beside.strata * 2 + (given.x[:, 0] == 0)
    strata = int(given.beside.strata.max(initial=0)) + 1
    counts = event_counts_by_group(given.week, given.event.astype(np.int64), cells, 2 * strata, entry=given.entry, causes=1)
    test = stratified_log_rank([counts[2 * stratum : 2 * stratum + 2] for stratum in range(strata)])
    method = f"log-rank test, 1 df, stratified by {' x '.join(given.beside.coded)}; {time_words(plan.events)}"
    yield {
        "measure": "stratified_log_rank_chi2",
        "arm": " - ".join(plan.comparison.arms),
        "unit": "chi-squared",
        "residual_df": given.event.sum() - 1,
        "estimate": test.statistic,
        "p_value": test.p_value,
        "method": why(method, test.reason),
    }
