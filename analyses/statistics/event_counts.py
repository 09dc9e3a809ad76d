"""The weekly table of sufficient counts: everything that non-parametric event analysis needs, and nothing else.

One pass of `bincount` over the people gives it; counts of providers add up; disclosure control rounds it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class EventCounts:
    """Counts per whole week for one group of people.

    Parameters
    ----------
    events
        Shape (causes, weeks): first events in week 0, 1, 2, ... by cause.
    censored
        Shape (weeks,): people whose follow-up ended in that week without an event; they were at risk in it.
    entered
        Shape (weeks,): people who come under observation *after* that week (late entry); everybody in week 0's entry who is
        followed from the start. An entry in week w puts someone at risk from week w + 1 on, except that people who enter at
        week 0 are at risk in week 0 as well.
    """

    events: np.ndarray
    censored: np.ndarray
    entered: np.ndarray

    @property
    def weeks(self) -> int:
        """Number of weeks, week 0 included."""
        return len(self.censored)

    @property
    def size(self) -> int:
        """Number of people (or records, when people were split)."""
        return int(self.entered.sum())

    @property
    def all_events(self) -> np.ndarray:
        """Events of any cause per week."""
        return self.events.sum(axis=0)

    @property
    def at_risk(self) -> np.ndarray:
        """People at risk in each week: entered before it, and neither had an event nor left before it.

        >>> event_counts(np.array([1, 1, 3]), np.array([1, 0, 1])).at_risk.tolist()
        [3, 3, 1, 1]
        """
        left = np.cumsum(self.all_events + self.censored)
        entered = np.cumsum(self.entered)
        before = np.concatenate([[entered[0]], entered[:-1]])
        return before - np.concatenate([[0], left[:-1]])

    def __add__(self, other: EventCounts) -> EventCounts:
        """The counts of two disjoint groups together.

        >>> one = event_counts(np.array([2]), np.array([1]))
        >>> (one + event_counts(np.array([4]), np.array([0]))).at_risk.tolist()
        [2, 2, 2, 1, 1]
        """
        weeks = max(self.weeks, other.weeks)
        return EventCounts(
            *(
                _padded(mine, weeks) + _padded(theirs, weeks)
                for mine, theirs in zip(
                    (self.events, self.censored, self.entered), (other.events, other.censored, other.entered)
                )
            )
        )


def _padded(counts: np.ndarray, weeks: int) -> np.ndarray:
    missing = weeks - counts.shape[-1]
    return np.pad(counts, [(0, 0)] * (counts.ndim - 1) + [(0, missing)]) if missing else counts


def event_counts(
    week: np.ndarray, cause: np.ndarray, *, entry: np.ndarray | None = None, causes: int | None = None, weeks: int | None = None
) -> EventCounts:
    """Count one group.

    Parameters
    ----------
    week
        Shape (n,), whole weeks from time zero: the week of the first event, or the last week of follow-up.
    cause
        Shape (n,): 0 when follow-up ended without an event, else the number of the cause (1, 2, ...).
    entry
        Shape (n,), whole weeks: at risk in (entry, week]. None: everybody from the start (week 0 included).
    causes
        Number of causes; default the largest that occurs, at least 1.
    weeks
        Length of the table; default the last week that occurs, plus one.

    Raises
    ------
    ValueError
        Negative weeks, weeks that are not whole numbers, unequal lengths, or an entry that does not precede its week.
    """
    week, cause = np.asarray(week), np.asarray(cause)
    _check(week, cause, entry)
    causes = max(1, int(cause.max(initial=0))) if causes is None else causes
    weeks = int(week.max(initial=0)) + 1 if weeks is None else weeks
    table = np.bincount(week * (causes + 1) + cause, minlength=weeks * (causes + 1)).reshape(-1, causes + 1)
    if entry is None:
        entered = np.zeros(len(table), np.int64)
        entered[0] = len(week)
    else:
        entered = np.bincount(entry, minlength=len(table))
    return EventCounts(np.ascontiguousarray(table[:, 1:].T), np.ascontiguousarray(table[:, 0]), entered)


def from_rounded(events: np.ndarray, censored: np.ndarray) -> EventCounts:
    """A table from counts alone, everybody entering at the start: their number is what the counts add up to."""
    events = np.atleast_2d(events)
    entered = np.zeros(len(censored), np.int64)
    if len(entered):
        entered[0] = events.sum() + censored.sum()
    return EventCounts(events, np.asarray(censored), entered)


def _check(week: np.ndarray, cause: np.ndarray, entry: np.ndarray | None) -> None:
    if week.shape != cause.shape or week.ndim != 1:
        raise ValueError("week and cause must be one-dimensional and of one length")
    if not np.issubdtype(week.dtype, np.integer) or not np.issubdtype(cause.dtype, np.integer):
        raise ValueError("week and cause must be whole numbers (an integer dtype)")
    if len(week) and (week.min() < 0 or cause.min() < 0):
        raise ValueError("week and cause must not be negative")
    if entry is not None and (entry.shape != week.shape or np.any(entry >= week) or np.any(entry < 0)):
        raise ValueError("entry must be at least 0 and less than week")
