"""What every model of hazards answers with, on the scale of its coefficients and as ratios."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.inference.wald import normal_quantile, two_sided_p
from analyses.statistics.models.model import Contrast


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HazardModel:
    """A fitted model of hazards; arrays have one entry per covariate unless another shape is given.

    Attributes
    ----------
    names : tuple of str
    coefficients : array
        Log hazard ratios per unit of each covariate.
    std_error, ci_low, ci_high, p_value : array
        Of the coefficients; p is two-sided.
    covariance : array, shape (p, p)
        Of the coefficients.
    hazard_ratio, hazard_ratio_ci_low, hazard_ratio_ci_high : array
        exp of the coefficients and of their limits.
    rows, events : int
    confidence : float
    reason : str or None
        Why there are no estimates.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_value: np.ndarray
    covariance: np.ndarray
    rows: int
    events: int
    confidence: float
    reason: str | None

    @property
    def hazard_ratio(self) -> np.ndarray:
        return _exp(self.coefficients)

    @property
    def hazard_ratio_ci_low(self) -> np.ndarray:
        return _exp(self.ci_low)

    @property
    def hazard_ratio_ci_high(self) -> np.ndarray:
        return _exp(self.ci_high)

    @property
    def events_per_parameter(self) -> float:
        """Below ten, prefer `firth_cox` (Peduzzi et al. 1995, J Clin Epidemiol 48:1503)."""
        return self.events / len(self.names)

    def one(self, name: str) -> Contrast:
        """One coefficient as an answer, a log hazard ratio; its normal interval has no degrees of freedom.

        Raises
        ------
        KeyError
            No covariate has this name; the message lists those there are.
        """
        if name not in self.names:
            raise KeyError(f"no covariate {name!r}: the model has {', '.join(self.names)}")
        k = self.names.index(name)
        numbers = (self.coefficients, self.std_error, self.ci_low, self.ci_high, self.p_value)
        return Contrast(*(float(values[k]) for values in numbers), reason=self.reason)


def _exp(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.exp(values)


def by_normal(names: tuple[str, ...], coefficients: np.ndarray, covariance: np.ndarray, confidence: float) -> dict:
    """The parts of a `HazardModel` that follow from coefficients and their covariance, with normal limits."""
    std_error = np.sqrt(np.diag(covariance))
    half = normal_quantile(confidence) * std_error
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = two_sided_p(coefficients / std_error)
    return {
        "names": names,
        "coefficients": coefficients,
        "std_error": std_error,
        "ci_low": coefficients - half,
        "ci_high": coefficients + half,
        "p_value": p_value,
        "covariance": covariance,
        "confidence": confidence,
    }
