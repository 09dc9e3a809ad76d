"""What the libraries have wrong stands in `docs/own-code.md`; when one of them is mended, its test here fails, and own code may go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model

DATA = Path(__file__).parent / "data"
NAMES = ["rx", "number", "size"]


@pytest.fixture(scope="module")
def bladder():
    return pd.read_csv(DATA / "bladder2.csv")


@pytest.fixture(scope="module")
def right(bladder):
    """R's errors by client, with Efron's and with Breslow's ties (`tests/reference/test_cox_model.py`)."""
    given = (bladder["stop"], bladder["event"], bladder[NAMES])
    by_client = {"entry": bladder["start"], "cluster": bladder["id"]}
    return {ties: cox_model(*given, **by_client, ties=ties).std_error for ties in ("efron", "breslow")}


def test_lifelines_errors_by_client_leave_out_late_entry(bladder, right):
    """Pitfall T8."""
    from lifelines import CoxPHFitter

    columns = bladder[["stop", "event", "start", "id", *NAMES]]
    fit = CoxPHFitter().fit(columns, "stop", "event", entry_col="start", cluster_col="id")
    assert np.abs(fit.standard_errors_[NAMES].to_numpy() / right["efron"] - 1).max() > 0.05


def test_statsmodels_errors_by_client_leave_out_late_entry(bladder, right):
    """Pitfall T8: with the entry moved, so that the coefficients are right."""
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(bladder["stop"], bladder[NAMES], status=bladder["event"], entry=bladder["start"] + 0.5, ties="breslow")
    assert np.abs(model.fit(groups=bladder["id"], disp=0).bse / right["breslow"] - 1).max() > 0.05


def test_statsmodels_counts_a_record_as_at_risk_at_its_entry(bladder):
    """Pitfall T8: a client whose next record begins where the last one ended is then there twice."""
    from statsmodels.duration.hazard_regression import PHReg

    fit = PHReg(bladder["stop"], bladder[NAMES], status=bladder["event"], entry=bladder["start"], ties="breslow").fit(disp=0)
    mine = cox_model(bladder["stop"], bladder["event"], bladder[NAMES], entry=bladder["start"], ties="breslow")
    assert np.abs(fit.params / mine.coefficients - 1).max() > 0.01


def test_lifelines_swaps_the_limits_of_an_incidence():
    """Pitfall T1."""
    from lifelines import AalenJohansenFitter

    rng = np.random.default_rng(3)
    week, cause = np.sort(rng.exponential(10, 150)), rng.choice([0, 1, 2], 150, p=[0.3, 0.4, 0.3])
    lower, upper = AalenJohansenFitter().fit(week, cause, 1).confidence_interval_.iloc[60].sort_index()
    assert upper < lower


@pytest.mark.filterwarnings("ignore:The maximum number of subdivisions")
def test_lifelines_variance_of_a_restricted_mean_is_that_of_the_times():
    """Pitfall T7: 12.024 is the variance of the mean over 40 weeks of the aml data's maintained arm."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    data = pd.read_csv(DATA / "aml.csv")
    arm = data[data["maintained"] == 1]
    fit = KaplanMeierFitter().fit(arm["week"], arm["event"])
    mean, variance = restricted_mean_survival_time(fit, t=40, return_variance=True)
    assert mean == pytest.approx(28.897727, abs=1e-6) and variance > 100


def test_lifelines_closes_ranges_and_gives_the_share_before_a_known_week():
    """Visits in weeks 6 and 12: 7 of 16 have the event by week 6, 5 more by week 12; and three events in known weeks 1, 2 and 3."""
    from lifelines import KaplanMeierFitter

    left, right = np.repeat([0.0, 6.0, 12.0], [7, 5, 4]), np.repeat([6.0, 12.0, np.inf], [7, 5, 4])
    curve = KaplanMeierFitter().fit_interval_censoring(left, right).survival_function_
    assert curve.loc[6].max() > 9 / 16 + 0.01
    known = KaplanMeierFitter().fit_interval_censoring([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).survival_function_
    assert known.loc[1.0].max() == pytest.approx(1.0)


def test_lifelines_log_normal_regression_on_ranges_finds_no_solution():
    from lifelines import LogNormalAFTFitter
    from lifelines.exceptions import ConvergenceError

    data = pd.read_csv(DATA / "interval_bcos.csv")
    data["right"] = data["right"].fillna(np.inf)
    with pytest.raises(ConvergenceError):
        LogNormalAFTFitter().fit_interval_censoring(data.astype(float), "left", "right")


def test_statsmodels_takes_hc3_for_hc0_in_a_model_of_counts():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    model = GLM(np.array([0.0, 2, 4, 1, 1, 4]), np.column_stack([np.ones(6), [1, 1, 1, 0, 0, 0]]), family=Poisson())
    errors = {kind: model.fit(cov_type=kind).bse for kind in ("HC0", "HC3")}
    assert errors["HC3"].tolist() == errors["HC0"].tolist()
