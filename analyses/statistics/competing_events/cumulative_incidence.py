"""Cumulative incidence with competing events (Aalen-Johansen) from weekly counts, exact with ties.

Own code because lifelines moves tied events apart at random, resets the generator of the notebook and has its limits swapped (T1), and statsmodels
has no limits and no gaps in codes (T2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events._contrast import MANY, Part, difference
from analyses.statistics.events.beta_product import exact_incidence_limits, incidence_share
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import ConfType, Estimate

Variance = Literal["aalen", "greenwood"]


@dataclass(frozen=True, slots=True, eq=False)
class CumulativeIncidence:
    """Probability of having had each kind of event by each week 0, 1, 2, ...

    Parameters
    ----------
    at_risk
        Shape (weeks,).
    events
        Shape (causes, weeks).
    incidence, std_error, ci_low, ci_high
        Shape (causes, weeks), 0 to 1; limits are NaN where the incidence is 0 (or 1, for `log-log`).
    event_free
        Shape (weeks,): probability of no event of any kind; with the incidences it adds up to 1.
    one_minus_survival
        Shape (causes, weeks): 1 - Kaplan-Meier with the competing events as censorings. Too high: it is the share that would
        have the event if the competing events did not exist and those who had one were like the others.
    variance, conf_type, confidence
        How the standard errors and limits were made. `incidence_at` gives limits at 0 and 1 as well.
    last_week, beyond
        As of `SurvivalCurve`: the last week of which the curves say something, and why nothing beyond it.
    """

    at_risk: np.ndarray
    events: np.ndarray
    incidence: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    event_free: np.ndarray
    one_minus_survival: np.ndarray
    variance: Variance
    conf_type: ConfType
    confidence: float
    last_week: int
    beyond: str | None
    n: int


def cumulative_incidence(
    counts: EventCounts, *, variance: Variance = "aalen", conf_type: ConfType = "log-log", confidence: float = 0.95
) -> CumulativeIncidence:
    """Aalen-Johansen estimate for every cause: F_k(t) is the sum over weeks s <= t of S(s-) d_k(s) / n(s).

    S is the Kaplan-Meier curve of all kinds of event together (Aalen & Johansen 1978, Scand J Stat 5:141; Kalbfleisch & Prentice
    2002, equation 8.27). Tied events need no noise added to their times, as lifelines does (pitfall T1).

    Parameters
    ----------
    counts
        One row of `events` per cause. Late entry is allowed.
    variance
        `aalen`: Aalen (1978) with the correction for ties of R's `cmprsk::cuminc`, also the default of SAS. `greenwood`: the
        multinomial delta method (Marubini & Valsecchi 1995, equation 10.12), equal to the infinitesimal jackknife of R's
        `survival::survfit` and to statsmodels; with one cause it is Greenwood's variance of the survival curve. They
        differ little unless few people are at risk.
    conf_type
        Transform of the *incidence* F: `log-log` is F to the power exp(+-z se / (F log F)), the house convention and that of
        SAS; `log` the default of `survfit`; `plain` is what programs for cmprsk draw. Limits are cut at 0 and 1.

    When not to use
    ---------------
    To ask whether a treatment changes the *rate* of the event: a treatment that postpones the competing events raises this
    share too. Then look at cause-specific hazards as well.

    Examples
    --------
    Of four people one has the event in week 1 and one the competing event; of the two left one has the event in week 2:
    1/4, then 1/4 + 1/2 x 1/2 = 1/2. With the competing event as a censoring, 1 - 3/4 x 1/2 = 0.625.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> found = cumulative_incidence(event_counts(np.array([1, 1, 2, 2]), np.array([1, 2, 1, 0])))
    >>> found.incidence[0].tolist(), found.one_minus_survival[0].tolist()
    ([0.0, 0.25, 0.5], [0.0, 0.25, 0.625])
    """
    if variance not in ("aalen", "greenwood"):
        raise ValueError("variance must be aalen or greenwood")
    at_risk = counts.at_risk
    n = np.maximum(at_risk, 1).astype(float)
    d, every = counts.events.astype(float), counts.all_events.astype(float)
    event_free = np.cumprod(1.0 - every / n)
    before = np.concatenate([[1.0], event_free[:-1]])
    incidence = np.cumsum(before * d / n, axis=1)
    rule = _aalen_variance if variance == "aalen" else _greenwood_variance
    std_error = np.sqrt(np.maximum(rule(n, d, every, before, event_free, incidence), 0.0))
    low, high = incidence_limits(incidence, std_error, conf_type, confidence)
    last_week, beyond = counts.known
    at_zero = beyond == "follow_up_too_short" and (event_free[-1:] <= 0).any()
    return CumulativeIncidence(
        at_risk,
        counts.events,
        incidence,
        std_error,
        low,
        high,
        event_free,
        1.0 - np.cumprod(1.0 - d / n, axis=1),
        variance,
        conf_type,
        confidence,
        last_week,
        None if at_zero else beyond,
        counts.size,
    )


def _aalen_variance(n, d, every, before, after, incidence) -> np.ndarray:
    """Three running sums; after the last person has had an event, terms that divide by the survivors are left out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(after > 0, 1.0 / after, 0.0)
    own = before**2 * _tie_correction(d, n) * d / n**2
    others = every - d
    rest = np.where(after > 0, before**2 * _tie_correction(others, n) * others / n**2, 0.0)
    for_own, for_rest = 1.0 + inverse * incidence, inverse * incidence
    first = np.cumsum(for_own**2 * own + for_rest**2 * rest, axis=1)
    second = np.cumsum(inverse * (for_own * own + for_rest * rest), axis=1)
    third = np.cumsum(inverse**2 * (own + rest), axis=1)
    return first + incidence**2 * third - 2.0 * incidence * second


