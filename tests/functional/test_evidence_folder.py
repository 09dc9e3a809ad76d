"""`evaluation evidence verify`, the schemas in the package, and what an evidence folder never says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources

import jsonschema
import pytest
from typer.testing import CliRunner

from data_schemas.criteria import criteria_versions
from data_schemas.evidence import evidence_schema, read_evidence
from data_schemas.release_rules import release_rules
from evaluation.command_line import app
from evaluation.contract.examples import write_example
from evaluation.evidence.folder import write_evidence
from evaluation.evidence.running import run
from evaluation.planning.file import plan_schema
from evaluation.planning.lock import lock_plan
from evaluation.validation.validating import validate


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    folder = tmp_path_factory.mktemp("released")
    write_example("anorexia", folder / "data")
    plan = lock_plan(folder / "data" / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    write_evidence(run(validate(folder / "data").submission, plan), folder / "evidence")
    return folder


def _verify(folder, *options):
    return CliRunner().invoke(app, ["evidence", "verify", str(folder), "--lang", "en", *options])


def test_an_untouched_folder_is_in_order_and_can_be_repeated(released):
    data = released / "data"
    answer = _verify(released / "evidence", "--submission", str(data), "--plan", str(data / "plan.toml"))
    assert answer.exit_code == 0, answer.output


@pytest.mark.parametrize("change", ["number", "extra", "record"])
def test_a_touched_folder_is_not(released, tmp_path, change):
    import shutil

    folder = shutil.copytree(released / "evidence", tmp_path / "evidence")
    if change == "number":
        file = next(f for f in sorted((folder / "results").iterdir()) if "released" in f.read_text())
        file.write_text(file.read_text().replace("released", "rounded", 1))
    elif change == "extra":
        (folder / "results" / "more.csv").write_text("client\n1\n")
    else:
        record = json.loads((folder / "evidence.json").read_text())
        record["release"]["threshold"] = 5
        (folder / "evidence.json").write_text(json.dumps(record))
    assert _verify(folder).exit_code == 1


def test_what_is_no_folder_gives_3_and_half_a_repetition_2(released, tmp_path):
    from evaluation.failures import CannotRead, WrongUse

    assert isinstance(_verify(tmp_path).exception, CannotRead)
    assert isinstance(_verify(released / "evidence", "--plan", "x").exception, WrongUse)
    assert (CannotRead.exit_code, WrongUse.exit_code) == (3, 2)


def test_the_schemas_in_the_package_are_current_and_hold(released):
    package = resources.files("data_schemas")
    assert package.joinpath("evidence.schema.json").read_text(encoding="utf-8") == evidence_schema()
    assert package.joinpath("plan.schema.json").read_text(encoding="utf-8") == plan_schema()
    jsonschema.validate(json.loads((released / "evidence" / "evidence.json").read_text()), json.loads(evidence_schema()))


def test_the_profile_states_no_level_and_marks_what_was_not_verified(released):
    record = read_evidence(released / "evidence").record
    assert {one.id for one in record.profile} == {one.id for one in criteria_versions()[record.criteria].criteria}
    assert all(one.cannot_show.nl and one.cannot_show.en for one in record.profile)
    assert [one for one in record.profile if not one.verified]
    shown = " ".join(label.en for one in record.profile for label in one.shows)
    assert not [word for word in (" is met", "criterion met", "level I") if word in shown]


def test_every_rule_of_the_door_has_its_words_and_source():
    for rule in release_rules().values():
        assert all(text for words in (rule.title, rule.expectation, rule.reason, rule.effect, rule.repair) for text in words)
        assert rule.source
