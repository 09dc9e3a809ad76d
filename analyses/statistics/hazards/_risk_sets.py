"""Records sorted once by event time, so that every sum over a risk set is a cumulative sum over distinct weeks.

A record is at risk for an event at week ``t`` when ``entry < t <= exit`` and the strata agree (counting process,
half-open: the record of a client that ends at week 10 and the next one that starts at week 10 are never both at risk;
pitfall T8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TABLE_LIMIT = 20_000_000
LONG_SEGMENT = 200
FEW_RECORDS = 2000
"""Below it one pass over a table costs less than a pass per column."""
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class RiskSets:
    """Records sorted by (stratum, last event time reached, event first) and the distinct event times.

    Attributes
    ----------
    x : array, shape (kept, p), Fortran order
        Covariates of the records that are at risk at some event time, centred and scaled.
    event : array of bool, shape (kept,)
    kept : array of int, shape (kept,)
        Position of each sorted record in the input.
    group_time, group_stratum, group_deaths : arrays, shape (groups,)
        The distinct (stratum, event time) pairs.
    stratum_start, stratum_end : arrays of int, shape (groups,)
        First group, and one past the last group, of the stratum of each group.
    group_events_x : array, shape (groups, p)
        Sum of the covariates of the dead.
    segment_start, segment_group, segment_event : arrays, shape (segments,)
        Runs of sorted records with the same group and event flag.
    late, late_first : arrays of int
        Sorted positions of the records that enter after the first event time of their stratum; first group each is at
        risk for.
    centre, scale : arrays, shape (p,)
    n : int
        Records given, kept or not.
    """

    x: np.ndarray
    event: np.ndarray
    kept: np.ndarray
    group_time: np.ndarray
    group_stratum: np.ndarray
    group_deaths: np.ndarray
    stratum_start: np.ndarray
    stratum_end: np.ndarray
    group_events_x: np.ndarray
    segment_start: np.ndarray
    segment_group: np.ndarray
    segment_event: np.ndarray
    late: np.ndarray
    late_first: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    n: int

    def record_group(self) -> np.ndarray:
        """Return the last group that each sorted record is at risk for."""
        return np.repeat(self.segment_group, self.segment_length())

    def segment_length(self) -> np.ndarray:
        return np.diff(np.append(self.segment_start, len(self.event)))

    def sums(self, weight: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Total ``weight`` and ``weight * columns`` over risk sets and over the dead; shape (groups, 1 + p) each."""
        per_segment = self._segment_sums(weight, columns)
        groups = len(self.group_time)
        dead = np.zeros((groups, per_segment.shape[1]))
        dead[self.segment_group[self.segment_event]] = per_segment[self.segment_event]
        ending = dead.copy()
        alive = ~self.segment_event
        ending[self.segment_group[alive]] += per_segment[alive]
        at_risk = _tails(ending)
        at_risk = at_risk[:-1] - at_risk[self.stratum_end]
        if len(self.late):
            rows = np.column_stack((weight[self.late], columns[self.late] * weight[self.late, None]))
            entering = np.column_stack([np.bincount(self.late_first, row, groups) for row in rows.T])
            not_yet = _tails(entering)
            at_risk -= not_yet[1:] - not_yet[self.stratum_end]
        return at_risk, dead

    def over_time(self, per_group: np.ndarray) -> np.ndarray:
        """Return, for every sorted record, the sum of a value per event time over the times at which it is at risk."""
        total = np.concatenate((np.zeros((1, *per_group.shape[1:])), np.cumsum(per_group, axis=0)))
        since = total[self.segment_group + 1] - total[self.stratum_start[self.segment_group]]
        out = np.repeat(since, self.segment_length(), axis=0)
        if len(self.late):
            out[self.late] -= total[self.late_first] - total[self.stratum_start[self.late_first]]
        return out

    def crossproduct(self, weight: np.ndarray) -> np.ndarray:
        """Return ``x' diag(weight) x`` in blocks that stay in the cache."""
        out = np.zeros((self.x.shape[1], self.x.shape[1]))
        for start in range(0, len(weight), BLOCK):
            block = self.x[start : start + BLOCK]
            out += block.T @ (block * weight[start : start + BLOCK, None])
        return out

    def _segment_sums(self, weight: np.ndarray, columns: np.ndarray) -> np.ndarray:
        ends = np.append(self.segment_start[1:], len(weight))
        if len(weight) >= LONG_SEGMENT * len(ends):
            product = [weight[a:b] @ columns[a:b] for a, b in zip(self.segment_start.tolist(), ends.tolist())]
            return np.column_stack((np.add.reduceat(weight, self.segment_start), np.array(product)))
        if len(weight) < FEW_RECORDS:
            return np.add.reduceat(np.column_stack((weight, columns * weight[:, None])), self.segment_start)
        weighted = [weight, *(weight * column for column in columns.T)]
        return np.column_stack([np.add.reduceat(column, self.segment_start) for column in weighted])


