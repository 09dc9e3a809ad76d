"""Planning a change, a difference between groups or a comparison of shares: the smallest that is found, power, and width of the interval.

The power of shares is that of statsmodels, of means that of the noncentral t, of which statsmodels' (by scipy) has no value beyond some eight
standard errors; the effect that has a power is solved for here, since statsmodels' solver stops at six digits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from analyses.statistics.inference.noncentral import chance_of_t

LARGEST = 32.0
"""Standard errors: the noncentral t is not to be had far beyond, and an effect that only shows there is not found."""


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """What a mean of so many people can show, in standard deviations of the scores at baseline.

    Attributes
    ----------
    smallest_g : float
        The smallest true effect that is found with the given power, either way.
    ci_low, ci_high : float
        Expected limits of the interval when the true effect is 0.
    power_at_assumed : float
        Power when the true effect is `assumed`; NaN when none was given.
    alpha, power
    reason : str or None
        `too_few`: no effect of any size is found (two people, say).
    """

    smallest_g: float
    ci_low: float
    ci_high: float
    power_at_assumed: float
    alpha: float
    power: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SharePlan:
    """What a comparison of two shares can show.

    Attributes
    ----------
    lower_share, higher_share : float
        The nearest shares in the first group that differ from the share in the second by enough to be found; NaN when there is none
        within 0 to 1.
    ci_low, ci_high : float
        Expected limits of the difference when there is none; within -1 to 1.
    power_at_assumed : float
        Power when the share in the first group is `assumed`; NaN when none was given.
    alpha, power
    reason : str or None
        `too_few`: no other share is found, neither 0 nor 1.
    """

    lower_share: float
    higher_share: float
    ci_low: float
    ci_high: float
    power_at_assumed: float
    alpha: float
    power: float
    reason: str | None = None


def change_plan(
    n: int, *, correlation: float = 0.5, alpha: float = 0.05, power: float = 0.8, assumed: float | None = None
) -> EffectPlan:
    """What a paired t test of `n` people measured twice can show.

    Parameters
    ----------
    n
        People with both scores.
    correlation
        Between their scores before and after, -1 to 1 (neither included).
    assumed
        A g to give the power for.

    Notes
    -----
    g is the mean change over the standard deviation at baseline. With equal spread before and after the standard deviation of the
    change is root(2 (1 - r)) of that, and the noncentrality root(n) g / root(2 (1 - r)), with both tails (R's `pwr.t.test`, and
    `power.t.test(strict = TRUE)`; its default leaves the far tail out). At r = 0.5 g is Cohen's d of the differences.

    When not to use
    ---------------
    Afterwards, with the change that was found: the interval says what power would say. And a change that is found is no effect of
    treatment: that takes a comparison.

    Examples
    --------
    >>> round(change_plan(34).smallest_g, 4), round(change_plan(34, correlation=0.7).smallest_g, 4)
    (0.495, 0.3834)
    """
    _check(alpha, power, n, correlation)
    root = float(np.sqrt(2.0 * (1.0 - correlation)))
    return _effect_plan(root / np.sqrt(max(n, 1)), n - 1, alpha, power, assumed)


def difference_plan(
    n_first: int,
    n_second: int,
    *,
    correlation: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
    assumed: float | None = None,
) -> EffectPlan:
    """What a t test of two groups can show.

    Parameters
    ----------
    n_first, n_second
        People with a later score in each group.
    correlation
        Between scores at baseline and later, when the difference is adjusted for baseline; 0 for later scores alone.
    assumed
        A g to give the power for.

    Notes
    -----
    g is the difference of the later means over their standard deviation. Adjusting for baseline takes the share r^2 of the variance
    away (Borm, Fransen & Lemmens 2007, J Clin Epidemiol 60:1234); the one degree of freedom that it costs is left out. Both tails, as R's
    `pwr.t2n.test`.

    When not to use
    ---------------
    With people of few providers in either group: what they have in common counts for more than their number.

    Examples
    --------
    >>> round(difference_plan(34, 34).smallest_g, 4), round(difference_plan(11, 11, correlation=0.5).smallest_g, 4)
    (0.6896, 1.0877)
    """
    _check(alpha, power, min(n_first, n_second), correlation)
    root, enough = float(np.sqrt(1.0 - correlation**2)), min(n_first, n_second) > 0 and n_first + n_second > 2
    error = root * np.sqrt(1.0 / n_first + 1.0 / n_second) if enough else np.nan
    return _effect_plan(error, n_first + n_second - 2 if enough else 0, alpha, power, assumed)


def share_plan(
    n_first: int,
    n_second: int,
    reference_share: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    assumed: float | None = None,
) -> SharePlan:
    """What a comparison of two shares can show.

    Parameters
    ----------
    reference_share
        Share in the second group, between 0 and 1.
    assumed
        A share in the first group to give the power for.

    Notes
    -----
    The normal test with the pooled variance under no difference and both variances under one, both tails: statsmodels'
    `power_proportions_2indep`, R's `power.prop.test(strict = TRUE)`. Programs that take the arcsine of the root (R's `pwr.2p.test`) give one
    or two points more with few people.

    When not to use
    ---------------
    Below some ten people with and without in each group: the normal test is then too hopeful, and exact tests find less.

    Examples
    --------
    >>> plan = share_plan(34, 34, 0.5)
    >>> round(plan.lower_share, 3), round(plan.higher_share, 3)
    (0.183, 0.817)
    """
    _check(alpha, power, min(n_first, n_second), 0.0)
    if not 0.0 < reference_share < 1.0 or (assumed is not None and not 0.0 <= assumed <= 1.0):
        raise ValueError("shares must be between 0 and 1")
    if min(n_first, n_second) < 1:
        return SharePlan(np.nan, np.nan, np.nan, np.nan, np.nan, alpha, power, "too_few")
    from statsmodels.stats.proportion import power_proportions_2indep

    def chance(share: float) -> float:
        difference, ratio = share - reference_share, n_second / n_first
        return float(
            power_proportions_2indep(difference, reference_share, n_first, ratio=ratio, alpha=alpha, return_results=False)
        )

    lower = _solved(lambda away: chance(reference_share - away), reference_share, power)
    higher = _solved(lambda away: chance(reference_share + away), 1.0 - reference_share, power)
    error = np.sqrt(reference_share * (1.0 - reference_share) * (1.0 / n_first + 1.0 / n_second))
    half = min(float(ndtri(1.0 - alpha / 2.0) * error), 1.0)
    at = np.nan if assumed is None else chance(assumed)
    reason = "too_few" if np.isnan(lower) and np.isnan(higher) else None
    return SharePlan(reference_share - lower, reference_share + higher, -half, half, at, alpha, power, reason)


def _effect_plan(error: float, df: int, alpha: float, power: float, assumed: float | None) -> EffectPlan:
    if df < 1:
        return EffectPlan(np.nan, np.nan, np.nan, np.nan, alpha, power, "too_few")

    def chance(g: float) -> float:
        return chance_of_t(float(g / error), df, alpha)

    smallest = _solved(chance, LARGEST * error, power)
    half = float(stdtrit(df, 1.0 - alpha / 2.0) * error)
    at = np.nan if assumed is None else chance(abs(assumed))
    return EffectPlan(smallest, -half, half, at, alpha, power, "too_few" if np.isnan(smallest) else None)


def _solved(chance: Callable[[float], float], farthest: float, power: float) -> float:
    """The distance from no effect at which the power is as wanted; NaN when it is not at the farthest."""
    from scipy.optimize import brentq

    near, far = 0.0, farthest / 32.0
    while not chance(far) >= power:
        near, far = far, 1.25 * far
        if far > farthest:
            return np.nan
    return float(brentq(lambda distance: chance(distance) - power, near, far, xtol=1e-12, rtol=1e-12))


def _check(alpha: float, power: float, n: int, correlation: float) -> None:
    if not 0.0 < alpha < 1.0 or not alpha < power < 1.0:
        raise ValueError("alpha must be between 0 and 1, and power between alpha and 1")
    if n < 0 or not -1.0 < correlation < 1.0:
        raise ValueError("people must not be negative, and the correlation between -1 and 1")
