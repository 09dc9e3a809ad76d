"""Ranks, shares and standardised differences against R (r/ranks_and_shares.R): stats, coin, effectsize; and published examples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.change.between_effect import (
    difference_by_pooled_sd_exact,
    difference_of_changes_exact_variance,
    hedges_g_exact,
)
from analyses.statistics.change.effect_size import change_by_average_sd_unequal, hedges_correction
from analyses.statistics.change.friedman import friedman
from analyses.statistics.change.hodges_lehmann import middle_of_changes, shift_between
from analyses.statistics.change.paired_change import PairedMoments, paired_moments
from analyses.statistics.change.rank_comparison import cliffs_delta, mann_whitney
from analyses.statistics.change.welch import welch
from analyses.statistics.inference.rank_distributions import rank_sum_chances, signed_rank_chances
from analyses.statistics.proportions.categorical_change import cochran_q, mcnemar_exact, mcnemar_mid_p
from analyses.statistics.proportions.proportion import jeffreys_interval
from analyses.statistics.proportions.share_difference import (
    ShareDifference,
    difference_interval,
    miettinen_nurminen_difference,
    number_needed_to_treat,
)

R = json.loads((Path(__file__).parent / "values" / "ranks_and_shares.json").read_text(encoding="utf-8"))
close = {"rel": 1e-8}
two = pytest.mark.parametrize("case", R["two"], ids=lambda case: case["name"])


def _groups(case: dict) -> tuple[np.ndarray, np.ndarray]:
    return np.array(case["first"], float), np.array(case["second"], float)


@two
def test_welch_equals_r(case):
    wanted, answer = case["welch"], welch(*_groups(case))
    assert (answer.estimate, answer.std_error, answer.df) == pytest.approx(
        (wanted["estimate"], wanted["error"], wanted["df"]), **close
    )
    assert (answer.ci_low, answer.ci_high, answer.p_value) == pytest.approx((*wanted["limits"], wanted["p"]), **close)


@two
def test_mann_whitney_equals_coin_with_ties_as_without(case):
    answer = mann_whitney(*_groups(case))
    assert answer.statistic == case["u"]
    assert answer.p_value == pytest.approx(case["mann_whitney_p"], **close)


@two
def test_a_shift_and_its_limits_equal_r(case):
    answer = shift_between(*_groups(case))
    assert answer.estimate == pytest.approx(case["shift"]["estimate"], **close)
    if "limits" in case["shift"]:
        assert (answer.ci_low, answer.ci_high) == pytest.approx(case["shift"]["limits"], **close)


@two
def test_cliffs_delta_equals_the_whole_dominance_matrix(case):
    answer = cliffs_delta(*_groups(case))
    assert (answer.estimate, answer.std_error**2) == pytest.approx(
        (case["cliff"]["estimate"], case["cliff"]["variance"]), **close
    )
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["cliff"]["limits"], **close)


def test_cliffs_delta_of_hogarty_and_kromrey_1999():
    """Their example, with the interval as printed in the manual of effsize: -0.25 (-0.7265846 to 0.3890062)."""
    answer = cliffs_delta(np.array([10, 10, 20, 20, 20, 30, 30, 30, 40, 50]), np.array([10, 20, 30, 40, 40, 50]))
    assert answer.estimate == -0.25
    assert (answer.ci_low, answer.ci_high) == pytest.approx((-0.7265846, 0.3890062), abs=5e-8)


def test_groups_that_do_not_overlap_have_an_interval_of_some_width():
    """(s - z^2) / (s + z^2) of the smaller group, eight: by hand (8 - 3.841459) / (8 + 3.841459)."""
    answer = cliffs_delta(np.arange(8.0), np.arange(20.0, 31.0), sign=-1)
    assert (answer.estimate, answer.ci_high) == (1, 1)
    assert answer.ci_low == pytest.approx(0.351185, abs=1e-6)


@pytest.mark.parametrize("case", R["one"], ids=lambda case: f"n = {len(case['change'])}")
def test_the_middle_of_changes_and_its_limits_equal_r(case):
    answer = middle_of_changes(np.array(case["change"]))
    assert answer.estimate == pytest.approx(case["estimate"], **close)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["limits"], **close)
    turned = middle_of_changes(np.array(case["change"]), sign=-1)
    assert (turned.ci_low, turned.ci_high) == pytest.approx((-answer.ci_high, -answer.ci_low), rel=1e-12)


def test_rank_distributions_by_hand():
    """Of ranks 1 to 4 two are drawn: six ways, two of which add up to 5. Signs of 1 and 2: 0, 1, 2 and 3 once each."""
    assert rank_sum_chances(np.array([2, 4, 6, 8]), 2)[[6, 8, 10, 12, 14]] == pytest.approx(np.array([1, 1, 2, 1, 1]) / 6)
    assert signed_rank_chances(np.array([1, 2])).tolist() == [0.25] * 4


@pytest.mark.parametrize("case", R["friedman"], ids=lambda case: f"{len(case['scores'][0])} moments")
def test_friedman_and_cochran_equal_r(case):
    """Cochran's Q is Friedman's test of zeros and ones."""
    scores = np.array(case["scores"], float)
    answer, shares = friedman(scores), cochran_q(scores > case["above"])
    assert (answer.statistic, answer.df, answer.p_value) == pytest.approx((case["statistic"], case["df"], case["p"]), **close)
    assert (shares.statistic, shares.df, shares.p_value) == pytest.approx((case["q"], case["df"], case["q_p"]), **close)


@pytest.mark.parametrize("case", R["paired"], ids=lambda case: str(case["table"]))
def test_mid_p_equals_r(case):
    """The first two are in Fagerland, Lydersen & Laake (2013): mid-p 0.039 and 0.035 where the exact p is 0.070 and 0.053."""
    table = np.array(case["table"])
    assert mcnemar_exact(table).p_value == pytest.approx(case["exact"], **close)
    assert mcnemar_mid_p(table).p_value == pytest.approx(case["mid_p"], **close)


@pytest.mark.parametrize("case", R["differences"], ids=lambda case: str(case["counts"]))
def test_miettinen_and_nurminen_equal_numerical_likelihood(case):
    """Iterative on both sides: 1e-6."""
    answer = miettinen_nurminen_difference(*case["counts"])
    assert (answer.ci_low, answer.ci_high) == pytest.approx(case["limits"], rel=1e-6, abs=1e-8)
    assert answer.p_value == pytest.approx(case["p"], **close)


@pytest.mark.parametrize(
    ("counts", "published"),
    [
        ((56, 70, 48, 80), (0.0528, 0.3382)),
        ((9, 10, 3, 10), (0.1700, 0.8406)),
        ((6, 7, 2, 7), (0.0342, 0.8534)),
        ((5, 56, 0, 29), (-0.0326, 0.1933)),
        ((0, 16, 15, 72), (-0.3164, -0.0056)),
    ],
)
def test_miettinen_and_nurminen_as_published(counts, published):
    """Newcombe (1998), table II, method 6; and the last in Fagerland, Lydersen & Laake (2017), chapter 4 (R: contingencytables)."""
    answer = miettinen_nurminen_difference(*counts)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(published, abs=5e-5)


def test_newcombe_of_nobody_and_of_everybody():
    """Wilson's upper limit of nobody of n is z^2 / (n + z^2), by algebra; with both shares 0 each limit stands on its own."""
    z2 = 1.959963984540054**2
    assert difference_interval(0, 10, 0, 20) == pytest.approx((-z2 / (20 + z2), z2 / (10 + z2)), **close)
    assert difference_interval(10, 10, 0, 10).ci_high == 1


