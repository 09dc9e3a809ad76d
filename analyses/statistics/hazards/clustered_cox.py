"""A hazard ratio of people who hang together in few clusters (providers).

Own code because lifelines' sandwich by cluster ignores ties and late entry (pitfall T8), and corrects for no small number of clusters.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr, stdtrit

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.models.model import Contrast


def log_hazard_ratio_by_cluster(week, event, covariates, cluster, *, entry=None, confidence: float = 0.95) -> Contrast:
    """The logarithm of the first covariate's hazard ratio: Cox with Lin and Wei's errors by cluster, for few of them.

    Arguments as in `cox_model`; `cluster`: shape (n,).

    R's `coxph(..., cluster =)` with its variance times k / (k - 1) and t on k - 1 degrees of freedom instead of the normal quantile, k
    the clusters.

    `reason`: that of the model; `one_group` (one cluster), `too_few_clusters` (fewer than the covariates and one more), `no_variance`.

    When not to use
    ---------------
    Where a few of the clusters have most events, or where each has one value of the covariate: the sandwich then is too small, and t makes up
    for it in part only. With clusters that have both it holds (docs/simulation-few-providers.md).

    Examples
    --------
    >>> week, event = np.array([3, 5, 6, 8, 9, 12, 4, 7]), np.array([1, 1, 1, 0, 1, 1, 1, 1])
    >>> found = log_hazard_ratio_by_cluster(week, event, np.arange(8) % 2, np.arange(8) // 2)
    >>> found.df, found.reason
    (3.0, None)
    """
    names, code = np.unique(np.asarray(cluster), return_inverse=True)
    columns = np.asarray(covariates, float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    k = len(names)
    if k <= columns.shape[1]:
        return Contrast(np.nan, reason="one_group" if k == 1 else "too_few_clusters")
    fit = cox_model(week, event, columns, entry=entry, cluster=code)
    if fit.reason:
        return Contrast(np.nan, reason=fit.reason)
    estimate, error = float(fit.coefficients[0]), float(fit.std_error[0] * np.sqrt(k / (k - 1)))
    if not error > 1e-12:
        return Contrast(estimate, reason="no_variance")
    df = float(k - 1)
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return Contrast(estimate, error, estimate - half, estimate + half, float(2 * stdtr(df, -abs(estimate / error))), df)
