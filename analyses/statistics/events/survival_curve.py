"""The Kaplan-Meier curve from weekly counts, with its intervals and quantiles.

Own code because lifelines and statsmodels take people, not counts. lifelines is a second opinion in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtr, ndtri

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.beta_product import exact_limits
from analyses.statistics.events.event_counts import EventCounts

ConfType = Literal["log-log", "log", "plain"]


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """A survival curve on the grid of weeks 0, 1, 2, ...

    Parameters
    ----------
    at_risk, events, censored
        Shape (weeks,), counts in each week.
    survival
        Shape (weeks,): probability of no event up to and including the week, 0 to 1.
    std_error
        Shape (weeks,): Greenwood standard error of `survival`.
    ci_low, ci_high
        Shape (weeks,): pointwise limits, NaN where undefined.
    conf_type, confidence
        How the limits were made.
    last_week, beyond
        Last week of which the curve says something, and why it says nothing beyond it: `follow_up_too_short`, or `nobody_at_risk` where
        with late entry nobody was at risk although others came later; None when it has reached 0 and stays there.
    """

    at_risk: np.ndarray
    events: np.ndarray
    censored: np.ndarray
    survival: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    conf_type: ConfType
    confidence: float
    last_week: int
    beyond: str | None

    @property
    def n(self) -> int:
        """People behind the curve."""
        return self.events.sum() + self.censored.sum()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its standard error, interval and p; `reason` says why one of them is missing, `limits_by` how the limits were made.

    `df` are the degrees of freedom of an interval by t.
    """

    estimate: float
    std_error: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    reason: str | None = None
    limits_by: str = ""
    df: float = np.nan


def survival_curve(counts: EventCounts, *, conf_type: ConfType = "log-log", confidence: float = 0.95) -> SurvivalCurve:
    """Kaplan-Meier estimate with pointwise limits.

    S(t) is the product of (1 - d/n) over the weeks up to t; Greenwood's variance is S(t)^2 times the sum of d/(n (n - d))
    (Kaplan & Meier 1958, JASA 53:457; Kalbfleisch & Prentice 2002, section 1.4).

    Parameters
    ----------
    conf_type
        `log-log` (SAS, Stata, lifelines), `log` (R's `survfit`) or `plain` (SPSS): programs differ, and with few people it
        shows (pitfall T3). Where S is 1 the variance is 0 and the limits are 1 for `log` and `plain` and undefined
        for `log-log`, as in R; where S is 0 all limits are undefined. Limits of `plain` and `log` are cut at 0 and 1. `survival_at`
        gives exact limits there.

    When not to use
    ---------------
    With weights for persons: Greenwood's variance is wrong then (pitfall T5); bootstrap clients and estimate the weights again
    in each draw. With competing events, read 1 - S as too high and use the cumulative incidence. With late entry, a small risk
    set in which everybody has the event puts the curve at 0 (T9), and nothing is known from there: start the curve at a later week then.

    Examples
    --------
    Two events among four people, one in week 1 and one in week 2: S = 3/4, then 3/4 x 2/3 = 1/2.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> counts = event_counts(np.array([1, 2, 3, 3]), np.array([1, 1, 0, 0]))
    >>> survival_curve(counts).survival.tolist()
    [1.0, 0.75, 0.5, 0.5]
    """
    everyone, happened = counts.at_risk, counts.all_events
    at_risk, events = everyone.astype(float), happened.astype(float)
    risky = np.maximum(at_risk, 1.0)
    survival = np.cumprod(1.0 - events / risky)
    survivors = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard_variance = np.where(events > 0, events / (risky * survivors), 0.0)
    relative = np.cumsum(hazard_variance)
    dead = survival <= 0
    std_error = np.where(dead, 0.0, survival * np.sqrt(np.where(dead, 0.0, relative)))
    low, high = _limits(survival, relative, conf_type, confidence)
    last_week, beyond = counts.known
    at_zero = beyond == "follow_up_too_short" and dead[-1:].any()
    return SurvivalCurve(
        everyone,
        happened,
        counts.censored,
        survival,
        std_error,
        low,
        high,
        conf_type,
        confidence,
        last_week,
        None if at_zero else beyond,
    )


