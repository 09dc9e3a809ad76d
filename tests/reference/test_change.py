"""Change within and between groups against R (r/change.R): metafor, coin, sandwich, clubSandwich, boot; and published examples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses import comparison
from analyses.shared.cohort import pool
from analyses.statistics.change.between_effect import (
    difference_by_pooled_sd,
    difference_by_pooled_sd_exact,
    difference_of_changes,
)
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap
from analyses.statistics.change.clinical_cutoff import criterion_a, criterion_b, criterion_c
from analyses.statistics.change.effect_size import (
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_change_sd,
    change_by_residual_sd,
    hedges_correction,
)
from analyses.statistics.change.paired_change import PairedMoments, paired_moments
from analyses.statistics.change.reliable_change import difference_error
from analyses.statistics.change.signed_ranks import sign_test, signed_ranks
from analyses.statistics.change.standardised_difference import of_categories, of_scores
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.linear_model import DIFFERENCE, difference_design, least_squares
from analyses.statistics.proportions.categorical_change import mcnemar, mcnemar_exact, stuart_maxwell, stuart_maxwell_exact
from analyses.statistics.proportions.proportion import exact_interval, wilson_interval
from evaluation.contract.examples import write_example
from evaluation.planning.file import read_plan
from evaluation.validation.validating import validate

R = json.loads((Path(__file__).parent / "values" / "change.json").read_text(encoding="utf-8"))
close = {"rel": 1e-8}


def _moments(d: dict) -> PairedMoments:
    return paired_moments(np.array(d["pre"], float), np.array(d["post"], float))


@pytest.mark.parametrize("case", R["pairs"], ids=lambda case: case["name"])
def test_standardised_mean_changes_equal_metafor(case):
    moments = paired_moments(np.array(case["before"], float), np.array(case["later"], float))
    for function, name in ((change_by_baseline_sd, "smcr"), (change_by_baseline_sd_unequal, "smcrh")):
        answer = function(moments)
        assert answer.estimate == pytest.approx(case[name]["yi"], **close)
        assert answer.std_error**2 == pytest.approx(case[name]["vi"], **close)
    d_z = change_by_change_sd(moments)
    assert d_z.estimate == pytest.approx(case["d_z"], **close)
    assert d_z.estimate * hedges_correction(moments.n - 1) == pytest.approx(case["smcc"]["yi"], **close)
    d_rm = change_by_residual_sd(moments)
    assert d_rm.estimate == pytest.approx(case["d_rm"], **close)
    assert d_rm.std_error**2 == pytest.approx(case["d_rm_variance"], **close)


@pytest.mark.parametrize("case", R["pairs"], ids=lambda case: case["name"])
def test_noncentral_limits_equal_r(case):
    """R's own noncentral t warns of its precision in the far tails; hence 1e-7."""
    answer = change_by_change_sd(paired_moments(np.array(case["before"], float), np.array(case["later"], float)))
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["d_z_limits"], rel=1e-7)


@pytest.mark.parametrize("case", R["pairs"], ids=lambda case: case["name"])
def test_rank_and_sign_tests_equal_r(case):
    change = np.array(case["later"], float) - np.array(case["before"], float)
    wilcoxon, pratt, signs = signed_ranks(change), signed_ranks(change, "pratt"), sign_test(change)
    assert wilcoxon.p_value == pytest.approx(case["wilcoxon_p"], **close)
    assert pratt.p_value == pytest.approx(case["pratt_p"], **close)
    assert wilcoxon.statistic == case["v"]
    assert (signs.estimate, signs.p_value) == pytest.approx((case["sign_share"], case["sign_p"]), **close)
    assert (signs.ci_low, signs.ci_high) == pytest.approx(case["sign_limits"], **close)


