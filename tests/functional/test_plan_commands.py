"""`evaluation plan new|lock|show|schema`, and runs that the plan does not allow."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from typer.testing import CliRunner

from data_schemas.evidence import read_evidence
from evaluation.command_line import app
from evaluation.contract.examples import write_example
from evaluation.failures import PlanInvalid
from evaluation.planning.draft import draft_plan
from evaluation.planning.file import parse_plan, read_plan
from evaluation.planning.lock import lock_plan
from evaluation.planning.messages import _keys, example_of
from evaluation.validation.validating import validate

BAD = """
contract = "1"
title = "A plan"
question = "Does it get better after treatment?"
programme = "Bad Name"
design = "rct"
subgroups = ["gender", "age_group", "setting", "victim_status", "honour_context"]
seed = 1
sede = 2
[[measures]]
instrument = "cries-13"
informant = "mum"
moments = ["yesterday"]
[gates]
largest_baseline_difference = 3
[disclosure]
threshold = 5
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan") / "data"
    write_example("anorexia", folder)
    return folder


@pytest.fixture
def consortium(tmp_path):
    write_example("consortium", tmp_path / "consortium")
    return validate(tmp_path / "consortium").submission


def test_every_error_names_the_key_what_is_allowed_and_an_example_in_both_languages():
    with pytest.raises(PlanInvalid) as caught:
        parse_plan(BAD)
    for lang in ("nl", "en"):
        lines = caught.value.words[lang].splitlines()[1:]
        assert len(lines) == 9
        assert all("xample:" in line or "oorbeeld:" in line or "sede" in line for line in lines), lines
    assert "at least 10" in caught.value.words.en and "Do you mean seed?" in caught.value.words.en
    assert " of 'experimental'" in caught.value.words.nl and "moments has at least" not in caught.value.words.en


def test_most_keys_have_an_example():
    """Parts and the lock are no line of TOML, the rest is."""
    without = {key for key in _keys() if example_of(key) is None}
    assert without <= {"comparison", "weighting", "eligibility", "providers",
                       "single_case", "over_time", "gates", "disclosure", "missing_data", "lock", "covariates",
                       "censoring_covariates", "dose", "benchmark", "estimand", "committee"}  # fmt: skip


def test_a_draft_never_looks_at_an_outcome(consortium):
    """Other scores, and the same kinds of event of other people, in other weeks and more often, give the same draft."""
    submission = consortium
    plain = draft_plan(submission)
    submission.tables["measurements"]["score"] = 1.0
    events = submission.tables["events"]
    events["client"] = events["client"].to_numpy()[::-1]
    events["week_from"], events["week_to"] = 1, 1
    events["certainty"] = "signal"
    submission = replace(
        submission, tables=dict(submission.tables) | {"events": pd.concat([events, events], ignore_index=True)}
    )
    assert draft_plan(submission) == plain


def test_a_draft_follows_what_is_there(consortium, data):
    """The arms, largest first, with a design that can carry them; events of a kind that was recorded."""
    two, three = (parse_plan(draft_plan(one)) for one in (consortium, validate(data).submission))
    assert two.comparison.arms == ("fictional-programme", "usual-care") and two.design == "quasi_experimental"
    assert two.events.event == ("sexual_exploitation", "criminal_exploitation")
    assert three.comparison.arms == ("cbt", "control") and three.events is None
    assert "no part of this plan: family-therapy" in draft_plan(validate(data).submission)
    events = consortium.tables["events"]
    others = events[~events["event"].isin(["sexual_exploitation", "criminal_exploitation"])]
    kinds = {"running_away": ("running_away",), "sexual_exploitation": ("sexual_exploitation",)}
    for kind, wanted in kinds.items():
        only = dict(consortium.tables) | {"events": events[events["event"] == kind]}
        assert parse_plan(draft_plan(replace(consortium, tables=only))).events.event == wanted
    without = replace(consortium, tables=dict(consortium.tables) | {"events": others})
    assert set(parse_plan(draft_plan(without)).events.event) == set(others["event"])


def test_a_draft_of_one_arm_compares_nothing(consortium):
    treatments = consortium.tables["treatments"]
    one = replace(
        consortium,
        tables=dict(consortium.tables) | {"treatments": treatments.assign(arm=pd.Categorical(["x"] * len(treatments)))},
    )
    drafted = parse_plan(draft_plan(one))
    assert drafted.comparison is None and drafted.design == "change" and drafted.gates.attrition is None


@pytest.mark.parametrize("design", ["change", "quality", "norm_related_change", "single_case"])
def test_a_design_without_a_comparison_group_cannot_be_locked_with_a_comparison(data, tmp_path, design):
    """The report would give a difference and say that there is nothing to compare with."""
    file = tmp_path / "plan.toml"
    file.write_text((data / "plan.toml").read_text().replace('design = "experimental"', f'design = "{design}"'))
    with pytest.raises(PlanInvalid, match="has a part \\[comparison\\]") as refused:
        lock_plan(file)
    assert refused.value.exit_code == 4 and design in refused.value.words.nl
    assert "[lock]" not in file.read_text()


def test_a_draft_is_a_plan_that_cannot_be_locked_before_it_is_filled_in(data, tmp_path):
    file = tmp_path / "new.toml"
    file.write_text(draft_plan(validate(data).submission))
    read_plan(file)
    with pytest.raises(PlanInvalid, match="estimand > population"):
        lock_plan(file)


def test_the_schema_is_json_schema_with_every_key(data):
    answer = CliRunner().invoke(app, ["plan", "schema"])
    assert {"measures", "events", "estimand", "gates"} <= set(json.loads(answer.output)["properties"])


@pytest.mark.parametrize("how", ["unlocked", "changed"])
def test_run_refuses_a_plan_that_does_not_bind(data, tmp_path, how):
    plan = tmp_path / "plan.toml"
    plan.write_text((data / "plan.toml").read_text())
    if how == "changed":
        lock_plan(plan, at=datetime(2026, 1, 1, tzinfo=UTC))
        plan.write_text(plan.read_text().replace("seed = ", "seed = 9"))
    answer = CliRunner().invoke(app, ["run", str(data), "--plan", str(plan), "--out", str(tmp_path / "out")])
    assert isinstance(answer.exception, PlanInvalid) and answer.exception.exit_code == 4
    assert not (tmp_path / "out").exists()


def test_exploratory_runs_are_marked_and_the_gates_close_effects(data, tmp_path):
    plan = tmp_path / "plan.toml"
    plan.write_text(
        (data / "plan.toml").read_text() + "\n[gates]\nsmallest_measured = 0.95\nlargest_baseline_difference = 0.001\n"
    )
    answer = CliRunner().invoke(
        app, ["run", str(data), "--plan", str(plan), "--out", str(tmp_path / "out"), "--exploratory"], catch_exceptions=False
    )
    assert answer.exit_code == 0, answer.output
    evidence = read_evidence(tmp_path / "out")
    assert evidence.record.exploratory
    assert any("exploratory" in deviation.reason.en for deviation in evidence.record.deviations)
    closed = [gate for gate in evidence.record.gates if not gate.open]
    # of everybody both weights are there: the released counts of analysed and eligible are the same band
    assert {gate.name for gate in closed} == {"largest_baseline_difference"}
    between = evidence.select("change", arm=" - ".join(evidence.record.plan.comparison.arms))
    assert len(between) and between["estimate"].isna().all()
    assert between[between["status"] == "not_estimable"]["method"].str.startswith("gate_closed: ").all()
