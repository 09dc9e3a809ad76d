"""Ordinary least squares with classical errors: the adjusted difference between two groups."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.change.paired_change import MeanEstimate


def least_squares(response: np.ndarray, design: np.ndarray, position: int, confidence: float = 0.95) -> MeanEstimate:
    """One coefficient of a linear model with its t interval.

    Parameters
    ----------
    response
        Shape (n,).
    design
        Shape (n, k), the intercept included. Columns that do not vary beside the intercept must be left out.
    position
        Which column's coefficient is wanted.

    `reason`: `too_few` (no residual degrees of freedom), `collinear` (a column is a combination of the others), `no_variance` (the
    residuals are all zero: the estimate is then given without an error).

    Examples
    --------
    A mean: 1, 2 and 3 on an intercept alone.

    >>> round(least_squares(np.array([1.0, 2.0, 3.0]), np.ones((3, 1)), 0).estimate, 9)
    2.0

    When not to use
    ---------------
    When the spread differs between groups (`hc3`) or people are clustered in providers (`cr2`): the interval supposes equal,
    independent errors.
    """
    response, design = np.asarray(response, float), np.asarray(design, float)
    n, k = design.shape
    if n <= k:
        return MeanEstimate(np.nan, reason="too_few")
    scale = np.sqrt((design**2).sum(axis=0))
    q, r = np.linalg.qr(design / np.where(scale > 0, scale, 1))
    if np.abs(np.diag(r)).min() < 1e-9:
        return MeanEstimate(np.nan, reason="collinear")
    inverse = np.linalg.solve(r, np.eye(k))
    beta = inverse @ (q.T @ response)
    residual = response - q @ (q.T @ response)
    df = n - k
    squares = float(residual @ residual)
    estimate = float(beta[position] / scale[position])
    spread = float(((response - response.mean()) ** 2).sum())
    if squares <= 1e-20 * max(spread, 1e-300):
        return MeanEstimate(estimate, 0.0, df=df, reason="no_variance")
    error = float(np.sqrt(squares / df * (inverse[position] ** 2).sum()) / scale[position])
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return MeanEstimate(estimate, error, estimate - half, estimate + half, float(2 * stdtr(df, -abs(estimate / error))), df)


def adjusted_difference(
    before: np.ndarray, later: np.ndarray, first: np.ndarray, covariates: np.ndarray | None = None, confidence: float = 0.95
) -> MeanEstimate:
    """Difference in later scores between two groups (first minus second), adjusted for the score at baseline: ANCOVA.

    The model is later = a + b before + c [first group] + covariates, with one slope and one residual variance for both groups
    (Vickers & Altman 2001, BMJ 323:1123); the answer is c with n - k degrees of freedom.

    Parameters
    ----------
    before, later
        Shape (n,), people with both scores.
    first
        Shape (n,), boolean: in the first group.
    covariates
        Shape (n, m) or None: further columns, categories as 0/1 columns without their first.

    When not to use
    ---------------
    When groups were not made by chance and differ at baseline: the adjusted difference is then biased towards what regression to
    the mean does to the groups (Lord's paradox). Check overlap and balance first.

    Examples
    --------
    Both groups start at 1 and 3; the first ends 2 lower at each.

    >>> before = np.array([1.0, 3.0, 2.0, 1.0, 3.0, 2.0])
    >>> later = np.array([1.0, 3.0, 2.3, 3.0, 5.0, 4.3])
    >>> round(adjusted_difference(before, later, np.array([1, 1, 1, 0, 0, 0], bool)).estimate, 6)
    -2.0
    """
    first = np.asarray(first, bool)
    if first.all() or not first.any():
        return MeanEstimate(np.nan, reason="empty_group")
    return least_squares(later, difference_design(before, first, covariates), DIFFERENCE, confidence)


DIFFERENCE = 1
"""Column of `difference_design` whose coefficient is the difference."""


def difference_design(before: np.ndarray, first: np.ndarray, covariates: np.ndarray | None = None) -> np.ndarray:
    """Columns of the model of `adjusted_difference`: intercept, first group, baseline around its mean, covariates.

    A covariate that follows from those before it is left out, as R's `lm` does (two descriptors that are missing for the same people).
    One from which the group itself follows stays, and makes the model `collinear`: it leaves nothing to compare.

    >>> difference_design(np.array([1.0, 3.0]), np.array([True, False])).tolist()
    [[1.0, 1.0, -1.0], [1.0, 0.0, 1.0]]
    """
    others = [np.ones(len(first))]
    if len(before) and np.ptp(before) > 0:
        others.append(np.asarray(before, float) - np.mean(before))
    if covariates is not None and covariates.size:
        others += list(np.asarray(covariates, float).T)
    intercept, *kept = _independent(others) if len(first) else others
    return np.column_stack([intercept, np.asarray(first, float), *kept])


def _independent(columns: list[np.ndarray]) -> list[np.ndarray]:
    """The columns that do not follow from those before them (Gram-Schmidt, twice for accuracy)."""
    kept, basis = [], np.empty((len(columns[0]), 0))
    for column in columns:
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        size = np.linalg.norm(rest)
        if size > 1e-9 * max(np.linalg.norm(column), 1e-300):
            kept.append(column)
            basis = np.column_stack([basis, rest / size])
    return kept
