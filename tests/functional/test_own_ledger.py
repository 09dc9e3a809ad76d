"""A practice's data are remembered without being asked: in a stated place, unless the user says not to, and then the evidence says so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import evaluation
from evaluation.evidence.ledger_place import usual_place
from evaluation.release.memory.ledger import append, read_ledger


@pytest.fixture
def practice(command, tmp_path):
    """The anorexia trial as if it were a provider's own, with its locked plan."""
    folder = tmp_path / "submission"
    assert command("example", "anorexia", "--out", folder).code == 0
    manifest = folder / "submission.toml"
    manifest.write_text(manifest.read_text().replace('nature = "public"', 'nature = "practice"'))
    assert command("plan", "lock", folder / "plan.toml").code == 0
    return folder


def ran(command, folder: Path, out: str, *more: object):
    return command("run", folder, "--plan", folder / "plan.toml", "--out", folder.parent / out, *more)


def record(folder: Path, out: str) -> dict:
    return json.loads((folder.parent / out / "evidence.json").read_text())


def test_it_is_remembered_and_said_where(command, practice):
    done = ran(command, practice, "one", "--lang", "en")
    assert done.code == 0, done.text
    assert f"Remembered in your ledger: {usual_place()}" in done.err
    assert record(practice, "one")["release"]["ledger"] and record(practice, "one")["release"]["number"] == 1
    again = ran(command, practice, "two")
    assert "opnieuw gegeven" in again.err
    shown = command("ledger", "show")
    assert str(usual_place()) in shown.out and "1 uitgave" in shown.out
    plan = practice / "plan.toml"
    assert command("evidence", "verify", practice.parent / "one", "--submission", practice, "--plan", plan).code == 0


def test_a_user_can_say_no_and_the_evidence_says_that(command, practice):
    done = ran(command, practice, "one", "--no-ledger")
    assert done.code == 0 and not usual_place().exists()
    found = record(practice, "one")
    assert not found["release"]["ledger"] and found["release"]["number"] is None
    assert any("without a ledger, on purpose" in one["reason"]["en"] for one in found["deviations"])
    assert ran(command, practice, "two", "--no-ledger", "--ledger", practice.parent / "l.json").code == 2


def test_a_slip_in_the_path_does_not_begin_a_ledger(command, practice):
    place = practice.parent / "leger.json"
    done = ran(command, practice, "one", "--ledger", place)
    assert done.code == 2 and "evaluation ledger new" in done.err and not place.exists()
    assert not (practice.parent / "one").exists()
    assert command("ledger", "new", place).code == 0
    assert ran(command, practice, "one", "--ledger", place).code == 0
    assert not usual_place().exists()
    assert command("ledger", "new", place).code == 2


def test_public_data_and_exact_figures_are_not_remembered(command, practice):
    assert ran(command, practice, "exact", "--internal").code == 0
    (practice / "submission.toml").write_text((practice / "submission.toml").read_text().replace("practice", "public"))
    assert ran(command, practice, "public").code == 0
    assert not usual_place().exists()


def test_a_notebook_remembers_too(practice):
    first = evaluation.run(practice, practice / "plan.toml")
    with pytest.warns(evaluation.Note, match="given again, unchanged"):
        assert evaluation.run(practice, practice / "plan.toml").record == first.record
    with pytest.warns(evaluation.Note, match="without a ledger"):
        evaluation.run(practice, practice / "plan.toml", no_ledger=True)


def test_two_runs_at_the_same_time_do_not_lose_an_edition(tmp_path):
    """The second would write a ledger without the first, which it was not compared with."""
    place = tmp_path / "ledger.json"
    seen = read_ledger(place, create=True)
    more = {"results": "r", "plan": "p", "threshold": 10, "populations": {}}
    append(place, seen, **more)
    with pytest.raises(evaluation.failures.WrongUse, match="meanwhile"):
        append(place, seen, **more)
    assert len(read_ledger(place).entries) == 1


def test_without_a_variable_it_is_in_the_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.delenv("EVALUATION_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    if os.name == "posix":
        assert usual_place() == tmp_path / "intervention-evaluation" / "ledger.json"
