"""Cumulative weekly counts as published: the bands, their middles, and the extremes that they allow.

Everything here is a function of the bands, which anyone reads from the page; nothing exact comes in after `bands_of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data_schemas.result import Record, WeeklyTally
from evaluation.release.counts.given_weeks import given_weeks
from evaluation.release.counts.sums import quietly
from evaluation.release.edition import Edition


class Counts(NamedTuple):
    """Cumulative counts at the weeks of the grid, in whatever sense: exact, lowest, middle or highest.

    `events`: shape (groups, causes, grid). `left`: shape (groups, grid), those whose follow-up ended without an event, in the last
    week of the grid everybody who had none. `late`: shape (groups, grid), those who came after the week of the grid, or None when the plan leaves
    out who came late.
    """

    events: np.ndarray
    left: np.ndarray
    late: np.ndarray | None

    @property
    def gone(self) -> np.ndarray:
        """Shape (groups, grid): everybody who is followed no longer; in the last week, everybody."""
        return self.events.sum(axis=1) + self.left

    @property
    def came(self) -> np.ndarray:
        """Shape (groups, grid): who came before the week of the grid."""
        late = np.zeros_like(self.left) if self.late is None else self.late
        return self.gone[:, -1:] - np.concatenate([late[:, :1], late[:, :-1]], axis=1)

    @property
    def at_risk(self) -> np.ndarray:
        """Shape (groups, grid): who came before the week of the grid and had not gone before it."""
        gone = self.gone
        return self.came - np.concatenate([np.zeros_like(gone[:, :1]), gone[:, :-1]], axis=1)


class Bands(NamedTuple):
    """What each count can be at least and at most, and the number that stands for it.

    `whole`: the bands of another curve that is about the same people, where these are said to divide it.
    """

    low: Counts
    middle: Counts
    high: Counts
    whole: Bands | None = None


def bands_of(
    exact: Counts,
    edition: Edition,
    first: np.ndarray | Sequence[int] = (),
    beside: Bands | None = None,
    followed: np.ndarray | Sequence[int] = (),
    *,
    silent: bool = False,
) -> Bands:
    """The bands of exact counts: in steps of the threshold over time, or exact at the weeks at which the edition can give them.

    A group of nobody, as those have that are published only together, stays nobody.

    Parameters
    ----------
    first
        Places in the grid of the plan's weeks, which are given before others.
    beside
        What another edition of the same dossier tells of the same counts; of the last week what may be told beside it.
    followed
        Places at which it is told how many had left, as who did not fill in a list is: that is no event.
    silent
        Whether what it tells of these groups is known only to somebody who knows all others.
    """
    anyone = exact.gone[:, -1] > 0
    ends = _given if edition.exact else _stepped
    parts: list[Ends | None] = [
        ends(counts, edition.threshold, first, *(() if beside is None else (low, high)), silent=silent)
        for counts, low, high in zip(exact[:2], *((exact, exact) if beside is None else (beside.low, beside.high)))
    ]
    # who is still to come is counted from the end, so that fewer than the threshold are one band whether there is anybody or not
    parts.append(
        None if exact.late is None else tuple(part[:, ::-1] for part in ends(exact.late[:, ::-1], edition.threshold, ()))
    )
    low, middle, high = (Counts(*(None if part is None else part[k] for part in parts)) for k in range(3))
    if edition.exact:
        # at the end who had none is everybody else
        told = _told(low.left, high.left, exact.left, np.setdiff1d(followed, exact.left.shape[-1] - 1).astype(int))
        low, high = (one._replace(left=end) for one, end in zip((low, high), told))
        # of events that are not given half of what may have been; that nobody left before the end is the usual
        rest = np.clip(exact.gone[:, -1] - middle.events[..., -1].sum(axis=1), low.left[:, -1], high.left[:, -1])
        usual = np.concatenate([low.left[:, :-1], rest[:, None]], axis=1)
        middle = middle._replace(left=np.where(exact.left[..., -1:] < edition.threshold, 0, usual))
    nobody = [counts if counts is None else counts * anyone.reshape(-1, *[1] * (counts.ndim - 1)) for counts in high]
    return Bands(low, came_in_time(middle), Counts(*nobody))


def _told(low: np.ndarray, high: np.ndarray, exact: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least and most of counts that are told as they are at some places: no less after one of these, and no more before it."""
    low, high = low.copy(), high.copy()
    low[..., places] = high[..., places] = exact[..., places]
    return np.maximum.accumulate(low, axis=-1), np.minimum.accumulate(high[..., ::-1], axis=-1)[..., ::-1]


