"""The evidence profile: per criterion what released figures show, in words and numbers as people read them; never a level or a verdict."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analyses.shared.cohort import pool
from data_schemas.criteria import criteria_versions
from data_schemas.evidence import Evidence, read_evidence
from evaluation.evidence.profile import profile
from evaluation.validation.validating import validate


@pytest.fixture(scope="module")
def made(finished) -> tuple[Evidence, object]:
    home = finished("fireworks", False)
    return read_evidence(home / "evidence"), pool([validate(home / "submission").submission])


def _texts(profiled, lang: str, criterion: str = "") -> list[str]:
    return [label.words[lang] for one in profiled for label in one.shows if criterion in ("", one.id)]


def _without(evidence: Evidence, which) -> Evidence:
    """The evidence in which some rows were held back."""
    numbers = ["estimate", "ci_low", "ci_high", "p_value", "n", "events"]
    held = {}
    for name, frame in evidence.results.items():
        gone = which(frame)
        emptied = {column: frame[column].mask(gone) for column in numbers}
        held[name] = frame.assign(**emptied, status=frame["status"].mask(gone, "suppressed"))
    return Evidence(evidence.record, held)


def test_the_profile_is_that_of_the_evidence_and_speaks_in_words(made):
    evidence, cohort = made
    profiled = profile(evidence, cohort)
    assert profiled == evidence.record.profile
    codes = {"follow_up", "all:", ":self", "_", *evidence.record.plan.comparison.arms}
    dutch, english = _texts(profiled, "nl"), _texts(profiled, "en")
    assert len(dutch) == len(english) and not [text for text in (*dutch, *english) if any(code in text for code in codes)]
    assert not [text for text in dutch if re.search(r"\d\.\d", text)] and any(re.search(r"\d,\d", text) for text in dutch)
    assert not [text for text in english if re.search(r"\d,\d", text)]


def test_every_figure_of_change_is_a_released_one(made):
    """Every number in the lines on change stands in a released row."""
    evidence, _ = made
    rows = evidence.select("change", measure="g", arm="all")
    known = {f"{abs(value):.2f}" for value in pd.concat([rows[c] for c in ("estimate", "ci_low", "ci_high")]).dropna()}
    told = [text for text in _texts(evidence.record.profile, "en", "indicative-change") if "change (g)" in text]
    found = {number for text in told for number in re.findall(r"\d+\.\d+", text)}
    assert told and {f"{float(number):.2f}" for number in found} <= known


def test_the_boundaries_are_those_of_the_clearinghouse(made):
    """At 0 % overall 5.7 and 10.0 points are allowed (WWC Standards 4.1); the profile prints what the released rows say."""
    evidence, _ = made
    lines = [text for text in _texts(evidence.record.profile, "en", "comparable-control") if "Clearinghouse: at most" in text]
    limits = evidence.select("attrition", measure="attrition_boundary")["estimate"].dropna()
    for line in lines:
        for limit in re.findall(r"(\d+)% \((?:cautious|optimistic)\)", line):
            assert np.isclose(limits * 100, float(limit), atol=0.5).any()


def test_what_was_held_back_is_not_in_the_profile(made):
    evidence, cohort = made
    nothing = _without(evidence, lambda frame: frame["estimate"].notna())
    profiled = profile(nothing, cohort)
    text = " ".join(_texts(profiled, "en"))
    assert "not shown" in text and "change (g)" not in text and "drop-out" not in text and "SD (" not in text


def test_a_closed_comparison_is_not_said_to_be_shown(made):
    """What describes the groups (drop-out, balance) is no comparison of their outcomes."""
    evidence, cohort = made
    shut = _without(
        evidence, lambda frame: frame["arm"].str.contains(" - ") & ~frame["analysis"].isin(["attrition", "baseline"])
    )
    (line,) = [text for text in _texts(profile(shut, cohort), "en", "comparable-control") if text.startswith("comparison of")][
        :1
    ]
    assert line.endswith("not shown")


def test_providers_count_from_a_whole_band_on(made):
    """Nine or none at a provider is the same; ten is not."""
    evidence, cohort = made
    small = ["one"] * 20 + ["two"] * 10 + ["three"] * 9 + ["four"]
    names = pd.Categorical((small + ["one"] * cohort.size)[: cohort.size])
    told = profile(evidence, type(cohort)(cohort.treatments.assign(provider=names), cohort.measurements, cohort.events, {}))
    assert _texts(told, "en", "two-studies")[-1] == "providers with enough young people: 2"


def test_it_states_no_level_and_says_what_was_not_verified(made):
    evidence, _ = made
    criteria = {one.id: one for one in criteria_versions()[evidence.record.criteria].criteria}
    assert [one.id for one in evidence.record.profile] == list(criteria)
    for one in evidence.record.profile:
        assert one.verified is criteria[one.id].verified and one.source and one.cannot_show.nl and one.cannot_show.en
        assert one.judged_by == "data" or not one.shows
    text = " ".join(_texts(evidence.record.profile, "en") + _texts(evidence.record.profile, "nl")).lower()
    assert not [word for word in ("criterion met", "voldaan", "recognised", "erkend", "proven", "bewezen") if word in text]


def test_a_design_without_its_comparison_does_not_pass_for_it(made):
    evidence, cohort = made
    plan = evidence.record.plan.model_copy(update={"design": "experimental", "comparison": None})
    told = profile(Evidence(evidence.record.model_copy(update={"plan": plan}), evidence.results), cohort)
    assert "but no comparison" in " ".join(_texts(told, "en", "strong-design"))
