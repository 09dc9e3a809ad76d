"""Weighted curves of events in whole weeks, for many sets of weights at once: survival, incidence by cause, restricted mean.

Own code because lifelines takes weights for numbers of people (T5), and statsmodels has no weights for several causes. No errors here: weights
are estimated, and the error that takes them as known is wrong. `bootstrap` draws people and estimates the weights again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from analyses.statistics._weeks import whole_weeks


@dataclass(frozen=True, slots=True, eq=False)
class WeightedTable:
    """Who leaves when, for what and from which arm, as sums that any weights can be put into.

    `ended`, `entered` and each of `happened` (one per cause) turn weights of shape (draws, n) into sums of shape (draws, arms * table_weeks).
    `reach`: per arm the last week of which it says something.
    """

    arms: int
    table_weeks: int
    ended: csr_matrix
    happened: tuple[csr_matrix, ...]
    entered: csr_matrix | None
    reach: tuple[int, ...]

    def at_risk(self, weight: np.ndarray) -> np.ndarray:
        """Weight at risk in each week, shape (draws, arms, weeks)."""
        still = _tails(self._sums(self.ended, weight))
        if self.entered is not None:
            still = still - _tails(self._sums(self.entered, weight))
        return still

    def events(self, weight: np.ndarray) -> np.ndarray:
        """Weight of those with an event, shape (draws, causes, arms, weeks)."""
        return np.stack([self._sums(one, weight) for one in self.happened], axis=1)

    def _sums(self, cells: csr_matrix, weight: np.ndarray) -> np.ndarray:
        return (cells @ weight.T).T.reshape(len(weight), self.arms, self.table_weeks)


def weighted_table(
    week: np.ndarray,
    cause: np.ndarray,
    arm: np.ndarray,
    *,
    arms: int = 2,
    causes: int = 1,
    entry: np.ndarray | None = None,
) -> WeightedTable:
    """Sort people into arms and weeks once.

    Parameters
    ----------
    week
        Shape (n,), whole weeks: of the first event, or the last of follow-up.
    cause
        Shape (n,): 0 when follow-up ended, 1 to `causes`.
    arm
        Shape (n,), 0 for the first.
    entry
        Shape (n,): at risk after that week; 0 is from the start, week 0 included.

    Examples
    --------
    >>> table = weighted_table(np.array([1, 2, 2]), np.array([1, 0, 1]), np.array([0, 0, 0]), arms=1)
    >>> table.at_risk(np.array([[1.0, 2.0, 1.0]])).tolist()
    [[[4.0, 4.0, 3.0]]]
    """
    week, cause, arm = whole_weeks(week, "week"), np.asarray(cause), np.asarray(arm)
    weeks = int(week.max(initial=0)) + 1
    who = np.arange(len(week))
    reach = tuple(int(week[arm == k].max(initial=0)) for k in range(arms))

    def cells(mine: np.ndarray, at: np.ndarray) -> csr_matrix:
        place = arm[mine].astype(np.int64) * weeks + at[mine]
        return csr_matrix((np.ones(mine.sum()), (place, who[mine])), shape=(arms * weeks, len(week)))

    entered = None
    if entry is not None:
        # at risk from the week after: not yet at risk in all weeks up to the entry
        entered = cells(np.asarray(entry) > 0, np.asarray(entry, np.int64))
    everyone = np.ones(len(week), bool)
    return WeightedTable(
        arms, weeks, cells(everyone, week), tuple(cells(cause == k, week) for k in range(1, causes + 1)), entered, reach
    )


def _tails(sums: np.ndarray) -> np.ndarray:
    return np.cumsum(sums[..., ::-1], axis=-1)[..., ::-1]


def weighted_survival(table: WeightedTable, weight: np.ndarray) -> np.ndarray:
    """Share without any event up to and including each week, shape (draws, arms, weeks): Kaplan-Meier with weights, as R's `survfit`.

    NaN where nobody with weight is at risk any more and the curve is not at 0.

    >>> table = weighted_table(np.array([1, 2, 3]), np.array([1, 0, 1]), np.zeros(3, int), arms=1)
    >>> weighted_survival(table, np.array([[1.0, 2.0, 1.0]])).tolist()
    [[[1.0, 0.75, 0.75, 0.0]]]
    """
    at_risk, events = table.at_risk(weight), table.events(weight).sum(axis=1)
    return np.cumprod(1.0 - _over(events, at_risk), axis=-1)


def weighted_incidence(table: WeightedTable, weight: np.ndarray) -> np.ndarray:
    """Share with an event of each cause up to and including each week, shape (draws, causes, arms, weeks): Aalen-Johansen with weights.

    >>> table = weighted_table(np.array([1, 2]), np.array([1, 2]), np.zeros(2, int), arms=1, causes=2)
    >>> weighted_incidence(table, np.array([[3.0, 1.0]]))[0, :, 0, 2].tolist()
    [0.75, 0.25]
    """
    at_risk, events = table.at_risk(weight), table.events(weight)
    survival = np.cumprod(1.0 - _over(events.sum(axis=1), at_risk), axis=-1)
    before = np.concatenate([np.ones((*survival.shape[:-1], 1)), survival[..., :-1]], axis=-1)
    return np.cumsum(before[:, None] * _over(events, at_risk[:, None]), axis=-1)


def weighted_restricted_mean(table: WeightedTable, weight: np.ndarray, horizon_weeks: int) -> np.ndarray:
    """Mean weeks without an event within the horizon, shape (draws, arms): the area under the weighted curve.

    >>> table = weighted_table(np.array([1, 3]), np.array([1, 0]), np.zeros(2, int), arms=1)
    >>> weighted_restricted_mean(table, np.array([[1.0, 1.0]]), 3).tolist()
    [[2.0]]
    """
    survival = weighted_survival(table, weight)
    short = horizon_weeks - survival.shape[-1]
    if short > 0:
        survival = np.concatenate([survival, np.repeat(survival[..., -1:], short, axis=-1)], axis=-1)
    return survival[..., :horizon_weeks].sum(axis=-1)


def read_at(curve: np.ndarray, at_week: int) -> np.ndarray:
    """The value of curves of shape (..., weeks) in a week; after the last one that of the last.

    >>> read_at(np.array([[1.0, 0.5]]), 7).tolist()
    [0.5]
    """
    return curve[..., min(at_week, curve.shape[-1] - 1)]


def unknown_at(table: WeightedTable, arm: int, at_week: int, survival: float) -> str | None:
    """Why nothing can be said of an arm in a week: `follow_up_too_short`, unless the curve is at 0.

    >>> unknown_at(weighted_table(np.array([3]), np.array([0]), np.array([0]), arms=1), 0, 4, 1.0)
    'follow_up_too_short'
    """
    return "follow_up_too_short" if at_week > table.reach[arm] and survival > 0 else None


def _over(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(events > 0, events / at_risk, 0.0)
