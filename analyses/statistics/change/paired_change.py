"""Two scores per person reduced to sufficient sums, and what follows from these: means, SDs, correlation, mean change.

Own code because the sums of several providers add up and can be made from groups, where scipy's `ttest_rel` wants the scores
themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit


@dataclass(frozen=True, slots=True)
class PairedMoments:
    """Sufficient sums over people with both scores.

    Squares and products are around the means, so that large scores with a small spread lose no digits.
    """

    n: int
    mean_before: float
    mean_later: float
    squares_before: float
    squares_later: float
    products: float

    @property
    def sd_before(self) -> float:
        """SD at the first moment, n - 1; NaN below two people."""
        return _sd(self.squares_before, self.n)

    @property
    def sd_later(self) -> float:
        """SD at the later moment, n - 1."""
        return _sd(self.squares_later, self.n)

    @property
    def sd_change(self) -> float:
        """SD of the change scores, n - 1."""
        squares = self.squares_before + self.squares_later - 2 * self.products
        noise = 1e-14 * (self.squares_before + self.squares_later)
        return _sd(squares if squares > noise else 0.0, self.n)

    @property
    def mean_change(self) -> float:
        """Later minus first, as scored."""
        return self.mean_later - self.mean_before

    @property
    def correlation(self) -> float:
        """Pearson correlation; NaN when either score does not vary."""
        spread = np.sqrt(self.squares_before * self.squares_later)
        return float(np.clip(self.products / spread, -1, 1)) if spread > 0 else np.nan


def _sd(squares: float, n: int) -> float:
    return float(np.sqrt(squares / (n - 1))) if n > 1 else np.nan


def paired_moments(before: np.ndarray, later: np.ndarray) -> PairedMoments:
    """Reduce pairs of scores, shape (n,) each, without missing values.

    Raises
    ------
    ValueError
        Unequal lengths or missing scores.

    Examples
    --------
    >>> moments = paired_moments(np.array([10.0, 12.0, 14.0]), np.array([9.0, 10.0, 11.0]))
    >>> moments.mean_change, moments.sd_before, moments.correlation
    (-2.0, 2.0, 1.0)
    """
    before, later = np.asarray(before, float), np.asarray(later, float)
    if before.shape != later.shape or before.ndim != 1:
        raise ValueError("both moments need one score per person, in the same order")
    if not (np.isfinite(before).all() and np.isfinite(later).all()):
        raise ValueError("scores must not be missing: keep people with both scores")
    if len(before) == 0:
        return PairedMoments(0, np.nan, np.nan, 0.0, 0.0, 0.0)
    mean_before, mean_later = float(before.mean()), float(later.mean())
    b, a = (
        (score - mean if np.ptp(score) > 0 else np.zeros_like(score))
        for score, mean in ((before, mean_before), (later, mean_later))
    )
    return PairedMoments(len(before), mean_before, mean_later, float(b @ b), float(a @ a), float(b @ a))


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """A mean with its t interval, and p for a mean of zero; `reason` says why when there is none."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    df: float = np.nan
    reason: str | None = None


def mean_with_interval(mean: float, sd: float, n: int, confidence: float = 0.95) -> MeanEstimate:
    """t interval of a mean, n - 1 degrees of freedom; two-sided p for a mean of zero.

    Applied to the change scores this is the paired t test (Student 1908, Biometrika 6:1). `reason`: `empty_group`,
    `too_few` (one person), `no_variance` (the mean is given, nothing else).

    Examples
    --------
    Three changes of -1, -2 and -3: the standard error is 1 / sqrt(3).

    >>> round(mean_with_interval(-2.0, 1.0, 3).std_error, 6)
    0.57735
    """
    if n == 0:
        return MeanEstimate(np.nan, reason="empty_group")
    if n == 1:
        return MeanEstimate(mean, reason="too_few")
    if not sd > 0:
        return MeanEstimate(mean, 0.0, df=n - 1, reason="no_variance")
    error, df = sd / np.sqrt(n), n - 1
    half = stdtrit(df, 0.5 + confidence / 2) * error
    return MeanEstimate(
        mean, float(error), float(mean - half), float(mean + half), float(2 * stdtr(df, -abs(mean / error))), df
    )


def correlation_interval(correlation: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Limits by Fisher's z with standard error 1 / sqrt(n - 3), as R's `cor.test`; NaN below four people or at -1 and 1.

    >>> low, high = correlation_interval(0.5, 28)
    >>> round(low, 4), round(high, 4)
    (0.156, 0.7358)
    """
    if n < 4 or not abs(correlation) < 1:
        return np.nan, np.nan
    half = ndtri(0.5 + confidence / 2) / np.sqrt(n - 3)
    return float(np.tanh(np.arctanh(correlation) - half)), float(np.tanh(np.arctanh(correlation) + half))
