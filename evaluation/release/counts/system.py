"""All counts of one release together: what is published, at which level, so that nobody can work back.

Tables are published one after the other; one that would leave some count with fewer possibilities than the threshold is held back. Then
totals are published in the finest bands that squeeze nothing (`Network.settle`), and the whole is audited by linear programming.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from data_schemas.plan import Descriptor
from data_schemas.result import COMPARED, Result
from evaluation.release.counts import audit
from evaluation.release.counts.bands import interval_number
from evaluation.release.counts.network import UNKNOWN, Contradiction, Known, Network, People, people
from evaluation.release.counts.sums import sums
from evaluation.release.curves import ALL, Curve, Rest, connect_curve, curve, publish_curve, series, total_numbers
from evaluation.release.edition import Edition
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

    edition: Edition
    tables: dict[str, list[Table]]
    curves: dict[str, list[Curve]]
    network: Network
    people: Known = field(default_factory=Known)
    events: Known = field(default_factory=Known)
    numbers: dict[int, int] = field(default_factory=dict)
    read: dict[tuple[People, int], tuple[int, int]] = field(default_factory=dict)
    sums: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def threshold(self) -> int:
        """The smallest count that leaves."""
        return self.edition.threshold

    @property
    def items(self) -> list[Item]:
        """Outcomes first and descriptions of the baseline last: what is published first is held back last."""
        found = [one for part in self.curves.values() for one in part]
        found.sort(key=lambda one: bool(one.subgroup))
        tables = [one for part in self.tables.values() for one in part]
        return found + sorted(tables, key=lambda one: "baseline" in set(one.sums.columns["time"]))

    def group(self, arm: str, outcome: str, subgroup: str, time: str, population: str = "") -> People:
        """Whom a row is about; a `subgroup` that names a variant of the method is about the same people."""
        named = subgroup.partition("=")[0] in DESCRIPTORS and population != COMPARED
        whom = "analysed" if population in ("", COMPARED) else population
        # a week is when an answer is read, not a moment at which people were selected
        return people(arm, f"{outcome} {subgroup}".strip() if named else outcome, "" if time.isdigit() else time, whom)

    def events_shown(self, arm: str, outcome: str, subgroup: str) -> bool:
        """Whether of every group in a comparison of events both who had one and who had none are published, as bands that start at the
        threshold or above: a ratio or a test beside a count that is held back would narrow it."""
        column, _, category = subgroup.partition("=")
        wanted = subgroup if category and column in DESCRIPTORS else ""
        mine = [one for part in self.curves.values() for one in part if not one.held and outcome in one.outcomes]
        if column in DESCRIPTORS and not category:
            mine = [one for one in mine if one.subgroup.startswith(f"{column}=")]
            return bool(mine) and all(one.shown(outcome, self.threshold).all() for one in mine)
        mine = [one for one in mine if one.subgroup == wanted]
        groups = arm.split(" - ") if " - " in arm else list(self.people.groups)
        return any(
            not one.pooled and set(groups) <= set(one.weekly.groups) and one.shown(outcome, self.threshold)[places].all()
            for one in mine
            for places in [[one.weekly.groups.index(name) for name in groups if name in one.weekly.groups]]
        )

    def people_number(self, who: People, size: float) -> tuple[int, int]:
        """The published number of people in a group of this exact size, and the lower end of what it stands for."""
        key = who, int(size)
        if key not in self.read:
            self.read[key] = self._number(self.people, *key)
        return self.read[key]

    def smallest_part(self, who: People, size: float) -> float:
        """The smallest of the groups that a comparison is about; infinite where that is not known from other tables."""
        if not size >= 0:
            return np.inf
        if who.outcome.rpartition(" ")[2] in DESCRIPTORS:
            categories = (sizes for other, sizes in self.people.sizes.items() if _is_category(other, who))
            return min((min(sizes) for sizes in categories), default=np.inf)
        if " - " not in who.group:
            return np.inf
        return min((self.network.exact[node] for node in self.people.together(who)), default=np.inf)

    def left_out(self, who: People, size: float) -> float:
        """The smallest group that stands between a group and a larger one it is part of: an arm in everybody, a subgroup in all.

        Two means, one of the larger group and one of the smaller, would together give the mean of those left out. Nobody left out is
        a few like any other, or it would show. Infinite where nothing larger is known.
        """
        outcome, _, part = who.outcome.partition(" ")
        if not size >= 0 or " - " in who.group or (who.group == ALL and not part):
            return np.inf
        if part:
            return min((n - size for n in self._analysed(who._replace(outcome=outcome)) if n >= size), default=np.inf)
        others = [self._analysed(who._replace(group=arm)) for arm in self.people.groups if arm != who.group]
        return sum(min(sizes) for sizes in others) if others and all(others) else np.inf

    def _analysed(self, who: People) -> list[int]:
        """Sizes of a group as selected for an outcome and moment; of everybody together the sum over the arms."""
        sizes = list(self.people.sizes.get(who, {}))
        nodes = () if sizes or who.group != ALL else self.people.together(who)
        return [sum(self.network.exact[node] for node in nodes)] if nodes else sizes

    def events_number(self, who: People, size: float) -> int:
        """The published number of events of a group."""
        known = self.read.get((of_events(who), int(size)))
        return known[0] if known else self._number(self.events, People(who.group, "", "0", "first events"), int(size))[0]

    def _number(self, known: Known, who: People, size: int) -> tuple[int, int]:
        parts = known.together(who) if who.group == ALL or " - " in who.group else ()
        if parts and sum(self.network.exact[part] for part in parts) == size:
            found = [self._read(part) for part in parts]
            return sum(number for number, _ in found), sum(low for _, low in found)
        node = known.find(who, size)
        if node is None or self.network.high[node] >= UNKNOWN:
            return self.edition.middle(size), self.edition.low(size)
        return self._read(node)

    def number(self, node: int) -> int:
        """What stands on the page for a node."""
        return self._read(node)[0]

    def _read(self, node: int) -> tuple[int, int]:
        low, high = self.network.low[node], self.network.high[node]
        if low < self.threshold or high >= UNKNOWN:
            return 0, 0
        return self.numbers.get(node, interval_number(low, high, self.edition.width)), low


def _is_category(one: People, whole: People) -> bool:
    """Whether one group is those of a category of the descriptor that divides the whole."""
    return one.group == whole.group and one.outcome.startswith(f"{whole.outcome}=")


def of_events(who: People) -> People:
    """The key of a number of events of these people, beside that of their own number."""
    return who._replace(time=f"{who.time} events")


def system(results: Mapping[str, Result], edition: Edition, beside: Sequence[System] = ()) -> System:
    """The system of a release; what had to be held back is marked on its tables and curves.

    `beside`: other editions of the same dossier. Of a count that one of them tells, the reader of both knows both.
    """
    asked = {name: list(zip(result.tallies, sums(result))) for name, result in results.items()}
    one = _built(results, asked, edition)
    order, audited = one.items, audit.Audit(one.network)
    first, states = 0, [one.network.state()]
    while True:
        try:
            _publish(one, order, first, states)
            tight = set(audited.squeezed()) | _tight_together(one, beside)
        except (Contradiction, ValueError):
            tight = set(range(len(one.network.low)))
        left = [k for k, item in enumerate(order) if not item.held]
        if not tight or not left:
            return one
        culprits = _culprits(order, left, tight)
        for number in culprits:
            order[number].held = True
        first = min(culprits)


def _tight_together(one: System, others: Sequence[System]) -> set[int]:
    """Counts that could take enough values by this edition, and cannot by all together."""
    network, before = one.network, one.network.state()
    for other in others:
        for mine, theirs in _pairs(one, other):
            network.say(mine, other.network.low[theirs], other.network.high[theirs])
    try:
        network.propagate()
        return set(network.squeezed())
    finally:
        network.restore(before)


def _pairs(one: System, other: System) -> Iterator[tuple[int, int]]:
    """The same counts in two editions of a dossier."""
    for who, sizes in one.people.sizes.items():
        yield from (
            (node, other.people.sizes[who][size]) for size, node in sizes.items() if size in other.people.sizes.get(who, {})
        )
    for name, tables in one.tables.items():
        for mine, theirs in zip(tables, other.tables[name]):
            for part in ("cells", "merged", "totals"):
                nodes = getattr(theirs, part)
                yield from ((node, nodes[key]) for key, node in getattr(mine, part).items() if key in nodes)


def _culprits(order: list[Item], left: list[int], tight: set[int]) -> set[int]:
    """Per outcome the last item that the squeezed counts belong to; the last of all when they belong to none."""
    mine = {order[k].outcome: k for k in left if tight & _nodes(order[k])}
    return set(mine.values()) or {left[-1]}


def _nodes(item: Item) -> set[int]:
    if isinstance(item, Table):
        return {*item.cells.values(), *item.merged.values(), *item.totals.values()}
    return {node for total, pieces in item.nodes for node in (total, *pieces)}


def _built(results: Mapping[str, Result], asked, edition: Edition) -> System:
    tables = {name: [table(tally, found) for tally, found in pairs] for name, pairs in asked.items()}
    curves = {name: [curve(w, edition) for w in result.weekly] for name, result in results.items()}
    one = System(edition, tables, curves, Network(edition))
    everything = [found for part in one.tables.values() for found in part]
    one.people.groups = one.events.groups = _arms(one)
    curves = [found for part in one.curves.values() for found in part]
    rest: Rest = {}
    for found in sorted(curves, key=lambda c: (bool(c.subgroup), c.exact.events.shape[1])):
        connect_curve(found, one.network, one.people, one.events, rest)
    # those who were selected before those whom they were selected from: then a part is known to be the whole of another table
    for found in sorted(everything, key=lambda t: (int(t.counts[t.arm_of >= 0].sum()), not t.sums.events.any())):
        connect(found, one.network, one.people)
    for part in one.curves.values():
        _subgroups(part, one.network, one.people, edition.threshold)
    _everybody(one)
    return one


def _everybody(one: System) -> None:
    """All arms together are the sum of the arms, also in tables that know no arms."""
    for who, sizes in list(one.people.sizes.items()):
        parts = one.people.together(who) if who.group == ALL else ()
        for size, node in sizes.items():
            if parts and node not in one.people.unions.values() and sum(one.network.exact[p] for p in parts) == size:
                one.network.equate(node, parts)
                one.sums[node] = parts


def _arms(one: System) -> tuple[str, ...]:
    """Every arm that a table or curve knows by name."""
    names = {arm for part in one.tables.values() for found in part for arm in found.arms}
    names |= {arm for part in one.curves.values() for found in part for arm in found.weekly.groups if not found.subgroup}
    return tuple(sorted(names - {ALL, ELSEWHERE}))


def _subgroups(curves: list[Curve], network: Network, people: Known, threshold: int) -> None:
    """At every week the events of everyone are those of the subgroups together, and of a few, or nobody, of whom the category is not known."""
    base = next((one for one in curves if not one.subgroup), None)
    columns = {one.subgroup.split("=")[0] for one in curves if "=" in one.subgroup}
    for column in sorted(columns) if base is not None else ():
        levels = [one for one in curves if one.subgroup.startswith(f"{column}=") and not one.held]
        for kind in range(base.exact.events.shape[1] + 1):
            for week in range(len(base.grid) - 1):
                mine = [nodes[week] for (_, k), nodes in series(base, network).items() if k == kind]
                theirs = [nodes[week] for one in levels for (_, k), nodes in series(one, network).items() if k == kind]
                unknown = sum(network.exact[n] for n in mine) - sum(network.exact[n] for n in theirs)
                if theirs and 0 <= unknown < threshold:
                    whole = mine[0] if len(mine) == 1 else people.union(network, tuple(mine))
                    network.equate(whole, (*theirs, network.node(unknown, 0, threshold - 1)))


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
    network = one.network
    one.numbers.clear()
    for item in curves:
        item.held = item.held or (item.base is not None and item.base.held) or not _said(item, one, publish_curve)
        one.numbers |= total_numbers(item, network)
    inside = _inside(one)
    for node in _totals(one):
        _settled(node, network, inside.get(node, ()))
    one.numbers |= {node: sum(one.number(part) for part in parts) for node, parts in one.sums.items()}


def _totals(one: System) -> list[int]:
    """Totals that have no number yet: of selections from small to large, then of everyone.

    Told exactly, those of whole populations come first: what is known of a part would leave them less than they need.
    """
    totals = {node for part in one.tables.values() for found in part for node in found.totals.values()}
    totals |= {node for part in one.curves.values() for found in part for node, _ in found.nodes}
    totals |= {node for sizes in one.people.sizes.values() for node in sizes.values()}
    everyone = {node for who, sizes in one.people.sizes.items() if not who.outcome for node in sizes.values()}
    whole = {node for sizes in one.people.sizes.values() for node in sizes.values()}
    return sorted(
        totals - set(one.numbers) - set(one.sums),
        key=lambda node: (one.edition.exact and node not in whole, node in everyone, one.network.exact[node], node),
    )


def _inside(one: System) -> dict[int, list[int]]:
    """Per node of everyone, or of all eligible, in an arm the nodes of those who were selected from them."""
    found: dict[int, list[int]] = {}
    for whole, sizes in one.people.sizes.items():
        if not whole.outcome:
            smaller = [
                node
                for part, nodes in one.people.sizes.items()
                if part.group == whole.group and part != whole and (part.outcome or whole.population == "everyone")
                for node in nodes.values()
            ]
            found |= {node: smaller for node in sizes.values()}
    return found


def _but_largest(one: Table, network: Network) -> None:
    publish_cells(one, network, but_largest=True)


def _said(item: Item, one: System, publish) -> bool:
    """Publish an item in some way; when it would squeeze any count, take everything back."""
    network = one.network
    before = network.state()
    try:
        publish(item, network)
        network.propagate()
        if not network.squeezed():
            return True
    except Contradiction:
        pass
    network.restore(before)
    if isinstance(item, Table):
        item.shown.clear()
    return False


def _settled(node: int, network: Network, inside: Iterable[int]) -> None:
    """Publish a total in bands of its own, unless that would squeeze what it is part of."""
    before = network.state()
    network.settle(node, [(network.low[k], network.high[k]) for k in inside if network.high[k] < UNKNOWN])
    try:
        network.propagate()
        fine = not network.squeezed()
    except Contradiction:
        fine = False
    if not fine:
        network.restore(before)
