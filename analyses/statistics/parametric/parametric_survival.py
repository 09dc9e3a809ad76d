"""Parametric survival on whole weeks and ranges: Weibull, log-normal and log-logistic times, with covariates that stretch time.

Own code because lifelines' fitters stop at the fifth digit with their settings (the log-logistic regression at the third), its log-normal
regression on ranges finds no solution where R does, and a fit takes a hundred times as long, too long for five per release and group. They
are a second opinion in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.inference.wald import normal_quantile, two_sided_p
from analyses.statistics.parametric._given_ranges import given_ranges, too_little
from analyses.statistics.parametric._location_scale import Distribution, log_survival, range_terms, standard_median
from analyses.statistics.parametric._log_time_fit import LogTimes, Maximum, maximum, together


@dataclass(frozen=True, slots=True, eq=False)
class ParametricSurvival:
    """A model of the logarithm of the weeks until the event: intercept, covariates, and a scale.

    Parameters
    ----------
    distribution
    names
        `intercept`, the covariates, `log_scale`.
    coefficients, std_error, ci_low, ci_high, p_value
        Shape (names,), on the scale of log weeks (and of the log of the scale); normal limits and test, as R's `survreg`. A
        Weibull shape is 1 / scale, its hazard ratio exp(-coefficient / scale).
    covariance
        Shape (names, names): inverse of the observed information.
    log_likelihood, aic
        The latter with as many parameters as there are names. Comparable between distributions of the same people, not between
        ranges and moments.
    n, events
        People, and how many of them had the event.
    last_week
        Last week in which anyone was followed: the model says nothing of later ones.
    confidence
    reason
        `empty_group`, `no_events`, `too_few_events` (fewer than parameters), `monotone_likelihood` (all events at one value of a
        covariate), `not_converged` (the events fit into one range, say: the scale then goes to 0).
    """

    distribution: Distribution
    names: tuple[str, ...]
    coefficients: np.ndarray
    std_error: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p_value: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    aic: float
    n: float
    events: float
    last_week: int
    confidence: float
    reason: str | None = None


def parametric_survival(
    left,
    right,
    covariates=None,
    names: Sequence[str] | None = None,
    *,
    distribution: Distribution = "weibull",
    entry=None,
    weight=None,
    confidence: float = 0.95,
) -> ParametricSurvival:
    """Fit one of the distributions by maximum likelihood.

    Parameters
    ----------
    left, right : arrays of whole weeks, shape (n,)
        The event lies in (left, right]; infinite `right` for no event up to and including `left`. An event known to be in week w is
        (w - 1, w]. Time begins at 0: an event in week 0 is one in the first week, (0, 1], and a range that begins before 0 begins
        at 0.
    covariates : array, shape (n,) or (n, k), optional
    names : names of the covariates, default x1, x2, ...
    entry : array of whole weeks, shape (n,), optional
        At risk after that week only; the event comes after it.
    weight : array, shape (n,), optional
        How many people each record stands for; the errors are those of so many people.

    Raises
    ------
    ValueError
        Weeks that are missing or not whole, a right end that does not come after the left end, an event that can have come before
        the entry, unequal lengths.

    Notes
    -----
    ``log T = intercept + x b + scale W``, W standard extreme value (smallest), normal or logistic (Kalbfleisch & Prentice 2002,
    sections 2.2 and 3.6). A range has probability S(left) - S(right), late entry divides by S(entry). A known week is a range too, so
    nothing is rounded: programs that take week w for the moment w (lifelines' `fit`, survreg's `Surv(week, event)`) give other
    estimates, the more so the earlier events come. Errors from the observed information. As R's
    `survreg(Surv(left, right, type = "interval2"))`, which knows no late entry.

    When not to use
    ---------------
    As the main result: everything rests on the form. With fewer than some ten events, or for weeks later than anyone was followed.

    Examples
    --------
    Of eight people four have the event in week 1, two in week 2 and two go on: half of those left, each week, as in a Weibull with
    shape 1.

    >>> fit = parametric_survival([0] * 4 + [1] * 2 + [2] * 2, [1] * 4 + [2] * 2 + [np.inf] * 2)
    >>> round(float(np.exp(-fit.coefficients[1])), 6), round(parametric_survival_at(fit, 1).estimate, 6)
    (1.0, 0.5)
    """
    normal_quantile(confidence)
    given, n, events, last_week = given_ranges(left, right, covariates, entry, weight)
    wanted = given.design.shape[1] - 1
    labels = ("intercept", *(names if names is not None else (f"x{k + 1}" for k in range(wanted))), "log_scale")
    if len(labels) != wanted + 2:
        raise ValueError("one name for each covariate")
    return _fitted(given, distribution, labels, n, events, last_week, confidence)


def parametric_from_counts(
    counts: EventCounts, steps, *, distribution: Distribution = "weibull", confidence: float = 0.95
) -> ParametricSurvival:
    """The same for one group, from its weekly counts, exact or rounded.

    Parameters
    ----------
    steps : array of whole weeks, ascending
        The weeks at which was counted: an event lies after one of them and up to the next. Follow-up after the last does not count.

    Examples
    --------
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> counts = event_counts(np.repeat([1, 2, 2], [4, 2, 2]), np.repeat([1, 1, 0], [4, 2, 2]))
    >>> round(parametric_survival_at(parametric_from_counts(counts, [0, 1, 2]), 1).estimate, 6)
    0.5
    """
    normal_quantile(confidence)
    steps = whole_weeks(steps, "steps").astype(float)
    week = np.arange(counts.table_weeks, dtype=float)
    last = steps[-1]
    inside = week <= last
    happened = np.where(inside, counts.all_events, 0.0)
    ended = counts.censored + counts.all_events - happened
    place = np.searchsorted(steps, np.minimum(week, last))
    before = np.where(place > 0, steps[place - 1], 0.0)
    left = np.concatenate([before, np.minimum(week, last), np.minimum(week, last)])
    right = np.concatenate([np.maximum(steps[place], 1.0), np.full(2 * len(week), np.inf)])
    weight = np.concatenate([happened, ended, np.where(week > 0, -counts.entered, 0.0)])
    given = together(left, right, np.zeros((len(left), 0)), weight)
    seen = np.minimum(week, last)[(counts.all_events + counts.censored) > 0]
    fields = (float(counts.entered.sum()), float(happened.sum()), int(seen.max(initial=0)), confidence)
    return _fitted(given, distribution, ("intercept", "log_scale"), *fields)


def _fitted(
    given: LogTimes,
    distribution: Distribution,
    names: tuple[str, ...],
    n: float,
    events: float,
    last_week: int,
    confidence: float,
) -> ParametricSurvival:
    reason = too_little(given, n, events)
    found = None if reason else maximum(given, distribution)
    if found is None:
        none = np.full(len(names), np.nan)
        found, reason = Maximum(none, np.full((len(names),) * 2, np.nan), np.nan), reason or "not_converged"
    error = np.sqrt(np.diag(found.covariance))
    half = normal_quantile(confidence) * error
    b = found.coefficients
    fields = (b, error, b - half, b + half, two_sided_p(b / error), found.covariance, found.log_likelihood)
    aic = 2.0 * (len(names) - found.log_likelihood)
    return ParametricSurvival(distribution, names, *fields, aic, n, events, last_week, confidence, reason)


def parametric_survival_at(fit: ParametricSurvival, at_week: int, covariates=None) -> Estimate:
    """Probability of no event up to and including a week, of people with these covariates (none, or all 0).

    The limits are normal ones of the standardised log week (Meeker & Escobar 1998, Statistical Methods for Reliability Data, section
    8.4.3), so that they lie between 0 and 1; lifelines makes them on the cumulative hazard, where they can pass 1. `reason` is
    `follow_up_too_short` beyond the last week in which anyone was followed.

    >>> fit = parametric_survival([0, 1, 2, 4, 5], [1, 2, 4, np.inf, np.inf])
    >>> answer = parametric_survival_at(fit, 4)
    >>> 0 < answer.ci_low < answer.estimate < answer.ci_high < 1, parametric_survival_at(fit, 6).reason
    (True, 'follow_up_too_short')
    """
    at_week = int(whole_weeks([at_week], "at_week")[0])
    if fit.reason or at_week > fit.last_week:
        return Estimate(np.nan, reason=fit.reason or "follow_up_too_short")
    if at_week == 0:
        return Estimate(1.0)
    x, scale = _at(fit, covariates), np.exp(fit.coefficients[-1])
    z = (np.log(at_week) - x @ fit.coefficients[:-1]) / scale
    error = _error(fit, np.append(-x / scale, -z))
    half = normal_quantile(fit.confidence) * error
    share, low, high = (float(np.exp(log_survival(np.array(at), fit.distribution))) for at in (z, z + half, z - half))
    slope = -float(range_terms(np.array([z]), np.array([np.inf]), fit.distribution).low[0])
    return Estimate(share, share * slope * error, low, high)


def parametric_median(fit: ParametricSurvival, covariates=None) -> Estimate:
    """Weeks by which half had the event, of people with these covariates (none, or all 0); limits are normal ones of its logarithm.

    `reason` is `not_reached` when that is later than anyone was followed: the form alone would say it. A limit that is later is NaN.

    >>> fit = parametric_survival([0, 1, 2, 4, 5], [1, 2, 4, np.inf, np.inf])
    >>> answer = parametric_median(fit)
    >>> round(parametric_survival_at(fit, 4).estimate, 2), round(answer.estimate, 1), answer.ci_high
    (0.43, 3.2, nan)
    """
    if fit.reason:
        return Estimate(np.nan, reason=fit.reason)
    x, middle = _at(fit, covariates), standard_median(fit.distribution)
    scale = np.exp(fit.coefficients[-1])
    log_median = float(x @ fit.coefficients[:-1] + scale * middle)
    error = _error(fit, np.append(x, scale * middle))
    half = normal_quantile(fit.confidence) * error
    last = np.log(fit.last_week)
    low, high = (float(np.exp(limit)) if limit <= last else np.nan for limit in (log_median - half, log_median + half))
    if log_median > last:
        return Estimate(np.nan, ci_low=low, reason="not_reached")
    return Estimate(float(np.exp(log_median)), float(np.exp(log_median)) * error, low, high)


def _at(fit: ParametricSurvival, covariates) -> np.ndarray:
    wanted = len(fit.names) - 2
    x = np.zeros(wanted) if covariates is None else np.asarray(covariates, float).ravel()
    if len(x) != wanted:
        raise ValueError("one value for each covariate")
    return np.append(1.0, x)


def _error(fit: ParametricSurvival, gradient: np.ndarray) -> float:
    return float(np.sqrt(gradient @ fit.covariance @ gradient))
