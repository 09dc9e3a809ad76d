"""The ledger: two editions that differ by one client do not give the client away; the key and the chain are guarded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analyses.shared.cohort import pool
from data_schemas.evidence import NUMERIC_COLUMNS, record_json, results_csv
from evaluation.command_line import app
from evaluation.contract.examples import write_example
from evaluation.evidence.folder import remember
from evaluation.evidence.running import journey, run
from evaluation.failures import WrongUse
from evaluation.planning.lock import lock_plan
from evaluation.release.memory.earlier import held_back
from evaluation.release.memory.ledger import read_ledger
from evaluation.release.memory.populations import differing, populations
from evaluation.validation.validating import validate


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A first edition of the anorexia trial, and its ledger."""
    folder = tmp_path_factory.mktemp("editions")
    write_example("anorexia", folder / "one")
    plan = lock_plan(folder / "one" / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    submission = validate(folder / "one").submission
    ledger = read_ledger(folder / "ledger.json", create=True)
    done = journey(submission, plan, ledger=ledger)
    remember(folder / "ledger.json", ledger, done)
    return folder, plan, submission, done.evidence


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
    again = journey(submission, plan, ledger=ledger)
    assert again.stood and again.evidence.record == evidence.record
    assert len(remember(folder / "ledger.json", ledger, again).entries) == 1


def test_one_client_less_gives_the_edition_that_stands_byte_for_byte(first):
    folder, plan, _, evidence = first
    ledger = read_ledger(folder / "ledger.json")
    later = run(validate(_without(folder, "one-less", 1)).submission, plan, ledger=ledger)
    assert record_json(later.record) == record_json(evidence.record)
    assert {name: results_csv(frame) for name, frame in later.results.items()} == {
        name: results_csv(frame) for name, frame in evidence.results.items()
    }


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
    assert {len(hashes.removeprefix("~")) for kinds in entry["populations"].values() for hashes in kinds.values()} == {32 * 8}


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


@pytest.mark.parametrize("leave_out", [0, 1, 9])
def test_another_plan_about_the_same_people_or_all_but_a_few_is_refused_in_the_same_words(first, leave_out):
    """A refusal tells no more than that there was an edition: "nobody" and "a few" are refused alike."""
    folder, plan, submission, _ = first
    ledger = read_ledger(folder / "ledger.json")
    other = plan.model_copy(update={"subgroups": ("age_group",)})
    data = validate(_without(folder, f"apart-{leave_out}", leave_out)).submission if leave_out else submission
    with pytest.raises(WrongUse, match="under another plan"):
        run(data, other, ledger=ledger, exploratory=True)


def test_a_group_in_which_nobody_or_a_few_changed_is_held_back_and_a_comparison_with_it_is_not():
    known = {name: () for name in ("everyone|all", "everyone|a", "everyone|b", "x|end|all", "x|end|a", "x|end|b")}
    frame = pd.DataFrame(
        [("x", "end", arm, "", 1.0, "Firth") for arm in ("all", "a", "b", "a - b")],
        columns=["outcome", "time", "arm", "subgroup", "estimate", "method"],
    ).assign(**{name: 1.0 for name in NUMERIC_COLUMNS}, status="rounded")
    shown = held_back(frame, frozenset({"everyone|b", "x|end|b"}), known)
    assert shown["status"].tolist() == ["rounded", "rounded", "suppressed", "rounded"]
    assert shown["method"].tolist() == ["Firth", "Firth", "", "Firth"]
    assert shown["estimate"].isna().tolist() == [False, False, True, False]


def test_a_descriptor_that_is_not_filled_in_for_everybody_can_be_a_subgroup(first):
    _, plan, submission, _ = first
    tables = dict(submission.tables)
    gender = tables["treatments"]["gender"].mask(pd.Series(np.arange(len(tables["treatments"])) < 5))
    tables["treatments"] = tables["treatments"].assign(gender=gender)
    holed = replace(submission, tables=tables)
    groups = populations([holed], pool([holed]), plan.model_copy(update={"subgroups": ("gender",)}), b"k" * 32)
    assert "everyone|all|gender=girl" in groups


def test_values_of_one_person_that_change_places_are_a_change(first):
    """A person's rows are added up: the score of one moment and that of another may not be exchanged unseen."""
    _, plan, submission, _ = first
    tables = dict(submission.tables)
    score = tables["measurements"]["score"].to_numpy(copy=True)
    mine = np.flatnonzero(tables["measurements"]["client"] == tables["measurements"]["client"].iloc[0])[:2]
    assert score[mine[0]] != score[mine[1]]
    score[mine] = score[mine[::-1]]
    tables["measurements"] = tables["measurements"].assign(score=score)
    other = replace(submission, tables=tables)
    group = f"{plan.measures[0].instrument}:{plan.measures[0].informant}|{plan.measures[0].moments[0]}|all"
    one, two = (populations([s], pool([s]), plan, b"k" * 32)[group] for s in (submission, other))
    assert differing(one, two) == 1


def test_a_ledger_that_was_taken_away_is_missed(tmp_path):
    """Without this, deleting one file made a second edition of the same people a first one."""
    begun = read_ledger(tmp_path / "ledger.json", create=True)
    assert begun.entries == () and (tmp_path / "ledger.json").exists()
    (tmp_path / "ledger.json").unlink()
    with pytest.raises(WrongUse) as refused:
        read_ledger(tmp_path / "ledger.json", create=True)
    assert "Put the ledger back" in refused.value.words.en
    (tmp_path / "ledger.json.key").unlink()
    (tmp_path / "ledger.json.editions").mkdir()
    with pytest.raises(WrongUse):
        read_ledger(tmp_path / "ledger.json", create=True)


def test_a_ledger_of_an_older_form_is_not_taken_for_a_changed_one(tmp_path):
    """Its seals are over something else: "changed after it was written" would accuse somebody."""
    read_ledger(tmp_path / "ledger.json", create=True)
    content = json.loads((tmp_path / "ledger.json").read_text())
    (tmp_path / "ledger.json").write_text(json.dumps(content | {"format": "2"}))
    with pytest.raises(WrongUse, match=r"older version.*evaluation ledger new"):
        read_ledger(tmp_path / "ledger.json")
