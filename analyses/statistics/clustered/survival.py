"""A survival curve of people who hang together in clusters (providers): how much wider its interval must be.

Own code because no Python library has errors by cluster of a Kaplan-Meier curve. From counts per cluster: they add up, and no person is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from analyses.statistics.clustered.influence import ClusterInfluence, restricted_mean_influence, survival_influence
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.restricted_mean import restricted_mean
from analyses.statistics.events.survival_curve import Estimate, SurvivalCurve, survival_curve, unknown_at
from analyses.statistics.models.cluster_error import cluster_error


@dataclass(frozen=True, slots=True)
class ClusterDesign:
    """`estimate`: the design effect, the variance by cluster over Greenwood's; `df`: the degrees of freedom behind it."""

    estimate: float
    df: float = np.nan
    reason: str | None = None


def survival_design(counts: Sequence[EventCounts], at_week: int) -> ClusterDesign:
    """The design effect of the curve of all clusters together, at a week.

    Parameters
    ----------
    counts
        One per cluster.

    A cluster's influence on log S(t) is - sum (d_j - n_j d / n) / (n - d) over the weeks (infinitesimal jackknife, as R's
    `survfit(..., cluster =)`); its variance is that of a mean with CR2 and Satterthwaite's degrees of freedom (`cluster_error`).

    `reason`: as in `cluster_error`; why the curve says nothing of the week; `no_events`; `survival_is_zero`.

    Examples
    --------
    Two clusters of ten, three and three events: they do not differ.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = event_counts(np.full(10, 5), np.array([1] * 3 + [0] * 7))
    >>> survival_design([one, one], 5).reason
    'no_variance'
    """
    counts = [one for one in counts if one.size]
    if not counts:
        return ClusterDesign(np.nan, reason="empty_group")
    curve = survival_curve(sum(counts[1:], counts[0]))
    reason = unknown_at(curve, at_week)
    if reason:
        return ClusterDesign(np.nan, reason=reason)
    until = min(at_week, curve.last_week)
    error = float(curve.std_error[until])
    if not curve.events[: until + 1].any():
        return ClusterDesign(np.nan, reason="no_events")
    if curve.survival[until] <= 0:
        return ClusterDesign(np.nan, reason="survival_is_zero")
    return design_of(survival_influence(counts, at_week), error)


def restricted_mean_design(counts: Sequence[EventCounts], horizon_weeks: int) -> ClusterDesign:
    """The design effect of the mean time without an event, as `survival_design`; `reason` also that of `restricted_mean`.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one, other = (event_counts(np.full(10, 5), np.array([1] * d + [0] * (10 - d))) for d in (2, 6))
    >>> restricted_mean_design([one, other], 5).reason
    'no_events'
    """
    counts = [one for one in counts if one.size]
    if not counts:
        return ClusterDesign(np.nan, reason="empty_group")
    curve = survival_curve(sum(counts[1:], counts[0]))
    found = restricted_mean(curve, horizon_weeks)
    if found.reason:
        return ClusterDesign(np.nan, reason=found.reason)
    if not curve.events[:horizon_weeks].any():
        return ClusterDesign(np.nan, reason="no_events")
    return design_of(restricted_mean_influence(counts, horizon_weeks), found.std_error)


def design_of(influence: ClusterInfluence, error: float) -> ClusterDesign:
    """The variance by cluster of an answer over the square of its `error` for independent people.

    >>> found = design_of(ClusterInfluence(0.5, np.array([-0.2, 0.2]), np.array([10.0, 10.0])), 0.2)
    >>> round(found.estimate, 6), round(found.df, 6)
    (4.0, 1.0)
    """
    found = cluster_error(influence.total * influence.size.sum(), influence.size)
    if found.reason:
        return ClusterDesign(np.nan, reason=found.reason)
    if not error > 0:
        return ClusterDesign(np.nan, reason="no_variance")
    return ClusterDesign(found.std_error**2 / error**2, found.df)


def survival_with_design(
    curve: SurvivalCurve, at_week: int, design_effect: float, df: float, confidence: float = 0.95
) -> Estimate:
    """Survival at a week, its log-log limits widened by a design effect and the quantile of t.

    `reason`: why the curve says nothing of the week; `no_variance` where it is at 1 or 0; `no_residual_df`.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = survival_curve(event_counts(np.array([1, 2, 3, 3]), np.array([1, 1, 0, 0])))
    >>> found = survival_with_design(curve, 2, 1.0, 1e9)
    >>> round(found.ci_low, 4), round(float(curve.ci_low[2]), 4)
    (0.0578, 0.0578)
    """
    reason = unknown_at(curve, at_week)
    if reason:
        return Estimate(np.nan, reason=reason)
    week = min(at_week, len(curve.survival) - 1)
    share, error = float(curve.survival[week]), float(curve.std_error[week])
    return share_with_design(share, error, design_effect, df, confidence)


def share_with_design(share: float, error: float, design_effect: float, df: float, confidence: float = 0.95) -> Estimate:
    """A share of a curve whose error takes people as independent, its log-log limits widened by a design effect and the quantile of t.

    `reason`: `no_variance` where it is at 0 or 1; `no_residual_df`.

    The power of the limits is exp(1.96 * 0.2 / (0.5 * 0.6931)) = 3.099: 0.5 to that power is 0.1167.

    >>> found = share_with_design(0.5, 0.1, 4.0, 1e9)
    >>> found.std_error, round(found.ci_low, 4), round(found.ci_high, 4)
    (0.2, 0.1167, 0.7996)
    """
    if not (error > 0 and 0 < share < 1):
        return Estimate(share, reason="no_variance")
    if not (df >= 1 and design_effect > 0):
        return Estimate(share, reason="no_residual_df")
    wider = error * np.sqrt(design_effect)
    power = np.exp(stdtrit(df, 0.5 + confidence / 2) * wider / abs(share * np.log(share)))
    return Estimate(share, float(wider), float(share**power), float(share ** (1 / power)), df=float(df), limits_by="log-log")


def restricted_mean_with_design(
    curve: SurvivalCurve, horizon_weeks: int, design_effect: float, df: float, confidence: float = 0.95
) -> Estimate:
    """The mean time without an event, its limits to either side wider by the root of a design effect and t over the normal quantile.

    `reason`: that of `restricted_mean`; `no_variance`; `no_residual_df`.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = survival_curve(event_counts(np.arange(1, 41), np.ones(40, int)))
    >>> alone, found = restricted_mean(curve, 40), restricted_mean_with_design(curve, 40, 4.0, 1e9)
    >>> round(float((found.ci_high - found.ci_low) / (alone.ci_high - alone.ci_low)), 6)
    2.0
    """
    alone = restricted_mean(curve, horizon_weeks)
    if alone.reason or not alone.std_error > 0:
        return Estimate(alone.estimate, reason=alone.reason or "no_variance")
    if not (df >= 1 and design_effect > 0):
        return Estimate(alone.estimate, reason="no_residual_df")
    wider = np.sqrt(design_effect) * float(stdtrit(df, 0.5 + confidence / 2) / ndtri(0.5 + confidence / 2))
    low, high = (
        alone.estimate - wider * (alone.estimate - alone.ci_low),
        alone.estimate + wider * (alone.ci_high - alone.estimate),
    )
    error = float(alone.std_error * np.sqrt(design_effect))
    return Estimate(
        alone.estimate, error, float(max(low, 0.0)), float(min(high, horizon_weeks)), df=float(df), limits_by=alone.limits_by
    )
