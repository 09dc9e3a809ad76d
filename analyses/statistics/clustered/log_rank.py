"""The log-rank test between two groups of people who hang together in few clusters (providers): every cluster's part of O - E, as a t test.

Own code because lifelines and statsmodels take people as independent. From counts per cluster and group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.events.event_counts import EventCounts


@dataclass(frozen=True, slots=True)
class ClusteredLogRank:
    """A t statistic, above 0 when the first group has more events than expected, on `df` degrees of freedom; NaN with `reason`."""

    statistic: float
    df: float = np.nan
    p_value: float = np.nan
    reason: str | None = None


def score_by_cluster(one: Sequence[EventCounts], other: Sequence[EventCounts]) -> np.ndarray:
    """Every cluster's part of the log-rank test's O - E of the first group, shape (clusters,).

    Over the weeks the sum of (n_2 / n) (d_1j - n_1j d / n) - (n_1 / n) (d_2j - n_2j d / n): the score residuals of a Cox model without effect
    (Breslow), as R's, added up.

    Parameters
    ----------
    one, other
        Of each cluster the counts of either group, in one order; tables of one length (`event_counts_by_group`).

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = [event_counts(np.array([1]), np.array([1]), table_weeks=3)]
    >>> score_by_cluster(one, [event_counts(np.array([2]), np.array([0]), table_weeks=3)]).tolist()
    [0.5]
    """
    (n1, d1), (n2, d2) = ((np.stack([c.at_risk for c in g]), np.stack([c.all_events for c in g])) for g in (one, other))
    n, d = n1.sum(axis=0) + n2.sum(axis=0), d1.sum(axis=0) + d2.sum(axis=0)
    safe = np.maximum(n, 1)
    first, hazard = n1.sum(axis=0) / safe, d / safe
    return ((1 - first) * (d1 - n1 * hazard) - first * (d2 - n2 * hazard)).sum(axis=1)


def log_rank_by_cluster(one: Sequence[EventCounts], other: Sequence[EventCounts]) -> ClusteredLogRank:
    """Whether two groups have the same hazard, where clusters differ: t on k - 1 degrees of freedom, k the clusters.

    Arguments as in `score_by_cluster`.

    With U_j the parts and R the sum of U_j squared over k times the sum of their squares, t squared is df R / (1 - R). Where every cluster has
    both groups df is k - 1 and t that of the test that the U_j have mean zero, which keeps its level when clusters are of unequal
    size (Bakirov & Szekely 2006, J Math Sci 139:6497); where some have one group only df is k - 2, and with clusters of one group each and equal
    size t is that of two groups of clusters. k R is the robust score test of R's `coxph(..., cluster =)`, which has no correction for few
    clusters.

    `reason`: `empty_group`, `no_events`, `one_group` (one cluster), `group_of_one_provider`, `too_few_clusters` (no degree of freedom),
    `no_information` (no event says anything of a difference).

    When not to use
    ---------------
    With two or three clusters it finds hardly anything: p below 0.05 then takes differences that are very equal.

    Examples
    --------
    Three clusters in which the first group has its events sooner, each to about the same extent:

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> first = [event_counts(np.array([1, 2, 3 + j]), np.array([1, 1, 1]), table_weeks=20) for j in range(3)]
    >>> second = [event_counts(np.array([9, 12, 15]), np.array([1, 0, 0]), table_weeks=20)] * 3
    >>> found = log_rank_by_cluster(first, second)
    >>> found.df, found.p_value < 0.01
    (2.0, True)
    """
    from scipy.special import stdtr

    size = np.array([[c.size for c in group] for group in (one, other)], float)
    reason = _refused(size, sum(int(c.all_events.sum()) for c in (*one, *other)))
    if reason:
        return ClusteredLogRank(np.nan, reason=reason)
    there = size.sum(axis=0) > 0
    k, both = int(there.sum()), (size[:, there] > 0).all()
    df = float(k - 1 if both else k - 2)
    if df < 1:
        return ClusteredLogRank(np.nan, reason="too_few_clusters")
    part = score_by_cluster(one, other)[there]
    squares = float(part @ part)
    if not squares > 0:
        return ClusteredLogRank(np.nan, reason="no_information")
    share = float(part.sum()) ** 2 / (k * squares)
    if not share < 1 - 1e-12:
        return ClusteredLogRank(np.nan, df, reason="no_variance")
    statistic = float(np.sign(part.sum()) * np.sqrt(df * share / (1 - share)))
    return ClusteredLogRank(statistic, df, float(2 * stdtr(df, -abs(statistic))))


def _refused(size: np.ndarray, events: int) -> str | None:
    if not (size.sum(axis=1) > 0).all():
        return "empty_group"
    if (size.sum(axis=0) > 0).sum() < 2:
        return "one_group"
    if ((size > 0).sum(axis=1) < 2).any():
        return "group_of_one_provider"
    return None if events else "no_events"
