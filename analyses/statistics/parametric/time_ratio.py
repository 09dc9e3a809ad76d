"""How many times as long it takes in one group as in another: accelerated failure time, with limits from the likelihood.

Own code because lifelines has normal limits and p only, which are far off with few events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.inference.wald import normal_quantile
from analyses.statistics.parametric._given_ranges import given_ranges, too_little
from analyses.statistics.parametric._location_scale import Distribution
from analyses.statistics.parametric._log_time_fit import LogTimes, maximum

FARTHEST = 12.0
"""On the logarithm: ratios beyond some 160,000 are not looked for."""


def time_ratio(
    left, right, first, *, distribution: Distribution = "weibull", entry=None, weight=None, confidence: float = 0.95
) -> Estimate:
    """Compare two groups: weeks until any share had the event, in the first over the second.

    Parameters
    ----------
    left, right, entry, weight
        As in `parametric_survival`.
    first : array, shape (n,)
        True (1) for people of the first group.

    Returns
    -------
    Estimate
        The ratio, above 1 when it takes longer in the first; `std_error` is that of the ratio (of its logarithm, times the ratio), `df` the
        events less 2. `reason` as in `ParametricSurvival`: `monotone_likelihood` when one group had no events, with the one limit and
        the p that there still are.

    A limit that the likelihood does not reach is NaN: with three events hardly any ratio can be ruled out.

    Notes
    -----
    The model is ``log T = intercept + b first + scale W`` with one scale for both. The deviance of a value of b is twice how far the
    log-likelihood, largest over the other parameters, lies below its maximum; with d events it is read as the t of a t test with d - 2
    degrees of freedom, deviance = d log(1 + t^2 / (d - 2)). For log-normal times of which none is censored that is exact: it is the t
    test of the log times. Limits and p are from the same deviance, so that both say the same. survreg and lifelines print normal
    limits and p, which with 11 people per arm reject a true ratio of 1 in 0 to 3 % of trials in place of 5; chi-squared for
    the deviance does in 6 to 9 %, this in 4 to 7 with events enough, and fewer with few (docs/simulation-rates.md).

    When not to use
    ---------------
    When the curves cross: then time is not stretched by one factor. With fewer than some ten events.

    Examples
    --------
    In the second group everything takes twice as long, week for two weeks.

    >>> second = [0, 2, 2, 4, 8], [2, 4, 4, 6, np.inf]
    >>> both = [[*(week / 2 for week in end), *end] for end in second]
    >>> answer = time_ratio(*both, [True] * 5 + [False] * 5)
    >>> round(answer.estimate, 6), answer.ci_low < 0.5 < answer.ci_high
    (0.5, True)
    """
    normal_quantile(confidence)
    given, n, events, _ = given_ranges(left, right, np.asarray(first, float), entry, weight)
    sizes = [given.weight[given.design[:, 1] == value] for value in (0.0, 1.0)]
    reason = too_little(given, n, events) if all(len(size) for size in sizes) else "empty_group"
    if reason not in (None, "monotone_likelihood"):
        return Estimate(np.nan, reason=reason)

    df = events - 2.0
    reach = events * np.log1p(stdtrit(df, 0.5 + confidence / 2.0) ** 2 / df)
    near: list[np.ndarray] = []

    def at(value: float) -> float:
        """Log-likelihood, largest over the rest, which is looked for from where it was found last."""
        x = value * given.design[:, 1]
        held = replace(given, low=given.low - x, high=given.high - x, design=given.design[:, :1])
        found = maximum(held, distribution, *near[-1:]) or maximum(held, distribution)
        if found is None:
            return np.nan
        near.append(found.coefficients)
        return found.log_likelihood

    if reason == "monotone_likelihood":
        return _one_sided(given, at, reach, events)
    fit = maximum(given, distribution)
    if fit is None:
        return Estimate(np.nan, reason="not_converged")
    b, error = float(fit.coefficients[1]), float(np.sqrt(fit.covariance[1, 1]))
    level = fit.log_likelihood - reach / 2
    low, high = (_limit(at, level, b, side * max(error, 0.01)) for side in (-1.0, 1.0))
    ratio, p_value = float(np.exp(b)), _p_of(2.0 * (fit.log_likelihood - at(0.0)), events)
    return Estimate(ratio, ratio * error, float(np.exp(low)), float(np.exp(high)), p_value, df=df)


def _p_of(deviance: float, events: float) -> float:
    """Of the t that the deviance is read as."""
    t = np.sqrt((events - 2.0) * np.expm1(max(deviance, 0.0) / events))
    return float(2.0 * stdtr(events - 2.0, -t))


def _limit(at: Callable[[float], float], level: float, inside: float, step: float) -> float:
    """Where the log-likelihood has come down to a level, from a value where it is above it; NaN when it never does."""
    from scipy.optimize import brentq

    outside = inside + 2.0 * step
    while not at(outside) < level:
        step *= 2.0
        if abs(outside + step) > FARTHEST:
            return np.nan
        inside, outside = outside, outside + step
    return float(brentq(lambda value: at(value) - level, inside, outside, xtol=1e-9, rtol=1e-12))


def _one_sided(given: LogTimes, at: Callable[[float], float], reach: float, events: float) -> Estimate:
    """One group had no events: the likelihood rises without end to that side, and comes down to the other."""
    side = -1.0 if given.design[np.isfinite(given.high), 1].any() else 1.0
    highest = at(side * FARTHEST)
    limit = float(np.exp(_limit(at, highest - reach / 2, side * FARTHEST, -side * FARTHEST / 4)))
    low, high = (limit, np.nan) if side > 0 else (np.nan, limit)
    p_value = _p_of(2.0 * (highest - at(0.0)), events)
    return Estimate(np.nan, ci_low=low, ci_high=high, p_value=p_value, reason="monotone_likelihood", df=events - 2.0)
