"""All counts of one release together: what is published, at which level, so that nobody can work back.

Tables are published one after the other; one that would leave some count with fewer possibilities than the threshold is held back. Then
totals are published in the finest bands that squeeze nothing (`Network.settle`), and the whole is audited by linear programming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import get_args

import numpy as np

from data_schemas.plan import Descriptor
from data_schemas.result import Result
from evaluation.release.counts import audit
from evaluation.release.counts.bands import band_middle, interval_number
from evaluation.release.counts.network import UNKNOWN, Contradiction, Known, Network, People
from evaluation.release.counts.sums import sums
from evaluation.release.curves import ALL, Curve, Rest, connect_curve, curve, publish_curve, series, total_numbers
from evaluation.release.tables import ELSEWHERE, Table, connect, publish_cells, table

Item = Table | Curve
State = tuple[list[int], list[int]]
DESCRIPTORS = frozenset(get_args(Descriptor))


@dataclass(slots=True, eq=False)
class System:
    """Tables and curves per analysis, and the network of their counts.

    `read`: numbers of people that were asked for before. `numbers`: what stands on the page for a node where that is not the middle
    of its interval. `sums`: nodes of everybody, with the arms that they are the sum of.
    """

    threshold: int
    tables: dict[str, list[Table]]
    curves: dict[str, list[Curve]]
    network: Network = field(default_factory=Network)
    people: Known = field(default_factory=Known)
    events: Known = field(default_factory=Known)
    numbers: dict[int, int] = field(default_factory=dict)
    read: dict[tuple[People, int], tuple[int, int]] = field(default_factory=dict)
    sums: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def items(self) -> list[Item]:
        """Outcomes first and descriptions of the baseline last: what is published first is held back last."""
        found = [one for part in self.curves.values() for one in part]
        found.sort(key=lambda one: bool(one.subgroup))
        tables = [one for part in self.tables.values() for one in part]
        return found + sorted(tables, key=lambda one: "baseline" in set(one.sums.columns["time"]))

    def group(self, arm: str, outcome: str, subgroup: str, time: str) -> People:
        """Whom a row is about; a `subgroup` that names a variant of the method is about the same people."""
        part = f"{outcome} {subgroup}" if subgroup.partition("=")[0] in DESCRIPTORS else outcome
        return People(arm, part.strip(), time)

    def people_number(self, people: People, size: float) -> tuple[int, int]:
        """The published number of people in a group of this exact size, and the lower end of what it stands for."""
        key = people, int(size)
        if key not in self.read:
            self.read[key] = self._number(self.people, *key)
        return self.read[key]

    def smallest_part(self, people: People, size: float) -> float:
        """The smallest of the groups that a comparison is about; infinite where that is not known from other tables."""
        if not size >= 0:
            return np.inf
        if people.outcome.rpartition(" ")[2] in DESCRIPTORS:
            categories = (sizes for other, sizes in self.people.sizes.items() if _is_category(other, people))
            return min((min(sizes) for sizes in categories), default=np.inf)
        if " - " not in people.group:
            return np.inf
        return min((self.network.exact[node] for node in self.parts(self.people, people, int(size))), default=np.inf)

    def left_out(self, people: People, size: float) -> float:
        """The smallest group that stands between a group and a larger one it is part of: an arm in everybody, a subgroup in all.

        Two means, one of the larger group and one of the smaller, would together give the mean of those left out. Infinite
        where nobody is left out, or nothing larger is known.
        """
        outcome, _, part = people.outcome.partition(" ")
        if not size >= 0 or " - " in people.group or (people.group == ALL and not part):
            return np.inf
        if part:
            wholes = [n for n in self._analysed(people._replace(outcome=outcome)) if n > size]
            return min((n - size for n in wholes), default=np.inf)
        others = [self._analysed(people._replace(group=arm)) for arm in self.people.everyone if arm not in (ALL, people.group)]
        others = [sizes for sizes in others if sizes]
        return sum(min(sizes) for sizes in others) or np.inf

    def _analysed(self, people: People) -> list[int]:
        """Sizes of a group as selected for an outcome and moment; of everybody together the sums over the arms."""
        sizes = self.people.sizes.get(people) or self.people.sizes.get(People(people.group), {})
        if not sizes and people.group == ALL:
            arms = [self._analysed(people._replace(group=arm)) for arm in self.people.everyone if arm != ALL]
            sizes = [sum(min(arm) for arm in arms)] if arms and all(arms) else []
        return list(sizes)

    def events_number(self, people: People, size: float) -> int:
        """The published number of events of a group."""
        known = self.read.get((of_events(people), int(size)))
        return known[0] if known else self._number(self.events, People(people.group, "", "0"), int(size))[0]

    def _number(self, known: Known, people: People, size: int) -> tuple[int, int]:
        parts = self.parts(known, people, size)
        if parts:
            found = [self._read(part) for part in parts]
            return sum(number for number, _ in found), sum(low for _, low in found)
        node = known.find(people, size)
        if node is None:
            node = known.alike(people, size)
        if node is None or self.network.high[node] >= UNKNOWN:
            return int(band_middle(size, self.threshold)), size // self.threshold * self.threshold
        return self._read(node)

    def number(self, node: int) -> int:
        """What stands on the page for a node."""
        return self._read(node)[0]

    def _read(self, node: int) -> tuple[int, int]:
        low, high = self.network.low[node], self.network.high[node]
        if low < self.threshold or high >= UNKNOWN:
            return 0, 0
        return self.numbers.get(node, interval_number(low, high, self.threshold)), low

    def parts(self, known: Known, people: People, size: int) -> list[int]:
        """The groups whose sizes add up to a pair of groups, or to all of them."""
        if people.group != ALL and " - " not in people.group:
            return []
        groups = people.group.split(" - ") if " - " in people.group else [g for g in sorted(self.people.everyone) if g != ALL]
        if len(groups) < 2 or len(groups) > 4:
            return []
        for anytime in (False, True):
            options = [known.options(people._replace(group=group), anytime=anytime) for group in groups]
            for chosen in product(*options):
                if sum(chosen) == size:
                    return [option[n] for option, n in zip(options, chosen)]
        return []


def _is_category(one: People, whole: People) -> bool:
    """Whether one group is those of a category of the descriptor that divides the whole."""
    return one.group == whole.group and one.outcome.startswith(f"{whole.outcome}=")


def of_events(people: People) -> People:
    """The key of a number of events of these people, beside that of their own number."""
    return people._replace(time=f"{people.time} events")


def system(results: Mapping[str, Result], threshold: int) -> System:
    """The system of a release; what had to be held back is marked on its tables and curves."""
    asked = {name: list(zip(result.tallies, sums(result))) for name, result in results.items()}
    one = _built(results, asked, threshold)
    order, audited = one.items, audit.Audit(one.network)
    first, states = 0, [one.network.state()]
    while True:
        try:
            _publish(one, order, first, states)
            tight = set(audited.squeezed(threshold))
        except (Contradiction, ValueError):
            tight = set(range(len(one.network.low)))
        left = [k for k, item in enumerate(order) if not item.held]
        if not tight or not left:
            return one
        culprits = _culprits(order, left, tight)
        for number in culprits:
            order[number].held = True
        first = min(culprits)


def _culprits(order: list[Item], left: list[int], tight: set[int]) -> set[int]:
    """Per outcome the last item that the squeezed counts belong to; the last of all when they belong to none."""
    mine = {order[k].outcome: k for k in left if tight & _nodes(order[k])}
    return set(mine.values()) or {left[-1]}


def _nodes(item: Item) -> set[int]:
    if isinstance(item, Table):
        return {*item.cells.values(), *item.merged.values(), *item.totals.values()}
    return {node for total, pieces in item.nodes for node in (total, *pieces)}


def _built(results: Mapping[str, Result], asked, threshold: int) -> System:
    tables = {name: [table(tally, found) for tally, found in pairs] for name, pairs in asked.items()}
    one = System(threshold, tables, {name: [curve(w, threshold) for w in result.weekly] for name, result in results.items()})
    everything = [found for part in one.tables.values() for found in part]
    one.people.everyone = _everyone(everything)
    curves = [found for part in one.curves.values() for found in part]
    rest: Rest = {}
    for found in sorted(curves, key=lambda c: (bool(c.subgroup), c.exact.events.shape[1])):
        connect_curve(found, one.network, one.people, one.events, rest)
    # those who were selected before those whom they were selected from: then a part is known to be the whole of another table
    for found in sorted(everything, key=lambda t: (int(t.counts[t.arm_of >= 0].sum()), not t.sums.events.any())):
        connect(found, one.network, one.people, threshold)
    for part in one.curves.values():
        _subgroups(part, one.network, one.people)
    _everybody(one)
    return one


def _everybody(one: System) -> None:
    """All arms together are the sum of the arms, also in tables that know no arms."""
    for (people, size), node in list(one.people.nodes.items()):
        if people.group == ALL and node not in one.people.unions.values():
            parts = one.parts(one.people, people, size)
            if parts:
                one.network.equate(node, tuple(parts))
                one.sums[node] = tuple(parts)


def _everyone(tables: list[Table]) -> dict[str, int]:
    """The size of each arm before any selection: the largest that any table knows."""
    sizes: dict[str, int] = {}
    for one in tables:
        for arm, name in enumerate(name for name in one.arms if name != ELSEWHERE):
            sizes[name] = max(sizes.get(name, 0), int(one.counts[one.arm_of == arm].sum()))
    return sizes


def _subgroups(curves: list[Curve], network: Network, people: Known) -> None:
    """At every week the events of everyone are those of the subgroups together."""
    base = next((one for one in curves if not one.subgroup), None)
    columns = {one.subgroup.split("=")[0] for one in curves if "=" in one.subgroup}
    for column in sorted(columns) if base is not None else ():
        levels = [one for one in curves if one.subgroup.startswith(f"{column}=") and not one.held]
        for kind in range(base.exact.events.shape[1] + 1):
            for week in range(len(base.grid) - 1):
                mine = [nodes[week] for (_, k), nodes in series(base, network).items() if k == kind]
                theirs = [nodes[week] for one in levels for (_, k), nodes in series(one, network).items() if k == kind]
                if theirs and sum(network.exact[n] for n in mine) == sum(network.exact[n] for n in theirs):
                    network.equate(mine[0] if len(mine) == 1 else people.union(network, tuple(mine)), tuple(theirs))


def _publish(one: System, order: list[Item], first: int, states: list[State]) -> None:
    """Curves first, then the totals of tables, then their cells; only from the first item on that is not as it was.

    `states`: the bounds before anything was published, then those before each table, for a next time.
    """
    tables = [item for item in order if isinstance(item, Table)]
    kept = max(first - (len(order) - len(tables)), -1) + 1
    if not 0 < kept < len(states):
        kept = 0
    one.network.restore(states[kept])
    if not kept:
        _publish_totals(one, [item for item in order if isinstance(item, Curve)])
    del states[max(kept, 1) :]
    for item in tables[max(kept - 1, 0) :]:
        states.append(one.network.state())
        item.shown.clear()
        item.held = item.held or not any(_said(item, one, way) for way in (publish_cells, _but_largest))


def _publish_totals(one: System, curves: list[Curve]) -> None:
    network, threshold = one.network, one.threshold
    one.numbers.clear()
    for item in curves:
        item.held = item.held or (item.base is not None and item.base.held) or not _said(item, one, publish_curve)
        one.numbers |= total_numbers(item, network, threshold)
    for node in _totals(one):
        _settled(node, network, threshold)
    one.numbers |= {node: sum(one.number(part) for part in parts) for node, parts in one.sums.items()}


def _totals(one: System) -> list[int]:
    """Totals that have no number yet: of everyone first, then of selections from small to large."""
    totals = {node for part in one.tables.values() for found in part for node in found.totals.values()}
    totals |= {node for part in one.curves.values() for found in part for node, _ in found.nodes}
    totals |= set(one.people.nodes.values())
    everyone = {node for (people, _), node in one.people.nodes.items() if not people.outcome}
    return sorted(
        totals - set(one.numbers) - set(one.sums), key=lambda node: (node not in everyone, one.network.exact[node], node)
    )


def _but_largest(one: Table, network: Network, threshold: int) -> None:
    publish_cells(one, network, threshold, but_largest=True)


def _said(item: Item, one: System, publish) -> bool:
    """Publish an item in some way; when it would squeeze any count, take everything back."""
    network, threshold = one.network, one.threshold
    before = network.state()
    try:
        publish(item, network, threshold)
        network.propagate()
        if not network.squeezed(threshold):
            return True
    except Contradiction:
        pass
    network.restore(before)
    if isinstance(item, Table):
        item.shown.clear()
    return False


def _settled(node: int, network: Network, threshold: int) -> None:
    """Publish a total in bands of its own, unless that would squeeze what it is part of."""
    before = network.state()
    network.settle(node, threshold)
    try:
        network.propagate()
        fine = not network.squeezed(threshold)
    except Contradiction:
        fine = False
    if not fine:
        network.restore(before)
