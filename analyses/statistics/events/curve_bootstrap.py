"""Bootstrap of survival curves from counts: people are drawn again as cells of the weekly table, all replicates at once.

Own code because the libraries sort people in each draw, and a million of them take hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from analyses.statistics._weeks import whole_weeks
from analyses.statistics.events.event_counts import EventCounts
from analyses.statistics.inference.blocks import Block, blocks, worked

CELLS_AT_ONCE = 4_000_000
"""Size of a block of replicates: what stays in the cache decides the speed."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveBootstrap:
    """Replicates of a survival curve.

    Attributes
    ----------
    at_week : array, shape (k,)
        Weeks at which the curves were read.
    survival : array, shape (replicates, k)
        One curve per replicate; NaN beyond the last week of its own follow-up, unless it has reached 0.
    restricted_mean : array, shape (replicates,)
        Area under each curve up to the horizon; NaN where the replicate was not followed that long.
    seed : int
    reason : str or None
        `empty_group`; the arrays then hold NaN.
    """

    at_week: np.ndarray
    survival: np.ndarray
    restricted_mean: np.ndarray
    seed: int
    reason: str | None = None

    def interval(self, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
        """Percentile limits at each week; replicates without a value there are left out."""
        return _percentiles(self.survival, confidence)

    def restricted_mean_interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Percentile limits of the restricted mean."""
        low, high = _percentiles(self.restricted_mean[:, None], confidence)
        return float(low[0]), float(high[0])


def curve_bootstrap(counts: EventCounts, at_weeks, horizon_weeks: int, *, replicates: int = 1000, seed: int) -> CurveBootstrap:
    """Draw people again with replacement and estimate the curve of each replicate.

    Parameters
    ----------
    counts
        Counts of one group; everybody followed from the start.
    at_weeks
        Whole weeks at which the curves are read.
    horizon_weeks
        Of the restricted mean; at least 1.
    replicates
        Number of draws, at least 1.
    seed
        Whole number; same seed, same draws.

    Raises
    ------
    ValueError
        Late entry (the cells do not hold who entered when: draw people instead), a horizon below 1, no replicate.

    Notes
    -----
    A person is an event or the end of follow-up in some week; drawing people is drawing these cells, so that nothing is sorted.
    Percentile limits (Efron & Tibshirani 1993, chapter 13). Time per replicate is proportional to the number of people.

    When not to use
    ---------------
    For one curve at one week, the log-log interval is as good and has no randomness. With repeated events per person, or
    people within providers: draw the clusters.

    Examples
    --------
    When nobody has an event every replicate is 1:

    >>> from analyses.statistics.events.event_counts import event_counts
    >>> counts = event_counts(np.array([4, 4, 4]), np.array([0, 0, 0]))
    >>> curve_bootstrap(counts, [2], 4, replicates=5, seed=1).survival[:, 0].tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    weeks, horizon = whole_weeks(at_weeks, "at_weeks"), int(whole_weeks(horizon_weeks, "horizon_weeks", minimum=1))
    if replicates < 1:
        raise ValueError("replicates must be at least 1")
    if counts.entered[1:].any():
        raise ValueError("late entry: draw people again and count each draw, not cells")
    if counts.size == 0:
        none = np.full((replicates, len(weeks)), np.nan)
        return CurveBootstrap(weeks, none, np.full(replicates, np.nan), seed, "empty_group")
    table = np.stack([counts.censored, counts.all_events], axis=1)
    used = np.flatnonzero(table.sum(axis=1))
    cells = table[used].ravel()
    several = blocks(replicates, CELLS_AT_ONCE // max(counts.size, len(cells)), seed)
    parts = worked(partial(_replicates, cells, used, weeks, horizon), several)
    survival, means = (np.concatenate(part) for part in zip(*parts))
    return CurveBootstrap(weeks, survival, means, seed)


def _replicates(cells: np.ndarray, used: np.ndarray, weeks: np.ndarray, horizon: int, block: Block):
    return _curves(_drawn(block.generator(), cells, block.draws), used, weeks, horizon)


def _drawn(rng: np.random.Generator, cells: np.ndarray, replicates: int) -> np.ndarray:
    """Counts per replicate and cell: people one by one while they are few, multinomial when they outnumber the cells."""
    size, kinds = int(cells.sum()), len(cells)
    if size > 8 * kinds:
        return rng.multinomial(size, cells / size, size=replicates)
    owner = np.repeat(np.arange(kinds, dtype=np.int32), cells)
    place = owner[rng.integers(0, size, (replicates, size), dtype=np.int32)]
    place += np.arange(0, replicates * kinds, kinds, dtype=np.int32)[:, None]
    return np.bincount(place.ravel(), minlength=replicates * kinds).reshape(replicates, kinds)


def _curves(drawn: np.ndarray, used: np.ndarray, weeks: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Survival at the weeks and restricted mean of each row of counts; `used` holds the weeks of the cells."""
    censored, events = drawn[:, 0::2], drawn[:, 1::2]
    at_risk = np.cumsum((censored + events)[:, ::-1], axis=1)[:, ::-1]
    curve = np.cumprod(1.0 - events / np.maximum(at_risk, 1), axis=1)
    last = used[len(used) - 1 - np.argmax((at_risk > 0)[:, ::-1], axis=1)]
    known = (weeks <= last[:, None]) | (curve[:, -1:] <= 0)
    place = np.searchsorted(used, weeks, side="right")
    stepped = np.concatenate((np.ones((len(curve), 1)), curve), axis=1)
    edges = np.minimum(np.concatenate(([0], used, [np.inf])), horizon)
    mean = stepped @ np.diff(edges)
    long_enough = (horizon <= last) | (curve[:, -1] <= 0)
    return np.where(known, stepped[:, place], np.nan), np.where(long_enough, mean, np.nan)


def _percentiles(values: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    tail = (1 - confidence) / 2
    limits = np.full((2, values.shape[1]), np.nan)
    there = ~np.isnan(values).all(axis=0)
    if there.any():
        limits[:, there] = np.nanquantile(values[:, there], [tail, 1 - tail], axis=0)
    return limits[0], limits[1]
