"""Nonoverlap of all pairs (NAP) and Tau for each of many clients, from ranks within clients.

Own code because scipy's `mannwhitneyu` takes one client at a time, and its exact distribution no ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import comb, ndtr

from analyses.statistics.single_case.phases import Phases, group_sizes

# as R's wilcox.test: exact below 50 in each phase when nothing is tied
_EXACT_BELOW = 50
# with ties the distribution depends on the scores, so that it must be made for every client
_EXACT_TIED = 16
_CHUNK = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class Nonoverlap:
    """Comparison of phases per client; all arrays have shape (clients,).

    Attributes
    ----------
    nap
        Share of all pairs (one measurement of each phase) in which the one during treatment is better, ties as half; from
        0 to 1, 0.5 is no effect.
    tau
        2 nap - 1, from -1 to 1.
    statistic
        Better pairs minus worse pairs.
    tau_b
        Kendall's rank correlation of score and phase, corrected for ties; NaN when all scores are equal.
    p_value
        Two-sided Mann-Whitney test. Exact when no scores are tied and both phases have fewer than 50 measurements (R's
        ``wilcox.test``), and with ties up to 16 measurements in all (``coin::wilcox_test``); otherwise normal with
        corrections for ties and continuity (``wilcox.test`` again). 1 when all scores are equal.
    """

    nap: np.ndarray
    tau: np.ndarray
    statistic: np.ndarray
    tau_b: np.ndarray
    p_value: np.ndarray


def nonoverlap(given: Phases) -> Nonoverlap:
    """Compare the treatment phase with the baseline phase of every client.

    Parameters
    ----------
    given
        Every client with at least one measurement in each phase.

    Notes
    -----
    NAP: Parker & Vannest (2009), Behav Ther 40:357. Tau: Parker et al. (2011), Behav Ther 42:284. By the sum of ranks R of
    the treatment phase, NAP = (R - b (b + 1) / 2) / (a b) with a and b measurements: one sort for all clients together.

    When not to use
    ---------------
    Scores that were already improving before treatment (see `tau_u` and `baseline_corrected_tau`). The test takes
    measurements of one client as independent: with a positive autocorrelation its p is too small.

    Raises
    ------
    ValueError
        A client without measurements in one of the phases.

    Examples
    --------
    Baseline 3, 3, 4, 5 and treatment 4, 5, 6, 7, 7 (Parker et al. 2011): 17 pairs better, 1 worse, 2 tied.

    >>> from analyses.statistics.single_case.phases import phases
    >>> found = nonoverlap(phases([1] * 9, range(-3, 6), [3, 3, 4, 5, 4, 5, 6, 7, 7]))
    >>> found.tau.round(9).tolist(), found.nap.round(9).tolist()
    ([0.8], [0.9])
    """
    a, b = given.baseline_points.astype(float), given.treatment_points.astype(float)
    if not ((a > 0) & (b > 0)).all():
        raise ValueError("every client needs measurements in both phases")
    ranks = _ranks(given.client, given.score)
    total = np.bincount(given.client[given.treated], ranks[given.treated], given.clients)
    better = total - b * (b + 1) / 2
    nap = better / (a * b)
    s = 2 * better - a * b
    owner, size = group_sizes(given.client, given.score)
    n = a + b
    tied = np.bincount(owner, size * (size - 1.0), given.clients) / 2
    cubes = np.bincount(owner, size**3.0 - size, given.clients)
    all_pairs = n * (n - 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        tau_b = s / np.sqrt((all_pairs - tied) * a * b)
        tau_b = np.where(tied < all_pairs, tau_b, np.nan)
    p_value = _p_values(s, a, b, cubes)
    tied_and_short = (cubes > 0) & (n <= _EXACT_TIED) & (tied < all_pairs)
    p_value[tied_and_short] = _exact_tied(given, ranks, s, tied_and_short)
    return Nonoverlap(nap, 2 * nap - 1, s, tau_b, p_value)


def _ranks(client: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Midranks within clients."""
    order = np.lexsort((score, client))
    sorted_client, sorted_score = client[order], score[order]
    new_client = np.diff(sorted_client, prepend=-1) != 0
    new_run = new_client.copy()
    new_run[1:] |= np.diff(sorted_score) != 0
    begins = np.flatnonzero(new_run)
    sizes = np.diff(np.append(begins, len(client)))
    client_begin = np.flatnonzero(new_client)[np.cumsum(new_client) - 1][begins]
    ranks = np.empty(len(client))
    ranks[order] = np.repeat(begins - client_begin + (sizes + 1) / 2, sizes)
    return ranks


