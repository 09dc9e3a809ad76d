"""Rates when some people have many events and most have none: Poisson with robust errors, and the negative binomial model.

Both are fitted by statsmodels. The robust errors are made here, since its `cov_type="HC3"` gives HC0 for these models without a word; and it
prints the negative binomial's errors with the dispersion as one more parameter, where R's `glm.nb` takes it as known.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.inference.wald import normal_quantile
from analyses.statistics.rates.rates import WEEKS_PER_YEAR

Family = Literal["poisson", "negative_binomial"]
NOTHING_GAINED = 1e-7
"""Less log-likelihood than this above Poisson's, and the model is Poisson's."""
NO_VARIANCE = 1e-20
"""A smaller variance of a coefficient is rounding: everyone had as many events as the model expects."""
STEEP = 1e-5
"""The slope of the log-likelihood per person at which a maximum is taken for one."""
NEAR_ZERO = 1e-4
"""A dispersion below this is 0 by mistake where the likelihood rises from 0: the search from above can fall through to it."""


@dataclass(frozen=True, slots=True, eq=False)
class RateModel:
    """A model of the logarithm of events per person-year.

    Parameters
    ----------
    family
    names
        `intercept` and the covariates.
    coefficients, std_error, ci_low, ci_high, p_value
        Shape (names,), on the scale of logarithms; limits and p by t with `df` degrees of freedom.
    covariance
        Shape (names, names).
    df
        People less names.
    dispersion
        `poisson`: Pearson's chi-squared over `df`, 1 when people have events independently. `negative_binomial`: alpha (1 / theta in
        R), the variance of a person's own rate over its mean, squared; 0 when there is no more spread than Poisson's.
    n, events
        People who were followed, and their events.
    confidence
    reason
        `empty_group`, `no_events`, `too_few` (no person more than names, or one person alone at a value of a covariate), `collinear`,
        `monotone_likelihood` (no events at one value of a covariate), `no_variance`, `not_converged`.
    """

    family: Family
    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_value: np.ndarray
    covariance: np.ndarray
    df: int
    dispersion: float
    n: int
    events: int
    confidence: float
    reason: str | None = None


def rate_model(
    count,
    follow_up_weeks,
    covariates=None,
    names: Sequence[str] | None = None,
    *,
    family: Family = "poisson",
    confidence: float = 0.95,
) -> RateModel:
    """Fit events per person, with follow-up as offset.

    Parameters
    ----------
    count : array of whole numbers, shape (n,)
        Events of each person while they were followed.
    follow_up_weeks : array of whole weeks, shape (n,)
        People who were followed for no week say nothing, and are left out.
    covariates : array, shape (n,) or (n, k), optional
    names : names of the covariates, default x1, x2, ...

    Raises
    ------
    ValueError
        Negative or unknown counts, weeks that are missing or not whole, unequal lengths.

    Notes
    -----
    `poisson`: the coefficients are those of Poisson regression, right whatever the spread between people; the errors are the sandwich
    with residuals over 1 - leverage (HC3: Long & Ervin 2000, Am Stat 54:217; R's `sandwich::vcovHC`). `negative_binomial`: variance
    mean + alpha mean^2, alpha by maximum likelihood, errors from the expected information at that alpha (Venables & Ripley 2002, section
    7.4; `MASS::glm.nb`). Both with t on n - k - 1: normal limits reject a true ratio of 1 in 6 to 9 % of trials with 11 people per arm,
    these in some 5 % or fewer (docs/simulation-rates.md).

    When not to use
    ---------------
    For first events: nobody has two of them, use `rates.rate_ratio`. When events stop follow-up, or the rate changes while groups are
    followed for different lengths: the mean cumulative function.

    Examples
    --------
    Three people a year each with 0, 2 and 4 events, and three with 1 each: the second rate is half the first.

    >>> model = rate_model([0, 2, 4, 1, 1, 1], [52] * 6, [0, 0, 0, 1, 1, 1])
    >>> round(float(np.exp(model.coefficients[1])), 6), model.df
    (0.5, 4)
    """
    normal_quantile(confidence)
    y, weeks = whole_weeks(count, "count").astype(float), whole_weeks(follow_up_weeks, "follow_up_weeks").astype(float)
    x = np.zeros((len(y), 0)) if covariates is None else np.asarray(covariates, float)
    x = x[:, None] if x.ndim == 1 else x
    labels = ("intercept", *(names if names is not None else (f"x{k + 1}" for k in range(x.shape[1]))))
    if y.shape != weeks.shape or len(x) != len(y) or len(labels) != x.shape[1] + 1 or not np.isfinite(x).all():
        raise ValueError("count, follow_up_weeks and covariates need one length, and each covariate a name")
    followed = weeks > 0
    y, design = y[followed], np.column_stack([np.ones(int(followed.sum())), x[followed]])
    offset = np.log(weeks[followed] / WEEKS_PER_YEAR)
    df, events = len(y) - design.shape[1], int(y.sum())
    reason = _too_little(y, design)
    fit = None if reason else (_poisson if family == "poisson" else _negative_binomial)(y, design, offset)
    if fit is not None and (np.diag(fit[1]) <= NO_VARIANCE).any():
        fit, reason = None, "no_variance"
    if fit is None:
        none = np.full(len(labels), np.nan)
        empty = (none, none, none, none, none, np.full((len(labels),) * 2, np.nan))
        return RateModel(family, labels, *empty, df, np.nan, len(y), events, confidence, reason or "not_converged")
    b, covariance, dispersion = fit
    error = np.sqrt(np.diag(covariance))
    half = stdtrit(df, 0.5 + confidence / 2) * error
    p_value = 2.0 * stdtr(df, -np.abs(b / error))
    return RateModel(
        family, labels, b, error, b - half, b + half, p_value, covariance, df, dispersion, len(y), events, confidence
    )


def ratio_of_rates(model: RateModel, name: str) -> Estimate:
    """How many times as many events per year with one more of a covariate; `std_error` is that of the ratio.

    >>> model = rate_model([0, 2, 4, 1, 1, 1], [52] * 6, [0, 0, 0, 1, 1, 1], ["second"])
    >>> round(ratio_of_rates(model, "second").estimate, 6)
    0.5
    """
    if model.reason:
        return Estimate(np.nan, reason=model.reason)
    at = model.names.index(name)
    # a limit beyond what a number can hold is no limit
    with np.errstate(over="ignore"):
        ratio, low, high = (float(np.exp(values[at])) for values in (model.coefficients, model.ci_low, model.ci_high))
    return Estimate(ratio, ratio * float(model.std_error[at]), low, high, float(model.p_value[at]), df=model.df)


def _too_little(y: np.ndarray, design: np.ndarray) -> str | None:
    if not len(y):
        return "empty_group"
    if not y.any():
        return "no_events"
    if len(y) <= design.shape[1]:
        return "too_few"
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "collinear"
    for column in design.T[1:]:
        values, people = np.unique(column, return_counts=True)
        if len(values) == 2 and people.min() < 2:
            return "too_few"
        if len(values) == 2 and len(np.unique(column[y > 0])) < 2:
            return "monotone_likelihood"
    return None


def _poisson(y: np.ndarray, design: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    fit = _fitted(y, design, offset, None)
    if fit is None:
        return None
    mean = fit.fittedvalues
    bread = np.linalg.inv((design.T * mean) @ design)
    leverage = mean * np.einsum("ij,jk,ik->i", design, bread, design)
    residual = (y - mean) / np.maximum(1 - leverage, 1e-10)
    return fit.params, bread @ ((design.T * residual**2) @ design) @ bread, float(fit.pearson_chi2 / fit.df_resid)


def _negative_binomial(y: np.ndarray, design: np.ndarray, offset: np.ndarray) -> tuple[np.ndarray, np.ndarray, float] | None:
    poisson = _fitted(y, design, offset, None)
    # slope of the log-likelihood in the dispersion where that is 0 (Dean & Lawless 1989, JASA 84:467)
    rise = 0.0 if poisson is None else 0.5 * float(((y - poisson.fittedvalues) ** 2 - y).sum())
    alpha = _alpha(y, design, offset, rise)
    fit = None if alpha is None else _fitted(y, design, offset, alpha)
    if poisson is None or fit is None:
        return None
    if fit.llf <= poisson.llf + NOTHING_GAINED:
        return poisson.params, poisson.cov_params(), 0.0
    return fit.params, fit.cov_params(), alpha


def _alpha(y: np.ndarray, design: np.ndarray, offset: np.ndarray, rise: float) -> float | None:
    """The dispersion by maximum likelihood, from all parameters together or, where these do not settle, from itself alone."""
    from scipy.optimize import minimize_scalar
    from statsmodels.discrete.discrete_model import NegativeBinomial

    model = NegativeBinomial(y, design, offset=offset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.fit(method="bfgs", disp=0, maxiter=500, gtol=1e-9, skip_hessian=True).params
        slope = model.score(found)
    # it calls itself not converged for want of the last digit: the slope says whether it is at the top
    if (
        np.isfinite(found).all()
        and found[-1] > 0
        and np.abs(slope * np.append(np.ones(len(slope) - 1), found[-1])).max() <= STEEP * len(y)
        and not (found[-1] < NEAR_ZERO and rise > STEEP * len(y))
    ):
        return float(found[-1])

    def loss(log_alpha: float) -> float:
        fit = _fitted(y, design, offset, float(np.exp(log_alpha)))
        return 1e10 if fit is None else -fit.llf

    grid = np.linspace(-12.0, 5.0, 18)
    top = grid[np.argmin([loss(point) for point in grid])]
    bounds = max(top - 1.0, grid[0]), min(top + 1.0, grid[-1])
    best = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    return float(np.exp(best.x)) if best.fun < 1e10 else None


def _fitted(y: np.ndarray, design: np.ndarray, offset: np.ndarray, alpha: float | None):
    """Poisson (no alpha) or negative binomial regression; None when it does not settle."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    family = families.Poisson() if alpha is None else families.NegativeBinomial(alpha=alpha)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = GLM(y, design, family=family, offset=offset).fit(maxiter=200, tol=1e-12, tol_criterion="params")
    return fit if fit.converged and np.isfinite(fit.params).all() and np.isfinite(fit.cov_params()).all() else None
