"""The mean cumulative function: how many events a client has had on average by each week, with a robust variance.

Own code because neither lifelines nor statsmodels has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.recurrent_events._recurrent_input import Histories, histories

MANY = 35
"""Clients from which the robust error and the normal quantile do: docs/simulation-events.md."""


@dataclass(frozen=True, slots=True, eq=False)
class MeanCumulativeFunction:
    """Mean number of events per client by each week 0, 1, 2, ...; arrays have shape (weeks,).

    Parameters
    ----------
    at_risk, events
        Clients under observation, and events, in each week.
    mean
        0 or more; not a probability.
    std_error
        Robust: holds whatever the dependence between the events of a client.
    poisson_std_error
        As if events came independently; far too small when a few clients have most of the events.
    ci_low, ci_high
        From the robust error on the log scale, as R draws them; NaN where the mean is 0. `mean_events_at` widens them for few clients.
    clients
        Number of clients.
    last_week, beyond
        Last week of which the curve says something, and the code of why nothing beyond it (`EventCounts.known`).
    """

    at_risk: np.ndarray
    events: np.ndarray
    mean: np.ndarray
    std_error: np.ndarray
    poisson_std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    clients: int
    confidence: float
    last_week: int
    beyond: str


def mean_cumulative_function(entry, until, person, week, *, confidence: float = 0.95) -> MeanCumulativeFunction:
    """Estimate the mean cumulative function of one group.

    Parameters
    ----------
    entry, until : arrays of whole weeks, shape (clients,)
        Under observation in (entry, until]; an entry of 0 is from the start, week 0 included.
    person, week : arrays, shape (events,)
        Position of the client, and week, of each event. Several events in one week count each.
    confidence : float

    Raises
    ------
    ValueError
        Negative or broken numbers, an event outside follow-up.

    Notes
    -----
    M(t) adds up events over clients at risk (Nelson 1995, Technometrics 37:147). Variance: the sum over clients of the squared
    sum of (their events - dM) / at risk (Lawless & Nadeau 1995, Technometrics 37:158, equation 2.3), equal to R's
    `survfit(..., id=, robust=TRUE)`. No small-sample correction: `mean_events_at` and the comparisons make one.

    When not to use
    ---------------
    When many die or move away: the mean is then that of clients who cannot. It says "how many on average", which is not "how
    many clients": one client can have many.

    Examples
    --------
    Two clients followed for 3 weeks, one with events in weeks 1 and 2: 1/2, then 1. Each deviates by half an event each time.

    >>> found = mean_cumulative_function([0, 0], [3, 3], [0, 0], [1, 2])
    >>> found.mean.tolist(), round(float(found.std_error[2]) ** 2, 6)
    ([0.0, 0.5, 1.0, 1.0], 0.5)
    """
    given = histories(entry, until, person, week)
    weeks = int(given.until.max(initial=0)) + 1
    entered = np.bincount(given.entry, minlength=weeks)
    at_risk = np.cumsum(entered) - np.concatenate([[0], np.cumsum(np.bincount(given.until, minlength=weeks))[:-1]])
    at_risk[1:] -= entered[1:]
    events = np.bincount(given.week, given.times, weeks).astype(np.int64)
    risky = np.maximum(at_risk, 1).astype(float)
    mean = np.cumsum(events / risky)
    poisson, robust = np.cumsum(events / risky**2), _robust_variance(given, events, risky)
    # what is left of subtracting equal sums is not a variance
    error = np.sqrt(np.where(robust > 1e-12 * poisson, robust, 0.0))
    z = ndtri(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = np.exp(z * np.where(mean > 0, error / mean, np.nan))
    return MeanCumulativeFunction(
        at_risk,
        events,
        mean,
        error,
        np.sqrt(poisson),
        mean / width,
        mean * width,
        len(given.until),
        confidence,
        *_known(at_risk, entered, weeks - 1),
    )


def _known(at_risk: np.ndarray, entered: np.ndarray, last: int) -> tuple[int, str]:
    to_come = np.cumsum(entered[::-1])[::-1]
    empty = np.flatnonzero((at_risk <= 0) & (to_come > 0) & (to_come < to_come[:1]))
    return (int(empty[0]) - 1, "nobody_at_risk") if len(empty) else (last, "follow_up_too_short")


def _robust_variance(given: Histories, events: np.ndarray, risky: np.ndarray) -> np.ndarray:
    """Sum over clients of A_i(t)^2, updated from week to week, with A_i the client's sum of (events - dM) / at risk.

    What each week adds needs the sum of A over the clients at risk and over those with an event, and both are sums of what
    clients brought along less what those who left took away: no table of clients by weeks.
    """
    weeks = len(risky)
    rate = events / risky
    expected = np.cumsum(rate / risky)
    before = np.concatenate([[0.0], expected[:-1]])
    at_entry = np.where(given.entry > 0, expected[given.entry], 0.0)
    own = given.times / risky[given.week]
    running = np.cumsum(own)
    first = np.diff(given.person, prepend=-1) > 0
    prior = running - own - (running - own)[np.flatnonzero(first)][np.cumsum(first) - 1]
    with_event = np.bincount(given.week, given.times * (prior - before[given.week] + at_entry[given.person]), weeks)
    total = np.bincount(given.person, own, len(given.until))
    brought = np.bincount(given.week, own, weeks)
    came = np.bincount(given.entry, at_entry, weeks)
    taken = np.bincount(given.until, total + at_entry, weeks)
    present = _before(np.cumsum(brought)) + _before(np.cumsum(came)) - _before(np.cumsum(taken))
    everyone = present - _clients(given, weeks) * before
    squares = np.bincount(given.week, given.times.astype(float) ** 2, weeks)
    spread = squares - 2 * rate * events + rate**2 * risky
    return np.cumsum(2 * (with_event - rate * everyone) / risky + spread / risky**2)


def _before(running: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], running[:-1]])


def _clients(given: Histories, weeks: int) -> np.ndarray:
    came = np.cumsum(np.bincount(given.entry, minlength=weeks))
    left = np.cumsum(np.bincount(given.until, minlength=weeks))
    return np.concatenate([[came[0]], came[:-1]]) - _before(left)


def mean_events_at(curve: MeanCumulativeFunction, at_week: int) -> Estimate:
    """Mean number of events by a week.

    Interval exp(log m +- z SE / m). With fewer than 35 clients the robust error is too small and the normal quantile as well: the error
    is taken times the root of n / (n - 1) and the quantile from t with n - 1 degrees of freedom, which for clients followed
    equally long is the t interval of a mean (`limits_by` is `t`). `reason` is `empty_group`, `follow_up_too_short` or
    `nobody_at_risk`; or `no_spread`, beside the mean but without an interval, when clients do not differ, as when nobody had an event.

    When not to use
    ---------------
    When an event ends follow-up (death): the mean then is of people who could go on having events.

    Examples
    --------
    Two people followed for five weeks, one with events in weeks 1 and 2, one in week 4: 3 events over 2 people.

    >>> two = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([0, 0, 1]), np.array([1, 2, 4]))
    >>> mean_events_at(two, 5).estimate
    1.5
    """
    mean, error, df, reason = _with_error(curve, at_week)
    if reason:
        return Estimate(mean, reason=reason)
    width = float(np.exp(_quantile(df, curve.confidence) * error / mean))
    return Estimate(mean, error, mean / width, mean * width, limits_by="log" if np.isinf(df) else "t", df=_finite(df))


def _with_error(curve: MeanCumulativeFunction, at_week: int) -> tuple[float, float, float, str | None]:
    """Mean, its error and degrees of freedom (infinite with many clients), and why there is no error."""
    week, n = int(whole_weeks(at_week, "at_week")), curve.clients
    if n == 0 or week > curve.last_week:
        return np.nan, np.nan, np.nan, "empty_group" if n == 0 else curve.beyond
    mean, error = float(curve.mean[week]), float(curve.std_error[week])
    if not error > 0:
        return mean, np.nan, np.nan, "no_spread"
    return (mean, error, np.inf, None) if n >= MANY else (mean, error * np.sqrt(n / (n - 1)), n - 1.0, None)


def _quantile(df: float, confidence: float) -> float:
    return float(ndtri(0.5 + confidence / 2) if np.isinf(df) else stdtrit(df, 0.5 + confidence / 2))


def _finite(df: float) -> float:
    return df if np.isfinite(df) else np.nan


def _welch(errors: tuple[float, float], dfs: tuple[float, float]) -> float:
    """Degrees of freedom of a difference; infinite when both are (Welch 1947, Biometrika 34:28)."""
    spread = sum(error**4 / df for error, df in zip(errors, dfs))
    return np.inf if spread == 0 else sum(error**2 for error in errors) ** 2 / spread


def _tested(estimate: float, error: float, df: float, confidence: float) -> tuple[float, float, float]:
    """Limits and two-sided p by t."""
    half, z = _quantile(df, confidence) * error, -abs(estimate) / error
    return estimate - half, estimate + half, float(2 * (ndtr(z) if np.isinf(df) else stdtr(df, z)))


def mean_events_difference(one: MeanCumulativeFunction, other: MeanCumulativeFunction, at_week: int) -> Estimate:
    """Difference in mean number of events by a week (first minus second) of independent groups, with interval and test.

    Variance: the sum of the two robust variances (Lawless & Nadeau 1995, Technometrics 37:158). With fewer than 35 clients in a group
    each is taken times n / (n - 1), and the quantile from t with Welch's degrees of freedom: the normal test rejects 7 to 9 % at 11
    clients per group though nothing differs, this one 3 to 6 %. `reason` is `no_spread`, beside the difference but without interval and
    p, when the clients of one group do not differ: nobody there had an event, or there is one client.

    Examples
    --------
    Three events in two people against one in two.

    >>> two = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([0, 0, 1]), np.array([1, 2, 4]))
    >>> other = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([1]), np.array([3]))
    >>> mean_events_difference(two, other, 5).estimate
    1.0
    """
    (a, a_error, a_df, a_reason), (b, b_error, b_df, b_reason) = (_with_error(curve, at_week) for curve in (one, other))
    if a_reason or b_reason:
        return Estimate(a - b, reason=_first(a_reason, b_reason))
    error, df = float(np.hypot(a_error, b_error)), _welch((a_error, b_error), (a_df, b_df))
    low, high, p = _tested(a - b, error, df, one.confidence)
    return Estimate(a - b, error, low, high, p, limits_by="normal" if np.isinf(df) else "t", df=_finite(df))


def _first(a: str | None, b: str | None) -> str | None:
    """The reason to give: that there is no estimate before that there is no interval."""
    return next((reason for reason in (a, b) if reason and reason != "no_spread"), a or b)


def mean_events_ratio(one: MeanCumulativeFunction, other: MeanCumulativeFunction, at_week: int) -> Estimate:
    """Ratio of mean numbers of events by a week of independent groups, interval and test on the log scale.

    Variance of the log ratio by the delta method: the sum of (SE / mean)^2, for few clients as in `mean_events_difference`. `reason` is
    `log_of_zero` where one of the means is 0; or `no_spread`.

    Examples
    --------
    >>> two = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([0, 0, 1]), np.array([1, 2, 4]))
    >>> other = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([1]), np.array([3]))
    >>> round(mean_events_ratio(two, other, 5).estimate, 9)
    3.0
    """
    (a, a_error, a_df, a_reason), (b, b_error, b_df, b_reason) = (_with_error(curve, at_week) for curve in (one, other))
    reason = _first(a_reason, b_reason)
    if reason and reason != "no_spread":
        return Estimate(np.nan, reason=reason)
    if not (a > 0 and b > 0):
        return Estimate(np.nan, reason="log_of_zero")
    if reason:
        return Estimate(a / b, reason=reason)
    errors = a_error / a, b_error / b
    error, df = float(np.hypot(*errors)), _welch(errors, (a_df, b_df))
    low, high, p = _tested(float(np.log(a / b)), error, df, one.confidence)
    made = "log" if np.isinf(df) else "t"
    return Estimate(a / b, a / b * error, float(np.exp(low)), float(np.exp(high)), p, limits_by=made, df=_finite(df))
