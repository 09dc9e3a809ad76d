"""What a notebook shows of a plan and of evidence: what it is about, never a row."""

from __future__ import annotations

from tests.spec.test_reports_cells import evidence


def test_a_plan_shows_its_question_outcomes_and_lock():
    text = evidence().record.plan._repr_markdown_()
    assert text.startswith("**Plan: Een plan**\n\n- Question: Wordt het minder erg?")
    assert "- Outcomes: cries-13 (self) at end" in text and text.endswith("- Locked: no")


def test_evidence_shows_how_many_rows_have_a_number():
    text = evidence([{}, {"estimate": None, "status": "suppressed"}])._repr_markdown_()
    assert text.startswith("**Evidence: Een plan** (released)")
    assert "| invented | 1 | 1 |" in text
