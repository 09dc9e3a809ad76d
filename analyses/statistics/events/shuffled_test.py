"""Tests of two small groups by shuffling the people over them, from weekly counts: for when chi-squared does not hold.

Own code because lifelines and statsmodels have no permutation test of curves, and scipy's takes people.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb

import numpy as np

from analyses.statistics.competing_events.gray_test import gray_test
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.events.log_rank import Weighting, log_rank, week_weights

DRAWS = 999
_LISTED = 2000
"""So many ways to divide the people are gone through one by one; of more, `DRAWS` are drawn."""
_NOISE = 1e-9


def shuffled_log_rank_p(
    one: EventCounts,
    other: EventCounts,
    *,
    seed,
    draws: int = DRAWS,
    weighting: Weighting = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
) -> float:
    """Share of the divisions of the people into two groups of these sizes of which the log-rank statistic is at least as large.

    All divisions when there are at most 2,000, else so many drawn at random, the one at hand counted in (Phipson & Smyth 2010,
    Stat Appl Genet Mol Biol 9:39). Everybody keeps their week and ending. NaN with late entry, or where the test itself has a reason.

    Parameters
    ----------
    seed : int or sequence of int
    weighting, rho, gamma
        As of `log_rank`.

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
    whole = one + other
    every, risk = whole.all_events.astype(float), np.maximum(whole.at_risk, 1).astype(float)
    used = every > 0
    weight = np.zeros_like(every)
    weight[used] = week_weights(every[used], risk[used], weighting, rho, gamma)
    spread = weight**2 * every * (risk - every) / np.maximum(risk - 1, 1)

    def statistics(firsts: np.ndarray) -> np.ndarray:
        """Of many divisions at once; arrays of shape (divisions, weeks)."""
        events, left = firsts[:, :-1].sum(axis=1), firsts.sum(axis=1)
        share = (left.sum(axis=1, keepdims=True) - np.cumsum(left, axis=1) + left) / risk
        gap = (weight * (events - every * share)).sum(axis=1)
        variance = (spread * share * (1 - share)).sum(axis=1)
        return np.where(variance > 1e-12, gap**2 / np.where(variance > 1e-12, variance, 1.0), 0.0)

    test = log_rank([one, other], weighting=weighting, rho=rho, gamma=gamma)
    return _p(one, other, test.statistic, statistics, seed, draws)


def shuffled_gray_p(one: EventCounts, other: EventCounts, *, cause: int = 1, seed, draws: int = DRAWS) -> float:
    """The same of Gray's test of one cause.

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> one = event_counts(np.array([1]), np.array([1]), causes=2)
    >>> other = event_counts(np.array([2, 3, 9, 9]), np.array([2, 2, 0, 0]))
    >>> round(5 * shuffled_gray_p(one, other, seed=1), 9)
    1.0
    """
    cells = _cells(one + other)

    def statistics(firsts: np.ndarray) -> np.ndarray:
        tests = [gray_test([_counts(first), _counts(cells - first)], cause=cause) for first in firsts]
        # a division whose statistic has no variance is as far from the others as can be told: not at all
        return np.nan_to_num([test.statistic for test in tests])

    return _p(one, other, gray_test([one, other], cause=cause).statistic, statistics, seed, draws)


def _p(
    one: EventCounts, other: EventCounts, found: float, statistics: Callable[[np.ndarray], np.ndarray], seed, draws: int
) -> float:
    if one.entered[1:].any() or other.entered[1:].any() or not np.isfinite(found):
        return np.nan
    cells = _cells(one + other)
    listed = comb(one.size + other.size, one.size) <= _LISTED
    values = statistics(_all_divisions(cells, one.size) if listed else _drawn_divisions(cells, one.size, seed, draws))
    extreme = int((values >= found * (1 - _NOISE)).sum())
    return extreme / len(values) if listed else (extreme + 1) / (len(values) + 1)


def _cells(counts: EventCounts) -> np.ndarray:
    """People by how they ended (the causes, then without an event) and week."""
    return np.concatenate([counts.events, counts.censored[None]]).astype(np.int64)


def _counts(cells: np.ndarray) -> EventCounts:
    return EventCounts(cells[:-1], cells[-1], np.append(cells.sum(), np.zeros(cells.shape[1] - 1, np.int64)))


def _all_divisions(cells: np.ndarray, size: int) -> np.ndarray:
    place = np.repeat(np.arange(cells.size), cells.ravel())
    return np.array([np.bincount(who, minlength=cells.size).reshape(cells.shape) for who in combinations(place, size)])


def _drawn_divisions(cells: np.ndarray, size: int, seed, draws: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    # marginals: time and memory do not grow with the people
    drawn = rng.multivariate_hypergeometric(cells.ravel(), size, size=draws, method="marginals")
    return drawn.reshape(draws, *cells.shape)
