"""How alike two arms are, before and after weighting.

Own code because tableone has no weights (T23), and no library here has the difference with the SD as it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.weighting.balancing_weights import effective_n

BASELINE_EQUIVALENT, CAN_BE_ADJUSTED = 0.05, 0.25
"""Marks of the What Works Clearinghouse for baseline equivalence: up to 0.05 alike, up to 0.25 with adjustment, not beyond."""


@dataclass(frozen=True, slots=True)
class WeightedDifference:
    """First minus second in SDs, with its large-sample error at the effective sizes; no p, for balance is a matter of these people."""

    estimate: float
    std_error: float = np.nan
    reason: str | None = None


def weighted_difference(covariate: np.ndarray, first: np.ndarray, weight: np.ndarray | None = None) -> WeightedDifference:
    """Weighted mean of the first arm minus that of the second, over the SD as it was before weighting.

    Parameters
    ----------
    covariate
        Shape (n,): numbers, or 0 and 1 for a category.
    first
        Shape (n,), boolean: who is in the first arm.
    weight
        Shape (n,); None: before weighting.

    The SD is the root of the mean of both unweighted variances (Austin & Stuart 2015, Stat Med 34:3661; R's cobalt with
    `s.d.denom = "pooled"`): with n - 1 for numbers, p (1 - p) for 0 and 1. cobalt's default takes the SD of those treated for `att`, and a
    weighted one for `overlap`. `reason`: `empty_group`, `too_few`, `no_variance` (all alike within both arms and not between them).

    When not to use
    ---------------
    To test: a weighted difference of 0.25 is too large with any p.

    Examples
    --------
    Means 2 and 3 with an SD of 1; the second arm's 2 counts double, so that its mean is 2.75.

    >>> score, first = np.array([1.0, 2.0, 3.0, 2.0, 3.0, 4.0]), np.repeat([True, False], 3)
    >>> twice = np.array([1, 1, 1, 2, 1, 1])
    >>> [float(weighted_difference(score, first, weight).estimate) for weight in (None, twice)]
    [-1.0, -0.75]
    """
    covariate, first = np.asarray(covariate, float), np.asarray(first, bool)
    weight = np.ones(len(covariate)) if weight is None else np.asarray(weight, float)
    groups = [(covariate[who], weight[who]) for who in (first, ~first)]
    if min(len(values) for values, _ in groups) < 2:
        return WeightedDifference(np.nan, reason="empty_group" if first.all() or not first.any() else "too_few")
    binary = bool(np.isin(covariate, (0, 1)).all())
    spread = float(np.sqrt(np.mean([values.var(ddof=0 if binary else 1) for values, _ in groups])))
    sums = [part.sum() for _, part in groups]
    if not min(sums) > 0:
        return WeightedDifference(np.nan, reason="no_overlap")
    means = [float(values @ part) / total for (values, part), total in zip(groups, sums)]
    sizes = [float(effective_n(part)) for _, part in groups]
    difference = means[0] - means[1]
    if not spread > 1e-12 * max(map(abs, means)):
        alike = abs(difference) <= 1e-12 * max(*map(abs, means), 1e-300)
        return WeightedDifference(0.0, 0.0) if alike else WeightedDifference(np.nan, reason="no_variance")
    d = difference / spread
    return WeightedDifference(d, float(np.sqrt(1 / sizes[0] + 1 / sizes[1] + d**2 / (2 * sum(sizes)))))


def weighted_distance(
    category: np.ndarray, first: np.ndarray, categories: int, weight: np.ndarray | None = None
) -> WeightedDifference:
    """The difference over all categories of a trait at once, 0 or more.

    Parameters
    ----------
    category
        Shape (n,), codes from 0.
    categories
        How many there are.

    The distance of the weighted shares with the mean of both multinomial covariances as they were before weighting (Yang & Dalton 2012, SAS
    Global Forum 335-2012). With two categories it is the size of `weighted_difference`. `reason`: as there.

    Examples
    --------
    Half against all but a quarter: 0.25 over the root of (0.25 + 0.1875) / 2; weights that make it half and half leave nothing.

    >>> code, first = np.array([0, 0, 1, 1, 0, 0, 0, 1]), np.repeat([True, False], 4)
    >>> round(weighted_distance(code, first, 2).estimate, 4)
    0.5345
    >>> round(weighted_distance(code, first, 2, np.array([1, 1, 1, 1, 1, 1, 1, 3])).estimate, 4)
    0.0
    """
    category, first = np.asarray(category), np.asarray(first, bool)
    weight = np.ones(len(category)) if weight is None else np.asarray(weight, float)
    groups = [(category[who], weight[who]) for who in (first, ~first)]
    if min(len(codes) for codes, _ in groups) < 2:
        return WeightedDifference(np.nan, reason="empty_group" if first.all() or not first.any() else "too_few")
    if not min(part.sum() for _, part in groups) > 0:
        return WeightedDifference(np.nan, reason="no_overlap")
    used = np.bincount(category, minlength=categories) > 0
    p, q = (np.bincount(codes, minlength=categories)[used][1:] / len(codes) for codes, _ in groups)
    a, b = (np.bincount(codes, part, categories)[used][1:] / part.sum() for codes, part in groups)
    if len(p) == 0:
        return WeightedDifference(0.0, 0.0)
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(p):
        return WeightedDifference(np.nan, reason="no_variance")
    d = float(np.sqrt(max((a - b) @ np.linalg.solve(covariance, a - b), 0.0)))
    sizes = [float(effective_n(part)) for _, part in groups]
    return WeightedDifference(d, float(np.sqrt(1 / sizes[0] + 1 / sizes[1] + d**2 / (2 * sum(sizes)))))
