"""Standardised differences between two groups: Hedges' g of later scores, and Morris' difference of changes."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from analyses.statistics.change.effect_size import EffectSize, hedges_correction
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
    """As `difference_by_pooled_sd`, with limits from the noncentral t distribution: exact for normal scores with equal spread.

    Examples
    --------
    >>> from analyses.statistics.change.paired_change import paired_moments
    >>> one, two = paired_moments(np.arange(9.0), np.arange(9.0)), paired_moments(np.arange(9.0), np.arange(9.0) + 3)
    >>> answer = difference_by_pooled_sd_exact(one, two)
    >>> answer.ci_low < answer.estimate < answer.ci_high
    True

    When not to use
    ---------------
    With clearly unequal spread or skewed scores: exactness rests on normal scores with one SD.
    """
    approximate = difference_by_pooled_sd(first, second, sign, confidence)
    if approximate.reason:
        return approximate
    _, d, root = _standardised(first, second, sign)
    low, high = noncentrality_interval(d / root, first.n + second.n - 2, confidence)
    return EffectSize(approximate.estimate, approximate.std_error, low * root, high * root)


def difference_of_changes(first: PairedMoments, second: PairedMoments, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """d_ppc2: J(n1 + n2 - 2) times the difference of the mean changes over the pooled SD at baseline.

    Morris 2008, Organ Res Methods 11:364, equation 8 with the exact J. The variance is
    2 (1 - r) (1/n1 + 1/n2) + d^2 / (2 (n1 + n2)), r the mean of both correlations weighted by n - 1, as on metafor's page on that
    paper (analyses:morris2008); Morris' own differs slightly. Normal interval. + favours the first group.

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
    reason = _reason(first, second)
    squares = first.squares_before + second.squares_before
    if reason is None and not squares > 0:
        reason = "no_variance"
    if reason:
        return EffectSize(np.nan, reason=reason)
    df, n = first.n + second.n - 2, first.n + second.n
    r = sum((group.n - 1) * np.nan_to_num(group.correlation) for group in (first, second)) / df
    d = hedges_correction(df) * sign * (first.mean_change - second.mean_change) / np.sqrt(squares / df)
    error = float(np.sqrt(2 * (1 - r) * (1 / first.n + 1 / second.n) + d**2 / (2 * n)))
    return _normal(d, error, confidence)


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
    return EffectSize(float(estimate), error, float(estimate - half), float(estimate + half))
