"""In a notebook: a slip is an error that names what there is, and objects show what may be concluded."""

from __future__ import annotations

import re

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
