"""The restricted mean: the mean number of weeks without an event, up to a horizon."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve, log_ratio, normal_estimate


def restricted_mean(curve: SurvivalCurve, horizon_weeks: int) -> Estimate:
    """Area under the survival curve from 0 to a horizon in weeks, with a normal interval.

    The variance is the sum over event weeks t of (area from t to the horizon)^2 d / (n (n - d)) (Klein & Moeschberger 2003,
    equation 4.5.2), as `print(survfit, rmean=)` in R. lifelines' `return_variance` is another quantity: the variance of the
    time itself (pitfall T7).

    Parameters
    ----------
    horizon_weeks
        Chosen beforehand. Must not lie beyond the last week of observation unless the curve has reached 0:
        `reason` is then `follow_up_too_short`. R's `survfit` draws the last value out instead; survRM2 refuses as this does.

    Raises
    ------
    ValueError
        A horizon below one week.

    When not to use
    ---------------
    With a horizon chosen after seeing the data, or close to the end where hardly anybody is followed: the normal interval is
    then too narrow. With fewer than some 20 people per group it is a little too narrow anyhow (docs/simulation-events.md).

    Examples
    --------
    One of two people has the event in week 1: the area to week 3 is 1 + 0.5 + 0.5.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> restricted_mean(survival_curve(event_counts(np.array([1, 3]), np.array([1, 0]))), 3).estimate
    2.0
    """
    horizon = int(whole_weeks(horizon_weeks, "horizon_weeks", minimum=1))
    if not curve.at_risk.any():
        return Estimate(np.nan, reason="empty_group")
    last = len(curve.survival) - 1
    if horizon > curve.last_week and curve.survival[last] > 0:
        return Estimate(np.nan, reason="follow_up_too_short")
    survival = np.concatenate([curve.survival, np.full(max(0, horizon - last), curve.survival[last])])[:horizon]
    area = float(survival.sum())
    beyond = area - np.concatenate([[0.0], np.cumsum(survival)[:-1]])
    events = np.zeros(horizon)
    at_risk = np.ones(horizon)
    seen = min(horizon, last + 1)
    events[:seen], at_risk[:seen] = curve.events[:seen], np.maximum(curve.at_risk[:seen], 1)
    informative = (events > 0) & (at_risk > events)
    terms = events[informative] / (at_risk[informative] * (at_risk[informative] - events[informative]))
    error = float(np.sqrt(np.sum(beyond[informative] ** 2 * terms)))
    z = ndtri(0.5 + curve.confidence / 2)
    if error == 0:
        return Estimate(area, 0.0)
    return Estimate(area, error, area - z * error, area + z * error)


def restricted_mean_difference(one: SurvivalCurve, other: SurvivalCurve, horizon_weeks: int) -> Estimate:
    """Difference of two independent restricted means (first minus second), with normal interval and test.

    Royston & Parmar (2013, BMC Med Res Methodol 13:152); as R's survRM2. Needs no proportional hazards.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> one, other = (survival_curve(event_counts(np.array([week, 3]), np.array([1, 0]))) for week in (2, 1))
    >>> restricted_mean_difference(one, other, 3).estimate
    0.5
    """
    a, b = restricted_mean(one, horizon_weeks), restricted_mean(other, horizon_weeks)
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    return normal_estimate(a.estimate - b.estimate, np.hypot(a.std_error, b.std_error), one.confidence)


def restricted_mean_ratio(one: SurvivalCurve, other: SurvivalCurve, horizon_weeks: int) -> Estimate:
    """Ratio of two independent restricted means (first over second), interval and test on the log scale (delta method).

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> one, other = (survival_curve(event_counts(np.array([week, 3]), np.array([1, 0]))) for week in (2, 1))
    >>> restricted_mean_ratio(one, other, 3).estimate
    1.25

    Standard error of the log ratio: the root of the sum of (SE / mean)^2 (Uno et al. 2014, J Clin Oncol 32:2380).

    When not to use
    ---------------
    With a horizon chosen after seeing the curves, or beyond the last week in which one of the groups was followed.
    """
    a, b = restricted_mean(one, horizon_weeks), restricted_mean(other, horizon_weeks)
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    if a.estimate <= 0 or b.estimate <= 0:
        return Estimate(np.nan, reason="mean_is_zero")
    return log_ratio(a.estimate, a.std_error, b.estimate, b.std_error, one.confidence)
