"""Published numbers read off the system: what stands on the page for any set of base counts of a table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from evaluation.release.bands import interval_number
from evaluation.release.network import UNKNOWN, Network
from evaluation.release.tables import Table


class Published(NamedTuple):
    """A number as published, with the interval that it stands for; `low` below the threshold: it is not shown."""

    number: int
    low: int
    high: int


NOTHING = Published(0, 0, UNKNOWN)


class Reader:
    """Reads the published number of any sum in one table. Sets of base counts are whole numbers, a binary digit per base count."""

    def __init__(self, one: Table, network: Network, threshold: int, numbers: dict[int, int]) -> None:
        self.table, self.network, self.threshold, self.numbers = one, network, threshold, numbers
        self._known: dict[int, Published] = {}
        self._arms = _digits(one.arm_of)
        self._cells = [(mask, one.cells[cell]) for cell, mask in _digits(one.cell_of).items()]
        in_arm = np.where(one.arm_of >= 0, one.category_of, -1)
        categories = _digits(in_arm).items() if one.merged else ()
        self._categories = [(mask, one.merged[category]) for category, mask in categories if category >= 0]
        self._totals = {sum(1 << k for k in members): node for members, node in one.totals.items()}
        self._elsewhere = one.linked | set(one.totals.values())

    def read_all(self, members: np.ndarray) -> list[Published]:
        """What stands for each sum; `members` has shape (sums, base counts), True where a base count is in the sum."""
        packed = np.packbits(members, axis=1, bitorder="little")
        return [self._read_cached(int.from_bytes(row.tobytes(), "little")) for row in packed]

    def read(self, member: np.ndarray) -> Published:
        """The sum of the base counts for which `member` is True; nothing when it can lie further apart than it is large."""
        return self.read_all(member[None, :])[0]

    def _read_cached(self, members: int) -> Published:
        if members not in self._known:
            found = self._read(members)
            vague = found.low >= self.threshold and found.high - found.low >= max(found.number, 2 * self.threshold)
            self._known[members] = NOTHING if vague else found
        return self._known[members]

    def node(self, node: int) -> Published:
        """One node; nothing when it is not published, and "few" when it is known to be small."""
        low, high = self.network.low[node], self.network.high[node]
        if node not in self.table.shown and node not in self._elsewhere:
            return Published(0, 0, high) if high < self.threshold else NOTHING
        if high >= UNKNOWN:
            return NOTHING
        if low < self.threshold:
            return Published(0, low, high)
        return Published(self.numbers.get(node, interval_number(low, high, self.threshold)), low, high)

    def _read(self, members: int) -> Published:
        if members in self._totals:
            return self.node(self._totals[members])
        arms = [mask for mask in self._arms.values() if mask & members]
        totals = [mask & members for mask in arms]
        if len(arms) > 1 and all(part in self._totals for part in totals):
            return _sum(self.node(self._totals[part]) for part in totals)
        if self.table.by_arm and len(arms) > 1:
            return _sum(self._read(part) for part in totals)
        inside = self._pieces(members)
        outside = self._complement(members, arms)
        return min(outside, inside, key=lambda one: (one.low < self.threshold, one.high - one.low))

    def _complement(self, members: int, arms: list[int]) -> Published:
        total = _sum(self.node(self._totals[whole]) for whole in arms)
        others = self._pieces(sum(arms) & ~members)
        if total.high >= UNKNOWN or others.high >= UNKNOWN:
            return NOTHING
        return Published(total.number - others.number, total.low - min(others.high, total.low), total.high - others.low)

    def _pieces(self, members: int) -> Published:
        """As a sum of published cells, per arm or over all arms."""
        if self.table.by_arm:
            return _sum(self.node(node) for mask, node in self._cells if mask & members)
        pieces, left = [], members
        for mask, node in self._categories:
            if mask & left and not mask & ~left:
                pieces.append(self.node(node))
                left &= ~mask
        return _sum([*pieces, *([NOTHING] if left else [])])


def _digits(codes: np.ndarray) -> dict[int, int]:
    """Per code the base counts that have it."""
    found: dict[int, int] = {}
    for place, code in enumerate(codes.tolist()):
        found[code] = found.get(code, 0) | 1 << place
    return found


def _sum(parts) -> Published:
    parts = list(parts)
    if any(part.high >= UNKNOWN for part in parts):
        return NOTHING
    return Published(sum(p.number for p in parts), sum(p.low for p in parts), min(UNKNOWN, sum(p.high for p in parts)))
