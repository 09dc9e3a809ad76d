"""How much the pooled effect hangs on one provider: without each, and the measures of influence of regression.

Own code because no Python library has them for random effects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.pooling._given import given
from analyses.statistics.pooling.heterogeneity import Method
from analyses.statistics.pooling.random_effects import Interval, RandomEffects, random_effects


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """Per provider, shape (k,) each.

    `hat`: its weight, 0 to 1. `dffits`, `cook_distance`, `dfbetas`: how far the pooled effect moves without it, in errors. `residual`: how far it
    lies from the mean of the others, in errors (externally standardised). `covariance_ratio`: variance without it over that with it.
    Infinite, as in metafor, where the others are all equal.
    `tau2_without`, `q_without`: tau squared and Q of the others. `influential`: whether metafor marks it.
    """

    hat: np.ndarray
    residual: np.ndarray
    dffits: np.ndarray
    cook_distance: np.ndarray
    dfbetas: np.ndarray
    covariance_ratio: np.ndarray
    tau2_without: np.ndarray
    q_without: np.ndarray
    influential: np.ndarray
    reason: str | None = None


def leave_one_out(
    effect: np.ndarray,
    variance: np.ndarray,
    method: Method = "REML",
    limits_by: Interval = "hartung_knapp",
    confidence: float = 0.95,
) -> tuple[RandomEffects, ...]:
    """The pooled effect of all others, once for each provider; arguments as in `random_effects`.

    Examples
    --------
    >>> found = leave_one_out(np.array([1.0, 2.0, 6.0]), np.ones(3))
    >>> [round(one.estimate, 6) for one in found]
    [4.0, 3.5, 1.5]
    """
    effect, variance = np.atleast_1d(np.asarray(effect, float)), np.atleast_1d(np.asarray(variance, float))
    others = ~np.eye(len(effect), dtype=bool)
    return tuple(random_effects(effect[kept], variance[kept], method, limits_by, confidence) for kept in others)


def influence(
    effect: np.ndarray,
    variance: np.ndarray,
    method: Method = "REML",
    limits_by: Interval = "hartung_knapp",
    others: Sequence[RandomEffects] | None = None,
) -> Influence:
    """Measures of influence of each provider; as metafor's `influence` (Viechtbauer & Cheung 2010, Res Synth Methods 1:112).

    `others`: what `leave_one_out` gave of the same arguments, where that is at hand.

    The marks are metafor's: |dffits| above 3 sqrt(1 / (k - 1)), Cook's distance above the median of chi-squared on 1 degree of freedom, a
    weight above 3 / k, or |dfbetas| above 1.

    `reason`: `too_few_providers` (fewer than three), `no_variance`.

    When not to use
    ---------------
    To leave a provider out of the result: a mark asks for a look at what that provider does, and for the result without it beside.

    Examples
    --------
    With equal variances all weigh the same.

    >>> influence(np.array([1.0, 2.0, 6.0]), np.ones(3)).hat.round(6).tolist()
    [0.333333, 0.333333, 0.333333]
    """
    effect, variance, reason = given(effect, variance)
    k = len(effect)
    whole = random_effects(effect, variance, method, limits_by)
    if reason or k < 3 or whole.reason:
        none = np.full(k, np.nan)
        why = reason or ("too_few_providers" if k < 3 else whole.reason)
        return Influence(*[none] * 8, np.zeros(k, bool), reason=why)
    others = others or leave_one_out(effect, variance, method, limits_by)
    tau2, q, mean, error = (
        np.array([getattr(part, name) for part in parts])
        for parts, name in (
            ([one.between for one in others], "estimate"),
            ([one.between for one in others], "statistic"),
            (others, "estimate"),
            (others, "std_error"),
        )
    )
    factor = np.array([one.factor for one in others]) if limits_by == "hartung_knapp" else np.ones(k)
    if limits_by == "hartung_knapp_widened":
        factor = np.maximum(1.0, [one.factor for one in others])
    hat = whole.weight
    moved = whole.estimate - mean
    alone = np.array([(1 / (variance + one)).sum() for one in tau2])
    with np.errstate(divide="ignore", invalid="ignore"):
        dffits = moved / np.sqrt(factor * hat * (tau2 + variance))
        cook = moved**2 / whole.std_error**2
        dfbetas = moved / np.sqrt(factor / alone)
        residual = (effect - mean) / np.sqrt(factor * variance + error**2 + factor * tau2)
    marked = (np.abs(dffits) > 3 * np.sqrt(1 / (k - 1))) | (cook > 0.454936423119572) | (hat > 3 / k) | (np.abs(dfbetas) > 1)
    return Influence(hat, residual, dffits, cook, dfbetas, error**2 / whole.std_error**2, tau2, q, marked)
