"""What rows say of their own certainty is what the printed simulations found, no more and no less."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from analyses.shared.certainty import BETWEEN, EXACT_SHARE, INTERVALS, TESTS, certainty

DOCS = Path(__file__).parents[2] / "docs"
SIZES = (11, 34, 150)
LABELS = {
    EXACT_SHARE: "exact",
    "sign_test": "share improved, exact",
    "mean_baseline": "mean at baseline, t",
    "mean_change": "mean change, t",
    "change_hodges_lehmann": "middle of the changes, signed ranks",
    "g": "g, normal",
    "g_unequal_sd": "g, normal for unequal SDs",
    "g_bootstrap": "g, BCa bootstrap, SD",
    "d_av": "d_av, normal",
    "d_av_unequal_sd": "d_av, normal for unequal SDs",
    "d_rm": "d_rm, normal",
    "d_z": "d_z, noncentral t",
    "correlation": "correlation, Fisher z",
    "norm_distance_later": "distance from a norm of 40 people, Welch",
    "g_between": "g_between, normal",
    "g_between_exact": "g_between, noncentral t times J",
    "d_between_exact": "d_between, noncentral t",
    "d_ppc2": "d_ppc2, normal",
    "d_ppc2_morris": "d_ppc2, Morris' variance",
    "change_difference_welch": "change, Welch",
    "change_difference_hodges_lehmann": "shift of the changes, Hodges-Lehmann",
    "cliffs_delta": "Cliff's delta",
    "attrition_differential": "Newcombe",
    "problems_reduced_difference": "Miettinen-Nurminen",
}
"""Measures with an interval, and how the pages call them."""
LEFT_OUT = {
    "change_hodges_lehmann": "0 outside the limits of the middle of the changes",
    "change_difference_hodges_lehmann": "0 outside the limits of the shift",
    "cliffs_delta": "0 outside the limits of Cliff's delta",
}
REJECTED = {
    "t_paired": "paired t",
    "wilcoxon_signed_rank": "Wilcoxon signed ranks",
    "wilcoxon_signed_rank_pratt": "Wilcoxon, zeros ranked (Pratt)",
    "sign_test": "sign test",
    "friedman": "Friedman, three moments",
    "change_difference_welch": "Welch",
    "mann_whitney": "Mann-Whitney",
    "mcnemar_chi2": "McNemar, chi-squared",
    "mcnemar_exact": "McNemar, exact",
    "mcnemar_mid_p": "McNemar, mid-p",
    "stuart_maxwell_chi2": "Stuart-Maxwell, chi-squared",
    "stuart_maxwell_exact": "Stuart-Maxwell, exact",
}


def _printed() -> dict[tuple[str, int], list[float]]:
    """All percentages on both pages by row and size, of those without drop-out where that is told apart."""
    found = defaultdict(list)
    for page in ("simulation-change.md", "simulation-shares.md"):
        columns: list[str] = []
        for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
            if cells and not cells[0]:
                columns = cells
            elif cells and "---" not in line:
                for column, value in zip(columns[1:], cells[1:]):
                    if "drop-out" not in column or "drop-out none" in column:
                        size = int(re.match(r"n = (\d+)", column)[1])
                        found[re.sub(r"( SD) [\d.]+ later$", r"\1", cells[0]), size].append(float(value))
    return dict(found)


PRINTED = _printed()


def _said(values: list[float]) -> str:
    least, most = (int(end + 0.5) for end in (min(values), max(values)))
    return f"{least}" if least == most else f"{least} to {most}"


@pytest.mark.parametrize("measure", LABELS)
def test_an_interval_says_how_far_off_it_is(measure):
    values = [list(PRINTED[LABELS[measure], size]) for size in SIZES]
    if measure in LEFT_OUT:
        values = [own + [100 - out for out in PRINTED[LEFT_OUT[measure], size]] for own, size in zip(values, SIZES)]
    off = any(abs(value - 95) > 1.05 for own in values for value in own)
    assert INTERVALS.get(measure) == (tuple(_said(own) for own in values) if off else None)


@pytest.mark.parametrize("measure", REJECTED)
def test_a_test_says_how_far_off_it_is(measure):
    values = [PRINTED[REJECTED[measure], size] for size in SIZES]
    off = any(abs(value - 5) > 1.05 for own in values for value in own)
    assert TESTS.get(measure) == (tuple(_said(own) for own in values) if off else None)


def test_the_words_stand_in_the_rows_of_what_they_are_about():
    assert set(INTERVALS) <= set(LABELS) and set(TESTS) <= set(REJECTED) and set(INTERVALS) >= BETWEEN
    assert "of 11 people in either arm" in certainty("cliffs_delta") and certainty("mean_change") == ""
    assert "holds the truth" in certainty("sign_test") and "finds what is not there in 1 to 2" in certainty("sign_test")
