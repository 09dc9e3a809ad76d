"""Chi-squared tests and normal limits from an estimate and its covariance; without the slow import of scipy.stats.

Own code because these are a few lines on scipy's special functions: scipy.stats would slow every start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri


@dataclass(frozen=True, slots=True)
class ChiSquaredTest:
    """Statistic, degrees of freedom and upper-tail p; ``reason`` says why they are NaN."""

    statistic: float
    df: int
    p_value: float
    reason: str | None = None


def chi_squared_test(statistic: float, df: int, reason: str | None = None) -> ChiSquaredTest:
    """Return the test with its upper-tail p."""
    statistic = float(statistic)
    p_value = float(chdtrc(df, statistic)) if np.isfinite(statistic) else np.nan
    return ChiSquaredTest(statistic, df, p_value, reason)


def quadratic_test(estimate: np.ndarray, covariance: np.ndarray) -> ChiSquaredTest:
    """Return the Wald test that all of ``estimate`` is zero."""
    df = len(estimate)
    if not np.isfinite(covariance).all() or np.linalg.matrix_rank(covariance, hermitian=True) < df:
        return chi_squared_test(np.nan, df, "no_variance")
    return chi_squared_test(estimate @ np.linalg.solve(covariance, estimate), df)


def two_sided_p(z: np.ndarray) -> np.ndarray:
    """Return two-sided normal p-values."""
    return 2.0 * ndtr(-np.abs(z))


def normal_quantile(confidence: float) -> float:
    """Return z for a two-sided interval.

    Raises
    ------
    ValueError
        ``confidence`` is not between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError("confidence must be between 0 and 1, for instance 0.95")
    return float(ndtri(0.5 + confidence / 2.0))
