"""What anyone can work out of the counts of a release, by two linear programmes for each."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from evaluation.release.counts.network import UNKNOWN, Network


def bounds(network: Network, nodes: list[int]) -> dict[int, tuple[float, float]]:
    """Exact bounds of some nodes, by programmes over the whole system: slow, and without any of the door's own propagation."""
    size = len(network.low)
    entries = [(k, total, 1.0) for k, (total, _) in enumerate(network.equations)]
    entries += [(k, p, -1.0) for k, (_, parts) in enumerate(network.equations) for p in parts]
    rows, columns, signs = zip(*entries)
    matrix = csr_array((signs, (rows, columns)), shape=(len(network.equations), size))
    limits = [(low, None if high >= UNKNOWN else high) for low, high in zip(network.low, network.high)]
    found = {}
    for node in nodes:
        ends = []
        for sign in (1.0, -1.0):
            answer = linprog(
                np.eye(1, size, node)[0] * sign, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=limits, method="highs"
            )
            ends.append(np.inf if answer.status == 3 else answer.x[node])
        found[node] = (ends[0], ends[1])
    return found
