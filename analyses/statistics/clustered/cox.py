"""A hazard ratio of people who hang together in few clusters (providers).

Own code because lifelines' sandwich by cluster ignores ties and late entry (pitfall T8), and corrects for no small number of clusters.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.clustered.contrast import contrast_by_cluster
from analyses.statistics.hazards._cox_fit import Fit, fit_cox
from analyses.statistics.hazards._cox_input import codes
from analyses.statistics.hazards._partial_likelihood import score_residuals
from analyses.statistics.models.model import Contrast


def log_hazard_ratio_by_cluster(
    week, event, covariates, cluster, *, entry=None, groups=None, confidence: float = 0.95
) -> Contrast:
    """The logarithm of the first covariate's hazard ratio: Cox with Lin and Wei's errors by cluster, for few of them.

    Parameters
    ----------
    week, event, covariates, entry
        As in `cox_model`.
    cluster
        Shape (n,).
    groups
        Shape (n,): the groups that the ratio compares, such as arms; the values of the first covariate, when left out.

    The influences of R's `coxph(..., cluster =)` added up by cluster and group, each divided by the root of 1 less the part of the group's
    people that the cluster has, and t on Satterthwaite's degrees of freedom (`contrast_by_cluster`). Where every cluster has the
    same part of all groups, that is R's variance times k / (k - 1) and k - 1 degrees of freedom, k the clusters; where each has one
    group and all are of one size, k / (k - 2) and k - 2.

    `reason`: that of the model; `one_group` (one cluster), `too_few_clusters` (fewer than the covariates and one more),
    `group_of_one_provider`, `no_variance`, `no_residual_df`.

    When not to use
    ---------------
    Where a few of the clusters have most events, or where fewer than three clusters have each group: docs/simulation-few-providers.md.

    Examples
    --------
    >>> week, event = np.array([3, 5, 6, 8, 9, 12, 4, 7]), np.array([1, 1, 1, 1, 1, 1, 1, 1])
    >>> found = log_hazard_ratio_by_cluster(week, event, np.arange(8) % 2, np.arange(8) // 2)
    >>> round(found.df, 6), found.reason
    (3.0, None)
    """
    fit = fit_cox(week, event, covariates, entry=entry)
    n, p = fit.given.x.shape
    code, labels = codes(cluster, n, "cluster")
    k = len(labels)
    if k <= p:
        return Contrast(np.nan, reason="one_group" if k == 1 else "too_few_clusters")
    if fit.reason:
        return Contrast(np.nan, reason=fit.reason)
    group, names = codes(fit.given.x[:, 0] if groups is None else groups, n, "groups")
    # a covariate of many values makes no groups: everyone is then one
    group, names = (np.zeros(n, np.int64), names[:1]) if groups is None and len(names) > 2 else (group, names)
    cell, shape = code * len(names) + group, (k, len(names))
    size = np.bincount(cell, minlength=k * len(names)).reshape(shape)
    log_ratio = float(fit.maximum.best.beta[0] / fit.sets.scale[0])
    return contrast_by_cluster(log_ratio, influences(fit, cell, size.size).reshape(shape), size, confidence)


def influences(fit: Fit, cell: np.ndarray, cells: int) -> np.ndarray:
    """The influence on the first coefficient of the people of each cell, added up; shape (cells,)."""
    residual = score_residuals(fit.sets, fit.maximum.best)
    mine = cell[fit.sets.kept]
    total = np.column_stack([np.bincount(mine, column, cells) for column in residual.T])
    return np.linalg.solve(fit.maximum.best.information, total.T)[0] / fit.sets.scale[0]
