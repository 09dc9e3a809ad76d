"""What of all counts is published, and at which level, so that nobody can work back.

Tables are published one after the other; one that would leave some count with fewer possibilities than it needs is held back. Then
totals are published in the finest bands that squeeze nothing (`Network.settle`), and the whole is audited by linear programming.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

from data_schemas.result import Result, Tally
from evaluation.release.counts import audit
from evaluation.release.counts.building import built
from evaluation.release.counts.cells import publish_cells
from evaluation.release.counts.network import UNKNOWN, Contradiction, Network
from evaluation.release.counts.sums import Sums, sums
from evaluation.release.counts.system import Item, System
from evaluation.release.curves import Curve, publish_curve, total_numbers
from evaluation.release.edition import Edition
from evaluation.release.tables import Table

State = tuple[list[int], list[int]]


def system(
    results: Mapping[str, Result], edition: Edition, beside: Sequence[System] = (), own: frozenset[str] = frozenset()
) -> System:
    """The system of a release; what had to be held back is marked on its tables and curves.

    `beside`: other editions of the same dossier. Of a count that one of them tells, the reader of both knows both.
    `own`: covariates of the providers' own that divide people into categories.
    """
    one = built(results, asked_of(results, edition), edition, own, beside)
    order, audited = one.items, audit.Audit(one.network)
    first, states = 0, [one.network.state()]
    _ask_no_more(one, beside)
    while True:
        try:
            _publish(one, order, first, states, beside)
            tight = {*audited.squeezed(), *_tight_together(one, beside)}
        except (Contradiction, ValueError):
            tight = set(range(len(one.network.low)))
        left = [k for k, item in enumerate(order) if not item.held]
        if not tight or not left:
            return one
        culprits = _culprits(order, left, tight)
        for number in culprits:
            order[number].held = True
        first = min(culprits)


def _ask_no_more(one: System, beside: Sequence[System]) -> None:
    """Of a count needs no more to be left than what is told whatever is held back, as who filled in which list is, leaves beside other editions:
    no table or curve that is held back can mend that, and none may take more."""
    if not beside:
        return
    network, before = one.network, one.network.state()
    _publish_whole(one, [])
    # what contradicts itself is found, and held back, when it is published
    with suppress(Contradiction):
        for node, left in _tight_together(one, beside).items():
            network.need[node] = left
    network.restore(before)


def asked_of(results: Mapping[str, Result], edition: Edition) -> dict[str, list[tuple[Tally, Sums]]]:
    """Per analysis its tallies with what they sum, but for those of which every row is for whoever holds the data, or is about what hardly
    anybody filled in."""
    return {
        name: [
            (tally, found)
            for tally, found in zip(result.tallies, sums(result))
            if set(found.columns["measure"]) - result.internal
            and set(found.columns["outcome"]) - result.hardly(edition.threshold)
        ]
        for name, result in results.items()
    }


def _tight_together(one: System, others: Sequence[System]) -> dict[int, int]:
    """Counts that could take enough values by this edition, and cannot by all together; and how many are left to each."""
    network, before = one.network, one.network.state()
    _say_all(one, others)
    try:
        network.propagate()
        return {node: network.width(node) for node in network.squeezed()}
    finally:
        network.restore(before)


def _say_all(one: System, others: Sequence[System]) -> None:
    for other in others:
        for mine, theirs in _pairs(one, other):
            one.network.say(mine, other.network.low[theirs], other.network.high[theirs])


def _pairs(one: System, other: System) -> Iterator[tuple[int, int]]:
    """The same counts in two editions of a dossier."""
    yield from ((one.together[who], node) for who, node in other.together.items() if who in one.together)
    for who, sizes in one.people.sizes.items():
        yield from (
            (node, other.people.sizes[who][size]) for size, node in sizes.items() if size in other.people.sizes.get(who, {})
        )
    for name, tables in one.tables.items():
        told = {id(found.tally): found for found in other.tables[name]}
        for mine, theirs in ((found, told[id(found.tally)]) for found in tables if id(found.tally) in told):
            for part in ("cells", "merged", "totals"):
                nodes = getattr(theirs, part)
                yield from ((node, nodes[key]) for key, node in getattr(mine, part).items() if key in nodes)


def _culprits(order: list[Item], left: list[int], tight: set[int]) -> set[int]:
    """Per outcome the last item that the squeezed counts belong to; the last of all when they belong to none."""
    mine = {order[k].outcome: k for k in left if tight & _nodes(order[k])}
    return set(mine.values()) or {left[-1]}


def _nodes(item: Item) -> set[int]:
    if isinstance(item, Table):
        return {*item.cells.values(), *item.merged.values(), *item.totals.values(), *item.parts.values(), *item.alike}
    weekly = {node for part in item.series.values() for node in part}
    return {node for total, pieces in item.nodes for node in (total, *pieces)} | weekly | item.divided


def _publish(one: System, order: list[Item], first: int, states: list[State], beside: Sequence[System]) -> None:
    """Curves first, then the totals of tables, then their cells; only from the first item on that is not as it was.

    `states`: the bounds before anything was published, then those before each table, for a next time.
    """
    tables = [item for item in order if isinstance(item, Table)]
    kept = max(first - (len(order) - len(tables)), -1) + 1
    if not 0 < kept < len(states):
        kept = 0
    one.network.restore(states[kept])
    if not kept:
        _publish_totals(one, [item for item in order if isinstance(item, Curve)], beside)
    del states[max(kept, 1) :]
    for item in tables[max(kept - 1, 0) :]:
        states.append(one.network.state())
        ways = (partial(publish_cells, item, one.network, but_largest=spared) for spared in (False, True))
        item.held = item.held or not any(_said(one.network, way) for way in ways)
        if item.held:
            item.shown.clear()


def _publish_totals(one: System, curves: list[Curve], beside: Sequence[System]) -> None:
    network = one.network
    one.numbers.clear()
    categories = _publish_whole(one, curves)
    if categories and beside:
        categories = _apart(one, categories, beside)
    for node in categories:
        _said(network, partial(network.settle, node))
    if not one.edition.exact:
        told = {node: network.together.get(frozenset(arms)) for node, arms in one.sums.items()}
        one.numbers |= {node: sum(one.number(part) for part in one.sums[node]) for node in told if told[node] is None}
        one.numbers |= {node: one.number(whole) for node, whole in told.items() if whole is not None}


def _publish_whole(one: System, curves: list[Curve]) -> list[int]:
    """Curves and the totals of all but categories, of which those that are left are returned."""
    network = one.network
    for item in curves:
        said = partial(publish_curve, item, network)
        item.held = item.held or (item.base is not None and item.base.held) or not _said(network, said)
        one.numbers |= total_numbers(item, network)
    inside = _inside(one)
    for arms, everybody in network.together.items():
        _said(network, partial(network.tell_together, arms, everybody))
    whole, categories = _totals(one)
    for node in whole:
        # in bands of its own, unless that would squeeze what it is part of
        within = [(network.low[k], network.high[k]) for k in inside.get(node, ()) if network.high[k] < UNKNOWN]
        _said(network, partial(network.settle, node, within))
    return categories


def _apart(one: System, nodes: list[int], beside: Sequence[System]) -> list[int]:
    """Those of some totals, the first first, that can be told beside other editions."""
    network, before = one.network, one.network.state()
    _say_all(one, beside)
    network.propagate()
    already = network.squeezed()
    found = [node for node in nodes if _said(network, partial(network.settle, node), already)]
    network.restore(before)
    return found


def _totals(one: System) -> tuple[list[int], list[int]]:
    """Totals that have no number yet: of selections from small to large, then of everyone; and, told exactly, of categories from
    large to small.

    Told exactly, those of whole populations come first: what is known of a part would leave them less than they need.
    """
    tables = [found for part in one.tables.values() for found in part]
    totals = {node for found in tables for node in found.totals.values()}
    # nor of those of an arm that is not told
    untold = {node for found in tables if found.whole in one.network.together for node in found.totals.values()}
    totals |= {node for part in one.curves.values() for found in part for node, _ in found.nodes}
    totals |= {node for sizes in one.people.sizes.values() for node in sizes.values()}
    everyone = {node for who, sizes in one.people.sizes.items() if not who.outcome for node in sizes.values()}
    whole = {node for sizes in one.people.sizes.values() for node in sizes.values()}
    left = totals - set(one.numbers) - set(one.sums) - untold.union(*one.network.together)
    exactly = one.people.sizes.items() if one.edition.exact else ()
    # what is told of all but the smallest can leave that one open
    last = [(size, who, node) for who, sizes in exactly if who.of_category for size, node in sizes.items() if node in left]
    categories = [node for *_, node in sorted(last, reverse=True)]
    found = sorted(
        left.difference(categories),
        # by bands: which of two hidden totals is the larger would show in how finely either is told
        key=lambda node: (
            one.edition.exact and node not in whole,
            node in everyone,
            one.edition.low(one.network.exact[node]),
            node,
        ),
    )
    return found, categories


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


def _said(network: Network, publish: Callable[[], None], but: Collection[int] = ()) -> bool:
    """Publish something; when it would squeeze any count (but these), take everything back."""
    before = network.state()
    publish()
    try:
        network.propagate()
        if not set(network.squeezed()).difference(but):
            return True
    except Contradiction:
        pass
    network.restore(before)
    return False
