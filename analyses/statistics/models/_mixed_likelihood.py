"""The profiled (restricted) likelihood of a mixed model with its exact first two derivatives, and its maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.models._mixed_input import CrossProducts

_MAXIMUM_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The model at one relative covariance G = L L' of the random effects (relative to the residual variance).

    ``theta`` holds L by row (l11, or l11, l21, l22). With V = I + Z G Z': ``information`` is X'V^-1 X,
    ``cross_first`` (k, p+1, p+1) the derivatives of [X y]'V^-1[X y] to theta, ``residual_sum`` the generalised residual
    sum of squares with its derivatives, ``log_determinant_second`` the second derivatives of log|V| (+ log|X'V^-1 X|
    with REML). ``gradient`` and ``hessian`` are those of ``deviance``, profiled over the residual variance; it lacks
    the constants.
    """

    theta: np.ndarray
    deviance: float
    gradient: np.ndarray
    hessian: np.ndarray
    coefficients: np.ndarray
    information: np.ndarray
    residual_sum: float
    residual_sum_first: np.ndarray
    residual_sum_second: np.ndarray
    cross_first: np.ndarray
    log_determinant_second: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the search ended; ``reason`` is None when it converged."""

    best: Evaluation
    iterations: int
    reason: str | None


def units(q: int) -> np.ndarray:
    """Symmetric unit matrices for the elements (11, 12, 22) of a covariance, shape (q(q+1)/2, q, q)."""
    if q == 1:
        return np.ones((1, 1, 1))
    return np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Matrix products of stacks whose matrices lie on the first two axes: (q, q, K) or (q, q, 1)."""
    return sum(a[:, j, None] * b[None, j] for j in range(a.shape[1]))


def inverse_factor(design: np.ndarray, relative: np.ndarray) -> np.ndarray:
    """F = (I + A G)^-1 for every pattern; Z'V^-1 = F Z', so nothing divides by G and G may be singular."""
    q = len(relative)
    d = product(design, relative[:, :, None])
    for a in range(q):
        d[a, a] += 1.0
    if q == 1:
        return 1.0 / d
    determinant = d[0, 0] * d[1, 1] - d[0, 1] * d[1, 0]
    return np.stack([np.stack([d[1, 1], -d[0, 1]]), np.stack([-d[1, 0], d[0, 0]])]) / determinant


def lower(theta: np.ndarray) -> np.ndarray:
    """Return the triangular L of theta."""
    return theta[:, None] if len(theta) == 1 else np.array([[theta[0], 0.0], [theta[1], theta[2]]])


def evaluate(given: CrossProducts, theta: np.ndarray, reml: bool) -> Evaluation:
    """Evaluate deviance, gradient and Hessian in one pass over the visit patterns.

    With H = F A (= Z'V^-1 Z), M = G F and E_j the unit matrices: dM = F'E_jF, d2M = -F'(E_j H E_k + E_k H E_j)F,
    d log|V| = tr(H E_j), d2 log|V| = -tr(H E_j H E_k).
    """
    relative = lower(theta) @ lower(theta).T
    e = units(given.random_effects)
    f = inverse_factor(given.design, relative)
    h = product(f, given.design)
    eh = [product(unit[:, :, None], h) for unit in e]
    right = [product(unit[:, :, None], f) for unit in e]
    ft = f.transpose(1, 0, 2)
    half = [product(ft, part) for part in eh]
    m = len(e)
    weights = [product(relative[:, :, None], f)] + [product(ft, part) for part in right]
    for j in range(m):
        for k in range(j, m):
            turned = product(half[j], right[k])
            weights.append(-turned - turned.transpose(1, 0, 2))
    sums = -given.weighted(np.array(weights))
    sums[0] += given.total
    n_clients = given.clients_per_pattern
    log_determinant = -float(n_clients @ np.log(_determinant(f)))
    first = np.array([n_clients @ (part[0, 0] + (part[1, 1] if len(part) > 1 else 0.0)) for part in eh])
    second_g = np.empty((m, m))
    cross_g = np.empty((m, m, *given.total.shape))
    at = m + 1
    for j in range(m):
        for k in range(j, m):
            second_g[j, k] = second_g[k, j] = -n_clients @ np.einsum("abk,bak->k", eh[j], eh[k])
            cross_g[j, k] = cross_g[k, j] = sums[at]
            at += 1
    jacobian, curvature = _chain(theta)
    cross_first = np.tensordot(jacobian.T, sums[1 : m + 1], 1)
    cross_second = np.einsum("ja,kb,jkxy->abxy", jacobian, jacobian, cross_g)
    cross_second += np.tensordot(curvature, sums[1 : m + 1], ([0], [0]))
    log_second = jacobian.T @ second_g @ jacobian + np.tensordot(first, curvature, 1)
    return _profiled(given, theta, reml, sums[0], cross_first, cross_second, log_determinant, first @ jacobian, log_second)


def _determinant(f: np.ndarray) -> np.ndarray:
    return f[0, 0] if len(f) == 1 else f[0, 0] * f[1, 1] - f[0, 1] * f[1, 0]


