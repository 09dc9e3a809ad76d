"""Three ways to round counts, side by side: what each holds back, how wide it makes shares, and what an attacker is left with.

Run:  python -m benchmarks.bands [DOSSIERS]

*Bands as wide as the threshold* (10 to 19, 20 to 29; below ten not told), *bands of five* from the same threshold on, and *midpoint 6*, by
which OpenSAFELY rounds: 0 stays 0, 1 to 6 become 3, 7 to 12 become 9 (`ceiling(x/6)*6 - 3`; opensafely/documentation, docs/releasing-files.md,
"Midpoint 6 rounding"). Each of all counts that random parts of fireworks and rossi tell of, once as they are, and once with secondary
suppression: a table that leaves some count with fewer values than its rounding promises is held back, as the door does.

The attacker knows the rounding and that totals are the sums of their parts. What he is left with of a count is what the sums allow
(bounds propagated over all tables together, which is linear programming where the tables hang together as a tree).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.statistics.proportions.proportion import exact_limits
from benchmarks.releases import answers_of, example_cohort, one_arm, part_of
from data_schemas.result import Result
from evaluation.release.counts.building import built
from evaluation.release.counts.network import UNKNOWN, Contradiction
from evaluation.release.counts.publishing import asked_of
from evaluation.release.counts.system import System
from evaluation.release.edition import Edition, public
from evaluation.release.tables import Table


@dataclass(frozen=True, slots=True)
class Rounding:
    """The least and the most behind a rounded count, how many values it promises to leave it, and from what count on a number stands there."""

    name: str
    low: Callable[[int], int]
    high: Callable[[int], int]
    promised: Callable[[int], int]
    smallest: int


def _of(name: str, edition: Edition) -> Rounding:
    # of a count below the threshold all that is told is that it is below
    promised = lambda count: edition.width if count >= edition.threshold else edition.threshold  # noqa: E731
    return Rounding(name, edition.low, edition.high, promised, edition.threshold)


def _six(count: int) -> int:
    """The least that rounds to the same midpoint.

    >>> [_six(count) for count in (0, 1, 6, 7, 12)]
    [0, 1, 1, 7, 7]
    """
    return 0 if count == 0 else (count - 1) // 6 * 6 + 1


ROUNDINGS = (
    _of("bands of ten", public(10)),
    _of("bands of five from ten", Edition("public", 10, 5)),
    # nobody is told as nobody, on purpose
    Rounding("midpoint 6", _six, lambda count: _six(count) + 5 if count else 0, lambda count: 6 if count else 1, 0),
)


def _nodes(item) -> list[int]:
    """The counts that a table or curve tells of, totals last."""
    if isinstance(item, Table):
        cells = item.cells if item.by_arm else item.merged
        return list(dict.fromkeys([*cells.values(), *item.totals.values()]))
    return list(dict.fromkeys(node for total, pieces in item.nodes for node in (*pieces, total)))


def _told(one: System, by: Rounding, *, suppress: bool) -> set[int]:
    """Say all counts; with suppression those of a table only when no count is left with fewer values than promised."""
    network, told = one.network, set()
    network.need = [by.promised(exact) if need > 1 else 1 for need, exact in zip(network.need, network.exact)]
    for item in one.items:
        before = network.state()
        for node in _nodes(item):
            network.say(node, by.low(network.exact[node]), by.high(network.exact[node]))
        try:
            network.propagate()
            fine = not network.squeezed()
        except Contradiction:
            fine = False
        if suppress and not fine:
            network.restore(before)
        else:
            told.update(_nodes(item))
    return told


def compared(answers: dict[str, Result], by: Rounding, *, suppress: bool) -> Iterator[dict[str, object]]:
    """Every count of the tables and curves: whether a number stands there, how wide its share is, and how many values are left to it."""
    one = built(answers, asked_of(answers, public()), public())
    told, network = _told(one, by, suppress=suppress), one.network
    for item in one.items:
        *cells, total = _nodes(item)
        n = network.exact[total]
        for node in cells:
            count, low, high = network.exact[node], network.low[node], network.high[node]
            shown = node in told and count >= by.smallest
            exact = np.subtract(*exact_limits(np.array([count]), np.array([n]))[::-1])[0] if n else np.nan
            least, most = (np.array([float(max(end, 1))]) for end in (network.low[total], min(network.high[total], 10**6)))
            wide = exact_limits(np.minimum(high, least), least)[1][0] - exact_limits(np.minimum(low, most), most)[0][0]
            left = np.inf if high >= UNKNOWN else high - low + 1
            few = count < 10
            yield {
                "held back": not shown,
                "width": wide / exact if shown and total in told and count <= n else np.nan,
                "left": min(left, 99) if few else np.nan,
                "one left": left == 1 if few else np.nan,
                "fewer than ten left": left < 10 if few else np.nan,
            }


def _dossiers(count: int) -> Iterator[tuple[str, int, dict[str, Result]]]:
    for name, size in (("fireworks", 34), ("rossi", 34), ("rossi", 150)):
        cohort, plan = example_cohort(name)
        for seed in range(count):
            part = part_of(cohort, size, seed)
            for pair in ((part, plan), one_arm(part, plan)):
                yield name, size, answers_of(*pair)


def main(count: int = 4) -> None:
    """Print by data, size and rounding, with and without suppression."""
    lines = [
        {"data": name, "people": size, "rounding": by.name, "suppression": suppress, **line}
        for name, size, answers in _dossiers(count)
        for by in ROUNDINGS
        for suppress in (False, True)
        for line in compared(answers, by, suppress=suppress)
    ]
    frame = pd.DataFrame(lines).astype({"one left": float, "fewer than ten left": float, "held back": float})
    groups = frame.groupby(["data", "people", "rounding", "suppression"])
    table = groups.agg(
        counts=("held back", "size"),
        held_back=("held back", "mean"),
        width=("width", "median"),
        values_left=("left", "median"),
        fewer_than_ten=("fewer than ten left", "mean"),
        one_left=("one left", "mean"),
    )
    print(table.round(3).to_string())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
