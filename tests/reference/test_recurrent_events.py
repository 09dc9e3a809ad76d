"""Recurrent events against R's survival: coxph(cluster=) and survfit(id=, robust=TRUE) (r/recurrent_events.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.recurrent_cox import recurrent_cox
from analyses.statistics.recurrent_events.mean_cumulative_function import (
    mean_cumulative_function,
    mean_events_at,
    mean_events_difference,
    mean_events_ratio,
)

HERE = Path(__file__).parent
REFERENCE = json.loads((HERE / "values" / "recurrent_events.json").read_text(encoding="utf-8"))
CASES = REFERENCE["cases"]
close = pytest.approx


def given(name):
    clients, events = (pd.read_csv(HERE / "data" / f"recurrent_{name}_{part}.csv") for part in ("clients", "events"))
    position = pd.Index(clients["id"]).get_indexer(events["id"])
    return clients, (clients["entry"].to_numpy(), clients["until"].to_numpy(), position, events["week"].to_numpy())


@pytest.mark.parametrize("model", ["andersen-gill", "pwp-total", "pwp-gap", "wlw"])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_models_equal_coxph_with_clusters(case, ties, model):
    clients, follow_up = given(case["data"])
    reference = case["models"][ties][model.replace("-", "_")]
    fit = recurrent_cox(*follow_up, clients[["arm"]], model=model, ties=ties)
    assert fit.error_kind == "cluster"
    assert fit.coefficients[0] == close(reference["coef"], rel=1e-8)
    assert fit.std_error[0] == close(reference["se"], rel=1e-8)
    assert np.sqrt(fit.model_covariance[0, 0]) == close(reference["naive"], rel=1e-8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_mean_cumulative_function_equals_survfit(case):
    clients, (entry, until, person, week) = given(case["data"])
    for arm, reference in enumerate(case["mcf"]):
        mine = (clients["arm"] == arm).to_numpy()
        events = mine[person]
        renumbered = np.cumsum(mine) - 1
        curve = mean_cumulative_function(entry[mine], until[mine], renumbered[person[events]], week[events])
        for at, mean, error in zip(reference["week"], reference["mean"], reference["error"]):
            answer = mean_events_at(curve, at)
            assert answer.estimate == close(mean, rel=1e-8)
            assert curve.std_error[at] == close(error, rel=1e-8)
            assert answer.ci_low * answer.ci_high == close(mean**2)
            assert curve.clients < 35 or answer.std_error == close(error, rel=1e-8)


@pytest.mark.parametrize(
    "model, ratio, error, low, high, p",
    [
        ("andersen-gill", 0.631, 0.258, 0.381, 1.047, 0.0747),
        ("pwp-total", 0.716, 0.197, 0.487, 1.053, 0.0898),
        ("pwp-gap", 0.764, 0.208, 0.508, 1.148, 0.1952),
        ("wlw", 0.560, 0.303, 0.309, 1.015, 0.0560),
    ],
)
def test_bladder_is_the_published_table(model, ratio, error, low, high, p):
    """CAMIS, "R vs SAS Recurrent Events": rx adjusted for size and number, Breslow ties, errors by client."""
    _, follow_up = given("bladder2")
    covariates = pd.read_csv(HERE / "data" / "bladder2.csv").drop_duplicates("id")[["rx", "size", "number"]]
    fit = recurrent_cox(*follow_up, covariates, model=model, ties="breslow")
    found = (fit.hazard_ratio[0], fit.std_error[0], fit.hazard_ratio_ci_low[0], fit.hazard_ratio_ci_high[0])
    assert tuple(round(float(value), 3) for value in found) == close((ratio, error, low, high), abs=0.0011)
    assert fit.p_value[0] == close(p, abs=6e-5)


def test_bladder_with_each_record_as_its_own_client_is_published_too():
    """The same table, "original Andersen-Gill": robust error 0.229 when the records of a client count as independent."""
    data = pd.read_csv(HERE / "data" / "bladder2.csv")
    x = data[["rx", "size", "number"]]
    fit = cox_model(data["stop"], data["event"], x, entry=data["start"], robust=True, ties="breslow")
    assert (round(float(fit.hazard_ratio[0]), 3), round(float(fit.std_error[0]), 3)) == (0.631, 0.229)
    clustered = cox_model(data["stop"], data["event"], x, entry=data["start"], cluster=data["id"], ties="breslow")
    assert clustered.hazard_ratio[0] == close(REFERENCE["camis"]["ratio"], rel=1e-8)
    assert clustered.std_error[0] == close(REFERENCE["camis"]["se"], rel=1e-8)


def test_robust_variance_by_hand():
    """Three clients, three weeks: the first has two events in week 2, the second leaves after week 1 with one event in it."""
    curve = mean_cumulative_function([0, 0, 1], [3, 1, 3], [0, 0, 1], [2, 2, 1])
    assert curve.at_risk.tolist() == [2, 2, 2, 2]
    assert curve.mean.tolist() == close([0, 1 / 2, 3 / 2, 3 / 2])
    sums = np.array([(0 - 1 / 2) / 2 + (2 - 1) / 2, (1 - 1 / 2) / 2, (0 - 1) / 2])
    assert curve.std_error[-1] ** 2 == close((sums**2).sum())


def test_degenerate_groups_have_an_answer():
    nobody = np.empty(0, int)
    empty = mean_cumulative_function(nobody, nobody, nobody, nobody)
    quiet = mean_cumulative_function([0], [4], nobody, nobody)
    assert mean_events_at(empty, 2).reason == "empty_group"
    assert mean_events_at(quiet, 5).reason == "follow_up_too_short"
    assert (mean_events_at(quiet, 4).estimate, mean_events_at(quiet, 4).reason) == (0, "no_spread")
    assert (mean_events_difference(quiet, quiet, 4).estimate, mean_events_difference(quiet, quiet, 4).reason) == (
        0,
        "no_spread",
    )
    assert mean_events_ratio(quiet, quiet, 4).reason == "log_of_zero"
    assert mean_events_difference(quiet, empty, 4).reason == "empty_group"
    for model in ("andersen-gill", "pwp-total", "pwp-gap", "wlw"):
        assert recurrent_cox([0, 0], [4, 4], nobody, nobody, [[0], [1]], model=model).reason == "no_events"
        assert recurrent_cox([0, 0], [4, 4], [0, 0], [0, 0], [[1], [1]], model=model).reason == "no_information"
    for broken in (([0], [4], [1], [2]), ([0], [4], [0], [5]), ([2], [4], [0], [2]), ([4], [4], [], [])):
        with pytest.raises(ValueError):
            mean_cumulative_function(*(np.array(part, int) for part in broken))


def test_few_clients_followed_alike_have_the_t_interval_of_a_mean_and_welchs_test():
    """Events per client 0, 0, 1, 3, 2, 1 and 1, 4, 2, 5, 3, all followed four weeks. R: t.test(log scale apart) and Welch's t.test."""
    from scipy import stats

    groups = np.array([0, 0, 1, 3, 2, 1]), np.array([1, 4, 2, 5, 3])
    curves = []
    for events in groups:
        person = np.repeat(np.arange(len(events)), events)
        curves.append(
            mean_cumulative_function(np.zeros(len(events), int), np.full(len(events), 4), person, np.ones(len(person), int))
        )
    one = mean_events_at(curves[0], 4)
    error = groups[0].std(ddof=1) / np.sqrt(6)
    assert (one.std_error, one.df, one.limits_by) == (close(error), 5, "t")
    assert one.ci_high == close(7 / 6 * np.exp(stats.t.ppf(0.975, 5) * error / (7 / 6)))
    welch = stats.ttest_ind(*groups, equal_var=False)
    found = mean_events_difference(*curves, 4)
    assert (found.p_value, found.df) == close((welch.pvalue, welch.df))
    assert (found.ci_low, found.ci_high) == close(tuple(welch.confidence_interval()))
    alone = mean_cumulative_function(np.zeros(1, int), np.array([4]), np.array([0]), np.array([1]))
    assert mean_events_difference(alone, curves[0], 4).reason == "no_spread"
    assert np.isnan(mean_events_difference(alone, curves[0], 4).p_value)