def _tails(rows: np.ndarray) -> np.ndarray:
    """Return sums from each row to the last, with a row of zeros after the end."""
    return np.concatenate((np.cumsum(rows[::-1], axis=0)[::-1], np.zeros((1, rows.shape[1]))))


def risk_sets(
    week: np.ndarray,
    event: np.ndarray,
    x: np.ndarray,
    entry: np.ndarray | None = None,
    stratum: np.ndarray | None = None,
) -> RiskSets:
    """Sort the records once; input is checked by the callers.

    Parameters
    ----------
    week : array of int, shape (n,)
    event : array of bool, shape (n,)
    x : array, shape (n, p)
    entry : array of int, shape (n,), optional
    stratum : array of int codes from 0, shape (n,), optional
    """
    n = len(week)
    code, values = _time_codes(week)
    key = code if stratum is None else stratum.astype(np.int64) * len(values) + code
    present, reached = _last_event(key, event)
    group_stratum = present // len(values)
    inside = reached >= 0
    if stratum is not None:
        inside &= group_stratum[np.maximum(reached, 0)] == stratum
    start = np.searchsorted(group_stratum, group_stratum, side="left")
    first = None
    if entry is not None:
        entered = np.searchsorted(values, entry, side="right") - 1
        entered += 0 if stratum is None else stratum.astype(np.int64) * len(values)
        first = np.searchsorted(present, entered, side="right")
        inside &= first <= reached
    rows = None if inside.all() else np.flatnonzero(inside)
    order = _sorted_order(reached if rows is None else reached[rows], event if rows is None else event[rows])
    kept = order if rows is None else rows[order]
    return _assemble(n, kept, reached[kept], event[kept], x, first, present, values, start)


def _assemble(
    n: int,
    kept: np.ndarray,
    group: np.ndarray,
    event: np.ndarray,
    x: np.ndarray,
    first: np.ndarray | None,
    present: np.ndarray,
    values: np.ndarray,
    start: np.ndarray,
) -> RiskSets:
    centre, scale = _centre_and_scale(x)
    sorted_x = np.empty((len(kept), x.shape[1]), order="F")
    for column in range(x.shape[1]):
        sorted_x[:, column] = (x[:, column] - centre[column])[kept] / scale[column]
    flag = 2 * group + ~event
    begins = np.flatnonzero(np.diff(flag, prepend=-1))
    deaths = np.bincount(group[event], minlength=len(present))
    group_stratum = present // len(values)
    late = late_first = np.zeros(0, dtype=np.intp)
    if first is not None:
        first = first[kept]
        late = np.flatnonzero(first > start[group])
        late_first = first[late]
    return RiskSets(
        x=sorted_x,
        event=event,
        kept=kept,
        group_time=values[present % len(values)],
        group_stratum=group_stratum,
        group_deaths=deaths,
        stratum_start=start,
        stratum_end=np.searchsorted(group_stratum, group_stratum, side="right"),
        group_events_x=np.column_stack(
            [np.bincount(group[event], column[event], len(present)) for column in sorted_x.T]
        ).reshape(len(present), x.shape[1]),
        segment_start=begins,
        segment_group=group[begins],
        segment_event=event[begins],
        late=late,
        late_first=late_first,
        centre=centre,
        scale=scale,
        n=n,
    )


def _time_codes(week: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and the weeks they stand for: the week itself unless weeks are far apart."""
    if len(week):
        low, high = int(week.min()), int(week.max())
        if high - low < max(4 * len(week), 1000):
            return week - low, np.arange(low, high + 1)
    values, code = np.unique(week, return_inverse=True)
    return code, values


def _last_event(key: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct keys with an event and, per record, the last of them at or before its own key (-1: none)."""
    size = int(key.max()) + 1 if len(key) else 0
    if size <= TABLE_LIMIT:
        has = np.bincount(key[event], minlength=size) > 0
        return np.flatnonzero(has), (np.cumsum(has) - 1)[key]
    present = np.unique(key[event])
    return present, np.searchsorted(present, key, side="right") - 1


def _sorted_order(group: np.ndarray, event: np.ndarray) -> np.ndarray:
    key = 2 * group + ~event
    if len(key) and key.max() < 2**16:
        key = key.astype(np.uint16)
    return np.argsort(key, kind="stable")


def _centre_and_scale(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(x) == 0:
        return np.zeros(x.shape[1]), np.ones(x.shape[1])
    centre = x.mean(axis=0)
    spread = x.std(axis=0)
    return centre, np.where(spread > 1e-12 * np.abs(centre), spread, 1.0)