def _chain(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of the elements of G = L L' to theta: Jacobian (m, m) and curvature (m, m, m)."""
    if len(theta) == 1:
        return np.array([[2.0 * theta[0]]]), np.array([[[2.0]]])
    a, b, c = theta
    jacobian = np.array([[2.0 * a, 0.0, 0.0], [b, a, 0.0], [0.0, 2.0 * b, 2.0 * c]])
    curvature = np.zeros((3, 3, 3))
    curvature[0, 0, 0] = curvature[2, 1, 1] = curvature[2, 2, 2] = 2.0
    curvature[1, 0, 1] = curvature[1, 1, 0] = 1.0
    return jacobian, curvature


def _profiled(given, theta, reml, cross, cross_first, cross_second, log_det, log_first, log_second) -> Evaluation:
    p, n = given.covariates, given.rows
    information = cross[:p, :p]
    coefficients = np.linalg.solve(information, cross[:p, p])
    vector = np.append(-coefficients, 1.0)
    rss = float(vector @ cross @ vector)
    df = n - p if reml else n
    first_vector = cross_first @ vector
    rss_first = first_vector @ vector
    moved = np.linalg.solve(information, first_vector[:, :p].T)
    rss_second = cross_second @ vector @ vector - 2.0 * first_vector[:, :p] @ moved
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = log_det + df * np.log(rss / df)
    gradient = log_first + df * rss_first / rss
    hessian = log_second + df * (rss_second / rss - np.outer(rss_first, rss_first) / rss**2)
    if reml:
        scaled = np.linalg.solve(information, cross_first[:, :p, :p])
        deviance += np.linalg.slogdet(information)[1]
        gradient = gradient + np.trace(scaled, axis1=1, axis2=2)
        twice = np.trace(np.linalg.solve(information, cross_second[..., :p, :p]), axis1=2, axis2=3)
        hessian = hessian + twice - np.einsum("jab,kba->jk", scaled, scaled)
        log_second = log_second + twice - np.einsum("jab,kba->jk", scaled, scaled)
    return Evaluation(
        theta=theta,
        deviance=float(deviance),
        gradient=gradient,
        hessian=hessian,
        coefficients=coefficients,
        information=information,
        residual_sum=rss,
        residual_sum_first=rss_first,
        residual_sum_second=rss_second,
        cross_first=cross_first,
        log_determinant_second=log_second,
    )


def maximise(given: CrossProducts, reml: bool) -> Maximum:
    """Minimise the deviance by Newton steps in theta.

    The deviance is even in the columns of L, so a variance of zero is an ordinary minimum at zero rather than an edge:
    no bounds are needed and singular fits converge as fast as others.
    """
    theta = np.array([1.0]) if given.random_effects == 1 else np.array([1.0, 0.0, 0.5])
    at = evaluate(given, theta, reml)
    # below this the clients are fitted without error and the deviance falls for ever
    floor = 1e-10 * given.total[-1, -1]
    for iteration in range(1, _MAXIMUM_STEPS + 1):
        values, vectors = np.linalg.eigh(at.hessian)
        size = np.maximum(np.abs(values), 1e-9 * max(1.0, np.abs(values).max()))
        along = vectors.T @ at.gradient
        decrement = float(along @ (along / size))
        if decrement < 1e-18 * max(1.0, abs(at.deviance)) or decrement < 1e-15:
            if values[0] > -1e-6 * size.max():
                return Maximum(_signed(given, at, reml), iteration, None)
            at = evaluate(given, at.theta + 0.1 * vectors[:, 0], reml)
            continue
        step = -vectors @ (along / size)
        step *= min(1.0, 4.0 * max(1.0, float(np.abs(at.theta).max())) / max(float(np.abs(step).max()), 1e-300))
        new = _descend(given, at, step, decrement, reml)
        if new is None:
            return Maximum(_signed(given, at, reml), iteration, None if decrement < 1e-6 else "not_converged")
        at = new
        if at.residual_sum < floor or np.abs(at.theta).max() > 1e6:
            return Maximum(at, iteration, "no_variance")
    return Maximum(at, _MAXIMUM_STEPS, "not_converged")


def _descend(given: CrossProducts, at: Evaluation, step: np.ndarray, decrement: float, reml: bool) -> Evaluation | None:
    """Halve the step until the deviance falls; close to the minimum, where it is all rounding, look at the slope."""
    for _ in range(30):
        new = evaluate(given, at.theta + step, reml)
        close = decrement < 1e-7 and np.abs(new.gradient).max() < np.abs(at.gradient).max()
        if close or new.deviance < at.deviance:
            return new
        step = step / 2.0
    return None


def _signed(given: CrossProducts, at: Evaluation, reml: bool) -> Evaluation:
    """Choose the L with a diagonal that is not negative."""
    theta = at.theta.copy()
    if theta[0] < 0:
        theta[: 2 if len(theta) > 1 else 1] *= -1.0
    theta[-1] = abs(theta[-1])
    return at if (theta == at.theta).all() else evaluate(given, theta, reml)
