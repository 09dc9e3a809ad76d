"""What few people say of a curve, as a beta distribution: the beta product confidence procedure, of which neither 0 nor 1 takes the width.

Own code because neither lifelines nor statsmodels has it (R's `bpcp` has).
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.special import betaincinv

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.melding import BetaShare, beta_share


class _Curve(Protocol):
    """What is looked at of a curve, per week: a `SurvivalCurve`, or a `CumulativeIncidence` with its events by cause."""

    @property
    def at_risk(self) -> np.ndarray: ...
    @property
    def events(self) -> np.ndarray: ...


def survival_share(curve: _Curve, at_week: int) -> BetaShare:
    """What is known of survival at a week.

    Notes
    -----
    With n at risk and d events in a week, survival of it is Beta(n - d + 1, d), and survival of all weeks their product (Fay,
    Brittain & Proschan 2013, Biostatistics 14:723; for ties Fay & Brittain 2016, Stat Med 35:2726). That product gives the upper
    limit; times Beta(y, 1), with y people seen event-free through the week, as if the next of them had the event at once, the lower.
    Here half of each is taken (mid-p, as R's `bpcp2samp(midp = TRUE)`), as a beta with the first two moments. Without censoring that is
    within a few thousandths mid-p Clopper-Pearson, which covers near 95 % on average, not always at least.

    When not to use
    ---------------
    For limits that hold always, whatever the truth: `exact_limits`, which are wider.

    Examples
    --------
    One event among three: half Beta(2, 2) and half Beta(3, 1), with mean 5/8.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> found = survival_share(survival_curve(event_counts(np.array([1, 3, 3]), np.array([1, 0, 0]))), 3)
    >>> round(float(found.mean), 9), round(float(found.variance + found.mean**2), 9)
    (0.625, 0.45)
    """
    week = min(int(whole_weeks(at_week, "at_week")), len(curve.events) - 1)
    first, second, left = (part[-1] for part in _moments(curve.at_risk[: week + 1], curve.events[: week + 1]))
    return beta_share(first * (left + 0.5) / (left + 1), second * (left + 1) / (left + 2))


def count_share(count: float, n: float) -> BetaShare:
    """What is known of a plain share, count of n, nobody lost: half Beta(count, n - count + 1) and half Beta(count + 1, n - count).

    >>> found = count_share(2, 3)
    >>> round(float(found.mean), 9), round(float(found.variance + found.mean**2), 9)
    (0.625, 0.45)
    """
    return beta_share((count + 0.5) / (n + 1), (count + 1) ** 2 / ((n + 1) * (n + 2)))


def restricted_mean_share(curve: _Curve, horizon_weeks: int) -> BetaShare:
    """What is known of the restricted mean over its horizon, which lies between 0 and 1.

    The area under a curve of which each week is the upper product of `survival_share` times Beta(y + 1/2, 1/2), half an event more, and
    the beta with its mean and variance. Without censoring a week then is Beta(n - d + 1/2, d + 1/2), Jeffreys' (Brown, Cai & DasGupta
    2001, Stat Sci 16:101): when an event happens is less of a step than whether, and half and half would be too wide here. The
    distribution of a whole curve rather than of one week: Cui & Hannig (2019, Biometrika 106:501).

    Examples
    --------
    Nobody of nine had an event: as 9.5 of 10.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> found = restricted_mean_share(survival_curve(event_counts(np.full(9, 4), np.zeros(9, int))), 4)
    >>> round(float(found.mean), 9)
    0.95

    When not to use
    ---------------
    Beyond the last week in which anyone was followed.
    """
    horizon = int(whole_weeks(horizon_weeks, "horizon_weeks", minimum=1))
    seen = min(horizon, len(curve.events))
    first, second, left = _moments(curve.at_risk[:seen], curve.events[:seen])
    first, second = first * (left + 0.5) / (left + 1), second * (left + 0.5) * (left + 1.5) / ((left + 1) * (left + 2))
    # after the last week the curve stays where it is
    first, second = (np.append(part, np.full(horizon - seen, part[-1])) for part in (first, second))
    after = first.sum() - np.cumsum(first)
    area = second.sum() + 2 * np.sum(second / first * after)
    return beta_share(first.sum() / horizon, area / horizon**2)


def incidence_share(curve: _Curve, cause: int, at_week: int) -> BetaShare:
    """What is known of the cumulative incidence of a cause (1, 2, ...) at a week.

    As `survival_share`, with the causes of a week and survival of it as Dirichlet(d1, d2, ..., n - d + 1). That gives the lower limit;
    with one event of this cause more, had at once by one of those who are left, the upper; and half of each is taken. With one cause it
    is one minus `survival_share`; without censoring it is mid-p Clopper-Pearson again, whatever competes.

    Examples
    --------
    Of three people one has the event and one a competing event: half Beta(1, 3) and half Beta(2, 2), with mean 3/8.

    >>> from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> found = incidence_share(cumulative_incidence(event_counts(np.array([1, 2, 3]), np.array([1, 2, 0]))), 1, 3)
    >>> round(float(found.mean), 9), round(float(found.variance + found.mean**2), 9)
    (0.375, 0.2)

    When not to use
    ---------------
    Beyond the last week in which anyone was followed.
    """
    week = min(int(whole_weeks(at_week, "at_week")), curve.events.shape[1] - 1)
    mean, square, both, first, second, left = _incidence_moments(curve, cause, week)
    return beta_share(mean + first * 0.5 / (left + 1), square + both / (left + 1) + second / ((left + 1) * (left + 2)))


def exact_limits(curve: _Curve, at_week: int, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of survival at a week by the beta product confidence procedure itself, which hold at least as often as they say.

    Without censoring those of Clopper & Pearson. In whole weeks whoever is last seen in a week was seen through it, so y is those
    event-free at its end; `bpcp`, for exact times, takes those followed beyond it.

    Examples
    --------
    Nobody of six had the event: at most 46 % have it.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> from analyses.statistics.events.survival_curve import survival_curve
    >>> low, high = exact_limits(survival_curve(event_counts(np.full(6, 5), np.zeros(6, int))), 5)
    >>> round(1 - low, 4), high
    (0.4593, 1.0)
    """
    week = min(int(whole_weeks(at_week, "at_week")), len(curve.events) - 1)
    first, second, left = (part[-1] for part in _moments(curve.at_risk[: week + 1], curve.events[: week + 1]))
    tail = (1 - confidence) / 2
    upper, lower = beta_share(first, second), beta_share(first * left / (left + 1), second * left / (left + 2))
    low = float(betaincinv(lower.a, lower.b, tail)) if left > 0 else 0.0
    high = float(betaincinv(upper.a, upper.b, 1 - tail)) if first < 1 else 1.0
    return low, high


