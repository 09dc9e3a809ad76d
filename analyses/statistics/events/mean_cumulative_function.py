"""The mean cumulative function: how many events a client has had on average by each week, with a robust variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events._recurrent_input import Histories, histories
from analyses.statistics.events.survival_curve import Estimate, log_ratio, normal_estimate


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
        From the robust error on the log scale; NaN where the mean is 0.
    clients
        Number of clients.
    last_week
        Last week in which anyone was under observation.
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
    `survfit(..., id=, robust=TRUE)`. No small-sample correction; with some ten clients intervals are somewhat too narrow.

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
        weeks - 1,
    )


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
    """Mean number of events by a week; `reason` is `empty_group` or `follow_up_too_short`.

    Interval exp(log m +- z SE / m), none while the mean is 0.

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
    week = int(whole_weeks(at_week, "at_week"))
    if curve.clients == 0:
        return Estimate(np.nan, reason="empty_group")
    if week > curve.last_week:
        return Estimate(np.nan, reason="follow_up_too_short")
    rows = (curve.mean, curve.std_error, curve.ci_low, curve.ci_high)
    return Estimate(*(float(values[week]) for values in rows))


def mean_events_difference(one: MeanCumulativeFunction, other: MeanCumulativeFunction, at_week: int) -> Estimate:
    """Difference in mean number of events by a week (first minus second) of independent groups, normal interval and test.

    Variance: the sum of the two robust variances (Lawless & Nadeau 1995, Technometrics 37:158).

    Examples
    --------
    Three events in two people against one in two.

    >>> two = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([0, 0, 1]), np.array([1, 2, 4]))
    >>> other = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([1]), np.array([3]))
    >>> mean_events_difference(two, other, 5).estimate
    1.0
    """
    a, b = mean_events_at(one, at_week), mean_events_at(other, at_week)
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    return normal_estimate(a.estimate - b.estimate, np.hypot(a.std_error, b.std_error), one.confidence)


def mean_events_ratio(one: MeanCumulativeFunction, other: MeanCumulativeFunction, at_week: int) -> Estimate:
    """Ratio of mean numbers of events by a week of independent groups, interval and test on the log scale.

    Variance of the log ratio by the delta method: the sum of (SE / mean)^2; none where one of the means is 0.

    Examples
    --------
    >>> two = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([0, 0, 1]), np.array([1, 2, 4]))
    >>> other = mean_cumulative_function(np.zeros(2, int), np.array([5, 5]), np.array([1]), np.array([3]))
    >>> round(mean_events_ratio(two, other, 5).estimate, 9)
    3.0
    """
    a, b = mean_events_at(one, at_week), mean_events_at(other, at_week)
    if a.reason or b.reason:
        return Estimate(np.nan, reason=a.reason or b.reason)
    if not (a.estimate > 0 and b.estimate > 0):
        return Estimate(np.nan, reason="log_of_zero")
    return log_ratio(a.estimate, a.std_error, b.estimate, b.std_error, one.confidence)
