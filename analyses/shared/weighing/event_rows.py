"""Rows about events in weighted arms: curves, differences in risk and in time, hazards, each with weights that are estimated in every resample."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.event_curves import time_words
from analyses.shared.recording import fields, within
from analyses.shared.weighing.alike import Draws, alike
from analyses.shared.weighing.certainty import OF_HAZARDS, OF_RISKS
from analyses.shared.weighing.draws import Drawn, Key, between_providers, drawn, provider_sums, within_providers
from analyses.shared.weighing.history import History, added_risks, tables
from analyses.shared.weighing.people import Weighed
from analyses.shared.weighing.provider_rows import CLUSTERED, INSIDE, OF_PROVIDERS, leave_one_out
from analyses.statistics.weighting.augmented import mean_differences
from analyses.statistics.weighting.bootstrap import BootstrapInterval
from analyses.statistics.weighting.weighted_cox import WeightedCox, log_hazards, weighted_cox
from analyses.statistics.weighting.weighted_events import (
    WeightedTable,
    read_at,
    unknown_at,
    weighted_incidence,
    weighted_restricted_mean,
    weighted_survival,
)
from data_schemas.plan import Events
from data_schemas.result import Declared
from data_schemas.words import Words

EVENT_MEASURES = {
    "weighted_survival": Declared("model", Words("zonder gebeurtenis, gewogen", "without an event, weighted"), "share"),
    "weighted_incidence": Declared(
        "model", Words("aandeel met de gebeurtenis, gewogen", "share with the event, weighted"), "share"
    ),
    "weighted_restricted_mean": Declared(
        "model", Words("gemiddelde tijd zonder gebeurtenis, gewogen", "mean time without an event, weighted"), "weeks"
    ),
    "risk_difference": Declared("model", Words("gewogen verschil in risico", "weighted difference in risk"), "share"),
    "weighted_risk_ratio": Declared("model", Words("gewogen verhouding van risico's", "weighted ratio of risks"), "ratio"),
    "weighted_restricted_mean_difference": Declared(
        "model", Words("gewogen verschil in gemiddelde tijd", "weighted difference in mean time"), "weeks"
    ),
    "weighted_incidence_difference": Declared(
        "model", Words("gewogen verschil in aandeel met de gebeurtenis", "weighted difference in share with the event"), "share"
    ),
    "weighted_hazard_ratio": Declared("model", Words("gewogen hazard ratio", "weighted hazard ratio"), "ratio"),
    "weighted_hazard_ratio_bootstrap": Declared(
        "model",
        Words("gewogen hazard ratio, interval door trekkingen", "weighted hazard ratio, interval by resampling"),
        "ratio",
    ),
}
_DRAWS = "interval from {draws} resamples of people that estimate the weights anew"
_COX = (
    "Cox model of the arm alone in weighted people, first over second, Efron ties, robust error that takes the weights as known (Binder 1992), "
    "normal interval on the log scale"
)


def event_records(given: Weighed, history: History, wanted: Events) -> Iterator[dict]:
    """Every row of events; outcome and time zero are for the caller to know."""
    weeks, tau = tuple(sorted(set(wanted.horizons_weeks))), wanted.restricted_mean_weeks
    people = alike(given, history.columns)
    table, several = tables(people, history)
    values = {week: added_risks(people, history, table, week) for week in weeks}
    arms, pairs = people.of_cells(given.arm), _named_pairs(given)

    def statistics(some: Draws) -> dict[Key, np.ndarray]:
        weight, target, counts = some.cells()
        found = dict(_of_curves(given, table, several, weight, weeks, tau))
        hazards, there = log_hazards(table, weight, counts)
        hazards = np.concatenate([np.where(there[:, None], hazards, np.nan), np.where(there, 0.0, np.nan)[:, None]], axis=1)
        for one, other, arm in pairs:
            found["weighted_hazard_ratio_bootstrap", arm, ""] = np.exp(hazards[:, one] - hazards[:, other])
            mine = np.isin(arms, (one, other))
            for week in weeks:
                means = _of_means(some, values[week], (one, other), arms == one, weight * mine, target, counts * mine)
                found |= {(name, arm, str(week)): value for name, value in means.items()}
        return found

    done = drawn(people, statistics)
    told = f"{given.words}; {time_words(wanted)}"
    yield from _arm_rows(given, done, history, table, several is not None, weeks, tau, told)
    yield from _pair_rows(given, done, history, table, several is not None, weeks, tau, told)


def _named_pairs(given: Weighed) -> list[tuple[int, int, str]]:
    return [(one, other, f"{given.arms[one]} - {given.arms[other]}") for one, other in given.pairs()]


def _of_curves(
    given: Weighed, table: WeightedTable, several: WeightedTable | None, weight, weeks, tau
) -> Iterator[tuple[Key, np.ndarray]]:
    survival, mean = weighted_survival(table, weight), weighted_restricted_mean(table, weight, tau)
    incidence = None if several is None else weighted_incidence(several, weight)[:, 0]
    for k, arm in enumerate(given.arms):
        for week in weeks:
            yield ("weighted_survival", arm, str(week)), read_at(survival, week)[:, k]
            if incidence is not None:
                yield ("weighted_incidence", arm, str(week)), read_at(incidence, week)[:, k]
        yield ("weighted_restricted_mean", arm, str(tau)), mean[:, k]
    for one, other, arm in _named_pairs(given):
        for week in weeks:
            first, second = (1 - read_at(survival, week)[:, k] for k in (one, other))
            yield ("risk_difference", arm, str(week)), first - second
            with np.errstate(divide="ignore", invalid="ignore"):
                yield ("weighted_risk_ratio", arm, str(week)), first / second
            if incidence is not None:
                part = read_at(incidence, week)
                yield ("weighted_incidence_difference", arm, str(week)), part[:, one] - part[:, other]
        yield ("weighted_restricted_mean_difference", arm, str(tau)), mean[:, one] - mean[:, other]


def _of_means(some: Draws, values: tuple | None, pair, first, weight, target, counts) -> dict[str, np.ndarray]:
    """Of two arms, from what each person adds to the risk of their arm: those of the cells, and of the units."""
    names = ("aipw_difference", "g_computation_difference", "within_provider_difference", "between_provider_difference")
    if values is None:
        return dict.fromkeys(names, np.full(len(weight), np.nan))
    of_cells, of_units = values
    found = mean_differences(of_cells, first, some.alike.cell_products, weight, target, counts)
    sums = provider_sums(some, of_units, *pair)
    return dict(zip(names, (found.augmented, found.standardised, within_providers(sums), between_providers(sums))))


def _arm_rows(given: Weighed, done: Drawn, history: History, table: WeightedTable, incidence: bool, weeks, tau: int, told: str):
    draws = _DRAWS.format(draws=given.resamples)
    for k, arm in enumerate(given.arms):
        mine = given.arm == k
        base = {"arm": arm, "n": int(mine.sum()), "events": int(history.event[mine].sum()), "residual_df": given.behind(k)}
        for week in weeks:
            answer = _known(given, done, table, ("weighted_survival", arm, str(week)), (k,), week, scale="log_log", null=np.nan)
            row = base | {"measure": "weighted_survival", "time": str(week), "unit": "share"}
            yield row | within(fields(answer, f"Kaplan-Meier with weights, log-log {draws}; {told}"), 0, 1)
            if incidence:
                answer = _known(
                    given, done, table, ("weighted_incidence", arm, str(week)), (k,), week, scale="log_log", null=np.nan
                )
                row = base | {"measure": "weighted_incidence", "time": str(week), "unit": "share"}
                yield row | within(fields(answer, f"Aalen-Johansen with weights, log-log {draws}; {told}"), 0, 1)
        answer = _known(given, done, table, ("weighted_restricted_mean", arm, str(tau)), (k,), tau, null=np.nan)
        row = base | {"measure": "weighted_restricted_mean", "time": str(tau), "unit": "weeks"}
        yield row | within(fields(answer, f"area under the weighted curve, {draws}; {told}"), 0, tau)


def _known(given: Weighed, done: Drawn, table: WeightedTable, key: Key, arms, week: int, **how) -> BootstrapInterval:
    """The answer, or why there is none."""
    answer = done.answer(key, df=given.df_of_risks(*arms), **how)
    if reason := _silent(given, done, table, key, arms, week):
        return BootstrapInterval(np.nan, reason=reason)
    return answer


def _silent(given: Weighed, done: Drawn, table: WeightedTable, key: Key, arms, week: int) -> str | None:
    if given.weights.reason:
        return given.weights.reason
    for k in arms:
        at_end = (
            done.estimate[done.keys.index(("weighted_survival", given.arms[k], key[2]))] if key[2] in _weeks_of(done) else 1.0
        )
        if reason := unknown_at(table, k, week, float(at_end)):
            return reason
    return None


def _weeks_of(done: Drawn) -> set[str]:
    return {time for measure, _, time in done.keys if measure == "weighted_survival"}


def _pair_rows(
    given: Weighed, done: Drawn, history: History, table: WeightedTable, incidence: bool, weeks, tau: int, told: str
):
    draws = _DRAWS.format(draws=given.resamples)
    cox = weighted_cox(history.week, history.event, given.arm, given.weights.weight, arms=len(given.arms), entry=history.entry)
    for one, other, arm in _named_pairs(given):
        mine = np.isin(given.arm, (one, other))
        events = int(history.event[mine].sum())
        left = min(given.behind(one, other), events - given.common)
        base = {"arm": arm, "n": int(mine.sum()), "events": events, "residual_df": left}
        yield from _hazard_rows(given, done, cox, one, other, base, f"{told}", draws)
        methods = {
            "risk_difference": ("share", f"difference of weighted Kaplan-Meier risks, {draws}{OF_RISKS}"),
            "weighted_risk_ratio": ("ratio", f"ratio of weighted Kaplan-Meier risks, on the log scale {draws}"),
            "aipw_difference": (
                "share",
                f"difference in risk, doubly robust: regression of the risk in each arm, corrected by weighted residuals; pseudo-values for those "
                f"lost (Andersen 2003), {draws}{OF_RISKS}",
            ),
            "g_computation_difference": (
                "share",
                f"difference in risk that the regressions of each arm on the covariates expect for the target group; pseudo-values, {draws}",
            ),
            "within_provider_difference": (
                "share",
                f"difference in risk within the same provider, weighted; providers with one arm say nothing of it; pseudo-values, {draws}",
            ),
            "between_provider_difference": (
                "share",
                f"difference in risk between providers, by the share of their people in the first arm, weighted; pseudo-values, {draws}; "
                "providers as they are",
            ),
        }
        if incidence:
            methods["weighted_incidence_difference"] = (
                "share",
                f"difference of weighted Aalen-Johansen incidences, {draws}",
            )
        for week in weeks:
            for measure, (unit, method) in methods.items():
                key = (measure, arm, str(week))
                reason = _silent(given, done, table, key, (one, other), week)
                row = base | {"time": key[2], "unit": unit}
                yield from _rows_of(given, done, key, reason or _late(table, measure), row, f"{method}; {told}", one, other)
        key = ("weighted_restricted_mean_difference", arm, str(tau))
        row, method = base | {"time": key[2], "unit": "weeks"}, f"difference of weighted restricted means, {draws}{OF_RISKS}"
        reason = _silent(given, done, table, key, (one, other), tau)
        yield from _rows_of(given, done, key, reason, row, f"{method}; {told}", one, other, bound=float(tau))


def _late(table: WeightedTable, measure: str) -> str | None:
    plain = measure in ("risk_difference", "weighted_risk_ratio", "weighted_incidence_difference")
    return "late_entry" if table.entered is not None and not plain else None


def _rows_of(given: Weighed, done: Drawn, key: Key, reason, row: dict, method: str, one: int, other: int, bound: float = 1.0):
    """One answer, the same by provider, and without each of them."""
    ratio = key[0] == "weighted_risk_ratio"
    how = {"scale": "log", "null": 1.0} if ratio else {}
    answer = BootstrapInterval(np.nan, reason=reason) if reason else done.answer(key, df=given.df_of_risks(one, other), **how)
    bounds = (0, np.inf) if ratio else (-bound, bound)
    yield row | {"measure": key[0]} | within(fields(answer, method), *bounds)
    if key[0] in CLUSTERED:
        answer = BootstrapInterval(np.nan, reason=reason) if reason else done.by_provider(key, **how)
        words = method.replace("resamples of people", "resamples of providers").replace(OF_RISKS, "")
        yield row | {"measure": f"{key[0]}_clustered"} | within(fields(answer, words + OF_PROVIDERS), *bounds)
        if not reason:
            yield from (row | {"measure": INSIDE} | each for each in leave_one_out(done, key))


def _hazard_rows(given: Weighed, done: Drawn, cox: WeightedCox, one: int, other: int, base: dict, told: str, draws: str):
    row = base | {"unit": "ratio"}
    reason = given.weights.reason or cox.reason
    contrast = np.zeros(len(given.arms))
    contrast[one], contrast[other] = 1.0, -1.0
    answer = BootstrapInterval(np.nan, reason=reason)
    if reason is None:
        log = float(contrast[:-1] @ cox.coefficients)
        error = float(np.sqrt(contrast[:-1] @ cox.covariance @ contrast[:-1]))
        answer = _ratio(log, error)
    yield row | {"measure": "weighted_hazard_ratio"} | fields(answer, f"{_COX}{OF_HAZARDS}; {told}")
    key = ("weighted_hazard_ratio_bootstrap", base["arm"], "")
    method = f"Cox model of the arm alone in weighted people, first over second, Efron ties, on the log scale {draws}"
    for measure, answer in (
        (key[0], done.answer(key, scale="log", null=1.0)),
        ("weighted_hazard_ratio_clustered", done.by_provider(key, scale="log", null=1.0)),
    ):
        answer = BootstrapInterval(np.nan, reason=reason) if reason else answer
        words = method if measure == key[0] else method.replace("of people", "of providers") + OF_PROVIDERS
        yield row | {"measure": measure} | fields(answer, f"{words}; {told}")


def _ratio(log: float, error: float) -> BootstrapInterval:
    from scipy.special import ndtr

    ratio, z = np.exp(log), 1.959963984540054
    limits = np.exp(log - z * error), np.exp(log + z * error)
    return BootstrapInterval(float(ratio), float(ratio * error), *map(float, limits), float(2 * ndtr(-abs(log / error))))
