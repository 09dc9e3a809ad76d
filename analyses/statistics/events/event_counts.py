"""The weekly table of sufficient counts: everything that non-parametric event analysis needs, and nothing else.

One pass of `bincount` over the people gives it; counts of providers add up; disclosure control rounds it.

Own code because the libraries take people; only counts add up over providers, and only counts can be rounded before anything leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks


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
    def table_weeks(self) -> int:
        """Number of weeks, week 0 included."""
        return len(self.censored)

    @property
    def size(self) -> int:
        """Number of people (or records, when people were split)."""
        return int(self.entered.sum())

    @property
    def all_events(self) -> np.ndarray:
        """Events of any cause per week."""
        return self.events[0] if len(self.events) == 1 else self.events.sum(axis=0)

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

    @property
    def known(self) -> tuple[int, str | None]:
        """The last week of which a curve says something, and the code of why it says nothing after it.

        Nobody is followed longer (`follow_up_too_short`; a curve that has reached 0 stays there). Or with late entry nobody was left of
        those at risk in a week, though others came under observation then or later (`nobody_at_risk`): what happens to whoever is
        event-free by then is not known, also if everybody at risk had the event, so that the curve has reached 0 (pitfall T9). When
        everybody came late, the curve starts with the first of them, and is of those event-free until then.

        >>> event_counts(np.array([2, 8]), np.array([1, 0]), entry=np.array([0, 5])).known
        (2, 'nobody_at_risk')
        >>> event_counts(np.array([2, 8]), np.array([1, 0]), entry=np.array([0, 2])).known
        (2, 'nobody_at_risk')
        """
        if self.entered[1:].any():
            at_risk, came = self.at_risk, np.cumsum(self.entered)
            still_to_come = came[-1] - np.concatenate([came[:1], came[:-1]]) > 0
            nobody_next = (np.append(at_risk[1:], 1) <= 0) & (came > 0)
            everybody_had_it = (at_risk > 0) & (self.all_events >= at_risk)
            ends = np.flatnonzero(still_to_come & (nobody_next | everybody_had_it))
            if len(ends):
                return int(ends[0]), "nobody_at_risk"
        observed = np.flatnonzero(self.all_events + self.censored)
        return int(observed[-1]) if len(observed) else 0, "follow_up_too_short"

    def __add__(self, other: EventCounts) -> EventCounts:
        """The counts of two disjoint groups together.

        >>> one = event_counts(np.array([2]), np.array([1]))
        >>> (one + event_counts(np.array([4]), np.array([0]))).at_risk.tolist()
        [2, 2, 2, 1, 1]
        """
        weeks = max(self.table_weeks, other.table_weeks)
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
    week: np.ndarray,
    cause: np.ndarray,
    *,
    entry: np.ndarray | None = None,
    causes: int | None = None,
    table_weeks: int | None = None,
) -> EventCounts:
    """Count one group.

    Parameters
    ----------
    week
        Shape (n,), whole weeks from time zero: the week of the first event, or the last week of follow-up.
    cause
        Shape (n,): 0 when follow-up ended without an event, else the number of the cause (1, 2, ...).
    entry
        Shape (n,), whole weeks: at risk in (entry, week]; 0 is from the start, week 0 included. None: all 0.
    causes
        Number of causes; default the largest that occurs, at least 1.
    table_weeks
        Length of the table; default the last week that occurs, plus one.

    Raises
    ------
    ValueError
        Negative weeks, weeks that are not whole numbers, unequal lengths, a week or cause beyond `table_weeks` or `causes`, or an
        entry that does not precede its week.

    When not to use
    ---------------
    With weights for persons: a count has the variance of a count, a sum of weights has not (pitfalls T5, T6).

    Examples
    --------
    Three people: events in weeks 1 and 3, the second left in week 1.

    >>> counts = event_counts(np.array([1, 1, 3]), np.array([1, 0, 1]))
    >>> counts.all_events.tolist(), counts.censored.tolist()
    ([0, 1, 0, 1], [0, 1, 0, 0])
    """
    return event_counts_by_group(week, cause, None, 1, entry=entry, causes=causes, table_weeks=table_weeks)[0]


def event_counts_by_group(
    week: np.ndarray,
    cause: np.ndarray,
    group: np.ndarray | None,
    groups: int,
    *,
    entry: np.ndarray | None = None,
    causes: int | None = None,
    table_weeks: int | None = None,
) -> tuple[EventCounts, ...]:
    """Count disjoint groups in one pass; all tables get the same weeks and causes.

    Parameters
    ----------
    group
        Shape (n,): number of the group, 0 to `groups` - 1; None when there is one.
    week, cause, entry, causes, table_weeks
        As in `event_counts`.

    Examples
    --------
    >>> a, b = event_counts_by_group(np.array([1, 2, 2]), np.array([1, 0, 1]), np.array([0, 1, 1]), 2)
    >>> a.at_risk.tolist(), b.at_risk.tolist()
    ([1, 1, 0], [2, 2, 2])
    """
    week, cause, entry = _checked(week, cause, entry)
    last, largest = int(week.max(initial=0)), int(cause.max(initial=0))
    causes = max(1, largest) if causes is None else causes
    weeks = last + 1 if table_weeks is None else table_weeks
    if last >= weeks or largest > causes:
        raise ValueError("week and cause must lie within the table")
    kinds = causes + 1
    key = _key(((cause, 1), (week, kinds)) + (((group, kinds * weeks),) if group is not None else ()), kinds * weeks * groups)
    table = np.bincount(key, minlength=kinds * weeks * groups)
    if len(table) > kinds * weeks * groups:
        raise ValueError("group must be less than the number of groups")
    table = table.reshape(groups, weeks, kinds)
    entered = np.zeros((groups, weeks), np.int64)
    if entry is None:
        entered[:, 0] = table.sum(axis=(1, 2))
    else:
        place = entry if group is None else np.asarray(group, np.intp) * weeks + entry
        entered = np.bincount(place, minlength=groups * weeks).reshape(groups, weeks)
    return tuple(
        EventCounts(np.ascontiguousarray(part[:, 1:].T), np.ascontiguousarray(part[:, 0]), came)
        for part, came in zip(table, entered)
    )


def _key(parts: tuple[tuple[np.ndarray, int], ...], size: int) -> np.ndarray:
    """The cell of the table per person, in the narrowest integers that hold it: that is what a pass over a million costs."""
    narrow = np.int16 if size < 2**15 else np.int32 if size < 2**31 else np.int64
    (column, _), *rest = parts
    key = column.astype(narrow)
    for column, factor in rest:
        key += column.astype(narrow, copy=False) * narrow(factor)
    return key


def from_rounded(events: np.ndarray, censored: np.ndarray, entered: np.ndarray | None = None) -> EventCounts:
    """A table from counts alone, which may have been rounded each on its own.

    Without `entered` everybody came at the start: their number is what the counts add up to. With it, people come in at the
    latest when the counts need them at risk, so that nobody leaves who has not come.

    >>> from_rounded(np.array([0, 2, 0]), np.array([0, 0, 1]), np.array([1, 2, 0])).at_risk.tolist()
    [2, 2, 1]
    """
    events, censored = np.atleast_2d(events), np.asarray(censored)
    came = np.zeros(len(censored), np.result_type(events, censored))
    if len(came) and entered is None:
        came[0] = events.sum() + censored.sum()
    elif len(came):
        left = np.cumsum(events.sum(axis=0) + censored)
        needed = np.append(left[1:], left[-1])
        came = np.diff(np.clip(np.maximum.accumulate(np.maximum(np.cumsum(entered), needed)), 0, left[-1]), prepend=0)
    return EventCounts(events, censored, came)


def _checked(week, cause, entry) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    week, cause = whole_weeks(week, "week"), np.asarray(cause)
    if week.shape != cause.shape or week.ndim != 1:
        raise ValueError("week and cause must be one-dimensional and of one length")
    if len(cause) and (not np.issubdtype(cause.dtype, np.integer) or cause.min() < 0):
        raise ValueError("cause must be whole numbers (an integer dtype), 0 or more")
    if entry is None:
        return week, cause, None
    entry = whole_weeks(entry, "entry")
    if entry.shape != week.shape or np.any((entry >= week) & (entry != 0)):
        raise ValueError("entry must be 0, or less than week")
    return week, cause, entry
