"""Hodges and Lehmann's estimates: the middle of changes, and the shift between two groups, with limits by rank.

Own code because neither scipy nor statsmodels has them. Pairs of values are counted, never listed, so that a million people take seconds.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

from analyses.statistics.change.effect_size import EffectSize
from analyses.statistics.inference.rank_distributions import rank_sum_chances, signed_rank_chances

EXACT_UP_TO = 50
"""People (in each group) up to which the limits are those of the exact distribution, as in R; beyond, of its normal approximation."""


def middle_of_changes(change: np.ndarray, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """The median of the means of all pairs of changes, each with itself too: the middle of a symmetric distribution.

    Limits are the k-th lowest and k-th highest of these means, k from Wilcoxon's signed rank test without ties (Hodges & Lehmann
    1963, Ann Math Stat 34:598; Hollander, Wolfe & Chicken 2014, section 3.3; R's `wilcox.test(conf.int = TRUE)`, which with ties or zeros
    inverts a normal test instead). They cover at least 95 %, and more with ties. `std_error`: the width of the interval over 2 z.
    `reason`: `empty_group`; with the estimate but without limits `too_few` (below six people none reach 95 %) and `scale_too_coarse` (both
    limits are the same value).

    When not to use
    ---------------
    As the mean change: with skewed changes it is neither mean nor median.

    Examples
    --------
    Means of pairs of 1, 2 and 6: 1, 1.5, 2, 3.5, 4, 6.

    >>> middle_of_changes(np.array([1.0, 2.0, 6.0])).estimate
    2.75
    """
    values, counts = np.unique(sign * np.asarray(change, float), return_counts=True)
    n = int(counts.sum())
    if n == 0:
        return EffectSize(np.nan, reason="empty_group")
    pairs = n * (n + 1) // 2
    lowest = np.cumsum(counts)

    def below(edge: float) -> int:
        """Pairs, each with itself too, whose mean is at most this: half of ordered pairs and of those with oneself."""
        ordered = int((counts * np.append(0, lowest)[np.searchsorted(values, 2 * edge - values, "right")]).sum())
        return (ordered + int(counts[values <= edge].sum())) // 2

    def at(rank: int) -> float:
        return _ranked(rank, below, (values[0], values[-1]), lambda edge: _next_mean(values, edge))

    k = _signed_rank_place(n, confidence)
    return _with_limits(at, pairs, k, confidence)


def shift_between(first: np.ndarray, second: np.ndarray, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """The median of all differences between someone of the first group and someone of the second.

    Limits are the k-th lowest and k-th highest difference, k from the Mann-Whitney test without ties (Hodges & Lehmann 1963; Hollander,
    Wolfe & Chicken 2014, section 4.3; R's `wilcox.test(conf.int = TRUE)`). `std_error`: the width of the interval over 2 z. `reason`:
    `empty_group`; with the estimate but without limits `too_few` (none reach 95 %) and `scale_too_coarse` (both are the same value).

    When not to use
    ---------------
    When the groups differ in spread: it then is the median difference of pairs, and its limits are those of a shift.

    Examples
    --------
    >>> shift_between(np.array([3.0, 5.0]), np.array([1.0, 2.0])).estimate
    2.5
    """
    mine, own = np.unique(sign * np.asarray(first, float), return_counts=True)
    theirs, other = np.unique(sign * np.asarray(second, float), return_counts=True)
    n, m = int(own.sum()), int(other.sum())
    if not (n and m):
        return EffectSize(np.nan, reason="empty_group")
    all_lower = np.append(0, np.cumsum(own))

    def below(edge: float) -> int:
        return int((other * all_lower[np.searchsorted(mine, theirs + edge, "right")]).sum())

    def at(rank: int) -> float:
        return _ranked(rank, below, (mine[0] - theirs[-1], mine[-1] - theirs[0]), lambda edge: _next_sum(mine, -theirs, edge))

    return _with_limits(at, n * m, _rank_sum_place(n, m, confidence), confidence)


def _with_limits(at: Callable[[int], float], pairs: int, k: int, confidence: float) -> EffectSize:
    estimate = (at((pairs + 1) // 2) + at(pairs // 2 + 1)) / 2
    if k < 1:
        return EffectSize(estimate, reason="too_few")
    low, high = at(k), at(pairs + 1 - k)
    if not low < high:
        return EffectSize(estimate, reason="scale_too_coarse")
    return EffectSize(estimate, (high - low) / (2 * float(ndtri(0.5 + confidence / 2))), low, high)


def _signed_rank_place(n: int, confidence: float) -> int:
    """Which of the ordered means the limits are; 0 when none reaches the confidence."""
    tail = (1 - confidence) / 2
    if n >= EXACT_UP_TO:
        return int(np.floor(n * (n + 1) / 4 + ndtri(tail) * np.sqrt(n * (n + 1) * (2 * n + 1) / 24)))
    return _place(signed_rank_chances(np.arange(1, n + 1)), tail)


def _rank_sum_place(n: int, m: int, confidence: float) -> int:
    tail = (1 - confidence) / 2
    if max(n, m) >= EXACT_UP_TO:
        return int(np.floor(n * m / 2 + ndtri(tail) * np.sqrt(n * m * (n + m + 1) / 12)))
    size = min(n, m)
    return _place(rank_sum_chances(np.arange(1, n + m + 1), size)[size * (size + 1) // 2 :], tail)


def _place(chances: np.ndarray, tail: float) -> int:
    """The largest k for which less than k has at most the chance of the tail."""
    return int(np.searchsorted(np.cumsum(chances), tail * (1 + 1e-12), "right"))


def _ranked(rank: int, below: Callable[[float], int], ends: tuple[float, float], following: Callable[[float], float]) -> float:
    """The value of this rank (from 1) among all pairs: halving, then the first value above what is too low."""
    low, high = float(ends[0]) - 1.0, float(ends[1])
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (low, middle) if below(middle) >= rank else (middle, high)
    return following(low)


def _next_sum(values: np.ndarray, others: np.ndarray, edge: float) -> float:
    """The lowest value + other above an edge."""
    place = np.searchsorted(values, edge - others, "right")
    return float((values[np.minimum(place, len(values) - 1)] + others)[place < len(values)].min())


def _next_mean(values: np.ndarray, edge: float) -> float:
    return _next_sum(values, values, 2 * edge) / 2
