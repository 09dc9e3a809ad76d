"""Maximum likelihood of one mean and one normal deviation per provider, for any likelihood of counts: adaptive Gauss-Hermite quadrature.

Own code because statsmodels fits such models by approximation (Laplace, variational) only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Likelihood = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Shape (k, q) of a provider's linear predictor in; its log-likelihood, score and information out, the same shape each."""
_NEWTON, _CLOSE, _STEP = 100, 1e-12, 1e-4


class Fit(NamedTuple):
    """Mean, deviation between providers, the error of the mean, and the log-likelihood."""

    mean: float
    tau: float
    std_error: float
    likelihood: float
    converged: bool


def fit(likelihood: Likelihood, start: float, nodes: int) -> Fit:
    """The likeliest mean and deviation, from a starting mean.

    The likelihood is the same for tau and -tau, so that 0 is always level: deviations of several sizes are tried, and no deviation.
    """
    from scipy.optimize import minimize

    points, weights = np.polynomial.hermite.hermgauss(nodes)
    rule = points, np.log(weights) + points**2

    def lost(at: np.ndarray) -> float:
        value = -_marginal(likelihood, float(at[0]), abs(float(at[1])), rule)
        return value if np.isfinite(value) else 1e12

    alone = minimize(lambda mean: lost(np.array([mean[0], 0.0])), [start], method="Nelder-Mead", options=_exactly())
    tried = [
        minimize(
            lost, [alone.x[0], tau], method="Nelder-Mead", options=_exactly() | {"initial_simplex": _around(alone.x[0], tau)}
        )
        for tau in (0.3, 1.5)
    ]
    best = min(tried, key=lambda one: one.fun)
    if best.fun >= alone.fun - 1e-9 or abs(best.x[1]) < 1e-4:
        mean, second = float(alone.x[0]), _curvature(lambda at: lost(np.array([at[0], 0.0])), np.array([alone.x[0]]))
        return Fit(mean, 0.0, _error(second), -float(alone.fun), bool(alone.success))
    at = _polished(lost, np.array([best.x[0], abs(best.x[1])]))
    return Fit(float(at[0]), float(abs(at[1])), _error(_curvature(lost, at)), -lost(at), bool(best.success))


def _exactly() -> dict:
    return {"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}


def _around(mean: float, tau: float) -> np.ndarray:
    return np.array([[mean, tau], [mean + 0.3, tau], [mean, tau * 1.3]])


def _marginal(likelihood: Likelihood, mean: float, tau: float, rule: tuple[np.ndarray, np.ndarray]) -> float:
    """The log-likelihood with deviations integrated out around the likeliest of each provider."""
    u = _likeliest(likelihood, mean, tau)
    curvature = 1 + tau**2 * likelihood(mean + tau * u)[2]
    points, weights = rule
    at = u + np.sqrt(2 / curvature) * points
    each = likelihood(mean + tau * at)[0] - at**2 / 2 + weights
    highest = each.max(axis=1, keepdims=True)
    whole = highest[:, 0] + np.log(np.exp(each - highest).sum(axis=1)) + 0.5 * np.log(2 / curvature[:, 0])
    return float(whole.sum() - 0.5 * len(whole) * np.log(2 * np.pi))


def _likeliest(likelihood: Likelihood, mean: float, tau: float) -> np.ndarray:
    """The likeliest deviation of each provider: where its slope, which only falls, is 0.

    Between 0 and the slope there. Newton's steps alone can swing around it for ever, as with none of twenty beside all of twelve.
    """
    _, score, information = likelihood(np.full((1, 1), mean))
    u, slope = np.zeros(score.shape), tau * score
    low, high = np.minimum(slope, 0.0), np.maximum(slope, 0.0)
    for turn in range(_NEWTON):
        newton = u + slope / (1 + tau**2 * information)
        inside = (low < newton) & (newton < high) & (turn % 3 < 2)
        moved = np.where(inside, newton, (low + high) / 2)
        settled = np.abs(newton - u).max() < _CLOSE
        u = np.where(np.abs(newton - u) < _CLOSE, newton, moved)
        if settled:
            break
        _, score, information = likelihood(mean + tau * u)
        slope = tau * score - u
        low, high = np.where(slope > 0, u, low), np.where(slope > 0, high, u)
    return u


def _polished(lost: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """A few steps of Newton with differences, kept while they help."""
    for _ in range(5):
        slope = np.array([(lost(at + step) - lost(at - step)) / (2 * _STEP) for step in np.eye(2) * _STEP])
        try:
            moved = at - np.linalg.solve(_curvature(lost, at), slope)
        except np.linalg.LinAlgError:
            break
        if not lost(moved) <= lost(at) + 1e-12 or np.abs(moved - at).max() < 1e-10:
            break
        at = moved
    return at


def _curvature(lost: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Second derivatives by central differences."""
    size, steps = len(at), np.eye(len(at)) * _STEP
    found = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            one, other = steps[i], steps[j]
            corners = lost(at + one + other) - lost(at + one - other) - lost(at - one + other) + lost(at - one - other)
            found[i, j] = corners / (4 * _STEP**2)
    return found


def _error(second: np.ndarray) -> float:
    try:
        variance = float(np.linalg.inv(second)[0, 0])
    except np.linalg.LinAlgError:
        return np.nan
    return float(np.sqrt(variance)) if variance > 0 else np.nan
