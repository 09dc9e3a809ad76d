"""The difference between two groups in units of the spread, of people who hang together in clusters (providers).

Own code because no library has a standardised difference with errors by cluster.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.change.effect_size import hedges_correction
from analyses.statistics.clustered.contrast import contrast_by_cluster
from analyses.statistics.models.model import Contrast


def g_between_by_cluster(
    scores: np.ndarray, first: np.ndarray, cluster: np.ndarray, sign: int = 1, confidence: float = 0.95
) -> Contrast:
    """Difference of the means / pooled SD, times Hedges' exact J(n1 + n2 - 2), with CR2 errors and Satterthwaite's degrees of freedom.

    Parameters
    ----------
    scores
        Shape (n,).
    first
        Shape (n,), boolean: who is in the first group; all others are in the second.
    cluster
        Shape (n,).
    sign
        1 where higher is better, -1 where lower is: + favours the first group.

    A person's influence on d is that on the difference of the means over the SD, less d / (2 s^2) times that on the pooled variance (delta
    method); the influences are added up by cluster and group (`contrast_by_cluster`). The estimate is that of `difference_by_pooled_sd`.

    `reason`: as in `contrast_by_cluster`; `too_few` (fewer than two people in a group), `no_variance`.

    When not to use
    ---------------
    With fewer than five people in a group the spread is hardly known, and the delta method too narrow.

    Examples
    --------
    Means of 3 and 1, both variances 2: d = 2 / sqrt(2), times J(6) = 0.8686.

    >>> scores = np.array([2.0, 4, 2, 4, 0, 2, 0, 2]) * np.sqrt(1.5) + 3 * (1 - np.sqrt(1.5))
    >>> scores[4:] -= (scores[4:].mean() - 1)
    >>> found = g_between_by_cluster(scores, np.arange(8) < 4, np.array([0, 1, 2, 0, 1, 2, 0, 1]))
    >>> round(found.estimate, 4), found.reason
    (1.2284, None)
    """
    scores, first = np.asarray(scores, float), np.asarray(first, bool)
    _, code = np.unique(np.asarray(cluster), return_inverse=True)
    group, n = (~first).astype(np.int64), np.array([first.sum(), (~first).sum()], float)
    if n.min() < 2:
        return Contrast(np.nan, reason="empty_group" if n.min() == 0 else "too_few")
    mean = np.bincount(group, scores, 2) / n
    squares, everyone = (scores - mean[group]) ** 2, n.sum()
    variance = float(squares.sum() / (everyone - 2))
    if not variance > 1e-24 * max(float(np.abs(scores).max()) ** 2, 1e-300):
        return Contrast(np.nan, reason="no_variance")
    sd, d = np.sqrt(variance), float(mean[0] - mean[1]) / np.sqrt(variance)
    side = np.array([1.0, -1.0])[group]
    influence = side * (scores - mean[group]) / (n[group] * sd)
    influence -= d / (2 * variance) * squares / (everyone - 2)
    influence -= (np.bincount(group, influence, 2) / n)[group]
    cell, k = code * 2 + group, int(code.max()) + 1
    factor = sign * float(hedges_correction(everyone - 2))
    total = factor * np.bincount(cell, influence, 2 * k).reshape(k, 2)
    return contrast_by_cluster(factor * d, total, np.bincount(cell, minlength=2 * k).reshape(k, 2), confidence)
