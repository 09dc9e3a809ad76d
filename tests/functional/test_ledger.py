"""The ledger: two editions that differ by one client do not give the client away; the key and the chain are guarded."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from data_schemas.evidence import NUMERIC_COLUMNS
from evaluation.command_line import app
from evaluation.examples import write_example
from evaluation.failures import WrongUse
from evaluation.ledger import read_ledger
from evaluation.planning import lock_plan
from evaluation.running import remember, run
from evaluation.validation.validating import validate


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A first edition of the anorexia trial, and its ledger."""
    folder = tmp_path_factory.mktemp("editions")
    write_example("anorexia", folder / "one")
    plan = lock_plan(folder / "one" / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    submission = validate(folder / "one").submission
    ledger = read_ledger(folder / "ledger.json", create=True)
    evidence = run(submission, plan, ledger=ledger)
    remember(folder / "ledger.json", ledger, evidence, [submission])
    return folder, plan, submission, evidence


def _without(folder: Path, target: str, leave_out: int) -> Path:
    """A copy of the submission without every other client, from the first, up to a number."""
    shutil.copytree(folder / "one", folder / target)
    lines = (folder / target / "treatments.csv").read_text().splitlines()
    separator = ";" if ";" in lines[0] else ","
    column = lines[0].split(separator).index("client")
    gone = {line.split(separator)[column] for line in lines[1::2][:leave_out]}
    for file in (folder / target).glob("*.csv"):
        head, *rows = file.read_text().splitlines()
        place = head.split(separator).index("client")
        file.write_text("\n".join([head, *(row for row in rows if row.split(separator)[place] not in gone)]) + "\n")
    return folder / target


def test_the_same_data_give_the_same_release_and_no_new_entry(first):
    folder, plan, submission, evidence = first
    ledger = read_ledger(folder / "ledger.json")
    again = run(submission, plan, ledger=ledger)
    assert again.record == evidence.record
    assert len(remember(folder / "ledger.json", ledger, again, [submission]).entries) == 1


def test_no_shown_number_differs_from_an_earlier_edition_with_one_client_more(first):
    folder, plan, _, evidence = first
    later = run(validate(_without(folder, "one-less", 1)).submission, plan, ledger=read_ledger(folder / "ledger.json"))
    for name, before in evidence.results.items():
        after = later.results[name]
        assert len(before) == len(after)
        for column in NUMERIC_COLUMNS:
            a, b = before[column].to_numpy(float), after[column].to_numpy(float)
            both = ~np.isnan(a) & ~np.isnan(b)
            assert (a[both] == b[both]).all(), (name, column)
    assert any("earlier edition" in deviation.reason.en for deviation in later.record.deviations)
    held = [frame for frame in later.results.values() if len(frame) and (frame["status"] == "suppressed").all()]
    assert held


def test_without_the_ledger_the_same_two_editions_do_differ(first):
    """So that the test above tests the ledger."""
    folder, plan, _, evidence = first
    later = run(validate(_without(folder, "one-less-free", 1)).submission, plan)
    values = [frame["estimate"].tolist() for frame in evidence.results.values()]
    assert str(values) != str([frame["estimate"].tolist() for frame in later.results.values()])


def test_enough_new_people_open_the_release_again(first):
    folder, plan, _, _ = first
    later = run(validate(_without(folder, "half", 36)).submission, plan, ledger=read_ledger(folder / "ledger.json"))
    assert any((frame["status"] == "released").any() for frame in later.results.values())


def test_the_ledger_holds_no_pseudonym_and_no_value(first):
    folder, _, submission, _ = first
    text = (folder / "ledger.json").read_text()
    assert not [client for client in submission.tables["treatments"]["client"].astype(str) if f'"{client}"' in text]
    entry = json.loads(text)["entries"][0]
    assert {len(hash_) for hashes in entry["populations"].values() for hash_ in hashes} == {16}


def test_a_key_that_others_can_read_is_refused(first, tmp_path):
    folder = first[0]
    shutil.copy(folder / "ledger.json", tmp_path / "l.json")
    (tmp_path / "l.json.key").write_text("00" * 32)
    (tmp_path / "l.json.key").chmod(0o644)
    with pytest.raises(WrongUse, match="chmod 600"):
        read_ledger(tmp_path / "l.json")


def test_a_changed_entry_is_seen(first, tmp_path):
    folder = first[0]
    for name in ("ledger.json", "ledger.json.key"):
        shutil.copy(folder / name, tmp_path / name)
    content = json.loads((tmp_path / "ledger.json").read_text())
    content["entries"][0]["threshold"] = 12
    (tmp_path / "ledger.json").write_text(json.dumps(content))
    with pytest.raises(WrongUse, match="was changed"):
        read_ledger(tmp_path / "ledger.json")


def test_the_commands_list_releases_and_say_what_would_be_held_back(first):
    folder, *_ = first
    file, plan = str(folder / "ledger.json"), str(folder / "one" / "plan.toml")
    shown = CliRunner().invoke(app, ["ledger", "show", file, "--lang", "en"])
    assert shown.exit_code == 0 and "1. plan " in shown.output
    same = CliRunner().invoke(app, ["ledger", "check", file, str(folder / "one"), "--plan", plan, "--lang", "en"])
    assert same.exit_code == 0
    less = str(_without(folder, "less", 1))
    assert CliRunner().invoke(app, ["ledger", "check", file, less, "--plan", plan, "--lang", "en"]).exit_code == 1


def test_another_question_about_all_but_one_client_is_held_back_as_a_whole(first):
    """Other subgroups of nearly the same people add up to the same totals."""
    folder, plan, submission, _ = first
    ledger = read_ledger(folder / "ledger.json")
    other = plan.model_copy(update={"subgroups": ("age_group",)})
    same = run(submission, other, ledger=ledger, exploratory=True)
    assert any("another plan" in one.reason.en for one in same.record.deviations)
    apart = run(validate(_without(folder, "apart", 1)).submission, other, ledger=ledger, exploratory=True)
    for frame in apart.results.values():
        assert frame[list(NUMERIC_COLUMNS)].isna().all().all()
