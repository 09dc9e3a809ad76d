"""Tallies: which cells are published at which level, and the rows that follow.

A cell is a set of people that the rows of a table never divide further: a category within an arm. A table is published either per
arm, and "all" is then the sum of the arms, which tells nothing more; or, when the arms are too small for that, over all arms
only. Never both: the two would give each other away. A cell held back is told apart from a cell with nobody by nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from data_schemas.result import Tally
from evaluation.release.counts.network import Known, Network, People, people
from evaluation.release.counts.sums import Sums
from evaluation.release.rules import DOMINANT_SHARE

ELSEWHERE = "elsewhere"
"""The arm of people whom rows about everybody count and rows about an arm do not: it has no rows, and no other table knows it."""


@dataclass(slots=True, eq=False)
class Table:
    """One tally in the system of published counts.

    `arms`: names, one `all` when rows know no arms. `arm_of`: per base count its arm, -1 when no row counts it. `cells`: base counts
    (sorted) to node, per arm; `merged`: the same over all arms; `totals`: node of every `n` of a row, by its base counts;
    `parts`: of cells that are together a declared population.
    `by_arm`: cells are published per arm, and "all" follows as their sum; otherwise over all arms only. `shown`: nodes of the
    cells that are published. `linked`: cells that are the whole of another table, published there; `alike`: that
    other tables count too. `held`: only totals are published.
    """

    tally: Tally
    sums: Sums
    arms: tuple[str, ...]
    arm_of: np.ndarray
    cell_of: np.ndarray
    category_of: np.ndarray
    outcome: str
    time: str
    totals: dict[frozenset[int], int] = field(default_factory=dict)
    parts: dict[frozenset[int], int] = field(default_factory=dict)
    cells: dict[int, int] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    by_arm: bool = True
    shown: set[int] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)
    alike: set[int] = field(default_factory=set)
    held: bool = False

    @property
    def counts(self) -> np.ndarray:
        """The exact base counts, one-dimensional."""
        return np.asarray(self.tally.counts).reshape(-1)

    @property
    def whole(self) -> frozenset[int]:
        """The nodes of everybody in each arm."""
        return frozenset(self.totals[self.arm_total(arm)] for arm in range(len(self.arms)))

    def everybody(self) -> list[int]:
        """How many each arm has, of a table of all who came, or were eligible; of others nothing."""
        of_all = self.tally.population in ("everyone", "eligible")
        arms = [arm for arm, name in enumerate(self.arms) if of_all and name != ELSEWHERE]
        return [int(self.counts[self.arm_of == arm].sum()) for arm in arms]

    def told_elsewhere(self, network: Network, cells: tuple[int, ...]) -> bool:
        """Whether a category is a population that others count too, in arms that are not told apart: everybody is told as that."""
        declared = self.linked.union(self.totals.values() if self.tally.population else ())
        return len(cells) > 1 and declared.issuperset(cells) and not network.apart(cells)

    def people(self, arm: int) -> People:
        """Whom an arm's rows are about."""
        return self.named(arm, self.tally.population or f"table {id(self)}")

    def named(self, arm: int, population: str, time: str | None = None) -> People:
        """A population of an arm; what stands after a blank is the category that it is of."""
        whom, _, part = population.partition(" ") if self.tally.population else (population, "", "")
        return people(self.arms[arm], f"{self.outcome} {part}".strip(), self.time if time is None else time, whom)

    def arm_total(self, arm: int) -> frozenset[int]:
        """All base counts of an arm."""
        return frozenset(np.flatnonzero(self.arm_of == arm).tolist())


def table(tally: Tally, sums: Sums) -> Table:
    """The arms, cells and categories of a tally, from what its rows sum."""
    arm_column = sums.columns["arm"]
    names = tuple(dict.fromkeys(a for a in arm_column if a != "all" and " - " not in a)) or ("all",)
    size = np.asarray(tally.counts).size
    arm_of = np.full(size, -1)
    for number, name in enumerate(names):
        mine = arm_column == name
        arm_of[(sums.n[mine] | sums.events[mine] | sums.estimate[mine]).any(axis=0)] = number
    parts = np.concatenate([sums.n, sums.events, sums.estimate])
    outside = (arm_of < 0) & parts.any(axis=0)
    if outside.any():
        arm_of[outside], names = len(names), (*names, ELSEWHERE)
    everywhere = np.tile(arm_column == "all", 3)
    cell_of = _same(np.vstack([parts, arm_of[None, :] + 1 == np.arange(len(names) + 1)[:, None]]))
    category_of = _same(parts[everywhere]) if everywhere.any() else cell_of
    outcome, time = (next(iter(sums.columns[name]), "") for name in ("outcome", "time"))
    return Table(tally, sums, names, arm_of, cell_of, category_of, outcome, time)


