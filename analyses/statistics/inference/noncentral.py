"""The noncentrality of a t statistic: its limits, the exact interval behind standardised effects, and the power of a t test.

Own code because scipy's inverse of the noncentral t stops at about 1e-7, and its far tail has no value.
"""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtr, nctdtrinc, stdtrit

_STEPS = 30
_RELATIVE_WIDTH = 1e-12


def noncentrality_interval(t: float, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """The noncentralities under which `t` would be the upper and the lower tail quantile.

    A standardised effect is its noncentrality over a known root of n, so these limits are exact under normality (Steiger &
    Fouladi 1997, in What if there were no significance tests, ch. 9). scipy's inverse stops at about 1e-7, and is polished
    here by secant steps on its distribution function.

    Examples
    --------
    With many degrees of freedom the limits are those of a normal mean.

    >>> low, high = noncentrality_interval(3.0, 1e7)
    >>> round(low, 4), round(high, 4)
    (1.04, 4.96)
    """
    tail = (1 - confidence) / 2
    return _noncentrality(t, df, 1 - tail), _noncentrality(t, df, tail)


def chance_of_t(noncentrality: float, df: float, alpha: float = 0.05) -> float:
    """Chance that a t statistic lies beyond either quantile of alpha: the power of a two-sided t test.

    `noncentrality` is the true effect in standard errors, 0 or more. As R's `pwr.t.test`, which counts both tails.

    >>> round(chance_of_t(0.0, 10), 12), chance_of_t(20.0, 1e4)
    (0.05, 1.0)

    When not to use
    ---------------
    After the data are in, of the effect that they show: that is the p-value told otherwise.
    """
    critical = stdtrit(df, 1 - alpha / 2)
    above, below = 1 - nctdtr(df, noncentrality, critical), 1 - nctdtr(df, -noncentrality, critical)
    # scipy has no value of what is 1 to the last digit
    return float(above + np.nan_to_num(below, nan=0.0))


def _noncentrality(t: float, df: float, probability: float) -> float:
    def excess(noncentrality: float) -> float:
        return float(nctdtr(df, noncentrality, t)) - probability

    previous = float(nctdtrinc(df, probability, t))
    current = previous + 1e-5
    f_previous, f_current = excess(previous), excess(current)
    for _ in range(_STEPS):
        if f_current == f_previous or abs(current - previous) <= _RELATIVE_WIDTH * max(abs(current), 1.0):
            break
        previous, current, f_previous = (
            current,
            current - f_current * (current - previous) / (f_current - f_previous),
            f_current,
        )
        f_current = excess(current)
    return float(current if np.isfinite(current) else previous)