def test_numbers_needed_to_treat_of_altman_1998():
    """10 points, -5 to 25: 10 to treat, from 4 through infinity to 20 for harm. 1 over the limits of Newcombe's 56/70 - 48/80 otherwise."""
    through = number_needed_to_treat(ShareDifference(0.10, ci_low=-0.05, ci_high=0.25))
    assert (through.estimate, through.ci_low, through.ci_high, through.through_infinity) == (10, 4, -20, True)
    plain = number_needed_to_treat(miettinen_nurminen_difference(56, 70, 48, 80))
    assert (plain.estimate, plain.through_infinity) == (pytest.approx(5), False)
    assert (plain.ci_low, plain.ci_high) == pytest.approx((1 / 0.3382, 1 / 0.0528), rel=1e-3)
    assert number_needed_to_treat(ShareDifference(0.0, ci_low=-0.1, ci_high=0.1)).reason == "no_difference"


@pytest.mark.parametrize("case", R["jeffreys"], ids=lambda case: f"{case['count']} of {case['n']}")
def test_jeffreys_equals_r(case):
    assert jeffreys_interval(case["count"], case["n"]) == pytest.approx(case["limits"], **close)


@pytest.mark.parametrize(("case", "wanted"), list(zip(R["two"], R["hedges"])), ids=lambda case: case.get("name", ""))
def test_g_with_exact_limits_is_that_of_effectsize(case, wanted):
    """effectsize gives g = J d with J times the limits of d; its noncentral t is found by optimisation, hence 1e-4."""
    first, second = (paired_moments(np.zeros(len(group)), group) for group in _groups(case))
    answer, correction = hedges_g_exact(first, second), hedges_correction(first.n + second.n - 2)
    assert answer.estimate == pytest.approx(wanted["estimate"], rel=1e-6)
    assert (answer.ci_low, answer.ci_high) == pytest.approx(wanted["limits"], rel=1e-4, abs=1e-4)
    assert difference_by_pooled_sd_exact(first, second).ci_low * correction == pytest.approx(answer.ci_low, rel=1e-12)


def _group(n: int, mean_before: float, mean_later: float, sd_before: float, sd_later: float, r: float) -> PairedMoments:
    squares = ((n - 1) * sd_before**2, (n - 1) * sd_later**2)
    return PairedMoments(n, mean_before, mean_later, *squares, r * np.sqrt(squares[0] * squares[1]))


@pytest.mark.parametrize(
    ("group", "published"),
    [
        ((25, 110.4, 102.1, 15.3, 14.6, 0.75), (0.5550319, 0.1609934, 0.2394905, 0.8705732)),
        ((8, 602.4, 705.6, 33.17, 51.08, 0.769), (-2.3963, 0.65209, -3.6744, -1.1182)),
    ],
)
def test_d_by_the_average_sd_has_the_limits_of_bonett_2008(group, published):
    """The examples in the manual of statpsych (`ci.stdmean.ps`, first minus second): unequal SDs in the second."""
    answer = change_by_average_sd_unequal(_group(*group), sign=-1)
    found = (answer.estimate, answer.std_error, answer.ci_low, answer.ci_high)
    assert found == pytest.approx(published, abs=5e-5 if group[0] == 8 else 5e-8)


def test_morris_own_variance():
    """The fifth study of Morris (2008): r 0.44, 14 and 14 people; the formula in R, with the same d."""
    treated, control = _group(14, 35.6, 36.0, 4.7, 4.6, 0.44), _group(14, 34.8, 33.4, 3.1, 6.9, 0.44)
    answer, case = difference_of_changes_exact_variance(treated, control), R["morris"][0]
    assert round(answer.estimate, 2) == 0.44
    # the R value is for a d of four digits
    assert answer.std_error**2 == pytest.approx(case["variance"], abs=2e-4)
