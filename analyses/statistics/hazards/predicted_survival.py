"""Survival curve of a client with given covariates, from a Cox model and its Efron baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analyses.statistics.hazards._cox_input import codes
from analyses.statistics.hazards.cox_model import Fit, Ties, fit_cox, sandwich
from analyses.statistics.inference.wald import normal_quantile

Interval = Literal["log-log", "log", "plain"]


@dataclass(frozen=True, slots=True, eq=False)
class PredictedSurvival:
    """A predicted curve; arrays have shape (event weeks,), sorted by week.

    Attributes
    ----------
    weeks : array
        Distinct event weeks of the stratum; the curve is 1 before the first and flat between them.
    survival, ci_low, ci_high : array
    standard_errors : array
        Of the cumulative hazard, -log S (as R's ``std.err``); times S for the error of S.
    cumulative_hazard : array
    interval, confidence
    reason : str or None
        As in `CoxModel`; the arrays are then empty.
    """

    weeks: np.ndarray
    survival: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    standard_errors: np.ndarray
    cumulative_hazard: np.ndarray
    interval: Interval
    confidence: float
    reason: str | None


def predicted_survival(
    weeks,
    event,
    covariates,
    profile,
    *,
    entry=None,
    strata=None,
    stratum=None,
    cluster=None,
    ties: Ties = "efron",
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> PredictedSurvival:
    """Predict the curve at one covariate vector.

    Parameters
    ----------
    weeks, event, covariates, entry, strata, cluster, ties
        As in `cox_model`; with ``cluster`` the robust covariance of the coefficients is used, as in R.
    profile : array, shape (p,)
        Covariates of the client that the curve is for.
    stratum : label, optional
        Which baseline; needed with ``strata``.
    interval : {"log-log", "log", "plain"}
        R's default is "log"; the house convention is "log-log" (T3).

    Raises
    ------
    ValueError
        As `cox_model`; a profile of another length; an unknown stratum or interval.

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

    >>> curve = predicted_survival([1, 1, 2, 2], [1, 1, 1, 1], [[0], [1], [0], [1]], [0], ties="breslow")
    >>> curve.cumulative_hazard.round(6).tolist()
    [0.5, 1.5]
    """
    if interval not in ("log-log", "log", "plain"):
        raise ValueError("interval must be 'log-log', 'log' or 'plain'")
    z = normal_quantile(confidence)
    fit = fit_cox(weeks, event, covariates, entry=entry, strata=strata, ties=ties)
    profile = np.asarray(profile, dtype=float).reshape(-1)
    if len(profile) != len(fit.given.names):
        raise ValueError("profile must have one value per covariate")
    if fit.reason is not None:
        none = np.zeros(0)
        return PredictedSurvival(none, none, none, none, none, none, interval, confidence, fit.reason)
    chosen = _groups_of(fit, strata, stratum)
    hazard, variance = _cumulative_hazard(fit, profile, chosen, cluster)
    errors = np.sqrt(variance)
    low, high = survival_limits(np.exp(-hazard), errors, z, interval)
    return PredictedSurvival(
        fit.sets.group_time[chosen], np.exp(-hazard), low, high, errors, hazard, interval, confidence, None
    )


def _groups_of(fit: Fit, strata, stratum) -> np.ndarray:
    if strata is None:
        return np.arange(len(fit.sets.group_time))
    labels = np.asarray(strata)
    matching = np.flatnonzero(labels == stratum)
    if len(matching) == 0:
        raise ValueError("stratum must be one of the labels in strata")
    return np.flatnonzero(fit.sets.group_stratum == fit.given.stratum[matching[0]])


def _cumulative_hazard(fit: Fit, profile: np.ndarray, chosen: np.ndarray, cluster) -> tuple[np.ndarray, np.ndarray]:
    """Return the cumulative hazard at the profile and its variance at each chosen event time."""
    sets, at = fit.sets, fit.maximum.best
    covariance = np.linalg.inv(at.information)
    if cluster is not None:
        covariance = sandwich(sets, at, *codes(cluster, sets.n, "cluster"))
    # evaluate() scales exp(eta) by its maximum; the same factor is in every sum here
    eta = sets.x @ at.beta
    target = (profile - sets.centre) / sets.scale
    relative = np.exp(target @ at.beta - eta.max())
    sums = at.sums
    mean = at.at_risk[:, 1:] * sums.inv2[:, None] - at.dead[:, 1:] * sums.a_inv2[:, None]
    hazard = np.cumsum(sums.inv[chosen])
    distance = hazard[:, None] * target - np.cumsum(mean[chosen], axis=0)
    variance = np.cumsum(sums.inv2[chosen]) + ((distance @ covariance) * distance).sum(axis=1)
    return hazard * relative, variance * relative**2


def survival_limits(survival: np.ndarray, errors: np.ndarray, z: float, interval: Interval) -> tuple[np.ndarray, np.ndarray]:
    """Return limits of a curve from the standard errors of -log S, cut at 0 and 1."""
    with np.errstate(all="ignore"):
        if interval == "plain":
            low, high = survival * (1 - z * errors), survival * (1 + z * errors)
        elif interval == "log":
            low, high = survival * np.exp(-z * errors), survival * np.exp(z * errors)
        else:
            log_survival = np.log(survival)
            centre, width = np.log(-log_survival), z * errors / log_survival
            low, high = np.exp(-np.exp(centre - width)), np.exp(-np.exp(centre + width))
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)
