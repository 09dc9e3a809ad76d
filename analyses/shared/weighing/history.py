"""What happened to people who are weighted, and the same of those who are alike: by week, and what each adds to a risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.shared.weighing.alike import Alike
from analyses.statistics.weighting.augmented import pseudo_values
from analyses.statistics.weighting.weighted_events import WeightedTable, weighted_table


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What happened to the people who are weighted: week, whether the event came, entry; and what came first of several causes."""

    week: np.ndarray
    event: np.ndarray
    entry: np.ndarray | None
    cause_week: np.ndarray
    cause: np.ndarray
    causes: int

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """Everything that happened to each."""
        late = () if self.entry is None else (self.entry,)
        return (self.week, self.event, self.cause_week, self.cause, *late)


def tables(people: Alike, history: History) -> tuple[WeightedTable, WeightedTable | None]:
    """The cells by week: of the event, and of several causes where there are."""
    week, event, cause_week, cause, *entry = (people.of_cells(column) for column in history.columns)
    how = {"arms": len(people.given.arms), "entry": entry[0] if entry else None}
    arm = people.of_cells(people.given.arm)
    several = weighted_table(cause_week, cause, arm, causes=history.causes, **how) if history.causes > 1 else None
    return weighted_table(week, event, arm, **how), several


def added_risks(people: Alike, history: History, table: WeightedTable, week: int) -> tuple[np.ndarray, np.ndarray] | None:
    """What each adds to the risk of the own arm in a week, of cells and of units; None where one cannot tell.

    That is where the plan counts who came late, or an arm was not followed that long.
    """
    given = people.given
    if table.entered is not None or any(week > reach for reach in table.reach):
        return None
    found = np.zeros(given.size)
    for k in range(len(given.arms)):
        mine = given.arm == k
        found[mine] = pseudo_values(history.week[mine], history.event[mine], week)
    return people.of_cells(found), people.of_units(found)
