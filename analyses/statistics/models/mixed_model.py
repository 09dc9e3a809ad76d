"""Linear mixed models for repeated measurements of clients: random intercept, or random intercept and slope.

Own code because statsmodels' MixedLM has neither Kenward-Roger nor Satterthwaite (it reports z, pitfall T22), and goes over clients one
by one: it is some thirty times slower with a thousand of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.models._mixed_contrast import KenwardRoger, satterthwaite
from analyses.statistics.models._mixed_input import CrossProducts, Refusal, cross_products
from analyses.statistics.models._mixed_likelihood import Evaluation, lower, maximise
from analyses.statistics.models.model import Contrast, Model, named, no_model, t_model

FreedomMethod = Literal["satterthwaite", "kenward-roger"]
FLAT = 1e-7
"""Curvature of the deviance along the relative size of a variance component below which the data say nothing of it; else it is about 1."""


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
    names : tuple of str
        Of the columns of the design.
    coefficients, std_error : array, shape (p,)
        Fixed effects in the order of the columns of the design; `fixed_effects` has their intervals.
    covariance : array, shape (p, p)
        (X' V^-1 X)^-1 at the estimated variances, as ``vcov`` of lme4.
    random_covariance : array, shape (1, 1) or (2, 2)
        Of intercept (at slope variable 0) and slope, in the units of the response.
    residual_variance : float
    log_likelihood : float
        Restricted (``reml``) or ordinary, with all constants: ``logLik`` of lme4. Restricted ones compare only between
        models with the same design.
    reml : bool
    rows, clients, left_out : int
        Rows and clients used; rows left out because the response, the design or the slope variable is missing.
    iterations : int
    singular : bool
        A variance is zero or the correlation of intercept and slope is -1 or 1: the data do not show this part of the
        variation. Estimates and contrasts stand.
    reason : str or None
        ``empty_group``; ``too_few`` (no more rows than columns of the design, one client, or so few that variances are equally likely
        whatever they are, as when each of two arms is one client); ``no_repeats`` (no client has two rows); ``slope_not_identified``
        (the same with the slopes, no more rows than random effects, or one distinct time: use a random intercept); ``collinear``;
        ``no_variance`` (the response, or what is left of it within clients, is fitted without error); ``not_converged``.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
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


def fit_mixed(response, design, client, slope=None, reml: bool = True, names: Sequence[str] | None = None) -> MixedFit:
    """Fit response = design b + u_client (+ slope * v_client) + e by REML or maximum likelihood.

    (u, v) are normal with an unstructured covariance, e normal with one variance, all independent between clients.

    Parameters
    ----------
    response : array, shape (n,)
        Measurements, one row per client and moment. Rows with a missing value anywhere are left out; the others of that
        client stay. That is right when what is missing depends on what was seen of the client (missing at random).
    design : array, shape (n, p)
        Fixed effects, **with** a column of ones if an intercept is meant.
    client : array of labels, shape (n,)
        In any order.
    slope : array, shape (n,), optional
        Variable (time) with a random slope beside the random intercept. It should be a column of the design as well.
    reml : bool
        True is the default of lme4, nlme, SAS and Stata's ``mixed, reml``; Stata's and SPSS' older default is ML.
    names
        One per column of the design.

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
    >>> fit.coefficients.round(6).tolist(), round(float(fit.std_error[1]), 6)
    ([3.0, 2.0], 1.154701)
    >>> round(contrast(fit, [0, 1]).df, 6)
    2.0
    """
    given = cross_products(response, design, client, slope)
    q = 1 if slope is None else 2
    if isinstance(given, Refusal):
        return _refused(given, given.reason, named(names, given.covariates), q, reml, 0)
    maximum = maximise(given, reml)
    if maximum.reason is not None:
        return _refused(given, maximum.reason, named(names, given.covariates), q, reml, maximum.iterations)
    at, p = maximum.best, given.covariates
    # the bound of lme4's isSingular, on a slope variable of about unit spread
    singular = bool((np.diag(lower(at.theta)) < 1e-4).any())
    if not singular and np.linalg.eigvalsh(at.hessian)[0] * np.abs(at.theta).max() ** 2 < FLAT:
        reason = "too_few" if q == 1 else "slope_not_identified"
        return _refused(given, reason, named(names, p), q, reml, maximum.iterations)
    variance = at.residual_sum / (given.rows - p if reml else given.rows)
    back = np.linalg.inv(given.basis)
    covariance = variance * back @ np.linalg.solve(at.information, back.T)
    factor = given.unit @ lower(at.theta)
    return MixedFit(
        names=named(names, p),
        coefficients=back @ (given.start + at.coefficients),
        std_error=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        random_covariance=variance * factor @ factor.T,
        residual_variance=variance,
        log_likelihood=_log_likelihood(given, at, reml),
        reml=reml,
        rows=given.rows,
        clients=given.clients,
        left_out=given.left_out,
        iterations=maximum.iterations,
        singular=singular,
        reason=None,
        fitted=Fitted(given, at),
    )


def contrast(fit: MixedFit, weights, method: FreedomMethod = "satterthwaite", confidence: float = 0.95) -> Contrast:
    """Estimate a linear combination of the fixed effects with a t interval and a two-sided test of zero.

    Parameters
    ----------
    fit : MixedFit
    weights : array, shape (p,)
        Of the fixed effects.
    method : {"satterthwaite", "kenward-roger"}
        Satterthwaite degrees of freedom as in lmerTest; Kenward-Roger (REML only) also widens the standard error, as in
        pbkrtest, and is to be preferred below some thirty clients. With a z instead p is too small (pitfall T22).
    confidence : float

    Raises
    ------
    ValueError
        Wrong length of the weights, all weights zero, unknown method, Kenward-Roger with maximum likelihood.

    Notes
    -----
    Satterthwaite: df = 2 V^2 / (g' A g), with V = w' C w, g its gradient to the variance parameters and A their asymptotic covariance
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
    return contrasts(fit, [weights], method, confidence)[0]


def fixed_effects(fit: MixedFit, method: FreedomMethod = "satterthwaite", confidence: float = 0.95) -> Model:
    """All fixed effects under their names, each as a `contrast`.

    The covariance is that of the fit; with Kenward-Roger the errors on its diagonal are widened.

    >>> fit = fit_mixed([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3], names=["baseline", "change"])
    >>> round(fixed_effects(fit, "kenward-roger").one("change").std_error, 6)
    1.154701
    """
    if fit.reason is not None:
        return no_model(fit.names, fit.reason)
    found = contrasts(fit, np.eye(len(fit.names)), method, confidence)
    covariance = fit.covariance.copy()
    np.fill_diagonal(covariance, [one.std_error**2 for one in found])
    return t_model(fit.names, fit.coefficients, covariance, np.array([one.df for one in found]), confidence)


def contrasts(fit: MixedFit, weights, method: FreedomMethod = "satterthwaite", confidence: float = 0.95) -> list[Contrast]:
    """Several contrasts of one fit, shape (m, p): what they share is made once.

    >>> fit = fit_mixed([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3])
    >>> [round(one.estimate, 6) for one in contrasts(fit, [[1, 0], [1, 1]])]
    [3.0, 5.0]
    """
    if method not in ("satterthwaite", "kenward-roger"):
        raise ValueError("method must be 'satterthwaite' or 'kenward-roger'")
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must be between 0 and 1, for instance 0.95")
    rows = [np.asarray(row, dtype=float) for row in weights]
    if any(row.shape != fit.coefficients.shape or not np.isfinite(row).all() or not row.any() for row in rows):
        raise ValueError("there must be one finite weight per fixed effect, not all zero")
    if method == "kenward-roger" and not fit.reml:
        raise ValueError("Kenward-Roger needs a fit by REML")
    if fit.fitted is None:
        return [Contrast(np.nan, reason=fit.reason) for _ in rows]
    given, at = fit.fitted.given, fit.fitted.at
    second = KenwardRoger.of(given, at) if method == "kenward-roger" and rows else None
    found = []
    for row in rows:
        direction = np.linalg.solve(given.basis.T, row)
        if second is None:
            relative = float(direction @ np.linalg.solve(at.information, direction))
            df = satterthwaite(at, direction, fit.residual_variance)
        else:
            relative, df = second.contrast(direction)
        estimate, error = float(row @ fit.coefficients), float(np.sqrt(fit.residual_variance * relative))
        half = float(stdtrit(df, 0.5 + confidence / 2.0)) * error
        p_value = float(2.0 * stdtr(df, -abs(estimate / error)))
        found.append(Contrast(estimate, error, estimate - half, estimate + half, p_value, df))
    return found


def _log_likelihood(given: CrossProducts, at: Evaluation, reml: bool) -> float:
    if not reml:
        return float(-0.5 * (at.deviance + given.rows * (1.0 + np.log(2.0 * np.pi))))
    constant = (given.rows - given.covariates) * (1.0 + np.log(2.0 * np.pi))
    return float(-0.5 * (at.deviance + 2.0 * np.linalg.slogdet(given.basis)[1] + constant))


def _refused(given, reason: str, names: tuple[str, ...], q: int, reml: bool, iterations: int) -> MixedFit:
    p = len(names)
    return MixedFit(
        names=names,
        coefficients=np.full(p, np.nan),
        std_error=np.full(p, np.nan),
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
