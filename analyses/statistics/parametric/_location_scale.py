"""Distributions of a standardised logarithm of time: log-probabilities of ranges with their first and second derivatives.

Of each the survival is G(z), z = (log week - location) / scale: the extreme value distribution gives Weibull times, the normal log-normal
ones, the logistic log-logistic ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import log_expit, log_ndtr, ndtri

Distribution = Literal["weibull", "log_normal", "log_logistic"]
_FAR = 500.0


@dataclass(frozen=True, slots=True, eq=False)
class RangeTerms:
    """Log-probability of each range, and its derivatives to the standardised ends, each of shape (ranges,)."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    low_low: np.ndarray
    low_high: np.ndarray
    high_high: np.ndarray


def range_terms(low: np.ndarray, high: np.ndarray, distribution: Distribution) -> RangeTerms:
    """Of ranges (low, high] of standardised log weeks; `low` may be -inf and `high` inf.

    The probability is a difference of two tails, taken on the side where it does not cancel.
    """
    value = _log_probability(low, high, distribution)
    at_low, at_high = (np.isfinite(end) for end in (low, high))
    (a, slope_a), (b, slope_b) = (_density(np.clip(end, -_FAR, _FAR), distribution) for end in (low, high))
    with np.errstate(over="ignore", under="ignore"):
        d_low = np.where(at_low, -np.exp(np.minimum(a - value, _FAR)), 0.0)
        d_high = np.where(at_high, np.exp(np.minimum(b - value, _FAR)), 0.0)
    return RangeTerms(
        value, d_low, d_high, d_low * slope_a - d_low**2, -d_low * d_high, np.where(at_high, d_high * slope_b, 0.0) - d_high**2
    )


def log_survival(z: np.ndarray, distribution: Distribution) -> np.ndarray:
    """Logarithm of the probability beyond z."""
    if distribution == "weibull":
        return -np.exp(np.minimum(z, _FAR))
    return log_ndtr(-z) if distribution == "log_normal" else log_expit(-z)


def standard_median(distribution: Distribution) -> float:
    """The z beyond which half lies."""
    return float(np.log(np.log(2.0))) if distribution == "weibull" else float(ndtri(0.5))


def _log_probability(low: np.ndarray, high: np.ndarray, distribution: Distribution) -> np.ndarray:
    with np.errstate(all="ignore"):
        if distribution == "weibull":
            first, last = np.exp(np.minimum(low, _FAR)), np.exp(np.minimum(high, _FAR))
            return np.where(np.isposinf(high), -first, -first + np.log(-np.expm1(-(last - first))))
        if distribution == "log_logistic":
            # F(b) - F(a) = F(b) S(a) (1 - exp(a - b))
            both = log_expit(high) + log_expit(-low) + np.log(-np.expm1(low - high))
            return np.where(np.isposinf(high), log_expit(-low), np.where(np.isneginf(low), log_expit(high), both))
        # in the upper half the tails are small, in the lower half the distribution function is
        upper = low + high > 0
        larger, smaller = log_ndtr(np.where(upper, -low, high)), log_ndtr(np.where(upper, -high, low))
        return larger + np.log1p(-np.exp(smaller - larger))


def _density(z: np.ndarray, distribution: Distribution) -> tuple[np.ndarray, np.ndarray]:
    """Log density and its derivative."""
    if distribution == "weibull":
        return z - np.exp(z), 1.0 - np.exp(z)
    if distribution == "log_normal":
        return -0.5 * z**2 - 0.5 * np.log(2.0 * np.pi), -z
    return log_expit(z) + log_expit(-z), 1.0 - 2.0 * np.exp(log_expit(z))