@pytest.mark.parametrize("case", R["two"], ids=lambda case: case["name"])
def test_differences_between_groups_equal_r(case):
    first, second = _moments(case["first"]), _moments(case["second"])
    g = difference_by_pooled_sd(first, second)
    assert (g.estimate, g.std_error**2) == pytest.approx((case["smd"]["yi"], case["smd"]["vi"]), **close)
    exact = difference_by_pooled_sd_exact(first, second)
    assert (exact.ci_low, exact.ci_high) == pytest.approx(case["smd_limits"], rel=1e-7)
    d = difference_of_changes(first, second)
    assert (d.estimate, d.std_error**2) == pytest.approx((case["d_ppc2"], case["d_ppc2_variance"]), **close)
    smd = of_scores(np.array(case["first"]["pre"]), np.array(case["second"]["pre"]))
    assert smd.estimate == pytest.approx(case["smd_baseline"], **close)


@pytest.mark.parametrize("case", R["models"], ids=lambda case: case["name"])
def test_robust_errors_equal_sandwich_and_clubsandwich(case):
    before, later, first = (np.array(case[name], float) for name in ("before", "later", "first"))
    design = difference_design(before, first == 1)
    plain = least_squares(later, design.columns, design.names, "HC3").one(DIFFERENCE)
    assert (plain.estimate, plain.std_error, plain.p_value) == pytest.approx(
        (case["estimate"], case["hc3"], case["hc3_p"]), **close
    )
    clustered = cr2(later, design.columns, np.array(case["cluster"]), design.names).one(DIFFERENCE)
    assert (clustered.estimate, clustered.std_error) == pytest.approx((case["estimate"], case["cr2"]), **close)
    assert (clustered.df, clustered.p_value) == pytest.approx((case["cr2_df"], case["cr2_p"]), **close)


@pytest.mark.parametrize("case", R["tables"], ids=lambda case: case["name"])
def test_marginal_tests_equal_r(case):
    table = np.array(case["table"])
    test = stuart_maxwell(table)
    assert (test.statistic, test.p_value) == pytest.approx((case["statistic"], case["p"]), **close)
    assert stuart_maxwell_exact(table, seed=1).p_value == pytest.approx(case["exact"], **close)
    if len(table) == 2:
        assert (mcnemar(table).statistic, mcnemar(table).p_value) == pytest.approx(
            (case["mcnemar"], case["mcnemar_p"]), **close
        )
        assert mcnemar_exact(table).p_value == pytest.approx(case["binom_p"], **close)


@pytest.mark.parametrize(
    ("example", "case", "time"), [("anorexia", 0, "end"), ("fireworks", 1, "end"), ("beat-the-blues", 2, "follow_up_1m")]
)
def test_whole_runs_equal_r(tmp_path, example, case, time):
    """From the example's files, through validation, to the rows of `comparison` and `baseline`."""
    write_example(example, tmp_path / example)
    cohort = pool([validate(tmp_path / example).submission])
    plan = read_plan(tmp_path / example / "plan.toml")
    wanted = R["two"][case]
    frame = comparison.run(cohort, plan).estimates
    mine = frame[(frame["time"] == time) & (frame["outcome"] == f"{plan.measures[0].instrument}:{plan.measures[0].informant}")]
    rows = mine.set_index("measure")
    sign = 1 if cohort.instruments[plan.measures[0].instrument].higher_is_better else -1
    assert sign * rows.loc["g_between", "estimate"] == pytest.approx(wanted["smd"]["yi"], **close)
    assert rows.loc["g_between", "std_error"] ** 2 == pytest.approx(wanted["smd"]["vi"], **close)
    assert sign * rows.loc["d_ppc2", "estimate"] == pytest.approx(wanted["d_ppc2"], **close)
    if example == "fireworks":
        assert rows.loc["adjusted_difference_hc3", "std_error"] == pytest.approx(R["models"][3]["hc3"], **close)


def test_sampled_marginal_test_is_near_the_enumerated_one(monkeypatch):
    case = next(case for case in R["tables"] if case["name"] == "four")
    monkeypatch.setattr("analyses.statistics.proportions.categorical_change.ENUMERATED_UP_TO", 1)
    assert stuart_maxwell_exact(np.array(case["table"]), seed=1).p_value == pytest.approx(case["exact"], abs=0.015)


