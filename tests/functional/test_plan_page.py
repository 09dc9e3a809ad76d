"""A plan as a supervisor reads it: words, no codes, in both languages."""

from __future__ import annotations

import re

import pytest

from data_schemas.plan import Gates, MissingData, Plan
from data_schemas.words import LANGS
from evaluation.contract.examples import write_example
from evaluation.planning.file import read_plan
from evaluation.planning.page import plan_page

_GATES = Gates(
    attrition="cautious",
    largest_baseline_difference=0.25,
    smallest_overlap=0.5,
    largest_warning_share=0.05,
    smallest_measured=0.5,
)
_MISSING = MissingData(
    approaches=(
        "complete_cases",
        "mixed_model",
        "multiple_imputation",
        "tipping_point",
        "best_case",
        "worst_case",
        "baseline_carried_forward",
        "locf",
    )
)


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    folder = tmp_path_factory.mktemp("plan") / "consortium"
    write_example("consortium", folder)
    return read_plan(folder / "plan.toml").model_copy(update={"gates": _GATES, "missing_data": _MISSING})


@pytest.mark.parametrize("lang", LANGS)
def test_a_plan_reads_without_codes(plan, lang):
    page = plan_page(plan, lang)
    codes = {*plan.subgroups, *plan.missing_data.approaches, *Gates.model_fields, *plan.events.event}
    assert not [code for code in codes if re.search(rf"\b{code}\b", page) and "_" in code]


def test_the_conditions_are_said_with_their_numbers(plan):
    dutch, english = (plan_page(plan, lang) for lang in ("nl", "en"))
    assert "0,25" in dutch and "0.25" in english
    assert "5%" in dutch and "cautious What Works Clearinghouse boundary" in english


@pytest.mark.parametrize("lang", LANGS)
def test_whether_outcomes_were_known_is_the_researchers_own_word(plan, lang):
    said = {
        answer: plan_page(plan.model_copy(update={"outcomes_known": answer}), lang) for answer in (None, "no", "partly", "yes")
    }
    assert len(set(said.values())) == 4
    assert ("eigen opgave" if lang == "nl" else "own statement") in said[None]
