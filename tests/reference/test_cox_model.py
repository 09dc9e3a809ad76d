"""Cox models, tests of proportional hazards and predicted curves against R's survival (tests/reference/r/cox.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.fine_gray import fine_gray
from analyses.statistics.hazards.firth_cox import firth_cox
from analyses.statistics.hazards.predicted_survival import predicted_survival
from analyses.statistics.hazards.proportional_hazards import proportional_hazards

HERE = Path(__file__).parent
CASES = json.loads((HERE / "values" / "cox.json").read_text(encoding="utf-8"))["cases"]
close = pytest.approx


def given(case):
    data = pd.read_csv(HERE / "data" / f"{case['data']}.csv")
    entry = None if case["entry"] is None else data[case["entry"]] * unit(case)
    strata = None if case["strata"] is None else data[case["strata"]]
    week = data[case["time"]] * unit(case)
    return data, (week, data[case["event"]], data[case["x"]]), {"entry": entry, "strata": strata, "ties": case["ties"]}


def unit(case):
    """The transplant data have half days, and are taken in those: no answer hangs on the unit of time."""
    return 2 if case["data"] == "heart" else 1


def label(case):
    parts = [case["data"], case["time"], case["ties"]]
    return "-".join(parts + [key for key in ("entry", "strata", "cluster") if case[key]])


@pytest.mark.parametrize("case", CASES, ids=label)
def test_cox_model_equals_coxph(case):
    _, arguments, options = given(case)
    model = cox_model(*arguments, **options)
    assert model.reason is None
    assert model.coefficients == close(np.array(case["coef"]), rel=1e-8, abs=1e-12)
    assert model.std_error == close(np.array(case["se"]), rel=1e-8)
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
    assert model.p_value == close(np.array(case["p"]), rel=1e-7)
    assert model.hazard_ratio_ci_low == close(np.array(case["low"]), rel=1e-8)
    assert model.hazard_ratio_ci_high == close(np.array(case["high"]), rel=1e-8)
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
    model = cox_model(*arguments, **options)
    for reference in case["curve"]:
        curve = predicted_survival(model, case["profile"], stratum=case["stratum"], conf_type=reference["interval"])
        assert curve.week.tolist() == (np.array(reference["time"]) * unit(case)).tolist()
        assert curve.survival == close(np.array(reference["surv"]), rel=1e-8)
        assert curve.cumulative_hazard_std_error == close(np.array(reference["se"]), rel=1e-8)
        assert curve.std_error == close(np.array(reference["se"]) * reference["surv"], rel=1e-8)
        assert curve.ci_low == close(np.array(reference["low"], dtype=float), rel=1e-8, nan_ok=True)
        assert curve.ci_high == close(np.array(reference["high"], dtype=float), rel=1e-8, nan_ok=True)
    cluster = np.arange(len(data)) if case["cluster"] is None else data[case["cluster"]]
    curve = predicted_survival(cox_model(*arguments, **options, cluster=cluster), case["profile"], stratum=case["stratum"])
    assert curve.cumulative_hazard_std_error == close(np.array(case["robust_curve_se"]), rel=1e-8)


def test_aml_golden_values():
    """Efron -0.915532 (SE 0.511934), Breslow -0.904220 (SE 0.512248): golden values of the aml data, printed to six places."""
    weeks = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161, 5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
    event = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    maintained = [1] * 11 + [0] * 12
    efron, breslow = (cox_model(weeks, event, maintained, ties=ties) for ties in ("efron", "breslow"))
    assert (efron.coefficients[0], efron.std_error[0]) == close((-0.915532, 0.511934), abs=1e-6)
    assert (breslow.coefficients[0], breslow.std_error[0]) == close((-0.904220, 0.512248), abs=1e-6)


def test_a_coefficient_is_asked_for_by_name():
    """Three clients by hand: the maximum of 1/(2 + r) * r/(1 + r) is at r = sqrt(2)."""
    data = pd.DataFrame({"treated": [0, 1, 0]})
    model = cox_model([1, 2, 3], [1, 1, 1], data)
    assert model.one("treated").estimate == close(np.log(2) / 2, rel=1e-9)
    assert model.hazard_ratio_ci_low[0] == close(np.exp(model.one("treated").ci_low), rel=1e-14)
    with pytest.raises(KeyError, match="treated"):
        model.one("treatment")


@pytest.mark.parametrize("wrong", [[1, 2.5, 3], [1, np.nan, 3], [1, -1, 3]])
def test_half_weeks_and_missing_weeks_are_refused(wrong):
    for fit in (cox_model, firth_cox, proportional_hazards, fine_gray):
        with pytest.raises(ValueError, match=r"week must be whole weeks \(0 or later\)"):
            fit(wrong, [1, 1, 1], [0, 1, 0])
    with pytest.raises(ValueError, match="entry must be whole weeks"):
        cox_model([1, 2, 3], [1, 1, 1], [0, 1, 0], entry=[0.5, 0, 0])
