"""Standardised difference between two groups at baseline, for scores and for categories: how alike the groups were.

Own code because neither scipy nor statsmodels has it for categories, or with the root of the mean of both variances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class StandardisedDifference:
    """The difference in SDs with its large-sample standard error; no p, for balance is a matter of these people, not of others."""

    estimate: float
    std_error: float = np.nan
    reason: str | None = None


def of_scores(first: np.ndarray, second: np.ndarray) -> StandardisedDifference:
    """Mean of the first group minus that of the second, over the root of the mean of both variances.

    Austin 2009 (Stat Med 28:3083), equation 1; the SDs are unweighted (pitfall T23). `reason`: `empty_group`, `too_few` (one in a
    group), `no_variance` (all equal in both groups but different between them; equal everywhere is a difference of 0).

    Examples
    --------
    >>> of_scores(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0])).estimate
    -1.0

    When not to use
    ---------------
    To test whether arms are alike: balance is a matter of these people, and p says how many they are. 0.1 and 0.25 are the usual marks.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    reason = _too_small(len(first), len(second))
    if reason:
        return StandardisedDifference(np.nan, reason=reason)
    difference = float(first.mean() - second.mean())
    spread = float(np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / 2))
    if not spread > 1e-12 * max(abs(first.mean()), abs(second.mean())):
        alike = abs(difference) <= 1e-12 * max(abs(first.mean()), abs(second.mean()), 1e-300)
        return StandardisedDifference(0.0, 0.0) if alike else StandardisedDifference(np.nan, reason="no_variance")
    return _with_error(difference / spread, len(first), len(second))


def of_categories(first: np.ndarray, second: np.ndarray) -> StandardisedDifference:
    """Distance between two groups over all categories of one descriptor, 0 or more.

    Parameters
    ----------
    first, second
        Shape (categories,): number of people in each.

    The Mahalanobis distance of the shares with the mean of both multinomial covariances (Yang & Dalton 2012, SAS Global Forum
    335-2012; R's tableone and stddiff). With two categories it is |p1 - p2| over the root of the mean of p (1 - p).
    `reason`: `empty_group`, `too_few`, `no_variance` (each group in categories that the other does not have).

    Examples
    --------
    Half against all but a quarter: 0.25 over the root of (0.25 + 0.1875) / 2.

    >>> round(of_categories(np.array([2, 2]), np.array([3, 1])).estimate, 4)
    0.5345
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    reason = _too_small(first.sum(), second.sum())
    if reason:
        return StandardisedDifference(np.nan, reason=reason)
    used = (first + second) > 0
    p, q = first[used] / first.sum(), second[used] / second.sum()
    p, q = p[1:], q[1:]
    if len(p) == 0:
        return StandardisedDifference(0.0, 0.0)
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(p):
        return StandardisedDifference(np.nan, reason="no_variance")
    distance = float(np.sqrt(max((p - q) @ np.linalg.solve(covariance, p - q), 0.0)))
    return _with_error(distance, first.sum(), second.sum())


def _too_small(first: float, second: float) -> str | None:
    smallest = min(first, second)
    return "empty_group" if smallest == 0 else "too_few" if smallest < 2 else None


def _with_error(d: float, first: float, second: float) -> StandardisedDifference:
    return StandardisedDifference(d, float(np.sqrt(1 / first + 1 / second + d**2 / (2 * (first + second)))))
