"""Gamma frailties against R's survival (r/frailty.R): kidney by patient, rats by litter, rossi by pretended cluster, lung by institution."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.shared_frailty import SharedFrailty, shared_frailty

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "values" / "frailty.json").read_text(encoding="utf-8"))
ROSSI = pd.read_csv(HERE / "data" / "rossi.csv")
COLUMNS = {"kidney": ("id", ["age", "sex"]), "rats": ("litter", ["rx", "male"]), "lung": ("inst", ["sex"])}


def _data(name: str) -> tuple:
    cluster, columns = COLUMNS[name]
    frame = pd.DataFrame(VALUES[name]["data"])
    return frame["time"], frame["status"], frame[columns], frame[cluster]


def _equal(found: SharedFrailty, wanted: dict) -> None:
    assert found.reason is None
    # R's optimise knows theta to the root of what the likelihood can tell
    assert found.variance == pytest.approx(wanted["theta"], rel=1e-6)
    assert found.coefficients == pytest.approx(wanted["coef"], rel=1e-6)
    assert found.std_error == pytest.approx(wanted["se"], rel=1e-6)
    assert found.log_likelihood == pytest.approx(wanted["value"], abs=1e-9)
    assert found.log_likelihood_without == pytest.approx(wanted["alone"], abs=1e-9)
    assert (found.variance_ci_low, found.variance_ci_high) == pytest.approx((wanted["low"], wanted["high"]), rel=1e-6)
    assert found.heterogeneity_test.statistic == pytest.approx(wanted["lr"], abs=1e-8)
    # R's factors are on the log scale, in the order of the labels
    assert np.log(found.frailty) == pytest.approx(wanted["frailty"], abs=1e-6)


@pytest.mark.parametrize("name", ["kidney", "rats"])
def test_frailty_equals_coxph(name):
    _equal(shared_frailty(*_data(name)), VALUES[name])


def test_breslow_ties_equal_coxph():
    _equal(shared_frailty(*_data("kidney"), ties="breslow"), VALUES["kidney_breslow"])


def test_pretended_clusters_and_late_entry_equal_coxph():
    x, cluster = ROSSI[["fin", "age"]], np.array(VALUES["rossi"]["cluster"])
    _equal(shared_frailty(ROSSI["week"], ROSSI["arrest"], x, cluster), VALUES["rossi"])
    entry = np.array(VALUES["rossi_late"]["entry"])
    _equal(shared_frailty(ROSSI["week"], ROSSI["arrest"], x, cluster, entry=entry), VALUES["rossi_late"])


@pytest.mark.parametrize("name", ["kidney", "rats"])
def test_what_frailty_gives_without_further_arguments_is_near(name):
    """R then takes a part of the information as zero, and stops looking for theta sooner."""
    found, wanted = shared_frailty(*_data(name)), VALUES["default"][name]
    assert found.variance == pytest.approx(wanted["theta"], rel=1e-3)
    assert found.coefficients == pytest.approx(wanted["coef"], rel=6e-3) and found.std_error == pytest.approx(
        wanted["se"], rel=3e-2
    )


def test_clusters_that_do_not_differ_have_the_model_without_them():
    week, event, x, cluster = _data("lung")
    found, plain = shared_frailty(week, event, x, cluster), cox_model(week, event, x)
    assert VALUES["lung"]["theta"] < 1e-8 and (found.variance, found.variance_ci_low) == (0.0, 0.0)
    assert found.coefficients == pytest.approx(plain.coefficients, rel=1e-8)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-8)
    assert found.std_error == pytest.approx([VALUES["lung"]["se"]], rel=1e-6)
    assert found.heterogeneity_test.p_value == 1.0 and (found.frailty == 1).all() and found.variance_ci_high > 0


def test_the_likelihood_is_that_of_the_frailties_integrated_out():
    """Numerical integration over every patient's factor: but for a constant the same in theta, coefficients and hazard at their maxima."""
    ours = [shared_frailty(*_data("kidney"), ties="breslow", variance=theta).log_likelihood for theta in (0.1, 0.4, 1.2)]
    assert np.diff(ours) == pytest.approx(np.diff(VALUES["marginal"]), abs=1e-8)
    assert ours == pytest.approx(VALUES["partial"], abs=1e-9)


def test_what_cannot_be_fitted_is_said():
    week, event, x = np.arange(1, 9), np.ones(8, int), np.arange(8) % 2
    assert shared_frailty(week, event, x, np.zeros(8)).reason == "one_group"
    assert shared_frailty(week, np.zeros(8, int), x, np.arange(8) // 2).reason == "no_events"
    nothing = shared_frailty(week, event, np.arange(8) < 4, np.arange(8) // 2)
    assert nothing.reason == "monotone_likelihood" and np.isnan(nothing.variance) and np.isnan(nothing.hazard_ratio).all()
    with pytest.raises(ValueError, match="0 or more"):
        shared_frailty(week, event, x, np.arange(8) // 2, variance=-1)


def test_every_event_at_one_cluster_is_told_apart():
    """Five clusters of which one has all events: no crash, and a large variance."""
    week = np.concatenate([np.arange(1, 12), np.full(44, 52)])
    event = np.concatenate([np.ones(11, int), np.zeros(44, int)])
    found = shared_frailty(week, event, np.arange(55) % 2, np.repeat(np.arange(5), 11))
    assert found.reason is None and found.variance > 1 and found.frailty[0] > 2 and found.heterogeneity_test.p_value < 0.001
