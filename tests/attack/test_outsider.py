"""Attack by an outsider: a released folder and the documentation, read with csv and json, and nothing of the door itself.

Every published number of people or events stands for the counts of its band; a number that is the sum of two bands for those of both. What the rows
say of each other (arms make up everybody, categories make up a group, a selection is part of what it was selected from)
narrows these further, by linear programming. The internal folder serves to check only.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from evaluation.contract.examples import write_example
from evaluation.evidence.folder import write_evidence
from evaluation.evidence.running import run
from evaluation.planning.lock import lock_plan
from evaluation.release.door import release_all
from evaluation.release.edition import public
from evaluation.validation.validating import validate
from tests.attack._dossier import ARMS, dossier, results
from tests.attack._outsider import KEYS, THRESHOLD, band, read

EXAMPLES = ("fireworks", "rossi")


class Knowledge:
    """Intervals of counts, and sums between them."""

    def __init__(self) -> None:
        self.bounds: dict[tuple, tuple[float, float]] = {}
        self.sums: list[tuple[tuple, list[tuple]]] = []

    def say(self, name: tuple, number: str) -> None:
        if number:
            low, high = band(float(number))
            before = self.bounds.get(name, (0, 10_000))
            self.bounds[name] = max(before[0], low), min(before[1], high)

    def bounded(self) -> dict[tuple, tuple[float, float]]:
        """Per count in a sum the smallest and the largest value that fit everything."""
        names = list(dict.fromkeys(name for whole, parts in self.sums for name in (whole, *parts)))
        place = {name: k for k, name in enumerate(names)}
        equal = np.zeros((len(self.sums), len(names)))
        for row, (whole, parts) in enumerate(self.sums):
            equal[row, place[whole]] = 1
            equal[row, [place[part] for part in parts]] = -1
        bounds = [self.bounds.get(name, (0, 10_000)) for name in names]
        found = {}
        for name in names:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(names))
                aim[place[name]] = sign
                answer = linprog(aim, A_eq=equal, b_eq=np.zeros(len(equal)), bounds=bounds, method="highs")
                assert answer.status == 0, (name, answer.message)
                ends.append(sign * answer.fun)
            found[name] = ends[0], ends[1]
        return found


def families(rows: list[dict[str, str]], column: str, arms: tuple[str, ...]) -> list[Knowledge]:
    """What the rows of one measure say of everybody and of the arms: the arms make up everybody."""
    groups: dict[tuple, dict[str, str]] = defaultdict(dict)
    for row in rows:
        groups[row["outcome"], row["measure"], row["subgroup"], row["time"]][row["arm"]] = row[column]
    found = []
    for key, values in groups.items():
        if values.get("all") and all(values.get(arm) for arm in arms):
            one = Knowledge()
            for arm in ("all", *arms):
                one.say((*key, arm), values[arm])
            one.sums.append(((*key, "all"), [(*key, arm) for arm in arms]))
            found.append(one)
    return found


def arms_of(evidence: dict) -> tuple[str, ...]:
    """The arms as the plan names them."""
    return tuple(evidence["plan"]["comparison"]["arms"])


@pytest.fixture(scope="module", params=EXAMPLES)
def folders(request, tmp_path_factory) -> tuple[Path, Path]:
    """The released folder of an example, and the internal one."""
    home = tmp_path_factory.mktemp(request.param)
    write_example(request.param, home / "submission")
    plan = lock_plan(home / "submission" / "plan.toml")
    submission = validate(home / "submission").submission
    return tuple(
        write_evidence(run(submission, plan, internal=internal), home / name) or home / name
        for name, internal in (("released", False), ("internal", True))
    )


@pytest.mark.parametrize("column", ["n", "events"])
def test_arms_and_everybody_do_not_narrow_each_other(folders, column):
    """Before: means of 50 to 59 people in all beside 20 to 29 in both arms left each arm nine possibilities."""
    evidence = json.loads((folders[0] / "evidence.json").read_text(encoding="utf-8"))
    attacked = 0
    for analysis, rows in read(folders[0]).items():
        for one in families(rows, column, arms_of(evidence)):
            for name, (low, high) in one.bounded().items():
                assert high - low + 1 >= THRESHOLD - 1e-6, (analysis, name)
                attacked += 1
    assert attacked or column == "events"


def test_the_truth_lies_in_the_documented_bands(folders):
    """Whoever reads a number as its band, or as two bands together, is not misled; these two dossiers need no wider ones."""
    exact = {name: {tuple(row[k] for k in KEYS): row for row in rows} for name, rows in read(folders[1]).items()}
    for analysis, rows in read(folders[0]).items():
        for row in rows:
            truth = exact[analysis][tuple(row[k] for k in KEYS)]
            for column in ("n", "events"):
                if row[column]:
                    low, high = band(float(row[column]))
                    assert low <= float(truth[column]) <= high, (analysis, row["measure"], column)


def test_no_counts_are_told_in_words(folders):
    """Digits in `method`, labels, deviations and findings are the plan's and the method's own: the same whatever the data are."""
    evidence = json.loads((folders[0] / "evidence.json").read_text(encoding="utf-8"))
    exact = {name: {tuple(row[k] for k in KEYS): row["method"] for row in rows} for name, rows in read(folders[1]).items()}
    for analysis, rows in read(folders[0]).items():
        for row in rows:
            told = set(re.findall(r"\d+", row["method"])) - set(
                re.findall(r"\d+", exact[analysis][tuple(row[k] for k in KEYS)])
            )
            assert not told
    assert all(finding["rows"] % THRESHOLD == THRESHOLD // 2 for finding in evidence["findings"])
    assert not [one for one in evidence["deviations"] if re.search(r"\d", one["reason"]["en"])]
    numbers = {len(str(gate["found"]).partition(".")[2]) for gate in evidence["gates"] if gate["found"] is not None}
    assert all(digits <= 2 for digits in numbers)


@pytest.mark.parametrize("batch", range(4))
def test_random_dossiers_do_not_narrow_themselves(batch):
    """Arms against everybody in the counts, curves and means of 8 to 400 clients; more of them with OUTSIDER_DOSSIERS."""
    per_batch = int(os.environ.get("OUTSIDER_DOSSIERS", "100")) // 4
    for seed in range(batch * per_batch, (batch + 1) * per_batch):
        one = dossier(1_000 + seed)
        frame = release_all(results(one), public(THRESHOLD))["attack"]
        rows = list(csv.DictReader(io.StringIO(frame[frame["measure"] == "mean"].to_csv(index=False))))
        for known in families(rows, "n", ARMS) if one.arms == len(ARMS) else ():
            for name, (low, high) in known.bounded().items():
                assert high - low + 1 >= THRESHOLD - 1e-6, (seed, name)
