"""Scores beside a norm group: one norm for everyone, or where there is none, that of the person's own gender."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.shared.cohort import Cohort
from data_schemas.instruments import Norm
from data_schemas.plan import Measure


@dataclass(frozen=True, slots=True, eq=False)
class Normed:
    """The norm of each person (NaN where none fits), how many were behind it when that is known, and its words."""

    mean: np.ndarray
    sd: np.ndarray
    n: int | None
    words: str

    def only(self, who: np.ndarray) -> Normed:
        """A part of the people; boolean per person."""
        return Normed(self.mean[who], self.sd[who], self.n, self.words)

    def distances(self, scores: np.ndarray) -> np.ndarray:
        """(score - norm mean) / norm SD of everyone who has a norm, direction as scored."""
        known = ~np.isnan(self.mean)
        return (scores[known] - self.mean[known]) / self.sd[known]


def normed(cohort: Cohort, measure: Measure) -> Normed | None:
    """The verified norm of a measure for each person; None when there is none.

    A norm of girls is no norm of boys: with norms by gender only, people of another or an unknown gender have none.
    """
    instrument = cohort.instruments[measure.instrument]
    general = instrument.norm(measure.informant)
    if general is not None:
        return Normed(np.full(cohort.size, general.mean), np.full(cohort.size, general.sd), general.n, _told(general))
    found = instrument.norms_by_gender(measure.informant)
    if not found:
        return None
    mean, sd = np.full(cohort.size, np.nan), np.full(cohort.size, np.nan)
    for gender, norm in found.items():
        who = (cohort.treatments["gender"] == gender).to_numpy()
        mean[who], sd[who] = norm.mean, norm.sd
    words = "; ".join(_told(norm) for norm in found.values())
    return Normed(mean, sd, None, f"each by their own gender, others left out: {words}")


def _told(norm: Norm) -> str:
    return f"{norm.group}; {norm.source}" if norm.group else norm.source
