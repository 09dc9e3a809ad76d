"""In a notebook: a slip is an error that names what there is, and objects show what may be concluded."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import warnings
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evaluation
from data_schemas.evidence import RESULT_COLUMNS
from reports.answers import change, drawable


@pytest.fixture
def evidence(finished):
    return evaluation.read_evidence(finished("fireworks", True) / "evidence")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"analysis": "chnge"}, "no analysis 'chnge'. Did you mean 'change'?"),
        ({"analysis": "change", "measure": "G"}, "no measure 'G' in change. Did you mean 'g'?"),
        ({"analysis": "change", "outcome": "props:paren"}, "Did you mean 'props:parent'?"),
        (
            {"analysis": "change", "arm": ["all", "emd"]},
            "no arm 'emd' in change. Did you mean 'emdr'? There are: all, cbt, emdr",
        ),
        (
            {"analysis": "change", "measure": "g", "arm": "emdr - cbt"},
            "no arm 'emdr - cbt' with the other values that you name",
        ),
        ({"analysis": "change", "time": 52}, "no time '52' in change. There are: end, follow_up_3m"),
    ],
)
def test_rows_that_are_not_there_are_refused_by_name(evidence, asked, message):
    with pytest.raises(evaluation.UserError, match=re.escape(message)) as refused:
        evidence.rows(**asked)
    assert "Er is geen" in refused.value.words.nl


def test_several_values_may_come_in_any_collection(evidence):
    one = evidence.rows("change", measure=("g", "mean_change"), arm="all")
    assert set(one["measure"]) == {"g", "mean_change"} and set(one["arm"]) == {"all"}
    for values in (["g", "mean_change"], {"g", "mean_change"}, pd.Series(["g", "mean_change"]), np.array(["g", "mean_change"])):
        pd.testing.assert_frame_equal(evidence.rows("change", measure=values, arm="all"), one)


def test_a_week_may_be_a_number(finished):
    evidence = evaluation.read_evidence(finished("rossi") / "evidence")
    asked = {"measure": "survival", "arm": "all"}
    pd.testing.assert_frame_equal(
        evidence.rows("revictimisation", time=[26, 52], **asked), evidence.rows("revictimisation", time=("26", "52"), **asked)
    )


def test_one_tidy_frame_holds_every_row_with_words_when_asked(evidence):
    frame = evidence.tidy()
    assert tuple(frame.columns) == RESULT_COLUMNS and len(frame) == sum(map(len, evidence.results.values()))
    for lang, measure, arm in (("nl", "gemiddelde verandering", "alle deelnemers"), ("en", "mean change", "all participants")):
        told = evidence.tidy(words=lang)
        pd.testing.assert_frame_equal(told[list(RESULT_COLUMNS)], frame)
        words = told[[f"{column}_words" for column in ("analysis", "outcome", "measure", "arm", "subgroup", "time")]]
        assert words.notna().all(axis=None)
        row = told[(frame["measure"] == "mean_change") & (frame["arm"] == "all")].iloc[0]
        assert (row["measure_words"], row["arm_words"]) == (measure, arm)
    with pytest.raises(evaluation.UserError, match="There are: nl, en"):
        evidence.tidy("de")


def test_a_figure_is_the_reports_own(evidence, tmp_path, monkeypatch):
    figure = evidence.figure("change", "crops:self", lang="nl")
    monkeypatch.setenv("EVALUATION_FIGURES", str(tmp_path))
    change.annex(evidence, "nl").markdown()
    assert figure.png == (tmp_path / "change-crops-self.png").read_bytes()
    assert figure._repr_png_().startswith(b"\x89PNG") and figure.save(tmp_path / "g.png").read_bytes() == figure.png
    html = figure._repr_html_()
    assert 'alt="Lijnfiguur van CROPS' in html and "\\" not in figure.caption + figure.alt


def test_a_figure_that_is_not_there_is_refused(evidence):
    for analysis, outcome, message in (
        ("change", "crops", "Did you mean 'crops:self'"),
        ("attrition", "props:parent", "The report has no figure of attrition. It has of: change, "),
        ("chang", "props:parent", "Did you mean 'change'"),
    ):
        with pytest.raises(evaluation.UserError, match=message):
            evidence.figure(analysis, outcome)


def test_every_analysis_with_a_figure_draws_it_or_says_why_not(finished):
    drawn = set()
    for name in ("fireworks", "rossi", "anorexia"):
        evidence = evaluation.read_evidence(finished(name) / "evidence")
        for analysis in set(drawable()) & set(evidence.results):
            for outcome in evidence.results[analysis]["outcome"].unique():
                try:
                    figure = evidence.figure(analysis, outcome)
                except evaluation.UserError as error:
                    assert "too little to draw" in str(error) or "Choose a moment" in str(error)
                else:
                    drawn.add(analysis)
                    assert len(figure.alt.split()) > 5
    assert {"change", "flow", "revictimisation"} <= drawn


def test_evidence_shows_what_was_found_in_words(finished):
    for lang, sentence in (("en", "Effect size g = "), ("nl", "Effectgrootte g = ")):
        text = evaluation.read_evidence(finished("fireworks") / "evidence").html(lang)
        assert sentence in text and "change (" in text and "@" not in text
    assert len(repr(evaluation.read_evidence(finished("fireworks") / "evidence"))) < 300


def test_evidence_that_cannot_be_read_is_an_error_of_ours(tmp_path):
    with pytest.raises(evaluation.UserError, match="not a whole evidence folder") as refused:
        evaluation.read_evidence(tmp_path / "absent")
    assert refused.value.exit_code == 3


def test_what_shows_itself_holds_no_cell(finished):
    home = finished("fireworks")
    validation = evaluation.validate(home / "submission")
    clients = [line.split(",")[0] for line in (home / "submission" / "treatments.csv").read_text().splitlines()[1:]]
    for thing in (validation, validation.submission):
        text = thing._repr_html_()
        assert "fireworks" in text or "submission" in text
        assert not [client for client in clients if re.search(rf"\b{re.escape(client)}\b", text) and not client.isdigit()]
    assert "measurements: " in validation.submission._repr_html_() and "0 errors" in validation._repr_html_()


@pytest.fixture
def example(tmp_path):
    """A submission with its locked plan."""
    folder = evaluation.write_example("anorexia", tmp_path / "submission")
    evaluation.lock_plan(folder / "plan.toml")
    return folder


def test_a_run_with_a_ledger_remembers_and_says_when_an_edition_stood(example, tmp_path):
    ledger = tmp_path / "kept" / "ledger.json"
    with warnings.catch_warnings():
        warnings.simplefilter("error", evaluation.Note)
        first = evaluation.run(example, example / "plan.toml", ledger=ledger)
    assert ledger.is_file() and first.record.release.ledger
    with pytest.warns(evaluation.Note, match="given again, unchanged"):
        second = evaluation.run(example, example / "plan.toml", ledger=str(ledger))
    assert second.record == first.record and isinstance(second, evaluation.Evidence)


def test_a_run_without_a_ledger_says_so_and_an_internal_one_does_not(example):
    with pytest.warns(evaluation.Note, match="without a ledger.*Give ledger="):
        evaluation.run(example, example / "plan.toml")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        evaluation.run(example, example / "plan.toml", internal=True, ledger=example.parent / "ledger.json")
    assert not (example.parent / "ledger.json").exists()


def test_an_example_that_does_not_exist_is_refused_and_the_default_folder_has_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(evaluation.UserError, match=r"Did you mean 'fireworks'.* There are: anorexia"):
        evaluation.write_example("fireworx")
    assert evaluation.write_example("rossi") == Path("rossi") and (tmp_path / "rossi" / "plan.toml").is_file()


def test_a_plan_is_drafted_from_whatever_leads_to_a_submission(example):
    validation = evaluation.validate(example)
    drafts = {evaluation.draft_plan(source) for source in (example, str(example), validation, validation.submission)}
    assert len(drafts) == 1 and "[[measures]]" in drafts.pop()


FRAME = pd.DataFrame({"client": ["x"]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda plan: evaluation.run(FRAME, plan), "this is DataFrame. Of a data frame from_frame makes"),
        (lambda plan: evaluation.run([FRAME, FRAME], plan), "this is DataFrame"),
        (lambda plan: evaluation.run(plan, "submission"), "Give the submission first and then the plan"),
        (lambda plan: evaluation.run("submission", FRAME), "second argument is a plan or its file; this is DataFrame"),
        (lambda plan: evaluation.run(None, plan), "this is NoneType"),
        (lambda plan: evaluation.draft_plan(FRAME), "this is DataFrame"),
        (lambda plan: evaluation.validate(FRAME), "Give the folder or the workbook of a submission; this is DataFrame"),
        (lambda plan: evaluation.read_plan(plan), "Give the file of a plan; this is Plan"),
        (lambda plan: evaluation.lock_plan(plan), "Give the file of a plan; this is Plan"),
        (lambda plan: evaluation.read_evidence(FRAME), "Give an evidence folder; this is DataFrame"),
        (lambda plan: evaluation.write_evidence("evidence", plan), "Give first what run answered and then the folder"),
        (lambda plan: evaluation.report(FRAME), "write it first with write_evidence"),
        (lambda plan: evaluation.report("evidence", formats="doc"), "Choose from: html, pdf, docx"),
    ],
)
def test_what_cannot_be_is_an_error_of_ours(example, call, message, monkeypatch):
    monkeypatch.chdir(example.parent)
    plan = evaluation.read_plan(example / "plan.toml")
    with pytest.raises(evaluation.UserError, match=re.escape(message)):
        call(plan)


def test_a_name_that_is_mistyped_is_likely_another():
    with pytest.raises(AttributeError, match="Did you mean 'validate'"):
        evaluation.valdate  # noqa: B018


def test_in_jupyter_an_error_of_a_user_is_its_message():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        shell.run_cell("import evaluation\nevaluation.write_example('fireworx')")
    text = said.getvalue().strip()
    assert text.startswith("WrongUse: There is no example 'fireworx'.") and len(text.splitlines()) == 1


def test_a_type_checker_sees_the_names_that_the_interpreter_finds():
    tree = ast.parse(Path(evaluation.__file__).read_text(encoding="utf-8"))
    (checked,) = (node for node in tree.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    seen = {alias.asname: node.module for node in checked.body for alias in node.names if alias.asname == alias.name}
    assert seen == evaluation._HOMES and len(seen) == sum(len(node.names) for node in checked.body)
    for package in ("evaluation", "data_schemas", "analyses", "reports"):
        assert resources.files(package).joinpath("py.typed").is_file()


@pytest.mark.parametrize("name", evaluation.__all__)
def test_every_public_function_declares_its_types(name):
    thing = getattr(evaluation, name)
    if inspect.isfunction(thing):
        signature = inspect.signature(thing)
        assert signature.return_annotation is not inspect.Signature.empty and inspect.getdoc(thing)
        assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
