"""What must hold of the estimators of change whatever the data: symmetry, scale, order, and agreement with slow brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.statistics.change.between_effect import difference_by_pooled_sd, difference_of_changes
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap, replicated_ratios
from analyses.statistics.change.change_indices import INDICES
from analyses.statistics.change.effect_size import (
    change_by_average_sd,
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_change_sd,
    change_by_residual_sd,
)
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.change.signed_ranks import sign_test, signed_ranks
from analyses.statistics.change.standardised_difference import of_categories, of_scores
from analyses.statistics.inference.multiplicity import holm
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.linear_model import DIFFERENCE, adjusted_difference, least_squares
from analyses.statistics.proportions.categorical_change import mcnemar, stuart_maxwell, stuart_maxwell_exact
from analyses.statistics.proportions.proportion import wilson_interval
from analyses.statistics.proportions.share_difference import difference_interval

EFFECTS = (
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_average_sd,
    change_by_residual_sd,
    change_by_change_sd,
)
quick = settings(max_examples=40, deadline=None)
changes = st.lists(st.integers(-6, 6), min_size=1, max_size=9)
scores = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=30)
tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 6), min_size=k, max_size=k), min_size=k, max_size=k)
)


def _pairs(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    before, later = np.array(rows, float).T
    assume(np.ptp(before) > 0 and np.ptp(later) > 0 and np.ptp(later - before) > 0)
    return before, later


@quick
@given(changes)
def test_signed_ranks_equal_all_assignments_of_signs(change):
    """Every sign equally likely, ranks of sizes with ties shared, zeros out (or ranked and then out)."""
    change = np.array(change, float)
    assume((change != 0).any())
    for zeros in ("wilcoxon", "pratt"):
        kept = change if zeros == "pratt" else change[change != 0]
        size = np.abs(kept)
        ranks = np.array([(np.sum(size < x) + np.sum(size <= x) + 1) / 2 for x in size])[kept != 0]
        observed = ranks[kept[kept != 0] > 0].sum()
        centre = ranks.sum() / 2
        sums = np.array([np.dot(signs, ranks) for signs in product((0, 1), repeat=len(ranks))])
        answer = signed_ranks(change, zeros)
        assert answer.statistic == observed
        assert answer.p_value == pytest.approx(np.mean(np.abs(sums - centre) >= abs(observed - centre) - 1e-9))


@quick
@given(changes, st.floats(0.01, 100))
def test_rank_tests_see_neither_scale_nor_direction(change, factor):
    change = np.array(change, float)
    assume((change != 0).any())
    assert signed_ranks(change * factor).p_value == pytest.approx(signed_ranks(change).p_value)
    assert signed_ranks(-change).p_value == pytest.approx(signed_ranks(change).p_value)
    assert sign_test(-change).estimate == pytest.approx(1 - sign_test(change).estimate)


@quick
@given(scores, st.floats(0.1, 50), st.floats(-100, 100))
def test_effects_see_neither_unit_nor_origin_and_turn_with_the_sign(rows, factor, shift):
    before, later = _pairs(rows)
    plain, moved = paired_moments(before, later), paired_moments(before * factor + shift, later * factor + shift)
    assume(abs(plain.correlation) < 0.999)
    for effect in EFFECTS:
        one, other, turned = effect(plain), effect(moved), effect(plain, -1)
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6, abs=1e-9)
        assert one.std_error == pytest.approx(other.std_error, rel=1e-6)
        assert one.ci_low <= one.estimate + 1e-9 and one.estimate <= one.ci_high + 1e-9
        assert (turned.ci_low, turned.ci_high) == pytest.approx((-one.ci_high, -one.ci_low), rel=1e-6, abs=1e-9)


@quick
@given(scores, scores)
def test_differences_between_groups_turn_when_the_groups_do(rows, others):
    first, second = paired_moments(*_pairs(rows)), paired_moments(*_pairs(others))
    for difference in (difference_by_pooled_sd, difference_of_changes):
        assert difference(first, second).estimate == pytest.approx(-difference(second, first).estimate)
        assert difference(first, second).std_error == pytest.approx(difference(second, first).std_error)


@quick
@given(scores)
def test_bootstrap_repeats_itself_and_does_not_mind_the_order_of_the_world(rows):
    before, later = _pairs(rows)
    one, again = (change_by_baseline_sd_bootstrap(before, later, seed=5, replicates=200) for _ in range(2))
    assert one == again
    assert one.estimate == pytest.approx(change_by_baseline_sd(paired_moments(before, later)).estimate)


def test_replicates_equal_copied_rows():
    """The counts give the same ratios as resampled rows do, person by person."""
    rng = np.random.default_rng(1)
    before, change = rng.normal(50, 3, 12), rng.normal(1, 2, 12)
    drawn = np.random.default_rng(9).integers(0, 12, (50, 12))
    wanted = [change[who].mean() / before[who].std(ddof=1) for who in drawn]
    np.testing.assert_allclose(replicated_ratios(before, change, 9, 50), wanted, rtol=1e-9)


@quick
@given(st.integers(0, 2**31), st.integers(2, 6))
def test_cr2_equals_its_definition_with_whole_matrices(seed, clusters):
    """Bell and McCaffrey's adjustment and Satterthwaite's df with n by n matrices and generalised inverses."""
    rng = np.random.default_rng(seed)
    n = 24
    design = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.normal(size=n)])
    assume(0 < design[:, 1].sum() < n)
    cluster, response = rng.integers(0, clusters, n), rng.normal(size=n)
    names = np.unique(cluster)
    assume(len(names) > 1)
    bread = np.linalg.inv(design.T @ design)
    away = np.eye(n) - design @ bread @ design.T
    residual, parts, pulled = away @ response, [], []
    for name in names:
        who = cluster == name
        values, vectors = np.linalg.eigh(away[np.ix_(who, who)])
        root = vectors @ np.diag([v**-0.5 if v > 1e-10 else 0.0 for v in values]) @ vectors.T
        weight = root @ design[who] @ bread[:, 1]
        parts.append(weight @ residual[who])
        pulled.append(away[who].T @ weight)
    gram = np.array(pulled) @ np.array(pulled).T
    df = np.trace(gram) ** 2 / (gram**2).sum()
    answer = cr2(response, design, cluster).one("x1")
    if answer.reason is None:
        assert answer.std_error == pytest.approx(np.sqrt(np.square(parts).sum()), rel=1e-7)
        assert answer.df == pytest.approx(df, rel=1e-6)
    else:
        assert df < 1 + 1e-6


def test_hc3_and_cr2_do_not_mind_the_order_of_people():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(30), rng.integers(0, 2, 30), rng.normal(size=30)])
    response, cluster, order = rng.normal(size=30), rng.integers(0, 5, 30), rng.permutation(30)
    plain, turned = least_squares(response, design, errors="HC3"), least_squares(response[order], design[order], errors="HC3")
    assert plain.std_error == pytest.approx(turned.std_error)
    assert cr2(response, design, cluster).df == pytest.approx(cr2(response[order], design[order], cluster[order]).df)


@quick
@given(tables)
def test_marginal_tests_turn_with_time_and_are_one_for_two_categories(rows):
    table = np.array(rows)
    assume(table.sum() > np.trace(table))
    one = stuart_maxwell(table)
    assert one.statistic == pytest.approx(stuart_maxwell(table.T).statistic, abs=1e-9)
    assert 0 < stuart_maxwell_exact(table, seed=1).p_value <= 1
    if len(table) == 2:
        assert one.statistic == pytest.approx(mcnemar(table).statistic)


@quick
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=5))
def test_distance_of_categories_does_not_mind_their_order(rows):
    first, second = np.array(rows).T
    assume(first.sum() > 1 and second.sum() > 1)
    one, other = of_categories(first, second), of_categories(second[::-1], first[::-1])
    assert one.reason == other.reason
    if one.reason is None:
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6, abs=1e-7)


def test_balance_of_equal_and_of_constant_groups():
    assert of_scores(np.full(4, 7.0), np.full(5, 7.0)).estimate == 0
    assert of_scores(np.full(4, 7.0), np.full(5, 8.0)).reason == "no_variance"
    assert of_categories(np.array([3, 0]), np.array([0, 3])).reason == "no_variance"


@quick
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_keeps_the_order_and_never_exceeds_bonferroni(p):
    p = np.array(p)
    adjusted = holm(p)
    assert (adjusted >= p - 1e-12).all() and (adjusted <= np.minimum(p * len(p), 1) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12).all()


@quick
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_intervals_of_shares_stay_in_range_and_hold_the_share(n, other_n, data):
    count, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    low, high = wilson_interval(count, n)
    assert 0 <= low <= count / n <= high <= 1
    low, high = difference_interval(count, n, other, other_n)
    assert -1 - 1e-12 <= low <= count / n - other / other_n <= high <= 1 + 1e-12


@pytest.mark.parametrize("index", INDICES.values(), ids=list(INDICES))
def test_indices_turn_with_the_scale(index):
    rng = np.random.default_rng(2)
    before = rng.normal(30, 8, 40)
    later = before - rng.normal(5, 6, 40)
    plain, turned = index(before, later, 0.85), index(50 - before, 50 - later, 0.85)
    np.testing.assert_allclose(turned.statistic, -plain.statistic, atol=1e-9)


def test_statistics_of_nobody_give_a_reason():
    nothing = np.array([])
    empty = paired_moments(nothing, nothing)
    assert {effect(empty).reason for effect in EFFECTS} == {"empty_group"}
    assert difference_by_pooled_sd(empty, empty).reason == difference_of_changes(empty, empty).reason == "empty_group"
    assert signed_ranks(nothing).reason == sign_test(nothing).reason == "empty_group"
    assert change_by_baseline_sd_bootstrap(nothing, nothing, seed=1).reason == "empty_group"
    assert {index(nothing, nothing, 0.8).reason for index in INDICES.values()} == {"empty_group"}
    assert mcnemar(np.zeros((2, 2))).reason == stuart_maxwell_exact(np.zeros((3, 3)), seed=1).reason == "empty_group"


def test_a_covariate_that_repeats_another_changes_nothing_and_one_that_is_the_group_forbids_the_answer():
    rng = np.random.default_rng(6)
    before, later, first = rng.normal(size=40), rng.normal(size=40), rng.integers(0, 2, 40).astype(bool)
    one = rng.integers(0, 2, (40, 1)).astype(float)
    plain = adjusted_difference(before, later, first, one).one(DIFFERENCE)
    twice = adjusted_difference(before, later, first, np.column_stack([one, 1 - one, one])).one(DIFFERENCE)
    assert (twice.estimate, twice.df) == (pytest.approx(plain.estimate), plain.df)
    assert adjusted_difference(before, later, first, first[:, None].astype(float)).reason == "collinear"
