"""Least squares with errors that hang together within clusters, when there are few of them: CR2 with Satterthwaite's degrees of freedom.

Own code because statsmodels has cluster errors for many clusters only (CR1, CR3): neither CR2 nor Satterthwaite's degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyses.statistics.models._orthogonal import adjusted, by_cluster, orthogonal, satterthwaite
from analyses.statistics.models.linear_model import noise
from analyses.statistics.models.model import Model, named, no_model, t_model, without_errors


def cr2(
    response: np.ndarray, design: np.ndarray, cluster: np.ndarray, names: Sequence[str] | None = None, confidence: float = 0.95
) -> Model:
    """A linear model with the bias-reduced cluster-robust error CR2 and Satterthwaite's degrees of freedom per coefficient.

    Bell & McCaffrey 2002 (Surv Methodol 28:169) with an identity working model; Pustejovsky & Tipton 2018 (J Bus Econ Stat 36:672,
    section 2) for the generalised inverse and the degrees of freedom. As R's clubSandwich.

    Parameters
    ----------
    response, design, names
        As in `linear_model.least_squares`.
    cluster
        Shape (n,): which cluster (provider) each person belongs to.

    `reason`: `one_group` (a single cluster), `too_few`, `collinear`, `no_variance`; of one coefficient `no_residual_df` (fewer than
    one degree of freedom: it hangs on a single cluster).

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

    >>> answer = cr2(np.array([1.0, 2.0, 3.0, 6.0]), np.ones((4, 1)), np.arange(4), ["mean"]).one("mean")
    >>> round(answer.std_error ** 2, 6), round(answer.df, 6)
    (1.166667, 3.0)
    """
    response = np.asarray(response, float)
    names = named(names, np.asarray(design).shape[1])
    fit = orthogonal(response, design)
    if isinstance(fit, str):
        return no_model(names, fit)
    basis, residual, back = fit
    coefficients = back @ (basis.T @ response)
    gram, score = by_cluster(basis, residual, cluster)
    if len(gram) < 2:
        return no_model(names, "one_group")
    if noise(response, residual):
        return without_errors(names, np.where(_rounding(coefficients, back, response), 0.0, coefficients), len(gram) - 1)
    # one contrast of the basis per coefficient (c), shape (m, k, c)
    weights = adjusted(gram, back)
    parts = np.einsum("gic,gi->gc", weights, score)
    covariance = parts.T @ parts
    # clusters whose scores are zero but for rounding have shown nothing
    floor = 1e-20 * float(residual @ residual) * (back**2).sum(axis=1)
    covariance[np.diag(covariance) <= floor] = 0.0
    df = [satterthwaite(weights[:, :, c], gram, float(back[c] @ back[c])) for c in range(len(names))]
    return t_model(names, coefficients, covariance, np.array(df), confidence)


def _rounding(coefficients: np.ndarray, back: np.ndarray, response: np.ndarray) -> np.ndarray:
    return np.abs(coefficients) <= 1e-12 * np.linalg.norm(response) * np.sqrt((back**2).sum(axis=1))
