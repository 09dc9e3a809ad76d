"""Standardised differences between two groups: Hedges' g of later scores, and Morris' difference of changes.

Own code because statsmodels' `effectsize_smd` has Hedges' g without the exact interval, and neither it nor scipy has Morris'
difference of changes.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from analyses.statistics.change.effect_size import EffectSize, hedges_correction, unlikeness
from analyses.statistics.change.paired_change import PairedMoments
from analyses.statistics.inference.noncentral import noncentrality_interval


def difference_by_pooled_sd(first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """g: J(n1 + n2 - 2) times the difference of the later means, first minus second, over their pooled SD.

    Variance 1/n1 + 1/n2 + g^2 / (2 (n1 + n2)) (Hedges & Olkin 1985, Statistical Methods for Meta-Analysis, p. 86; metafor's
    "SMD"), normal interval. `sign` -1 for scores on which lower is better, so that + favours the first group. `reason`:
    `empty_group`, `too_few` (fewer than two in a group), `no_variance`.

    When not to use
    ---------------
    When the groups differ at baseline: it takes no account of where they began. See `difference_of_changes` and ANCOVA.

    Examples
    --------
    Later scores 1, 2, 3 against 3, 4, 5: a difference of -2 over a SD of 1, times J(4) = 0.797885.

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> start = np.array([1.0, 2.0, 3.0])
    >>> round(difference_by_pooled_sd(paired_moments(start, start), paired_moments(start, start + 2), sign=-1).estimate, 6)
    1.595769
    """
    reason, d, _ = _standardised(first, second, sign)
    if reason:
        return EffectSize(np.nan, reason=reason)
    g = hedges_correction(first.n + second.n - 2) * d
    error = float(np.sqrt(1 / first.n + 1 / second.n + g**2 / (2 * (first.n + second.n))))
    return _normal(g, error, confidence)


def difference_by_pooled_sd_exact(
    first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95
) -> EffectSize:
    """d: the difference of the later means over their pooled SD, *uncorrected*, with its exact limits from the noncentral t distribution.

    The limits belong to d, not to g: J takes the bias out of an estimate, and no limit has one (Steiger & Fouladi 1997; R's
    `MBESS::ci.smd`). effectsize's `hedges_g` multiplies d and these limits by J. Exact for normal scores with equal spread. The standard
    error is the large-sample one of `difference_by_pooled_sd`, with d. `reason` as there.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> one, two = paired_moments(np.arange(9.0), np.arange(9.0)), paired_moments(np.arange(9.0), np.arange(9.0) + 3)
    >>> answer = difference_by_pooled_sd_exact(one, two)
    >>> round(answer.estimate, 6), round(answer.ci_low, 2), round(answer.ci_high, 2)  # -3 / sqrt(7.5)
    (-1.095445, -2.08, -0.08)

    When not to use
    ---------------
    With clearly unequal spread or skewed scores: exactness rests on normal scores with one SD.
    """
    reason, d, root = _standardised(first, second, sign)
    if reason:
        return EffectSize(np.nan, reason=reason)
    low, high = noncentrality_interval(d / root, first.n + second.n - 2, confidence)
    error = float(np.sqrt(1 / first.n + 1 / second.n + d**2 / (2 * (first.n + second.n))))
    return EffectSize(float(d), error, low * root, high * root)


def hedges_g_exact(first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """Hedges' g of the later scores: J(n1 + n2 - 2) times d, and times its exact limits (R's `effectsize::hedges_g`).

    So estimate, error and limits are on one scale. `reason` as in `difference_by_pooled_sd`.

    Examples
    --------
    J(16) = 0.9523, d = -1.095445:

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> one, two = paired_moments(np.arange(9.0), np.arange(9.0)), paired_moments(np.arange(9.0), np.arange(9.0) + 3)
    >>> round(hedges_g_exact(one, two).estimate, 4)
    -1.0431

    When not to use
    ---------------
    As `difference_by_pooled_sd_exact`.
    """
    d = difference_by_pooled_sd_exact(first, second, sign, confidence)
    if d.reason:
        return d
    correction = hedges_correction(first.n + second.n - 2)
    return EffectSize(*(correction * value for value in (d.estimate, d.std_error, d.ci_low, d.ci_high)))


def difference_of_changes(first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_ppc2: J(n1 + n2 - 2) times the difference of the mean changes over the pooled SD at baseline.

    Morris 2008, Organ Res Methods 11:364, equation 8 with the exact J. The variance is
    2 (1 - r) (1/n1 + 1/n2) + d^2 / (2 (n1 + n2)), r the mean of both correlations weighted by n - 1, as on metafor's page on that
    paper (analyses:morris2008); Morris' own is `difference_of_changes_exact_variance`. Normal interval. + favours the first group. Where everybody
    in a group changes alike, see `effect_size.unlikeness`.

    When not to use
    ---------------
    When the SDs at baseline differ much between the groups, or the groups differ at baseline so that regression to the mean
    moves them apart by itself.

    Examples
    --------
    Changes of 2 and 0, SD at baseline 1: 2 times J(4) = 0.797885.

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> start = np.array([1.0, 2.0, 3.0])
    >>> round(difference_of_changes(paired_moments(start, start + 2), paired_moments(start, start)).estimate, 6)
    1.595769
    """
    reason, d, unlike = _by_baseline(first, second, sign)
    if reason:
        return EffectSize(np.nan, reason=reason)
    return _normal(d, float(np.sqrt(unlike + d**2 / (2 * (first.n + second.n)))), confidence)


