"""What a release asks for, counted, since no test depends on a clock: `python -m benchmarks.protection` prints the time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data_schemas.result import Result
from evaluation.release.counts import audit
from evaluation.release.door import release_all
from evaluation.release.edition import public
from tests.attack._dossier import dossier, results

LARGE = [seed for seed in range(60) if len(dossier(seed).arm) > 200 and dossier(seed).arms == 2][:4]


def _counting(result: Result, asked: Counter) -> Result:
    """The same result, which writes down how often each tally is asked for its records."""

    def counted(name: str, derive):
        def ask(*counts: np.ndarray):
            asked[name] += 1
            return derive(*counts)

        return ask

    tallies = tuple(replace(one, derive=counted(f"tally {k}", one.derive)) for k, one in enumerate(result.tallies))
    weekly = tuple(replace(one, derive=counted(f"curve {k}", one.derive)) for k, one in enumerate(result.weekly))
    return replace(result, tallies=tallies, weekly=weekly)


@pytest.mark.parametrize("seed", LARGE)
def test_a_release_asks_each_table_once_and_makes_one_frame(seed, monkeypatch):
    asked, made = Counter(), Counter()
    answer = _counting(results(dossier(seed))["attack"], asked)
    whole, solve = pd.DataFrame.__init__, audit.milp

    def frame(self, *arguments, **named):
        made["frames"] += 1
        whole(self, *arguments, **named)

    def programme(*arguments, **named):
        made["programmes"] += 1
        return solve(*arguments, **named)

    monkeypatch.setattr(pd.DataFrame, "__init__", frame)
    monkeypatch.setattr(audit, "milp", programme)
    released = release_all({"attack": answer}, public(10))["attack"]
    assert (released["status"] == "rounded").sum() > 20
    assert made["frames"] == 1
    # a few rounds, and one programme for all counts that are then still in doubt, however many they are
    assert made["programmes"] <= 7
    assert {name: times for name, times in asked.items() if name.startswith("tally")} == {f"tally {k}": 1 for k in range(5)}
    # the middles of the bands; no arm spared, both, each alone, each as small and as large as can be, up to each of two horizons
    assert asked["curve 0"] <= 1 + 4 * 2 * 2
