"""Repeated measurements of many clients as one sorted block: baseline phase, then treatment phase, client after client.

Own code because it is the form in which all of this room take their measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics._weeks import whole_weeks


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Measurements sorted by client and week, without missing values.

    Attributes
    ----------
    client : array of int, shape (n,)
        0 to clients - 1, in order.
    week, score : array, shape (n,)
        Score turned so that higher is better.
    treated : array of bool, shape (n,)
        In the treatment phase.
    labels : array, shape (clients,)
        The caller's label of each client.
    """

    client: np.ndarray
    week: np.ndarray
    score: np.ndarray
    treated: np.ndarray
    labels: np.ndarray

    @property
    def clients(self) -> int:
        """Number of clients."""
        return len(self.labels)

    @property
    def baseline_points(self) -> np.ndarray:
        """Measurements in the baseline phase, per client."""
        return np.bincount(self.client[~self.treated], minlength=self.clients)

    @property
    def treatment_points(self) -> np.ndarray:
        """Measurements in the treatment phase, per client."""
        return np.bincount(self.client[self.treated], minlength=self.clients)

    def only(self, who: np.ndarray) -> Phases:
        """A part of the clients; boolean per client."""
        rows = who[self.client]
        number = np.cumsum(who) - 1
        return Phases(number[self.client[rows]], self.week[rows], self.score[rows], self.treated[rows], self.labels[who])


def phases(client, week, score, start: float = 1.0, higher_is_better: bool = True) -> Phases:
    """Sort measurements into phases; treatment begins in week `start`.

    Parameters
    ----------
    client : array of labels, shape (n,)
    week : array of whole weeks, shape (n,)
        Below 1 before treatment; rows without a week or a score are left out.
    score : array, shape (n,)

    Examples
    --------
    >>> found = phases(["a", "a", "a"], [2, -1, 0], [5, 3, 4])
    >>> found.score.tolist(), found.treated.tolist()
    ([3.0, 4.0, 5.0], [False, False, True])
    """
    client, week, score = np.asarray(client), np.asarray(week, float), np.asarray(score, float)
    whole = np.isfinite(week) & np.isfinite(score)
    labels, codes = np.unique(client[whole], return_inverse=True)
    week, score = whole_weeks(week[whole], "week", minimum=None), score[whole] if higher_is_better else -score[whole]
    order = np.lexsort((week, codes))
    return Phases(codes[order], week[order].astype(float), score[order], week[order] >= start, labels)


def earlier_pairs(client: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs (earlier, later) of rows of the same client, for rows sorted by client.

    >>> [part.tolist() for part in earlier_pairs(np.array([0, 0, 0, 1, 1]))]
    [[0, 0, 1, 3], [1, 2, 2, 4]]
    """
    place = within(client)
    later = np.repeat(np.arange(len(client)), place)
    if not len(later):
        return later, later
    first = np.cumsum(place) - place
    earlier = later - np.repeat(place, place) + np.arange(len(later)) - np.repeat(first, place)
    return earlier, later


def within(client: np.ndarray) -> np.ndarray:
    """Position of each row within its client, from 0, for rows sorted by client.

    >>> within(np.array([0, 0, 1, 1, 1])).tolist()
    [0, 1, 0, 1, 2]
    """
    if not len(client):
        return np.zeros(0, np.int64)
    begins = np.flatnonzero(np.diff(client, prepend=client[0] - 1))
    return np.arange(len(client)) - np.repeat(begins, np.diff(np.append(begins, len(client))))


def group_sizes(client: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs of equal values within clients: the client and the length of each (for corrections for ties)."""
    order = np.lexsort((value, client))
    changes = np.diff(client[order], prepend=-1) != 0
    changes[1:] |= np.diff(value[order]) != 0
    begins = np.flatnonzero(changes)
    return client[order][begins], np.diff(np.append(begins, len(client)))
