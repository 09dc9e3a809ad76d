"""Weeks at which an edition that tells counts exactly gives a cumulative count, so that no few who came in between are told.

A count is given at a week when enough have accumulated since the last week at which it was given, and as many are still to come
before the next. Of all other weeks the reader knows that it was not so: of each he is left with the values close to one of both.
The weeks of the plan come first, then all others in their order.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np


class Given(NamedTuple):
    """Per week of the grid (the last axis) whether the count is given, and what it can be at least and at most."""

    given: np.ndarray
    low: np.ndarray
    high: np.ndarray


def given_weeks(
    counts: np.ndarray, first: np.ndarray, least: int, low: np.ndarray | None = None, high: np.ndarray | None = None
) -> Given:
    """Where cumulative counts are given exactly.

    The last week is given when at least `least` are counted by then; fewer are told as fewer. A week between two that are given is
    given itself when its count lies at least `least` from both, and when the weeks that remain between them each keep `least` values of
    those that they can have as weeks which are not given, and within what is known otherwise.

    Parameters
    ----------
    counts
        Shape (..., weeks): they never fall.
    first
        Places in the grid that are tried before the others.
    low, high
        Shape of `counts`: what the reader knows of each by another edition of the same dossier.

    Examples
    --------
    Of 14 events 6 had happened by the third week and 9 by the fourth: after 6 only 3 more had.

    >>> found = given_weeks(np.array([0, 2, 6, 9, 14]), np.array([], int), 5)
    >>> found.given.tolist(), found.low.tolist(), found.high.tolist()
    ([False, False, True, False, True], [0, 0, 6, 6, 14], [4, 4, 6, 14, 14])
    """
    counts = np.asarray(counts)
    size = counts.shape[-1]
    order = [int(k) for k in first if k < size - 1]
    lows = np.zeros_like(counts) if low is None else low
    highs = np.full_like(counts, counts.max(initial=0)) if high is None else high
    rows = [_one(*row, order, least) for row in zip(*(part.reshape(-1, size) for part in (counts, lows, highs)))]
    return Given(*(np.array(part).reshape(counts.shape) for part in zip(*rows)))


def _one(counts: np.ndarray, low: np.ndarray, high: np.ndarray, first: list[int], least: int) -> Given:
    size, end = len(counts), int(counts[-1])
    given, planned = np.zeros(size, bool), np.zeros(size, bool)
    if end < least:
        return Given(given, np.zeros_like(counts), np.full_like(counts, least - 1))
    given[-1] = planned[-1] = True
    planned[first] = True

    def sides(start: int, stop: int, *, both: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What is said of the weeks between two that are given, whether it is so, and whether it leaves enough values."""
        inside = slice(start + 1, stop)
        under, over = _ends(counts[inside], _count(counts, start), int(counts[stop]), least, both=both)
        values = np.minimum(over, high[inside]) - np.maximum(under, low[inside]) + 1
        return under, over, (under <= counts[inside]) & (counts[inside] <= over), values >= least

    def keeps(start: int, stop: int, *, both: bool) -> bool:
        _, _, near, enough = sides(start, stop, both=both)
        return bool((enough | ~near).all())

    for week in dict.fromkeys([*first, *range(size - 1)]):
        before, after = _around(given, week)
        apart = min(int(counts[week]) - _count(counts, before), int(counts[after] - counts[week]))
        given[week] = apart >= least and keeps(before, week, both=planned[week]) and keeps(week, after, both=True)
    under, over = counts.copy(), counts.copy()
    for start, stop in pairwise([-1, *np.flatnonzero(given).tolist()]):
        *ends, near, enough = sides(start, stop, both=planned[stop])
        # of weeks that another edition narrows nothing more is said
        ends = ends if (near & enough).all() else (_count(counts, start), int(counts[stop]))
        under[start + 1 : stop], over[start + 1 : stop] = ends
    return Given(given, under, over)


def _around(given: np.ndarray, week: int) -> tuple[int, int]:
    """The last given week before one, -1 for the start, and the first after it."""
    before, after = np.flatnonzero(given[:week]), np.flatnonzero(given[week + 1 :])
    return (int(before[-1]) if len(before) else -1), week + 1 + int(after[0])


def _count(counts: np.ndarray, week: int) -> int:
    return int(counts[week]) if week >= 0 else 0


def _ends(counts: np.ndarray, a: int, b: int, least: int, *, both: bool) -> tuple[np.ndarray, np.ndarray]:
    """What counts can be that are not given between a and b: close to the first, or to the second when `both`.

    Which of the two is told, where the sides have nothing in common. A week that is not one of the plan's was given because it was the first
    at which enough had accumulated: before it all are close to the first.
    """
    if not both:
        return np.full_like(counts, a), np.full_like(counts, a + least - 1)
    if b - a < 2 * least - 1:
        return np.full_like(counts, a), np.full_like(counts, b)
    near = counts < a + least
    return np.where(near, a, b - least + 1), np.where(near, a + least - 1, b)
