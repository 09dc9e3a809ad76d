"""Clients with any number of events each: checked, sorted by client and week; shared by what is estimated from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Follow-up (entry, until] per client, shape (n,), and per client and week with an event, sorted: who, when, how many.

    An entry of 0 is from the start, week 0 included.
    """

    entry: np.ndarray
    until: np.ndarray
    person: np.ndarray
    week: np.ndarray
    times: np.ndarray

    @property
    def order(self) -> np.ndarray:
        """Which week with an event it is of that client, from 1."""
        first = np.diff(self.person, prepend=-1) > 0
        return np.arange(len(self.person)) - np.flatnonzero(first)[np.cumsum(first) - 1] + 1


def histories(entry, until, person, week) -> Histories:
    """Check and sort.

    Raises
    ------
    ValueError
        Not whole numbers, unequal lengths, an unknown client, follow-up that ends at or before a late entry, or an event outside
        its client's follow-up.
    """
    entry, until, week = (whole_weeks(values, name) for values, name in ((entry, "entry"), (until, "until"), (week, "week")))
    person = _positions(person)
    if any(array.ndim != 1 for array in (entry, until, week)):
        raise ValueError("entry, until and week must be one-dimensional")
    if entry.shape != until.shape or person.shape != week.shape:
        raise ValueError("entry and until need one length, and so do person and week")
    if ((entry >= until) & (entry > 0)).any():
        raise ValueError("entry must be 0, or more and less than until")
    if len(person) and person.max() >= len(until):
        raise ValueError("person must be the position of a client")
    if len(person) and ((week > until[person]) | ((week <= entry[person]) & (entry[person] > 0))).any():
        raise ValueError("events must lie within follow-up, (entry, until]")
    weeks = int(until.max(initial=0)) + 1
    key, times = np.unique(person * weeks + week, return_counts=True)
    return Histories(entry, until, key // weeks, key % weeks, times)


def _positions(person) -> np.ndarray:
    array = np.asarray(person)
    if array.ndim != 1 or (len(array) and (array.dtype.kind not in "iu" or array.min() < 0)):
        raise ValueError("person must be positions of clients: whole numbers from 0 (an integer dtype)")
    return array.astype(np.int64)
