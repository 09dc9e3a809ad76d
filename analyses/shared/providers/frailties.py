"""Rows of Cox's model with a frailty that the people of a provider share: the ratio within a provider, and how far providers lie apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.by_provider import fewest_in
from analyses.shared.recording import why
from analyses.statistics.hazards.shared_frailty import SharedFrailty, shared_frailty
from data_schemas.result import Declared
from data_schemas.words import Words

FRAILTY_MEASURES = {
    "hazard_ratio_frailty": Declared(
        "model", Words("verhouding van risico's binnen een aanbieder", "hazard ratio within a provider"), "ratio"
    ),
    "frailty_variance": Declared(
        "model",
        Words("hoe ver aanbieders in risico uiteenlopen (theta)", "how far providers lie apart in hazard (theta)"),
        "effect",
    ),
}
_MOST = 100_000
"""People beyond whom no frailty is fitted: it takes many passes over them, and errors by provider say what is asked."""
FRAILTY_HOLDS = ("92 to 99", "87 to 98")
_RATIO = (
    "Cox with a gamma frailty that people of a provider share (as R's coxph with frailty): first arm over second, of people of the same provider, "
    "where `hazard_ratio_clustered` is of people whatever their provider; normal interval that takes theta as known; {words}; simulated with two to "
    "thirteen providers of eleven, it holds the truth in {both} of 100 studies where every provider gives both arms, and in {one} where each gives one"
)
_VARIANCE = (
    "variance of the factor of each provider, mean 1, by the likelihood with the factors integrated out: 0 is no difference, at 0.5 half of all "
    "providers lie beyond 0.6 to 1.3 times the usual hazard; profile likelihood limits (no upper one where it does not fall); p of the likelihood "
    "ratio test against zero, halved; with few providers hardly anything can be told of it; {words}"
)


def frailty_rows(week, event, x, provider, entry, reason: str | None, words: str) -> Iterator[dict]:
    """Both rows of the first covariate; `reason`: why no model is fitted. Arm and what is behind them are for the caller to add."""
    found = reason or _alone(x[:, 0], provider) or shared_frailty(week, event, x, provider, entry=entry)
    why_not = found.reason if isinstance(found, SharedFrailty) else found
    ratio, variance = ({}, {}) if why_not else _numbers(found)
    method = _RATIO.format(words=words, both=FRAILTY_HOLDS[0], one=FRAILTY_HOLDS[1])
    yield {"measure": "hazard_ratio_frailty", "unit": "ratio", "method": why(method, why_not)} | ratio
    method = why(_VARIANCE.format(words=words), why_not)
    # what lies between providers rests on how many of each had an event
    fewest = fewest_in(np.asarray(event, bool), provider, int(provider.max(initial=0)) + 1)
    yield {"measure": "frailty_variance", "unit": "variance", "least": 0.0, "fewest": fewest, "method": method} | variance


def _alone(first: np.ndarray, provider: np.ndarray) -> str | None:
    """Whether an arm is of one provider: what is the provider's and what the arm's cannot be told apart then."""
    arms = [provider[first == side] for side in (0, 1)]
    if len(first) > _MOST:
        return "too_many"
    if len(np.unique(provider)) < 2:
        return "one_group"
    return "group_of_one_provider" if any(len(np.unique(mine)) < 2 for mine in arms) else None


def _numbers(found: SharedFrailty) -> tuple[dict, dict]:
    ratio = float(found.hazard_ratio[0])
    of_ratio = {
        "estimate": ratio,
        "std_error": ratio * float(found.std_error[0]),
        "ci_low": float(found.hazard_ratio_ci_low[0]),
        "ci_high": float(found.hazard_ratio_ci_high[0]),
        "p_value": float(found.p_value[0]),
    }
    high = found.variance_ci_high
    limits = {"ci_low": found.variance_ci_low, "ci_high": high if np.isfinite(high) else np.nan}
    return of_ratio, {"estimate": found.variance, "p_value": found.heterogeneity_test.p_value} | limits
