"""Generalised estimating equations for a mean with exchangeable correlation: a check on the mixed model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from analyses.statistics.models._mixed_input import complete_rows
from analyses.statistics.models.mixed_model import Contrast

_MAXIMUM_STEPS = 500
# rows that are worked on at once in the correction for small samples
_CHUNK = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class GeeFit:
    """A fitted marginal model; all NaN when ``reason`` says there is none.

    Attributes
    ----------
    coefficients : array, shape (p,)
    covariance : array, shape (p, p)
        Sandwich corrected for small samples (Mancl & DeRouen 2001).
    sandwich : array, shape (p, p)
        Plain sandwich (Liang & Zeger 1986), ``san.se`` of geepack: too small below some 40 clients.
    correlation, scale : float
        Of two measurements of one client, and the variance of one, by moments without a correction for p.
    rows, clients, left_out : int
    reason : str or None
        ``empty_group``; ``too_few`` (no more clients than columns of X, or one client alone decides a coefficient);
        ``collinear``; ``no_variance``; ``not_converged``.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    sandwich: np.ndarray
    correlation: float
    scale: float
    rows: int
    clients: int
    left_out: int
    reason: str | None


def fit_gee(y, X, client) -> GeeFit:
    """Fit E(y) = X b by generalised estimating equations with an exchangeable working correlation.

    Parameters
    ----------
    y : array, shape (n,)
        Measurements, one row per client and moment; rows with a missing value are left out.
    X : array, shape (n, p)
        Covariates, the column of ones included.
    client : array of labels, shape (n,)

    Notes
    -----
    Liang & Zeger (1986), Biometrika 73:13. Correlation and scale as geepack (no correction for p, unlike statsmodels and
    SAS), iterated until they stay. The corrected sandwich replaces residuals r of a client by (I - H)^-1 r, with H the
    client's block of the leverage (Mancl & DeRouen 2001, Biometrics 57:126).

    When not to use
    ---------------
    As the main answer when measurements are missing: unlike the mixed model this is right only when they are missing
    completely at random. A large difference between the two is a sign that they are not, or that the correlation is not
    the same between all moments.

    Examples
    --------
    Complete data: the coefficient is the mean change, and the sandwich is the sum of squares around it over n squared.

    >>> fit = fit_gee([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3])
    >>> round(float(fit.coefficients[1]), 9), round(float(fit.sandwich[1, 1]), 6), round(float(fit.covariance[1, 1]), 6)
    (2.0, 0.888889, 2.0)
    """
    y, X, _, labels, left_out = complete_rows(y, X, client, None)
    codes, found = pd.factorize(labels)
    n, p = X.shape
    size = np.bincount(codes, minlength=len(found))
    reason = "empty_group" if n == 0 else "too_few" if len(found) <= p else _degenerate(y, X)
    if reason is not None:
        return _refused(reason, p, n, len(found), left_out)
    scale = np.sqrt((X**2).sum(axis=0))
    working = _iterate(y, X / scale, codes, size)
    if working.reason is not None:
        return _refused(working.reason, p, n, len(found), left_out)
    bread = np.linalg.inv(working.information)
    meat = working.scores.T @ working.scores
    corrected = _corrected_scores(y - (X / scale) @ working.beta, X / scale, codes, size, bread, working)
    if corrected is None:
        return _refused("too_few", p, n, len(found), left_out)
    back = np.outer(1 / scale, 1 / scale)
    return GeeFit(
        working.beta / scale,
        bread @ corrected @ bread * back,
        bread @ meat @ bread * back,
        working.alpha,
        working.phi,
        n,
        len(found),
        left_out,
        None,
    )


def gee_contrast(fit: GeeFit, L, confidence: float = 0.95) -> Contrast:
    """A linear combination of the coefficients with a t interval: corrected sandwich, clients - p degrees of freedom.

    >>> fit = fit_gee([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3])
    >>> gee_contrast(fit, [0, 1]).df
    1.0
    """
    method = "Mancl-DeRouen"
    if fit.reason is not None:
        return Contrast(*[np.nan] * 6, method, fit.reason)
    weights = np.asarray(L, float)
    estimate = float(weights @ fit.coefficients)
    error = float(np.sqrt(max(weights @ fit.covariance @ weights, 0.0)))
    if error <= 1e-12 * max(abs(estimate), float(np.sqrt(fit.scale))):
        return Contrast(estimate, *[np.nan] * 5, method, "no_variance")
    df = float(fit.clients - len(weights))
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return Contrast(estimate, error, df, estimate - half, estimate + half, float(2 * stdtr(df, -abs(estimate / error))), method)


