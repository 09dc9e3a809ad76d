"""Published numbers read off the system: what stands on the page for any set of base counts of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from evaluation.release.counts.bands import interval_number
from evaluation.release.counts.network import UNKNOWN, Network
from evaluation.release.tables import Table


class Published(NamedTuple):
    """A number as published, with the interval that it stands for; `low` below the threshold: it is not shown."""

    number: int
    low: int
    high: int


NOTHING = Published(0, 0, UNKNOWN)


class Reader:
    """Reads the published number of any sum in one table.

    Sets of base counts are whole numbers, with the binary digit of each count that is in the set.
    """

    def __init__(self, one: Table, network: Network, numbers: dict[int, int]) -> None:
        self.table, self.network, self.numbers = one, network, numbers
        # of some lists it follows from who filled them in why others did not
        self.follows = bool(one.tally.measured) and network.edition.exact
        self.threshold = network.edition.least(sensitive=one.tally.sensitive and not self.follows)
        self._read: dict[int, Published] = {}
        self._nodes: dict[int, Published] = {}
        self._elsewhere = {*one.linked, *one.alike, *one.totals.values(), *one.parts.values(), *network.together.values()}
        self._totals = {sum(1 << k for k in members): node for members, node in (one.parts | one.totals).items()}
        self._arms = [digits(one.arm_of == arm) for arm in range(len(one.arms))]
        self._cells = [(digits(one.cell_of == cell), node) for cell, node in one.cells.items()]
        in_arms = one.arm_of >= 0
        self._merged = [(digits((one.category_of == category) & in_arms), node) for category, node in one.merged.items()]

    def read(self, member: np.ndarray) -> Published:
        """The sum of the base counts for which `member` is True; nothing when it can lie further apart than it is large."""
        found = self._published(digits(member))
        if found.low == found.high and self.network.edition.exact:
            # of arms of which one is too small to be shown: what is known of the sum, and not the sum of what is shown
            return found._replace(number=found.low)
        vague = self.threshold <= found.low < found.high and found.high - found.low >= max(found.number, 2 * self.threshold)
        return NOTHING if vague else found

    def shows(self, one: Published) -> bool:
        """Whether a count stands on the page: an edition that tells counts exactly tells none that it leaves open."""
        return one.low >= self.threshold and (one.low == one.high or not self.network.edition.exact)

    def settled(self, *several: Published) -> bool:
        """Whether a number stands for these: an edition that tells counts exactly has none for what can be several."""
        return not self.network.edition.exact or all(one.low == one.high for one in several)

    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Per base count the least and the most that all published counts together leave it, where it is a cell by itself; else no end."""
        nodes = [self.table.cells[int(cell)] for cell in self.table.cell_of]
        low, high = (np.array([bounds[node] for node in nodes]) for bounds in (self.network.low, self.network.high))
        _, place, count = np.unique(self.table.cell_of, return_inverse=True, return_counts=True)
        alone = count[place] == 1
        return np.where(alone, low, 0), np.where(alone, high, UNKNOWN)

    def total(self, arm: int) -> Published:
        """Everybody in an arm."""
        return self.node(self.table.totals[self.table.arm_total(arm)])

    def node(self, node: int) -> Published:
        """One node; nothing when it is not published, and "few" when it is known to be small."""
        if node not in self._nodes:
            self._nodes[node] = self._node(node)
        return self._nodes[node]

    def _node(self, node: int) -> Published:
        low, high = self.network.low[node], self.network.high[node]
        if low == high and self.follows:
            return Published(low, low, low)
        if node not in self.table.shown and node not in self._elsewhere:
            return Published(0, 0, high) if high < self.threshold else NOTHING
        if high >= UNKNOWN:
            return NOTHING
        if low < self.threshold:
            return Published(0, low, high)
        return Published(self.numbers.get(node, interval_number(low, high, self.network.edition.width)), low, high)

    def _published(self, members: int) -> Published:
        if members not in self._read:
            self._read[members] = self._worked_out(members)
        return self._read[members]

    def _worked_out(self, members: int) -> Published:
        if members in self._totals:
            return self.node(self._totals[members])
        by_arm = [members & arm for arm in self._arms if members & arm]
        if len(by_arm) > 1 and all(part in self._totals for part in by_arm):
            return self._of_arms([self._totals[part] for part in by_arm])
        if len(by_arm) > 1 and self.table.by_arm:
            return _sum(self._published(part) for part in by_arm)
        inside, outside = self._pieces(members), self._complement(members)
        return min(outside, inside, key=lambda one: (one.low < self.threshold, one.high - one.low))

    def _of_arms(self, arms: list[int]) -> Published:
        everybody = self.network.together.get(frozenset(arms))
        return _sum(self.node(arm) for arm in arms) if everybody is None else self.node(everybody)

    def _complement(self, members: int) -> Published:
        """What the others leave of the arms."""
        arms = [arm for arm in self._arms if members & arm]
        total = self._of_arms([self._totals[arm] for arm in arms])
        others = self._pieces(sum(arms) & ~members)
        if total.high >= UNKNOWN or others.high >= UNKNOWN:
            return NOTHING
        return Published(total.number - others.number, total.low - min(others.high, total.low), total.high - others.low)

    def _pieces(self, members: int) -> Published:
        """As a sum of published cells, per arm or over all arms."""
        if self.table.by_arm:
            return _sum(self.node(node) for cell, node in self._cells if members & cell)
        within = [(cell, node) for cell, node in self._merged if members & cell == cell]
        left = members & ~sum(cell for cell, _ in within)
        return NOTHING if left else _sum(self.node(node) for _, node in within)


def digits(member: np.ndarray) -> int:
    """A set as a whole number.

    >>> digits(np.array([True, False, True]))
    5
    """
    return int.from_bytes(np.packbits(member, bitorder="little").tobytes(), "little")


def _sum(parts: Iterable[Published]) -> Published:
    number = low = high = 0
    for part in parts:
        if part.high >= UNKNOWN:
            return NOTHING
        number, low, high = number + part.number, low + part.low, high + part.high
    return Published(number, low, min(UNKNOWN, high))
