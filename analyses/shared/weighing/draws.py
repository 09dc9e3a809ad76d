"""Everything that is said of an outcome with weights, as numbers of the people as they are and of every resample of them.

Each number has a key; the resamples are those of people, and of providers where there are enough of these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from analyses.shared.weighing.alike import Alike, Draws, Groups
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
Statistics = Callable[[Draws], dict[Key, np.ndarray]]
"""Draws in; per key an array of shape (draws,) out."""


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


def drawn(people: Alike, statistics: Statistics) -> Drawn:
    """The statistics in the people as they are, in resamples of people and of providers, and without each provider."""
    given = people.given
    with np.errstate(divide="ignore", invalid="ignore"):
        here = statistics(people.as_they_are())
    keys = tuple(here)
    if given.weights.reason is not None:
        nothing = np.full((0, len(keys)), np.nan)
        return Drawn(keys, np.full(len(keys), np.nan), nothing, None, 0, nothing)
    table, provider = partial(_table, people, statistics, keys), people.of_units(given.provider)
    draws, seed = given.resamples, given.plan.seed
    providers = int(given.provider.max(initial=-1)) + 1
    alike = people.units.of if len(people.size) < given.size else None
    by_provider = None
    if providers >= FEWEST_CLUSTERS:
        by_provider = bootstrap(
            partial(_times, table, people.size), len(provider), draws=draws, seed=seed + 1, cluster=provider
        )
    return Drawn(
        keys,
        np.array([float(here[key][0]) for key in keys]),
        bootstrap(table, given.size, draws=draws, seed=seed, alike=alike),
        by_provider,
        providers,
        _each_left_out(partial(_times, table, people.size), provider, providers, len(keys)),
    )


def _table(people: Alike, statistics: Statistics, keys: tuple[Key, ...], counts: np.ndarray) -> np.ndarray:
    """A column per key, of shape (draws, keys); NaN where a draw has no weights."""
    with np.errstate(divide="ignore", invalid="ignore"):
        some, there = people.drawn(counts)
        found = statistics(some)
    return np.where(there[:, None], np.column_stack([found[key] for key in keys]), np.nan)


def _times(table: Callable[[np.ndarray], np.ndarray], size: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return table(counts * size)


def _each_left_out(table: Callable[[np.ndarray], np.ndarray], provider: np.ndarray, providers: int, keys: int) -> np.ndarray:
    """The statistics without each provider, a few at a time; none where there are one, or more than anyone would look through."""
    if not 1 < providers <= _MOST_LEFT_OUT:
        return np.zeros((0, keys))
    at_once = max(1, _AT_ONCE // len(provider))
    parts = [np.arange(start, min(start + at_once, providers)) for start in range(0, providers, at_once)]
    return np.concatenate([table((provider != part[:, None]).astype(float)) for part in parts])


@dataclass(frozen=True, slots=True, eq=False)
class ProviderSums:
    """Weights per provider, shape (draws, providers): of two arms, of the first, and each times the response."""

    total: np.ndarray
    first: np.ndarray
    response: np.ndarray
    both: np.ndarray


def provider_sums(some: Draws, response: np.ndarray, one: int, other: int) -> ProviderSums:
    """Sums of two arms; `response` is that of the units."""
    given, place = some.alike.given, some.alike.homes.first
    arm, provider = (some.alike.of_units(each)[place] for each in (given.arm, given.provider))
    per = Groups(provider, np.arange(int(given.provider.max(initial=-1)) + 1)).sums
    weight, weighted = (each * np.isin(arm, (one, other)) for each in (some.homes(), some.homes(response)))
    return ProviderSums(per(weight), per(weight * (arm == one)), per(weighted), per(weighted * (arm == one)))


def within_providers(sums: ProviderSums) -> np.ndarray:
    """First arm minus second within the same provider, shape (draws,): weighted least squares with a mean for each provider.

    A provider that has one arm only says nothing of it.
    """
    total, first = sums.total, sums.first
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(total > 0, sums.both - first * sums.response / total, 0.0).sum(axis=1)
        below = np.where(total > 0, first - first**2 / total, 0.0).sum(axis=1)
        return np.where(below > 1e-9 * total.sum(axis=1), above / below, np.nan)


def between_providers(sums: ProviderSums) -> np.ndarray:
    """First arm minus second between providers, shape (draws,): their weighted means against the share of their people in the first arm."""
    total = sums.total
    with np.errstate(divide="ignore", invalid="ignore"):
        share, mean = (np.where(total > 0, part / total, 0.0) for part in (sums.first, sums.response))
        size = total.sum(axis=1, keepdims=True)
        share = share - (total * share).sum(axis=1, keepdims=True) / size
        below = (total * share**2).sum(axis=1)
        return np.where(below > 1e-9 * size[:, 0], (total * share * mean).sum(axis=1) / below, np.nan)