def _same(member: np.ndarray) -> np.ndarray:
    """Columns that are alike get the same number."""
    columns = [column.tobytes() for column in np.ascontiguousarray(member.T)]
    number = {column: k for k, column in enumerate(sorted(set(columns)))}
    return np.array([number[column] for column in columns], int)


def leaves(count: int, total: int, threshold: int, *, is_share: bool) -> bool:
    """Whether a count may be published: it, and in a share its complement, reach the threshold and it does not dominate."""
    if count < threshold:
        return False
    return not is_share or (total - count >= threshold and count < DOMINANT_SHARE * total)


def connect(one: Table, network: Network, known: Known) -> None:
    """Put the table into the system: totals per arm, cells per arm or merged, and how they add up."""
    counts = one.counts
    is_share = bool(one.sums.events.any())
    for members in _n_supports(one):
        arm = {int(one.arm_of[k]) for k in members}
        if len(arm) == 1:
            whole = members == one.arm_total(*arm)
            value = int(counts[sorted(members)].sum())
            one.totals[members] = known.node(network, one.people(*arm), value) if whole else network.node(value)
    for arm in range(len(one.arms)):
        members = one.arm_total(arm)
        if members not in one.totals:
            one.totals[members] = known.node(network, one.people(arm), int(counts[sorted(members)].sum()))
    named = _populations(one, exact=network.edition.exact)
    _cells(one, network, known, named)
    _also(one, network, known)
    if network.edition.exact:
        # an edition beside this one can tell all arms together
        _by_arm(one, network)
        _merge(one, network, known)
        _needs(one, network, named)
        _choose_level(one, network, is_share)
    else:
        _choose_level(one, network, is_share)
        _by_arm(one, network)
        _merge(one, network, known)
    if not one.by_arm:
        everyone = known.union(network, tuple(one.totals[one.arm_total(arm)] for arm in range(len(one.arms))))
        if {everyone} != {*one.merged.values()}:
            network.equate(everyone, tuple(one.merged.values()))


def _n_supports(one: Table) -> list[frozenset[int]]:
    found = {frozenset(np.flatnonzero(row).tolist()) for row in one.sums.n if row.any()}
    return sorted(found, key=lambda members: (len(members), sorted(members)))


def _cells(one: Table, network: Network, known: Known, named: Mapping[frozenset[int], People]) -> None:
    """A node per cell; one that is the whole of another table, by its declared population, is that table's total."""
    counts = one.counts
    for cell in dict.fromkeys(one.cell_of.tolist()):
        members = frozenset(np.flatnonzero(one.cell_of == cell).tolist())
        value = int(counts[sorted(members)].sum())
        if members in one.totals:
            one.cells[int(cell)] = one.totals[members]
        elif members in named:
            one.cells[int(cell)] = known.node(network, named[members], value)
            one.linked.add(one.cells[int(cell)])
        else:
            one.cells[int(cell)] = network.node(value, sensitive=one.tally.sensitive)
    for members, who in named.items():
        one.parts[members] = known.node(network, who, int(counts[sorted(members)].sum()))
        cells, whole = _cells_of(one, members), one.arm_total(int(one.arm_of[min(members)]))
        if len(cells) > 1:
            network.equate(one.parts[members], cells)
        if network.edition.exact and (rest := _cells_of(one, whole - members)):
            network.equate(one.totals[whole], (one.parts[members], *rest))


def _cells_of(one: Table, members: frozenset[int]) -> tuple[int, ...]:
    return tuple(one.cells[int(c)] for c in np.unique(one.cell_of[sorted(members)])) if members else ()


def _needs(one: Table, network: Network, named: Mapping[frozenset[int], People]) -> None:
    """How many values a cell can take at most when all populations around it are told as they are: of three who are missing each reason has none
    to three, the only reason has three; and how many lack a baseline is known, where it is how many were measured later and analysed."""
    before, waiting = network.state(), set(network.fresh)
    told = [one.totals[one.arm_total(arm)] for arm in range(len(one.arms))]
    told += [one.parts[members] for members, who in named.items() if not who.of_category]
    for node in told:
        network.say(node, network.exact[node], network.exact[node])
    network.propagate()
    for node in {*one.cells.values(), *one.merged.values(), *one.alike}:
        network.need[node] = min(network.need[node], network.width(node))
    network.restore(before)
    network.fresh |= waiting


