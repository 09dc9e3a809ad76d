"""The place of curves in the system of published counts: who had one of the events in the end, and who had none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from data_schemas.result import plain_columns
from evaluation.release.counts.network import FIRST, Known, Network, who_had
from evaluation.release.counts.weekly_bands import divided, records_from
from evaluation.release.curves import ALL, Curve, names, on_grid

Rest = dict[tuple[int, int], tuple[int, Curve]]


def connect_curve(one: Curve, network: Network, known: Known, events: Known, rest: Rest) -> None:
    """Put the curve's people into the system: at the end everybody had one of the events, or none.

    `rest`: by total and first cause who did not have that event, and the curve that says so; a curve with more causes divides
    these further.
    """
    sizes = one.weekly.events.sum(axis=(1, 2)) + one.weekly.censored.sum(axis=1)
    for number, name in enumerate(names(one)):
        causes, others = [int(c) for c in one.exact.events[number, :, -1]], network.node(int(one.exact.left[number, -1]))
        total = known.node(network, one.people(name), sum(causes) + network.exact[others])
        kind = FIRST if len(causes) == 1 or one.weekly.divides else "first of several"
        pieces = [events.node(network, who_had(one.people(name), kind, k), count) for k, count in enumerate(causes)]
        without, base = rest.get((total, pieces[0]), (None, None)) if one.weekly.divides else (None, None)
        if without is not None:
            network.equate(without, (*pieces[1:], others))
        else:
            network.equate(total, (*pieces, others))
        if len(pieces) == 1:
            others, _ = rest.setdefault((total, pieces[0]), (others, one))
        elif base is not None and number == 0:
            rest_on(one, base)
        one.nodes.append((total, (*pieces, others)))
        if network.edition.exact and kind != FIRST:
            _another_before(network, events, events.sizes.get(who_had(one.people(name), FIRST), {}), pieces)
        if name == ALL and len(sizes) > 1:
            for cause, counts in enumerate(on_grid(one.weekly, one.grid).events[..., -1].T if network.edition.exact else ()):
                for group, count in zip(one.weekly.groups, counts.tolist()):
                    events.node(network, who_had(one.people(group), kind, cause), count)
            parts = tuple(sorted(known.node(network, one.people(g), int(n)) for g, n in zip(one.weekly.groups, sizes)))
            if total not in known.unions.values() and parts not in known.unions:
                known.unions[parts] = total
                network.equate(total, parts)


def _another_before(network: Network, events: Known, happened: Mapping[int, int], pieces: Sequence[int]) -> None:
    """Who had the event at all had it as the first of several, or had another before."""
    first, *others = pieces
    for node in happened.values():
        before, all_others = network.exact[node] - network.exact[first], events.union(network, tuple(others))
        if 0 <= before <= network.exact[all_others]:
            mine = network.node(before, need=1)
            network.equate(node, (first, mine))
            network.equate(all_others, (mine, network.node(network.exact[all_others] - before, need=1)))


def rest_on(one: Curve, base: Curve) -> None:
    """Take who had none of the causes from the curve of the first cause alone, where it is about the same events and people."""
    if one.pooled != base.pooled or base.held or not np.array_equal(one.grid, base.grid):
        return
    first, others = one.exact.events[:, :1], one.exact.events[:, 1:].sum(axis=1)
    if np.array_equal(base.exact.events, first) and np.array_equal(base.exact.left, one.exact.left + others):
        one.base, one.bands = base, divided(base.bands, one.bands)
        one.rows = plain_columns(records_from(one.weekly, one.bands.middle, one.grid))
