"""The design of a linear model as orthonormal columns, and what each cluster of rows has of them."""

from __future__ import annotations

import numpy as np


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