def difference_of_changes_exact_variance(
    first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95
) -> EffectSize:
    """d_ppc2 as `difference_of_changes`, with Morris' own variance.

    J^2 (m / (m - 2)) (2 (1 - r) (1/n1 + 1/n2) + d^2) - d^2, m = n1 + n2 - 2 and J = J(m): that of a normal mean over an independent SD, with d and r in
    the place of what they estimate (Morris 2008, Organ Res Methods 11:364). Normal interval. `reason` as `difference_of_changes`, and
    `too_few` below five people, where it does not exist.

    Examples
    --------
    Changes of 2, 3, 1 and 0, -1, 1, r = 0.5 in both, SD at baseline 1: J(4)^2 x 2 x (2/3 + 1.595769^2) - 1.595769^2.

    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> start = np.array([1.0, 2.0, 3.0])
    >>> groups = paired_moments(start, np.array([3.0, 5.0, 4.0])), paired_moments(start, np.array([1.0, 3.0, 2.0]))
    >>> round(difference_of_changes_exact_variance(*groups).std_error ** 2, 6)
    1.544625
    """
    reason, d, unlike = _by_baseline(first, second, sign)
    df = first.n + second.n - 2
    if reason or df <= 2:
        return EffectSize(np.nan, reason=reason or "too_few")
    variance = hedges_correction(df) ** 2 * df / (df - 2) * (unlike + d**2) - d**2
    return _normal(d, float(np.sqrt(variance)), confidence)


def _by_baseline(first: PairedMoments, second: PairedMoments, sign: int) -> tuple[str | None, float, float]:
    """Reason or None; d_ppc2; and the variance of the difference of both mean changes in squared SDs at baseline."""
    reason = _reason(first, second)
    squares = first.squares_before + second.squares_before
    if reason is None and not squares > 0:
        reason = "no_variance"
    if reason:
        return reason, np.nan, np.nan
    df = first.n + second.n - 2
    unlike = sum((group.n - 1) * unlikeness(group) for group in (first, second)) / df
    d = hedges_correction(df) * sign * (first.mean_change - second.mean_change) / np.sqrt(squares / df)
    return None, float(d), float(2 * unlike * (1 / first.n + 1 / second.n))


def _standardised(first: PairedMoments, second: PairedMoments, sign: int) -> tuple[str | None, float, float]:
    """Reason or None; the difference over the pooled SD; the root that turns it into a t statistic."""
    reason = _reason(first, second)
    squares = first.squares_later + second.squares_later
    if reason is None and not squares > 0:
        reason = "no_variance"
    if reason:
        return reason, np.nan, np.nan
    pooled = np.sqrt(squares / (first.n + second.n - 2))
    return None, sign * (first.mean_later - second.mean_later) / pooled, float(np.sqrt(1 / first.n + 1 / second.n))


def _reason(first: PairedMoments, second: PairedMoments) -> str | None:
    smallest = min(first.n, second.n)
    return "empty_group" if smallest == 0 else "too_few" if smallest < 2 else None


def _normal(estimate: float, error: float, confidence: float) -> EffectSize:
    half = float(ndtri(0.5 + confidence / 2)) * error
    # adding zero: a difference of nothing is not minus nothing
    return EffectSize(float(estimate) + 0.0, error, float(estimate - half), float(estimate + half))
