"""Events per person-year: exact Poisson interval, rate ratio with exact conditional interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, gammaincinv, gammaln, xlogy

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
    events : float
    person_years : float
    confidence : float
    reason : str or None
    """

    estimate: float
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
    interval stays defined. ``reason``: "no_time" (a group was not followed) or "no_events" (in neither group).
    """

    estimate: float
    ci_low: float
    ci_high: float
    p_value: float
    confidence: float
    reason: str | None = None


def person_years(weeks, entry=None) -> float:
    """Return follow-up in years of 365.25 days; ``entry`` (weeks, default 0) is subtracted.

    Raises
    ------
    ValueError
        Negative follow-up.

    Examples
    --------
    >>> round(person_years([365.25 / 7, 365.25 / 14]), 6)
    1.5
    """
    followed = np.asarray(weeks, dtype=float) - (0.0 if entry is None else np.asarray(entry, dtype=float))
    if followed.size and not (followed >= 0).all():
        raise ValueError("follow-up must not be negative or missing")
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
    ``events`` and ``events + 1`` degrees, over the years; as R's ``poisson.test``, Stata's ``cii`` and SAS's exact
    option. With no events the lower limit is 0 and the upper is ``-log(alpha / 2) / years`` (two-sided, as R; some
    programs give the one-sided ``3 / years``).

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
        return Rate(np.nan, np.nan, np.nan, events, years, confidence, "no_time")
    tail = (1.0 - confidence) / 2.0
    low = gammaincinv(events, tail) / years if events else 0.0
    high = gammaincinv(events + 1, 1.0 - tail) / years
    return Rate(events / years, float(low), float(high), events, years, confidence)


def rate_ratio(
    events: int, years: float, events_reference: int, years_reference: float, *, confidence: float = 0.95
) -> RateRatio:
    """Compare two rates, conditional on the total number of events.

    Given the total, the events of the first group are binomial with odds ``ratio * years / years_reference``. The
    interval inverts Clopper and Pearson's (1934, Biometrika 26:404); p for a ratio of 1 adds up all outcomes that are
    at most as likely as the one seen. Both as R's ``poisson.test``; programs that double the smaller tail give
    another p, so that p and interval may disagree at the margin.

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
        return RateRatio(np.nan, np.nan, np.nan, np.nan, confidence, "no_time")
    if total == 0:
        return RateRatio(np.nan, np.nan, np.nan, np.nan, confidence, "no_events")
    tail = (1.0 - confidence) / 2.0
    unit = years_reference / years
    low = float(betaincinv(events, events_reference + 1, tail)) if events else 0.0
    high = float(betaincinv(events + 1, events_reference, 1.0 - tail)) if events_reference else 1.0
    estimate = events / events_reference * unit if events_reference else np.inf
    upper = high / (1.0 - high) * unit if high < 1.0 else np.inf
    p_value = _binomial_p(events, total, years / (years + years_reference))
    return RateRatio(estimate, low / (1.0 - low) * unit, upper, p_value, confidence)


def _binomial_p(count: int, total: int, chance: float) -> float:
    """Two-sided binomial p by the likelihood of outcomes; 1e-7 of slack for equal likelihoods, as R."""
    outcome = np.arange(total + 1)
    log_likelihood = (
        gammaln(total + 1)
        - gammaln(outcome + 1)
        - gammaln(total - outcome + 1)
        + xlogy(outcome, chance)
        + xlogy(total - outcome, 1.0 - chance)
    )
    as_unlikely = log_likelihood <= log_likelihood[count] + np.log1p(1e-7)
    return min(1.0, float(np.exp(log_likelihood[as_unlikely]).sum()))


def _check(events: int, years: float) -> None:
    if events < 0 or int(events) != events:
        raise ValueError("events must be a whole number, 0 or more")
    if not years >= 0 or np.isinf(years):
        raise ValueError("person-years must be 0 or more")
