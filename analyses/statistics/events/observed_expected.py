"""What the observed and expected events of a log-rank test say beside its p: the hazard ratio without a model, and a trend over ordered groups.

Own code because neither lifelines nor statsmodels has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.inference.wald import normal_quantile, two_sided_p


@dataclass(frozen=True, slots=True)
class LogRankTrend:
    """A test that the hazard rises or falls over ordered groups: chi-squared with 1 df; `reason` as of `LogRank`."""

    statistic: float
    df: int
    p_value: float
    reason: str | None = None


def hazard_ratio_peto(one: EventCounts, other: EventCounts, *, confidence: float = 0.95) -> Estimate:
    """Hazard ratio (first over second) from one step: exp((O - E) / V) with O, E and V of the first group's log-rank test.

    The logarithm has standard error 1 / sqrt(V); the interval is normal there, and p that of the log-rank test (Peto et al. 1977,
    Br J Cancer 35:1, appendix 3; Berry, Kitchin & Mock 1991, Stat Med 10:749). It exists when one group has no event. `std_error` is that
    of the ratio. `reason` as of `log_rank`.

    When not to use
    ---------------
    When the ratio is far from 1 or the groups differ much in size: it is drawn towards 1. Then the Cox model.

    Examples
    --------
    One event in each of two groups of one, the first one's earlier: O - E = 1/2, V = 1/4, so e^2.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one, other = (event_counts(np.array([week]), np.array([1])) for week in (1, 2))
    >>> round(hazard_ratio_peto(one, other).estimate, 6)
    7.389056
    """
    test = log_rank([one, other])
    if test.reason:
        return Estimate(np.nan, reason=test.reason)
    variance = test.covariance[0, 0]
    return _ratio((test.observed[0] - test.expected[0]) / variance, 1 / np.sqrt(variance), confidence)


def hazard_ratio_pike(one: EventCounts, other: EventCounts, *, confidence: float = 0.95) -> Estimate:
    """Hazard ratio (first over second) from observed over expected events of both groups, O1/E1 over O2/E2.

    The logarithm has standard error sqrt(1/E1 + 1/E2), and the interval is normal there (Berry, Kitchin & Mock 1991, Stat Med
    10:749; it is Pike's, and what Stata and GraphPad print). `reason` as of `log_rank`, or `log_of_zero` when a group has no event.

    When not to use
    ---------------
    When the hazards are not in one ratio over time. With few events: nearer to 1 than it is.

    Examples
    --------
    One event in each of two groups of one, the first one's earlier: E = 1/2 and 3/2.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one, other = (event_counts(np.array([week]), np.array([1])) for week in (1, 2))
    >>> round(hazard_ratio_pike(one, other).estimate, 9)
    3.0
    """
    test = log_rank([one, other])
    if test.reason:
        return Estimate(np.nan, reason=test.reason)
    observed, expected = np.array(test.observed), np.array(test.expected)
    if not (observed > 0).all():
        return Estimate(np.nan, reason="log_of_zero")
    first, second = np.log(observed / expected)
    return _ratio(first - second, np.sqrt(np.sum(1 / expected)), confidence)


def _ratio(log: float, error: float, confidence: float) -> Estimate:
    z, ratio = normal_quantile(confidence), float(np.exp(log))
    low, high = float(np.exp(log - z * error)), float(np.exp(log + z * error))
    return Estimate(ratio, float(ratio * error), low, high, float(two_sided_p(log / error)), limits_by="log")


def log_rank_trend(groups: Sequence[EventCounts], scores: Sequence[float] | None = None) -> LogRankTrend:
    """Test whether the hazard rises or falls over groups in an order: (sum of score (O - E))^2 over its variance, 1 df.

    Tarone (1975, Biometrika 62:679); Klein & Moeschberger (2003, equation 7.4.1). With two groups it is the log-rank test.

    Parameters
    ----------
    groups
        In their order.
    scores
        One per group; default 0, 1, 2, ...

    Raises
    ------
    ValueError
        Not one score per group.

    When not to use
    ---------------
    When the order of the groups was found in these data, or has no meaning: the log-rank test of all groups.

    Examples
    --------
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> groups = [event_counts(np.array([week]), np.array([1])) for week in (1, 2, 3)]
    >>> round(log_rank_trend(groups).statistic, 6)
    2.454545
    """
    values = np.arange(len(groups), dtype=float) if scores is None else np.asarray(scores, float)
    if values.shape != (len(groups),):
        raise ValueError("scores must be one per group")
    test = log_rank(groups)
    variance = float(values @ test.covariance @ values)
    reason = test.reason or (None if variance > 1e-12 else "no_information")
    if reason:
        return LogRankTrend(np.nan, 1, np.nan, reason)
    statistic = float((values @ (np.array(test.observed) - np.array(test.expected))) ** 2 / variance)
    return LogRankTrend(statistic, 1, float(chdtrc(1, statistic)))
