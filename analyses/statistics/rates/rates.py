"""Events per person-year: exact Poisson interval, rate ratio with exact conditional interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.inference.wald import normal_quantile

WEEKS_PER_YEAR = 365.25 / 7.0
"""52.178571...: a year of follow-up is 365.25 days."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per person-year.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        Events per person-year; NaN with ``reason`` "no_time" when nobody was followed.
    std_error : float
        Root of the events over the years; NaN without events, where it says nothing.
    events : int
    person_years : float
    confidence : float
    reason : str or None
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    events: int
    person_years: float
    confidence: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate of the first group over the rate of the second.

    ``estimate`` is 0 when only the first group has no events, and infinite when only the second has none; the
    interval stays defined. ``std_error`` is that of the ratio (of its logarithm, times the ratio), NaN when a group has no
    events. ``reason``: "no_time" (a group was not followed) or "no_events" (in neither group).
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    p_value: float
    confidence: float
    reason: str | None = None


def person_years(follow_up_weeks, entry=None) -> float:
    """Return follow-up in years of 365.25 days; ``entry`` (whole weeks, default 0) is subtracted.

    Raises
    ------
    ValueError
        Weeks that are missing or not whole, or follow-up that ends before it begins.

    Examples
    --------
    Four years of 365.25 days are 1461 days; so many weeks are 28 years.

    >>> person_years([1000, 461])
    28.0
    """
    weeks = whole_weeks(follow_up_weeks, "follow_up_weeks")
    followed = weeks - (0 if entry is None else whole_weeks(entry, "entry"))
    if followed.size and followed.min() < 0:
        raise ValueError("follow-up must not end before it begins")
    return float(followed.sum()) / WEEKS_PER_YEAR


def rate(events: int, years: float, *, confidence: float = 0.95) -> Rate:
    """Return the rate with Garwood's exact interval.

    Parameters
    ----------
    events : int
        All events, repeated ones of a client included, or first events; say which. 0 or more.
    years : float
        Person-years at risk.
    confidence : float

    Raises
    ------
    ValueError
        Negative counts or years, ``confidence`` outside (0, 1).

    Notes
    -----
    Limits are the Poisson means with tail probability alpha / 2 (Garwood 1936, Biometrika 28:437): gamma quantiles with
    ``events`` and ``events + 1`` degrees, over the years (statsmodels' ``confint_poisson``, method "exact-c"); as R's
    ``poisson.test``, Stata's ``cii`` and SAS's exact option. With no events the lower limit is 0 and the upper is
    ``-log(alpha / 2) / years`` (as R; programs that take all of alpha there give ``3 / years``, which is narrower).

    When not to use
    ---------------
    Repeated events cluster in clients: the Poisson interval is then too narrow. Use the mean cumulative function or an
    Andersen-Gill model with cluster-robust errors.

    Examples
    --------
    With no events in ten years the upper limit solves exp(-10 m) = 0.025:

    >>> round(rate(0, 10.0).ci_high, 6)
    0.368888
    """
    _check(events, years)
    normal_quantile(confidence)
    if years == 0:
        return Rate(np.nan, np.nan, np.nan, np.nan, events, years, confidence, "no_time")
    from statsmodels.stats.rates import confint_poisson

    low, high = confint_poisson(events, years, method="exact-c", alpha=1.0 - confidence)
    error = float(np.sqrt(events)) / years if events else np.nan
    return Rate(events / years, error, float(low), float(high), events, years, confidence)


def rate_ratio(
    events: int, years: float, events_reference: int, years_reference: float, *, confidence: float = 0.95
) -> RateRatio:
    """Compare two rates, conditional on the total number of events.

    Given the total, the events of the first group are binomial with odds ``ratio * years / years_reference``. The
    interval inverts Clopper and Pearson's (1934, Biometrika 26:404); p for a ratio of 1 adds up all outcomes that are
    at most as likely as the one seen. Both are scipy's ``binomtest``, as R's ``poisson.test``. That p can be below 0.05
    while the interval holds 1, for the interval doubles the smaller tail: p is then the doubled smaller tail, so that
    both say the same (R gives the smaller one). statsmodels has no exact interval of a ratio, and warns of a division by
    zero when the second group has no events.

    Raises
    ------
    ValueError
        Negative counts or years, ``confidence`` outside (0, 1).

    When not to use
    ---------------
    Clients with repeated events (see `rate`), or rates that change over follow-up while the groups are followed for
    different lengths: use Cox regression.

    Examples
    --------
    1 event against 0 in the same time: the chance of the first group is between 0.025 and 1, so the odds start at 1/39.

    >>> round(rate_ratio(1, 5.0, 0, 5.0).ci_low * 39, 6)
    1.0
    """
    _check(events, years)
    _check(events_reference, years_reference)
    normal_quantile(confidence)
    total = events + events_reference
    if years == 0 or years_reference == 0:
        return RateRatio(np.nan, np.nan, np.nan, np.nan, np.nan, confidence, "no_time")
    if total == 0:
        return RateRatio(np.nan, np.nan, np.nan, np.nan, np.nan, confidence, "no_events")
    from scipy.stats import binomtest

    unit, chance = years_reference / years, years / (years + years_reference)
    test = binomtest(int(events), int(total), chance)
    low, high = test.proportion_ci(confidence, method="exact")
    estimate = events / events_reference * unit if events_reference else np.inf
    error = estimate * float(np.sqrt(1 / events + 1 / events_reference)) if events and events_reference else np.nan
    p_value, alpha = float(test.pvalue), 1.0 - confidence
    if p_value < alpha and low <= chance <= high:
        tails = (binomtest(int(events), int(total), chance, alternative=side).pvalue for side in ("less", "greater"))
        p_value = max(alpha, min(1.0, 2.0 * float(min(tails))))
    upper = float(high) / (1.0 - float(high)) * unit if high < 1.0 else np.inf
    return RateRatio(estimate, error, float(low) / (1.0 - float(low)) * unit, upper, p_value, confidence)


def _check(events: int, years: float) -> None:
    if events < 0 or int(events) != events:
        raise ValueError("events must be a whole number, 0 or more")
    if not years >= 0 or np.isinf(years):
        raise ValueError("person-years must be 0 or more")