def exact_incidence_limits(curve: _Curve, cause: int, at_week: int, confidence: float = 0.95) -> tuple[float, float]:
    """The same for the cumulative incidence of a cause (1, 2, ...).

    >>> from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence
    >>> from analyses.statistics.events.event_counts import event_counts
    >>> curve = cumulative_incidence(event_counts(np.array([1, 2, 3, 3, 3, 3]), np.array([2, 2, 0, 0, 0, 0]), causes=2))
    >>> low, high = exact_incidence_limits(curve, 1, 3)
    >>> low, round(high, 4)
    (0.0, 0.4593)
    """
    week = min(int(whole_weeks(at_week, "at_week")), curve.events.shape[1] - 1)
    mean, square, both, first, second, left = _incidence_moments(curve, cause, week)
    more, more_square = 1 / (left + 1), 2 / ((left + 1) * (left + 2))
    tail = (1 - confidence) / 2
    lower, upper = beta_share(mean, square), beta_share(mean + first * more, square + 2 * both * more + second * more_square)
    low = float(betaincinv(lower.a, lower.b, tail)) if mean > 0 else 0.0
    return low, float(betaincinv(upper.a, upper.b, 1 - tail)) if left > 0 or upper.mean < 1 - 1e-12 else 1.0


def _moments(at_risk: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and second moment of the product by each week, and those event-free at the end of the week."""
    n, d = np.asarray(at_risk, float), np.asarray(events, float)
    left = np.maximum(n - d, 0.0)
    some, n = d > 0, left + d
    first = np.cumprod(np.where(some, (left + 1) / (n + 1), 1.0))
    second = np.cumprod(np.where(some, (left + 1) * (left + 2) / ((n + 1) * (n + 2)), 1.0))
    return first, second, left


def _incidence_moments(curve: _Curve, cause: int, week: int) -> tuple[float, ...]:
    """Of incidence F and survival S of all causes at the week: E F, E F^2, E FS, E S, E S^2, and who is event-free at its end."""
    d, every = curve.events[cause - 1, : week + 1].astype(float), curve.events[:, : week + 1].sum(axis=0)
    first, second, left = _moments(curve.at_risk[: week + 1], every)
    size = left + every + 1
    share, share_square, with_left = d / size, d * (d + 1) / (size * (size + 1)), d * (left + 1) / (size * (size + 1))
    before, square_before = (np.concatenate([[1.0], part[:-1]]) for part in (first, second))
    gained = before * share
    rest = np.cumsum(square_before * with_left / first)
    square = np.sum(square_before * share_square) + 2 * np.sum(gained[1:] * rest[:-1])
    return gained.sum(), square, first[-1] * rest[-1], first[-1], second[-1], left[-1]
