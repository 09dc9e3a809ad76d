"""Tests and contrasts by provider against clubSandwich and survival (r/clustered_tests.R): survival's lung by institution."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.models.clustered_joint_test import joint_test_by_cluster

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
