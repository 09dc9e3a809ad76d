"""Tests and contrasts by provider against clubSandwich and survival (r/clustered_tests.R): survival's lung by institution."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import stdtrit

from analyses.statistics.change.between_effect import difference_by_pooled_sd
from analyses.statistics.change.paired_change import paired_moments
from analyses.statistics.clustered.contrast import contrast_by_cluster
from analyses.statistics.clustered.cox import log_hazard_ratio_by_cluster
from analyses.statistics.clustered.difference import g_between_by_cluster
from analyses.statistics.clustered.incidence import incidence_design, incidence_with_design
from analyses.statistics.clustered.influence import (
    incidence_influence,
    log_rate_influence,
    restricted_mean_influence,
    survival_influence,
)
from analyses.statistics.clustered.joint_test import joint_test_by_cluster
from analyses.statistics.clustered.log_rank import log_rank_by_cluster, score_by_cluster
from analyses.statistics.clustered.rates import rate_design, rate_with_design
from analyses.statistics.clustered.survival import restricted_mean_design, restricted_mean_with_design
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence
from analyses.statistics.events.event_counts import event_counts_by_group
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.restricted_mean import restricted_mean
from analyses.statistics.events.survival_curve import survival_curve
from analyses.statistics.models.cluster_robust import cr2

VALUES = json.loads((Path(__file__).parent / "values" / "clustered_tests.json").read_text(encoding="utf-8"))
PEOPLE = {name: np.array(column) for name, column in VALUES["people"].items()}


def _interaction() -> tuple[np.ndarray, list[str]]:
    male, age = PEOPLE["male"], PEOPLE["age3"]
    columns = {"one": np.ones(len(male)), "male": male, "b": age == 2, "c": age == 3, "ecog": PEOPLE["ph.ecog"]}
    columns |= {"male x b": male * (age == 2), "male x c": male * (age == 3)}
    return np.column_stack(list(columns.values())).astype(float), list(columns)


def _equal(found, wanted: dict) -> None:
    assert (found.statistic, found.p_value) == pytest.approx((wanted["F"], wanted["p"]), rel=1e-8)
    assert (found.df, found.residual_df) == pytest.approx((wanted["df"], wanted["residual"]), rel=1e-8)


@pytest.mark.parametrize(("name", "modulus"), [("inst", 100), ("seven", 7)])
def test_a_joint_test_of_an_interaction_equals_htz(name, modulus):
    design, names = _interaction()
    found = joint_test_by_cluster(PEOPLE["wt.loss"], design, PEOPLE["inst"] % modulus, ["male x b", "male x c"], names)
    _equal(found, VALUES["joint"][name])


def test_a_joint_test_of_three_groups_equals_htz():
    design, _ = _interaction()
    found = joint_test_by_cluster(PEOPLE["wt.loss"], design[:, [0, 2, 3]], PEOPLE["inst"], ["b", "c"], ["one", "b", "c"])
    _equal(found, VALUES["change"])


def test_fewer_than_one_degree_of_freedom_is_no_test():
    """R gives an F on 0.86 degrees of freedom there."""
    design, names = _interaction()
    assert VALUES["joint"]["three"]["residual"] < 1
    for modulus, reason in ((3, "too_few_clusters"), (1, "one_group")):
        found = joint_test_by_cluster(PEOPLE["wt.loss"], design, PEOPLE["inst"] % modulus, ["male x b", "male x c"], names)
        assert found.reason == reason and np.isnan(found.p_value)


def _counts(cluster: np.ndarray, causes: int = 1) -> tuple[list, list]:
    """Tables by cluster of men and of women, in one order."""
    _, code = np.unique(cluster, return_inverse=True)
    k, happened = int(code.max()) + 1, PEOPLE["event" if causes == 1 else "cause"]
    found = event_counts_by_group(PEOPLE["week"], happened, (1 - PEOPLE["male"]) * k + code, 2 * k, causes=causes)
    return list(found[:k]), list(found[k:])


def _contrast(one, other):
    return contrast_by_cluster(
        one.estimate - other.estimate, np.column_stack([one.total, -other.total]), np.column_stack([one.size, other.size])
    )


NESTED = np.where(PEOPLE["male"] == 1, PEOPLE["inst"] % 5, 10 + PEOPLE["inst"] % 4)
CONTRASTS = {
    "survival_26": lambda group: survival_influence(group, 26),
    "survival_52": lambda group: survival_influence(group, 52),
    "mean_52": lambda group: restricted_mean_influence(group, 52),
    "mean_104": lambda group: restricted_mean_influence(group, 104),
    "incidence_52": lambda group: incidence_influence(group, 1, 52),
    "nested_mean_52": lambda group: restricted_mean_influence(group, 52),
}


@pytest.mark.parametrize("name", CONTRASTS)
def test_a_contrast_of_events_by_institution_equals_cr2_of_pseudo_values(name):
    wanted = VALUES["contrasts"][name]
    groups = _counts(NESTED if "nested" in name else PEOPLE["inst"], 2 if "incidence" in name else 1)
    found = _contrast(*(CONTRASTS[name](group) for group in groups))
    assert found.reason is None
    assert (found.estimate, found.std_error, found.df, found.p_value) == pytest.approx(
        (wanted["estimate"], wanted["std_error"], wanted["df"], wanted["p"]), rel=1e-8
    )


def test_a_rate_ratio_by_institution_equals_cr2_of_pseudo_values():
    wanted, (_, code) = VALUES["contrasts"]["log_rate"], np.unique(PEOPLE["inst"], return_inverse=True)
    parts = []
    for male in (1, 0):
        who = PEOPLE["male"] == male
        sums = (np.bincount(code[who], of[who], code.max() + 1) for of in (PEOPLE["event"], PEOPLE["week"], np.ones(len(code))))
        parts.append(log_rate_influence(*sums))
    found = _contrast(*parts)
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (wanted["estimate"], wanted["std_error"], wanted["df"]), rel=1e-8
    )


def test_influences_by_institution_give_survfits_robust_error():
    for group, wanted in zip(reversed(_counts(PEOPLE["inst"])), VALUES["arms"]["plain_survival"]):
        found = survival_influence(group, 52).total
        assert np.sqrt(found @ found) == pytest.approx(wanted, rel=1e-8)


def test_parts_of_the_log_rank_test_equal_score_residuals():
    one, other = _counts(PEOPLE["inst"])
    parts, wanted = score_by_cluster(one, other), VALUES["score"]
    assert parts == pytest.approx(np.array(wanted["parts"]), abs=1e-9)
    assert parts.sum() == pytest.approx(wanted["events"][1] - wanted["expected"][1], abs=1e-9)
    everyone = [sum(group[1:], group[0]) for group in (one, other)]
    assert parts.sum() == pytest.approx(everyone[0].all_events.sum() - log_rank(everyone).expected[0], abs=1e-9)
    # R's robust score test before the correction for few clusters
    found = log_rank_by_cluster(one, other)
    robust = wanted["robust"]
    df = len(one) - (2 if any(c.size == 0 for c in (*one, *other)) else 1)
    share = robust / len(one)
    assert (found.statistic**2, found.df) == pytest.approx((df * share / (1 - share), df), rel=1e-7)
    assert found.statistic > 0 and wanted["events"][1] > wanted["expected"][1]


def test_the_log_rank_test_by_cluster_is_a_t_test_of_its_parts():
    """Where every cluster has both: the one-sample t test. One group each, equal sizes: two groups of clusters."""
    from scipy.stats import ttest_1samp

    cluster = np.arange(len(PEOPLE["week"])) % 6
    one, other = _counts(cluster)
    found, wanted = log_rank_by_cluster(one, other), ttest_1samp(score_by_cluster(one, other), 0)
    assert (found.statistic, found.p_value) == pytest.approx((wanted.statistic, wanted.pvalue), rel=1e-9)


def test_a_hazard_ratio_by_institution_has_the_errors_of_its_influences():
    for cluster, name in ((PEOPLE["inst"], "cox"), (NESTED, "cox_nested")):
        x = np.column_stack([PEOPLE["male"], PEOPLE["ph.ecog"]])
        found, wanted = log_hazard_ratio_by_cluster(PEOPLE["week"], PEOPLE["event"], x, cluster), VALUES[name]
        assert (found.estimate, found.std_error) == pytest.approx((wanted["estimate"], wanted["std_error"]), rel=1e-6)
    # nine clusters of one sex each, unequal: fewer than 9 - 2
    assert found.df < 7


def test_g_between_by_institution_equals_cr2_of_its_influences():
    scores, first = PEOPLE["wt.loss"], PEOPLE["male"] == 1
    found, wanted = g_between_by_cluster(scores, first, PEOPLE["inst"]), VALUES["g"]
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (wanted["g"], wanted["std_error"], wanted["df"]), rel=1e-8
    )
    groups = [paired_moments(np.zeros(who.sum()), scores[who]) for who in (first, ~first)]
    assert found.estimate == pytest.approx(difference_by_pooled_sd(*groups, 1).estimate, rel=1e-12)


def test_a_contrast_of_sums_equals_cr2_of_people():
    rng = np.random.default_rng(8)
    cluster = np.repeat(np.arange(7), (3, 9, 4, 12, 2, 6, 5))
    first = rng.random(41) < 0.5
    y = rng.normal(size=41) + 0.5 * rng.normal(size=7)[cluster]
    wanted = cr2(y, np.column_stack([np.ones(41), first]), cluster, ["one", "first"]).one("first")
    total = np.zeros((7, 2))
    size = np.zeros((7, 2))
    for a, who in enumerate((first, ~first)):
        part = (1, -1)[a] * (y[who] - y[who].mean()) / who.sum()
        total[:, a], size[:, a] = np.bincount(cluster[who], part, 7), np.bincount(cluster[who], minlength=7)
    found = contrast_by_cluster(y[first].mean() - y[~first].mean(), total, size)
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (wanted.estimate, wanted.std_error, wanted.df), rel=1e-10
    )


def test_designs_of_everyone_equal_cr2_of_pseudo_values():
    """Mean time, incidence and rate: the error of independent people times the root of the design effect."""
    wanted, cluster = VALUES["everybody"], np.unique(PEOPLE["inst"], return_inverse=True)[1]
    k = int(cluster.max()) + 1
    counts, of_causes = (
        event_counts_by_group(PEOPLE["week"], PEOPLE[name], cluster, k, causes=causes)
        for name, causes in (("event", 1), ("cause", 2))
    )
    curve, mean = survival_curve(sum(counts[1:], counts[0])), restricted_mean_design(counts, 52)
    found = restricted_mean_with_design(curve, 52, mean.estimate, mean.df)
    numbers = wanted["mean_52"]
    assert (found.estimate, found.std_error, found.df) == pytest.approx(tuple(numbers.values()), rel=1e-8)
    alone = restricted_mean(curve, 52)
    assert (found.ci_high - found.estimate) / (alone.ci_high - alone.estimate) == pytest.approx(
        stdtrit(mean.df, 0.975) / 1.959963984540054 * np.sqrt(mean.estimate), rel=1e-9
    )
    design = incidence_design(of_causes, 1, 52)
    found = incidence_with_design(cumulative_incidence(sum(of_causes[1:], of_causes[0])), 1, 52, design.estimate, design.df)
    numbers = wanted["incidence_52"]
    assert (found.estimate, found.std_error, found.df) == pytest.approx(tuple(numbers.values()), rel=1e-8)
    # log-log limits by hand: F to the power exp(-+ t se / (F log F))
    far = stdtrit(numbers["df"], 0.975) * numbers["std_error"] / (numbers["estimate"] * np.log(numbers["estimate"]))
    assert sorted((found.ci_low, found.ci_high)) == pytest.approx(sorted(numbers["estimate"] ** np.exp([far, -far])), rel=1e-8)
    sums = [np.bincount(cluster, of, k) for of in (PEOPLE["event"], PEOPLE["week"], np.ones(len(cluster)))]
    design, numbers = rate_design(*sums), wanted["log_rate"]
    found = rate_with_design(sums[0].sum(), sums[1].sum(), design.estimate, design.df)
    assert (np.log(found.estimate), found.std_error / found.estimate, found.df) == pytest.approx(
        tuple(numbers.values()), rel=1e-8
    )
    assert np.log(found.ci_high / found.estimate) == pytest.approx(
        stdtrit(numbers["df"], 0.975) * numbers["std_error"], rel=1e-8
    )


def test_designs_of_nothing_say_why():
    nobody = event_counts_by_group(np.array([9, 9]), np.array([0, 0]), np.array([0, 1]), 2, causes=2)
    assert incidence_design(nobody, 1, 5).reason == "no_events" and incidence_design([], 1, 5).reason == "empty_group"
    assert rate_design([0, 0], [9, 9], [1, 1]).reason == "no_events" and rate_design([0], [0], [0]).reason == "empty_group"
    assert rate_with_design(0, 3.0, 1.0, 2.0).reason == "no_events" and rate_with_design(1, 0.0, 1.0, 2.0).reason == "no_time"


def test_a_group_of_one_provider_is_no_comparison_by_provider():
    cluster = np.where(PEOPLE["male"] == 1, 1, PEOPLE["inst"])
    one, other = _counts(np.where(PEOPLE["male"] == 1, 0, 1 + PEOPLE["inst"]))
    lonely = "group_of_one_provider"
    assert log_rank_by_cluster(one, other).reason == lonely
    assert _contrast(*(survival_influence(group, 26) for group in (one, other))).reason == lonely
    assert (
        g_between_by_cluster(PEOPLE["wt.loss"], PEOPLE["male"] == 1, np.where(PEOPLE["male"] == 1, 0, 1 + cluster)).reason
        == lonely
    )
    two = _counts(PEOPLE["male"])
    assert log_rank_by_cluster(*two).reason == lonely
    # both groups at two providers, one each way: no degree of freedom is left
    four = _counts(PEOPLE["male"] * 2 + (PEOPLE["inst"] > 11) * (PEOPLE["male"] == 1))
    assert log_rank_by_cluster(*four).reason == lonely
