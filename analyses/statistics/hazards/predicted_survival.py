"""Survival curve of a client with given covariates, from a fitted Cox model and its baseline.

Own code because lifelines adds Breslow's hazard to Efron's coefficients, without an interval, and statsmodels has no curve of a
new client with one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.events.survival_curve import ConfType
from analyses.statistics.hazards._baseline import Baseline
from analyses.statistics.hazards.cox_model import CoxModel
from analyses.statistics.inference.wald import normal_quantile


@dataclass(frozen=True, slots=True, eq=False)
class PredictedSurvival:
    """A predicted curve; arrays have shape (event weeks,), sorted by week.

    Attributes
    ----------
    week : array
        Distinct event weeks of the stratum; the curve is 1 before the first and flat between them.
    survival, std_error, ci_low, ci_high : array
    cumulative_hazard, cumulative_hazard_std_error : array
        -log S and its standard error (R's ``std.err``).
    conf_type, confidence
    reason : str or None
        As in `CoxModel`; the arrays are then empty.
    """

    week: np.ndarray
    survival: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    cumulative_hazard: np.ndarray
    cumulative_hazard_std_error: np.ndarray
    conf_type: ConfType
    confidence: float
    reason: str | None


def predicted_survival(
    model: CoxModel, profile, *, stratum=None, conf_type: ConfType = "log-log", confidence: float = 0.95
) -> PredictedSurvival:
    """Predict the curve at one covariate vector.

    Parameters
    ----------
    model : CoxModel
        Its covariance is used: robust when the model was fitted with ``cluster`` or ``robust``, as in R.
    profile : array, shape (p,)
        Covariates of the client that the curve is for.
    stratum : label, optional
        Which baseline; needed when the model has strata.
    conf_type : {"log-log", "log", "plain"}
        R's default is "log"; the house convention is "log-log" (T3).

    Raises
    ------
    ValueError
        A profile of another length; an unknown stratum or interval; a model with exact ties.

    Notes
    -----
    ``S(t | z) = exp(-H(t) exp(b'z))`` with the baseline that belongs to the ties: Efron's hazard adds ``1 / phi_l`` over the tied
    deaths (Therneau & Grambsch 2000, section 10.2), Breslow's (in SAS, Stata and lifelines) d over the total.
    Variance of the cumulative hazard: Tsiatis (1981, Ann Stat 9:93), with the uncertainty of the coefficients; as R's
    ``survfit(coxph)``.

    When not to use
    ---------------
    At the mean of the covariates as "the adjusted curve of the group": a curve at mean covariates is nobody's curve
    and not the mean of the curves. Average predicted curves over clients instead.

    Examples
    --------
    Two deaths among four in week 1, one of each group, and the other two in week 2: the coefficient is 0 and Breslow's
    hazard adds up 2/4 and 2/2.

    >>> from analyses.statistics.hazards.cox_model import cox_model
    >>> model = cox_model([1, 1, 2, 2], [1, 1, 1, 1], [[0], [1], [0], [1]], ties="breslow")
    >>> predicted_survival(model, [0]).cumulative_hazard.round(6).tolist()
    [0.5, 1.5]
    """
    if conf_type not in ("log-log", "log", "plain"):
        raise ValueError("conf_type must be 'log-log', 'log' or 'plain'")
    z = normal_quantile(confidence)
    profile = np.asarray(profile, dtype=float).reshape(-1)
    if len(profile) != len(model.names):
        raise ValueError("profile must have one value per covariate")
    if model.reason is not None:
        none = np.zeros(0)
        return PredictedSurvival(none, none, none, none, none, none, none, conf_type, confidence, model.reason)
    if model.baseline is None:
        raise ValueError("a model with exact ties has no baseline hazard: fit it with Efron's")
    chosen = model.baseline.of(stratum)
    hazard, error = _cumulative_hazard(model, model.baseline, profile, chosen)
    survival = np.exp(-hazard)
    low, high = _limits(survival, error, z, conf_type)
    week = model.baseline.week[chosen]
    return PredictedSurvival(week, survival, survival * error, low, high, hazard, error, conf_type, confidence, None)


def _cumulative_hazard(
    model: CoxModel, base: Baseline, profile: np.ndarray, chosen: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cumulative hazard at the profile and its standard error at each chosen event week."""
    target = profile - base.centre
    relative = np.exp(target @ model.coefficients - base.shift)
    hazard = np.cumsum(base.hazard[chosen])
    distance = hazard[:, None] * target - np.cumsum(base.mean[chosen], axis=0)
    variance = np.cumsum(base.variance[chosen]) + ((distance @ model.covariance) * distance).sum(axis=1)
    return hazard * relative, np.sqrt(variance) * relative


def _limits(survival: np.ndarray, errors: np.ndarray, z: float, conf_type: ConfType) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of a curve from the standard errors of -log S, cut at 0 and 1."""
    with np.errstate(all="ignore"):
        if conf_type == "plain":
            low, high = survival * (1 - z * errors), survival * (1 + z * errors)
        elif conf_type == "log":
            low, high = survival * np.exp(-z * errors), survival * np.exp(z * errors)
        else:
            log_survival = np.log(survival)
            centre, width = np.log(-log_survival), z * errors / log_survival
            low, high = np.exp(-np.exp(centre - width)), np.exp(-np.exp(centre + width))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
