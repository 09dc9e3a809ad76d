"""People who are alike, as one with a number: what is drawn again and weighed anew a thousand times stays small, however many people there are.

Three ways to be alike: `kinds` by arm and covariates (they have one weight), `cells` by kind and outcome, `homes` by kind and provider. A
`unit` is alike in all of these or, while people are few, one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from analyses.shared.weighing.people import MANY, Weighed
from analyses.statistics.weighting._newton import Products
from analyses.statistics.weighting.arm_weights import resampled_weights


@dataclass(frozen=True, eq=False)
class Groups:
    """A grouping: `of`, shape (members,), the group of each; `first`, shape (groups,), one member of each."""

    of: np.ndarray
    first: np.ndarray

    def sums(self, each: np.ndarray) -> np.ndarray:
        """Sums per group of numbers of shape (draws, members)."""
        if len(each) > 1 and len(self.of) <= MANY:
            return (self._members @ each.T).T
        return np.stack([np.bincount(self.of, one, len(self.first)) for one in each])

    @cached_property
    def _members(self) -> csr_matrix:
        size = len(self.of)
        return csr_matrix((np.ones(size), (self.of, np.arange(size))), shape=(len(self.first), size))


def grouped(columns: Sequence[np.ndarray]) -> Groups:
    """Members that are alike in every column, in the order in which they come.

    >>> found = grouped([np.array([5, 5, 7, 5]), np.array([0.5, 0.5, 0.5, 1.5])])
    >>> found.of.tolist(), found.first.tolist()
    ([0, 0, 1, 2], [0, 2, 3])
    """
    code = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        values = pd.factorize(column)[0]
        code = pd.factorize(code * (values.max(initial=0) + 1) + values)[0]
    first = np.zeros(code.max(initial=-1) + 1, np.int64)
    # of a place that is written twice the last stays
    first[code[::-1]] = np.arange(len(code))[::-1]
    return Groups(code, first)


@dataclass(frozen=True, eq=False)
class Alike:
    """The people of a comparison by how they are alike; kinds, cells and homes are groups of units."""

    given: Weighed
    units: Groups
    kinds: Groups
    cells: Groups
    homes: Groups

    @cached_property
    def size(self) -> np.ndarray:
        """How many people each unit is."""
        return np.bincount(self.units.of, minlength=len(self.units.first)).astype(float)

    def of_units(self, each: np.ndarray) -> np.ndarray:
        """What each unit has of something that everybody has."""
        return each[self.units.first]

    def of_cells(self, each: np.ndarray) -> np.ndarray:
        """What each cell has."""
        return self.of_units(each)[self.cells.first]

    @cached_property
    def cell_products(self) -> Products:
        """Of the design of the cells."""
        return Products(self.of_cells(self.given.design))

    @cached_property
    def _kind_products(self) -> Products:
        return Products(self.of_units(self.given.design)[self.kinds.first])

    @cached_property
    def _in_kinds(self) -> np.ndarray:
        return self.kinds.sums(self.size[None])[0]

    def as_they_are(self) -> Draws:
        """Everybody once, with the weights that they have, or of one where they have none."""
        person = self.units.first[self.kinds.first]
        found = self.given.weights
        weight, target = (found.weight, found.target) if found.reason is None else (np.ones(self.given.size),) * 2
        return Draws(self, weight[None, person], target[None, person], self.size[None])

    def drawn(self, counts: np.ndarray) -> tuple[Draws, np.ndarray]:
        """Draws of shape (draws, units) with their weights estimated anew, and which of them have any."""
        given, asked = self.given, self.given.plan.weighting
        of_kinds = self.kinds.sums(counts)
        arm = self.of_units(given.arm)[self.kinds.first]
        how = {"arms": len(given.arms), "estimand": asked.estimand, "method": asked.method, "sizes": self._in_kinds}
        weight, target, there = resampled_weights(self._kind_products, arm, of_kinds, **how)
        each = np.where(of_kinds > 0, of_kinds, 1.0)
        return Draws(self, np.where(there[:, None], weight / each, 0.0), target / each, counts), there


@dataclass(frozen=True, eq=False)
class Draws:
    """Some draws: `counts` of shape (draws, units), and what one person of each kind weighs and counts in the target, (draws, kinds)."""

    alike: Alike
    weight: np.ndarray
    target: np.ndarray
    counts: np.ndarray

    def cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weights, targets and numbers of people, shape (draws, cells)."""
        alike = self.alike
        people, kind = alike.cells.sums(self.counts), alike.kinds.of[alike.cells.first]
        return self.weight[:, kind] * people, self.target[:, kind] * people, people

    def homes(self, response: np.ndarray | None = None) -> np.ndarray:
        """Weights, or weighted sums of a response of the units; shape (draws, homes)."""
        kind = self.alike.kinds.of[self.alike.homes.first]
        return self.weight[:, kind] * self.alike.homes.sums(self.counts if response is None else self.counts * response)


def alike(given: Weighed, outcome: Sequence[np.ndarray]) -> Alike:
    """The people of a comparison, who are alike in their outcome when they are so in each of these columns."""
    n = given.size
    kind = grouped([given.arm, *given.design.T]).of
    cell = grouped([kind, *outcome]).of
    home = grouped([kind, given.provider]).of
    units = grouped([cell, home]) if n > MANY else Groups(np.arange(n), np.arange(n))
    kinds, cells, homes = (grouped([code[units.first]]) for code in (kind, cell, home))
    return Alike(given, units, kinds, cells, homes)