@pytest.mark.parametrize("case", R["shares"], ids=lambda case: f"{case['count']} of {case['n']}")
def test_intervals_of_shares_equal_r(case):
    assert wilson_interval(case["count"], case["n"]) == pytest.approx(case["wilson"], rel=1e-8, abs=1e-12)
    assert exact_interval(case["count"], case["n"]) == pytest.approx(case["exact"], **close)


@pytest.mark.parametrize("case", R["categories"], ids=lambda case: str(case["first"]))
def test_distance_of_categories_equals_r(case):
    assert of_categories(np.array(case["first"]), np.array(case["second"])).estimate == pytest.approx(case["distance"], **close)


def test_bootstrap_interval_is_that_of_boot():
    """Other random numbers on both sides (100,000 replicates each): two per cent of the width."""
    case = R["boot"]
    answer = change_by_baseline_sd_bootstrap(np.array(case["before"]), np.array(case["later"]), seed=7, replicates=100_000)
    width = case["bca"][1] - case["bca"][0]
    assert answer.estimate == pytest.approx(case["estimate"], rel=1e-12)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["bca"], abs=0.02 * width)
    assert answer.std_error == pytest.approx(case["error"], rel=0.02)


def _group(n: int, mean_before: float, mean_later: float, sd_before: float, sd_later: float, r: float) -> PairedMoments:
    squares = ((n - 1) * sd_before**2, (n - 1) * sd_later**2)
    return PairedMoments(n, mean_before, mean_later, *squares, r * np.sqrt(squares[0] * squares[1]))


MORRIS_TREATED = [
    (20, 30.6, 38.5, 15.0, 11.6, 0.47),
    (50, 23.5, 26.8, 3.1, 4.1, 0.64),
    (9, 0.5, 0.7, 0.1, 0.1, 0.77),
    (10, 53.4, 75.9, 14.5, 4.4, 0.89),
    (14, 35.6, 36.0, 4.7, 4.6, 0.44),
]
MORRIS_CONTROL = [
    (20, 23.1, 19.7, 13.8, 14.8, 0.47),
    (42, 24.9, 25.3, 4.1, 3.3, 0.64),
    (9, 0.6, 0.6, 0.2, 0.2, 0.77),
    (11, 55.7, 60.7, 17.3, 17.9, 0.89),
    (14, 34.8, 33.4, 3.1, 6.9, 0.44),
]


def test_morris_2008_within_the_treated_groups():
    """SMCR of the five studies of Morris (2008), as printed in metafor's tests."""
    answers = [change_by_baseline_sd(_group(*study)) for study in MORRIS_TREATED]
    assert [round(answer.estimate, 4) for answer in answers] == [0.5056, 1.0481, 1.8054, 1.4181, 0.0801]
    assert [round(answer.std_error**2, 4) for answer in answers] == [0.0594, 0.0254, 0.2322, 0.1225, 0.0802]


def test_morris_2008_between_the_groups():
    """The fifth study of table 5 as metafor's page on that paper prints it: 0.44, variance 0.16."""
    answer = difference_of_changes(_group(*MORRIS_TREATED[4]), _group(*MORRIS_CONTROL[4]))
    assert (round(answer.estimate, 2), round(answer.std_error**2, 2)) == (0.44, 0.16)


def test_jacobson_and_truax_1991():
    """Their worked example: means 40 and 60, SDs 7.5 and 7.5 (or 4), reliability 0.80, 32.5 before and 47.5 after."""
    error = difference_error(7.5, 0.80)
    assert (round(error, 4), round(15 / error, 4)) == (4.7434, 3.1623)
    assert (criterion_a(40, 7.5, True), criterion_b(60, 7.5, True), criterion_c(40, 7.5, 60, 7.5)) == (55, 45, 50)
    assert (criterion_b(60, 4, True), round(criterion_c(40, 7.5, 60, 4), 4)) == (52, 53.0435)
