"""Mixed models against lme4, lmerTest and pbkrtest (tests/reference/r/mixed_model.R) and against closed forms."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.models.mixed_model import contrast, fit_mixed

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "mixed_model.json").read_text(encoding="utf-8"))["cases"]


def design(fixed: str, frame: pd.DataFrame) -> np.ndarray:
    """Return the columns that R's model.matrix makes of the formulas in the script."""
    columns = [np.ones(len(frame))]
    right = fixed.split("~")[1].replace(" ", "")
    if right == "factor(moment)*cbt":
        two, three = (frame["moment"].to_numpy() == k for k in (2, 3))
        cbt = frame["cbt"].to_numpy()
        return np.column_stack([*columns, two, three, cbt, two * cbt, three * cbt])
    interactions = []
    for term in right.split("+"):
        parts = term.split("*")
        columns += [frame[part].to_numpy(float) for part in parts]
        if len(parts) == 2:
            interactions.append(frame[parts[0]].to_numpy(float) * frame[parts[1]].to_numpy(float))
    return np.column_stack(columns + interactions)


def fitted(case):
    frame = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    slope = frame["month"] if case["slope"] else None
    X = design(case["fixed"], frame)
    return fit_mixed(frame["score"], X, frame["subject"], slope, reml=case["reml"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['data']}-{c['slope']}-{c['reml']}-{len(c['coefficients'])}")
def test_fit_equals_lme4(case):
    fit = fitted(case)
    # a search without derivatives stops some 1e-7 beside the maximum: the likelihood here must not be lower
    assert fit.log_likelihood >= case["log_likelihood"] - 1e-9 * abs(case["log_likelihood"])
    assert fit.log_likelihood == pytest.approx(case["log_likelihood"], rel=1e-9)
    assert fit.coefficients == pytest.approx(np.array(case["coefficients"]), rel=1e-6)
    assert fit.covariance == pytest.approx(np.array(case["covariance"]), rel=2e-6, abs=1e-9)
    assert fit.residual_variance == pytest.approx(case["residual"], rel=2e-6)
    scale = fit.residual_variance
    assert np.ravel(fit.random_covariance) == pytest.approx(np.ravel(case["random"]), rel=1e-5, abs=1e-6 * scale)
    assert fit.singular == case["singular"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['data']}-{c['slope']}-{c['reml']}-{len(c['coefficients'])}")
def test_degrees_of_freedom_equal_lmertest_and_pbkrtest(case):
    fit = fitted(case)
    units = np.eye(len(fit.coefficients))
    # lmerTest differentiates numerically
    ours = [contrast(fit, unit).df for unit in units]
    assert ours == pytest.approx(case["satterthwaite"], rel=1e-5)
    if case["reml"]:
        adjusted = [contrast(fit, unit, "kenward-roger") for unit in units]
        assert [c.std_error for c in adjusted] == pytest.approx(case["kenward_roger"]["se"], rel=1e-5)
        assert [c.df for c in adjusted] == pytest.approx(case["kenward_roger"]["df"], rel=1e-5)


def test_what_cannot_be_fitted_is_said():
    ones = np.ones((4, 1))
    assert fit_mixed([], np.empty((0, 1)), []).reason == "empty_group"
    assert fit_mixed([np.nan] * 4, ones, [1, 1, 2, 2]).reason == "empty_group"
    assert fit_mixed([1.0, 2.0, 3.0, 4.0], ones, [1, 1, 1, 1]).reason == "too_few"
    assert fit_mixed([1.0, 2.0, 3.0, 4.0], ones, [1, 2, 3, 4]).reason == "no_repeats"
    assert fit_mixed([3.0] * 4, ones, [1, 1, 2, 2]).reason == "no_variance"
    assert fit_mixed([3.0, 3.0, 4.0, 4.0], ones, [1, 1, 2, 2]).reason == "no_variance"
    assert fit_mixed([1.0, 2.0, 3.0, 5.0], np.ones((4, 2)), [1, 1, 2, 2]).reason == "collinear"
    assert fit_mixed([1.0, 2.0, 3.0, 5.0], np.zeros((4, 1)), [1, 1, 2, 2]).reason == "collinear"
    assert fit_mixed([1.0, 2.0, 3.0, 5.0], ones, [1, 1, 2, 2], [0, 1, 0, 1]).reason == "slope_not_identified"
    refused = fit_mixed([3.0] * 4, ones, [1, 1, 2, 2], [0, 1, 0, 2], reml=False)
    assert np.isnan(contrast(refused, [1.0]).estimate)
    assert contrast(refused, [1.0]).reason == refused.reason


def test_rows_with_a_missing_value_are_left_out_and_counted():
    X = [[1, 0], [1, 1], [1, 0], [1, 1], [1, 0], [1, 0], [1, np.nan]]
    fit = fit_mixed([1.0, 3, 2, 6, np.nan, 6, 7], X, [1, 1, 2, 2, 3, 3, 3])
    whole = fit_mixed([1.0, 3, 2, 6, 6], [[1, 0], [1, 1], [1, 0], [1, 1], [1, 0]], list("aabbc"))
    assert (fit.rows, fit.clients, fit.left_out) == (5, 3, 2)
    assert fit.coefficients == pytest.approx(whole.coefficients, rel=1e-10)


def test_wrong_use_is_refused():
    fit = fit_mixed([1, 3, 2, 6, 6, 6], [[1, 0], [1, 1]] * 3, [1, 1, 2, 2, 3, 3], reml=False)
    for call in (
        lambda: fit_mixed([1.0, 2.0], [[1.0]], [1, 1]),
        lambda: fit_mixed([1.0, np.inf], [[1.0], [1.0]], [1, 1]),
        lambda: fit_mixed([1.0, 2.0], [[1.0], [1.0]], [1, None]),
        lambda: contrast(fit, [1.0]),
        lambda: contrast(fit, [0.0, 0.0]),
        lambda: contrast(fit, [0.0, 1.0], "kenward-roger"),
        lambda: contrast(fit, [0.0, 1.0], "z"),
        lambda: contrast(fit, [0.0, 1.0], confidence=95),
    ):
        with pytest.raises(ValueError):
            call()


def test_an_effect_of_phase_may_differ_between_clients():
    """Two distinct values suffice when they repeat: per client a mean before and a mean after, and their spread."""
    rng = np.random.default_rng(6)
    client, phase = np.repeat(np.arange(12), 8), np.tile([0.0] * 4 + [1.0] * 4, 12)
    y = rng.normal(0, 3, 12)[client] + (2 + rng.normal(0, 2, 12)[client]) * phase + rng.normal(0, 1, 96)
    fit = fit_mixed(y, np.column_stack([np.ones(96), phase]), client, phase)
    assert fit.reason is None and not fit.singular
    difference = np.array([y[(client == k) & (phase == 1)].mean() - y[(client == k) & (phase == 0)].mean() for k in range(12)])
    # balanced, so the change is the paired comparison of the clients' means
    change = contrast(fit, [0, 1])
    assert change.estimate == pytest.approx(difference.mean(), rel=1e-9)
    assert change.std_error == pytest.approx(difference.std(ddof=1) / 12**0.5, rel=1e-6)
    assert change.df == pytest.approx(11, rel=1e-5)
    once = fit_mixed(y[::4], np.column_stack([np.ones(24), phase[::4]]), client[::4], phase[::4])
    assert once.reason == "slope_not_identified"
