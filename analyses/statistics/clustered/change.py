"""Change of people who hang together in clusters (providers): the mean, and g, with intervals that allow for it.

Own code because statsmodels has no CR2 (see `cluster_robust`), and no library a standardised effect with errors by cluster.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.change.effect_size import hedges_correction
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.model import Contrast


def mean_change_by_cluster(before: np.ndarray, later: np.ndarray, cluster: np.ndarray, confidence: float = 0.95) -> Contrast:
    """The mean change with CR2 errors and Satterthwaite's degrees of freedom.

    Parameters
    ----------
    before, later
        Shape (n,), people with both scores.
    cluster
        Shape (n,): to which cluster each person belongs.

    With clusters of equal size this is the t interval of the clusters' means. `reason` as in `cluster_robust.cr2`, and `empty_group`.

    When not to use
    ---------------
    With two or three clusters it says hardly more than that the data cannot carry an interval; but one that takes people as independent
    says too much then.

    Examples
    --------
    Three clusters of two, whose mean changes are -1, -3 and -5: mean -3, error 2 / sqrt(3), two degrees of freedom.

    >>> answer = mean_change_by_cluster(np.full(6, 30.0), 30 - np.array([0, 2, 2, 4, 5, 5.0]), np.array([1, 1, 2, 2, 3, 3]))
    >>> round(answer.estimate, 6), round(answer.std_error, 6), round(answer.df, 6)
    (-3.0, 1.154701, 2.0)
    """
    if len(before) == 0:
        return Contrast(np.nan, reason="empty_group")
    change = np.asarray(later, float) - np.asarray(before, float)
    return cr2(change, np.ones((len(change), 1)), cluster, ["change"], confidence).one("change")


def g_by_cluster(
    before: np.ndarray, later: np.ndarray, cluster: np.ndarray, sign: int = 1, confidence: float = 0.95
) -> Contrast:
    """Mean change / SD at baseline times Hedges' exact J(n - 1), with CR2 errors and Satterthwaite's degrees of freedom.

    The error is that of the mean of each person's influence on d = m / s (delta method): (c_i - m) / s - m / (2 s^3) (u_i - s^2), with
    c_i the change and u_i the squared distance from the mean at baseline times n / (n - 1); so that neither equal spread later nor normal
    scores are taken for granted. `reason` as in `mean_change_by_cluster`, `too_few` below three people, and
    `no_variance` when the scores at baseline are equal.

    Parameters
    ----------
    sign
        1 where higher is better, -1 where lower is: + is improvement.

    Examples
    --------
    A mean change of -5 by an SD of 4.32 at baseline, times J(5) = 0.841.

    >>> before, later = np.array([30.0, 34, 28, 36, 40, 32]), np.array([26.0, 33, 20, 30, 30, 31])
    >>> answer = g_by_cluster(before, later, np.arange(6), -1)
    >>> round(answer.estimate, 4), answer.reason
    (0.973, None)
    """
    before, later = np.asarray(before, float), np.asarray(later, float)
    n = len(before)
    if n < 3:
        return Contrast(np.nan, reason="too_few" if n else "empty_group")
    sd = float(before.std(ddof=1)) if np.ptp(before) > 0 else 0.0
    if not sd > 0:
        return Contrast(np.nan, reason="no_variance")
    change, squares = later - before, (before - before.mean()) ** 2 * n / (n - 1)
    mean = float(change.mean())
    correction = sign * float(hedges_correction(n - 1))
    influence = (change - mean) / sd - mean / (2 * sd**3) * (squares - sd**2)
    return cr2(correction * (mean / sd + influence), np.ones((n, 1)), cluster, ["g"], confidence).one("g")
