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
    """Reads the published number of any sum in one table."""

    def __init__(self, one: Table, network: Network, threshold: int, numbers: dict[int, int]) -> None:
        self.table, self.network, self.threshold, self.numbers = one, network, threshold, numbers
        self._known: dict[bytes, Published] = {}
        self._arm, self._cell = one.arm_of.tolist(), one.cell_of.tolist()
        self._elsewhere = one.linked | set(one.totals.values())

    def read(self, member: np.ndarray) -> Published:
        """The sum of the base counts for which `member` is True; nothing when it can lie further apart than it is large."""
        key = member.tobytes()
        if key not in self._known:
            found = self._read(frozenset(np.flatnonzero(member).tolist()))
            vague = found.low >= self.threshold and found.high - found.low >= max(found.number, 2 * self.threshold)
            self._known[key] = NOTHING if vague else found
        return self._known[key]

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

    def _read(self, members: frozenset[int]) -> Published:
        if members in self.table.totals:
            return self.node(self.table.totals[members])
        arms = sorted({self._arm[k] for k in members})
        totals = [frozenset(k for k in members if self._arm[k] == arm) for arm in arms]
        if len(arms) > 1 and all(part in self.table.totals for part in totals):
            return _sum(self.node(self.table.totals[part]) for part in totals)
        if self.table.by_arm and len(arms) > 1:
            return _sum(self._read(frozenset(k for k in members if self._arm[k] == arm)) for arm in arms)
        inside = self._pieces(members)
        outside = self._complement(members, arms)
        return min(outside, inside, key=lambda one: (one.low < self.threshold, one.high - one.low))

    def _complement(self, members: frozenset[int], arms: list[int]) -> Published:
        whole = [self.table.arm_total(arm) for arm in arms]
        rest = frozenset().union(*whole) - members
        total = _sum(self.node(self.table.totals[part]) for part in whole)
        others = self._pieces(rest)
        if total.high >= UNKNOWN or others.high >= UNKNOWN:
            return NOTHING
        return Published(total.number - others.number, total.low - min(others.high, total.low), total.high - others.low)

    def _pieces(self, members: frozenset[int]) -> Published:
        """As a sum of published cells, per arm or over all arms."""
        if self.table.by_arm:
            return _sum(self.node(self.table.cells[cell]) for cell in {self._cell[k] for k in members})
        pieces, left = [], set(members)
        for category in {int(self.table.category_of[k]) for k in members}:
            whole = {int(k) for k in np.flatnonzero((self.table.category_of == category) & (self.table.arm_of >= 0))}
            if whole <= left:
                pieces.append(self.node(self.table.merged[category]))
                left -= whole
        return _sum([*pieces, *([NOTHING] if left else [])])


def _sum(parts) -> Published:
    parts = list(parts)
    if any(part.high >= UNKNOWN for part in parts):
        return NOTHING
    return Published(sum(p.number for p in parts), sum(p.low for p in parts), min(UNKNOWN, sum(p.high for p in parts)))
