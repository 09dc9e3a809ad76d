"""A rate of people who hang together in clusters (providers): how much wider its interval must be.

Own code because statsmodels has no CR2 and no degrees of freedom for few clusters.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from analyses.statistics.clustered.influence import log_rate_influence
from analyses.statistics.clustered.survival import ClusterDesign, design_of
from analyses.statistics.models.model import Contrast


def rate_design(events: np.ndarray, follow_up_weeks: np.ndarray, size: np.ndarray) -> ClusterDesign:
    """The design effect of a rate: the variance of its logarithm by cluster over 1 / events, that of Poisson counts.

    Parameters
    ----------
    events, follow_up_weeks, size
        Shape (clusters,): events, weeks of follow-up and people of each.

    The influence of a cluster is events_j / events - weeks_j / weeks; its variance is CR2 with Satterthwaite's degrees of freedom
    (`cluster_error`). `reason`: as there; `no_events`, `no_time`.

    Examples
    --------
    Two clusters of 10 people and 100 weeks, with 2 and 6 events: the rate is 0.04, influences -+ 1/4, so a variance of 1/4 in place of 1/8.

    >>> found = rate_design(np.array([2, 6]), np.array([100, 100]), np.array([10, 10]))
    >>> round(found.estimate, 6), round(found.df, 6)
    (2.0, 1.0)
    """
    events, weeks, size = (np.asarray(of, float) for of in (events, follow_up_weeks, size))
    if not size.sum() > 0:
        return ClusterDesign(np.nan, reason="empty_group")
    if not weeks.sum() > 0:
        return ClusterDesign(np.nan, reason="no_time")
    if not events.sum() > 0:
        return ClusterDesign(np.nan, reason="no_events")
    return design_of(log_rate_influence(events, weeks, size), float(events.sum() ** -0.5))


def rate_with_design(events: float, years: float, design_effect: float, df: float, confidence: float = 0.95) -> Contrast:
    """Events per year with limits on the log scale, their error that of Poisson counts times the root of a design effect, and t.

    `reason`: `no_events`, `no_time`, `no_residual_df`.

    >>> found = rate_with_design(8, 4.0, 2.0, 1e9)
    >>> found.estimate, found.std_error, round(float(np.log(found.ci_high / 2)), 6)
    (2.0, 1.0, 0.979982)
    """
    if not years > 0:
        return Contrast(np.nan, reason="no_time")
    if not events > 0:
        return Contrast(np.nan, reason="no_events")
    rate, error = events / years, float(np.sqrt(design_effect / events))
    if not (df >= 1 and error > 0):
        return Contrast(rate, reason="no_residual_df")
    factor = float(np.exp(stdtrit(df, 0.5 + confidence / 2) * error))
    return Contrast(rate, rate * error, rate / factor, rate * factor, df=float(df))
