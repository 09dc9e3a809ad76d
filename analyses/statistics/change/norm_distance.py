"""How far the mean of a group lies from that of a norm group, in SDs of the norm group.

Own code because no library compares a group with a norm of which only the mean, SD and n are printed.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from analyses.statistics.change.paired_change import MeanEstimate, mean_with_interval


def distance_from_norm(
    mean: float,
    sd: float,
    n: int,
    norm_mean: float,
    norm_sd: float,
    norm_n: int | None = None,
    sign: int = 1,
    confidence: float = 0.95,
) -> MeanEstimate:
    """(mean - norm mean) / norm SD with its t interval; `sign` -1 where lower is better, so that + is better than the norm.

    With the size of the norm group known, its sampling error is added and the degrees of freedom are Welch's (1947, Biometrika 34:28);
    otherwise the norm counts as exact and they are n - 1. The norm's SD counts as exact in either case. No p: a norm is no hypothesis.
    `reason` as `mean_with_interval`.

    When not to use
    ---------------
    With a norm of another version, language or age than the group's.

    Examples
    --------
    A mean of 12 against 8.6 (5.0): 0.68 SD above.

    >>> round(distance_from_norm(12, 5, 25, 8.6, 5.0).estimate, 2)
    0.68
    """
    own = mean_with_interval(mean, sd, n, confidence)
    estimate = float(sign * (mean - norm_mean) / norm_sd)
    if own.reason:
        return MeanEstimate(estimate, reason=own.reason)
    variance, df = own.std_error**2, float(own.df)
    if norm_n is not None and norm_n > 1:
        of_norm = norm_sd**2 / norm_n
        df = (variance + of_norm) ** 2 / (variance**2 / (n - 1) + of_norm**2 / (norm_n - 1))
        variance += of_norm
    error = float(np.sqrt(variance)) / norm_sd
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return MeanEstimate(estimate, error, estimate - half, estimate + half, df=df)