def _p_values(s: np.ndarray, a: np.ndarray, b: np.ndarray, cubes: np.ndarray) -> np.ndarray:
    n = a + b
    variance = a * b / 12 * (n + 1 - cubes / np.where(n > 1, n * (n - 1), 1))
    # S = 2 U - a b: half of it is the distance of U from its mean
    distance = np.abs(s) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.maximum(distance - 0.5, 0.0) / np.sqrt(variance)
    p = np.where(variance > 1e-12, np.minimum(2 * ndtr(-z), 1.0), 1.0)
    exact = (cubes == 0) & (a < _EXACT_BELOW) & (b < _EXACT_BELOW)
    sizes, place = np.unique(np.column_stack([a, b])[exact].astype(int), axis=0, return_inverse=True)
    tails = np.empty(int(exact.sum()))
    for k, (first, second) in enumerate(sizes):
        mine = place.ravel() == k
        u = (first * second + s[exact][mine]) / 2
        tails[mine] = _exact_tail(int(first), int(second))[np.round(np.minimum(u, first * second - u)).astype(int)]
    p[exact] = np.minimum(2 * tails, 1.0)
    return p


@cache
def _exact_tail(a: int, b: int) -> np.ndarray:
    """P(U <= u) for u = 0 to a b under exchangeability (Mann & Whitney 1947, Ann Math Stat 18:50)."""
    # the number of partitions with at most a parts of at most b each: product of (1 - q^(b + i)) / (1 - q^i)
    ways = np.zeros(a * b + 1)
    ways[0] = 1.0
    for i in range(1, a + 1):
        ways[b + i :] = ways[b + i :] - ways[: max(a * b + 1 - b - i, 0)]
        for start in range(i):
            ways[start::i] = np.cumsum(ways[start::i])
    return np.cumsum(ways) / ways.sum()


def _exact_tied(given: Phases, ranks: np.ndarray, s: np.ndarray, who: np.ndarray) -> np.ndarray:
    """P(|S| at least as large) over all ways to call some of a client's measurements treatment, its ties as they are."""
    p = np.empty(given.clients)
    before, during = given.baseline_points, given.treatment_points
    size, smaller = before + during, np.minimum(before, during)
    begin = np.cumsum(size) - size
    for n, m in np.unique(np.column_stack([size, smaller])[who], axis=0):
        mine = np.flatnonzero(who & (size == n) & (smaller == m))
        doubled = np.round(2 * ranks[begin[mine][:, None] + np.arange(n)]).astype(np.int64)
        most = m * (2 * n - m + 1)
        for part in np.array_split(np.arange(len(mine)), 1 + len(mine) * (m + 1) * (most + 1) // _CHUNK):
            ways = _ways(doubled[part], m, most)
            far = np.abs(np.arange(most + 1) - m * (n + 1)) >= np.abs(s[mine[part]])[:, None] - 1e-9
            p[mine[part]] = (ways * far).sum(axis=1) / comb(n, m)
    return np.minimum(p[who], 1.0)


def _ways(doubled: np.ndarray, m: int, most: int) -> np.ndarray:
    """In how many ways m of the doubled ranks of each client have each sum; shape (clients, most + 1).

    The coefficient of y^m in the product of (1 + y x^rank), at roots of unity x and then turned back: whole numbers.
    """
    size = most + 1
    frequency = np.arange(size // 2 + 1)
    roots = np.exp(-2j * np.pi * np.arange(size) / size)
    parts = np.zeros((m + 1, len(doubled), len(frequency)), complex)
    parts[0] = 1.0
    for j in range(doubled.shape[1]):
        turned = roots[frequency * doubled[:, j, None] % size]
        for k in range(min(j + 1, m), 0, -1):
            parts[k] += parts[k - 1] * turned
    return np.round(np.fft.irfft(parts[m], size, axis=1))
