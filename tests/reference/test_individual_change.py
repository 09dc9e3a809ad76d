"""Indices of reliable change, norms, Holm, noncentral limits and the attrition boundary against R and published tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.change.change_indices import INDICES
from analyses.statistics.change.clinical_cutoff import criterion_a, criterion_b, criterion_c
from analyses.statistics.change.norm_distance import distance_from_norm
from analyses.statistics.change.reliable_change import CLASSES, change_classes, difference_error
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.inference.noncentral import noncentrality_interval
from analyses.statistics.proportions.attrition_boundary import attrition, boundary
from analyses.statistics.proportions.share_difference import difference_interval

R = json.loads((Path(__file__).parent / "values" / "individual_change.json").read_text(encoding="utf-8"))
BEFORE, LATER = np.array(R["before"], float), np.array(R["later"], float)


@pytest.mark.parametrize("name", list(INDICES))
def test_an_index_equals_its_formula_in_r(name):
    answer = INDICES[name](BEFORE, LATER, R["reliability"])
    np.testing.assert_allclose(answer.statistic, R["indices"][name], rtol=1e-10)
    assert answer.critical == {"edwards_nunnally": 2.0, "hageman_arrindell": 1.65}.get(name, 1.96)


def test_classes_equal_r():
    error = difference_error(BEFORE.std(ddof=1), R["reliability"])
    classes = change_classes(BEFORE, LATER, error, R["cutoff"], higher_is_better=False)
    assert [CLASSES[k] for k in classes] == R["classes"]
    assert len(set(R["classes"])) >= 4


@pytest.mark.parametrize("case", R["norms"], ids=lambda case: f"n = {case['n']}")
def test_distance_from_a_norm_equals_welch(case):
    answer = distance_from_norm(case["mean"], case["sd"], case["n"], case["norm_mean"], case["norm_sd"], case["norm_n"])
    assert (answer.estimate, answer.df) == pytest.approx((case["estimate"], case["df"]), rel=1e-10)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["limits"], rel=1e-10)


def test_holm_equals_r():
    given = np.array([np.nan if p is None else p for p in R["p"]], float)
    wanted = np.array([np.nan if p is None else p for p in R["holm"]], float)
    np.testing.assert_allclose(holm(given), wanted, rtol=1e-12)


@pytest.mark.parametrize("case", R["nct"], ids=lambda case: f"t = {case['t']}")
def test_noncentral_limits_equal_r(case):
    """1e-7: R's own noncentral t warns that it may not reach full precision."""
    limits = noncentrality_interval(case["t"], case["df"])
    assert limits == pytest.approx(case["limits"], rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(
    ("overall", "cautious", "optimistic"),
    [(0, 5.7, 10.0), (10, 6.3, 10.9), (25, 4.8, 9.2), (40, 2.6, 6.0), (50, 1.0, 3.7), (57, 0.0, 2.1)],
)
def test_boundary_equals_the_published_table(overall, cautious, optimistic):
    """What Works Clearinghouse Standards 4.1, as read in baselinr."""
    assert boundary(overall / 100, "cautious") == pytest.approx(cautious / 100)
    assert boundary(overall / 100, "optimistic") == pytest.approx(optimistic / 100)


def test_boundary_is_never_more_generous_than_the_neighbouring_lines():
    assert boundary(0.02, "cautious") == 0.057
    assert boundary(0.12, "cautious") == 0.059
    assert boundary(0.60, "optimistic") == 0.003
    assert np.isnan(boundary(0.60, "cautious")) and np.isnan(boundary(0.70, "optimistic"))
    assert not attrition((60, 60), (100, 100), "cautious").low
    assert attrition((0, 0), (0, 10), "cautious").reason == "empty_group"


def test_newcombe_1998_table_two():
    """Method 10 on his examples 56/70 - 48/80 and 5/56 - 0/29."""
    assert difference_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference_interval(5, 56, 0, 29) == pytest.approx((-0.0381, 0.1926), abs=5e-5)


def test_a_published_cutoff_c():
    """The claustrophobia data of the clinicalsignificance manual: clinical 35.48 (8.16), functional 7.69 (7.52)."""
    assert round(criterion_c(35.48, 8.16, 7.69, 7.52), 2) == 21.02
    assert criterion_a(35.48, 8.16, higher_is_better=False) == pytest.approx(19.16)
    assert criterion_b(7.69, 7.52, higher_is_better=False) == pytest.approx(22.73)
