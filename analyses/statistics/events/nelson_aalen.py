"""The Nelson-Aalen cumulative hazard from weekly counts.

Own code because lifelines takes people, and tied events one after another unless told otherwise. It is a second opinion in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.inference.wald import normal_quantile


@dataclass(frozen=True, slots=True, eq=False)
class NelsonAalen:
    """Cumulative hazard by each week 0, 1, 2, ...; arrays have shape (weeks,).

    Parameters
    ----------
    at_risk, events
        Counts in each week.
    hazard
        0 or more; not a share: about minus the logarithm of survival.
    std_error, ci_low, ci_high
        Limits are NaN while the hazard is 0.
    last_week, beyond
        As of `SurvivalCurve`.
    """

    at_risk: np.ndarray
    events: np.ndarray
    hazard: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    confidence: float
    last_week: int
    beyond: str | None


def nelson_aalen(counts: EventCounts, *, confidence: float = 0.95) -> NelsonAalen:
    """Cumulative hazard: the sum of d / n over the weeks, with variance the sum of d / n^2.

    Aalen (1978, Ann Stat 6:701), as `cumhaz` and `std.chaz` of R's `survfit`; tied events at once (`ctype = 1`). lifelines takes tied
    events one after another and gets more. The interval is exp(log H +- z SE / H) (Klein & Moeschberger 2003, equation 4.3.7).

    When not to use
    ---------------
    As a risk: it is not bounded by 1. With competing events: the cumulative incidence.

    Examples
    --------
    Two events among four people, one in week 1 and one in week 2: 1/4, then 1/4 + 1/3.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> nelson_aalen(event_counts(np.array([1, 2, 3, 3]), np.array([1, 1, 0, 0]))).hazard.round(6).tolist()
    [0.0, 0.25, 0.583333, 0.583333]
    """
    z = normal_quantile(confidence)
    everyone, happened = counts.at_risk, counts.all_events
    at_risk, events = np.maximum(everyone, 1).astype(float), happened.astype(float)
    hazard, error = np.cumsum(events / at_risk), np.sqrt(np.cumsum(events / at_risk**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.exp(z * np.where(hazard > 0, error / hazard, np.nan))
    return NelsonAalen(everyone, happened, hazard, error, hazard / width, hazard * width, confidence, *counts.known)


def hazard_at(curve: NelsonAalen, at_week: int) -> Estimate:
    """Cumulative hazard by a week.

    Without an event it is 0, from 0 to minus the logarithm of the exact lower limit of survival, -log(0.025) / n with n followed
    (`limits_by` is `exact`); where everybody comes later than the week, without an upper limit. `reason` is `empty_group`,
    `follow_up_too_short` or `nobody_at_risk`.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = nelson_aalen(event_counts(np.array([1, 2, 3, 3]), np.array([1, 1, 0, 0])))
    >>> hazard_at(curve, 1).estimate, round(hazard_at(curve, 0).ci_high, 4), hazard_at(curve, 4).reason
    (0.25, 0.9222, 'follow_up_too_short')
    """
    week = int(whole_weeks(at_week, "at_week"))
    if not curve.at_risk.any():
        return Estimate(np.nan, reason="empty_group")
    if week > curve.last_week:
        return Estimate(np.nan, reason=curve.beyond)
    found, error = float(curve.hazard[week]), float(curve.std_error[week])
    if error > 0:
        return Estimate(found, error, float(curve.ci_low[week]), float(curve.ci_high[week]), limits_by="log")
    followed = float(curve.at_risk[week])
    high = float(-np.log((1 - curve.confidence) / 2) / followed) if followed > 0 else np.nan
    return Estimate(found, ci_low=0.0, ci_high=high, limits_by="exact")
