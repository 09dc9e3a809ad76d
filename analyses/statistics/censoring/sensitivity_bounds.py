"""How far those lost before the horizon could move the result: every one event-free, or every one with an event.

Own code because neither lifelines nor statsmodels has them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.beta_product import count_share
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.melding import melded_difference
from analyses.statistics.inference.wald import normal_quantile
from analyses.statistics.proportions.proportion import exact_interval


@dataclass(frozen=True, slots=True)
class SurvivalBounds:
    """Share without an event at the horizon, whatever happened to those lost.

    Attributes
    ----------
    best, worst : float
        All lost stayed event-free; all lost had the event in the week after they were last seen. 0 to 1.
    best_ci_low, best_ci_high, worst_ci_low, worst_ci_high : float
        Clopper-Pearson limits of each: sampling error only. ``worst_ci_low`` to ``best_ci_high`` covers both kinds of
        uncertainty.
    n, events, lost : int
        ``events`` up to the horizon; ``lost`` last seen before the horizon without an event.
    horizon_weeks : int
    confidence : float
    reason : str or None
        "empty_group", or "late_entry" from counts.
    """

    best: float
    worst: float
    best_ci_low: float
    best_ci_high: float
    worst_ci_low: float
    worst_ci_high: float
    n: int
    events: int
    lost: int
    horizon_weeks: int
    confidence: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class DifferenceBounds:
    """Survival at the horizon in the first group minus that in the second, under the two extremes.

    ``best``: the lost of the first group stay event-free and those of the second have the event; ``worst``: the
    reverse. Limits of each are sampling error only, from melded beta products (`survival_difference`).
    """

    best: float
    worst: float
    best_ci_low: float
    best_ci_high: float
    worst_ci_low: float
    worst_ci_high: float
    horizon_weeks: int
    reason: str | None = None


def survival_bounds(week, event, horizon_weeks: int, *, confidence: float = 0.95) -> SurvivalBounds:
    """Bound the share without an event at ``horizon_weeks``.

    Parameters
    ----------
    week : array of whole weeks, shape (n,)
        Week of event, or last week known to be event-free.
    event : array of 0/1, shape (n,)
    horizon_weeks : int
        Someone last seen event-free at this week or later is not lost.
    confidence : float

    Raises
    ------
    ValueError
        Shapes, weeks or a horizon that are no whole weeks from 0, event flags other than 0 and 1.

    Notes
    -----
    With d events and l lost among n, the share is 1 - d/n at best and 1 - (d + l)/n at worst (bounds without
    assumptions: Manski 1990, Am Econ Rev 80:319). Nothing is censored before the horizon any more, so both are plain
    proportions with an exact interval (Clopper & Pearson 1934). Kaplan-Meier lies between them. An event in the very
    week after the last contact and any later one before the horizon give the same worst bound, provided that the last
    contact was before the horizon.

    When not to use
    ---------------
    With late entry: what happened before entry is not bounded by these. As the main result: the bounds are meant to
    show how much rests on the assumption that those lost are like the others.

    Examples
    --------
    Four clients, one event, one lost: between 2/4 and 3/4.

    >>> bounds = survival_bounds([3, 5, 26, 26], [1, 0, 0, 0], 26)
    >>> bounds.worst, bounds.best
    (0.5, 0.75)
    """
    week, event = _checked(week, event)
    horizon = int(whole_weeks(horizon_weeks, "horizon_weeks"))
    normal_quantile(confidence)
    events = int((event & (week <= horizon)).sum())
    lost = int((~event & (week < horizon)).sum())
    return _bounds(len(week), events, lost, horizon, confidence)


def _checked(week, event) -> tuple[np.ndarray, np.ndarray]:
    week, event = whole_weeks(week, "week"), np.asarray(event)
    if week.ndim != 1 or event.shape != week.shape or not np.isin(event, (0, 1)).all():
        raise ValueError("week must be one-dimensional, and event 0 or 1 for each")
    return week, event.astype(bool)


def bounds_from_counts(counts: EventCounts, horizon_weeks: int, *, confidence: float = 0.95) -> SurvivalBounds:
    """The same from weekly counts, which may have been rounded; everybody followed from the start.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> bounds = bounds_from_counts(event_counts(np.array([3, 5, 26, 26]), np.array([1, 0, 0, 0])), 26)
    >>> bounds.worst, bounds.best
    (0.5, 0.75)
    """
    horizon = int(whole_weeks(horizon_weeks, "horizon_weeks"))
    if counts.entered[1:].any():
        return _bounds(0, 0, 0, horizon, confidence, "late_entry")
    events = int(counts.all_events[: horizon + 1].sum())
    lost = int(counts.censored[:horizon].sum())
    return _bounds(counts.size, events, lost, horizon, confidence)


def _bounds(
    n: int, events: int, lost: int, horizon_weeks: int, confidence: float, reason: str = "empty_group"
) -> SurvivalBounds:
    if n == 0:
        return SurvivalBounds(*[np.nan] * 6, 0, 0, 0, horizon_weeks, confidence, reason)
    best_low, best_high = exact_interval(n - events, n, confidence)
    worst_low, worst_high = exact_interval(n - events - lost, n, confidence)
    best, worst = (n - events) / n, (n - events - lost) / n
    return SurvivalBounds(best, worst, best_low, best_high, worst_low, worst_high, n, events, lost, horizon_weeks, confidence)


def survival_bounds_by_week(week, event, horizon_weeks: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the best and the worst curve at weeks 0 .. ``horizon_weeks``; each of shape (horizon_weeks + 1,).

    The worst curve counts someone last seen at week c from week c + 1 on.

    Examples
    --------
    >>> best, worst = survival_bounds_by_week([1, 2], [1, 0], 3)
    >>> best.tolist(), worst.tolist()
    ([1.0, 0.5, 0.5, 0.5], [1.0, 0.5, 0.5, 0.0])
    """
    week, event = _checked(week, event)
    grid = np.arange(int(whole_weeks(horizon_weeks, "horizon_weeks")) + 1)
    if len(week) == 0:
        empty = np.full(len(grid), np.nan)
        return empty, empty
    happened = np.searchsorted(np.sort(week[event]), grid, side="right")
    gone = np.searchsorted(np.sort(week[~event]), grid, side="left")
    return 1.0 - happened / len(week), 1.0 - (happened + gone) / len(week)


