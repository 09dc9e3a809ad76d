"""Cox regression with Firth's penalty: finite hazard ratios with few events or a monotone likelihood.

Own code because neither lifelines nor statsmodels has it: lifelines' penalties pull towards zero by an amount that somebody
chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from analyses.statistics.hazards._cox_fit import Ties, fit_cox
from analyses.statistics.hazards._firth import PenalisedFit, moved, penalised_maximum, profile_limit
from analyses.statistics.hazards._hazard_model import HazardModel, by_normal
from analyses.statistics.inference.wald import ChiSquaredTest, chi_squared_test, normal_quantile


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FirthCox(HazardModel):
    """A Cox model fitted by penalised partial likelihood: a `HazardModel`, and what follows.

    Attributes
    ----------
    ci_low, ci_high : array
        Ends of the profile penalised likelihood interval.
    p_value : array
        Penalised likelihood ratio tests of each coefficient, the others refitted.
    covariance : array, shape (p, p)
        Inverse information at the penalised maximum; ``std_error`` its root diagonal. Not used for the interval.
    penalised_log_likelihood_null, penalised_log_likelihood : float
    likelihood_ratio_test : ChiSquaredTest
        That all coefficients are zero.
    ties : str
    reason : str or None
        "no_events", "no_information", "collinear" or "not_converged".
    """

    penalised_log_likelihood_null: float
    penalised_log_likelihood: float
    likelihood_ratio_test: ChiSquaredTest
    ties: Ties


def firth_cox(
    week,
    event,
    covariates,
    *,
    entry=None,
    strata=None,
    ties: Ties = "efron",
    names=None,
    confidence: float = 0.95,
) -> FirthCox:
    """Maximise the log partial likelihood plus half the log determinant of the information.

    Parameters
    ----------
    week, event, covariates, entry, strata, ties, names, confidence
        As in `cox_model`. R's ``coxphf`` and SAS use Breslow's ties by default here: set ``ties="breslow"`` to compare.

    Raises
    ------
    ValueError
        As `cox_model`.

    Notes
    -----
    Firth (1993, Biometrika 80:27); for the Cox model Heinze & Schemper (2001, Biometrics 57:114). The penalty
    (Jeffreys' prior) removes the first-order bias away from zero, and the maximum is finite even when all events are
    in one group. Interval and p come from the profile of the penalised likelihood with the full information in the
    penalty, because Wald intervals are poor here.

    When not to use
    ---------------
    With clusters or repeated events: the penalised likelihood takes records as independent. The penalty pulls hazard
    ratios towards 1: with two or three events the answer says little but the interval says so.

    Examples
    --------
    All events in one group: the ordinary estimate is infinite, this one is not.

    >>> fit = firth_cox([1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [1, 1, 1, 0, 0, 0])
    >>> bool(np.isfinite(fit.hazard_ratio[0])), fit.reason
    (True, None)
    """
    normal_quantile(confidence)
    fit = fit_cox(week, event, covariates, entry=entry, strata=strata, ties=ties, names=names)
    names, p = fit.given.names, len(fit.given.names)
    counts = {"rows": len(fit.given.week), "events": int(fit.given.event.sum()), "ties": ties}
    best = None
    reason = fit.reason if fit.reason in ("no_events", "no_information", "collinear") else None
    if reason is None:
        best = penalised_maximum(fit.sets, np.zeros(p), np.ones(p, dtype=bool), ties)
        reason = None if best.converged else "not_converged"
    if reason is not None:
        return FirthCox(
            **by_normal(names, np.full(p, np.nan), np.full((p, p), np.nan), confidence),
            **counts,
            penalised_log_likelihood_null=np.nan,
            penalised_log_likelihood=np.nan,
            likelihood_ratio_test=chi_squared_test(np.nan, p, reason),
            reason=reason,
        )
    sets, unit = fit.sets, fit.sets.scale
    null = penalised_maximum(sets, np.zeros(p), np.zeros(p, dtype=bool), ties)
    drop = chdtri(1, 1.0 - confidence) / 2.0
    low, high = ([profile_limit(sets, best, j, side, drop, ties) for j in range(p)] for side in (-1, 1))
    covariance = np.linalg.inv(best.information) / np.outer(unit, unit)
    by_profile = {
        "ci_low": np.array(low) / unit,
        "ci_high": np.array(high) / unit,
        "p_value": np.array([_without(sets, best, j, ties) for j in range(p)]),
    }
    log_shift = np.log(unit).sum()
    return FirthCox(
        **by_normal(names, best.beta / unit, covariance, confidence) | by_profile,
        **counts,
        penalised_log_likelihood_null=null.value + log_shift,
        penalised_log_likelihood=best.value + log_shift,
        likelihood_ratio_test=chi_squared_test(max(2.0 * (best.value - null.value), 0.0), p),
        reason=None,
    )


def _without(sets, best: PenalisedFit, column: int, ties: Ties) -> float:
    """Return p of the penalised likelihood ratio test that one coefficient is zero."""
    at_zero = moved(sets, best, column, 0.0, ties)
    if at_zero is None:
        return np.nan
    return chi_squared_test(max(2.0 * (best.value - at_zero.value), 0.0), 1).p_value