def _limits(
    survival: np.ndarray, relative: np.ndarray, conf_type: ConfType, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    z = ndtri(0.5 + confidence / 2)
    inside = survival > 0
    s, width = np.where(inside, survival, np.nan), z * np.sqrt(np.where(inside, relative, np.nan))
    if conf_type == "plain":
        return np.maximum(s - width * s, 0.0), np.minimum(s + width * s, 1.0)
    if conf_type == "log":
        return s * np.exp(-width), np.minimum(s * np.exp(width), 1.0)
    if conf_type != "log-log":
        raise ValueError("conf_type must be log-log, log or plain")
    below = np.where(s < 1, s, np.nan)
    power = np.exp(width / np.log(below))
    return below ** (1 / power), below**power


def survival_at(curve: SurvivalCurve, at_week: int) -> Estimate:
    """Survival at a week (0 or later), with its limits.

    Where the curve is at 1 or 0 it has no variance, which says nothing of how sure that is: the limits there are the exact ones
    (`beta_product.exact_limits`; without censoring Clopper & Pearson's), and there is no standard error. `reason` is
    `empty_group`, or why the curve says nothing of the week (`follow_up_too_short`, `nobody_at_risk`): it is not drawn out beyond what
    was seen (as R's `summary.survfit` with `extend=FALSE`).

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = survival_curve(event_counts(np.array([1, 2, 3, 3]), np.array([1, 1, 0, 0])))
    >>> survival_at(curve, 2).estimate, survival_at(curve, 4).reason
    (0.5, 'follow_up_too_short')
    >>> round(survival_at(curve, 0).ci_low, 4), survival_at(curve, 0).limits_by
    (0.3976, 'exact')
    """
    week = int(whole_weeks(at_week, "at_week"))
    reason = unknown_at(curve, week)
    if reason:
        return Estimate(np.nan, reason=reason)
    week = min(week, len(curve.survival) - 1)
    share, error = float(curve.survival[week]), float(curve.std_error[week])
    if error > 0:
        return Estimate(share, error, float(curve.ci_low[week]), float(curve.ci_high[week]), limits_by=curve.conf_type)
    low, high = exact_limits(curve, week, curve.confidence)
    return Estimate(share, np.nan, low, high, limits_by="exact")


def unknown_at(curve: SurvivalCurve, week: int) -> str | None:
    """Why the curve says nothing of a week; None when it does."""
    if not curve.at_risk.any():
        return "empty_group"
    return curve.beyond if week > curve.last_week else None


def quantile_weeks(curve: SurvivalCurve, share: float) -> Estimate:
    """The week by which a share of the people had the event, with the interval from inverting the limits.

    The first week with S at most 1 - share; where the curve is flat at exactly 1 - share, the middle of that stretch, as R's
    `quantile.survfit` and Stata do (SAS and SPSS too for the median). Limits: the same on the lower and upper limits
    (Brookmeyer & Crowley 1982, Biometrics 38:29); a limit is NaN when it was not reached. With late entry a limit can rise
    again: the first week counts, as in R's printed median (its `quantile` takes another). `reason` is `not_reached` when the
    curve stays above, or `nobody_at_risk` when it was still above where it stops being known.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> counts = event_counts(np.array([1, 2, 3, 4]), np.array([1, 1, 1, 1]))
    >>> quantile_weeks(survival_curve(counts), 0.5).estimate
    2.5
    """
    if not curve.at_risk.any():
        return Estimate(np.nan, reason="empty_group")
    until = slice(curve.last_week + 1)
    estimate, low, high = (
        _crossing(steps[until], 1 - share, curve.last_week) for steps in (curve.survival, curve.ci_low, curve.ci_high)
    )
    reason = "nobody_at_risk" if curve.beyond == "nobody_at_risk" else "not_reached"
    return Estimate(estimate, ci_low=low, ci_high=high, reason=reason if np.isnan(estimate) else None)


def _crossing(steps: np.ndarray, level: float, last_week: int) -> float:
    tolerance = 1e-9
    reached = np.flatnonzero(steps <= level + tolerance)
    if len(reached) == 0:
        return np.nan
    first = reached[0]
    if abs(steps[first] - level) > tolerance:
        return float(first)
    below = np.flatnonzero(steps < level - tolerance)
    return float(first + (below[0] if len(below) else last_week)) / 2


def log_ratio(a: float, a_error: float, b: float, b_error: float, confidence: float) -> Estimate:
    """a / b of two independent estimates, interval and test on the log scale; the standard error is that of the ratio."""
    ratio, error = float(a / b), float(np.hypot(a_error / a, b_error / b))
    z = ndtri(0.5 + confidence / 2)
    if not error > 0:
        return Estimate(ratio)
    low, high = float(ratio * np.exp(-z * error)), float(ratio * np.exp(z * error))
    return Estimate(ratio, ratio * error, low, high, float(2 * ndtr(-abs(np.log(ratio)) / error)), limits_by="log")


def normal_estimate(estimate: float, std_error: float, confidence: float = 0.95) -> Estimate:
    """An estimate with its normal interval and two-sided p; without variance there is neither."""
    estimate, std_error = float(estimate), float(std_error)
    if not std_error > 0:
        return Estimate(estimate)
    z = ndtri(0.5 + confidence / 2)
    p = float(2 * ndtr(-abs(estimate) / std_error))
    return Estimate(
        estimate, std_error, float(estimate - z * std_error), float(estimate + z * std_error), p, limits_by="normal"
    )
