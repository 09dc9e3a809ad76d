"""What a fitted Cox model needs for the curve of a client: its baseline hazard, with how uncertain that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.hazards._partial_likelihood import Evaluation
from analyses.statistics.hazards._risk_sets import RiskSets


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Increments at every stratum and event week, of a client with the mean covariates.

    Attributes
    ----------
    week, stratum : array of int, shape (groups,)
        ``stratum`` is a position in ``strata``.
    strata : array of labels or None
    hazard, variance : array, shape (groups,)
        Sums of 1 / phi and of 1 / phi^2 over the tied deaths, each over exp(shift) and its square.
    mean : array, shape (groups, p)
        Hazard-weighted mean of the covariates at risk, around ``centre``.
    centre : array, shape (p,)
    shift : float
    """

    week: np.ndarray
    stratum: np.ndarray
    strata: np.ndarray | None
    hazard: np.ndarray
    variance: np.ndarray
    mean: np.ndarray
    centre: np.ndarray
    shift: float

    def of(self, stratum: object | None) -> np.ndarray:
        """Positions of one stratum, in order of week.

        Raises
        ------
        ValueError
            There are strata and this is none of them.
        """
        if self.strata is None:
            return np.arange(len(self.week))
        matching = np.flatnonzero(self.strata == stratum)
        if len(matching) == 0:
            raise ValueError("stratum must be one of the labels in strata")
        return np.flatnonzero(self.stratum == matching[0])


def baseline(sets: RiskSets, at: Evaluation, strata: np.ndarray | None) -> Baseline:
    """From the maximum of a partial likelihood with Efron or Breslow ties."""
    mean = at.at_risk[:, 1:] * at.sums.inv2[:, None] - at.dead[:, 1:] * at.sums.a_inv2[:, None]
    # evaluate() divides exp(eta) by its maximum: so are the sums
    shift = float((sets.x @ at.beta).max())
    return Baseline(
        sets.group_time, sets.group_stratum, strata, at.sums.inv, at.sums.inv2, mean * sets.scale, sets.centre, shift
    )
