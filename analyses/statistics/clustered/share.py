"""A share of people who hang together in clusters (providers), with an interval that allows for it.

Own code because no Python library has intervals of shares from clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analyses.statistics.models.cluster_error import cluster_error
from analyses.statistics.proportions.proportion import NO_LIMITS, Limits, exact_interval


@dataclass(frozen=True, slots=True)
class ClusteredShare:
    """A share with its limits; `design_effect`: its variance over that of as many independent people."""

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    df: float = np.nan
    design_effect: float = np.nan
    reason: str | None = None


def share_by_cluster(events: np.ndarray, n: np.ndarray, confidence: float = 0.95) -> ClusteredShare:
    """A share with the exact interval of as many people as there effectively are.

    Parameters
    ----------
    events, n
        Shape (k,): people with it, and people, in each cluster.

    The design effect is the CR2 variance over p (1 - p) / n; the limits are those of `effective_limits` (Korn & Graubard 1998, Surv
    Methodol 24:193), as R's `survey::svyciprop(method = "beta")`, which has the plain sandwich and k - 1 degrees of freedom instead of CR2 and
    Satterthwaite's.

    `reason`: as in `cluster_error`; `no_variance` too when nobody has it, or everybody.

    When not to use
    ---------------
    With two or three clusters: the limits then say hardly more than that the data cannot carry an interval.

    Examples
    --------
    Clusters of ten with the same share have the interval of independent people, but for the degrees of freedom.

    >>> found = share_by_cluster(np.array([2, 4, 3]), np.array([10, 10, 10]))
    >>> round(found.estimate, 6), round(found.design_effect, 6), round(found.df, 6)
    (0.3, 0.47619, 2.0)
    """
    events, n = np.asarray(events, float), np.asarray(n, float)
    found = cluster_error(events, n)
    if found.reason:
        return ClusteredShare(found.estimate, reason=found.reason)
    people, share = float(n.sum()), found.estimate
    effect = found.std_error**2 / (share * (1 - share) / people)
    limits = effective_limits(float(events.sum()), people, effect, found.df, confidence)
    return ClusteredShare(share, found.std_error, limits.ci_low, limits.ci_high, found.df, effect)


def effective_limits(events: float, n: float, design_effect: float, df: float, confidence: float = 0.95) -> Limits:
    """Clopper and Pearson's limits of a share of n / design_effect people, fewer still with few degrees of freedom, never more than n.

    n times (t on n - 1 over t on df)^2 / design_effect (Korn & Graubard 1998, section 3).

    >>> low, high = effective_limits(9, 30, 1.0, 29)
    >>> round(low, 4), round(high, 4)
    (0.1473, 0.494)
    """
    if not (n > 1 and df >= 1 and design_effect > 0):
        return NO_LIMITS
    tail = 0.5 + confidence / 2
    size = n / design_effect * (stdtrit(n - 1, tail) / stdtrit(df, tail)) ** 2
    size = float(min(size, n))
    return exact_interval(events / n * size, size, confidence)
