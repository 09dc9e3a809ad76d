"""The analysis over time against lme4 with Kenward-Roger and geepack, with weeks and sessions added by rule (r/over_time.R)."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import over_time
from analyses.shared.cohort import pool
from data_schemas.plan import Plan
from evaluation.contract.examples import write_example
from evaluation.validation.validating import validate

REFERENCE = json.loads((Path(__file__).parent / "values" / "over_time.json").read_text(encoding="utf-8"))["rows"]
WEEKS = {
    "beat-the-blues": {"baseline": 0, "end": 9, "follow_up_1m": 13, "follow_up_3m": 22, "follow_up_6m": 35},
    "fireworks": {"baseline": 0, "end": 9, "follow_up_3m": 21},
}
CASES = sorted({(row["example"], row["slope"]) for row in REFERENCE})


def with_weeks_and_sessions(folder: Path, example: str, weeks: bool) -> None:
    """A week per measurement (the rule of the script) and a number of sessions per client."""
    number = "client", lambda client: int(client.split("-")[1])
    measurements = pd.read_csv(folder / "measurements.csv", dtype=str)
    treatments = pd.read_csv(folder / "treatments.csv", dtype=str)
    if weeks:
        late = measurements["moment"] != "baseline"
        extra = measurements["client"].map(number[1]) % 3 * late
        measurements["week"] = measurements["moment"].map(WEEKS[example]) + extra
    treatments["sessions_attended"] = treatments["client"].map(number[1]) % 7 + 1
    measurements.to_csv(folder / "measurements.csv", index=False)
    treatments.to_csv(folder / "treatments.csv", index=False)


def found(folder: Path, example: str, slope: str) -> pd.DataFrame:
    write_example(example, folder)
    with_weeks_and_sessions(folder, example, weeks=slope == "week")
    document = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    document["over_time"] = {"slope": "fixed" if slope == "none" else "random", "dose": ["sessions_attended"]}
    submission = validate(folder).submission
    assert submission is not None
    return over_time.run(pool([submission]), Plan(**document)).estimates


@pytest.mark.parametrize(("example", "slope"), CASES)
def test_equals_r(tmp_path, example, slope):
    frame = found(tmp_path / example, example, slope).set_index(["outcome", "measure", "arm", "time"])
    wanted = [row for row in REFERENCE if (row["example"], row["slope"]) == (example, slope)]
    assert len(wanted) > 10
    for row in wanted:
        ours = frame.loc[(row["outcome"], row["measure"], row["arm"], row["time"])]
        assert ours["estimate"] == pytest.approx(row["estimate"], rel=1e-6), row
        if "df" in row:
            assert ours["std_error"] == pytest.approx(row["std_error"], rel=1e-6), row
            # pbkrtest's degrees of freedom come from matrices of the whole data
            assert ours["df"] == pytest.approx(row["df"], rel=2e-5), row
            assert ours["p_value"] == pytest.approx(row["p"], rel=1e-4, abs=1e-12), row


def test_method_says_which_model_it_was(tmp_path):
    slope = found(tmp_path / "one", "beat-the-blues", "week")
    assert slope.query("measure == 'mixed_change'")["method"].str.contains("with a slope over weeks").all()
    dose = slope.query("measure == 'mixed_dose'")
    assert dose["method"].str.contains("cannot show that more care works better").all()
    assert (dose["subgroup"] == "sessions_attended").all()
    order = found(tmp_path / "three", "beat-the-blues", "order")
    assert order.query("measure == 'mixed_change'")["method"].str.contains("slope over the order of the moments").all()
    none = found(tmp_path / "two", "fireworks", "none")
    assert "mixed_slope" not in set(none["measure"])
    assert np.isfinite(none["estimate"]).all()
