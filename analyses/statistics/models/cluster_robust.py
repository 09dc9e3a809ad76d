"""Least squares with errors that hold when residuals differ in spread (HC3), or hang together within clusters (CR2)."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.change.paired_change import MeanEstimate

_SINGULAR = 1e-10


def hc3(response: np.ndarray, design: np.ndarray, position: int, confidence: float = 0.95) -> MeanEstimate:
    """One coefficient of a linear model with the HC3 error: residuals over 1 - leverage (MacKinnon & White 1985).

    t interval with n - k degrees of freedom, as R's `coeftest(fit, vcovHC(fit, "HC3"))`. Long & Ervin 2000 (Am Stat 54:217)
    advise it below 250 people. `reason`: `too_few`, `collinear`, `no_residual_df` (a person who alone carries a coefficient has leverage
    1).

    Examples
    --------
    A mean of 1, 2 and 3: residuals -1, 0, 1 over 2/3, so a variance of 2 * 2.25 / 9.

    >>> round(hc3(np.array([1.0, 2.0, 3.0]), np.ones((3, 1)), 0).std_error ** 2, 6)
    0.5
    """
    fit = _orthogonal(response, design)
    if isinstance(fit, str):
        return MeanEstimate(np.nan, reason=fit)
    basis, residual, back = fit
    n, k = basis.shape
    estimate = float(back[position] @ (basis.T @ response))
    slack = 1 - (basis**2).sum(axis=1)
    if slack.min() < _SINGULAR:
        return MeanEstimate(np.nan, reason="no_residual_df")
    variance = float((((basis @ back[position]) * residual / slack) ** 2).sum())
    return _answer(estimate, variance, n - k, confidence)


def cr2(
    response: np.ndarray, design: np.ndarray, position: int, clusters: np.ndarray, confidence: float = 0.95
) -> MeanEstimate:
    """One coefficient with the bias-reduced cluster-robust error CR2 and Satterthwaite's degrees of freedom.

    Bell & McCaffrey 2002 (Surv Methodol 28:169) with an identity working model; Pustejovsky & Tipton 2018 (J Bus Econ Stat 36:672,
    section 2) for the generalised inverse and the degrees of freedom. As R's clubSandwich.

    Parameters
    ----------
    clusters
        Shape (n,), whole numbers from 0: which cluster (provider) each person belongs to.

    `reason`: `one_group` (a single cluster), `too_few`, `collinear`, `no_residual_df` (fewer than one degree of freedom: the
    comparison hangs on a single cluster).

    When not to use
    ---------------
    With three or four clusters: its few degrees of freedom then say that the data hardly carry an interval.

    Notes
    -----
    Every cluster's adjustment differs from the identity in k directions only, so that no matrix is larger than k by k, and
    time and memory are linear in n.

    Examples
    --------
    Clusters of one person each, and a mean: the usual standard error and n - 1 degrees of freedom.

    >>> answer = cr2(np.array([1.0, 2.0, 3.0, 6.0]), np.ones((4, 1)), 0, np.arange(4))
    >>> round(answer.std_error ** 2, 6), round(answer.df, 6)
    (1.166667, 3.0)
    """
    fit = _orthogonal(response, design)
    if isinstance(fit, str):
        return MeanEstimate(np.nan, reason=fit)
    basis, residual, back = fit
    contrast = back[position]
    estimate = float(contrast @ (basis.T @ response))
    gram, score = _by_cluster(basis, residual, clusters)
    if len(gram) < 2:
        return MeanEstimate(np.nan, reason="one_group")
    share, directions = np.linalg.eigh(gram)
    slack = np.clip(1 - share, 0, None)
    factor = np.where(slack > _SINGULAR, 1 / np.sqrt(np.where(slack > _SINGULAR, slack, 1)), 0.0)
    weights = np.einsum("gij,gj,gkj,k->gi", directions, factor, directions, contrast)
    moved = np.einsum("gij,gj->gi", gram, weights)
    variance = float((np.einsum("gi,gi->g", weights, score) ** 2).sum())
    own, cross = np.einsum("gi,gi->g", weights, moved), moved.T @ moved
    trace = own.sum() - np.trace(cross)
    squares = (own**2).sum() - 2 * (own * (moved**2).sum(axis=1)).sum() + (cross**2).sum()
    df = float(trace**2 / squares) if squares > 0 else 0.0
    if df < 1 - 1e-9:
        return MeanEstimate(np.nan, reason="no_residual_df")
    return _answer(estimate, variance, df, confidence)


def _orthogonal(response: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | str:
    """Orthonormal columns, residuals, and the matrix that turns coordinates into coefficients; or the reason why not."""
    design = np.asarray(design, float)
    n, k = design.shape
    if n <= k:
        return "too_few"
    scale = np.sqrt((design**2).sum(axis=0))
    basis, triangle = np.linalg.qr(design / np.where(scale > 0, scale, 1))
    if np.abs(np.diag(triangle)).min() < 1e-9:
        return "collinear"
    residual = response - basis @ (basis.T @ response)
    return basis, residual, np.linalg.solve(triangle, np.eye(k)) / scale[:, None]


def _by_cluster(basis: np.ndarray, residual: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per cluster the cross-products of the columns, shape (m, k, k), and those with the residuals, shape (m, k)."""
    _, code = np.unique(clusters, return_inverse=True)
    m, k = int(code.max()) + 1, basis.shape[1]
    gram = np.empty((m, k, k))
    for i in range(k):
        for j in range(i, k):
            gram[:, i, j] = gram[:, j, i] = np.bincount(code, basis[:, i] * basis[:, j], m)
    score = np.column_stack([np.bincount(code, basis[:, i] * residual, m) for i in range(k)])
    return gram, score


def _answer(estimate: float, variance: float, df: float, confidence: float) -> MeanEstimate:
    error = float(np.sqrt(variance))
    if not error > 1e-10 * max(abs(estimate), 1e-300):
        return MeanEstimate(estimate, 0.0, df=df, reason="no_variance")
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return MeanEstimate(estimate, error, estimate - half, estimate + half, float(2 * stdtr(df, -abs(estimate / error))), df)