def _also(one: Table, network: Network, known: Known) -> None:
    """Cells that are together people whom other tables count too: one number, wherever it stands."""
    for name, part in one.tally.also.items():
        for arm in range(len(one.arms)):
            mine = np.asarray(part).reshape(-1) & (one.arm_of == arm)
            which = np.unique(one.cell_of[mine])
            # rows that say nothing of the parts leave one cell of them all
            if not mine.any() or not np.array_equal(np.isin(one.cell_of, which), mine):
                continue
            cells = tuple(one.cells[int(c)] for c in which)
            node = cells[0] if len(cells) == 1 else network.node(sum(network.exact[cell] for cell in cells))
            if len(cells) > 1:
                network.equate(node, cells)
                others = _cells_of(one, one.arm_total(arm) - frozenset(np.flatnonzero(mine).tolist()))
                if network.edition.exact and others:
                    network.equate(one.totals[one.arm_total(arm)], (node, *others))
            one.alike.update((*cells, node))
            known.alike.setdefault(one.named(arm, name), []).append(node)


def _populations(one: Table, *, exact: bool) -> dict[frozenset[int], People]:
    """The base counts of an arm that the analysis declares to be a population of other tables too."""
    found = {}
    parts = [(part, name, None) for name, part in one.tally.parts.items()]
    parts += [(part, "measured", time) for time, part in one.tally.measured.items() if exact]
    for part, name, time in parts:
        for arm in range(len(one.arms)):
            members = frozenset(np.flatnonzero(np.asarray(part).reshape(-1) & (one.arm_of == arm)).tolist())
            if members:
                found[members] = one.named(arm, name, time)
    return found


def _choose_level(one: Table, network: Network, is_share: bool) -> None:
    """Per arm, unless more than twice as many categories can be published over all arms."""
    if len(one.arms) == 1:
        return
    if one.tally.population and not network.apart([*one.whole]):
        # a category of an arm would say that this is no few
        one.by_arm = False
        return
    threshold = network.edition.threshold
    sizes = np.array([one.counts[one.arm_of == arm].sum() for arm in range(len(one.arms))])
    everyone, apart, together = int(sizes.sum()), 0.0, 0
    for category in np.unique(one.category_of[one.arm_of >= 0]):
        cells = np.unique(one.cell_of[(one.category_of == category) & (one.arm_of >= 0)])
        if one.told_elsewhere(network, tuple(one.cells[int(c)] for c in cells)):
            continue
        values = [(network.exact[one.cells[int(c)]], int(sizes[one.arm_of[one.cell_of == c][0]])) for c in cells]
        # what follows from how many there are in all is told anyway
        known = [network.edition.exact and network.need[one.cells[int(c)]] == 1 for c in cells]
        apart += np.mean(
            [told or leaves(value, total, threshold, is_share=is_share) for told, (value, total) in zip(known, values)]
        )
        together += leaves(sum(value for value, _ in values), everyone, threshold, is_share=is_share)
    one.by_arm = 2 * apart >= together


def _by_arm(one: Table, network: Network) -> None:
    """Every total is the sum of its cells. Where all arms are told together only, that is so too: of groups within an arm, which are told, and where
    counts are told exactly, of the arms."""
    arms = () if one.by_arm or network.edition.exact else [one.arm_total(arm) for arm in range(len(one.arms))]
    for members, total in one.totals.items():
        parts = _cells_of(one, members)
        if parts != (total,) and members not in arms:
            network.equate(total, parts)
    _what_is_left(one, network)


def _merge(one: Table, network: Network, known: Known) -> None:
    """A node per category over all arms, where these are told, or can be."""
    if len(one.arms) == 1 or (one.by_arm and not network.edition.exact):
        return
    for category in np.unique(one.category_of[one.arm_of >= 0]):
        members = (one.category_of == category) & (one.arm_of >= 0)
        cells = tuple(one.cells[int(c)] for c in np.unique(one.cell_of[members]))
        if one.told_elsewhere(network, cells):
            one.merged[int(category)] = known.everybody(network, cells)
            one.linked.add(one.merged[int(category)])
            continue
        one.merged[int(category)] = network.node(int(one.counts[members].sum()), sensitive=one.tally.sensitive)
        if network.edition.exact or {*one.linked, *one.alike, *one.totals.values()}.intersection(cells):
            network.equate(one.merged[int(category)], cells)


def _what_is_left(one: Table, network: Network) -> None:
    """A group within an arm and the cells outside it are the arm: follows from the other sums, but bounds are propagated along each alone."""
    for arm in range(len(one.arms)):
        whole = one.arm_total(arm)
        for members, total in one.totals.items():
            rest = _cells_of(one, whole - members) if members < whole else ()
            if rest and total not in one.cells.values():
                network.equate(one.totals[whole], (total, *rest))
