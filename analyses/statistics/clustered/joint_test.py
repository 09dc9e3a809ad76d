"""Whether several coefficients are zero together, of people who hang together in few clusters: Hotelling's T squared with CR2 errors.

Own code because statsmodels has no CR2 (see `cluster_robust`), and no degrees of freedom for a test of several coefficients with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyses.statistics.models._orthogonal import adjusted, by_cluster, orthogonal
from analyses.statistics.models.joint_test import JointTest
from analyses.statistics.models.linear_model import noise
from analyses.statistics.models.model import named


def joint_test_by_cluster(
    response: np.ndarray, design: np.ndarray, cluster: np.ndarray, tested: Sequence[str], names: Sequence[str] | None = None
) -> JointTest:
    """Wald's statistic Q with CR2 errors as (eta - q + 1) / (eta q) Q against F(q, eta - q + 1), for q coefficients.

    Pustejovsky & Tipton 2018 (J Bus Econ Stat 36:672, section 3.2): the "approximate Hotelling's T squared" test (AHT, HTZ), of which they
    found no rejection rate above its level with few clusters. As R's `clubSandwich::Wald_test(..., vcov = "CR2", test = "HTZ")`.

    Parameters
    ----------
    response, design, cluster, names
        As in `cluster_robust.cr2`.
    tested
        Names of the coefficients that are zero together under the hypothesis.

    With v the standardised sums of the clusters under the working model, eta = q (q + 1) / the sum of the variances of the elements of
    v v'. For one coefficient this is the t test on Satterthwaite's degrees of freedom.

    `reason`: as in `cluster_robust.cr2`; `too_few_clusters` (fewer than one degree of freedom is left: with k clusters that
    all have everything about k - q); `collinear` (the errors by cluster of these coefficients have no inverse).

    When not to use
    ---------------
    With hardly more clusters than coefficients it has next to no power: that nothing is found then says nothing.

    Examples
    --------
    One coefficient: the square of its t, on its degrees of freedom.

    >>> from analyses.statistics.models.cluster_robust import cr2
    >>> y, x, cluster = np.array([1.0, 2, 4, 3, 6, 5, 9, 7]), np.array([0.0, 1] * 4), np.repeat(np.arange(4), 2)
    >>> design = np.column_stack([np.ones(8), x])
    >>> one, found = cr2(y, design, cluster, ["a", "b"]).one("b"), joint_test_by_cluster(y, design, cluster, ["b"], ["a", "b"])
    >>> round((one.estimate / one.std_error) ** 2 / found.statistic, 9), round(one.p_value / found.p_value, 9)
    (1.0, 1.0)
    """
    from scipy.special import fdtrc

    response = np.asarray(response, float)
    names = named(names, np.asarray(design).shape[1])
    at = [names.index(name) for name in tested]
    fit = orthogonal(response, design)
    if isinstance(fit, str):
        return JointTest(np.nan, reason=fit)
    basis, residual, back = fit
    gram, score = by_cluster(basis, residual, cluster)
    if len(gram) < 2:
        return JointTest(np.nan, reason="one_group")
    if noise(response, residual):
        return JointTest(np.nan, reason="no_variance")
    back, q = back[at], len(at)
    weights = adjusted(gram, back)
    eta = _freedom(weights, gram, back)
    if not eta - q + 1 >= 1 - 1e-9:
        return JointTest(np.nan, reason="too_few_clusters")
    parts = np.einsum("gic,gi->gc", weights, score)
    covariance, estimate = parts.T @ parts, back @ (basis.T @ response)
    scale = np.sqrt(np.diag(covariance))
    if not (scale > 0).all() or np.linalg.matrix_rank(covariance / np.outer(scale, scale), hermitian=True, tol=1e-9) < q:
        return JointTest(np.nan, reason="collinear")
    residual_df = max(float(eta - q + 1), 1.0)
    statistic = float(estimate @ np.linalg.solve(covariance, estimate)) * residual_df / (eta * q)
    return JointTest(statistic, float(fdtrc(q, residual_df, statistic)), float(q), residual_df)


def _freedom(weights: np.ndarray, gram: np.ndarray, back: np.ndarray) -> float:
    """Degrees of freedom of the Wishart distribution that is as variable as the covariance under the working model; 0 where it has none."""
    moved = np.einsum("gij,gjc->gic", gram, weights)
    # of every cluster alone, shape (m, q, q), less what the fit takes away between any two
    own = np.einsum("gic,gid->gcd", weights, moved)
    expected = own.sum(axis=0) - np.einsum("gic,gid->cd", moved, moved)
    value, direction = np.linalg.eigh(expected)
    if not value.min() > 1e-10 * np.trace(back @ back.T):
        return 0.0
    standard = direction / np.sqrt(value) @ direction.T
    a, b = np.einsum("sc,gcd,td->gst", standard, own, standard), np.einsum("gic,sc->gis", moved, standard)
    q = len(expected)
    total = 0.0
    for s in range(q):
        for t in range(q):
            m = b[:, :, s].T @ b[:, :, t]
            beside = (b[:, :, s] * b[:, :, t]).sum(axis=1)
            total += (a[:, s, s] * a[:, t, t] + a[:, s, t] ** 2).sum() + (m**2).sum() + (m * m.T).sum()
            total -= (a[:, s, s] * (b[:, :, t] ** 2).sum(axis=1) + a[:, t, t] * (b[:, :, s] ** 2).sum(axis=1)).sum()
            total -= 2 * (a[:, s, t] * beside).sum()
    return float(q * (q + 1) / total) if total > 0 else 0.0
