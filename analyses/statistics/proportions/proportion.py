"""Shares of people with their exact interval."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, ndtri


def exact_interval(count: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson limits of count / n (Clopper & Pearson 1934, Biometrika 26:404); NaN when n is 0.

    Guaranteed to cover, and so wide; Wilson's is narrower and covers on average. As R's `binom.test`.

    >>> low, high = exact_interval(0, 10)
    >>> low, round(high, 6)
    (0.0, 0.308497)

    When not to use
    ---------------
    To compare two shares by whether their intervals overlap: `difference_interval`.
    """
    if not n > 0:
        return np.nan, np.nan
    tail = (1 - confidence) / 2
    low = float(betaincinv(count, n - count + 1, tail)) if count > 0 else 0.0
    return low, float(betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0


def exact_limits(count: np.ndarray, n: np.ndarray, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """`exact_interval` of many shares at once: shape (shares,) each."""
    count, n, tail = np.asarray(count, float), np.asarray(n, float), (1 - confidence) / 2
    low, high = np.where(n > 0, 0.0, np.nan), np.where(n > 0, 1.0, np.nan)
    some, short = (n > 0) & (count > 0), (n > 0) & (count < n)
    low[some] = betaincinv(count[some], n[some] - count[some] + 1, tail)
    high[short] = betaincinv(count[short] + 1, n[short] - count[short], 1 - tail)
    return low, high


def wilson_interval(count: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's score limits of count / n (Wilson 1927, JASA 22:209); NaN when n is 0. As R's `prop.test` without correction.

    Covers 95 % on average, not always at least; narrower than the exact limits, and never outside 0 to 1.

    >>> low, high = wilson_interval(5, 10)
    >>> round(low, 4), round(high, 4)
    (0.2366, 0.7634)
    """
    if n == 0:
        return np.nan, np.nan
    z = float(ndtri(0.5 + confidence / 2))
    share = count / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = 0.0 if count <= 0 else float(centre - half)
    return low, 1.0 if count >= n else float(centre + half)


def difference_interval(
    count: float, n: float, other_count: float, other_n: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of count / n - other_count / other_n from both Wilson intervals; NaN when either n is 0.

    Newcombe 1998, Stat Med 17:873, method 10. Holds at shares of 0 and 1, where the usual normal interval collapses.

    Examples
    --------
    Newcombe's own example, 56 of 70 against 48 of 80 (table II): 0.0524 to 0.3339.

    >>> low, high = difference_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    if n == 0 or other_n == 0:
        return np.nan, np.nan
    (low, high), (other_low, other_high) = (
        wilson_interval(count, n, confidence),
        wilson_interval(other_count, other_n, confidence),
    )
    one, other = count / n, other_count / other_n
    return (
        float(one - other - np.hypot(one - low, other_high - other)),
        float(one - other + np.hypot(high - one, other - other_low)),
    )
