"""Linear mixed models for repeated measurements of clients: random intercept, or random intercept and slope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.models._mixed_contrast import kenward_roger, satterthwaite
from analyses.statistics.models._mixed_input import CrossProducts, Refusal, cross_products
from analyses.statistics.models._mixed_likelihood import Evaluation, lower, maximise

FreedomMethod = Literal["satterthwaite", "kenward-roger"]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What `contrast` needs of a fit: cross-products and the likelihood at its maximum."""

    given: CrossProducts
    at: Evaluation


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A fitted linear mixed model; all NaN when ``reason`` says there is none.

    Attributes
    ----------
    coefficients, standard_errors : array, shape (p,)
        Fixed effects in the order of the columns of X.
    covariance : array, shape (p, p)
        (X' V^-1 X)^-1 at the estimated variances, as ``vcov`` of lme4.
    random_covariance : array, shape (1, 1) or (2, 2)
        Of intercept (at slope variable 0) and slope, in the units of y.
    residual_variance : float
    log_likelihood : float
        Restricted (``reml``) or ordinary, with all constants: ``logLik`` of lme4. Restricted ones compare only between
        models with the same X.
    reml : bool
    rows, clients, left_out : int
        Rows and clients used; rows left out because y, X or the slope variable is missing.
    iterations : int
    singular : bool
        A variance is zero or the correlation of intercept and slope is -1 or 1: the data do not show this part of the
        variation. Estimates and contrasts stand.
    reason : str or None
        ``empty_group``; ``too_few`` (no more rows than columns of X, or one client); ``no_repeats`` (no client has two
        rows); ``slope_not_identified`` (no more rows than random effects, or one distinct time: use a
        random intercept); ``collinear``; ``no_variance`` (y, or what is left of it within clients, is fitted without
        error); ``not_converged``.
    """

    coefficients: np.ndarray
    standard_errors: np.ndarray
    covariance: np.ndarray
    random_covariance: np.ndarray
    residual_variance: float
    log_likelihood: float
    reml: bool
    rows: int
    clients: int
    left_out: int
    iterations: int
    singular: bool
    reason: str | None
    fitted: Fitted | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Contrast:
    """A linear combination of fixed effects with a t interval and test; NaN with ``reason`` when there is no fit."""

    estimate: float
    std_error: float
    df: float
    ci_low: float
    ci_high: float
    p_value: float
    method: str
    reason: str | None = None


def fit_mixed(y, X, client, slope=None, reml: bool = True) -> MixedFit:
    """Fit y = X b + u_client (+ slope * v_client) + e by REML or maximum likelihood.

    (u, v) are normal with an unstructured covariance, e normal with one variance, all independent between clients.

    Parameters
    ----------
    y : array, shape (n,)
        Measurements, one row per client and moment. Rows with a missing value anywhere are left out; the others of that
        client stay. That is right when what is missing depends on what was seen of the client (missing at random).
    X : array, shape (n, p)
        Fixed effects, **with** a column of ones if an intercept is meant.
    client : array of labels, shape (n,)
        In any order.
    slope : array, shape (n,), optional
        Variable (time) with a random slope beside the random intercept. It should be a column of X as well.
    reml : bool
        True is the default of lme4, nlme, SAS and Stata's ``mixed, reml``; Stata's and SPSS' older default is ML.

    Returns
    -------
    MixedFit

    Raises
    ------
    ValueError
        Shapes that do not match, an infinite value, a row without a client.

    Notes
    -----
    The likelihood is profiled over fixed effects and residual variance (Bates et al. 2015, J Stat Softw 67(1), section
    3.4) and needs of each client only Z'Z, Z'X and Z'y (Laird & Ware 1982, Biometrics 38:963); clients with equal visit
    patterns are added up first. The search uses exact first and second derivatives. Estimates, errors and log
    likelihood equal those of lme4; statsmodels' MixedLM takes errors from the joint information of fixed effects and
    variances, which differ a little in unbalanced data, and reports z (pitfall T22): for small samples take `contrast`.

    When not to use
    ---------------
    Fewer than some five clients; scores that pile up at the end of their scale; drop-out that depends on what was not
    seen (show a tipping point beside it).

    Examples
    --------
    Three clients measured twice: 1, 3; 2, 6; 6, 6. Balanced, so the mean change is 2 and its error that of the paired t
    test, sqrt(4 / 3):

    >>> fit = fit_mixed([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3])
    >>> fit.coefficients.round(6).tolist(), round(float(fit.standard_errors[1]), 6)
    ([3.0, 2.0], 1.154701)
    >>> round(contrast(fit, [0, 1]).df, 6)
    2.0
    """
    given = cross_products(y, X, client, slope)
    q = 1 if slope is None else 2
    if isinstance(given, Refusal):
        return _refused(given, given.reason, given.covariates, q, reml, 0)
    maximum = maximise(given, reml)
    if maximum.reason is not None:
        return _refused(given, maximum.reason, given.covariates, q, reml, maximum.iterations)
    at, p = maximum.best, given.covariates
    variance = at.residual_sum / (given.rows - p if reml else given.rows)
    back = np.linalg.inv(given.basis)
    covariance = variance * back @ np.linalg.solve(at.information, back.T)
    factor = given.unit @ lower(at.theta)
    return MixedFit(
        coefficients=back @ (given.start + at.coefficients),
        standard_errors=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        random_covariance=variance * factor @ factor.T,
        residual_variance=variance,
        log_likelihood=_log_likelihood(given, at, reml),
        reml=reml,
        rows=given.rows,
        clients=given.clients,
        left_out=given.left_out,
        iterations=maximum.iterations,
        # the bound of lme4's isSingular, on a slope variable of about unit spread
        singular=bool((np.diag(lower(at.theta)) < 1e-4).any()),
        reason=None,
        fitted=Fitted(given, at),
    )


def contrast(fit: MixedFit, L, method: FreedomMethod = "satterthwaite", confidence: float = 0.95) -> Contrast:
    """Estimate a linear combination of the fixed effects with a t interval and a two-sided test of zero.

    Parameters
    ----------
    fit : MixedFit
    L : array, shape (p,)
        Weights of the fixed effects.
    method : {"satterthwaite", "kenward-roger"}
        Satterthwaite degrees of freedom as in lmerTest; Kenward-Roger (REML only) also widens the standard error, as in
        pbkrtest, and is to be preferred below some thirty clients. With a z instead p is too small (pitfall T22).
    confidence : float

    Raises
    ------
    ValueError
        Wrong length of L, all weights zero, unknown method, Kenward-Roger with maximum likelihood.

    Notes
    -----
    Satterthwaite: df = 2 V^2 / (g' A g), with V = L' C L, g its gradient to the variance parameters and A their asymptotic covariance
    (Giesbrecht & Burns 1985, Biometrics 41:477). Kenward and Roger (1997, Biometrics 53:983) widen C for the estimation of
    those parameters as well. SPSS and SAS differ from R in how A is taken (observed or expected information).

    When not to use
    ---------------
    With a variance at its edge of 0: the gradient then says little, and the model without it answers the question.

    Examples
    --------
    Two people measured twice, one at 1 and 3, the other at 2 and 4: the second measurement is 2 higher in both.

    >>> fit = fit_mixed(np.array([1.0, 3, 2, 4.5]), np.array([[1.0, 0], [1, 1], [1, 0], [1, 1]]), np.array([0, 0, 1, 1]))
    >>> answer = contrast(fit, [0, 1], "kenward-roger")
    >>> round(answer.estimate, 6), round(answer.std_error, 6), round(answer.df, 6)
    (2.25, 0.25, 1.0)
    """
    if method not in ("satterthwaite", "kenward-roger"):
        raise ValueError("method must be 'satterthwaite' or 'kenward-roger'")
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must be between 0 and 1, for instance 0.95")
    weights = np.asarray(L, dtype=float)
    if weights.shape != fit.coefficients.shape or not np.isfinite(weights).all() or not weights.any():
        raise ValueError("L must hold one finite weight per fixed effect, not all zero")
    if method == "kenward-roger" and not fit.reml:
        raise ValueError("Kenward-Roger needs a fit by REML")
    if fit.fitted is None:
        return Contrast(*[np.nan] * 6, method, fit.reason)
    given, at = fit.fitted.given, fit.fitted.at
    direction = np.linalg.solve(given.basis.T, weights)
    if method == "satterthwaite":
        relative = float(direction @ np.linalg.solve(at.information, direction))
        df = satterthwaite(at, direction, fit.residual_variance)
    else:
        relative, df = kenward_roger(given, at, direction)
    estimate, error = float(weights @ fit.coefficients), float(np.sqrt(fit.residual_variance * relative))
    half = float(stdtrit(df, 0.5 + confidence / 2.0)) * error
    p_value = float(2.0 * stdtr(df, -abs(estimate / error)))
    return Contrast(estimate, error, df, estimate - half, estimate + half, p_value, method)


def _log_likelihood(given: CrossProducts, at: Evaluation, reml: bool) -> float:
    if not reml:
        return float(-0.5 * (at.deviance + given.rows * (1.0 + np.log(2.0 * np.pi))))
    constant = (given.rows - given.covariates) * (1.0 + np.log(2.0 * np.pi))
    return float(-0.5 * (at.deviance + 2.0 * np.linalg.slogdet(given.basis)[1] + constant))


def _refused(given, reason: str, p: int, q: int, reml: bool, iterations: int) -> MixedFit:
    return MixedFit(
        coefficients=np.full(p, np.nan),
        standard_errors=np.full(p, np.nan),
        covariance=np.full((p, p), np.nan),
        random_covariance=np.full((q, q), np.nan),
        residual_variance=np.nan,
        log_likelihood=np.nan,
        reml=reml,
        rows=given.rows,
        clients=given.clients,
        left_out=given.left_out,
        iterations=iterations,
        singular=False,
        reason=reason,
    )
