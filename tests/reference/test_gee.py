"""Generalised estimating equations against geepack, and the small-sample sandwich against its formula written out (r/gee.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.models.gee import fit_gee
from analyses.statistics.models.model import weighted

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "gee.json").read_text(encoding="utf-8"))["cases"]
_TERMS = {
    "score ~ month": lambda f: [f.month],
    "score ~ month * treated": lambda f: [f.month, f.treated, f.month * f.treated],
    "score ~ pre + month * treated": lambda f: [f.pre, f.month, f.treated, f.month * f.treated],
    "score ~ factor(moment) * cbt": lambda f: [
        f.moment == 2,
        f.moment == 3,
        f.cbt,
        (f.moment == 2) * f.cbt,
        (f.moment == 3) * f.cbt,
    ],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_equals_geepack(case):
    frame = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    X = np.column_stack([np.ones(len(frame)), *_TERMS[case["fixed"]](frame)]).astype(float)
    fit = fit_gee(frame["score"], X, frame["subject"])
    assert fit.model.reason is None
    assert fit.correlation == pytest.approx(case["alpha"], rel=1e-8)
    assert fit.scale == pytest.approx(case["scale"], rel=1e-8)
    assert fit.model.coefficients == pytest.approx(np.array(case["coefficients"]), rel=1e-8)
    assert fit.sandwich == pytest.approx(np.array(case["sandwich"]), rel=1e-7, abs=1e-12)
    assert fit.model.covariance == pytest.approx(np.array(case["corrected"]), rel=1e-7, abs=1e-12)


def test_what_cannot_be_estimated_is_said():
    ones = np.ones((4, 1))
    assert fit_gee([], np.empty((0, 1)), []).model.reason == "empty_group"
    assert fit_gee([1.0, 2.0, 3.0, 4.0], ones, [1, 1, 1, 1]).model.reason == "too_few"
    assert fit_gee([3.0] * 4, ones, [1, 1, 2, 2]).model.reason == "no_variance"
    assert fit_gee([1.0, 2.0, 3.0, 5.0, 1.0, 4.0], np.ones((6, 2)), [1, 1, 2, 2, 3, 3]).model.reason == "collinear"
    alone = np.column_stack([np.ones(8), [1, 1, 0, 0, 0, 0, 0, 0]])
    assert fit_gee([1.0, 2.0, 3.0, 5.0, 1.0, 4.0, 2.0, 2.0], alone, [1, 1, 2, 2, 3, 3, 4, 4]).model.reason == "too_few"
    assert np.isnan(weighted(fit_gee([3.0] * 4, ones, [1, 1, 2, 2]).model, [1.0]).estimate)


def test_one_row_per_client_is_least_squares():
    y = np.array([1.0, 4.0, 2.0, 7.0])
    fit = fit_gee(y, np.ones((4, 1)), list("abcd"))
    assert (fit.correlation, fit.model.coefficients[0]) == (0.0, 3.5)
    # each residual divided by 1 - 1/n: HC3
    assert fit.model.covariance[0, 0] == pytest.approx(((y - 3.5) ** 2).sum() / (0.75**2 * 16))
