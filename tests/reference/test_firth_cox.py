"""Firth's penalised Cox regression against a direct optimum of the penalised likelihood in R (r/firth_cox.R)."""

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.hazards.firth_cox import firth_cox

CASES = json.loads((Path(__file__).parent / "values" / "firth_cox.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']}, {case['ties']}")
def test_firth_equals_the_direct_optimum(case):
    """The optimum of a derivative-free search is good to about the root of its tolerance, hence 1e-5."""
    fit = firth_cox(case["week"], case["event"], case["x"], ties=case["ties"])
    listed = {key: np.atleast_1d(case[key]) for key in ("coef", "low", "high", "p")}
    assert fit.reason is None
    assert fit.coefficients == pytest.approx(listed["coef"], rel=1e-5, abs=1e-6)
    assert fit.ci_low == pytest.approx(listed["low"], rel=1e-5, abs=1e-6)
    assert fit.ci_high == pytest.approx(listed["high"], rel=1e-5, abs=1e-6)
    assert fit.p_value == pytest.approx(listed["p"], rel=1e-5)
    assert fit.likelihood_ratio_test.statistic == pytest.approx(case["lr"], rel=1e-6)


def test_no_events_and_no_contrast_have_a_reason():
    assert firth_cox([1, 2], [0, 0], [0, 1]).reason == "no_events"
    assert firth_cox([1, 2], [1, 1], [1, 1]).reason == "no_information"
    assert firth_cox([1, 2, 3, 4], [1, 1, 1, 0], [[0, 0], [1, 1], [0, 0], [1, 1]]).reason == "collinear"


def test_two_events_by_hand():
    """Events of x = 0 first and x = 1 last, one more with x = 1: 0.5 log 2r - 2 log(1 + 2r) has its maximum at r = 1/6.

    There the information is half the curvature of the penalised likelihood: scoring steps swing around it for ever.
    """
    fit = firth_cox([0, 0, 1], [1, 0, 1], [0, 1, 1])
    assert fit.reason is None and fit.hazard_ratio[0] == pytest.approx(1 / 6, rel=1e-9)
