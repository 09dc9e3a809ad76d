"""Everything that is said of an outcome with weights, as numbers of the people as they are and of every resample of them.

Each number has a key; the resamples are those of people, and of providers where there are enough of these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from analyses.shared.weighing.people import Weighed
from analyses.statistics.weighting.bootstrap import (
    FEWEST_CLUSTERS,
    BootstrapInterval,
    Scale,
    bootstrap,
    interval,
)

_AT_ONCE, _MOST_LEFT_OUT = 1_000_000, 200
Key = tuple[str, str, str]
"""Measure, arm (or "a - b"), time."""
Statistics = Callable[[np.ndarray, np.ndarray, np.ndarray], dict[Key, np.ndarray]]
"""Weights, targets and counts of shape (draws, n) in; per key an array of shape (draws,) out."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Estimates and resamples under their keys."""

    keys: tuple[Key, ...]
    estimate: np.ndarray
    people: np.ndarray
    providers: np.ndarray | None
    n_providers: int
    without: np.ndarray

    def answer(self, key: Key, *, df: float = np.inf, scale: Scale = "as_it_is", null: float = 0.0) -> BootstrapInterval:
        """An estimate with the interval of people drawn."""
        k = self.keys.index(key)
        return interval(float(self.estimate[k]), self.people[:, k], df=df, scale=scale, null=null)

    def by_provider(self, key: Key, *, scale: Scale = "as_it_is", null: float = 0.0) -> BootstrapInterval:
        """The same estimate with the interval of providers drawn."""
        k = self.keys.index(key)
        if self.providers is None:
            return BootstrapInterval(float(self.estimate[k]), reason="too_few_clusters")
        return interval(float(self.estimate[k]), self.providers[:, k], df=float(self.n_providers - 1), scale=scale, null=null)

    def left_out(self, key: Key) -> np.ndarray:
        """The estimate without each provider, shape (providers,)."""
        return self.without[:, self.keys.index(key)]


def drawn(given: Weighed, statistics: Statistics) -> Drawn:
    """The statistics in the people as they are, in resamples of people and of providers, and without each provider."""
    n, one = given.size, np.ones((1, given.size))
    weights = given.weights
    if weights.reason is not None:
        found = statistics(one, one, one)
        nothing = np.full((0, len(found)), np.nan)
        return Drawn(tuple(found), np.full(len(found), np.nan), nothing, None, 0, nothing)
    here = statistics(weights.weight[None], weights.target[None], one)
    keys = tuple(here)

    def table(counts: np.ndarray) -> np.ndarray:
        weight, target, there = given.drawn(counts)
        found = statistics(np.where(there[:, None], weight, 0.0), target, counts)
        return np.where(there[:, None], np.column_stack([found[key] for key in keys]), np.nan)

    seed, draws = given.plan.seed, given.resamples
    providers = int(given.provider.max(initial=-1)) + 1
    enough = providers >= FEWEST_CLUSTERS
    with np.errstate(divide="ignore", invalid="ignore"):
        return Drawn(
            keys,
            np.array([float(here[key][0]) for key in keys]),
            bootstrap(table, n, draws=draws, seed=seed),
            bootstrap(table, n, draws=draws, seed=seed + 1, cluster=given.provider) if enough else None,
            providers,
            _each_left_out(table, given.provider, providers, len(keys)),
        )


def _each_left_out(table: Callable[[np.ndarray], np.ndarray], provider: np.ndarray, providers: int, keys: int) -> np.ndarray:
    """The statistics without each provider, a few at a time; none where there are one, or more than anyone would look through."""
    if not 1 < providers <= _MOST_LEFT_OUT:
        return np.zeros((0, keys))
    at_once = max(1, _AT_ONCE // len(provider))
    parts = [np.arange(start, min(start + at_once, providers)) for start in range(0, providers, at_once)]
    return np.concatenate([table((provider != part[:, None]).astype(float)) for part in parts])


def _sums(provider: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Sums of weights of shape (draws, n) per provider, shape (draws, providers)."""
    n, providers = len(provider), int(provider.max(initial=-1)) + 1
    member = csr_matrix((np.ones(n), (provider, np.arange(n))), shape=(providers, n))
    return lambda weight: (member @ weight.T).T


def within_providers(response: np.ndarray, first: np.ndarray, provider: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """First arm minus second within the same provider, shape (draws,): weighted least squares with a mean for each provider.

    A provider that has one arm only says nothing of it.
    """
    per = _sums(provider)
    total, of_first = per(weight), per(weight * first)
    of_response, of_both = per(weight * response), per(weight * first * response)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(total > 0, of_both - of_first * of_response / total, 0.0).sum(axis=1)
        below = np.where(total > 0, of_first - of_first**2 / total, 0.0).sum(axis=1)
        return np.where(below > 1e-9 * weight.sum(axis=1), above / below, np.nan)


def between_providers(response: np.ndarray, first: np.ndarray, provider: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """First arm minus second between providers, shape (draws,): their weighted means against the share of their people in the first arm."""
    per = _sums(provider)
    total = per(weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, mean = (np.where(total > 0, per(weight * what) / total, 0.0) for what in (first, response))
        size = total.sum(axis=1, keepdims=True)
        share = share - (total * share).sum(axis=1, keepdims=True) / size
        below = (total * share**2).sum(axis=1)
        return np.where(below > 1e-9 * size[:, 0], (total * share * mean).sum(axis=1) / below, np.nan)
