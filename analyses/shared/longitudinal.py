"""All scores of one measure as a table of people by moments, with the weeks in which they were measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.shared.cohort import Cohort
from analyses.shared.recording import change_scale, scale_of, sign_of, within
from data_schemas.plan import Measure


@dataclass(frozen=True, slots=True, eq=False)
class Longitudinal:
    """Scores and weeks, shape (people, moments), NaN where there is none; the baseline is the first moment.

    `scale` has the lowest and the highest score that there is. `people` are the numbers of those who were measured at least once, and `arm`
    the position of their arm in `arms`.
    """

    scale: tuple[float, float]
    higher_is_better: bool
    moments: tuple[str, ...]
    people: np.ndarray
    arm: np.ndarray
    arms: tuple[str, ...]
    scores: np.ndarray
    weeks: np.ndarray

    def only(self, who: np.ndarray) -> Longitudinal:
        """A part of the people; boolean per person."""
        return Longitudinal(
            self.scale,
            self.higher_is_better,
            self.moments,
            self.people[who],
            self.arm[who],
            self.arms,
            self.scores[who],
            self.weeks[who],
        )

    def in_scale(self, row: dict) -> dict:
        """A row about a change, or a difference between two (`arm` is "a - b"), with its limits where these can be."""
        times = 2 if " - " in row["arm"] else 1
        return within(row, *(times * bound for bound in change_scale(self.scale)))

    @property
    def changed(self) -> np.ndarray:
        """Who has a score at baseline and at each moment, shape (people, moments): the people whom a change rests on.

        A model of all scores has more people in it, but when only a few were measured at a moment, their scores decide its change:
        disclosure control must count these.
        """
        measured = ~np.isnan(self.scores)
        return measured & measured[:, :1]


def longitudinal(cohort: Cohort, measure: Measure) -> Longitudinal:
    """Baseline and the planned later moments of everyone who was measured at one of them."""
    moments = ("baseline", *measure.moments)
    table = cohort.measurements
    mine = table[
        (table["instrument"] == measure.instrument)
        & (table["informant"] == measure.informant)
        & table["moment"].isin(moments)
        & table["score"].notna()
    ]
    place = mine["moment"].map({moment: k for k, moment in enumerate(moments)}).to_numpy(dtype=np.int64)
    person = mine["person"].to_numpy()
    scores, weeks = (np.full((cohort.size, len(moments)), np.nan) for _ in range(2))
    scores[person, place] = mine["score"].to_numpy(dtype=float)
    weeks[person, place] = mine["week"].to_numpy(dtype=float, na_value=np.nan)
    people = np.flatnonzero(~np.isnan(scores).all(axis=1))
    return Longitudinal(
        scale_of(cohort, measure),
        sign_of(cohort, measure) > 0,
        moments,
        people,
        cohort.arm_codes[people],
        cohort.arms,
        scores[people],
        weeks[people],
    )
