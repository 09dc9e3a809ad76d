"""Log response ratio per client: by what factor the level changed from baseline to treatment.

Own code because no library has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analyses.statistics.single_case.phases import Phases


@dataclass(frozen=True, slots=True, eq=False)
class LogResponseRatio:
    """Per client the log of mean during treatment over mean at baseline and its error; NaN when a mean is not positive."""

    estimate: np.ndarray
    std_error: np.ndarray


def log_response_ratio(given: Phases) -> LogResponseRatio:
    """The bias-corrected log response ratio.

    Parameters
    ----------
    given
        At least two measurements in each phase; scores *as they are* (made with ``higher_is_better=True``): a ratio of
        turned scores means nothing. Turn the answer instead.

    Notes
    -----
    ln(m_b) + v_b / (2 n_b m_b^2) less the same of the baseline; variance v / (n m^2) summed over phases (Pustejovsky 2018,
    J Sch Psychol 68:99, as SingleCaseES ``LRRi`` with a truncation constant of 0).

    When not to use
    ---------------
    Sum scores of questionnaires: their zero is not "none of it", so a ratio has no meaning. For counts, durations, weights.

    Examples
    --------
    >>> from analyses.statistics.single_case.phases import phases
    >>> found = log_response_ratio(phases(["a"] * 4, [-1, 0, 1, 2], [2, 2, 4, 4]))
    >>> round(float(found.estimate[0]), 6), float(found.std_error[0])
    (0.693147, 0.0)
    """
    levels, variances = [], []
    for rows in (~given.treated, given.treated):
        client, score = given.client[rows], given.score[rows]
        n = np.bincount(client, minlength=given.clients).astype(float)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(client, score, given.clients) / n
            spread = np.bincount(client, (score - mean[client]) ** 2, given.clients) / (n - 1)
            mean = np.where(mean > 0, mean, np.nan)
            share = spread / (n * mean**2)
            levels.append(np.log(mean) + share / 2)
        variances.append(share)
    return LogResponseRatio(levels[1] - levels[0], np.sqrt(variances[0] + variances[1]))
