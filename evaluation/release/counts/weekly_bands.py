"""Cumulative weekly counts as published: the bands, their middles, and the extremes that they allow.

Everything here is a function of the bands, which anyone reads from the page; nothing exact comes in after `bands_of`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from data_schemas.result import Record, WeeklyTally
from evaluation.release.counts.bands import band_middle
from evaluation.release.counts.sums import quietly
from evaluation.release.edition import Edition


class Counts(NamedTuple):
    """Cumulative counts at the weeks of the grid, in whatever sense: exact, lowest, middle or highest.

    `events`: shape (groups, causes, grid). `left`: shape (groups, grid), those whose follow-up ended without an event, in the last
    week of the grid everybody who had none. `entered`: shape (groups, grid), or None when nobody came late.
    """

    events: np.ndarray
    left: np.ndarray
    entered: np.ndarray | None

    @property
    def gone(self) -> np.ndarray:
        """Shape (groups, grid): everybody who is followed no longer; in the last week, everybody."""
        return self.events.sum(axis=1) + self.left

    @property
    def at_risk(self) -> np.ndarray:
        """Shape (groups, grid): who came before the week of the grid and had not gone before it."""
        gone = self.gone
        came = gone[:, -1:] if self.entered is None else np.concatenate([self.entered[:, :1], self.entered[:, :-1]], axis=1)
        return came - np.concatenate([np.zeros_like(gone[:, :1]), gone[:, :-1]], axis=1)


class Bands(NamedTuple):
    """What each count can be at least and at most, and the number that stands for it."""

    low: Counts
    middle: Counts
    high: Counts


def bands_of(exact: Counts, edition: Edition) -> Bands:
    """The bands of exact counts: steps of the threshold over time, and at the end what the edition tells of a count.

    A group of nobody, as those have that are published only together, stays nobody.
    """
    anyone, threshold = exact.gone[:, -1] > 0, edition.threshold

    def low(counts: np.ndarray) -> np.ndarray:
        return counts // threshold * threshold

    def high(counts: np.ndarray) -> np.ndarray:
        return (low(counts) + threshold - 1) * anyone.reshape(-1, *[1] * (counts.ndim - 1))

    def at_the_end(how: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        def bounded(counts: np.ndarray) -> np.ndarray:
            found = how(counts)
            told = edition.exact & (counts[..., -1] >= threshold)
            found[..., -1] = np.where(told, counts[..., -1], found[..., -1])
            # what was told at the end is not exceeded before it
            return np.minimum(found, found[..., -1:])

        return bounded

    low_, middle, high_ = (
        Counts(how(exact.events), how(exact.left), None if exact.entered is None else how(exact.entered))
        for how in map(at_the_end, (low, lambda counts: band_middle(counts, threshold), high))
    )
    return Bands(low_, _came_in_time(middle), high_)


def divided(whole: Bands, part: Bands) -> Bands:
    """The bands of a curve with more causes, from those of the curve of its first cause about the same people.

    Who had none of the causes is who had not the first, less those who had another: so the number of people is one and the same in
    both, and nothing more is said than the other causes.
    """

    def without(left: np.ndarray, others: np.ndarray) -> np.ndarray:
        return np.maximum(left - others[:, 1:].sum(axis=1), 0)

    low = np.maximum.accumulate(without(whole.low.left, part.high.events), axis=1)
    high, middle = (
        np.minimum.accumulate(without(left, others)[:, ::-1], axis=1)[:, ::-1]
        for left, others in ((whole.high.left, part.low.events), (whole.middle.left, part.middle.events))
    )
    return Bands(part.low._replace(left=low), _came_in_time(part.middle._replace(left=middle)), part.high._replace(left=high))


def _came_in_time(counts: Counts) -> Counts:
    """Nobody goes who has not come, and everybody comes."""
    if counts.entered is None:
        return counts
    gone = counts.gone
    needed = np.concatenate([gone[:, 1:], gone[:, -1:]], axis=1)
    entered = np.minimum(np.maximum(counts.entered, needed), gone[:, -1:])
    return counts._replace(entered=np.concatenate([np.maximum.accumulate(entered, axis=1)[:, :-1], gone[:, -1:]], axis=1))


def extreme(bands: Bands, spared: np.ndarray) -> Counts:
    """The counts within the bands that make the first event as frequent and early as can be, or in spared groups as rare and late.

    As early as can be, others who leave do so early too, so that few are at risk for each event, and the group is small.

    Parameters
    ----------
    spared
        Shape (groups,), boolean.
    """
    low, high = bands.low, bands.high
    first = np.arange(low.events.shape[1]) == 0
    few = (spared[:, None] == first[None, :])[..., None]
    events = np.where(few, low.events, high.events)
    late = np.concatenate([low.left[:, :-1], high.left[:, -1:]], axis=1)
    # somebody is followed to the end, or nothing could be said of it
    early = np.minimum(high.left, np.maximum(low.left[:, -1:] - 1, 0))
    early = np.concatenate([early[:, :-1], low.left[:, -1:]], axis=1)
    left = np.where(spared[:, None], late, early)
    entered = None if low.entered is None else np.where(spared[:, None], high.entered, low.entered)
    return _came_in_time(Counts(events, left, entered))


def smallest(bands: Bands) -> np.ndarray:
    """Shape (groups,): the fewest people that each group can have."""
    return bands.low.gone[:, -1]


def records_from(
    weekly: WeeklyTally, counts: Counts, grid: np.ndarray, part: float = 1.0, early: np.ndarray | None = None
) -> list[Record]:
    """The records of the tally's rows from cumulative counts on the grid, put back into weeks.

    Parameters
    ----------
    part
        Rows of so much of every count: the shares stay as they are, and every variance becomes that of a smaller group (Greenwood's
        is proportional to 1 / n).
    early
        Groups (boolean) of which events between two weeks of the grid are put right after the first of them; of all others
        they are put at the second, as those who left are.
    """
    early = np.zeros(len(weekly.groups), bool) if early is None else early

    def weeks(cumulative: np.ndarray, early: np.ndarray) -> np.ndarray:
        table = np.zeros((*cumulative.shape[:-1], int(grid[-1]) + 1), float if part < 1 else np.int64)
        steps = np.diff(cumulative, axis=-1, prepend=0) * (part if part < 1 else 1)
        for which, at in ((~early, grid), (early, np.append(0, grid[:-1] + 1))):
            mine = table[which]
            mine[..., at] = steps[which]
            table[which] = mine
        return table

    at_grid = np.zeros_like(early)
    came = () if counts.entered is None else (weeks(counts.entered, at_grid),)
    return quietly(weekly.derive, weeks(counts.events, early), weeks(counts.left, at_grid), grid, *came)
