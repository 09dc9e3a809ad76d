"""What a notebook shows of a plan and of evidence: what it is about, what was found and what that can carry; never a row."""

from __future__ import annotations

import re

from evaluation.evidence.notebook import Evidence
from tests.spec.test_reports_cells import evidence


def test_a_plan_shows_its_question_what_its_design_can_carry_and_its_lock():
    text = evidence().record.plan._repr_html_()
    assert "Plan: Een plan" in text and "Question: Wordt het minder erg?" in text
    assert "cries-13 (self) at end" in text and "There is no group to compare with" in text and "Locked: no" in text


def test_a_text_of_a_plan_is_never_markup():
    plan = evidence().record.plan.model_copy(update={"title": "<script>x</script>", "question": "Is a < b & c?"})
    assert "<script" not in plan._repr_html_() and "a &lt; b &amp; c" in plan._repr_html_()


def test_evidence_shows_sentences_and_no_reference_into_a_report():
    plain = evidence([{}, {"estimate": None, "status": "suppressed"}], edition="internal")
    text = Evidence(plain.record, plain.results)._repr_html_()
    assert "INTERNAL, NOT FOR PUBLICATION" in text and "There is no group to compare with" in text
    assert "invented (Invented)" in text and not re.search(r"@(sec|fig|tbl)-|\*\*|\\", text)
