"""All counts of one release together, and what stands on the page for each: the numbers that rows ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

import numpy as np

from data_schemas.plan_values import Descriptor
from data_schemas.result import COMPARED, STAYED_AND_LOST
from evaluation.release.counts.bands import interval_number
from evaluation.release.counts.network import FIRST, UNKNOWN, Known, Network, People, people, who_had
from evaluation.release.curves import ALL, Curve
from evaluation.release.edition import Edition
from evaluation.release.tables import Table

Item = Table | Curve
DESCRIPTORS = frozenset(get_args(Descriptor))
PROVIDER = "provider"


@dataclass(slots=True, eq=False)
class System:
    """Tables and curves per analysis, and the network of their counts.

    `read`: numbers of people that were asked for before. `numbers`: what stands on the page for a node where that is not the middle
    of its interval. `sums`: nodes of everybody, with the arms that they are the sum of. `together`: everybody in a population of which the arms
    are not told apart (`Network.apart`), here or in another edition. `dividing`: what divides
    people into categories, whose groups are told apart from variants of a method.
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
    together: dict[People, int] = field(default_factory=dict)
    dividing: frozenset[str] = DESCRIPTORS

    @property
    def threshold(self) -> int:
        """The smallest count that leaves."""
        return self.edition.threshold

    @property
    def items(self) -> list[Item]:
        """Outcomes first, descriptions of the baseline and numbers per provider last: what is published first is held back last."""
        found = [one for part in self.curves.values() for one in part]
        found.sort(key=lambda one: bool(one.subgroup))
        tables = [one for part in self.tables.values() for one in part]
        return found + sorted(tables, key=lambda one: (_by_provider(one), "baseline" in set(one.sums.columns["time"])))

    def group(self, arm: str, outcome: str, subgroup: str, time: str, population: str = "") -> People:
        """Whom a row is about; a `subgroup` that names a variant of the method is about the same people."""
        subgroup = subgroup.partition(";")[0]
        named = subgroup.partition("=")[0] in {*self.dividing, PROVIDER} and population != COMPARED
        whom = "analysed" if population in ("", COMPARED) else population
        # a week is when an answer is read, not a moment at which people were selected
        return people(arm, f"{outcome} {subgroup}".strip() if named else outcome, "" if time.isdigit() else time, whom)

    def events_shown(self, arm: str, outcome: str, subgroup: str) -> bool:
        """Whether of every group in a comparison of events both who had one and who had none are published, as bands that start at the
        threshold or above: a ratio or a test beside a count that is held back would narrow it."""
        column, _, category = subgroup.partition("=")
        wanted = subgroup if category and column in self.dividing else ""
        mine = [one for part in self.curves.values() for one in part if not one.held and outcome in one.outcomes]
        if column in self.dividing and not category:
            mine = [one for one in mine if one.subgroup.startswith(f"{column}=")]
            return bool(mine) and all(one.shown(outcome, self.threshold).all() for one in mine)
        mine = [one for one in mine if one.subgroup == wanted]
        groups = arm.split(" - ") if " - " in arm else list(self.people.groups)
        return any(
            not one.pooled and set(groups) <= set(one.weekly.groups) and one.shown(outcome, self.threshold)[places].all()
            for one in mine
            for places in [[one.weekly.groups.index(name) for name in groups if name in one.weekly.groups]]
        )

    def fewest_events(self, arm: str, outcome: str) -> int:
        """How many of a group had the event at the least, as its own curve says; nobody where none does."""
        curves = [one for part in self.curves.values() for one in part if not one.held and outcome in one.outcomes]
        found = [0]
        for one in (one for one in curves if not one.subgroup and (arm == ALL or not one.pooled)):
            mine = [number for number, name in enumerate(one.weekly.groups) if arm in (ALL, name)]
            found.append(int(one.bands.low.events[mine, one.outcomes.index(outcome), -1].sum()))
        return max(found)

    def events_given(self, arm: str, outcome: str, subgroup: str, week: str) -> bool:
        """Whether by a week, or without one in the end, the events of each group are told as they are; yes where no curve tells of them."""
        wanted = subgroup if subgroup.partition("=")[0] in self.dividing and "=" in subgroup else ""
        mine = [one for part in self.curves.values() for one in part if outcome in one.outcomes and one.subgroup == wanted]
        return not mine or any(not one.held and one.given(outcome, arm.split(" - "), float(week or "inf")) for one in mine)

    def people_number(self, who: People, size: float) -> tuple[int, int]:
        """The published number of people in a group of this exact size, and the lower end of what it stands for."""
        key = who, int(size)
        if key not in self.read:
            self.read[key] = self._number(self.people, *key)
        return self.read[key]

    def smallest_part(self, who: People, size: float) -> float:
        """The fewest that can be in the smallest of the groups that a comparison is about; infinite where that is not known from other tables.

        Rows about single providers leave together or not at all: what all others leave of everybody is the one that is held back.
        """
        if not size >= 0:
            return np.inf
        outcome, _, part = who.outcome.rpartition(" ")
        if part.startswith(f"{PROVIDER}="):
            providers = self.people.categories.get((who.group, f"{outcome} {PROVIDER}"), ())
            return min((self._fewest(one) for one in providers if one.time == who.time), default=0)
        if who.outcome.rpartition(" ")[2] in self.dividing:
            categories = self.people.categories.get((who.group, who.outcome), ())
            return min((self._fewest(one) for one in categories), default=np.inf)
        if who.group == STAYED_AND_LOST:
            (began, _), (stayed, most) = self._between(who, "baseline", "measured"), self._between(who, who.time, "analysed")
            return min(stayed, began - most)
        if " - " not in who.group:
            return np.inf
        return min((self.network.low[node] for node in self.people.together(who)), default=np.inf)

    def left_out(self, who: People, size: float) -> float:
        """The fewest that can stand between a group and a larger one it is part of: an arm in everybody, a subgroup in all.

        Two means, one of the larger group and one of the smaller, would together give the mean of those left out. Nobody left out is
        a few like any other, or it would show. Infinite where nothing larger is known.
        """
        outcome, _, part = who.outcome.partition(" ")
        if not size >= 0 or " - " in who.group or (who.group == ALL and not part):
            return np.inf
        if part:
            whole = [n for n in self._analysed(who._replace(outcome=outcome)) if n >= size]
            if whole and not self.edition.exact:
                return self._beside(who, int(size), who._replace(outcome=outcome), min(whole))
            node = self.people.find(who, int(size))
            if whole and node is not None and self.network.low[node] < self.network.high[node]:
                # with how many these are it would follow how many are in another category
                return 0
            return min((min(n - size, self._in_no_category(who, int(size), n)) for n in whole), default=np.inf)
        others = [who._replace(group=arm) for arm in self.people.groups if arm != who.group]
        return sum(map(self._fewest, others)) if others and all(map(self._analysed, others)) else np.inf

    def _between(self, who: People, time: str, population: str) -> tuple[int, int]:
        """The fewest and the most who can be of a population of an outcome, of all arms together; 0 where it is in no table."""
        asked = People(ALL, who.outcome, time, population)
        nodes = [*self.people.sizes.get(asked, {}).values()] or self.people.together(asked)
        return sum(self.network.low[node] for node in nodes), sum(self.network.high[node] for node in nodes)

    def _fewest(self, who: People) -> int:
        """The fewest that can be in a group by what is published."""
        return min(self.network.low[node] for node in self.people.sizes[who].values())

    def _beside(self, who: People, size: int, whole: People, everybody: int) -> int:
        """The fewest that can be of all and not in a category: all less these, or those in the other categories."""
        column, node = who.outcome.partition("=")[0], self.people.find(who, size)
        others = self.people.categories.get((who.group, column), set()) - {who}
        known = sum(self._fewest(one) for one in others if one[2:] == who[2:])
        if node is None:
            return known
        return max(known, self._number(self.people, whole, everybody)[1] - self.network.high[node])

    def _in_no_category(self, who: People, size: int, whole: int) -> float:
        """For the smallest category of an exact edition that leaves, a few who are in none of those that do: without it they are among more.

        All means together, and the mean of everybody, would give the mean of these few. Infinite where there are none.
        """
        column = who.outcome.partition("=")[0]
        others = [one for one in self.people.categories.get((who.group, column), ()) if one[2:] == who[2:]]
        sizes = {who: size} | {one: min(self.people.sizes[one]) for one in others}
        leaving = {one: n for one, n in sizes.items() if n >= self.threshold}
        rest = whole - sum(leaving.values())
        smallest = min(leaving, key=lambda one: (leaving[one], one), default=None)
        return rest if self.edition.exact and who == smallest and 0 < rest < self.threshold else np.inf

    def _analysed(self, who: People) -> list[int]:
        """Sizes of a group as selected for an outcome and moment; of everybody together the sum over the arms."""
        sizes = list(self.people.sizes.get(who, {}))
        nodes = () if sizes or who.group != ALL else self.people.together(who)
        return [sum(self.network.exact[node] for node in nodes)] if nodes else sizes

    def events_number(self, who: People, size: float) -> int:
        """The published number of events of a group."""
        known = self.read.get((of_events(who), int(size)))
        return known[0] if known else self._number(self.events, who_had(who, FIRST), int(size))[0]

    def _number(self, known: Known, who: People, size: int) -> tuple[int, int]:
        parts = known.together(who) if who.group == ALL or " - " in who.group else ()
        if parts and sum(self.network.exact[part] for part in parts) == size:
            if (everybody := self.network.together.get(frozenset(parts))) is not None:
                return self._read(everybody)
            found = [self._read(part) for part in parts]
            number, low = sum(number for number, _ in found), sum(low for _, low in found)
            if self.edition.exact and not all(number for number, _ in found):
                # what is shown of some is no number of all: the sum has one where all that is said leaves it one
                ends = [sum(bound[part] for part in parts) for bound in (self.network.low, self.network.high)]
                number = ends[0] if ends[0] == ends[1] else 0
            return number, low
        node = known.find(who, size)
        if node is None and who.group != ALL and not self.edition.exact and self._beside_few(who):
            return 0, 0
        if node is None or self.network.high[node] >= UNKNOWN:
            return self.edition.middle(size), self.edition.low(size)
        return self._read(node)

    def _beside_few(self, who: People) -> bool:
        """Whether of the same arm at a moment nothing is told: whoever else is counted there may be the same people, or all but a few."""
        return any(one.outcome == who.outcome and who.time in ("", one.time) for one in self.together)

    def number(self, node: int) -> int:
        """What stands on the page for a node."""
        return self._read(node)[0]

    def _read(self, node: int) -> tuple[int, int]:
        low, high = self.network.low[node], self.network.high[node]
        if low < self.threshold or high >= UNKNOWN:
            return 0, 0
        if self.edition.exact:
            return (low if low == high else 0), low
        return self.numbers.get(node, interval_number(low, high, self.edition.width)), low


def _by_provider(one: Table) -> bool:
    return any(name.startswith(f"{PROVIDER}=") for name in one.sums.columns["subgroup"])


def of_events(who: People) -> People:
    """The key of a number of events of these people, beside that of their own number."""
    return who._replace(time=f"{who.time} events")
