"""Cox models, tests of proportional hazards and predicted curves against R's survival (tests/reference/r/cox.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.predicted_survival import predicted_survival
from analyses.statistics.hazards.proportional_hazards import proportional_hazards

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "cox.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def given(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    column = {key: None if case[key] is None else data[case[key]] for key in ("entry", "strata")}
    return data, (data[case["time"]], data[case["event"]], data[case["x"]]), {**column, "ties": case["ties"]}


def label(case):
    parts = [case["data"], case["time"], case["ties"]]
    return "-".join(parts + [key for key in ("entry", "strata", "cluster") if case[key]])


@pytest.mark.parametrize("case", CASES, ids=label)
def test_cox_model_equals_coxph(case):
    _, arguments, options = given(case)
    model = cox_model(*arguments, **options)
    assert model.reason is None
    assert model.coefficients == close(np.array(case["coef"]), rel=1e-8, abs=1e-12)
    assert model.standard_errors == close(np.array(case["se"]), rel=1e-8)
    assert (model.log_likelihood_null, model.log_likelihood) == close(tuple(case["loglik"]), rel=1e-12)
    assert model.score_test.statistic == close(case["score"], rel=1e-8)
    assert model.wald_test.statistic == close(case["wald"], rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_robust_errors_equal_coxph_with_cluster(case):
    """Lin-Wei errors with ties, late entry and strata (pitfalls T4 and T8)."""
    data, arguments, options = given(case)
    cluster = np.arange(len(data)) if case["cluster"] is None else data[case["cluster"]]
    model = cox_model(*arguments, **options, cluster=cluster)
    assert model.covariance == close(np.array(case["robust_var"]), rel=1e-8, abs=1e-14)
    assert model.p_values == close(np.array(case["p"]), rel=1e-7)
    assert model.ci_low == close(np.array(case["low"]), rel=1e-8)
    assert model.ci_high == close(np.array(case["high"]), rel=1e-8)
    assert model.wald_test.statistic == close(case["robust_wald"], rel=1e-7)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_proportional_hazards_equal_cox_zph(case):
    _, arguments, options = given(case)
    for reference in case["zph"]:
        result = proportional_hazards(*arguments, **options, transform=reference["transform"])
        tests = [*result.tests, result.overall]
        assert [test.statistic for test in tests] == close(reference["chisq"], rel=1e-6)
        assert [test.p_value for test in tests] == close(reference["p"], rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_predicted_curve_equals_survfit(case):
    data, arguments, options = given(case)
    options["stratum"] = case["stratum"]
    for reference in case["curve"]:
        curve = predicted_survival(*arguments, case["profile"], **options, interval=reference["interval"])
        assert curve.weeks.tolist() == reference["time"]
        assert curve.survival == close(np.array(reference["surv"]), rel=1e-8)
        assert curve.standard_errors == close(np.array(reference["se"]), rel=1e-8)
        assert curve.ci_low == close(np.array(reference["low"], dtype=float), rel=1e-8, nan_ok=True)
        assert curve.ci_high == close(np.array(reference["high"], dtype=float), rel=1e-8, nan_ok=True)
    cluster = np.arange(len(data)) if case["cluster"] is None else data[case["cluster"]]
    curve = predicted_survival(*arguments, case["profile"], **options, cluster=cluster)
    assert curve.standard_errors == close(np.array(case["robust_curve_se"]), rel=1e-8)


def test_aml_golden_values():
    """Efron -0.915532 (SE 0.511934), Breslow -0.904220 (SE 0.512248): golden values of the aml data, printed to six places."""
    weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    maintained = [1] * 11 + [0] * 12
    efron, breslow = (cox_model(weeks, event, maintained, ties=ties) for ties in ("efron", "breslow"))
    assert (efron.coefficients[0], efron.standard_errors[0]) == close((-0.915532, 0.511934), abs=1e-6)
    assert (breslow.coefficients[0], breslow.standard_errors[0]) == close((-0.904220, 0.512248), abs=1e-6)
