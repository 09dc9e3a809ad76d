"""The audit by linear programming: can every count in the system still take enough values?

Where the published tables hang together as a tree, `Network.propagate` gives exact bounds. What remains after all branches are cut
off is the core, in which tables about the same people cross; its bounds come from linear programmes (HiGHS, through scipy). What one
solution shows of all counts at once is kept, so that few programmes answer for many counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array

from evaluation.release.counts.network import UNKNOWN, Network

_SLACK = 1e-6
_ROUNDS = 6
_MOST_VARIABLES = 10_000


@dataclass(frozen=True, slots=True)
class _Core:
    """Crossing equations, each with its own parts (that occur nowhere else) taken together.

    `variables`: the nodes that a variable stands for. `matrix`: shape (equations, variables), signs: what adds up to 0.
    """

    variables: list[tuple[int, ...]]
    matrix: csr_array


class Audit:
    """The audit of one network, whose bounds may change between two times that it is asked; its equations may not."""

    def __init__(self, network: Network) -> None:
        self.network, self.core = network, _core(network)
        self.solutions: list[np.ndarray] = []

    def squeezed(self) -> list[int]:
        """Nodes that can take fewer values than they must because tables cross; none when the system is a tree."""
        network = self.network
        if not self.core.variables:
            return []
        least, most = _extremes(network, self.core, self.solutions)
        tight: list[int] = []
        for variable, low, high in zip(self.core.variables, least, most):
            for node, (need_low, need_high) in zip(variable, _needs(network, variable)):
                if len(variable) == 1:
                    if network.high[node] < UNKNOWN and high - low < network.need[node] - 1 - _SLACK:
                        tight.append(node)
                elif low > need_low + _SLACK or high < need_high - _SLACK:
                    tight.append(node)
        return tight


def _core(network: Network) -> _Core:
    equations = {k: (total, *parts) for k, (total, parts) in enumerate(network.equations)}
    degree = Counter(node for nodes in equations.values() for node in nodes)
    while True:
        branches = [k for k, nodes in equations.items() if sum(degree[n] > 1 for n in nodes) <= 1]
        if not branches:
            break
        for k in branches:
            degree.subtract(equations.pop(k))
    place: dict[tuple[int, ...], int] = {}
    entries = []
    for row, (total, *parts) in enumerate(equations.values()):
        own = tuple(p for p in parts if degree[p] == 1)
        terms = [((total,), 1.0), *(((p,), -1.0) for p in parts if degree[p] > 1), *([(own, -1.0)] if own else [])]
        entries += [(sign, row, place.setdefault(variable, len(place))) for variable, sign in terms]
    signs, rows, columns = zip(*entries) if entries else ((), (), ())
    return _Core(list(place), csr_array((signs, (rows, columns)), shape=(len(equations), len(place))))


def _limits(network: Network, variable: tuple[int, ...]) -> tuple[int, float]:
    high = sum(network.high[n] for n in variable)
    return sum(network.low[n] for n in variable), np.inf if high >= UNKNOWN else high


def _needs(network: Network, variable: tuple[int, ...]) -> list[tuple[float, float]]:
    """Per node: how low and how high the sum of all must come for the node to take as many values as it must, from its least on."""
    low, top = _limits(network, variable)
    return [
        (top - (network.high[n] - network.low[n]), low + min(network.need[n] - 1, network.high[n] - network.low[n]))
        if network.high[n] < UNKNOWN and network.need[n] > 1
        else (np.inf, -np.inf)
        for n in variable
    ]


def _extremes(network: Network, core: _Core, solutions: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """How low and how high each variable can come, as far as it matters.

    `solutions`: found earlier, under other bounds; those that fit these too need not be found again. New ones are added.
    """
    limits = np.array([_limits(network, variable) for variable in core.variables], float).T
    low, high = np.array([_goal(network, variable) for variable in core.variables], float).T
    span, bounded, size = np.isnan(low), np.isfinite(limits[1]), len(core.variables)
    needed = np.array([network.need[variable[0]] for variable in core.variables], float)
    known = _fitting(solutions, limits)
    least = np.min([np.full(size, np.inf), *known], axis=0)
    most = np.max([np.full(size, -np.inf), *known], axis=0)

    def see(aims: np.ndarray) -> None:
        found = _solved(aims, core.matrix, limits)
        solutions.extend(found)
        np.minimum(least, found.min(axis=0), out=least)
        np.maximum(most, found.max(axis=0), out=most)

    def undone() -> np.ndarray:
        """Two aims: 1 for each variable that is to be seen lower, and -1 for each that is to be seen higher."""
        narrow = most - least < needed - 1 - _SLACK
        lower, higher = np.where(span, narrow, least > low + _SLACK), np.where(span, narrow, most < high - _SLACK)
        return np.stack([1.0 * (bounded & lower), -1.0 * (bounded & higher)])

    rng = np.random.default_rng(0)
    left = np.inf
    for _ in range(_ROUNDS):
        if (still := np.count_nonzero(aims := undone())) in (0, left):
            break
        left = still
        see(aims * rng.uniform(0.5, 1.5, size))
    alone = np.concatenate([np.diag(aim)[aim != 0] for aim in undone()])
    for start in range(0, len(alone), at_once := max(1, _MOST_VARIABLES // size)):
        see(alone[start : start + at_once])
    return least, most


def _solved(aims: np.ndarray, matrix: csr_array, limits: np.ndarray) -> np.ndarray:
    """Counts that make each of the aims as small as can be: shape (aims, variables).

    One programme, with a block of variables for each aim: what costs time is to ask, not to solve.
    """
    blocks = block_diag([matrix] * len(aims), format="csr")
    answer = milp(aims.ravel(), bounds=Bounds(*np.tile(limits, len(aims))), constraints=LinearConstraint(blocks, 0, 0))
    if answer.x is None:
        raise ValueError("the published counts contradict each other")
    return answer.x.reshape(aims.shape)


def _fitting(solutions: list[np.ndarray], limits: np.ndarray) -> list[np.ndarray]:
    least, most = limits[0] - _SLACK / 10, limits[1] + _SLACK / 10
    return [one for one in solutions if (one >= least).all() and (one <= most).all()]


def _goal(network: Network, variable: tuple[int, ...]) -> tuple[float, float]:
    """NaN: the variable is one count, which must keep its width. Otherwise how low and how high its sum must come."""
    if len(variable) == 1:
        return np.nan, np.nan
    needs = _needs(network, variable)
    return min(low for low, _ in needs), max(high for _, high in needs)
