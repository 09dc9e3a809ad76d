"""A log-rank test for events known only within a range, by permutation of scores.

Own code because neither lifelines nor statsmodels has a test for ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from analyses.statistics.interval_censored._turnbull_input import distinct_ranges
from analyses.statistics.interval_censored.turnbull import Turnbull, turnbull


@dataclass(frozen=True, slots=True, eq=False)
class IntervalScoreTest:
    """A test that groups share one curve.

    Parameters
    ----------
    statistic, df, p_value
        Chi-squared, groups - 1, and the upper tail of the chi-squared distribution.
    excess
        Shape (groups,): events more (+) or fewer (-) than expected; without ranges the observed less the expected events of the
        log-rank test.
    reason
        Why there is no test: `one_group`, `empty_group`, `no_events`, `no_variance`, `not_converged`.
    """

    statistic: float
    df: int
    p_value: float
    excess: np.ndarray
    reason: str | None = None


def interval_score_test(left, right, group, groups: int) -> IntervalScoreTest:
    """Compare groups.

    Parameters
    ----------
    left, right : arrays, shape (n,)
        As in `turnbull`.
    group : array of whole numbers, shape (n,)
        0 to `groups` - 1.
    groups : int

    Notes
    -----
    Each person gets Sun's score from the curve of everyone together: the mean over the weeks in which the event can have been of 1 less
    the cumulative hazard (Sun 1996, Stat Med 15:1387; `logrank1` in Fay & Shaw 2010, J Stat Softw 36(2)). Without ranges
    these are log-rank scores. The variance is that over permutations of the groups, (n - 1)^-1 sum c^2 sum (z - mean z)^2, so with
    exact times the statistic is near that of the log-rank test and not the same: R's `coin::logrank_test` is.

    When not to use
    ---------------
    When the ranges themselves differ between the groups (one is visited more often): permutation then is not valid. With few
    events per group the chi-squared distribution is an approximation.

    Examples
    --------
    >>> test = interval_score_test([0, 0, 2, 4, 5, 6], [2, 3, 5, 6, np.inf, np.inf], np.array([0, 0, 0, 1, 1, 1]), 2)
    >>> test.df, bool(abs(test.excess.sum()) < 1e-9), bool(test.excess[0] > 0)
    (1, True, True)
    """
    group = np.asarray(group)
    sizes = np.bincount(group, minlength=groups)
    none = np.full(groups, np.nan)
    reason = "one_group" if groups < 2 else "empty_group" if sizes.min() == 0 else None
    fit = None if reason else turnbull(left, right)
    if fit is not None:
        reason = fit.reason or (None if np.isfinite(np.asarray(right, float)).any() else "no_events")
    if reason:
        return IntervalScoreTest(np.nan, groups - 1, np.nan, none, reason)
    scores = _scores(fit, left, right)
    excess = np.bincount(group, scores, groups)
    n = len(scores)
    spread = float(((scores - scores.mean()) ** 2).sum()) / max(n - 1, 1)
    if spread <= 1e-12:
        return IntervalScoreTest(np.nan, groups - 1, np.nan, excess, "no_variance")
    variance = spread * (np.diag(sizes) - np.outer(sizes, sizes) / n)
    statistic = float(excess[:-1] @ np.linalg.solve(variance[:-1, :-1], excess[:-1]))
    return IntervalScoreTest(statistic, groups - 1, float(chdtrc(groups - 1, statistic)), excess)


def _scores(fit: Turnbull, left, right) -> np.ndarray:
    """Per person the mean of 1 - cumulative hazard over the innermost intervals in the range, weighted by their mass."""
    given = distinct_ranges(left, right, None)
    before = np.maximum(1.0 - np.concatenate([[0.0], np.cumsum(fit.mass)[:-1]]), 0.0)
    hazard = np.where(fit.mass > 0, fit.mass / np.where(before > 0, before, 1.0), 0.0)
    cumulative = np.cumsum(np.minimum(hazard, 1.0))
    # those without an event, whose range is open, have minus the hazard up to the last week they were seen
    each = np.where(np.isinf(fit.upto), -np.concatenate([[0.0], cumulative[:-1]]), 1.0 - cumulative)
    return (given.probability(fit.mass * each) / given.probability(fit.mass))[given.pair]
