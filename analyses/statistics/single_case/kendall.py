"""Kendall's test for a trend in the baseline phase of each of many clients.

Own code because scipy's `kendalltau` takes one client at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import ndtr

from analyses.statistics.single_case.phases import Phases, earlier_pairs, group_sizes

_EXACT_BELOW = 50
# pairs that are looked at together: a long baseline has many
_PAIRS = 20_000_000


@dataclass(frozen=True, slots=True, eq=False)
class BaselineTrend:
    """Per client: Kendall's S of score and week in the baseline phase, its two-sided p, and the Theil-Sen slope.

    ``p_value`` is exact when no scores are tied and there are fewer than 50; otherwise normal with corrections for ties and
    continuity; 1 when all are equal. ``slope`` is the median of the slopes of all pairs, per week; NaN below two
    measurements.
    """

    statistic: np.ndarray
    p_value: np.ndarray
    slope: np.ndarray


def baseline_trend(given: Phases) -> BaselineTrend:
    """Test and estimate a monotone trend before treatment.

    Notes
    -----
    Kendall (1938), Biometrika 30:81; Sen (1968), J Am Stat Assoc 63:1379. Tests as ``cor.test(method = "kendall")`` of R,
    which leaves out the continuity correction by default; the package Kendall has it. With four measurements no trend
    can reach 5 %; with five it must be perfect.

    Examples
    --------
    >>> from analyses.statistics.single_case.phases import phases
    >>> trend = baseline_trend(phases(["a"] * 6, [-4, -3, -2, -1, 0, 1], [1, 2, 3, 4, 5, 9]))
    >>> trend.statistic.tolist(), trend.p_value.round(6).tolist(), trend.slope.tolist()
    ([10.0], [0.016667], [1.0])
    """
    before = ~given.treated
    client, score, time = given.client[before], given.score[before], given.week[before]
    n = given.baseline_points.astype(float)
    s, slope = np.zeros(given.clients), np.full(given.clients, np.nan)
    for first, last in _blocks(n):
        rows = slice(*np.searchsorted(client, [first, last]))
        s[first:last], slope[first:last] = _trend(client[rows] - first, score[rows], time[rows], last - first)
    run_owner, run = group_sizes(client, score)
    ties = np.bincount(run_owner, run * (run - 1.0) * (2 * run + 5), given.clients)
    return BaselineTrend(s, _p_values(s, n, ties), slope)


def _blocks(n: np.ndarray) -> list[tuple[int, int]]:
    """Ranges of clients with about the same number of pairs."""
    pairs = np.cumsum(n * (n - 1) / 2)
    if not len(pairs):
        return []
    edges = np.searchsorted(pairs, np.arange(_PAIRS, pairs[-1], _PAIRS), side="left")
    edges = np.unique([0, *edges, len(n)])
    return list(zip(edges[:-1].tolist(), edges[1:].tolist()))


def _trend(client: np.ndarray, score: np.ndarray, time: np.ndarray, clients: int) -> tuple[np.ndarray, np.ndarray]:
    """Kendall's S and the Theil-Sen slope of some clients, from all pairs of measurements."""
    earlier, later = earlier_pairs(client)
    gap = time[later] - time[earlier]
    earlier, later, gap = earlier[gap > 0], later[gap > 0], gap[gap > 0]
    rise, owner = score[later] - score[earlier], client[later]
    return np.bincount(owner, np.sign(rise), clients), _grouped_median(owner, rise / gap, clients)


def _grouped_median(group: np.ndarray, value: np.ndarray, groups: int) -> np.ndarray:
    """Median per group, NaN for a group without values; rows are sorted by group. Groups of one size are done together."""
    size = np.bincount(group, minlength=groups)
    begin = np.cumsum(size) - size
    median = np.full(groups, np.nan)
    for count in np.unique(size[size > 0]):
        mine = np.flatnonzero(size == count)
        median[mine] = np.median(value[begin[mine][:, None] + np.arange(count)], axis=1)
    return median


def _p_values(s: np.ndarray, n: np.ndarray, ties: np.ndarray) -> np.ndarray:
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.maximum(np.abs(s) - 1, 0.0) / np.sqrt(variance)
    p = np.where(variance > 1e-12, np.minimum(2 * ndtr(-z), 1.0), 1.0)
    exact = (ties == 0) & (n < _EXACT_BELOW) & (n > 1)
    for size in np.unique(n[exact]).astype(int):
        mine = exact & (n == size)
        pairs = size * (size - 1) // 2
        discordant = np.round((pairs - np.abs(s[mine])) / 2).astype(int)
        p[mine] = np.minimum(2 * _exact_tail(size)[discordant], 1.0)
    return p


@cache
def _exact_tail(n: int) -> np.ndarray:
    """P(at most k discordant pairs), k = 0 to n(n-1)/2, when all orders are equally likely."""
    ways = np.ones(1)
    for size in range(2, n + 1):
        ways = np.convolve(ways, np.full(size, 1.0 / size))
    return np.cumsum(ways)