def _tie_correction(deaths: np.ndarray, n: np.ndarray) -> np.ndarray:
    return np.where(deaths > 1, 1.0 - (deaths - 1.0) / np.maximum(n - 1.0, 1.0), 1.0)


def _greenwood_variance(n, d, every, before, after, incidence) -> np.ndarray:
    """Var F(t) = sum (F(t) - F(s))^2 d/(n(n - d)) + sum S(s-)^2 d_k (n - d_k)/n^3 - 2 sum (F(t) - F(s)) S(s-) d_k/n^2."""
    hazard = np.where(n > every, every / (n * np.where(n > every, n - every, 1.0)), 0.0)
    cross = before * d / n**2
    squares = np.cumsum(incidence**2 * hazard, axis=1)
    once = np.cumsum(incidence * hazard, axis=1)
    spread = incidence**2 * np.cumsum(hazard) - 2.0 * incidence * once + squares
    own = np.cumsum(before**2 * d * (n - d) / n**3, axis=1)
    return spread + own - 2.0 * (incidence * np.cumsum(cross, axis=1) - np.cumsum(incidence * cross, axis=1))


def incidence_limits(
    incidence: np.ndarray, std_error: np.ndarray, conf_type: ConfType, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pointwise limits of probabilities from their standard errors, on the scale of `conf_type`."""
    z = ndtri(0.5 + confidence / 2)
    f, width = np.where(incidence > 0, incidence, np.nan), z * std_error
    if conf_type == "plain":
        return np.maximum(f - width, 0.0), np.minimum(f + width, 1.0)
    if conf_type == "log":
        return f * np.exp(-width / f), np.minimum(f * np.exp(width / f), 1.0)
    if conf_type != "log-log":
        raise ValueError("conf_type must be log-log, log or plain")
    f = np.where(f < 1.0 - 1e-12, f, np.nan)
    power = np.exp(width / (f * np.log(f)))
    return f ** (1.0 / power), f**power


def incidence_at(curve: CumulativeIncidence, cause: int, at_week: int) -> Estimate:
    """Incidence of a cause (1, 2, ...) at a week.

    Where the incidence is 0 or 1 the limits are the exact ones (`beta_product.exact_incidence_limits`) and there is no standard error.
    `reason` is `follow_up_too_short` when nobody was observed that long and somebody was still without any event, `nobody_at_risk`
    after a week in which nobody was at risk though others came later, or `empty_group`.

    When not to use
    ---------------
    To compare causes by adding them up over separate fits: incidences of one fit and survival free of any event add up to 1, those of
    fits that censor the other causes do not.

    Examples
    --------
    Of four people one has cause 1 in week 1, one cause 2 in week 2: 1/4 by week 2, whatever happens to the others.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = cumulative_incidence(event_counts(np.array([1, 2, 3, 3]), np.array([1, 2, 0, 0])))
    >>> incidence_at(curve, 1, 2).estimate
    0.25
    """
    week = int(whole_weeks(at_week, "at_week"))
    reason = _unknown_at(curve, week)
    if reason:
        return Estimate(np.nan, reason=reason)
    t = min(week, len(curve.event_free) - 1)
    rows = (curve.incidence, curve.std_error, curve.ci_low, curve.ci_high)
    share, error, low, high = (float(values[cause - 1, t]) for values in rows)
    if error > 0 and np.isfinite(low):
        return Estimate(share, error, low, high, limits_by=curve.conf_type)
    low, high = exact_incidence_limits(curve, cause, t, curve.confidence)
    return Estimate(share, np.nan, low, high, limits_by="exact")


def one_minus_survival_at(curve: CumulativeIncidence, cause: int, at_week: int) -> Estimate:
    """1 - Kaplan-Meier of a cause at a week, without an interval: it is there to be compared, not to be used.

    Too high wherever another cause takes people away first: they are treated as if they could still have the event.

    Examples
    --------
    Of two people one has cause 2 in week 1, the other cause 1 in week 2: 1/2 had it, 1 - Kaplan-Meier says everyone.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = cumulative_incidence(event_counts(np.array([1, 2]), np.array([2, 1])))
    >>> incidence_at(curve, 1, 2).estimate, one_minus_survival_at(curve, 1, 2).estimate
    (0.5, 1.0)
    """
    week = int(whole_weeks(at_week, "at_week"))
    reason = _unknown_at(curve, week)
    if reason:
        return Estimate(np.nan, reason=reason)
    return Estimate(float(curve.one_minus_survival[cause - 1, min(week, len(curve.event_free) - 1)]))


def incidence_difference(one: CumulativeIncidence, other: CumulativeIncidence, cause: int, at_week: int) -> Estimate:
    """Difference of two independent incidences at a week (first minus second), with interval and test.

    With at least 10 events of the cause in each group, and 10 people seen free of any event: normal, with the sum of the variances
    of both curves (cmprsk's, Aalen, by default). With fewer the beta products are melded (`incidence_share`, as in
    `survival_difference`), which also holds where a group has no event; `limits_by` says which.

    When not to use
    ---------------
    At a week chosen after seeing the curves; for one answer about the whole of follow-up: Gray's test.

    Examples
    --------
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = cumulative_incidence(event_counts(np.array([1, 1, 3, 3]), np.array([1, 1, 2, 0])))
    >>> other = cumulative_incidence(event_counts(np.array([1, 2, 3, 3]), np.array([1, 2, 0, 0])))
    >>> incidence_difference(one, other, 1, 3).estimate
    0.25
    """
    return difference(_part(one, cause, at_week), _part(other, cause, at_week), one.confidence)


def _part(curve: CumulativeIncidence, cause: int, at_week: int) -> Part:
    answer = incidence_at(curve, cause, at_week)
    if answer.reason:
        return Part(answer, False, 0, lambda: None)
    week = min(int(at_week), curve.events.shape[1] - 1)
    left = curve.at_risk[week] - curve.events[:, week].sum()
    many = curve.events[cause - 1, : week + 1].sum() >= MANY and left >= MANY
    return Part(answer, bool(many), curve.n, lambda: incidence_share(curve, cause, week))


def _unknown_at(curve: CumulativeIncidence, week: int) -> str | None:
    if curve.at_risk.max(initial=0) == 0:
        return "empty_group"
    return curve.beyond if week > curve.last_week else None