Ends = tuple[np.ndarray, np.ndarray, np.ndarray]


def _stepped(counts: np.ndarray, threshold: int, *_: object, **__: object) -> Ends:
    """Least, middle and most of counts in steps of the threshold; what can be at the end is not exceeded before it.

    The middle of the first step is 0: "nobody" is not told apart from "a few", which too would say something of everyone in a group.
    """
    low = counts // threshold * threshold
    middle = np.where(low > 0, low + threshold // 2, 0)
    return tuple(np.minimum(part, part[..., -1:]) for part in (low, middle, low + threshold - 1))


def _given(counts: np.ndarray, threshold: int, first: Sequence[int], *beside: np.ndarray, silent: bool = False) -> Ends:
    """Least, middle and most of counts that are given where enough accumulated; fewer than the threshold stand as none."""
    end = tuple(part[..., -1] for part in beside) or None
    found = given_weeks(counts, first, threshold, *beside, end=end, silent=silent)
    middle = np.where(counts[..., -1:] < threshold, 0, (found.low + found.high) // 2)
    # nothing happens before the first week
    middle[..., 0] = np.where(found.given[..., 0], middle[..., 0], 0)
    return found.low, middle, found.high


def divided(whole: Bands, part: Bands) -> Bands:
    """The bands of a curve with more causes, from those of the curve of its first cause about the same people.

    Who had none of the causes is who had not the first, less those who had another: so the number of people is one and the same in
    both, and nothing more is said than the other causes.
    """

    def with_first(mine: Counts, first: Counts, left: np.ndarray) -> Counts:
        return mine._replace(events=np.concatenate([first.events[:, :1], mine.events[:, 1:]], axis=1), left=left)

    def without(left: np.ndarray, others: np.ndarray) -> np.ndarray:
        return np.maximum(left - others[:, 1:].sum(axis=1), 0)

    # another cause ended the follow-up of some of those who left
    most = part.high.events.copy()
    most[:, 1:, :-1] = np.minimum(most[:, 1:, :-1], whole.high.left[:, None, :-1])
    part = part._replace(high=part.high._replace(events=most))
    low = np.maximum.accumulate(without(whole.low.left, part.high.events), axis=1)
    high, middle = (
        np.minimum.accumulate(without(left, others)[:, ::-1], axis=1)[:, ::-1]
        for left, others in ((whole.high.left, part.low.events), (whole.middle.left, part.middle.events))
    )
    low, middle, high = (with_first(*ends) for ends in zip(part[:3], whole[:3], (low, middle, high)))
    return Bands(low, came_in_time(middle), high, whole)


def came_in_time(counts: Counts) -> Counts:
    """Nobody goes who has not come, and everybody comes."""
    if counts.late is None:
        return counts
    gone = counts.gone
    most = gone[:, -1:] - np.concatenate([gone[:, 1:], gone[:, -1:]], axis=1)
    return counts._replace(late=np.minimum.accumulate(np.minimum(counts.late, most), axis=1))


def extreme(bands: Bands, spared: np.ndarray, until: int, *, small: bool, cause: int = 0) -> Counts:
    """Counts that hold for whatever the bands allow up to a week of the grid: events of a cause as frequent as can be, or in spared groups as rare.

    What a row says at a week follows from the events up to it, from the people, and from who had left before each event. As frequent as can
    be, every event happens as early as the bands let it, and who left before the last week at which it still can happen has gone already.
    Spared, each event happens as late as can be, and nobody has left who was there at the first week at which it could.

    Parameters
    ----------
    spared
        Shape (groups,), boolean.
    until
        Place of the week in the grid.
    small
        Whether no events follow that make a group larger in which they were frequent, and all do where they were rare.
    """
    low, high = bands.low, bands.high
    first = np.arange(low.events.shape[1]) == cause
    few = (spared[:, None] == first[None, :])[..., None]
    many = np.where(few, spared[:, None, None] & small, spared[:, None, None] | (not small))
    end = np.where(many, high.events[..., -1:], low.events[..., -1:])
    events = np.where(few, np.concatenate([low.events[..., :-1], end], axis=-1), np.minimum(high.events, end))
    at_least, at_most = low.left[:, -1:], high.left[:, -1:]
    if bands.whole is not None:
        # whoever had another cause is one of those who had not the first
        had = events[:, :, -1:].sum(axis=1)
        fewest, largest = (end.gone[:, -1:] for end in (bands.whole.low, bands.whole.high))
        at_least, at_most = np.maximum(at_least, fewest - had), np.minimum(at_most, np.maximum(largest - had, 0))
    # rows are there where somebody is followed still
    most = np.maximum(at_least - 1, 0)
    gone = np.minimum(
        np.take_along_axis(high.left, np.minimum(_last_open(low.events[:, cause], high.events[:, cause]), until), axis=1), most
    )
    early = np.concatenate([np.maximum.accumulate(gone[:, :-1], axis=1), at_least], axis=1)
    late = np.concatenate([_left_before(low, high, cause)[:, :-1], at_most], axis=1)
    left = np.where(spared[:, None], late, early)
    came_late = None if low.late is None else np.where(spared[:, None], low.late, high.late)
    return came_in_time(Counts(events, left, came_late))


def _last_open(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Per week the last one before the end at which what it holds at most can still happen: the band is the same, or fewer may have had it."""
    weeks, still = np.arange(high.shape[1]), (high[:, :, None] == high[:, None, :]) | (low[:, None, :] < high[:, :, None])
    return np.minimum(np.where(still, weeks, 0).max(axis=2), max(high.shape[1] - 2, 0))


def _left_before(low: Counts, high: Counts, cause: int) -> np.ndarray:
    """Shape (groups, grid): who has left at least before the next event that is counted late could first happen."""
    found = low.left.copy()
    for group, (least, most) in enumerate(zip(low.events[:, cause], high.events[:, cause])):
        for week in np.flatnonzero(np.diff(least) > 0) + 1:
            could = int(np.argmax(most > least[week - 1]))
            found[group, :week] = np.minimum(found[group, :week], low.left[group, could - 1] if could else 0)
    return found


def smallest(bands: Bands) -> np.ndarray:
    """Shape (groups,): the fewest people that each group can have."""
    return (bands.whole or bands).low.gone[:, -1]


def records_from(
    weekly: WeeklyTally, counts: Counts, grid: np.ndarray, early: np.ndarray | None = None, wanted: np.ndarray | None = None
) -> list[Record]:
    """The records of the tally's rows from cumulative counts on the grid, put back into weeks.

    Parameters
    ----------
    early
        Groups (boolean) of which events between two weeks of the grid are put right after the first of them, and who left
        before them; of all others both are put at the second. Nothing happens before the first week.
    wanted
        Weeks of the grid whose rows are wanted; all, when not given.
    """
    early = np.zeros(len(weekly.groups), bool) if early is None else early
    at_grid, before = np.zeros_like(early), np.append(0, grid[:-1])

    def weeks(cumulative: np.ndarray, early: np.ndarray, place: np.ndarray) -> np.ndarray:
        table = np.zeros((*cumulative.shape[:-1], int(grid[-1]) + 1), np.int64)
        steps = np.diff(cumulative, axis=-1, prepend=0)
        for which, at in ((~early, grid), (early, place)):
            mine = table[which]
            np.add.at(mine, (..., at), steps[which])
            table[which] = mine
        return table

    came = () if counts.late is None else (weeks(counts.gone[:, -1:] - counts.late, at_grid, grid),)
    left = weeks(counts.left, early, np.append(before[:-1], grid[-1]))
    happened = weeks(counts.events, early, np.minimum(before + 1, grid[-1]))
    return quietly(weekly.derive, happened, left, grid if wanted is None else wanted, *came)
