"""Standardised mean change within one group: g by the baseline SD, and d by the average SD, the change SD and its kin.

Own code because neither scipy nor statsmodels has the standardised change of one group with its variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtri

from analyses.statistics.change.paired_change import PairedMoments
from analyses.statistics.inference.noncentral import noncentrality_interval
from analyses.statistics.proportions.proportion import exact_interval


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A standardised effect with its large-sample standard error and normal interval; `reason` when there is none."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    reason: str | None = None


def hedges_correction(df: float) -> float:
    """J(m), the factor that takes the small-sample bias out of a standardised difference (Hedges 1981, J Educ Stat 6:107).

    Exact: J(m) = gamma(m/2) / (sqrt(m/2) gamma((m-1)/2)). The degrees of freedom matter more than the usual approximation
    1 - 3/(4m - 1): for change within one group m = n - 1 (pitfall T20).

    Raises
    ------
    ValueError
        m of 1 or less, where J does not exist.

    Examples
    --------
    >>> round(hedges_correction(9), 5), round(hedges_correction(19), 5)
    (0.91387, 0.95991)
    """
    if not df > 1:
        raise ValueError("the correction needs more than one degree of freedom")
    return float(np.exp(gammaln(df / 2) - np.log(np.sqrt(df / 2)) - gammaln((df - 1) / 2)))


def change_by_baseline_sd(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """g: J(n - 1) times the mean change over the SD at baseline; with `sign` -1 for scores on which lower is better.

    Variance 2 (1 - r) / n + g^2 / (2 n) (Becker 1988, Br J Math Stat Psychol 41:257, equation 13; metafor's "SMCR").
    The interval is normal: asymptotic, and too narrow for small n. Where everybody changes alike r is 1, and 1 - r is taken as the exact
    upper limit of the share who may change otherwise (`unlikeness`).

    When not to use
    ---------------
    To claim that a treatment works: without a comparison group the change includes recovery that would have come anyway and
    regression to the mean. Not comparable with d_z, the mean change over the SD of the changes (pitfall T19).

    Examples
    --------
    Scores 10, 12, 14 become 9, 10, 11: a mean change of -2 over a SD of 2, times J(2) = 0.5642.

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> moments = paired_moments(np.array([10.0, 12.0, 14.0]), np.array([9.0, 10.0, 11.0]))
    >>> round(change_by_baseline_sd(moments, sign=-1).estimate, 4)
    0.5642
    """
    reason = _reason(moments, moments.sd_before)
    if reason:
        return EffectSize(np.nan, reason=reason)
    g = hedges_correction(moments.n - 1) * sign * moments.mean_change / moments.sd_before
    return _with_interval(g, 2 * unlikeness(moments) / moments.n + g**2 / (2 * moments.n), confidence)


def change_by_baseline_sd_unequal(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """g as `change_by_baseline_sd`, with a variance that lets the SD differ between the two moments.

    Variance J(n - 1)^2 [s_D^2 / (s_1^2 (n - 1)) + g^2 / (2 (n - 1))], s_D the SD of the changes (Bonett 2008, Psychol Methods 13:99;
    metafor's "SMCRH"). Treatment often changes the spread as well as the mean; this interval then covers better.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> moments = paired_moments(np.array([10.0, 12.0, 14.0]), np.array([9.0, 10.0, 11.0]))
    >>> round(change_by_baseline_sd_unequal(moments, sign=-1).std_error ** 2, 6)  # 0.5642^2 (1 / 8 + 0.5642^2 / 4)
    0.065119
    """
    reason = _reason(moments, moments.sd_before)
    if reason:
        return EffectSize(np.nan, reason=reason)
    correction = hedges_correction(moments.n - 1)
    g = correction * sign * moments.mean_change / moments.sd_before
    ratio = _change_variance(moments) / moments.sd_before**2
    return _with_interval(g, correction**2 * (ratio + g**2 / 2) / (moments.n - 1), confidence)


def change_by_change_sd(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_z: the mean change over the SD of the changes, uncorrected, with its exact interval.

    The interval turns the noncentral t distribution of the paired t statistic around, and is exact for normal changes (Steiger
    & Fouladi 1997, in What if there were no significance tests, ch. 9). The standard error is the large-sample one,
    sqrt(1 / n + d^2 / (2 n)).

    When not to use
    ---------------
    As the headline, or beside effects between groups: it grows with the correlation of the two moments (pitfall T19).

    Examples
    --------
    Changes of 1, 2 and 3 have mean 2 and SD 1.

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> change_by_change_sd(paired_moments(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]))).estimate
    2.0
    """
    reason = _reason(moments, moments.sd_change)
    if reason:
        return EffectSize(np.nan, reason=reason)
    d, root = sign * moments.mean_change / moments.sd_change, np.sqrt(moments.n)
    low, high = noncentrality_interval(d * root, moments.n - 1, confidence)
    return EffectSize(float(d), float(np.sqrt(1 / moments.n + d**2 / (2 * moments.n))), low / root, high / root)


def change_by_residual_sd(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_rm: d_z times sqrt(2 (1 - r)), which puts it on the scale of the scores again; uncorrected.

    Variance (1 / n + d_z^2 / (2 n)) 2 (1 - r) (Cooper, Hedges & Valentine 2009, Handbook of Research Synthesis, eq. 12.21).
    Equal to d_av when both SDs are equal.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> before, later = np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 4.0])
    >>> round(change_by_residual_sd(paired_moments(before, later)).estimate, 6)  # (1 / sqrt(1)) sqrt(2 (1 - 0.5))
    1.0
    """
    reason = _reason(moments, moments.sd_change)
    if reason is None and np.isnan(moments.correlation):
        reason = "no_variance"
    if reason:
        return EffectSize(np.nan, reason=reason)
    scale = np.sqrt(2 * (1 - moments.correlation))
    d_z = sign * moments.mean_change / moments.sd_change
    return _with_interval(d_z * scale, (1 / moments.n + d_z**2 / (2 * moments.n)) * scale**2, confidence)


def change_by_average_sd(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_av: the mean change over the root of the mean of the two variances, without small-sample correction.

    Variance 2 (1 - r) / n + d^2 (1 + r^2) / (4 n), which takes the spread as equal at both moments (metafor's "SMCRP" before its
    correction). Some programs divide by the mean of the two SDs instead, which differs little.

    When not to use
    ---------------
    Where the spread changes: the interval is then some per cent too narrow, `change_by_average_sd_unequal` is not.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> moments = paired_moments(np.array([10.0, 12.0, 14.0]), np.array([9.0, 10.0, 11.0]))
    >>> round(change_by_average_sd(moments, sign=-1).estimate ** 2, 6)
    1.6
    """
    average, reason = _average(moments)
    if reason:
        return EffectSize(np.nan, reason=reason)
    d = sign * moments.mean_change / average
    r = 0.0 if np.isnan(moments.correlation) else moments.correlation
    return _with_interval(d, 2 * unlikeness(moments) / moments.n + d**2 * (1 + r**2) / (4 * moments.n), confidence)


def change_by_average_sd_unequal(moments: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_av with limits that let the spread differ between the moments.

    Variance s_D^2 / ((n - 1) s^2) + d^2 (s_1^4 + s_2^4 + 2 r^2 s_1^2 s_2^2) / (8 (n - 1) s^4), s^2 the mean of both variances and s_D the SD
    of the changes (Bonett 2008, Psychol Methods 13:99; R's `statpsych::ci.stdmean.ps`): the SDs may differ.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> moments = paired_moments(np.array([10.0, 12.0, 14.0]), np.array([9.0, 10.0, 11.0]))
    >>> round(change_by_average_sd_unequal(moments, sign=-1).estimate ** 2, 6)
    1.6
    """
    average, reason = _average(moments)
    if reason:
        return EffectSize(np.nan, reason=reason)
    d = sign * moments.mean_change / average
    first, second = moments.sd_before**2, moments.sd_later**2
    r = 0.0 if np.isnan(moments.correlation) else moments.correlation
    of_spread = d**2 * (first**2 + second**2 + 2 * r**2 * first * second) / (8 * average**4)
    return _with_interval(d, (_change_variance(moments) / average**2 + of_spread) / (moments.n - 1), confidence)


def _average(moments: PairedMoments) -> tuple[float, str | None]:
    """The root of the mean of the two variances, and why there is no effect by it."""
    average = float(np.sqrt((moments.sd_before**2 + moments.sd_later**2) / 2)) if moments.n > 1 else np.nan
    return average, _reason(moments, average)


def unlikeness(moments: PairedMoments) -> float:
    """1 - r of two moments, for a variance: how much people differ in their change. Never 0 because nobody here did.

    Where all n changed by the same amount, r is 1 among them, and an effect of 0 would have an interval of no width. Others may change
    otherwise: as many as the exact upper limit of 0 of n, and those are taken as unrelated at the two moments. 1 where a score does not
    vary.

    >>> before = np.array([10.0, 12.0, 14.0])
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> round(unlikeness(paired_moments(before, before - 5)), 6)
    0.707598
    """
    if np.isnan(moments.correlation):
        return 1.0
    return 1 - moments.correlation if moments.sd_change > 0 else exact_interval(0, moments.n).ci_high


def _change_variance(moments: PairedMoments) -> float:
    """Variance of the changes; where all are equal, that of `unlikeness`."""
    return moments.sd_change**2 or 2 * unlikeness(moments) * moments.sd_before * moments.sd_later


def _reason(moments: PairedMoments, sd: float) -> str | None:
    if moments.n == 0:
        return "empty_group"
    if moments.n < 3:
        return "too_few"
    return None if sd > 0 else "no_variance"


def _with_interval(estimate: float, variance: float, confidence: float) -> EffectSize:
    error = float(np.sqrt(variance))
    half = ndtri(0.5 + confidence / 2) * error
    return EffectSize(float(estimate), error, float(estimate - half), float(estimate + half))
