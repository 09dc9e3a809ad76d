"""What each cluster (provider) of a group contributes to an answer from weekly counts: influences, added up per cluster.

Own code because no Python library has the infinitesimal jackknife of these curves. From counts per cluster: they add up, and no person
is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics.events.event_counts import EventCounts


@dataclass(frozen=True, slots=True, eq=False)
class ClusterInfluence:
    """An answer about a group, and of each cluster its people's influence on it (`total`, adding up to 0) and their number (`size`)."""

    estimate: float
    total: np.ndarray
    size: np.ndarray


def survival_influence(counts: Sequence[EventCounts], at_week: int) -> ClusterInfluence:
    """On the share without an event by a week, S(t): - S(t) times the sum of (d_j - n_j d / n) / (n - d) over the weeks until t.

    Parameters
    ----------
    counts
        One per cluster, all of one group.

    As the influences of R's `survfit(..., influence = TRUE)` added up by cluster, of which its robust error (`cluster =`) is the root of the
    sum of squares (Therneau & Grambsch 2000, section 7.2).

    When not to use
    ---------------
    Beyond the last week of which the curve says something (`survival_curve`): the caller's to see.

    Examples
    --------
    Two clusters of one, an event in week 1 at the first: S(1) = 1/2, and without the first it would be 1.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> found = survival_influence([event_counts(np.array([1]), np.array([1])), event_counts(np.array([3]), np.array([0]))], 1)
    >>> found.estimate, found.total.tolist()
    (0.5, [-0.25, 0.25])
    """
    weekly = _Weekly.of(counts)
    until = np.arange(len(weekly.n)) <= at_week
    survival = float(weekly.survival[until][-1])
    return weekly.influence(survival, np.where(until, survival, 0.0))


def restricted_mean_influence(counts: Sequence[EventCounts], horizon_weeks: int) -> ClusterInfluence:
    """On the mean number of weeks without an event until a horizon: as on the curve, added up over the weeks before the horizon.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> found = restricted_mean_influence([event_counts(np.array([1]), np.array([1])), event_counts(np.array([3]), np.array([0]))], 3)
    >>> found.estimate, found.total.tolist()
    (2.0, [-0.5, 0.5])
    """
    weekly = _Weekly.of(counts, horizon_weeks)
    survival = weekly.survival[:horizon_weeks]
    beyond = np.zeros(len(weekly.n))
    beyond[:horizon_weeks] = survival[::-1].cumsum()[::-1]
    return weekly.influence(float(survival.sum()), beyond)


def incidence_influence(counts: Sequence[EventCounts], cause: int, at_week: int) -> ClusterInfluence:
    """On the share with an event of a cause by a week (Aalen & Johansen), when others can come first.

    S(s-) (d_kj - n_j d_k / n) / n, less (F(t) - F(s)) (d_j - n_j d / n) / (n - d), over the weeks s until t: F the incidence, S the curve of
    all causes, d_k the events of this one. `cause` counts from 1. As R's `survfit` of several states.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> clusters = [event_counts(np.array([1, 3]), np.array([1, 0]), causes=2), event_counts(np.array([2, 3]), np.array([2, 0]), causes=2)]
    >>> found = incidence_influence(clusters, 1, 2)
    >>> found.estimate, found.total.tolist()
    (0.25, [0.125, -0.125])
    """
    weekly = _Weekly.of(counts)
    mine = np.stack([_padded(one.events[cause - 1], len(weekly.n)) for one in counts])
    until = np.arange(len(weekly.n)) <= at_week
    n, d = np.maximum(weekly.n, 1), mine.sum(axis=0)
    before = np.concatenate([[1.0], weekly.survival[:-1]])
    incidence = np.cumsum(np.where(until, before * d / n, 0.0))
    direct = ((mine - weekly.at_risk * d / n) * np.where(until, before / n, 0.0)).sum(axis=1)
    found = weekly.influence(float(incidence[-1]), np.where(until, incidence[-1] - incidence, 0.0))
    return ClusterInfluence(found.estimate, direct + found.total, found.size)


def log_rate_influence(events: np.ndarray, follow_up_weeks: np.ndarray, size: np.ndarray) -> ClusterInfluence:
    """On the logarithm of events per week, of arrays per cluster: events_j / events - weeks_j / weeks.

    >>> log_rate_influence(np.array([1, 3]), np.array([10.0, 10.0]), np.array([5, 5])).total.tolist()
    [-0.25, 0.25]
    """
    events, weeks = np.asarray(events, float), np.asarray(follow_up_weeks, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ClusterInfluence(
            float(np.log(events.sum() / weeks.sum())), events / events.sum() - weeks / weeks.sum(), np.asarray(size, float)
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Weekly:
    """At risk and events by cluster and week; of all together the same and the curve."""

    at_risk: np.ndarray
    events: np.ndarray
    n: np.ndarray
    survival: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, counts: Sequence[EventCounts], least_weeks: int = 1) -> _Weekly:
        weeks = max([least_weeks, *(one.table_weeks for one in counts)])
        at_risk, events = (
            np.stack([_padded(part(one), weeks) for one in counts])
            for part in (lambda one: one.at_risk, lambda one: one.all_events)
        )
        n, d = at_risk.sum(axis=0), events.sum(axis=0)
        survival = np.cumprod(1 - d / np.maximum(n, 1))
        return cls(at_risk, events, n, survival, np.array([one.size for one in counts], float))

    def influence(self, estimate: float, beyond: np.ndarray) -> ClusterInfluence:
        """Of an answer that a factor on the curve from week s on changes by `beyond[s]`."""
        d = self.events.sum(axis=0)
        # where everybody left has the event nobody's is more or less than expected
        some = (d > 0) & (self.n > d)
        n, d = self.n[some], d[some]
        less = (self.events[:, some] - self.at_risk[:, some] * d / n) / (n - d)
        return ClusterInfluence(estimate, -(less * beyond[some]).sum(axis=1), self.size)


def _padded(values: np.ndarray, weeks: int) -> np.ndarray:
    """The table's weeks and, after its end, nobody and nothing."""
    values = np.asarray(values, float)
    return np.concatenate([values, np.zeros(weeks - len(values))])
