"""Tests of two small groups by shuffling the people over them, from weekly counts: for when chi-squared does not hold.

Own code because lifelines and statsmodels have no permutation test of curves, and scipy's takes people.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb

import numpy as np

from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.gray_test import gray_test
from analyses.statistics.events.log_rank import log_rank

DRAWS = 999
_LISTED = 2000
"""So many ways to divide the people are gone through one by one; of more, `DRAWS` are drawn."""
_NOISE = 1e-9


def shuffled_log_rank_p(one: EventCounts, other: EventCounts, *, seed, draws: int = DRAWS) -> float:
    """Share of the divisions of the people into two groups of these sizes of which the log-rank statistic is at least as large.

    All divisions when there are at most 2,000, else so many drawn at random, the one at hand counted in (Phipson & Smyth 2010,
    Stat Appl Genet Mol Biol 9:39). Everybody keeps their week and ending. NaN with late entry, or where the test itself has a reason.

    Parameters
    ----------
    seed : int or sequence of int

    When not to use
    ---------------
    When one group was followed much shorter than the other: shuffling supposes that follow-up does not hang on the group (Heinze,
    Gnant & Schemper 2003, Biometrics 59:1151). With some five expected events in each group chi-squared does.

    Examples
    --------
    One of 21 has the event first: only that one of 21 divisions is as extreme.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one, other = event_counts(np.array([1]), np.array([1])), event_counts(np.full(20, 9), np.zeros(20, int))
    >>> round(21 * shuffled_log_rank_p(one, other, seed=1), 9)
    1.0
    """
    return _p(one, other, lambda first, second: log_rank([first, second]).statistic, seed, draws)


def shuffled_gray_p(one: EventCounts, other: EventCounts, *, cause: int = 1, seed, draws: int = DRAWS) -> float:
    """The same of Gray's test of one cause.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = event_counts(np.array([1]), np.array([1]), causes=2)
    >>> other = event_counts(np.array([2, 3, 9, 9]), np.array([2, 2, 0, 0]))
    >>> round(5 * shuffled_gray_p(one, other, seed=1), 9)
    1.0
    """
    return _p(one, other, lambda first, second: gray_test([first, second], cause=cause).statistic, seed, draws)


def _p(one: EventCounts, other: EventCounts, statistic: Callable[[EventCounts, EventCounts], float], seed, draws: int) -> float:
    found = statistic(one, other)
    if one.entered[1:].any() or other.entered[1:].any() or not np.isfinite(found):
        return np.nan
    whole = one + other
    cells = np.concatenate([whole.events, whole.censored[None]]).astype(np.int64)
    listed = comb(whole.size, one.size) <= _LISTED
    firsts = _all_divisions(cells, one.size) if listed else _drawn_divisions(cells, one.size, seed, draws)
    # a division whose statistic has no variance is as far from the others as can be told: not at all
    values = np.nan_to_num([statistic(_counts(first), _counts(cells - first)) for first in firsts])
    extreme = int((values >= found * (1 - _NOISE)).sum())
    return extreme / len(values) if listed else (extreme + 1) / (len(values) + 1)


def _counts(cells: np.ndarray) -> EventCounts:
    return EventCounts(cells[:-1], cells[-1], np.append(cells.sum(), np.zeros(cells.shape[1] - 1, np.int64)))


def _all_divisions(cells: np.ndarray, size: int) -> list[np.ndarray]:
    place = np.repeat(np.arange(cells.size), cells.ravel())
    chosen = combinations(place, size)
    return [np.bincount(list(who), minlength=cells.size).reshape(cells.shape) for who in chosen]


def _drawn_divisions(cells: np.ndarray, size: int, seed, draws: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    # marginals: time and memory do not grow with the people
    drawn = rng.multivariate_hypergeometric(cells.ravel(), size, size=draws, method="marginals")
    return drawn.reshape(draws, *cells.shape)
