"""Published data sets handed in as a provider would, run with `evaluation run --internal`, against R (r/submissions.R)."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import call

REFERENCE = json.loads((Path(__file__).parent / "values" / "submissions.json").read_text())
PLAN = """
contract = "1"
title = "Een gepubliceerd onderzoek"
question = "Hoe lang duurt het tot de gebeurtenis?"
programme = "programma"
design = "quasi_experimental"
seed = 1

[estimand]
population = "iedereen"
treatment = "zoals gegeven"
intercurrent_events = "geen"
outcome = "weken tot de gebeurtenis"
summary = "aandeel zonder gebeurtenis"

[events]
event = ["running_away"]
certainty = ["actual"]
horizons_weeks = [13, 26, 52]
restricted_mean_weeks = 52

[comparison]
arms = ["{0}", "{1}"]
"""


@cache
def _internal(folder: Path, name: str) -> pd.DataFrame:
    data = REFERENCE["sets"][name]
    people = list(zip(data["entry"], data["week"], data["event"], data["arm"]))
    source = folder / name
    source.mkdir()
    with (source / "treatments.csv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(
            [
                "Cliënt",
                "Aanbieder",
                "Programma",
                "Groep",
                "Gevolgd vanaf week",
                "Gevolgd tot en met week",
                "Waarom het volgen stopte",
            ]
        )
        writer.writerows(
            [f"P{n}", "aanbieder", "programma", arm, entry, week, "uit beeld"] for n, (entry, week, _, arm) in enumerate(people)
        )
    with (source / "events.csv").open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["client", "event", "week_from", "week_to", "certainty", "source"])
        writer.writerows(
            [f"P{n}", "weglopen", week, week, "feitelijk", "dossier"] for n, (_, week, event, _) in enumerate(people) if event
        )
    (source / "submission.toml").write_text(f'contract = "1"\nname = "{name}"\n')
    (source / "plan.toml").write_text(PLAN.format(*sorted(set(data["arm"]))))
    for arguments in (
        ["plan", "lock", source / "plan.toml"],
        ["run", source, "--plan", source / "plan.toml", "--out", source / "evidence", "--internal"],
    ):
        done = call(arguments)
        assert done.code == 0, done.text
    return pd.read_csv(
        source / "evidence" / "results" / "revictimisation.csv",
        dtype={"time": str, "subgroup": str},
        keep_default_na=False,
        na_values={column: "" for column in ("estimate", "ci_low", "ci_high", "p_value", "n", "events")},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("published")


@pytest.mark.parametrize("name", REFERENCE["sets"])
def test_internal_results_equal_r(folder, name):
    frame = _internal(folder, name)
    checked = 0
    for row in (row for row in REFERENCE["rows"] if row["set"] == name):
        found = frame[
            (frame["measure"] == row["measure"])
            & (frame["arm"] == row["arm"])
            & (frame["time"] == row["time"])
            & (frame["subgroup"] == "")
        ]
        assert len(found) == 1, row
        for column, wanted in (("estimate", "estimate"), ("ci_low", "low"), ("ci_high", "high"), ("p_value", "p")):
            if row[wanted] is not None:
                assert found[column].iloc[0] == pytest.approx(row[wanted], rel=1e-8), (row, column)
                checked += 1
    assert checked > 30
