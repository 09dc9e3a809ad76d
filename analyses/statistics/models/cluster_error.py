"""The error of a mean of people who hang together in clusters, from sums per cluster alone: CR2 with Satterthwaite's degrees of freedom.

Own code because `cluster_robust.cr2` asks for people, and shares and curves are made from counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ClusterError:
    """An error and its degrees of freedom; NaN with `reason` where there is none."""

    estimate: float
    std_error: float = np.nan
    df: float = np.nan
    reason: str | None = None


def cluster_error(total: np.ndarray, size: np.ndarray) -> ClusterError:
    """The mean of everyone with its error by cluster; equal to `cluster_robust.cr2` on the people with an intercept alone.

    Parameters
    ----------
    total
        Shape (k,): the sum over the people of each cluster; or of their influence on an estimate times n, whose mean is zero.
    size
        Shape (k,): people in each cluster; clusters without anyone are left out.

    With n people and deviations r_j = total_j - mean n_j the variance is the sum of (r_j / n)^2 / (1 - n_j / n); Bell & McCaffrey 2002
    (Surv Methodol 28:169), Pustejovsky & Tipton 2018 (J Bus Econ Stat 36:672).

    `reason`: `empty_group`, `one_group` (one cluster), `no_variance` (clusters that do not differ at all), `no_residual_df`.

    When not to use
    ---------------
    Where one cluster has nearly everybody: its degrees of freedom then fall below one.

    Examples
    --------
    Three clusters of two whose sums are -2, -6 and -10: means -1, -3 and -5, so an error of 2 / sqrt(3) with two degrees of freedom.

    >>> found = cluster_error(np.array([-2.0, -6.0, -10.0]), np.array([2, 2, 2]))
    >>> found.estimate, round(found.std_error, 6), round(found.df, 6)
    (-3.0, 1.154701, 2.0)
    """
    total, size = np.asarray(total, float), np.asarray(size, float)
    total, size = total[size > 0], size[size > 0]
    if not len(size):
        return ClusterError(np.nan, reason="empty_group")
    n = size.sum()
    mean = float(total.sum() / n)
    if len(size) < 2:
        return ClusterError(mean, reason="one_group")
    share, rest = size / n, (total - mean * size) / n
    variance = float((rest**2 / (1 - share)).sum())
    if variance <= 1e-24 * max(float((total**2).sum()) / n**2, 1e-300):
        return ClusterError(mean, reason="no_variance")
    df = _satterthwaite(share)
    if df < 1 - 1e-9:
        return ClusterError(mean, reason="no_residual_df")
    return ClusterError(mean, float(np.sqrt(variance)), max(df, 1.0))


def _satterthwaite(share: np.ndarray) -> float:
    """2 E^2 / Var of the variance when people are independent with equal variance.

    The matrix of the weighted deviations has share_j on its diagonal and - share_i share_j / sqrt((1 - share_i)(1 - share_j)) beside it.
    """
    beside = share**2 / (1 - share)
    return float(1 / ((share**2).sum() + beside.sum() ** 2 - (beside**2).sum()))
