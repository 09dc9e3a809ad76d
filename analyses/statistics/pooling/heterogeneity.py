"""How much providers differ beside chance: tau squared with its Q-profile interval, I squared, and Cochran's Q.

Own code because statsmodels has Paule-Mandel and DerSimonian-Laird, no REML, and no interval of tau squared (pitfall T21).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtrc, chdtri

from analyses.statistics.pooling._given import generalised_q, given, pooled_mean

Method = Literal["REML", "DL", "PM"]
_STEPS, _CLOSE, _GRID = 1000, 1e-13, 400


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """`estimate` is tau squared, the variance of what providers truly do, in squared units of the effect.

    `std_error`, `ci_low`, `ci_high`: of tau squared, the interval by the Q profile. `tau`: its root. `i2`,
    `i2_ci_low`, `i2_ci_high`: in per cent, what part of the variance of the providers' estimates is not chance. `h2`: total over chance.
    `statistic`, `df`, `p_value`: Cochran's Q and its test that providers do not differ.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    tau: float = np.nan
    i2: float = np.nan
    i2_ci_low: float = np.nan
    i2_ci_high: float = np.nan
    h2: float = np.nan
    statistic: float = np.nan
    df: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


def heterogeneity(effect: np.ndarray, variance: np.ndarray, method: Method = "REML", confidence: float = 0.95) -> Heterogeneity:
    """tau squared between providers, what part of all variance it is, and the test that it is nothing.

    Parameters
    ----------
    effect, variance
        Shape (k,): an estimate per provider and its squared standard error.
    method
        "REML" (Viechtbauer 2005, J Educ Behav Stat 30:261), "DL" (DerSimonian & Laird 1986, Control Clin Trials 7:177), "PM" (Paule &
        Mandel 1982).

    Interval: the values of tau squared at which Q with weights 1 / (v + tau2) is a quantile of chi-squared on k - 1 degrees of freedom
    (Viechtbauer 2007, Stat Med 26:37). Where estimates lie closer together than chance lets them both limits are 0, which R's metafor
    calls the empty set. I squared is 100 tau2 / (tau2 + s2), s2 the typical variance (k - 1) sum w / ((sum w)^2 - sum w^2) with w = 1 / v
    (Higgins & Thompson 2002, Stat Med 21:1539, eq. 9): as metafor from this tau squared, not from Q as in many programs.

    `reason`: `too_few_providers` (fewer than two), `no_variance` (a variance that is not above zero).

    When not to use
    ---------------
    tau squared and I squared of three or four providers are hardly known: read their intervals. I squared is no measure of how much
    providers differ: it grows with the people per provider.

    Examples
    --------
    Three effects 1, 2 and 6 with variance 1: their own variance is 7, so tau squared is 6, Q is 14, and I squared 6 / 7.

    >>> found = heterogeneity(np.array([1.0, 2.0, 6.0]), np.ones(3))
    >>> round(found.estimate, 9), round(found.statistic, 9), round(found.i2, 6)
    (6.0, 14.0, 85.714286)
    """
    effect, variance, reason = given(effect, variance)
    if reason:
        return Heterogeneity(np.nan, reason=reason)
    tau2, df = tau_squared(effect, variance, method), len(effect) - 1
    low, high = _q_profile(effect, variance, confidence)
    weight = 1 / variance
    typical = df * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    i2, i2_low, i2_high = (100 * one / (typical + one) for one in (tau2, low, high))
    q = generalised_q(effect, variance, 0.0)
    return Heterogeneity(
        estimate=tau2,
        std_error=_error(variance, tau2, method),
        ci_low=low,
        ci_high=high,
        tau=float(np.sqrt(tau2)),
        i2=float(i2),
        i2_ci_low=float(i2_low),
        i2_ci_high=float(i2_high),
        h2=float(tau2 / typical + 1),
        statistic=q,
        df=float(df),
        p_value=float(chdtrc(df, q)),
    )


