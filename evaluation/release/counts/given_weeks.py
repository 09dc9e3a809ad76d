"""Weeks at which an edition that tells counts exactly gives a cumulative count, so that no few who came in between are told.

A count is given at a week when enough have accumulated since the last week at which it was given, and as many are still to come
before the next. Of all other weeks the reader knows that it was not so: of each he is left with the values close to one of both.
The weeks of the plan come first, then all others in their order.

Whether a week can be given at all is decided by what the reader knows: what is given before and after it, and what another edition says. So
that it is not given says of its count that it is close to one of both, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Given(NamedTuple):
    """Per week of the grid (the last axis) whether the count is given, and what it can be at least and at most."""

    given: np.ndarray
    low: np.ndarray
    high: np.ndarray


def given_weeks(
    counts: np.ndarray,
    first: Sequence[int] | np.ndarray,
    least: int,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    end: tuple[np.ndarray, np.ndarray] | None = None,
    *,
    silent: bool = False,
) -> Given:
    """Where cumulative counts are given exactly.

    A week between two that are given is given itself when its count lies at least `least` from both, and when the weeks that remain between
    them each keep `least` values of those that they can have as weeks which are not given, and within what is known otherwise.

    Parameters
    ----------
    counts
        Shape (..., weeks): they never fall.
    first
        Places in the grid that are tried before the others.
    low, high
        Shape of `counts`: what the reader knows of each by another edition of the same dossier.
    end
        Least and most that is told of the last week, shape of `counts` without weeks. By default it is given when at least `least` are counted
        by then; fewer are told as fewer.
    silent
        Whether `low` and `high` are known to somebody, and cannot be told: limits then follow from what is given alone.

    Examples
    --------
    Of 14 events 6 had happened by the third week and 9 by the fourth: after 6 only 3 more had.

    >>> found = given_weeks(np.array([0, 2, 6, 9, 14]), (), 5)
    >>> found.given.tolist(), found.low.tolist(), found.high.tolist()
    ([False, False, True, False, True], [0, 0, 6, 6, 14], [4, 4, 6, 14, 14])
    """
    counts = np.asarray(counts)
    size, last = counts.shape[-1], counts[..., -1]
    order = dict.fromkeys([*(int(k) for k in first if k < size - 1), *range(size - 1)])
    known = (
        np.zeros_like(counts) if low is None else low,
        np.full_like(counts, max(counts.max(initial=0), least - 1)) if high is None else high,
    )
    ends = end or (np.where(last < least, 0, last), np.where(last < least, least - 1, last))
    series = (part.reshape(-1, size).tolist() for part in (counts, *known))
    rows = [_one(*row, list(order), least, silent) for row in zip(*series, *(part.ravel().tolist() for part in ends))]
    return Given(*(np.array(part).reshape(counts.shape) for part in zip(*rows)))


class _Limits:
    """Between what each of some counts lies that never fall."""

    def __init__(self, low: list[int], high: list[int]) -> None:
        self.low, self.high = low, high

    def say(self, week: int, bottom: int, top: int) -> None:
        """What a week can be limits those before and after it."""
        self.high[: week + 1] = [min(one, top) for one in self.high[: week + 1]]
        self.low[week:] = [max(one, bottom) for one in self.low[week:]]


class _Series(_Limits):
    """What the reader knows of one series as far as it is told: of each week the limits, and the parts of what lies between that it can be.

    `told`: the limits as far as they may be told; by default all. `ends`: weeks that are given, and the last.
    """

    def __init__(self, low: list[int], high: list[int], under: int, over: int, least: int, silent: bool) -> None:
        super().__init__(low, high)
        self.least, self.parts = least, [[(0, over)] for _ in low]
        self.told = _Limits([0] * len(low), [over] * len(low)) if silent else self
        self.ends = {-1: (0, 0), len(low) - 1: (under, over)}
        self.rooms: list[tuple[tuple, tuple[int, int]]] = [((), (0, 0)) for _ in low]
        for limits in (self, self.told):
            limits.say(len(low) - 1, under, over)

    def room(self, week: int) -> tuple[int, int]:
        """How low the most, and how high the least, of a week can come while it keeps enough values, or all that it had."""
        of = low, high, told = self.low[week], self.high[week], self.parts[week]
        if self.rooms[week][0] != of:
            parts = [(max(a, low), min(b, high)) for a, b in told]
            parts = [(a, b) for a, b in parts if a <= b]
            need = min(self.least, sum(b - a + 1 for a, b in parts))
            other = [(-b, -a) for a, b in reversed(parts)]
            self.rooms[week] = of, (_reached(parts, need), -_reached(other, need)) if need else (0, self.high[-1])
        return self.rooms[week][1]

    def decide(self, week: int, count: int) -> None:
        """Give a week, or tell on which side of what could be given it lies, or neither: by what is known of it, then by its count."""
        least, before, after = self.least, *self._around(week)
        start, stop = self.ends[before][0], self.ends[after][0]
        bottom, top = self.low[week], self.high[week]
        earlier, later = range(before + 1, week), range(week + 1, after)
        first, last = max(bottom, start + least), min(top, stop - least)
        wanted = min(least, last - first + 1)
        most = max((self.room(k)[0] for k in earlier), default=0)
        fewest = min((self.room(k)[1] for k in later), default=self.high[-1])
        if first <= last:
            first = min(max(first, most), last + 1)
        if first <= last:
            last = max(min(last, fewest), first - 1)
        others = first - bottom + top - last
        last -= max(least - others, 0) if others else 0
        if last - first + 1 < max(wanted, 1):
            # none that could be given: then where a few more may be told
            first, last = start + least, start + least - 1
        sides = [(bottom, first - 1), (last + 1, top)]
        apart = all(b < a or b - a + 1 >= least for a, b in sides)
        apart &= most <= first - 1 and last + 1 <= fewest
        if first <= count <= last:
            self.ends[week] = count, count
            self.say(week, count, count)
            self.told.say(week, count, count)
        elif apart:
            (side,) = (one for one in sides if one[0] <= count <= one[1])
            self.say(week, *side)
            near, far = start + least - 1, stop - least + 1
            self.told.say(week, far if side[0] >= far else 0, near if side[1] <= near else self.high[-1])
        else:
            self.parts[week] = sides if first <= last else [(bottom, top)]

    def _around(self, week: int) -> tuple[int, int]:
        return max(k for k in self.ends if k < week), min(k for k in self.ends if k > week)


def _reached(parts: list[tuple[int, int]], number: int) -> int:
    """The value by which so many values of some ranges have passed."""
    for low, high in parts:
        if number <= high - low + 1:
            return low + number - 1
        number -= high - low + 1
    raise ValueError("fewer values than that")


def _one(
    counts: list[int], low: list[int], high: list[int], under: int, over: int, order: list[int], least: int, silent: bool
) -> tuple[list[bool], list[int], list[int]]:
    """Of one series whether each week is given, and between what it lies."""
    series = _Series(low, high, under, over, least, silent)
    for week in order:
        series.decide(week, counts[week])
    given = [k in series.ends and series.ends[k][0] == series.ends[k][1] for k in range(len(counts))]
    return given, series.told.low, series.told.high


def last_counts(
    counts: np.ndarray, early: np.ndarray, low: np.ndarray, high: np.ndarray, least: int
) -> tuple[np.ndarray, np.ndarray]:
    """Least and most that is told of counts at the end, so that beside another edition who came after a week is no few that are counted.

    That edition says that so many had been reached before the end. A total that is given leaves the weeks from there on as many values as lie
    between; fewer than `least`, and it is told as one of that many. Who had an event and who had none add up to everybody, whose number is
    told: so one is told as what the other leaves.

    Parameters
    ----------
    counts
        Shape (groups, kinds): events by cause, and who had none.
    early
        The same shape: how many the other edition says had been reached before the end.
    low, high
        The same shape: what it says of the end.

    Examples
    --------
    Of 12 events of 40 people the public edition says that by some week ten had happened: then none, one or two came after. Of 17 it may be told.

    >>> bands = np.array([[10, 0]]), np.array([[10, 20]]), np.array([[19, 29]])
    >>> [tuple(end.tolist() for end in last_counts(np.array([[e, 40 - e]]), *bands, 5)) for e in (12, 17)]
    [([[11, 25]], [[15, 29]]), ([[17, 23]], [[17, 23]])]
    """
    size = counts.sum(axis=1, keepdims=True)
    low, high = (
        np.maximum(low, size - high.sum(axis=1, keepdims=True) + high),
        np.minimum(high, size - low.sum(axis=1, keepdims=True) + low),
    )
    tight = (early > 0) & (low < early + least - 1)
    # who left is not guarded as who had an event is
    hidden = (tight & (counts < low + least))[:, :-1]
    under, over = counts.copy(), counts.copy()
    under[:, :-1], over[:, :-1] = (
        np.where(hidden, end[:, :-1], counts[:, :-1]) for end in (low, np.minimum(low + least - 1, high))
    )
    under[:, -1:], over[:, -1:] = (size - end[:, :-1].sum(axis=1, keepdims=True) for end in (over, under))
    return under, over
