"""Limits of one share of people, or of many shares at once.

Own code because the door asks for the exact limits of many shares in tight loops: `exact_limits` takes arrays, and does not import
scipy.stats. Wilson's and Jeffreys' limits are those of statsmodels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv


class Limits(NamedTuple):
    """Lower and upper limit, numbers or arrays alike."""

    ci_low: float
    ci_high: float


NO_LIMITS = Limits(np.nan, np.nan)


def exact_interval(count: float, n: float, confidence: float = 0.95) -> Limits:
    """Clopper-Pearson limits of count / n (Clopper & Pearson 1934, Biometrika 26:404); NaN when n is 0.

    Guaranteed to cover, and so wide; Wilson's is narrower and covers on average. As R's `binom.test`.

    >>> low, high = exact_interval(0, 10)
    >>> low, round(high, 6)
    (0.0, 0.308497)

    When not to use
    ---------------
    To compare two shares by whether their intervals overlap: `share_difference.difference_interval`.
    """
    if not n > 0:
        return NO_LIMITS
    tail = (1 - confidence) / 2
    low = float(betaincinv(count, n - count + 1, tail)) if count > 0 else 0.0
    return Limits(low, float(betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0)


def exact_limits(count: np.ndarray, n: np.ndarray, confidence: float = 0.95) -> Limits:
    """`exact_interval` of many shares at once: shape (shares,) each.

    >>> exact_limits(np.array([0, 10]), np.array([10, 10])).ci_low.round(6).tolist()
    [0.0, 0.691503]
    """
    count, n, tail = np.asarray(count, float), np.asarray(n, float), (1 - confidence) / 2
    low, high = np.where(n > 0, 0.0, np.nan), np.where(n > 0, 1.0, np.nan)
    some, short = (n > 0) & (count > 0), (n > 0) & (count < n)
    low[some] = betaincinv(count[some], n[some] - count[some] + 1, tail)
    high[short] = betaincinv(count[short] + 1, n[short] - count[short], 1 - tail)
    return Limits(low, high)


def wilson_interval(count: float, n: float, confidence: float = 0.95) -> Limits:
    """Wilson's score limits of count / n (Wilson 1927, JASA 22:209); NaN when n is 0. As R's `prop.test` without correction.

    Covers 95 % on average, not always at least; narrower than the exact limits, and never outside 0 to 1.

    >>> low, high = wilson_interval(5, 10)
    >>> round(low, 4), round(high, 4)
    (0.2366, 0.7634)
    """
    if not n > 0:
        return NO_LIMITS
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, n, 1 - confidence, "wilson")
    # what is 0 or 1 by algebra is not quite so in floating point
    return Limits(0.0 if count <= 0 else float(low), 1.0 if count >= n else float(high))


def jeffreys_interval(count: float, n: float, confidence: float = 0.95) -> Limits:
    """Jeffreys' limits of count / n: quantiles of beta(count + 1/2, n - count + 1/2); NaN when n is 0.

    From 0 when nobody and up to 1 when everybody (Brown, Cai & DasGupta 2001, Stat Sci 16:101, section 4.3); R's DescTools calls this
    "modified jeffreys", statsmodels' own does not do it. Close to the mid-p limits, and narrower than the exact ones.

    >>> low, high = jeffreys_interval(0, 10)
    >>> low, round(high, 6)
    (0.0, 0.217196)
    """
    if not n > 0:
        return NO_LIMITS
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, n, 1 - confidence, "jeffreys")
    return Limits(0.0 if count <= 0 else float(low), 1.0 if count >= n else float(high))
