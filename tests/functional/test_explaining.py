"""`evaluation explain`: everything with a code is explained in both languages, and the examples of notions are right."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analyses.statistics.change.reliable_change import difference_error
from data_schemas.instruments import registry
from data_schemas.notions import notions
from data_schemas.release_rules import release_rules
from data_schemas.rules import rules
from data_schemas.words import LANGS
from evaluation.contract.explaining import explainable, explanation, explanation_markdown, kinds, nearest
from evaluation.failures import WrongUse


def test_every_kind_is_found():
    assert len(kinds()) >= 6
    assert {*rules(), *release_rules(), *notions(), *registry(), "no_events"} <= set(explainable())


@pytest.mark.parametrize("code", sorted(explainable()))
def test_everything_is_explained_in_both_languages(code):
    for lang in LANGS:
        text = explanation(code, lang)
        assert text.startswith(explainable()[code].title[lang]) and len(text.splitlines()) >= 4
        assert "{" not in text.split("\n    ")[0] and explanation_markdown(code, lang).startswith("## ")
    if code in notions():
        assert explanation(code, "nl") != explanation(code, "en")


def test_notions_point_at_what_exists():
    for notion in notions().values():
        assert set(notion.see) <= set(explainable()), notion.code
        assert notion.example.nl and notion.text.nl != notion.text.en


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("threshold", "threshold"),
        ("  Drempel ", "threshold"),
        ("Kaplan-Meier", "kaplan-meier"),
        ("d_av", "d-av"),
        ("k-anonimiteit", "k-anonymity"),
    ],
)
def test_a_code_or_a_title_in_either_language_will_do(written, code):
    assert explanation(written, "nl") == explanation(code, "nl")


def test_an_unknown_code_names_the_nearest(command):
    assert "kaplan-meier" in nearest("kaplan meyer")
    with pytest.raises(WrongUse, match="threshold"):
        explanation("treshold", "en")
    done = command("explain", "treshold")
    assert done.code == 2 and "threshold" in done.err
    assert command("explain").code == 2


def test_the_list_shows_every_code(command):
    for lang in LANGS:
        done = command("explain", "--list", "--lang", lang)
        assert done.code == 0 and all(f"  {code} " in done.out for code in explainable())


def _example(code: str) -> str:
    return notions()[code].example.en


def test_the_examples_of_change_are_right():
    """Numbers of the examples, worked out here by formula or by the estimator itself."""
    j = math.exp(math.lgamma(19 / 2) - math.log(math.sqrt(19 / 2)) - math.lgamma(18 / 2))
    assert f"{j:.3f}" in _example("g") and f"g = {0.8 * j:.2f}" in _example("g")
    assert f"{8 / math.sqrt((100 + 144) / 2):.2f}" in _example("d-av")
    limit = 1.96 * difference_error(15.0, 0.89)
    assert f"{limit:.1f}" in _example("rci") and 13 < limit < 14
    for reliability in (0.82, 0.70):
        assert f"{1.96 * difference_error(10.0, reliability):.1f}" in _example("reliability")
    assert "= 36" in _example("regression-to-the-mean") and 20 + 0.80 * 20 == 36


def test_the_examples_of_time_are_right():
    assert f"{0.9 * 7 / 8:.2f}" in _example("kaplan-meier")
    error = 1.96 * math.sqrt(1 / (10 * 9)) / abs(math.log(0.9))
    low, high = 0.9 ** math.exp(error), 0.9 ** math.exp(-error)
    assert f"{low:.2f} to {high:.2f}" in _example("log-log-interval")
    assert 0.9 + 1.96 * 0.9 * math.sqrt(1 / 90) > 1
    assert f"{1 - 5 / 7:.0%}".replace("%", " %") in _example("competing-events")
    assert (4 + 10) / 2 == 7 and "= 7 weeks" in _example("restricted-mean")


def test_the_examples_of_release_and_tests_are_right():
    def middle(count: int) -> int:
        return math.ceil(count / 10) * 10 - 5

    assert f"appears as {middle(63)}" in _example("rounding")
    assert [middle(count) for count in (4, 9, 13, 22)] == [5, 5, 15, 25]
    p = np.maximum.accumulate(np.array([0.01, 0.03, 0.04]) * [3, 2, 1])
    assert ", ".join(f"{value:.2f}" for value in p[:2]) in _example("holm") and f"{p[2]:.2f}" == "0.06"
    assert f"{1.25 + math.sqrt(1.25 * 0.25):.2f}" in _example("e-value")
    pairs = [(before, during) for before in (10, 12) for during in (11, 13)]
    assert f"{sum(during > before for before, during in pairs) / 4:.2f}" in _example("single-case")
