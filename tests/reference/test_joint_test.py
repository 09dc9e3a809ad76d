"""Wald's F of an interaction against R's car with sandwich's HC3 (r/joint_test.R): MASS's anorexia."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.models.joint_test import joint_test
from analyses.statistics.models.linear_model import least_squares
from analyses.statistics.models.model import no_model, t_model

VALUES = json.loads((Path(__file__).parent / "values" / "joint_test.json").read_text(encoding="utf-8"))


def test_an_interaction_of_three_arms_equals_car():
    treat, before, later = (np.array(VALUES["data"][name], float) for name in ("treat", "before", "later"))
    heavy = (before > 82).astype(float)
    # levels of MASS: 1 CBT, 2 Cont, 3 FT; R takes the first as the reference
    columns = {"one": np.ones(len(treat)), "b": treat == 2, "c": treat == 3, "heavy": heavy, "before": before}
    columns |= {"b x": (treat == 2) * heavy, "c x": (treat == 3) * heavy}
    model = least_squares(later, np.column_stack(list(columns.values())).astype(float), list(columns), "HC3")
    found = joint_test(model, ["b x", "c x"])
    assert (found.statistic, found.p_value) == pytest.approx((VALUES["F"], VALUES["p"]), rel=1e-8)
    assert (found.df, found.residual_df) == (VALUES["df"], VALUES["residual"])


def test_what_cannot_be_tested_is_said():
    assert joint_test(no_model(["a"], "too_few"), ["a"]).reason == "too_few"
    assert joint_test(t_model(["a"], np.array([1.0]), np.eye(1), 0), ["a"]).reason == "no_residual_df"
    assert joint_test(t_model(["a", "b"], np.ones(2), np.ones((2, 2)), 5), ["a", "b"]).reason == "collinear"