def tau_squared(effect: np.ndarray, variance: np.ndarray, method: Method = "REML") -> float:
    """tau squared alone, of effects and variances that can be pooled; never negative.

    REML by Fisher scoring from Hedges' estimate as metafor, to the last digit; where that does not settle, or 0 is likelier, the likeliest
    of a grid that is then refined. Moments by their formulas.

    >>> effects = np.array([1.0, 2.0, 6.0])
    >>> [round(tau_squared(effects, np.ones(3), method), 9) for method in ("REML", "DL", "PM")]
    [6.0, 6.0, 6.0]
    """
    effect, variance = np.asarray(effect, float), np.asarray(variance, float)
    df = len(effect) - 1
    if method == "DL":
        weight = 1 / variance
        spare = weight.sum() - (weight**2).sum() / weight.sum()
        return float(max(0.0, (generalised_q(effect, variance, 0.0) - df) / spare))
    if method == "PM":
        return _where_q_is(effect, variance, float(df))
    # in units of the typical variance, so that no scale is too small or too large
    unit = float(np.exp(np.log(variance).mean()))
    return unit * _reml(effect / np.sqrt(unit), variance / unit)


def _reml(effect: np.ndarray, variance: np.ndarray) -> float:
    tau2 = max(0.0, float(effect.var(ddof=1) - variance.mean()))
    for _ in range(_STEPS):
        weight = 1 / (variance + tau2)
        squares = weight**2 @ (effect - pooled_mean(effect, weight)) ** 2
        step = (squares - _trace(weight)) / _trace_squared(weight)
        while tau2 + step < 0:
            step /= 2
            if abs(step) < 1e-300:
                step = 0.0
        tau2 += step
        if abs(step) <= _CLOSE * (tau2 + variance.min()):
            break
    else:
        tau2 = _searched(effect, variance)
    return float(tau2) if _likelihood(effect, variance, tau2) > _likelihood(effect, variance, 0.0) else 0.0


def _searched(effect: np.ndarray, variance: np.ndarray) -> float:
    from scipy.optimize import minimize_scalar

    low, high = np.log(variance.min()) - 10, np.log(variance.max() + np.ptp(effect) ** 2) + 5
    grid = np.linspace(low, high, _GRID)
    best = grid[np.argmax([_likelihood(effect, variance, float(np.exp(at))) for at in grid])]
    width = grid[1] - grid[0]
    found = minimize_scalar(
        lambda at: -_likelihood(effect, variance, float(np.exp(at))), bounds=(best - width, best + width), method="bounded"
    )
    return float(np.exp(found.x))


def _likelihood(effect: np.ndarray, variance: np.ndarray, tau2: float) -> float:
    total = variance + tau2
    return -0.5 * float(np.log(total).sum() + np.log((1 / total).sum()) + generalised_q(effect, variance, tau2))


def _trace(weight: np.ndarray) -> float:
    return float(weight.sum() - (weight**2).sum() / weight.sum())


def _trace_squared(weight: np.ndarray) -> float:
    total, squares = weight.sum(), (weight**2).sum()
    return float(squares - 2 * (weight**3).sum() / total + (squares / total) ** 2)


def _error(variance: np.ndarray, tau2: float, method: Method) -> float:
    if method == "REML":
        return float(np.sqrt(2 / _trace_squared(1 / (variance + tau2))))
    weight, df = 1 / variance, len(variance) - 1
    if method == "PM":
        return float(np.sqrt(2 / df) * (df + 1) / (1 / (variance + tau2)).sum())
    trace = _trace(weight)
    return float(np.sqrt(2 * df + 4 * tau2 * trace + 2 * tau2**2 * _trace_squared(weight)) / trace)


def _q_profile(effect: np.ndarray, variance: np.ndarray, confidence: float) -> tuple[float, float]:
    df, tail = len(effect) - 1, (1 - confidence) / 2
    return _where_q_is(effect, variance, chdtri(df, tail)), _where_q_is(effect, variance, chdtri(df, 1 - tail))


def _where_q_is(effect: np.ndarray, variance: np.ndarray, wanted: float) -> float:
    """The tau squared at which Q has this value; 0 when it is smaller from the start."""
    from scipy.optimize import brentq

    if generalised_q(effect, variance, 0.0) <= wanted:
        return 0.0
    high = float(np.ptp(effect) ** 2 + variance.max())
    while generalised_q(effect, variance, high) > wanted:
        high *= 4
    least = float(variance.min())
    root = brentq(lambda at: generalised_q(effect, variance, at) - wanted, 0.0, high, xtol=1e-14 * least, rtol=1e-14)
    return float(root)
