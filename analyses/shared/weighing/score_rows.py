"""Rows about questionnaires in weighted arms: the weighted difference, regression, both together, and within and between providers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.recording import fields, within
from analyses.shared.weighing.alike import Draws, alike
from analyses.shared.weighing.certainty import OF_SCORES
from analyses.shared.weighing.draws import Key, between_providers, drawn, provider_sums, within_providers
from analyses.shared.weighing.people import Weighed
from analyses.shared.weighing.provider_rows import CLUSTERED, INSIDE, OF_PROVIDERS, leave_one_out
from analyses.statistics.weighting.augmented import mean_differences
from analyses.statistics.weighting.bootstrap import BootstrapInterval
from data_schemas.result import Declared
from data_schemas.words import Words

SCORE_MEASURES = {
    "weighted_mean_difference": Declared(
        "model", Words("gewogen verschil in gemiddelde", "weighted difference in mean"), "score"
    ),
    "weighted_g": Declared("magnitude", Words("gewogen verschil in SD's", "weighted difference in SDs"), "effect"),
    "aipw_difference": Declared("model", Words("dubbel robuust verschil", "doubly robust difference"), "effect"),
    "g_computation_difference": Declared("model", Words("verschil volgens regressie", "difference by regression"), "effect"),
}
_DRAWS = "t interval from {draws} resamples of people that estimate the weights anew"
_METHODS = {
    "weighted_mean_difference": "difference of weighted means of the later scores, as scored, first minus second, {draws}{holds}",
    "weighted_g": "difference of weighted means over the unweighted pooled SD of the later scores, + favours the first arm, {draws}",
    "aipw_difference": (
        "difference in later score, doubly robust: regression on baseline and covariates in each arm, corrected by weighted residuals, {draws}{holds}"
    ),
    "g_computation_difference": (
        "difference in later score that the regressions of each arm on baseline and covariates expect for the target group, {draws}"
    ),
    "within_provider_difference": (
        "difference in later score within the same provider, weighted; providers with one arm say nothing of it, {draws}"
    ),
    "between_provider_difference": (
        "difference in later score between providers, by the share of their people in the first arm, weighted, {draws}; providers as they are"
    ),
}


def score_records(given: Weighed, later: np.ndarray, sign: int, bounds: tuple[float, float]) -> Iterator[dict]:
    """Every row of one questionnaire and moment.

    Parameters
    ----------
    later
        Scores of the people who are weighted.
    sign
        1 where higher is better.
    bounds
        Between what a difference can lie.
    """
    # differences are the same from any zero; from one of the scores, people who all have that one differ by nothing, and not by rounding
    later = later - later[:1].sum()
    pairs = [(one, other, f"{given.arms[one]} - {given.arms[other]}") for one, other in given.pairs()]
    people = alike(given, (later,))
    arms, scores, of_units = people.of_cells(given.arm), people.of_cells(later), people.of_units(later)

    def statistics(some: Draws) -> dict[Key, np.ndarray]:
        found: dict[Key, np.ndarray] = {}
        weight, target, counts = some.cells()
        for one, other, arm in pairs:
            mine, first = np.isin(arms, (one, other)), arms == one
            drew = counts * mine
            means = mean_differences(scores, first, people.cell_products, weight * mine, target, drew)
            found["weighted_mean_difference", arm, ""] = means.weighted
            with np.errstate(divide="ignore", invalid="ignore"):
                found["weighted_g", arm, ""] = sign * means.weighted / _spread(scores, first, mine, drew)
            found["aipw_difference", arm, ""] = means.augmented
            found["g_computation_difference", arm, ""] = means.standardised
            sums = provider_sums(some, of_units, one, other)
            found["within_provider_difference", arm, ""] = within_providers(sums)
            found["between_provider_difference", arm, ""] = between_providers(sums)
        return found

    done = drawn(people, statistics)
    draws = _DRAWS.format(draws=given.resamples)
    for one, other, arm in pairs:
        n = int(np.isin(given.arm, (one, other)).sum())
        for measure, words in _METHODS.items():
            key, unit = (measure, arm, ""), "SD" if measure == "weighted_g" else "score"
            limits = bounds if unit == "score" else (-np.inf, np.inf)
            base = {"arm": arm, "n": n, "unit": unit, "residual_df": given.behind(one, other)}
            method = f"{words.format(draws=draws, holds=OF_SCORES)}; {given.words}"
            reason = given.weights.reason
            answer = BootstrapInterval(np.nan, reason=reason) if reason else done.answer(key, df=given.df(one, other))
            yield base | {"measure": measure} | within(fields(answer, method), *limits)
            if measure in CLUSTERED:
                answer = BootstrapInterval(np.nan, reason=reason) if reason else done.by_provider(key)
                method = (
                    f"{words.format(draws=draws.replace('of people', 'of providers'), holds='')}{OF_PROVIDERS}; {given.words}"
                )
                yield base | {"measure": f"{measure}_clustered"} | within(fields(answer, method), *limits)
                if not reason:
                    yield from (base | {"measure": INSIDE} | each for each in leave_one_out(done, key))


def _spread(later: np.ndarray, first: np.ndarray, mine: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The pooled SD of the later scores of those drawn, unweighted, n - 2; shape (draws,)."""
    squares, people = np.zeros(len(counts)), np.zeros(len(counts))
    for who in (first & mine, ~first & mine):
        part = counts * who
        n = part.sum(axis=1)
        squares += part @ later**2 - (part @ later) ** 2 / np.maximum(n, 1)
        people += n
    return np.sqrt(np.maximum(squares, 0) / np.maximum(people - 2, 1))
