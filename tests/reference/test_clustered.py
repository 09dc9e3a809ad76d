"""Errors by provider against clubSandwich, survey and survival (r/clustered.R): survival's lung by institution, survey's schools by district."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.clustered.cox import log_hazard_ratio_by_cluster
from analyses.statistics.clustered.share import effective_limits, share_by_cluster
from analyses.statistics.clustered.survival import survival_design, survival_with_design
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.survival_curve import survival_at, survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.models.cluster_error import cluster_error
from analyses.statistics.models.cluster_robust import cr2

VALUES = json.loads((Path(__file__).parent / "values" / "clustered.json").read_text(encoding="utf-8"))
PEOPLE = {name: np.array(column) for name, column in VALUES["people"].items()}


def test_a_share_by_institution_equals_clubsandwich():
    wanted = VALUES["share"]
    found = share_by_cluster(wanted["events"], wanted["n"])
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (wanted["estimate"], wanted["std_error"], wanted["df"]), rel=1e-9
    )


def test_effective_limits_equal_those_of_survey():
    wanted = VALUES["schools"]
    n = sum(wanted["n"])
    found = effective_limits(sum(wanted["events"]), n, wanted["effect"], wanted["survey_df"])
    assert wanted["effect"] > 1 and tuple(found) == pytest.approx(tuple(wanted["limits"]), rel=1e-9)


def test_sums_give_what_people_give():
    """The same as `cr2` with an intercept alone, on people with unequal clusters."""
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(5), (3, 9, 4, 12, 2))
    y = rng.normal(size=30) + 0.4 * rng.normal(size=5)[cluster]
    wanted = cr2(y, np.ones((30, 1)), cluster, ["mean"]).one("mean")
    found = cluster_error(np.bincount(cluster, y), np.bincount(cluster))
    assert (found.estimate, found.std_error, found.df) == pytest.approx(
        (wanted.estimate, wanted.std_error, wanted.df), rel=1e-10
    )
    assert cluster_error([3.0], [4]).reason == "one_group" and cluster_error([], []).reason == "empty_group"
    assert cluster_error([2.0, 4.0], [2, 4]).reason == "no_variance"


def test_a_curve_by_institution_equals_its_influence():
    counts = [
        event_counts(PEOPLE["week"][mine], PEOPLE["event"][mine])
        for mine in (PEOPLE["inst"] == code for code in np.unique(PEOPLE["inst"]))
    ]
    whole = event_counts(PEOPLE["week"], PEOPLE["event"])
    curve = survival_curve(whole)
    for wanted in VALUES["curve"]["weeks"]:
        found, at = survival_design(counts, wanted["week"]), survival_at(curve, wanted["week"])
        greenwood = at.std_error / at.estimate
        assert at.estimate == pytest.approx(wanted["surv"], rel=1e-10) and found.df == pytest.approx(wanted["df"], rel=1e-8)
        assert np.sqrt(found.estimate) * greenwood == pytest.approx(wanted["log_error"], rel=1e-8)
        wider = survival_with_design(curve, wanted["week"], found.estimate, found.df)
        assert wider.std_error == pytest.approx(wanted["log_error"] * wanted["surv"], rel=1e-8)
        assert wider.ci_low < wanted["surv"] < wider.ci_high


def test_a_hazard_ratio_by_institution_equals_coxph():
    wanted = VALUES["cox"]
    found = log_hazard_ratio_by_cluster(
        PEOPLE["week"], PEOPLE["event"], np.column_stack([PEOPLE["male"], PEOPLE["ph.ecog"]]), PEOPLE["inst"]
    )
    assert found.estimate == pytest.approx(wanted["estimate"], rel=1e-7)
    # with errors for few and unequal institutions: larger than R's, on fewer degrees of freedom (r/clustered_tests.R has their size)
    assert wanted["robust"] < found.std_error < 1.2 * wanted["robust"] and found.df < wanted["clusters"] - 1


def test_clusters_with_equal_parts_of_both_arms_have_coxphs_error():
    """R's sandwich times k / (k - 1), and k - 1 degrees of freedom: every cluster has the same people, with its own weeks."""
    week = np.array([3, 5, 6, 8, 9, 12, 4, 7, 2, 10, 11, 13])
    event, first, cluster = np.ones(12, int), np.arange(12) % 2, np.arange(12) // 4
    found, plain = log_hazard_ratio_by_cluster(week, event, first, cluster), cox_model(week, event, first, cluster=cluster)
    assert found.std_error == pytest.approx(plain.std_error[0] * np.sqrt(3 / 2), rel=1e-10) and found.df == pytest.approx(2)


def test_without_events_there_is_no_design():
    nothing = event_counts(np.full(5, 9), np.zeros(5, int))
    assert survival_design([nothing, nothing], 5).reason == "no_events" and survival_design([], 5).reason == "empty_group"
    assert share_by_cluster([0, 0], [5, 5]).reason == "no_variance"
    assert log_hazard_ratio_by_cluster([1, 2], [1, 1], [0, 1], [1, 1]).reason == "one_group"
