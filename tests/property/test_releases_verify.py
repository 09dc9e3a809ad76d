"""What leaves keeps the rules that `evaluation evidence verify` checks, also where arms are held back beside everybody."""

from __future__ import annotations

import pytest

from benchmarks.hidden_counts import base
from benchmarks.reconstruction import world
from evaluation.evidence.folder import write_evidence
from evaluation.evidence.verification import verified


@pytest.mark.parametrize("name", ["public 10", "committee 5"])
def test_a_release_of_three_arms_verifies(name, tmp_path):
    """Before: three categories of arms that are held back stood with n 0."""
    cohort, plan = base(60, 3, "staggered", 2)
    (evidence,) = world(cohort, plan, ("flow", "subgroups", "weighted_comparison")).told(name)
    write_evidence(evidence, tmp_path / "evidence")
    assert evidence.results["subgroups"]["estimate"].notna().any()
    assert list(verified(tmp_path / "evidence")) == []
