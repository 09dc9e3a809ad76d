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
