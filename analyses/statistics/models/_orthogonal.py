"""The design of a linear model as orthonormal columns, and what each cluster of rows has of them."""

from __future__ import annotations

import numpy as np

_SINGULAR = 1e-10


def orthogonal(response: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray] | str:
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


def by_cluster(basis: np.ndarray, residual: np.ndarray, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Per cluster the cross-products of the columns, shape (m, k, k), and those with the residuals, shape (m, k)."""
    _, code = np.unique(cluster, return_inverse=True)
    m, k = int(code.max()) + 1, basis.shape[1]
    gram = np.empty((m, k, k))
    for i in range(k):
        for j in range(i, k):
            gram[:, i, j] = gram[:, j, i] = np.bincount(code, basis[:, i] * basis[:, j], m)
    score = np.column_stack([np.bincount(code, basis[:, i] * residual, m) for i in range(k)])
    return gram, score


def adjusted(gram: np.ndarray, back: np.ndarray) -> np.ndarray:
    """CR2's weights of the scores of each cluster, shape (m, k, c), for contrasts `back` of the columns, shape (c, k)."""
    share, directions = np.linalg.eigh(gram)
    slack = np.clip(1 - share, 0, None)
    factor = np.where(slack > _SINGULAR, 1 / np.sqrt(np.where(slack > _SINGULAR, slack, 1)), 0.0)
    return np.einsum("gij,gj,gkj,ck->gic", directions, factor, directions, back, optimize=True)


def satterthwaite(weights: np.ndarray, gram: np.ndarray, variance: float) -> float:
    """Degrees of freedom of one coefficient; 0 where the errors by cluster have nothing of its `variance` (unit errors)."""
    moved = np.einsum("gij,gj->gi", gram, weights)
    own, cross = np.einsum("gi,gi->g", weights, moved), moved.T @ moved
    trace = own.sum() - np.trace(cross)
    if trace <= _SINGULAR * variance:
        return 0.0
    squares = (own**2).sum() - 2 * (own * (moved**2).sum(axis=1)).sum() + (cross**2).sum()
    df = float(trace**2 / squares) if squares > 0 else 0.0
    # one degree of freedom, but for rounding
    return max(df, 1.0) if df > 1 - 1e-9 else df
