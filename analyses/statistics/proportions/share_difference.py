"""The difference between two shares of people, and the number needed to treat that follows from it.

Own code because the score limits of statsmodels 0.15 (`confint_proportions_2indep` with `method="score"`) raise when a share is 0 or 1, and
miss those of Miettinen and Nurminen otherwise: 0.0526 to 0.3440 for 56 of 70 against 48 of 80, where Newcombe (1998, table II) has
0.0528 to 0.3382. Newcombe's limits are those of statsmodels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from analyses.statistics.proportions.proportion import NO_LIMITS, Limits

_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class ShareDifference:
    """First share minus second, its limits (within -1 and 1), and p for no difference; `reason` when there is none.

    `std_error` is the width of the interval over 2 z: what a normal interval of this width would have.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """People to treat for one more with the outcome (below 0: for one fewer), with limits; see `number_needed_to_treat`."""

    estimate: float
    ci_low: float = np.nan
    ci_high: float = np.nan
    through_infinity: bool = False
    reason: str | None = None


def difference_interval(count: float, n: float, other_count: float, other_n: float, confidence: float = 0.95) -> Limits:
    """Limits of count / n - other_count / other_n from both Wilson intervals; NaN when either n is 0.

    Newcombe 1998, Stat Med 17:873, method 10. Holds at shares of 0 and 1, where the usual normal interval collapses.

    Examples
    --------
    Newcombe's own example, 56 of 70 against 48 of 80 (table II): 0.0524 to 0.3339.

    >>> low, high = difference_interval(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    if not (n > 0 and other_n > 0):
        return NO_LIMITS
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(count, n, other_count, other_n, method="newcomb", alpha=1 - confidence)
    return Limits(max(float(low), -1.0), min(float(high), 1.0))


def newcombe_difference(
    count: float, n: float, other_count: float, other_n: float, confidence: float = 0.95
) -> ShareDifference:
    """count / n - other_count / other_n with Newcombe's limits (`difference_interval`), no p. `reason`: `empty_group`.

    >>> round(newcombe_difference(56, 70, 48, 80).estimate, 6)
    0.2
    """
    if not (n > 0 and other_n > 0):
        return ShareDifference(np.nan, reason="empty_group")
    low, high = difference_interval(count, n, other_count, other_n, confidence)
    error = (high - low) / (2 * float(ndtri(0.5 + confidence / 2)))
    return ShareDifference(count / n - other_count / other_n, error, low, high)


def miettinen_nurminen_difference(
    count: float, n: float, other_count: float, other_n: float, confidence: float = 0.95
) -> ShareDifference:
    """count / n - other_count / other_n with score limits and the score test of no difference.

    Limits are the differences that a score test does not reject, its variance that of the most likely shares with that difference, times
    N / (N - 1) (Miettinen & Nurminen 1985, Stat Med 4:213, equations 8 to 10; SAS' MN, R's `ratesci::scoreci(skew = FALSE)`). Without
    that factor they are Mee's. `p_value` is that of the same test: Pearson's chi-squared times (N - 1) / N. `reason`: `empty_group`.

    When not to use
    ---------------
    With people in clusters (providers): they are taken as independent.

    Examples
    --------
    56 of 70 against 48 of 80 in Newcombe (1998), table II: 0.0528 to 0.3382. Nobody of 10 against nobody of 20 still has a width.

    >>> found = miettinen_nurminen_difference(56, 70, 48, 80)
    >>> round(found.ci_low, 4), round(found.ci_high, 4)
    (0.0528, 0.3382)
    >>> nobody = miettinen_nurminen_difference(0, 10, 0, 20)
    >>> round(nobody.ci_low, 4), round(nobody.ci_high, 4), nobody.p_value
    (-0.1658, 0.2844, 1.0)
    """
    if not (n > 0 and other_n > 0):
        return ShareDifference(np.nan, reason="empty_group")
    found, z = count / n - other_count / other_n, float(ndtri(0.5 + confidence / 2))

    def inside(difference: float) -> bool:
        return (found - difference) ** 2 <= z**2 * _score_variance(count, n, other_count, other_n, difference)

    low, high = (_last_inside(found, end, inside) for end in (-1.0, 1.0))
    none = _score_variance(count, n, other_count, other_n, 0.0)
    p_value = float(2 * ndtr(-abs(found) / math.sqrt(none))) if none > 0 else 1.0
    return ShareDifference(found, (high - low) / (2 * z), low, high, p_value)


def number_needed_to_treat(difference: ShareDifference) -> NumberNeeded:
    """1 over a difference of shares, with limits through infinity (Altman 1998, BMJ 317:1309).

    The limits of the difference are turned over: `ci_low` is 1 over its upper limit and `ci_high` 1 over its lower. When the difference can
    be 0 the number can be infinite: `ci_low` then is above 0 and `ci_high` below, `through_infinity` is true, and the interval runs from
    `ci_low` people to treat for one more with the outcome, through infinity, to -`ci_high` for one fewer. A limit at a difference of
    exactly 0 is infinite and left out (NaN). `reason`: that of the difference, or `no_difference` (the number is infinite).

    When not to use
    ---------------
    As the only number: give the difference beside it. Without randomised arms it is not what treating brings about. Not for events
    over time, where it depends on the moment.

    Examples
    --------
    Altman's: a difference of 10 points, from -5 to 25, is 10 to treat, from 4 through infinity to 20 for harm.

    >>> found = number_needed_to_treat(ShareDifference(0.10, ci_low=-0.05, ci_high=0.25))
    >>> found.estimate, found.ci_low, found.ci_high, found.through_infinity
    (10.0, 4.0, -20.0, True)
    """
    if difference.reason:
        return NumberNeeded(np.nan, reason=difference.reason)
    if difference.estimate == 0:
        return NumberNeeded(np.nan, reason="no_difference")
    low, high = (1 / limit if limit else np.nan for limit in (difference.ci_high, difference.ci_low))
    return NumberNeeded(1 / difference.estimate, low, high, bool(difference.ci_low <= 0 <= difference.ci_high))


def _last_inside(start: float, end: float, inside: Callable[[float], bool]) -> float:
    """Where a limit lies between the estimate, which is inside, and the end of the scale; found by halving."""
    if inside(end):
        return end
    for _ in range(_HALVINGS):
        middle = (start + end) / 2
        start, end = (middle, end) if inside(middle) else (start, middle)
    return start


def _score_variance(x: float, n: float, y: float, m: float, difference: float) -> float:
    """Variance of the difference of both shares under the most likely shares p + difference and p, the root of a cubic."""
    total = n + m
    b = (n + 2 * m) * difference - total - x - y
    c = (m * difference - total - 2 * y) * difference + x + y
    d = y * difference * (1 - difference)
    q = b**3 / (3 * total) ** 3 - b * c / (6 * total**2) + d / (2 * total)
    root = math.copysign(math.sqrt(max(b**2 / (3 * total) ** 2 - c / (3 * total), 0.0)), q)
    angle = (math.pi + math.acos(min(max(q / root**3, -1.0), 1.0))) / 3 if root**3 else math.pi / 2
    p = min(max(2 * root * math.cos(angle) - b / (3 * total), -difference, 0.0), 1.0 - difference, 1.0)
    return ((p + difference) * (1 - p - difference) / n + p * (1 - p) / m) * total / (total - 1)
