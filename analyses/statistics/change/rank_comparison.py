"""Two groups by rank: the Mann-Whitney test, exact with ties, and Cliff's delta with limits that stay within -1 and 1.

Own code because scipy's exact Mann-Whitney test takes no ties, and neither scipy nor statsmodels has Cliff's delta with such limits
(statsmodels' `rank_compare_2indep` has limits beyond 1, and of no width when the groups do not overlap).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from analyses.statistics.change.effect_size import EffectSize
from analyses.statistics.inference.rank_distributions import doubled_ranks, rank_sum_chances, without_noise

EXACT_UP_TO = 100
"""People in both groups together up to which the distribution is enumerated; beyond, the normal approximation with the variance for ties."""


@dataclass(frozen=True, slots=True)
class RankSum:
    """Mann and Whitney's U (pairs in which the first is higher, ties half), its SD without a difference, and two-sided p."""

    statistic: float
    std_error: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


def mann_whitney(first: np.ndarray, second: np.ndarray) -> RankSum:
    """Mann-Whitney (Wilcoxon rank sum) test that two groups have one distribution.

    Parameters
    ----------
    first, second
        Shape (n,) and (m,), no missing values.

    Equal values share the mean of their ranks. Up to `EXACT_UP_TO` people p is the share of all ways to divide them that put U at least as
    far from the middle (Mann & Whitney 1947, Ann Math Stat 18:50; with ties as `coin::wilcox_test(distribution = "exact")`; R's
    `wilcox.test` gives up exactness with ties). Beyond, normal without continuity correction. `reason`: `empty_group`, `no_variance`
    (all values are equal).

    When not to use
    ---------------
    As a test of medians: with unequal spread it finds more than that.

    Examples
    --------
    Two above three: one of ten ways on either side.

    >>> mann_whitney(np.array([4.0, 5.0]), np.array([1.0, 2.0, 3.0])).p_value
    0.2
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    n, m = len(first), len(second)
    if not (n and m):
        return RankSum(np.nan, reason="empty_group")
    doubled = doubled_ranks(without_noise(np.concatenate([first, second])))
    if not np.ptp(doubled):
        return RankSum(np.nan, reason="no_variance")
    total = int(doubled[:n].sum())
    spread = float(np.sqrt(n * m / (n + m) * doubled.var(ddof=1)) / 2)
    statistic = total / 2 - n * (n + 1) / 2
    if n + m > EXACT_UP_TO:
        return RankSum(statistic, spread, float(2 * ndtr(-abs(statistic - n * m / 2) / spread)))
    # the smaller group has the smaller table; its sum lies as far from its own middle
    size, mine = (n, total) if n <= m else (m, int(doubled.sum()) - total)
    chances = rank_sum_chances(doubled, size)
    far = np.abs(np.arange(len(chances)) - size * (n + m + 1)) >= abs(mine - size * (n + m + 1))
    return RankSum(statistic, spread, float(min(1.0, chances[far].sum())))


def cliffs_delta(first: np.ndarray, second: np.ndarray, sign: int = 1, confidence: float = 0.95) -> EffectSize:
    """Cliff's delta: share of pairs in which the first is higher less the share in which it is lower, -1 to 1.

    Unbiased variance, not below (1 - d^2) / (n m - 1) (Cliff 1993, Psychol Bull 114:494); asymmetric limits with the t quantile on
    n + m - 2 df (Feng & Cliff 2004, J Mod Appl Stat Methods 3:322), as effsize's `cliff.delta`. Where the groups do not overlap the
    variance is 0, and the limit other than 1 is (s - z^2) / (s + z^2), s the size of the smaller group. `sign` -1 turns it. `reason`:
    `empty_group`, `too_few` (fewer than two in a group).

    When not to use
    ---------------
    In units of the scale: it says how often, not how far. Not of groups of fewer than about ten that hardly overlap.

    Examples
    --------
    Of nine pairs six higher, two lower and one equal.

    >>> round(cliffs_delta(np.array([2.0, 4.0, 5.0]), np.array([1.0, 2.0, 4.5])).estimate, 6)
    0.444444
    """
    first, second = np.sort(np.asarray(first, float)), np.sort(np.asarray(second, float))
    n, m = len(first), len(second)
    if min(n, m) < 2:
        return EffectSize(np.nan, reason="too_few" if min(n, m) else "empty_group")
    values = without_noise(np.concatenate([first, second]))
    rows, columns = _dominance(values[:n], values[n:]), -_dominance(values[n:], values[:n])
    d = float(rows.mean())
    if abs(d) == 1:
        edge = (min(n, m) - (z := float(ndtri(0.5 + confidence / 2))) ** 2) / (min(n, m) + z**2)
        low, high = (edge, 1.0) if sign * d > 0 else (-1.0, -edge)
        return EffectSize(sign * d, (high - low) / (2 * z), low, high)
    tied = np.searchsorted(values[n:], values[:n], "right").sum() - np.searchsorted(values[n:], values[:n], "left").sum()
    squares = n * m * (1 - d**2) - float(tied)
    apart = m**2 * float(((rows - d) ** 2).sum()) + n**2 * float(((columns - d) ** 2).sum()) - squares
    variance = max(apart / (n * m * (n - 1) * (m - 1)), (1 - d**2) / (n * m - 1))
    t = float(stdtrit(n + m - 2, 0.5 + confidence / 2))
    half = t * np.sqrt(variance * ((1 - d**2) ** 2 + t**2 * variance))
    limits = [sign * (d - d**3 + side * half) / (1 - d**2 + t**2 * variance) for side in (-1, 1)]
    return EffectSize(sign * d, float(np.sqrt(variance)), float(min(limits)), float(max(limits)))


def _dominance(mine: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Per value the share of others (sorted) below it less the share above it."""
    below, not_above = (np.searchsorted(others, mine, side) for side in ("left", "right"))
    return (below + not_above - len(others)) / len(others)
