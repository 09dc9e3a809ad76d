"""A cumulative incidence of people who hang together in clusters (providers): how much wider its interval must be.

Own code because no Python library has errors by cluster of an Aalen-Johansen curve. From counts per cluster: they add up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyses.statistics.clustered.influence import incidence_influence
from analyses.statistics.clustered.survival import ClusterDesign, design_of, share_with_design
from analyses.statistics.competing_events.cumulative_incidence import CumulativeIncidence, cumulative_incidence, incidence_at
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import Estimate


def incidence_design(counts: Sequence[EventCounts], cause: int, at_week: int) -> ClusterDesign:
    """The design effect of an incidence of all clusters together, at a week: the variance by cluster over Aalen's.

    Parameters
    ----------
    counts
        One per cluster.
    cause
        From 1.

    The variance by cluster is CR2 on the influences of R's `survfit` of several states, with Satterthwaite's degrees of freedom
    (`cluster_error`). `reason`: as there; why the curve says nothing of the week; `no_events`.

    Examples
    --------
    Two clusters of four, of whom one and three have the event, nobody anything else: shares of 1/4 and 3/4.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> clusters = [event_counts(np.full(4, 5), np.array([1] * d + [0] * (4 - d)), causes=2) for d in (1, 3)]
    >>> found = incidence_design(clusters, 1, 5)
    >>> round(found.df, 6), found.reason
    (1.0, None)
    """
    counts = [one for one in counts if one.size]
    if not counts:
        return ClusterDesign(np.nan, reason="empty_group")
    answer = incidence_at(cumulative_incidence(sum(counts[1:], counts[0])), cause, at_week)
    if answer.reason:
        return ClusterDesign(np.nan, reason=answer.reason)
    if not answer.estimate > 0:
        return ClusterDesign(np.nan, reason="no_events")
    return design_of(incidence_influence(counts, cause, at_week), answer.std_error)


def incidence_with_design(
    curve: CumulativeIncidence, cause: int, at_week: int, design_effect: float, df: float, confidence: float = 0.95
) -> Estimate:
    """The incidence at a week, its log-log limits widened by a design effect and the quantile of t.

    `reason`: why the curve says nothing of the week; `no_variance` where it is at 0 or 1; `no_residual_df`.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = cumulative_incidence(event_counts(np.array([1, 1, 2, 2]), np.array([1, 2, 1, 0])))
    >>> found, alone = incidence_with_design(curve, 1, 2, 1.0, 1e9), incidence_at(curve, 1, 2)
    >>> round(found.ci_low, 4) == round(alone.ci_low, 4), found.estimate
    (True, 0.5)
    """
    alone = incidence_at(curve, cause, at_week)
    if alone.reason:
        return Estimate(np.nan, reason=alone.reason)
    return share_with_design(alone.estimate, alone.std_error, design_effect, df, confidence)
