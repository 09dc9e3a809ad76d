"""Attack: solve every count from all that is published, by linear programming, knowing what the tables are about.

The attacker knows how the door rounds, that a small count held back lies below the threshold, and which tables are about the same people. The
system is built here anew from the published rows, not taken from the door.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from data_schemas.result import rows
from evaluation.release import door as releasing
from evaluation.release.counts.bands import interval_number
from evaluation.release.counts.publishing import system
from evaluation.release.counts.reading import Reader
from evaluation.release.edition import public
from tests.attack._dossier import ARMS, dossier, results

THRESHOLD = 10
KEYS = ["outcome", "measure", "arm", "subgroup", "time"]
BATCHES, PER_BATCH = 25, 20
ATTACKED, TOGETHER = 12, 2


class Attack:
    """Linear constraints on the cells of all tables, from what is published."""

    def __init__(self, answers) -> None:
        self.known = system(answers, public(THRESHOLD))
        self.low, self.high, self.equal, self.limits, self.truth = [], [], [], [], []

    def variable(self, truth: int) -> int:
        self.truth.append(truth)
        return len(self.truth) - 1

    def between(self, members: list[int], low: int, high: int) -> None:
        self.limits.append((members, low, high))

    def same(self, left: list[int], right: list[int]) -> None:
        self.equal.append((left, right))

    def widths(self, protected: list[list[int]]) -> list[float]:
        """How many values each sum of cells can still take, at least: exact where that is fewer than the threshold.

        One solution shows a value of every sum at once, so that few programmes aimed at all sums together answer for most of them.
        """
        size = len(self.truth)
        upper, bound = [], []
        for members, low, high in self.limits:
            row = _row(size, members)
            upper += [row, -row]
            bound += [high, -low]
        if not upper:
            return [float(THRESHOLD)] * len(protected)
        equal = [_row(size, left) - _row(size, right) for left, right in self.equal]
        sums = np.array([_row(size, members) for members in protected])
        seen = []

        def width() -> np.ndarray:
            return np.ptp(np.array(seen), axis=0) + 1

        def solve(aim: np.ndarray) -> None:
            answer = linprog(
                aim, A_ub=np.array(upper), b_ub=bound, A_eq=np.array(equal) if equal else None,
                b_eq=np.zeros(len(equal)) if equal else None, bounds=(0, 10_000), method="highs-ds",
                options={"presolve": False},
            )  # fmt: skip
            seen.append(sums @ answer.x)

        weights = np.ones(len(protected))
        for _ in range(TOGETHER):
            for sign in (1, -1) if weights.any() else ():
                solve(sign * weights @ sums)
            weights = (width() < THRESHOLD - 1e-6).astype(float)
        for number in range(len(protected)):
            for sign in (1, -1):
                if width()[number] < THRESHOLD - 1e-6:
                    solve(sign * sums[number])
        return width().tolist()


def _row(size: int, members: list[int]) -> np.ndarray:
    row = np.zeros(size)
    np.add.at(row, members, 1.0)
    return row


def attack(seed: int) -> tuple[Attack, list[list[int]]]:
    """Everything that the release of one random dossier says of its cells."""
    answers = {name: replace(answer, estimates=rows(name, [])) for name, answer in results(dossier(seed)).items()}
    one = Attack(answers)
    released = releasing.released(answers["attack"], one.known, {})
    shown = dict(
        zip(released[KEYS].itertuples(index=False, name=None), released[["n", "events", "estimate"]].to_dict("records"))
    )
    wholes: dict[tuple[str, str], list[list[int]]] = {}
    protected: list[list[int]] = []
    for table in one.known.tables["attack"]:
        reader = Reader(table, one.known.network, one.known.numbers)
        cells = [one.variable(int(c)) for c in table.counts]
        protected += [[c] for c in cells]
        frame, sums = table.sums.columns, table.sums
        for number, row in enumerate(zip(*(frame[name] for name in KEYS))):
            counted = "events" if row[1] in ("share", "attrition") else "estimate"
            for column, member in (("n", sums.n[number]), (counted, getattr(sums, counted)[number])):
                members = [cells[k] for k in np.flatnonzero(member)]
                published, value = reader.read(member), shown[row][column]
                if not np.isnan(value):
                    assert value == published.number
                    one.between(members, published.low, published.high)
                elif column != "n" and sum(one.truth[m] for m in members) < THRESHOLD and table.shown and _own(table, member):
                    one.between(members, 0, THRESHOLD - 1)
                if members:
                    protected.append(members)
        for arm, name in enumerate(table.arms):
            members = [cells[k] for k in sorted(table.arm_total(arm))]
            lost = "attrition" in set(frame["measure"])
            everyone = table.time == "baseline" or lost or "received" in set(frame["measure"])
            wholes.setdefault((name, "everyone" if everyone else "analysed"), []).append(members)
            if lost or "received" in set(frame["measure"]):
                wholes.setdefault((name, "analysed"), []).append([members[0]])
    _curve(one, released, wholes, protected)
    for groups in wholes.values():
        for other in groups[1:]:
            one.same(groups[0], other)
    if ("new", "everyone") in wholes and ("all", "everyone") in wholes:
        one.same(wholes["all", "everyone"][0], wholes["new", "everyone"][0] + wholes["usual", "everyone"][0])
    return one, protected


def _own(table, member: np.ndarray) -> bool:
    """Whether a row is about one published level of cells: only then is it held back for being small alone."""
    return table.by_arm == (len({int(a) for a in table.arm_of[member]}) == 1) or len(table.arms) == 1


def _curve(one: Attack, released, wholes, protected) -> None:
    curve = one.known.curves["attack"][0]
    if curve.held:
        return
    groups = ("all",) if curve.pooled or len(curve.weekly.groups) == 1 else ARMS
    for k, name in enumerate(groups):
        parts = []
        for counts in (curve.exact.events[k, 0], curve.exact.left[k]):
            steps = [one.variable(int(c)) for c in np.diff(counts, prepend=0)]
            for week in range(len(steps)):
                low = int(counts[week]) // THRESHOLD * THRESHOLD
                one.between(steps[: week + 1], low, low + THRESHOLD - 1)
                protected.append(steps[: week + 1])
            parts += steps
        shown = released[(released["arm"] == name) & (released["measure"] == "survival")]["n"].iloc[0]
        ends = [int(counts[-1]) // THRESHOLD * THRESHOLD for counts in (curve.exact.events[k, 0], curve.exact.left[k])]
        assert shown == sum(interval_number(low, low + THRESHOLD - 1, THRESHOLD) for low in ends)
        wholes.setdefault((name, "everyone"), []).append(parts)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_count_is_bounded_to_fewer_values_than_the_threshold(batch):
    for seed in range(batch * PER_BATCH, (batch + 1) * PER_BATCH):
        one, protected = attack(seed)
        unique = [list(m) for m in dict.fromkeys(tuple(sorted(m)) for m in protected)]
        picked = np.random.default_rng(seed).permutation(len(unique))[:ATTACKED]
        for members, width in zip([unique[k] for k in picked], one.widths([unique[k] for k in picked])):
            assert width >= THRESHOLD - 1e-6, (seed, [one.truth[m] for m in members], width)
