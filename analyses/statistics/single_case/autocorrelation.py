"""Lag-one autocorrelation per client, within phases.

Own code because statsmodels' `acf` takes one series, without phases.
"""

from __future__ import annotations

import numpy as np

from analyses.statistics.single_case.phases import Phases


def autocorrelation(given: Phases) -> np.ndarray:
    """How much a measurement resembles the one before it, from -1 to 1, shape (clients,); NaN when nothing varies.

    Deviations from the mean of the phase; sum of products of consecutive ones within a phase over the sum of squares (Box &
    Jenkins; with one phase this is R's ``acf`` at lag 1). "Consecutive" ignores how many weeks lie between. Biased downwards
    in short series, by about 1 / n without any autocorrelation (Huitema & McKean 1991, Psychol Bull 110:291).

    Examples
    --------
    Deviations -1, 0, 1 and -1, 0, 1: no consecutive pair has a product but zero.

    >>> from analyses.statistics.single_case.phases import phases
    >>> autocorrelation(phases(["a"] * 6, [-2, -1, 0, 1, 2, 3], [1, 2, 3, 7, 8, 9])).tolist()
    [0.0]
    """
    cell = given.client * 2 + given.treated
    n = np.bincount(cell, minlength=2 * given.clients)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(cell, given.score, 2 * given.clients) / n
    deviation = given.score - mean[cell]
    size = float(np.abs(given.score).max()) if len(given.score) else 0.0
    deviation[np.abs(deviation) < 1e-12 * size] = 0.0
    together = cell[1:] == cell[:-1]
    products = np.bincount(given.client[1:][together], (deviation[1:] * deviation[:-1])[together], given.clients)
    squares = np.bincount(given.client, deviation**2, given.clients)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(squares > 0, products / squares, np.nan)
