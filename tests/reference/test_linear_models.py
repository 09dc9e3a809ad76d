"""Linear and logistic models and corrected p against R (r/linear_models.R): stats, sandwich, clubSandwich, p.adjust."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.clustered.change import g_by_cluster, mean_change_by_cluster
from analyses.statistics.inference.multiplicity import benjamini_hochberg, bonferroni, holm
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.linear_model import least_squares
from analyses.statistics.models.logistic_model import logistic_model
from analyses.statistics.models.model import Model

R = json.loads((Path(__file__).parent / "values" / "linear_models.json").read_text(encoding="utf-8"))
close = {"rel": 1e-8}


def _data(case: dict) -> tuple[np.ndarray, np.ndarray, list[str]]:
    columns = np.array(case["columns"], float)
    names = ["intercept", *(f"column {k}" for k in range(columns.shape[1]))]
    return np.array(case["response"], float), np.column_stack([np.ones(len(columns)), columns]), names


def _limits(model: Model) -> np.ndarray:
    return np.column_stack([model.ci_low, model.ci_high])


@pytest.mark.parametrize("errors", ["classical", "HC0", "HC1", "HC2", "HC3"])
@pytest.mark.parametrize("case", R["models"], ids=lambda case: case["name"])
def test_least_squares_equals_lm_and_sandwich(case, errors):
    model = least_squares(*_data(case), errors)
    assert model.coefficients == pytest.approx(np.array(case["coefficients"]), **close)
    assert model.covariance == pytest.approx(np.array(case["covariance"][errors]), **close)
    assert _limits(model) == pytest.approx(np.array(case["limits"][errors]), **close)
    assert set(model.df) == {case["df"]}


@pytest.mark.parametrize("case", R["models"], ids=lambda case: case["name"])
def test_errors_by_cluster_equal_sandwich_and_clubsandwich(case):
    response, design, names = _data(case)
    model = least_squares(response, design, names, "cluster", np.array(case["cluster"]))
    assert model.covariance == pytest.approx(np.array(case["covariance"]["cluster"]), **close)
    assert _limits(model) == pytest.approx(np.array(case["cluster_limits"]), **close)
    assert set(model.df) == {case["clusters"] - 1}
    small = cr2(response, design, np.array(case["cluster"]), names)
    assert small.std_error == pytest.approx(np.array(case["cr2"]), **close)
    assert small.df == pytest.approx(np.array(case["cr2_df"]), rel=1e-7)
    assert small.p_value == pytest.approx(np.array(case["cr2_p"]), rel=1e-7)


@pytest.mark.parametrize("case", R["logistic"], ids=lambda case: case["name"])
def test_logistic_model_equals_glm(case):
    model = logistic_model(*_data(case))
    assert model.coefficients == pytest.approx(np.array(case["coefficients"]), rel=1e-6)
    # R's covariance comes from the last but one step
    assert model.covariance == pytest.approx(np.array(case["covariance"]), rel=1e-6)
    assert model.p_value == pytest.approx(np.array(case["p"]), rel=1e-6)
    assert _limits(model) == pytest.approx(np.array(case["limits"]), rel=1e-6)


def test_corrected_p_equals_p_adjust():
    given = np.array(R["p"], float)
    for function, name in ((holm, "holm"), (bonferroni, "bonferroni"), (benjamini_hochberg, "benjamini_hochberg")):
        assert function(given) == pytest.approx(np.array(R["adjusted"][name], float), nan_ok=True, **close)
        assert np.isnan(function(np.array([np.nan]))).all()


def test_a_coefficient_is_asked_for_by_its_name():
    model = least_squares(*_data(R["models"][0]))
    assert model.one("column 0").estimate == model.coefficients[1]
    with pytest.raises(KeyError, match="intercept, column 0, column 1"):
        model.one("arm")
    with pytest.raises(ValueError, match="name of its own"):
        least_squares(*_data(R["models"][0])[:2], ["a", "b"])


@pytest.mark.parametrize("scores", [[1.0, 2.0, 4.0, 7.0, 3.0, 9.0, 4.0, 2.0], [0.1, 0.7, 0.3, 1.2, 0.6, 0.4, 2.3, 1.1]])
@pytest.mark.parametrize("far", [0.0, 1e6])
def test_nothing_is_made_of_rounding(scores, far):
    """Everyone changes by exactly 5: the model fits without error, its difference is 0 by hand, and there is no test of that."""
    before = np.array(scores) + far
    first = np.array([1, 0, 1, 0, 1, 0, 1, 0], float)
    design = np.column_stack([np.ones(8), first, before - before.mean()])
    for model in (
        least_squares(before - 5, design),
        least_squares(before - 5, design, errors="HC3"),
        least_squares(before - 5, design, errors="cluster", cluster=first),
        cr2(before - 5, design, np.arange(8) % 4),
    ):
        answer = model.one("x1")
        assert (answer.estimate, answer.std_error, answer.reason) == (0.0, 0.0, "no_variance")
        assert np.isnan([answer.ci_low, answer.ci_high, answer.p_value]).all()
        assert model.one("x2").estimate == pytest.approx(1.0)


def test_what_cannot_be_estimated_is_said():
    ones, y = np.ones((4, 1)), np.array([1.0, 2.0, 4.0, 9.0])
    assert least_squares(y[:1], ones[:1]).reason == "too_few"
    assert least_squares(y, np.ones((4, 2))).reason == "collinear"
    alone = np.column_stack([np.ones(4), [1.0, 0, 0, 0]])
    assert least_squares(y, alone, errors="HC3").reason == "no_residual_df"
    assert least_squares(y, alone).reason is None
    assert (
        least_squares(y, ones, errors="cluster", cluster=np.zeros(4)).reason == cr2(y, ones, np.zeros(4)).reason == "one_group"
    )
    # the first column is one cluster, and the difference hangs on it
    both = cr2(y, np.column_stack([np.ones(4), [1.0, 1, 0, 0]]), np.array([0, 0, 1, 1]))
    assert (both.reason, both.one("x1").reason) == (None, "no_residual_df")


def test_a_logistic_model_of_separated_people_is_refused():
    design = np.column_stack([np.ones(6), [1.0, 2, 3, 4, 5, 6]])
    assert logistic_model(np.array([0, 0, 0, 1, 1, 1]), design).reason == "monotone_likelihood"
    # one value has both: quasi-separation, which a program without a check answers with a huge error
    tied = np.column_stack([np.ones(6), [1.0, 2, 3, 3, 5, 6]])
    assert logistic_model(np.array([0, 0, 0, 1, 1, 1]), tied).reason == "monotone_likelihood"
    assert logistic_model(np.array([0, 0, 1, 0, 1, 1]), design).reason is None
    assert logistic_model(np.zeros(6), design).reason == "no_events"
    assert logistic_model(np.ones(6), design).reason == "no_variance"
    assert logistic_model(np.zeros(2), design[:2]).reason == "too_few"
    assert logistic_model(np.array([0, 0, 1, 0, 1, 1]), np.ones((6, 2))).reason == "collinear"


def test_a_mean_with_errors_by_cluster_equals_clubsandwich():
    case = R["mean_cr2"]
    answer = cr2(np.array(case["response"]), np.ones((len(case["response"]), 1)), np.array(case["cluster"]), ["mean"]).one(
        "mean"
    )
    assert (answer.estimate, answer.std_error, answer.df, answer.p_value) == pytest.approx(
        (case["estimate"], case["error"], case["df"], case["p"]), **close
    )


@pytest.mark.parametrize("case", R["clustered"], ids=lambda case: case["name"])
def test_change_with_errors_by_cluster_equals_clubsandwich(case):
    before, later, cluster = (np.array(case[name], float) for name in ("before", "later", "cluster"))
    change = mean_change_by_cluster(before, later, cluster)
    assert (change.estimate, change.std_error) == pytest.approx((case["change"], case["change_error"]), **close)
    assert (change.df, change.p_value) == pytest.approx((case["change_df"], case["change_p"]), rel=1e-7)
    g = g_by_cluster(before, later, cluster)
    # R's influences are numerical derivatives
    assert g.estimate == pytest.approx(case["g"], **close)
    assert (g.std_error, g.df) == pytest.approx((case["error"], case["df"]), rel=1e-6)
    turned = g_by_cluster(before, later, cluster, -1)
    assert (turned.estimate, turned.ci_low) == pytest.approx((-g.estimate, -g.ci_high))


def test_one_provider_or_too_few_people_give_no_interval_by_provider():
    before, later = np.array([30.0, 28, 25, 31]), np.array([25.0, 27, 25, 22])
    assert (
        mean_change_by_cluster(before, later, np.zeros(4)).reason
        == g_by_cluster(before, later, np.zeros(4)).reason
        == "one_group"
    )
    assert mean_change_by_cluster(before[:0], later[:0], np.zeros(0)).reason == "empty_group"
    assert g_by_cluster(before[:0], later[:0], np.zeros(0)).reason == "empty_group"
    assert g_by_cluster(before[:2], later[:2], np.arange(2)).reason == "too_few"
    assert g_by_cluster(np.full(4, 30.0), later, np.arange(4)).reason == "no_variance"
    # everyone changes by exactly 5: no test of that, but g varies with the spread at baseline
    assert mean_change_by_cluster(before, before - 5, np.array([0, 0, 1, 1])).reason == "no_variance"
