"""A difference between groups of people who hang together in few clusters (providers), from influences added up per cluster and group.

Own code because `cluster_robust.cr2` asks for people and a linear model; curves, rates and hazard ratios are neither.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.models._orthogonal import satterthwaite
from analyses.statistics.models.model import Contrast, t_model


def contrast_by_cluster(estimate: float, total: np.ndarray, size: np.ndarray, confidence: float = 0.95) -> Contrast:
    """An estimate from groups with its CR2 error by cluster and Satterthwaite's degrees of freedom.

    Parameters
    ----------
    estimate
        Of a difference between groups, on a scale on which it adds up over people (of a ratio the logarithm).
    total
        Shape (clusters, groups): the influence on the estimate of the people of each cluster and group, added up.
    size
        Shape (clusters, groups): people.

    With s the part of its group that a cluster has, the variance is the sum over the clusters of (sum over groups of total / sqrt(1 - s))^2: CR2
    of a linear model of pseudo-values with a mean per group (Bell & McCaffrey 2002, Surv Methodol 28:169; Pustejovsky & Tipton 2018, J Bus
    Econ Stat 36:672). Clusters that have all groups in equal parts give a t interval on k - 1 degrees of freedom, clusters
    with one group each one on k - 2.

    `reason`: `empty_group`; `one_group` (one cluster); `group_of_one_provider` (a group that one cluster alone has: what clusters differ
    cannot be seen in it); `no_variance`; `no_residual_df` (fewer than one degree of freedom).

    When not to use
    ---------------
    Where the influences of a group hang on a few people, as with a handful of events.

    Examples
    --------
    Two groups of two clusters each, one person per cluster: Welch's error, and two degrees of freedom.

    >>> values = np.array([1.0, 3.0, 2.0, 8.0])
    >>> total = np.array([[-0.5, 0.0], [0.5, 0.0], [0.0, 1.5], [0.0, -1.5]])
    >>> found = contrast_by_cluster(values[:2].mean() - values[2:].mean(), total, total != 0)
    >>> round(found.std_error ** 2, 6), round(found.df, 6)
    (10.0, 2.0)
    """
    total, size = np.asarray(total, float), np.asarray(size, float)
    n = size.sum(axis=0)
    there = size.sum(axis=1) > 0
    if not (n > 0).all():
        return Contrast(np.nan, reason="empty_group")
    if there.sum() < 2:
        return Contrast(np.nan, reason="one_group")
    if ((size > 0).sum(axis=0) < 2).any():
        return Contrast(np.nan, reason="group_of_one_provider")
    share = size / n
    parts = (total / np.sqrt(1 - share)).sum(axis=1)
    variance = float(parts @ parts)
    if not variance > 1e-24 * max(estimate**2, 1e-300):
        return Contrast(float(estimate), reason="no_variance")
    back = 1 / np.sqrt(n)
    gram = share[:, :, None] * np.eye(len(n))
    df = satterthwaite(back / np.sqrt(1 - share), gram, float(back @ back))
    return t_model(["contrast"], np.array([float(estimate)]), np.array([[variance]]), df, confidence).one("contrast")
