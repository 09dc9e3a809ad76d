"""Paired tests by rank and by sign: Wilcoxon's signed ranks, exact with ties and zeros, and the sign test.

Own code because scipy's `wilcoxon` is exact only without ties and zeros, which scores of questionnaires always have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import betainc, ndtr

from analyses.statistics.inference.rank_distributions import doubled_ranks, signed_rank_chances, without_noise
from analyses.statistics.proportions.proportion import exact_interval

EXACT_UP_TO = 200
"""Changes up to which the distribution is enumerated; beyond, the normal approximation with the variance for ties."""


@dataclass(frozen=True, slots=True)
class SignedRanks:
    """Sum of the ranks of positive changes, its standard deviation when nothing changed, and two-sided p."""

    statistic: float
    std_error: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Signs:
    """Share of positive changes among those that are not zero, with exact limits and exact two-sided p for one half.

    `positive` of `n` changes; those of zero do not count in `n`.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    positive: int = 0
    n: int = 0
    reason: str | None = None


def signed_ranks(change: np.ndarray, zeros: Literal["wilcoxon", "pratt"] = "wilcoxon") -> SignedRanks:
    """Wilcoxon's signed rank test of a distribution of changes that is symmetric around zero.

    Parameters
    ----------
    change
        Shape (n,), no missing values.
    zeros
        "wilcoxon" leaves zeros out before ranking (Wilcoxon 1945, Biometrics Bull 1:80; R's `wilcox.test`). "pratt" ranks them and
        then leaves out their ranks (Pratt 1959, JASA 54:655; the default of R's coin).

    Equal sizes share the mean of their ranks, and the exact distribution is that of these ranks with every sign equally likely
    (a shift algorithm over doubled ranks; Streitberg & Roehmel 1986). R's `wilcox.test` gives up exactness with ties, coin does
    not. `reason`: `empty_group`, `no_variance` (every change is zero).

    When not to use
    ---------------
    When changes are skewed: it then tests no median. The sign test does.

    Examples
    --------
    All of 1, 2 and 3 positive: a sum of 6, one in eight on either side.

    >>> signed_ranks(np.array([1.0, 2.0, 3.0])).p_value
    0.25
    """
    change = np.asarray(change, float)
    if len(change) == 0:
        return SignedRanks(np.nan, reason="empty_group")
    change = without_noise(change)
    size = np.abs(change)
    ranked = size if zeros == "pratt" else size[size > 0]
    if not (size > 0).any():
        return SignedRanks(np.nan, reason="no_variance")
    positive = change > 0 if zeros == "pratt" else change[size > 0] > 0
    doubled = doubled_ranks(ranked)
    doubled, positive = doubled[ranked > 0], positive[ranked > 0]
    total = int(doubled[positive].sum())
    deviation = float(np.sqrt((doubled.astype(float) ** 2).sum()) / 4)
    p_value = _exact_p(doubled, total) if len(doubled) <= EXACT_UP_TO else _normal_p(doubled, total)
    return SignedRanks(total / 2, deviation, p_value)


def sign_test(change: np.ndarray) -> Signs:
    """Sign test of a median change of zero; changes of zero are left out (Dixon & Mood 1946, JASA 41:557).

    `reason`: `empty_group`, `no_variance` (every change is zero).

    Examples
    --------
    Three of three: twice one in eight.

    >>> sign_test(np.array([1.0, 2.0, 0.0, 3.0])).p_value
    0.25
    """
    change = np.asarray(change, float)
    if len(change) == 0:
        return Signs(np.nan, reason="empty_group")
    change = without_noise(change)
    return sign_test_of_counts(int((change > 0).sum()), int((change != 0).sum()))


def sign_test_of_counts(positive: int, n: int) -> Signs:
    """The same from how many changes are positive, of those that are not zero.

    >>> sign_test_of_counts(3, 3).p_value
    0.25
    """
    if n == 0:
        return Signs(np.nan, reason="no_variance")
    smaller = min(positive, n - positive)
    tail = float(betainc(n - smaller, smaller + 1, 0.5)) if smaller < n else 1.0
    low, high = exact_interval(positive, n)
    return Signs(positive / n, float(np.sqrt(0.25 / n)), low, high, min(1.0, 2 * tail), positive, n)


def _exact_p(doubled: np.ndarray, total: int) -> float:
    """Twice the smaller tail: the distribution is symmetric around half the sum of all ranks."""
    chances = signed_rank_chances(doubled)
    smaller = min(total, len(chances) - 1 - total)
    return float(min(1.0, 2 * chances[: smaller + 1].sum()))


def _normal_p(doubled: np.ndarray, total: int) -> float:
    centre, deviation = doubled.sum() / 2, np.sqrt((doubled.astype(float) ** 2).sum()) / 2
    return float(2 * ndtr(-abs((total - centre) / deviation)))
