"""The cells of a table as they are published."""

from __future__ import annotations

import numpy as np

from evaluation.release.counts.network import Network
from evaluation.release.rules import DOMINANT_SHARE
from evaluation.release.tables import Table, leaves


def publish_cells(one: Table, network: Network, *, but_largest: bool = False) -> None:
    """Say of every published cell its band, and of a cell held back for being small that it is small.

    A group in which one category dominates has none of its categories published.

    Parameters
    ----------
    but_largest
        Say nothing of the largest cell of each group: it is what the others leave of the total. Bands of all cells and a band of
        their total, together, make each other more precise; without the largest they do not.
    """
    one.shown.clear()
    is_share = bool(one.sums.events.any())
    totals = one.linked | set(one.totals.values())
    for arm in range(len(one.arms)) if one.by_arm else ():
        cells = [one.cells[int(c)] for c in np.unique(one.cell_of[one.arm_of == arm])]
        cells = [node for node in dict.fromkeys(cells) if node not in totals]
        _bands(one, network, cells, int(one.counts[one.arm_of == arm].sum()), is_share, but_largest)
    everyone = int(one.counts[one.arm_of >= 0].sum())
    together = [] if one.by_arm else [node for node in one.merged.values() if node not in one.linked]
    _bands(one, network, together, everyone, is_share, but_largest)


def _bands(one: Table, network: Network, nodes: list[int], total: int, is_share: bool, but_largest: bool) -> None:
    if is_share and any(network.exact[node] >= DOMINANT_SHARE * total for node in nodes):
        # that the others are few is said of them as where none dominates: on the page both look the same
        nodes = [node for node in nodes if network.exact[node] < network.edition.threshold]
    spared = max(nodes, key=lambda node: network.edition.low(network.exact[node])) if but_largest and nodes else None
    for node in nodes:
        if node != spared:
            _band(one, network, node, total, is_share)


def _band(one: Table, network: Network, node: int, total: int, is_share: bool) -> None:
    exact = network.exact[node]
    sensitive = one.tally.sensitive
    if leaves(exact, total, network.edition.least(sensitive=sensitive), is_share=is_share):
        network.tell(node, sensitive=sensitive)
        one.shown.add(node)
    elif exact < network.edition.threshold:
        network.tell(node)