@dataclass(frozen=True, slots=True, eq=False)
class _Working:
    """The solution: (1 - alpha) times the information, per client (1 - alpha) times its score, and c = alpha / (1 + (n - 1) alpha)."""

    beta: np.ndarray
    alpha: float
    phi: float
    information: np.ndarray
    scores: np.ndarray
    reason: str | None


def _degenerate(y: np.ndarray, X: np.ndarray) -> str | None:
    scale = np.sqrt((X**2).sum(axis=0))
    if not (scale > 0).all() or np.linalg.eigvalsh((X / scale).T @ (X / scale))[0] < 1e-10:
        return "collinear"
    beta = np.linalg.lstsq(X, y, rcond=None)[0]
    residual = y - X @ beta
    return "no_variance" if residual @ residual <= 1e-24 * max(float(y @ y), np.finfo(float).tiny) else None


def _client_sum(columns: np.ndarray, codes: np.ndarray, clients: int) -> np.ndarray:
    return np.column_stack([np.bincount(codes, column, clients) for column in columns.T])


def _iterate(y: np.ndarray, x: np.ndarray, codes: np.ndarray, size: np.ndarray) -> _Working:
    """Alternate coefficients and correlation on sums per cluster size: nothing goes over the rows again."""
    p = x.shape[1]
    # around the least squares fit, so that squares do not cancel
    start = np.linalg.solve(x.T @ x, x.T @ y)
    whole = np.column_stack([x, y - x @ start])
    sums = _client_sum(whole, codes, len(size))
    sizes, place = np.unique(size, return_inverse=True)
    squares = np.array([sums[place == k].T @ sums[place == k] for k in range(len(sizes))])
    total = whole.T @ whole
    pairs = float((size * (size - 1)).sum()) / 2
    lowest = -1 / (sizes[-1] - 1) + 1e-6 if sizes[-1] > 1 else 0.0
    alpha, beta, phi, reason = 0.0, np.zeros(p), np.nan, "not_converged"
    for _ in range(_MAXIMUM_STEPS):
        weighted = total - np.tensordot(alpha / (1 + (sizes - 1) * alpha), squares, 1)
        beta = np.linalg.solve(weighted[:p, :p], weighted[:p, p])
        turned = np.append(-beta, 1.0)
        rss = float(turned @ total @ turned)
        phi = rss / len(y)
        within = (float(turned @ squares.sum(axis=0) @ turned) - rss) / 2
        new = float(np.clip(within / (pairs * phi), lowest, 1 - 1e-9)) if pairs else 0.0
        if abs(new - alpha) < 1e-14:
            reason = None
            break
        alpha = new
    c = alpha / (1 + (size - 1) * alpha)
    residual = whole[:, p] - x @ beta
    products = _client_sum(x * residual[:, None], codes, len(size))
    scores = products - (c * (sums[:, p] - sums[:, :p] @ beta))[:, None] * sums[:, :p]
    information = total[:p, :p] - np.tensordot(alpha / (1 + (sizes - 1) * alpha), squares[:, :p, :p], 1)
    return _Working(start + beta, alpha, phi, information, scores, reason)


def _corrected_scores(residual, x, codes, size, bread, working: _Working) -> np.ndarray | None:
    """Sum of squares of the scores with (I - H)^-1 r; None when a client alone decides a coefficient."""
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    p = x.shape[1]
    meat = np.zeros((p, p))
    for n in np.unique(size):
        who = np.flatnonzero(size == n)
        c = working.alpha / (1 + (n - 1) * working.alpha)
        inverse = np.eye(n) - c
        for part in np.array_split(who, max(1, len(who) * n // _CHUNK)):
            rows = order[starts[part][:, None] + np.arange(n)]
            xi = x[rows]
            turned = np.einsum("gap,pq->gaq", xi, bread)
            leverage = np.eye(n) - np.einsum("gap,gbp->gab", turned, xi) @ inverse
            if np.abs(np.linalg.det(leverage)).min() < 1e-10:
                return None
            r = np.linalg.solve(leverage, residual[rows][..., None])
            scores = np.einsum("gap,ab,gb->gp", xi, inverse, r[..., 0])
            meat += scores.T @ scores
    return meat


def _refused(reason: str, p: int, rows: int, clients: int, left_out: int) -> GeeFit:
    empty = np.full((p, p), np.nan)
    return GeeFit(np.full(p, np.nan), empty, empty, np.nan, np.nan, rows, clients, left_out, reason)
