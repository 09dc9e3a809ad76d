"""Tests that two curves are equal at one week, on the scales of Klein, Logan, Harhoff & Andersen (2007).

Own code because lifelines has the log-log test alone, and takes people. It is a second opinion in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc

from analyses.statistics.events.survival_curve import SurvivalCurve, survival_at

Scale = Literal["plain", "log", "log-log", "logit", "arcsine"]
SCALES: tuple[Scale, ...] = get_args(Scale)


@dataclass(frozen=True, slots=True)
class FixedTimeTest:
    """Chi-squared with 1 df on a scale of survival; `reason` as of `survival_at`, or `no_information` where a curve is at 0 or 1."""

    statistic: float
    df: int
    p_value: float
    scale: Scale
    reason: str | None = None


def fixed_time_test(one: SurvivalCurve, other: SurvivalCurve, at_week: int, *, scale: Scale = "log-log") -> FixedTimeTest:
    """Test whether survival of two independent groups is equal at a week.

    (g(S1) - g(S2))^2 over the sum of both variances of g(S), by the delta method from Greenwood's: S itself, log S, log(-log S), logit S or
    the arcsine of the root of S (Klein et al. 2007, Stat Med 26:4505, equations 2 to 6). They found log-log and logit to keep 5 % best
    with some 25 people per group, the untransformed test to reject too often.

    Raises
    ------
    ValueError
        An unknown scale, a week that is none.

    When not to use
    ---------------
    With a curve at 0 or 1, or with a dozen people: `survival_difference`, which has a p there. At a week chosen after seeing the
    curves.

    Examples
    --------
    Three of four against two of four without an event: variances of log S 1/12 and 1/4.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> one = survival_curve(event_counts(np.array([1, 2, 2, 2]), np.array([1, 0, 0, 0])))
    >>> other = survival_curve(event_counts(np.array([1, 1, 2, 2]), np.array([1, 1, 0, 0])))
    >>> round(fixed_time_test(one, other, 2, scale="log").statistic, 6), round(3 * float(np.log(1.5)) ** 2, 6)
    (0.493206, 0.493206)
    """
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}")
    answers = survival_at(one, at_week), survival_at(other, at_week)
    reason = answers[0].reason or answers[1].reason
    if reason is None and not all(answer.std_error > 0 for answer in answers):
        reason = "no_information"
    if reason:
        return FixedTimeTest(np.nan, 1, np.nan, scale, reason)
    (a, a_error), (b, b_error) = (_turned(answer.estimate, answer.std_error, scale) for answer in answers)
    statistic = float((a - b) ** 2 / (a_error**2 + b_error**2))
    return FixedTimeTest(statistic, 1, float(chdtrc(1, statistic)), scale)


def _turned(share: float, error: float, scale: Scale) -> tuple[float, float]:
    """The share and its error on the scale."""
    if scale == "plain":
        return share, error
    if scale == "log":
        return np.log(share), error / share
    if scale == "log-log":
        return np.log(-np.log(share)), error / (share * -np.log(share))
    if scale == "logit":
        return np.log(share / (1 - share)), error / (share * (1 - share))
    return np.arcsin(np.sqrt(share)), error / (2 * np.sqrt(share * (1 - share)))
