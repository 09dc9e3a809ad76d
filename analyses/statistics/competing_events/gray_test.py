"""Gray's test that groups share one cumulative incidence, from weekly counts.

Own code because neither lifelines nor statsmodels has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from analyses.statistics.events.event_counts import EventCounts


@dataclass(frozen=True, slots=True)
class GrayTest:
    """A test that groups share one cumulative incidence of a cause.

    Parameters
    ----------
    statistic, df, p_value
        Chi-squared, groups - 1, and the upper tail of the chi-squared distribution.
    rho
        Power of the weight (1 - F(t-))^rho; 0 weighs all weeks alike.
    reason
        Why there is no test: `one_group`, `empty_group`, `no_events`, `no_information` (as in `log_rank`), `late_entry`; `not_converged`
        when the pooled incidence reaches exactly 1 while events are still to come in several groups, where the variance has no value.
    """

    statistic: float
    df: int
    p_value: float
    rho: float
    reason: str | None = None


def gray_test(groups: Sequence[EventCounts], *, cause: int = 1, rho: float = 0.0) -> GrayTest:
    """Compare the cumulative incidence of one cause between two or more groups; `stratified_gray_test` with one stratum.

    Examples
    --------
    Four people in each group; R's `cuminc` gives the same.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = event_counts(np.array([1, 2, 3, 4]), np.array([1, 1, 2, 1]))
    >>> other = event_counts(np.array([2, 3, 5, 6]), np.array([2, 1, 0, 0]))
    >>> test = gray_test([one, other])
    >>> round(test.statistic, 6), test.df
    (1.837082, 1)
    """
    return stratified_gray_test([groups], cause=cause, rho=rho)


def stratified_gray_test(strata: Sequence[Sequence[EventCounts]], *, cause: int = 1, rho: float = 0.0) -> GrayTest:
    """Compare groups within strata: scores and variances add up over the strata.

    Parameters
    ----------
    strata
        Per stratum one table of counts for each group, in the same order; a group may be empty within a stratum.
    cause
        Number of the cause, from 1. All others compete.

    Notes
    -----
    The score of group i is the sum over weeks of (1 - F(t-))^rho times its events less its share of all events, where the
    share is by R_i = n_i (1 - F_i(t-)) / S_i(t-), the number in group i that has not had the event *of this cause* (Gray 1988,
    Ann Stat 16:1141, equation 2.4). Variance as in R's `cmprsk::cuminc`, ties corrected; SAS gives the same. The pooled incidence
    under the hypothesis adds events over the sum of n_i / S_i(t-), which can go beyond 1 when few people are left: as in cmprsk
    the variance goes on from there, and the weight of rho above 0 is then 0.

    When not to use
    ---------------
    To ask whether the hazard differs: that is the log-rank test with the competing events as censorings. With late entry:
    refused, since R_i then is not a number of people seen.
    """
    k = len(strata[0])
    pooled = [sum(stratum[g].size for stratum in strata) for g in range(k)]
    events = sum(int(group.events[cause - 1].sum()) for stratum in strata for group in stratum if len(group.events) >= cause)
    late = any(group.entered[1:].any() for stratum in strata for group in stratum)
    reasons = [("one_group", k < 2), ("empty_group", min(pooled) == 0), ("late_entry", late), ("no_events", events == 0)]
    reason = next((code for code, holds in reasons if holds), None)
    if reason:
        return GrayTest(np.nan, k - 1, np.nan, rho, reason)
    scores, variances = zip(*(_score(stratum, cause, rho) for stratum in strata))
    score, variance = sum(scores), sum(variances)
    if not np.isfinite(variance).all():
        return GrayTest(np.nan, k - 1, np.nan, rho, "not_converged")
    if np.linalg.eigvalsh(variance)[0] <= 1e-12 * events:
        return GrayTest(np.nan, k - 1, np.nan, rho, "no_information")
    chi2 = float(score @ np.linalg.solve(variance, score))
    return GrayTest(chi2, k - 1, float(chdtrc(k - 1, chi2)), rho)


def _score(groups: Sequence[EventCounts], cause: int, rho: float) -> tuple[np.ndarray, np.ndarray]:
    """Score and variance of the first k - 1 groups; arrays inside have shape (weeks with an event, groups)."""
    own, others, n = _tables(groups, cause)
    k = n.shape[1]
    if not own.any():
        return np.zeros(k - 1), np.zeros((k - 1, k - 1))
    there = n > 0
    risk = np.where(there, n, 1.0)
    after = np.cumprod(1.0 - (own + others) / risk, axis=0)
    before = np.vstack([np.ones(k), after[:-1]])
    incidence = np.cumsum(before * own / risk, axis=0)
    incidence_before = np.vstack([np.zeros(k), incidence[:-1]])
    inverse = np.where(there, 1.0 / np.where(before > 0, before, 1.0), 0.0)
    weight, subrisk = n * inverse, n * (1.0 - incidence_before) * inverse
    total, deaths = weight.sum(axis=1), own.sum(axis=1)
    pooled = np.cumsum(deaths / total)
    pooled_before = np.concatenate([[0.0], pooled[:-1]])
    left = 1.0 - pooled_before
    factor = np.maximum(left, 0.0) ** rho
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(subrisk.sum(axis=1, keepdims=True) > 0, subrisk / subrisk.sum(axis=1, keepdims=True), 0.0)
        hazard = np.where(deaths > 0, deaths / np.where(np.abs(left) > 1e-12, total * left, np.nan), 0.0)
    score = factor @ (own - deaths[:, None] * share)
    identity = np.eye(k)[None, :, :]
    a = factor[:, None, None] * (weight[:, :, None] * identity - weight[:, :, None] * weight[:, None, :] / total[:, None, None])
    # of one group that is left nothing varies, also where the hazard has no value
    alone = ((weight > 0).sum(axis=1) == 1)[:, None, None]
    c = np.cumsum(np.where(alone, 0.0, a * hazard[:, None, None]), axis=0)
    return score[:-1], _variance(
        a, c, _own_terms(n, there, before, after, deaths, total, pooled), _other_terms(n, others, before, after, pooled)
    )[:-1, :-1]


def _tables(groups: Sequence[EventCounts], cause: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weeks = max(group.table_weeks for group in groups)
    own, others, n = (np.zeros((weeks, len(groups))) for _ in range(3))
    for column, group in enumerate(groups):
        mine = group.events[cause - 1] if len(group.events) >= cause else np.zeros(group.table_weeks)
        own[: group.table_weeks, column], others[: group.table_weeks, column] = mine, group.all_events - mine
        n[: group.table_weeks, column] = group.at_risk
    used = (own + others).sum(axis=1) > 0
    return own[used], others[used], n[used]


def _own_terms(n, there, before, after, deaths, total, pooled) -> tuple[np.ndarray, np.ndarray]:
    """Per week and group the multiplier of c, and the variance of the events of the cause itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        multiplier = np.where(after > 0, 1.0 - (1.0 - pooled)[:, None] / after, 1.0)
        ties = np.where(deaths[:, None] > 1, 1.0 - (deaths[:, None] - 1.0) / (total[:, None] * before - 1.0), 1.0)
        spread = ties * before * deaths[:, None] / (total[:, None] * n)
    return multiplier, np.where(there & (deaths > 0)[:, None], spread, 0.0)


def _other_terms(n, others, before, after, pooled) -> tuple[np.ndarray, np.ndarray]:
    """The same for the competing events."""
    used = (others > 0) & (after > 0)
    ties = np.where(others > 1, 1.0 - (others - 1.0) / np.maximum(n - 1.0, 1.0), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        multiplier = np.where(used, (1.0 - pooled)[:, None] / after, 0.0)
        spread = np.where(used, ties * before**2 * others / n**2, 0.0)
    return multiplier, spread


def _variance(a: np.ndarray, c: np.ndarray, own: tuple, other: tuple) -> np.ndarray:
    """Gather the variance in one pass: the score is a sum of martingales with coefficients a - m (c - c at the end)."""
    (m_own, v_own), (m_other, v_other) = own, other
    to_go = c[-1][None, :, :] - c
    first = a + m_own[:, None, :] * to_go
    second = -m_other[:, None, :] * to_go
    return np.einsum("wik,wjk,wk->ij", first, first, v_own) + np.einsum("wik,wjk,wk->ij", second, second, v_other)
