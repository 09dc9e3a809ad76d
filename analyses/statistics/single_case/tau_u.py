"""Tau-U: nonoverlap between phases, less the trend before treatment.

Own code because no library has it.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.single_case.kendall import baseline_trend
from analyses.statistics.single_case.nonoverlap import nonoverlap
from analyses.statistics.single_case.phases import Phases


def tau_u(given: Phases) -> np.ndarray:
    """Tau-U "A against B - trend A" per client: (S of the phases - S of the baseline over time) / (a b).

    Parameters
    ----------
    given
        Every client with at least one measurement in each phase.

    Notes
    -----
    Parker, Vannest, Davis & Sauber (2011), Behav Ther 42:284, as their calculator and SingleCaseES::Tau_U. Programs differ:
    `scan` divides by another number of pairs unless told otherwise. May fall below -1 or above 1 with a long baseline.

    When not to use
    ---------------
    To compare clients with baselines of different lengths: the correction weighs a long baseline more (Tarlow 2017, Behav
    Modif 41:427). Take `baseline_corrected_tau`.

    Examples
    --------
    Baseline 3, 3, 4, 5, treatment 4, 5, 6, 7, 7: (16 - 5) / 20.

    >>> from analyses.statistics.single_case.phases import phases
    >>> tau_u(phases([1] * 9, range(-3, 6), [3, 3, 4, 5, 4, 5, 6, 7, 7])).tolist()
    [0.55]
    """
    pairs = given.baseline_points * given.treatment_points
    return (nonoverlap(given).statistic - baseline_trend(given).statistic) / pairs
