"""The report of a weighted comparison: balance before results, sentences from rows, and a figure that can be listened to."""

from __future__ import annotations

import re

import pytest

from evaluation.evidence.running import run
from evaluation.validation.validating import validate
from reports.answers import weighting
from reports.figures.love_plot import Balance, love_plot
from tests.cohorts import small_cohort, small_plan


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """Sixty people, a third of the new arm and two thirds of the old one in an open setting; 6 points apart in either."""
    folder = tmp_path_factory.mktemp("report") / "data"
    people, scores = [], []
    for k in range(60):
        arm, setting = ("new", "old")[k % 2], "open" if (k // 2 % 3 == 0) == (k % 2 == 0) else "closed"
        people.append({"client": f"c{k}", "arm": arm, "setting": setting, "provider": arm})
        for moment, score in (("baseline", 20), ("end", 14 + 6 * (k % 2) + (k // 2 % 2) + (setting == "open"))):
            scores.append({"client": f"c{k}", "moment": moment, "score": score})
    small_cohort(folder, people, scores)
    plan = small_plan(
        measures=[{"instrument": "worry", "informant": "self", "moments": ["end"], "primary": True}],
        comparison={"arms": ("new", "old"), "covariates": ("setting",)},
        weighting={"resamples": 199},
    )
    return run(validate(folder).submission, plan, exploratory=True, internal=True)


def test_sentences_say_what_the_rows_say(evidence):
    (said,) = weighting.headlines(evidence, "en")
    assert "score in new is on average 6 points lower than in old" in said
    assert "gemiddeld" in weighting.headlines(evidence, "nl")[0]
    assert "comes from one provider" in weighting.results(evidence, "en").markdown()


def test_balance_is_told_before_results(evidence, tmp_path, monkeypatch):
    monkeypatch.setenv("EVALUATION_FIGURES", str(tmp_path))
    told = weighting.balance(evidence, "en").markdown()
    assert (
        "no difference between the groups at the start any more" in told
        and "before weighting the largest difference was 0.71" in told
    )
    assert "Setting: 0.71 before, 0 after." in told
    assert "points lower" not in told


def test_a_figure_without_numbers_is_none():
    assert love_plot("x", "x", [Balance("Setting", 0.3, float("nan"))], "nl").markdown() == ""
    assert "0,3 voor, 0,1 na" in love_plot("x", "x", [Balance("Setting", 0.3, 0.1)], "nl").alt


def test_what_it_cannot_say_is_said(evidence):
    """6 points; something 25 of 100 more common would have to shift the score by 24."""
    told = weighting.results(evidence, "en").markdown()
    assert "have to shift the result by 24" in told and "in 80 of 100 such studies" in told
    assert "of the group new, 0% is at a provider that has every group" in told.lower()
    assert "zulke onderzoeken" in weighting.results(evidence, "nl").markdown()


def test_why_there_is_no_difference_is_said(tmp_path):
    """Hardly anyone in the old arm is as the new one: weights cannot make them alike, and the condition says so in words."""
    people, scores = [], []
    for k in range(60):
        arm = ("new", "old")[k % 2]
        people.append({"client": f"c{k}", "arm": arm, "setting": "open" if k % 2 == (k in (2, 5)) else "closed"})
        for moment, score in (("baseline", 30 - 12 * (k % 2) + k // 2 % 5), ("end", 14 + k % 7)):
            scores.append({"client": f"c{k}", "moment": moment, "score": score})
    small_cohort(tmp_path / "s", people, scores)
    plan = small_plan(
        measures=[{"instrument": "worry", "informant": "self", "moments": ["end"], "primary": True}],
        comparison={"arms": ("new", "old"), "covariates": ("setting",)},
        weighting={"resamples": 199},
    )
    found = run(validate(tmp_path / "s").submission, plan, exploratory=True, internal=True)
    told = weighting.results(found, "nl").markdown()
    assert "wordt niet gegeven" in told and "ook na weging verschilden de groepen" in told


def test_methods_are_told_in_dutch(evidence):
    """All but the names that people made up."""
    from reports.text.methods import untranslated

    left = {part for method in set(evidence.select("weighted_comparison")["method"]) for part in untranslated(method)}
    assert left and not [part for part in left if re.search(r"\b(the|of|that|with|for|it)\b", part)]