def survival_difference_bounds(first: SurvivalBounds, second: SurvivalBounds) -> DifferenceBounds:
    """Bound the difference in survival between two groups at the same horizon.

    Raises
    ------
    ValueError
        The horizons differ.

    Examples
    --------
    >>> a = survival_bounds([3, 5, 26, 26], [1, 0, 0, 0], 26)
    >>> b = survival_bounds([2, 4, 26, 26], [1, 1, 0, 0], 26)
    >>> difference = survival_difference_bounds(a, b)
    >>> difference.worst, difference.best
    (0.0, 0.25)
    """
    if first.horizon_weeks != second.horizon_weeks:
        raise ValueError("both groups need the same horizon")
    reason = first.reason or second.reason
    if reason:
        return DifferenceBounds(*[np.nan] * 6, first.horizon_weeks, reason)
    shares = {
        name: [count_share(getattr(bounds, name) * bounds.n, bounds.n) for bounds in (first, second)]
        for name in ("best", "worst")
    }
    best = melded_difference(shares["best"][0], shares["worst"][1], confidence=first.confidence)
    worst = melded_difference(shares["worst"][0], shares["best"][1], confidence=first.confidence)
    at_best, at_worst = first.best - second.worst, first.worst - second.best
    # half an event is supposed: of a difference of 1 the limit is not below it
    best = min(float(best[0]), at_best), max(float(best[1]), at_best)
    worst = min(float(worst[0]), at_worst), max(float(worst[1]), at_worst)
    return DifferenceBounds(at_best, at_worst, *best, *worst, first.horizon_weeks)
