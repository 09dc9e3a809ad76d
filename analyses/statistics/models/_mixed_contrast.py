"""Small-sample degrees of freedom for one contrast of a mixed model: Satterthwaite and Kenward-Roger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.models._mixed_input import CrossProducts
from analyses.statistics.models._mixed_likelihood import Evaluation, inverse_factor, lower, product, units


def satterthwaite(at: Evaluation, direction: np.ndarray, variance: float) -> float:
    """Degrees of freedom 2 v^2 / (g' A g) of a contrast with variance v, in the parameters (theta, log variance).

    g is the derivative of v and A twice the inverse of the Hessian of the deviance (not profiled), as in lmerTest;
    directions in which the deviance is flat (some singular fits) are left out, as there.
    """
    k = len(at.theta)
    p = len(at.coefficients)
    solved = np.linalg.solve(at.information, direction)
    v = float(direction @ solved)
    derivative = np.append([-(solved @ part[:p, :p] @ solved) / v for part in at.cross_first], 1.0)
    hessian = np.empty((k + 1, k + 1))
    hessian[:k, :k] = at.log_determinant_second + at.residual_sum_second / variance
    hessian[:k, k] = hessian[k, :k] = -at.residual_sum_first / variance
    hessian[k, k] = at.residual_sum / variance
    values, vectors = np.linalg.eigh(hessian)
    kept = values > 1e-8 * values[-1]
    along = vectors[:, kept].T @ derivative
    return float(1.0 / (along @ (along / values[kept])))


@dataclass(frozen=True, slots=True, eq=False)
class KenwardRoger:
    """What all contrasts of a fit share: Kenward & Roger (1997, Biometrics 53:983), equations 3 to 7.

    V = phi_0 I + sum of phi_j Z E_j Z' is linear in its parameters, so their R is zero. ``phi`` is (X'V^-1X)^-1, ``p_terms`` their P_j,
    ``w`` the covariance of the parameters from the expected information, ``extra`` the sum of W_jk (Q_jk - P_j Phi P_k).
    """

    phi: np.ndarray
    p_terms: np.ndarray
    w: np.ndarray
    extra: np.ndarray

    @staticmethod
    def of(given: CrossProducts, at: Evaluation) -> KenwardRoger:
        """Go over the visit patterns once."""
        q_terms, p_terms, expected = _second_order(given, at)
        phi = np.linalg.inv(at.information)
        spread = np.einsum("ab,jbc,cd,kde->jkae", phi, p_terms, phi, p_terms)
        expected = expected - 2.0 * np.einsum("ab,jkba->jk", phi, q_terms) + np.trace(spread, axis1=2, axis2=3)
        w = 2.0 * np.linalg.pinv(expected, rcond=1e-10, hermitian=True)
        extra = np.einsum("jk,jkab->ab", w, q_terms - np.einsum("jab,bc,kcd->jkad", p_terms, phi, p_terms))
        return KenwardRoger(phi, p_terms, w, extra)

    def contrast(self, direction: np.ndarray) -> tuple[float, float]:
        """Adjusted variance of a contrast, relative to the residual variance, and its degrees of freedom.

        For one contrast the scale factor of their F is 1 and the degrees of freedom are 2 v^2 / (g' W g), v and g from the variance
        before adjustment.
        """
        solved = self.phi @ direction
        v = float(direction @ solved)
        g = np.array([solved @ part @ solved for part in self.p_terms])
        return v + 2.0 * float(solved @ self.extra @ solved), float(2.0 * v * v / (g @ self.w @ g))


def _second_order(given: CrossProducts, at: Evaluation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return Q_jk, P_j (Kenward & Roger's names) and tr(V^-1 V_j V^-1 V_k), residual first, for V = I + Z G Z'.

    I = V - Z G Z', so the residual behaves as the unit matrix -G plus terms one order lower.
    """
    p = given.covariates
    relative = lower(at.theta) @ lower(at.theta).T
    e = np.concatenate([[-relative], units(given.random_effects)])
    f = inverse_factor(given.design, relative)
    h = product(f, given.design)
    eh = [product(unit[:, :, None], h) for unit in e]
    right = [product(unit[:, :, None], f) for unit in e]
    ft = f.transpose(1, 0, 2)
    r = len(e)
    pairs = [(j, k) for j in range(r) for k in range(j, r)]
    turned = [product(ft, product(eh[j], right[k])) for j, k in pairs]
    weights = [product(ft, part) for part in right] + [(part + part.transpose(1, 0, 2)) / 2.0 for part in turned]
    sums = given.weighted(np.array(weights))[:, :p, :p]
    first, trace = sums[:r], np.array([given.clients_per_pattern @ np.einsum("aak->k", part) for part in eh])
    second, traces = np.empty((r, r, p, p)), np.empty((r, r))
    for (j, k), part in zip(pairs, sums[r:]):
        second[j, k] = second[k, j] = part
        traces[j, k] = traces[k, j] = given.clients_per_pattern @ np.einsum("abk,bak->k", eh[j], eh[k])
    p_terms = -first
    p_terms[0] -= at.information
    second[0] += first
    second[:, 0] += first
    second[0, 0] += at.information
    traces[0] += trace
    traces[:, 0] += trace
    traces[0, 0] += given.rows
    return second, p_terms, traces
