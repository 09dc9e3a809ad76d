"""Planning a comparison of two groups by events in time: smallest detectable hazard ratio, power, and width of the interval.

Own code because statsmodels plans for no hazard ratio, and lifelines has the power of Freedman's formula alone, without drop-out and
without the ratio that is found. It is a second opinion in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

Formula = Literal["schoenfeld", "freedman"]


@dataclass(frozen=True, slots=True)
class EventPlan:
    """What a comparison with so many events can show.

    Attributes
    ----------
    events : float
        Expected number of events in both groups together, were the hazards equal.
    smallest_hazard_ratio : float
        The hazard ratio below 1 that is found with the given power; its inverse above 1 is found as well (exactly so with
        `schoenfeld`).
    ci_low, ci_high : float
        Expected limits of the interval when the true hazard ratio is 1.
    power_at_assumed : float
        Power when the true ratio is `assumed`; NaN when none was given.
    formula, alpha, power
    reason : str or None
        `no_events` (none expected), `too_few_events` (not even a ratio of 0 would be found).
    """

    events: float
    smallest_hazard_ratio: float
    ci_low: float
    ci_high: float
    power_at_assumed: float
    formula: Formula
    alpha: float
    power: float
    reason: str | None = None


def expected_events(n: int, event_share: float, follow_up_weeks: float, drop_out_share: float = 0.0) -> float:
    """Expected events among `n` people followed for `follow_up_weeks`, with exponential times to event and to drop-out.

    Parameters
    ----------
    event_share
        Share with an event by the end of follow-up when nobody dropped out, 0 to 1 (1 not included).
    drop_out_share
        Share lost by the end of follow-up when nobody had an event, 0 to 1 (1 not included). The two compete.

    Notes
    -----
    With constant hazards h and c over time t the share seen is h / (h + c) (1 - exp(-(h + c) t)), where exp(-h t) is one minus
    the event share (Lachin & Foulkes 1986, Biometrics 42:507).

    Examples
    --------
    Without drop-out it is the share itself; with as much drop-out as events, half of those who left either way:

    >>> expected_events(100, 0.5, 52)
    50.0
    >>> expected_events(100, 0.5, 52, 0.5)
    37.5
    """
    for share, name in ((event_share, "event_share"), (drop_out_share, "drop_out_share")):
        if not 0 <= share < 1:
            raise ValueError(f"{name} must be at least 0 and less than 1")
    if n < 0 or not follow_up_weeks > 0:
        raise ValueError("n must not be negative and follow-up must be longer than 0 weeks")
    event, lost = -np.log1p(-event_share), -np.log1p(-drop_out_share)
    if event == 0:
        return 0.0
    return float(round(n * event / (event + lost) * -np.expm1(-(event + lost)), 10))


def required_events(
    hazard_ratio: float, *, share_first: float = 0.5, alpha: float = 0.05, power: float = 0.8, formula: Formula = "schoenfeld"
) -> float:
    """Events needed to find a hazard ratio, two-sided.

    Parameters
    ----------
    hazard_ratio
        More than 0 and not 1.
    share_first
        Share of the people in the first group, between 0 and 1.

    Notes
    -----
    Schoenfeld (1981, Biometrika 68:316; 1983, Biometrics 39:499): ``(z_{1-alpha/2} + z_power)^2 / (p (1 - p) log(HR)^2)``, for the log-rank
    test and the Cox model. Freedman (1982, Stat Med 1:121), with k = p / (1 - p): ``(z + z)^2 (k HR + 1)^2 / (k (1 - HR)^2)``, always
    more than Schoenfeld's for equal groups. Programs differ: PASS and Stata's `power logrank` use Freedman's by default, R's
    powerSurvEpi and Stata's `power cox` Schoenfeld's.

    Examples
    --------
    Equal groups, a halved hazard, 80 % power: Schoenfeld needs 4 x 7.849 / 0.4805 = 65.3 events, Freedman 7.849 x 9 = 70.6.

    >>> round(required_events(0.5), 1), round(required_events(0.5, formula="freedman"), 1)
    (65.3, 70.6)
    """
    _check(alpha, power, share_first, formula)
    if not hazard_ratio > 0 or hazard_ratio == 1 or np.isinf(hazard_ratio):
        raise ValueError("the hazard ratio must be more than 0 and not 1")
    p, z = share_first, ndtri(1 - alpha / 2) + ndtri(power)
    if formula == "schoenfeld":
        return float(z**2 / (p * (1 - p) * np.log(hazard_ratio) ** 2))
    k = p / (1 - p)
    return float(z**2 * (k * hazard_ratio + 1) ** 2 / (k * (1 - hazard_ratio) ** 2))


def power_of(
    hazard_ratio: float, events: float, *, share_first: float = 0.5, alpha: float = 0.05, formula: Formula = "schoenfeld"
) -> float:
    """Power of the two-sided test with so many events; the far tail is left out, so it is alpha / 2 where the ratio is 1.

    Examples
    --------
    >>> round(power_of(0.5, required_events(0.5)), 6)
    0.8
    """
    _check(alpha, 0.8, share_first, formula)
    if not hazard_ratio > 0 or events < 0:
        raise ValueError("the hazard ratio must be more than 0 and events not negative")
    p = share_first
    k = p / (1 - p)
    if formula == "schoenfeld":
        distance = np.sqrt(p * (1 - p)) * abs(np.log(hazard_ratio))
    else:
        distance = np.sqrt(k) * abs(1 - hazard_ratio) / (k * hazard_ratio + 1)
    return float(ndtr(np.sqrt(events) * distance - ndtri(1 - alpha / 2)))


def event_plan(
    n: int,
    event_share: float,
    follow_up_weeks: float,
    *,
    drop_out_share: float = 0.0,
    share_first: float = 0.5,
    alpha: float = 0.05,
    power: float = 0.8,
    formula: Formula = "schoenfeld",
    assumed: float | None = None,
) -> EventPlan:
    """What a study of `n` people can show: smallest detectable hazard ratio and expected width of the interval.

    Parameters
    ----------
    n, event_share, follow_up_weeks, drop_out_share
        As in `expected_events`.
    share_first, alpha, power, formula
        As in `required_events`.
    assumed
        A hazard ratio to give the power for.

    Notes
    -----
    The interval is that of a log hazard ratio with standard error ``1 / sqrt(events p (1 - p))`` around 1, at 1 - alpha. All of it is
    for large samples and hazards that are proportional; below some 20 events it is too hopeful.

    When not to use
    ---------------
    After the study, with the effect that was found: the interval says what power would say. With people in clusters: divide `n`
    by the design effect first.

    Examples
    --------
    A hundred people of whom half have an event within a year: a hazard ratio of 0.45 can be found.

    >>> plan = event_plan(100, 0.5, 52)
    >>> plan.events, round(plan.smallest_hazard_ratio, 2), round(plan.ci_low, 2), round(plan.ci_high, 2)
    (50.0, 0.45, 0.57, 1.74)
    """
    _check(alpha, power, share_first, formula)
    events = expected_events(n, event_share, follow_up_weeks, drop_out_share)
    chance = np.nan if assumed is None else power_of(assumed, events, share_first=share_first, alpha=alpha, formula=formula)
    if events == 0:
        return EventPlan(events, np.nan, np.nan, np.nan, np.nan, formula, alpha, power, "no_events")
    p, z = share_first, ndtri(1 - alpha / 2)
    width = z / np.sqrt(events * p * (1 - p))
    reach = (z + ndtri(power)) / np.sqrt(events)
    smallest = np.exp(-reach / np.sqrt(p * (1 - p))) if formula == "schoenfeld" else _freedman_ratio(reach, p / (1 - p))
    reason = "too_few_events" if np.isnan(smallest) else None
    return EventPlan(
        events, float(smallest), float(np.exp(-width)), float(np.exp(width)), chance, formula, alpha, power, reason
    )


def _freedman_ratio(reach: float, k: float) -> float:
    """The ratio below 1 with sqrt(k) (1 - HR) / (k HR + 1) = reach; NaN when even a ratio of 0 does not reach it."""
    root = np.sqrt(k)
    ratio = (root - reach) / (root + k * reach)
    return ratio if ratio > 0 else np.nan


def _check(alpha: float, power: float, share_first: float, formula: Formula) -> None:
    for value, name in ((alpha, "alpha"), (power, "power"), (share_first, "share_first")):
        if not 0 < value < 1:
            raise ValueError(f"{name} must be between 0 and 1")
    if formula not in ("schoenfeld", "freedman"):
        raise ValueError("formula must be 'schoenfeld' or 'freedman'")
