"""The exact results of whole runs against R: what `evaluation run --internal` writes for the examples (r/road.R)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.contract.examples import write_example
from evaluation.evidence.running import run
from evaluation.planning.lock import lock_plan
from evaluation.validation.validating import validate

REFERENCE = json.loads((Path(__file__).parent / "values" / "road.json").read_text())
EXAMPLES = sorted({row["example"] for row in REFERENCE["rows"]})


@cache
def _exact(folder: Path, example: str, compared: bool = True) -> pd.DataFrame:
    """With the example's plan, or with the same plan that compares nothing and so is about everybody."""
    write_example(example, folder / example)
    plan = lock_plan(folder / example / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    if not compared:
        plan = plan.model_copy(update={"comparison": None, "lock": None})
    evidence = run(validate(folder / example).submission, plan, internal=True, exploratory=not compared)
    promised = [evidence.results[name] for name in ("change", "revictimisation") if name in evidence.results]
    frame = pd.concat(promised, ignore_index=True)
    return frame.set_index(["outcome", "time", "arm", "measure"]).sort_index()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("road")


@pytest.mark.parametrize("example", EXAMPLES)
def test_internal_results_equal_r(folder, example):
    frame, everybody = (_exact(folder, example, compared) for compared in (True, False))
    planned = {arm for _, _, arms, _ in frame.index if " - " in arms for arm in arms.split(" - ")}
    wanted = [row for row in REFERENCE["rows"] if row["example"] == example]
    assert len(wanted) > 10
    three_arms = bool({row["arm"] for row in wanted if " - " not in row["arm"]} - planned - {"all"})
    for row in wanted:
        where = (row["outcome"], row["time"], row["arm"], row["measure"])
        of_all_three = three_arms and row["arm"] not in planned and " - " not in row["arm"]
        found = (everybody if of_all_three else frame).loc[[where]]
        assert len(found) == 1, where
        for column, name in (("estimate", "estimate"), ("ci_low", "low"), ("ci_high", "high"), ("p_value", "p"), ("n", "n")):
            if row[name] is not None:
                assert found[column].iloc[0] == pytest.approx(row[name], rel=1e-8), (*where, column)


def test_rossi_log_rank_is_the_published_value(folder):
    """3.8376 on 1 df, as R prints for survdiff(Surv(week, arrest) ~ fin)."""
    test = _exact(folder, "rossi").loc[[("arrest", "", "aid - no-aid", "log_rank_chi2")]].iloc[0]
    assert np.round(test["estimate"], 4) == 3.8376
    assert "1 df" in test["method"]
