"""The wild cluster bootstrap: a test and an interval of one coefficient when there are few clusters (providers).

Own code because statsmodels has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from analyses.statistics.models.model import named

_MOST_ENUMERATED, _DRAWS, _HALVINGS, _WIDEST = 12, 9_999, 40, 1e3
_WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """The least squares estimate, the t statistic with errors by cluster, its bootstrap p, and the limits that this test does not reject."""

    estimate: float
    statistic: float = np.nan
    ci_low: float = np.nan
    ci_high: float = np.nan
    p_value: float = np.nan
    clusters: int = 0
    reason: str | None = None


def wild_cluster_bootstrap(
    response: np.ndarray,
    design: np.ndarray,
    cluster: np.ndarray,
    name: str,
    names: Sequence[str] | None = None,
    seed: int = 1,
    confidence: float = 0.95,
) -> WildBootstrap:
    """The restricted wild cluster bootstrap-t of one coefficient (Cameron, Gelbach & Miller 2008, Rev Econ Stat 90:414).

    Parameters
    ----------
    response, design, names
        As in `linear_model.least_squares`; `name` is the coefficient.
    cluster
        Shape (n,).
    seed
        Of the draws, where there are any.

    Under the hypothesis the residuals of each cluster keep or change their sign together. With up to twelve clusters all patterns of signs are
    taken, and nothing is drawn; with more 9,999 draws of Webb's six weights (Webb 2023, Can J Econ 56:839). p is the share of t statistics (CR1, the
    plain sandwich) at least as far from zero. The limits are the hypotheses at which p is 1 - confidence.

    `reason`: `one_group`; `too_few_clusters` (fewer than six: with five there are 32 patterns, of which none is rarer than 1 in 16, and no
    interval of 95 % has an end); `collinear`; `no_variance`.

    When not to use
    ---------------
    Where a covariate is that of one or two clusters alone (an arm that two providers have): the test then hardly ever rejects.

    Examples
    --------
    Six clusters of which all rise: of 64 patterns only the two with equal signs are as far from zero.

    >>> y = np.array([1.0, 1.2, 0.9, 1.1, 0.8, 1.3])
    >>> wild_cluster_bootstrap(y, np.ones((6, 1)), np.arange(6), "mean", ["mean"]).p_value
    0.03125
    """
    response, design = np.asarray(response, float), np.asarray(design, float)
    at = named(names, design.shape[1]).index(name)
    labels, code = np.unique(np.asarray(cluster), return_inverse=True)
    k = len(labels)
    if k < 6:
        return WildBootstrap(np.nan, clusters=k, reason="one_group" if k == 1 else "too_few_clusters")
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return WildBootstrap(np.nan, clusters=k, reason="collinear")
    # the coefficient alone: what the other columns say is taken out of it and of the response
    rest = np.delete(design, at, axis=1)
    x, y = (_without(rest, values) for values in (design[:, at], response))
    estimate = float(x @ y / (x @ x))
    if not np.abs(y - estimate * x).max() > 1e-12 * max(np.abs(y).max(), 1e-300):
        return WildBootstrap(estimate, clusters=k, reason="no_variance")
    signs = _weights(k, seed)
    test = _Test(x, y, rest, code, k, signs)
    statistic, p = test(0.0)
    error = abs(estimate / statistic) if statistic else np.nan
    low, high = (test.limit(estimate, side * error, 1 - confidence) for side in (-1, 1))
    return WildBootstrap(estimate, statistic, low, high, p, k)


class _Test:
    """The bootstrap test of any value, by sums per cluster: a pattern of signs is a vector of k numbers."""

    def __init__(self, x: np.ndarray, y: np.ndarray, rest: np.ndarray, code: np.ndarray, k: int, signs: np.ndarray) -> None:
        self._x, self._y, self._rest, self._code, self._k, self._signs = x, y, rest, code, k, signs

    def __call__(self, value: float) -> tuple[float, float]:
        x, code, k = self._x, self._code, self._k
        size = float(x @ x)
        residual = self._y - value * x
        own = np.bincount(code, x * residual, minlength=k)
        # the score of each cluster when the residuals of every cluster are turned: x (M D_h u), with M the maker of residuals of all columns
        inside = np.bincount(code, x * x, minlength=k)
        moved = np.zeros((k, k))
        for h in range(k):
            turned = np.where(code == h, residual, 0.0)
            left = _without(self._rest, turned) if self._rest.shape[1] else turned
            moved[:, h] = np.bincount(code, x * left, minlength=k)
        drawn = self._signs @ own / size
        score = self._signs @ moved.T - drawn[:, None] * inside
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.abs(drawn) / np.sqrt((score**2).sum(axis=1)) * size
        seen = self._statistic(value)
        return seen, float((np.nan_to_num(t, nan=0.0, posinf=np.inf) >= abs(seen) * (1 - 1e-9) - 1e-12).mean())

    def _statistic(self, value: float) -> float:
        x, size = self._x, float(self._x @ self._x)
        estimate = float(x @ self._y / size)
        score = np.bincount(self._code, x * (self._y - estimate * x), minlength=self._k)
        return float((estimate - value) * size / np.sqrt((score**2).sum()))

    def limit(self, estimate: float, step: float, alpha: float) -> float:
        """The value on one side at which the test begins to reject; infinite where it never does."""
        near, far = 0.0, 2.0
        while self(estimate + far * step)[1] > alpha:
            near, far = far, far * 2
            if far > _WIDEST:
                return float(np.sign(step) * np.inf)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            near, far = (middle, far) if self(estimate + middle * step)[1] > alpha else (near, middle)
        return float(estimate + far * step)


def _without(columns: np.ndarray, values: np.ndarray) -> np.ndarray:
    if not columns.shape[1]:
        return values
    return values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]


def _weights(k: int, seed: int) -> np.ndarray:
    if k <= _MOST_ENUMERATED:
        return np.array(list(product((-1.0, 1.0), repeat=k)))
    return np.random.Generator(np.random.PCG64(seed)).choice(_WEBB, (_DRAWS, k))
