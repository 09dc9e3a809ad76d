"""Exact distributions of rank sums under no difference, with ties as they are.

Own code because scipy's exact distributions (`wilcoxon`, `mannwhitneyu`) take ranks without ties, and scores of questionnaires are tied.
"""

from __future__ import annotations

import numpy as np


def doubled_ranks(values: np.ndarray) -> np.ndarray:
    """Twice the mean ranks of values, whole numbers: equal values share the mean of their ranks.

    >>> doubled_ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [5, 2, 5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (2 * last - counts + 1)[inverse]


def without_noise(values: np.ndarray) -> np.ndarray:
    """Values over the largest of them, without their last binary digits (0.3 - 0.1 and 0.4 - 0.2): ties must be seen as such.

    >>> len(set(without_noise(np.array([0.3 - 0.1, 0.4 - 0.2])).tolist()))
    1
    """
    values = np.asarray(values, float)
    largest = np.abs(values).max() if len(values) else 0.0
    return np.round(values / largest, 12) if largest > 0 else values


def signed_rank_chances(doubled: np.ndarray) -> np.ndarray:
    """Chance of each doubled sum of positive ranks, from 0 on, when every sign is equally likely (Streitberg & Roehmel 1986).

    >>> signed_rank_chances(np.array([2, 4])).tolist()
    [0.25, 0.0, 0.25, 0.0, 0.25, 0.0, 0.25]
    """
    chances = np.zeros(int(doubled.sum()) + 1)
    chances[0] = 1.0
    reached = 0
    for rank in np.sort(doubled):
        previous = chances[: reached + 1].copy()
        chances[: reached + 1] *= 0.5
        chances[rank : rank + reached + 1] += 0.5 * previous
        reached += int(rank)
    return chances


def rank_sum_chances(doubled: np.ndarray, size: int) -> np.ndarray:
    """Chance of each doubled rank sum, from 0 on, of `size` people drawn from all, every draw equally likely.

    Shape (highest sum + 1,). The ways to reach each sum with each number of people, one rank after another (Streitberg & Roehmel 1986).

    Examples
    --------
    One of three people, ranks 1, 2.5 and 2.5.

    >>> rank_sum_chances(np.array([2, 5, 5]), 1).round(6).tolist()
    [0.0, 0.0, 0.333333, 0.0, 0.0, 0.666667]
    """
    doubled = np.sort(np.asarray(doubled, np.int64))
    most = int(doubled[len(doubled) - size :].sum())
    ways = np.zeros((size + 1, most + 1))
    ways[0, 0] = 1.0
    for number, rank in enumerate(doubled, start=1):
        drawn = min(number, size)
        ways[1 : drawn + 1, rank:] += ways[:drawn, : most + 1 - rank].copy()
    return ways[size] / ways[size].sum()
