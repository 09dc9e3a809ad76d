"""All published counts of a release as one system: what anyone can work out of each from all the others.

A node is a number of people, known to lie in an interval. An equation says that one node is the sum of others: a total and the
parts into which a table divides it, in as many tables as there are. Bounds are propagated until nothing narrows any more; where the
system is a tree (totals divided, parts divided again) that gives exactly what linear programming gives, in a thousandth of the
time; `audit.py` solves the programmes themselves wherever it is not a tree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from evaluation.release.edition import Edition

UNKNOWN = 10**9
_MOST_STEPS = 100_000


class Contradiction(Exception):
    """No counts at all fit what is published: an error in the program."""


@dataclass(slots=True)
class Network:
    """Nodes with bounds, and equations between them.

    `low`, `high`: inclusive bounds per node. `exact`: the true number per node, used only to find its band.
    `equations`: (total, parts). `within`: per node its equations. `fresh`: nodes of which something was said since the last
    propagation. `need`: how many values each node must be able to take. `changed`: nodes whose bounds changed since `squeezed` was last asked.
    `large`: whether everybody who was eligible reaches the threshold in each arm. `together`: by the arms of others that are not told apart
    (`Network.apart`), the node of all of them.
    """

    edition: Edition
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    exact: list[int] = field(default_factory=list)
    equations: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    within: list[list[int]] = field(default_factory=list)
    need: list[int] = field(default_factory=list)
    fresh: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    large: bool = False
    together: dict[frozenset[int], int] = field(default_factory=dict)

    def node(self, exact: int, low: int = 0, high: int = UNKNOWN, *, sensitive: bool = True, need: int | None = None) -> int:
        """A new node; without bounds nothing is said of it, and without `need` it must keep what the edition asks of such a count."""
        self.exact.append(int(exact))
        self.need.append(self.edition.need(int(exact), sensitive=sensitive) if need is None else need)
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

    def squeezed(self) -> list[int]:
        """Nodes that can take fewer values than they must, of those that changed since this was last asked."""
        found = [node for node in self.changed if self.high[node] - self.low[node] + 1 < self.need[node]]
        self.changed.clear()
        return sorted(found)

    def tell(self, node: int, *, sensitive: bool = True) -> None:
        """Publish of a node what the edition tells of such a count."""
        exact = self.exact[node]
        if exact >= self.edition.least(sensitive=sensitive) and self.edition.exact:
            return self.say(node, exact, exact)
        self.say(node, self.edition.low(exact), self.edition.high(exact))

    def apart(self, arms: Sequence[int]) -> bool:
        """Whether arms are told apart: exactly always, and of two where both reach the threshold, or one twice that; and where arms are small.

        Otherwise neither has an estimate, as what it leaves of everybody is a few, nor a share, which needs enough on both sides. Then nothing is
        told of either, and of everybody whether they reach the threshold: beside two arms that are each told to be a few, that would leave
        both one value less than they need.
        """
        sizes, threshold = [self.exact[node] for node in arms], self.edition.threshold
        return self.edition.exact or not self.large or len(sizes) != 2 or min(sizes) >= threshold or max(sizes) >= 2 * threshold

    def tell_together(self, arms: Iterable[int], everybody: int) -> None:
        """Publish of two arms that are not told apart whether they reach the threshold together, and what is known of any such arms."""
        threshold = self.edition.threshold
        for node in arms:
            self.say(node, 0, 2 * threshold - 1)
        enough = self.exact[everybody] >= threshold
        self.say(everybody, threshold if enough else 0, 3 * threshold - 2 if enough else threshold - 1)

    def settle(self, node: int, within: Iterable[tuple[int, int]] = ()) -> None:
        """Publish a total in the finest bands that squeeze neither it nor any part of it.

        The total can lie anywhere from A to B by what is published already. Cuts between bands are multiples of the threshold
        from A + threshold to B - threshold + 1: then each band is at least as wide as the threshold, and each part of the total
        can still take its lowest and its highest value. Which cuts there are depends on what is published, not on
        the total, so that a missing cut tells nothing.

        An exact edition tells it as it is, or that it is small.

        Parameters
        ----------
        within
            What is published of groups that the total holds, from low to high: no cut divides these. Whoever believes that nobody was
            left out would learn from such a cut where in its interval the smaller group lies.
        """
        a, b, exact = self.low[node], self.high[node], self.exact[node]
        if self.edition.exact:
            return self.tell(node)
        threshold = self.edition.threshold
        lowest = -(-(a + threshold) // threshold) * threshold
        highest = UNKNOWN if b >= UNKNOWN else (b - threshold + 1) // threshold * threshold

        def divides(cut: int) -> bool:
            return any(low < cut <= high for low, high in within)

        low = min(exact // threshold * threshold, highest)
        while low >= lowest and divides(low):
            low -= threshold
        above = max(exact // threshold * threshold + threshold, lowest)
        while above <= highest and divides(above):
            above += threshold
        self.say(node, low if low >= lowest else a, above - 1 if above <= highest else b)


class People(NamedTuple):
    """Which people are counted: the arm or group, the outcome and moment that they were selected for, and by what selection."""

    group: str
    outcome: str = ""
    time: str = ""
    population: str = "analysed"

    @property
    def of_category(self) -> bool:
        """Whether they share a category of what divides people."""
        return " " in self.outcome


FIRST = "first events"
_OF_EVERY_OUTCOME = ("everyone", "eligible")


def people(group: str, outcome: str, time: str, population: str) -> People:
    """Everyone in a group, and who was eligible, are the same people for every outcome."""
    return People(group, population=population) if population in _OF_EVERY_OUTCOME else People(group, outcome, time, population)


def who_had(whom: People, kind: str, cause: int = 0) -> People:
    """Those of some people who had an event."""
    return whom._replace(time=f"{whom.population} {cause}", population=kind)


@dataclass(slots=True)
class Known:
    """Nodes by what they count, as the analyses declare it: never by equal sizes, which would show where nobody was lost.

    `sizes`: the nodes of one selection by their size; one, unless tables disagree. `alike`: nodes of the same people in several
    tables. `groups`: the arms. `categories`: by group, and descriptor of an outcome, those of each of its categories.
    """

    groups: tuple[str, ...] = ()
    sizes: dict[People, dict[int, int]] = field(default_factory=dict)
    alike: dict[People, list[int]] = field(default_factory=dict)
    unions: dict[tuple[int, ...], int] = field(default_factory=dict)
    categories: dict[tuple[str, str], set[People]] = field(default_factory=dict)

    def union(self, network: Network, parts: tuple[int, ...]) -> int:
        """The node of several groups together, one and the same wherever these groups are taken together."""
        parts = tuple(sorted(parts))
        if parts not in self.unions:
            self.unions[parts] = network.node(sum(network.exact[p] for p in parts))
            network.equate(self.unions[parts], parts)
        return self.unions[parts]

    def everybody(self, network: Network, arms: tuple[int, ...]) -> int | None:
        """The node of arms that are not told apart; None where they are."""
        if network.apart(arms):
            return None
        return network.together.setdefault(frozenset(arms), self.union(network, arms))

    def find(self, who: People, size: int) -> int | None:
        """The node of these people, when there is one."""
        return self.sizes.get(who, {}).get(size)

    def node(self, network: Network, who: People, size: int) -> int:
        """The node of these people."""
        mine = self.sizes.setdefault(who, {})
        whole, is_category, _ = who.outcome.partition("=")
        if is_category:
            self.categories.setdefault((who.group, whole), set()).add(who)
        if size not in mine:
            mine[size] = network.node(size, sensitive=who.of_category)
        return mine[size]

    def together(self, who: People) -> tuple[int, ...]:
        """The nodes of the groups that a pair of groups, or all of them, consist of; none where one of them is not known."""
        names = who.group.split(" - ") if " - " in who.group else self.groups
        found = [next(iter(self.sizes.get(who._replace(group=name), {}).values()), None) for name in names]
        return tuple(found) if len(found) > 1 and None not in found else ()
