"""Scores of the same people at several moments: Friedman's test, as scipy has it."""

from __future__ import annotations

import numpy as np

from analyses.statistics.inference.rank_distributions import without_noise
from analyses.statistics.proportions.categorical_change import MarginalTest


def friedman(scores: np.ndarray) -> MarginalTest:
    """Friedman's test that scores have one distribution at every moment; chi-squared with the correction for ties, moments - 1 df.

    Parameters
    ----------
    scores
        Shape (people, moments), at least three moments, nobody missing.

    Friedman 1937, JASA 32:675; R's `friedman.test`. `reason`: `empty_group`, `too_few` (one person), `no_variance` (nobody differs
    between moments).

    When not to use
    ---------------
    With two moments (`signed_ranks`), or when many are missing at some moment: it takes those measured at all of them.

    Examples
    --------
    Three people who all fall from moment to moment: 12 / (3 x 3 x 4) (9 + 36 + 81) - 3 x 3 x 4.

    >>> round(friedman(np.array([[3.0, 2, 1], [9, 5, 4], [7, 6, 2]])).statistic, 6)
    6.0
    """
    scores = np.asarray(scores, float)
    if len(scores) < 2:
        return MarginalTest(np.nan, reason="too_few" if len(scores) else "empty_group")
    scores = without_noise(scores.ravel()).reshape(scores.shape)
    if not np.ptp(scores, axis=1).any():
        return MarginalTest(np.nan, reason="no_variance")
    from scipy.stats import friedmanchisquare

    found = friedmanchisquare(*scores.T)
    return MarginalTest(float(found.statistic), scores.shape[1] - 1, float(found.pvalue))
