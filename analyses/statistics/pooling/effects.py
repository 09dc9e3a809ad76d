"""Effects per provider from counts, on the scale on which they are pooled, with a half added where a count is zero.

Own code because statsmodels adds to every table or to none, and has no rates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Effects(NamedTuple):
    """An effect per provider and its variance, shape (k,) each; NaN where there is nobody, or no time."""

    effect: np.ndarray
    variance: np.ndarray


def logit_share(events: np.ndarray, n: np.ndarray) -> Effects:
    """Logarithm of the odds of one group per provider; a half is added to both counts where one is zero (metafor's PLO).

    >>> found = logit_share([5, 0], [10, 4])
    >>> found.effect.round(6).tolist(), found.variance.round(6).tolist()
    ([0.0, -2.197225], [0.4, 2.222222])
    """
    yes, no = _some(events), _some(n) - _some(events)
    yes, no = _half(yes, no)
    return _known(np.log(yes / no), 1 / yes + 1 / no, _some(n) > 0)


def log_rate(events: np.ndarray, person_years: np.ndarray) -> Effects:
    """Logarithm of events per person-year of one group per provider; a half event where there is none (metafor's IRLN).

    >>> log_rate([4, 0], [2.0, 1.0]).variance.tolist()
    [0.25, 2.0]
    """
    years = _some(person_years)
    (count,) = _half(_some(events))
    return _known(np.log(count / np.where(years > 0, years, 1)), 1 / count, years > 0)


def log_odds_ratio(events: np.ndarray, n: np.ndarray, other_events: np.ndarray, other_n: np.ndarray) -> Effects:
    """Logarithm of the odds ratio, first group over second; a half in all four cells where one is zero (metafor's OR).

    >>> found = log_odds_ratio([4], [10], [2], [8])
    >>> round(float(found.effect[0]), 6), round(float(found.variance[0]), 6)
    (0.693147, 1.083333)
    """
    a, b, c, d = _half(*_table(events, n, other_events, other_n))
    there = (_some(n) > 0) & (_some(other_n) > 0)
    return _known(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, there)


def log_risk_ratio(events: np.ndarray, n: np.ndarray, other_events: np.ndarray, other_n: np.ndarray) -> Effects:
    """Logarithm of the ratio of risks, first group over second; a half in all four cells where one is zero (metafor's RR).

    >>> round(float(np.exp(log_risk_ratio([4], [10], [2], [8]).effect[0])), 6)
    1.6
    """
    a, b, c, d = _half(*_table(events, n, other_events, other_n))
    there = (_some(n) > 0) & (_some(other_n) > 0)
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return _known(np.log(a / (a + b)) - np.log(c / (c + d)), variance, there)


def risk_difference(events: np.ndarray, n: np.ndarray, other_events: np.ndarray, other_n: np.ndarray) -> Effects:
    """Difference of risks, first group minus second; a half in all four cells where one is zero (metafor's RD).

    >>> round(float(risk_difference([4], [10], [2], [8]).effect[0]), 6)
    0.15
    """
    a, b, c, d = _half(*_table(events, n, other_events, other_n))
    there = (_some(n) > 0) & (_some(other_n) > 0)
    return _known(a / (a + b) - c / (c + d), a * b / (a + b) ** 3 + c * d / (c + d) ** 3, there)


def log_rate_ratio(events: np.ndarray, person_years: np.ndarray, other_events: np.ndarray, other_years: np.ndarray) -> Effects:
    """Logarithm of the ratio of rates, first group over second; a half event in both where one has none (metafor's IRR).

    >>> round(float(np.exp(log_rate_ratio([6], [2.0], [3], [4.0]).effect[0])), 6)
    4.0
    """
    years, others = _some(person_years), _some(other_years)
    a, b = _half(_some(events), _some(other_events))
    there = (years > 0) & (others > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = np.log(a / years) - np.log(b / others)
    return _known(effect, 1 / a + 1 / b, there)


def _some(values: np.ndarray) -> np.ndarray:
    return np.atleast_1d(np.asarray(values, float))


def _table(events: np.ndarray, n: np.ndarray, other_events: np.ndarray, other_n: np.ndarray) -> tuple[np.ndarray, ...]:
    a, c = _some(events), _some(other_events)
    return a, _some(n) - a, c, _some(other_n) - c


def _half(*cells: np.ndarray) -> tuple[np.ndarray, ...]:
    """A half in every cell of a provider that has a zero in one of them."""
    added = np.where(np.any([cell == 0 for cell in cells], axis=0), 0.5, 0.0)
    return tuple(cell + added for cell in cells)


def _known(effect: np.ndarray, variance: np.ndarray, there: np.ndarray) -> Effects:
    return Effects(np.where(there, effect, np.nan), np.where(there, variance, np.nan))
