"""How the counts of a release hang together: tables by the people that they share, arms in everybody, subgroups in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data_schemas.result import Result
from evaluation.release.counts.connecting import Rest, connect_curve
from evaluation.release.counts.network import Known, Network
from evaluation.release.counts.system import DESCRIPTORS, System
from evaluation.release.curves import ALL, Curve, curve, series
from evaluation.release.edition import Edition
from evaluation.release.tables import ELSEWHERE, connect, table


def built(
    results: Mapping[str, Result], asked, edition: Edition, own: frozenset[str] = frozenset(), beside: Sequence[System] = ()
) -> System:
    """The tables and curves of a release as one network, before anything is said of it.

    `asked`: per analysis its tallies with their sums. `own`: covariates of the providers' own that divide people, as descriptors do.
    """
    tables = {name: [table(tally, found) for tally, found in pairs] for name, pairs in asked.items()}
    horizons = sorted({week for result in results.values() for one in result.weekly for week in one.horizons})
    curves = {
        name: _curves(result, edition, horizons, [one for other in beside for one in other.curves[name]])
        for name, result in results.items()
    }
    one = System(edition, tables, curves, Network(edition), dividing=DESCRIPTORS | own)
    everything = [found for part in one.tables.values() for found in part]
    one.people.groups = one.events.groups = _arms(one)
    one.network.large = min((size for found in everything for size in found.everybody()), default=0) >= edition.threshold
    curves = [found for part in one.curves.values() for found in part]
    rest: Rest = {}
    for found in sorted(curves, key=lambda c: (bool(c.subgroup), c.exact.events.shape[1])):
        connect_curve(found, one.network, one.people, one.events, rest)
    # those who were selected before those whom they were selected from: then a part is known to be the whole of another table
    # by bands: which of two hidden groups is the larger would show in what is told of either
    for found in sorted(everything, key=lambda t: (edition.low(int(t.counts[t.arm_of >= 0].sum())), not t.sums.events.any())):
        connect(found, one.network, one.people)
    _alike(one)
    for part in one.curves.values():
        _subgroups(part, one.network, one.people, edition.threshold)
    _together(one, beside)
    _everybody(one)
    return one


def _curves(result: Result, edition: Edition, horizons: Sequence[int], beside: Sequence[Curve]) -> list[Curve]:
    """The curves of a result, but for what hardly anybody has filled in and for categories of few people.

    Told exactly, one of all but a few is held back, as one of all: it would tell these, or that there are none. So other definitions of the
    event (of other certainty, from another time zero) have no curves there: they count the same people, but for the few in between.
    """
    hardly = result.hardly(edition.threshold)
    found = [curve(weekly, edition, horizons, [one for one in beside if one.weekly is weekly]) for weekly in result.weekly]
    found = [one for one in found if one.subgroup not in hardly and one.outcome not in hardly]
    found = [one for one in found if not (edition.exact and ":" in one.subgroup)]
    whole = next((one.exact.gone[:, -1] for one in found if not one.subgroup), None)
    for one in found:
        if edition.exact and one.subgroup and whole is not None and len(whole) == len(one.exact.gone):
            left_out = (
                int(whole.sum() - one.exact.gone[:, -1].sum()) if one.pooled else int(np.min(whole - one.exact.gone[:, -1]))
            )
            one.held = one.held or left_out < edition.threshold
    return found


def _alike(one: System) -> None:
    """The same people in several tables are one number; nearly the same, all but a few, or nobody."""
    network, few = one.network, one.edition.threshold
    for who, nodes in one.people.alike.items():
        first, *others = sorted(nodes, key=lambda node: -network.exact[node])
        for other in others:
            rest = network.exact[first] - network.exact[other]
            if who.population.startswith("nearly") and rest < few:
                network.equate(first, (other, network.node(rest, 0, few - 1, need=1)))
            elif rest == 0:
                network.equate(first, (other,))


def _together(one: System, beside: Sequence[System]) -> None:
    """Everybody in a population of which the arms are not told apart, here or in another edition."""
    elsewhere = {who for other in beside for who in other.together}
    for who in dict.fromkeys(who._replace(group=ALL) for who in one.people.sizes if not who.population.startswith("table ")):
        if arms := one.people.together(who):
            together = one.people.union(one.network, arms) if who in elsewhere else one.people.everybody(one.network, arms)
            one.together |= {} if together is None else {who: together}


def _everybody(one: System) -> None:
    """All arms together are the sum of the arms, also in tables that know no arms, and in curves that are told of all together only."""
    for known in (one.people, one.events):
        for who, sizes in list(known.sizes.items()):
            parts = known.together(who) if who.group == ALL else ()
            for size, node in sizes.items():
                if parts and node not in known.unions.values() and sum(one.network.exact[p] for p in parts) == size:
                    one.network.equate(node, parts)
                    if known is one.people:
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
        for kind in range(base.exact.events.shape[1] + (not network.edition.exact)):
            for week in range(len(base.grid) - 1):
                mine = [nodes[week] for (_, k), nodes in series(base, network).items() if k == kind]
                theirs = [nodes[week] for one in levels for (_, k), nodes in series(one, network).items() if k == kind]
                unknown = sum(network.exact[n] for n in mine) - sum(network.exact[n] for n in theirs)
                if theirs and 0 <= unknown < threshold:
                    whole = mine[0] if len(mine) == 1 else people.union(network, tuple(mine))
                    network.equate(whole, (*theirs, network.node(unknown, 0, threshold - 1)))
                    for one in levels:
                        one.divided.update((whole, *mine))
