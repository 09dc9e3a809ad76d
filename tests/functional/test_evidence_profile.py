"""The evidence profile: per criterion what released figures show, in words and numbers as people read them; never a level or a verdict."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from data_schemas.criteria import criteria_versions
from data_schemas.evidence import Evidence, read_evidence
from evaluation.evidence.profile import profile


@pytest.fixture(scope="module")
def made(finished) -> Evidence:
    return read_evidence(finished("fireworks", False) / "evidence")


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
    evidence = made
    profiled = profile(evidence)
    assert profiled == evidence.record.profile
    codes = {"follow_up", "all:", ":self", "_", *evidence.record.plan.comparison.arms}
    dutch, english = _texts(profiled, "nl"), _texts(profiled, "en")
    assert len(dutch) == len(english) and not [text for text in (*dutch, *english) if any(code in text for code in codes)]
    assert not [text for text in dutch if re.search(r"\d\.\d", text)] and any(re.search(r"\d,\d", text) for text in dutch)
    assert not [text for text in english if re.search(r"\d,\d", text)]


def test_every_figure_of_change_is_a_released_one(made):
    """Every number in the lines on change stands in a released row."""
    evidence = made
    rows = evidence.select("change", measure="g", arm="all")
    known = {f"{abs(value):.2f}" for value in pd.concat([rows[c] for c in ("estimate", "ci_low", "ci_high")]).dropna()}
    told = [text for text in _texts(evidence.record.profile, "en", "indicative-change") if "change (g)" in text]
    found = {number for text in told for number in re.findall(r"\d+\.\d+", text)}
    assert told and {f"{float(number):.2f}" for number in found} <= known


def test_the_boundaries_are_those_of_the_clearinghouse(made):
    """At 0 % overall 5.7 and 10.0 points are allowed (WWC Standards 4.1); the profile prints what the released rows say."""
    evidence = made
    lines = [text for text in _texts(evidence.record.profile, "en", "comparable-control") if "Clearinghouse: at most" in text]
    limits = evidence.select("attrition", measure="attrition_boundary")["estimate"].dropna()
    for line in lines:
        for limit in re.findall(r"(\d+)% \((?:cautious|optimistic)\)", line):
            assert np.isclose(limits * 100, float(limit), atol=0.5).any()


def test_what_was_held_back_is_not_in_the_profile(made):
    evidence = made
    nothing = _without(evidence, lambda frame: frame["estimate"].notna())
    profiled = profile(nothing)
    text = " ".join(_texts(profiled, "en"))
    assert "not shown" in text and "change (g)" not in text and "drop-out" not in text and "SD (" not in text


def test_a_closed_comparison_is_not_said_to_be_shown(made):
    """What describes the groups (drop-out, balance) is no comparison of their outcomes."""
    evidence = made
    shut = _without(
        evidence, lambda frame: frame["arm"].str.contains(" - ") & ~frame["analysis"].isin(["attrition", "baseline"])
    )
    (line,) = [text for text in _texts(profile(shut), "en", "comparable-control") if text.startswith("comparison of")][:1]
    assert line.endswith("not shown")


def test_providers_are_counted_by_what_is_told_of_them(made):
    """Before: by how many young people they have, which with an exact total said how many another one has."""
    evidence = made
    assert _texts(profile(evidence), "en", "two-studies")[-1] == "no results are shown by provider"
    row = evidence.results["change"].iloc[:1].assign(analysis="pooling", estimate=1.0, status="released")
    rows = pd.concat([row.assign(subgroup=f"provider={name}") for name in ("1", "2", "1;effect=g")])
    one_more = Evidence(evidence.record, {**evidence.results, "pooling": rows})
    assert _texts(profile(one_more), "en", "two-studies")[-1] == "providers with results of their own: 2"


def test_it_states_no_level_and_says_what_was_not_verified(made):
    evidence = made
    criteria = {one.id: one for one in criteria_versions()[evidence.record.criteria].criteria}
    assert [one.id for one in evidence.record.profile] == list(criteria)
    for one in evidence.record.profile:
        assert one.verified is criteria[one.id].verified and one.source and one.cannot_show.nl and one.cannot_show.en
        assert one.judged_by == "data" or not one.shows
    text = " ".join(_texts(evidence.record.profile, "en") + _texts(evidence.record.profile, "nl")).lower()
    assert not [word for word in ("criterion met", "voldaan", "recognised", "erkend", "proven", "bewezen") if word in text]


def test_a_design_without_its_comparison_does_not_pass_for_it(made):
    evidence = made
    plan = evidence.record.plan.model_copy(update={"design": "experimental", "comparison": None})
    told = profile(Evidence(evidence.record.model_copy(update={"plan": plan}), evidence.results))
    assert "but no comparison" in " ".join(_texts(told, "en", "strong-design"))
