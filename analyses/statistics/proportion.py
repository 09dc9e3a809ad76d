"""Shares of people with their exact interval."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv


def exact_interval(count: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson limits of count / n (Clopper & Pearson 1934, Biometrika 26:404); NaN when n is 0.

    Guaranteed to cover, and so wide; Wilson's is narrower and covers on average. As R's `binom.test`.

    >>> low, high = exact_interval(0, 10)
    >>> low, round(high, 6)
    (0.0, 0.308497)
    """
    if n == 0:
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low = float(betaincinv(count, n - count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0
    return low, high
