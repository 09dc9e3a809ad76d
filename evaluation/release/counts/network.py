"""All published counts of a release as one system: what anyone can work out of each from all the others.

A node is a number of people, known to lie in an interval. An equation says that one node is the sum of others: a total and the
parts into which a table divides it, in as many tables as there are. Bounds are propagated until nothing narrows any more; where the
system is a tree (totals divided, parts divided again) that gives exactly what linear programming gives, in a thousandth of the
time; `audit.py` solves the programmes themselves wherever it is not a tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

UNKNOWN = 10**9
_MOST_STEPS = 100_000


class Contradiction(Exception):
    """No counts at all fit what is published: an error in the program."""


@dataclass(slots=True)
class Network:
    """Nodes with bounds, and equations between them.

    `low`, `high`: inclusive bounds per node. `exact`: the true number per node, used only to find its band.
    `equations`: (total, parts). `within`: per node its equations. `fresh`: nodes of which something was said since the last
    propagation. `changed`: nodes whose bounds changed since `squeezed` was last asked.
    """

    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    exact: list[int] = field(default_factory=list)
    equations: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    within: list[list[int]] = field(default_factory=list)
    fresh: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    def node(self, exact: int, low: int = 0, high: int = UNKNOWN) -> int:
        """A new node; without bounds nothing is said of it."""
        self.exact.append(int(exact))
        self.low.append(low)
        self.high.append(high)
        self.within.append([])
        return len(self.low) - 1

    def equate(self, total: int, parts: tuple[int, ...]) -> None:
        """Total is the sum of parts."""
        for node in (total, *parts):
            self.within[node].append(len(self.equations))
        self.equations.append((total, parts))
        self.fresh.add(total)

    def say(self, node: int, low: int, high: int) -> None:
        """Publish that a node lies from low to high."""
        self.low[node], self.high[node] = max(self.low[node], low), min(self.high[node], high)
        self.fresh.add(node)
        self.changed.add(node)

    def state(self) -> tuple[list[int], list[int]]:
        """A copy of all bounds, to go back to."""
        return self.low.copy(), self.high.copy()

    def restore(self, state: tuple[list[int], list[int]]) -> None:
        """Back to bounds as they were."""
        self.low, self.high = state[0].copy(), state[1].copy()
        self.fresh.clear()
        self.changed.clear()

    def width(self, node: int) -> int:
        """How many values the node can still take."""
        return self.high[node] - self.low[node] + 1

    def propagate(self) -> None:
        """Narrow all bounds by all equations, from the nodes of which something new was said, until nothing changes.

        Raises
        ------
        Contradiction
            No counts fit.
        """
        waiting = {equation for node in self.fresh for equation in self.within[node]}
        self.fresh.clear()
        for _ in range(_MOST_STEPS):
            if not waiting:
                return
            for node in self._narrow(waiting.pop()):
                waiting.update(self.within[node])
                self.changed.add(node)

    def _narrow(self, equation: int) -> list[int]:
        """Narrow the nodes of one equation; those that changed are returned."""
        low, high = self.low, self.high
        total, parts = self.equations[equation]
        changed = []
        least, most = sum([low[p] for p in parts]), min(UNKNOWN, sum([high[p] for p in parts]))
        if low[total] < least or high[total] > most:
            low[total], high[total] = max(low[total], least), min(high[total], most)
            changed.append(total)
        for p in parts:
            up = high[total] - (least - low[p]) if high[total] < UNKNOWN else UNKNOWN
            down = low[total] - (most - high[p]) if most < UNKNOWN else 0
            if up < high[p] or down > low[p]:
                low[p], high[p] = max(low[p], down), min(high[p], up)
                changed.append(p)
                least, most = sum([low[q] for q in parts]), min(UNKNOWN, sum([high[q] for q in parts]))
        if any(low[node] > high[node] for node in changed):
            raise Contradiction
        return changed

    def squeezed(self, threshold: int) -> list[int]:
        """Nodes that can take fewer than `threshold` values, of those that changed since this was last asked."""
        found = [node for node in self.changed if self.high[node] - self.low[node] + 1 < threshold]
        self.changed.clear()
        return sorted(found)

    def settle(self, node: int, threshold: int) -> None:
        """Publish a total in the finest bands that squeeze neither it nor any part of it.

        The total can lie anywhere from A to B by what is published already. Cuts between bands are multiples of the threshold
        from A + threshold to B - threshold + 1: then each band is at least as wide as the threshold, and each part of the total
        can still take its lowest and its highest value. Which cuts there are depends on what is published, not on
        the total, so that a missing cut tells nothing.
        """
        a, b, exact = self.low[node], self.high[node], self.exact[node]
        cut = exact // threshold * threshold
        lowest = -(-(a + threshold) // threshold) * threshold
        highest = UNKNOWN if b >= UNKNOWN else (b - threshold + 1) // threshold * threshold
        low = min(cut, highest) if min(cut, highest) >= lowest else a
        above = max(cut + threshold, lowest)
        high = above - 1 if above <= highest else b
        self.say(node, low, high)


class People(NamedTuple):
    """Which people are counted: the arm or group, and the outcome and moment that they were selected for."""

    group: str
    outcome: str = ""
    time: str = ""


@dataclass(slots=True)
class Known:
    """Nodes by what they count: the same selection of the same size, met in two tables, is taken for the same people.

    Where that is not so, the system knows more than a reader can, and holds back more rather than less. `everyone` holds the size of
    each group before any selection; `sizes` the nodes of one selection by their size.
    """

    everyone: dict[str, int] = field(default_factory=dict)
    nodes: dict[tuple[People, int], int] = field(default_factory=dict)
    sizes: dict[People, dict[int, int]] = field(default_factory=dict)
    unions: dict[tuple[int, ...], int] = field(default_factory=dict)

    def key(self, people: People, size: int) -> tuple[People, int]:
        """Everyone in a group is the same people for every outcome."""
        return (People(people.group) if self.everyone.get(people.group) == size else people), size

    def union(self, network: Network, parts: tuple[int, ...]) -> int:
        """The node of several groups together, one and the same wherever these groups are taken together."""
        if parts not in self.unions:
            self.unions[parts] = network.node(sum(network.exact[p] for p in parts))
            network.equate(self.unions[parts], parts)
        return self.unions[parts]

    def find(self, people: People, size: int) -> int | None:
        """The node of these people, when there is one."""
        return self.nodes.get(self.key(people, size))

    def options(self, people: People, *, anytime: bool) -> dict[int, int]:
        """Nodes by size of one group: everyone in it, and who was selected for the outcome at this moment, or at any."""
        found = dict(self.sizes.get(People(people.group), {}))
        if not anytime:
            return self.sizes.get(people, {}) | found
        for other, nodes in self.sizes.items():
            if (other.group, other.outcome) == (people.group, people.outcome):
                found = nodes | found
        return found

    def alike(self, people: People, size: int) -> int | None:
        """A node of the same group, outcome and size at another moment: one number for one size, wherever it stands."""
        return self.options(people, anytime=True).get(size)

    def node(self, network: Network, people: People, size: int) -> int:
        """The node of these people."""
        key = self.key(people, size)
        if key not in self.nodes:
            self.nodes[key] = network.node(size)
            self.sizes.setdefault(key[0], {})[size] = self.nodes[key]
        return self.nodes[key]
