"""Generalised estimating equations for a mean with exchangeable correlation: a check on the mixed model."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics.models._mixed_input import complete_rows
from analyses.statistics.models._orthogonal import by_cluster, orthogonal
from analyses.statistics.models.linear_model import noise
from analyses.statistics.models.model import Model, named, no_model, t_model

_MAXIMUM_STEPS = 500


@dataclass(frozen=True, slots=True, eq=False)
class GeeFit:
    """A fitted marginal model; all NaN when ``model.reason`` says there is none.

    Attributes
    ----------
    model : Model
        Coefficients with the sandwich corrected for small samples (Mancl & DeRouen 2001), t with clients minus columns
        degrees of freedom. ``reason``: ``empty_group``; ``too_few`` (no more clients than columns, or one client alone decides a
        coefficient); ``collinear``; ``no_variance``; ``not_converged``.
    sandwich : array, shape (p, p)
        Plain sandwich (Liang & Zeger 1986), ``san.se`` of geepack: too small below some 40 clients.
    correlation, scale : float
        Of two measurements of one client, and the variance of one, by moments without a correction for p.
    rows, clients, left_out : int
    """

    model: Model
    sandwich: np.ndarray
    correlation: float
    scale: float
    rows: int
    clients: int
    left_out: int


def fit_gee(response, design, client, names: Sequence[str] | None = None, confidence: float = 0.95) -> GeeFit:
    """Fit E(response) = design b by generalised estimating equations with an exchangeable working correlation, by statsmodels.

    Parameters
    ----------
    response : array, shape (n,)
        Measurements, one row per client and moment; rows with a missing value are left out.
    design : array, shape (n, p)
        Covariates, the column of ones included.
    client : array of labels, shape (n,)
    names
        One per column.

    Notes
    -----
    Liang & Zeger (1986), Biometrika 73:13. Correlation and scale as geepack (no correction for p, which statsmodels by itself and
    SAS have), iterated until they stay. The corrected sandwich replaces residuals r of a client by (I - H)^-1 r, with H the
    client's block of the leverage (Mancl & DeRouen 2001, Biometrics 57:126).

    When not to use
    ---------------
    As the main answer when measurements are missing: unlike the mixed model this is right only when they are missing
    completely at random. A large difference between the two is a sign that they are not, or that the correlation is not
    the same between all moments. With tens of thousands of clients: statsmodels goes over them one by one, about 0.1 ms for
    each and each step.

    Examples
    --------
    Complete data: the coefficient is the mean change, and the sandwich is the sum of squares around it over n squared.

    >>> fit = fit_gee([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3], ["baseline", "change"])
    >>> change = fit.model.one("change")
    >>> round(change.estimate, 9), round(float(fit.sandwich[1, 1]), 6), round(change.std_error ** 2, 6), change.df
    (2.0, 0.888889, 2.0, 1.0)
    """
    response, design, _, labels, left_out = complete_rows(response, design, client, None)
    codes, found = pd.factorize(labels)
    (n, p), clients = design.shape, len(found)
    names = named(names, p)

    def refused(reason: str) -> GeeFit:
        return GeeFit(no_model(names, reason), np.full((p, p), np.nan), np.nan, np.nan, n, clients, left_out)

    if n == 0 or clients <= p:
        return refused("empty_group" if n == 0 else "too_few")
    start = orthogonal(response, design)
    if isinstance(start, str):
        return refused(start)
    basis, residual, back = start
    if noise(response, residual) or _same_distance(response, residual, basis, codes):
        return refused("no_variance")
    if np.linalg.eigvalsh(by_cluster(basis, residual, codes)[0])[:, -1].max() > 1 - 1e-10:
        return refused("too_few")
    spread = float(np.sqrt(residual @ residual / n))
    result = _solved(residual / spread, basis, codes, clients < n)
    if isinstance(result, str):
        return refused(result)
    turn = spread * back
    coefficients = back @ (basis.T @ response) + turn @ result.params
    model = t_model(names, coefficients, turn @ result.cov_robust_bc @ turn.T, clients - p, confidence)
    correlation = float(result.cov_struct.dep_params) if clients < n else 0.0
    return GeeFit(model, turn @ result.cov_robust @ turn.T, correlation, float(result.scale) * spread**2, n, clients, left_out)


def _same_distance(response: np.ndarray, residual: np.ndarray, basis: np.ndarray, codes: np.ndarray) -> bool:
    """Whether everyone keeps the same distance from the others at every moment, so that nothing varies within clients."""
    size = np.bincount(codes)
    whole = np.column_stack([basis, residual])
    means = np.column_stack([np.bincount(codes, column) / size for column in whole.T])
    within = whole - means[codes]
    columns, rest = within[:, :-1], within[:, -1]
    fit, _, rank, _ = np.linalg.lstsq(columns, rest, rcond=1e-10)
    return len(rest) - len(size) > rank and noise(response, rest - columns @ fit)


def _solved(residual: np.ndarray, basis: np.ndarray, codes: np.ndarray, repeats: bool):
    """statsmodels' results around the least squares fit, so that squares do not cancel; or why there is none."""
    from statsmodels.genmod.cov_struct import Exchangeable, Independence
    from statsmodels.genmod.generalized_estimating_equations import GEE
    from statsmodels.tools.sm_exceptions import ModelWarning

    model = GEE(residual, basis, groups=codes, cov_struct=Exchangeable() if repeats else Independence())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            result = model.fit(
                maxiter=_MAXIMUM_STEPS,
                ctol=1e-11,
                start_params=np.zeros(basis.shape[1]),
                cov_type="bias_reduced",
                ddof_scale=0,
            )
        except np.linalg.LinAlgError:
            result = None
    # outside these bounds the working correlation is no correlation
    inside = not repeats or -1 / (np.bincount(codes).max() - 1) < model.cov_struct.dep_params < 1
    found = inside and result is not None and result.converged and np.isfinite(result.cov_robust_bc).all()
    return result if found else "not_converged"
