"""Baseline-corrected Tau: rank correlation of score and phase, after a trend before treatment has been taken off.

Own code because no library has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.single_case.kendall import baseline_trend
from analyses.statistics.single_case.nonoverlap import nonoverlap
from analyses.statistics.single_case.phases import Phases


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedTau:
    """Per client: Kendall's tau-b of score and phase, its p, and whether a trend was taken off.

    Where nothing varies any more tau-b is 0/0; it is then 0, with a p of 1: no measurement is better than another.
    """

    estimate: np.ndarray
    p_value: np.ndarray
    corrected: np.ndarray


def baseline_corrected_tau(given: Phases, alpha: float = 0.05) -> CorrectedTau:
    """Tarlow's baseline-corrected Tau.

    Parameters
    ----------
    given
        Every client with at least one measurement in each phase.
    alpha
        A baseline trend with a p (`baseline_trend`) at or below this is taken off.

    Notes
    -----
    Tarlow (2017), Behav Modif 41:427: when Kendall's test finds a trend in the baseline, the Theil-Sen line through the
    baseline is taken off all scores; tau-b of score and phase follows. `SingleCaseES` gives the nonoverlap Tau instead of
    tau-b unless told otherwise, and `scan` tests the trend by a normal approximation.

    When not to use
    ---------------
    A baseline of fewer than five measurements: no trend can then be seen, and none is taken off. A line is carried on for
    as long as the treatment lasts: with a long treatment and a bounded scale it leaves the scale.

    Examples
    --------
    A steady rise of one per week that simply goes on (Tarlow 2017) is no effect of treatment:

    >>> from analyses.statistics.single_case.phases import phases
    >>> found = baseline_corrected_tau(phases(["a"] * 10, range(-4, 6), range(1, 11)))
    >>> bool(found.corrected[0]), float(found.estimate[0])
    (True, 0.0)
    """
    trend = baseline_trend(given)
    corrected = trend.p_value <= alpha
    slope = np.where(corrected, trend.slope, 0.0)
    level = given.score - slope[given.client] * given.week
    # what the line leaves is rounded, so that equal residuals compare equal
    scale = np.maximum.reduceat(np.abs(given.score), _begins(given)) if given.clients else np.zeros(0)
    unit = np.where(scale > 0, scale, 1.0)[given.client] * 1e-10
    level = np.where(corrected[given.client], np.round(level / unit) * unit, level)
    found = nonoverlap(Phases(given.client, given.week, level, given.treated, given.labels))
    return CorrectedTau(np.nan_to_num(found.tau_b), found.p_value, corrected)


def _begins(given: Phases) -> np.ndarray:
    return np.flatnonzero(np.diff(given.client, prepend=-1))
