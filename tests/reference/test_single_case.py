"""Single-case statistics against base R and lme4 (r/single_case.R), and against the numbers that papers print."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from analyses.statistics.single_case.autocorrelation import autocorrelation
from analyses.statistics.single_case.baseline_corrected_tau import baseline_corrected_tau
from analyses.statistics.single_case.kendall import baseline_trend
from analyses.statistics.single_case.log_response_ratio import log_response_ratio
from analyses.statistics.single_case.nonoverlap import nonoverlap
from analyses.statistics.single_case.phases import Phases, phases
from analyses.statistics.single_case.piecewise_model import piecewise_model
from analyses.statistics.single_case.randomisation_test import possible_starts, randomisation_test
from analyses.statistics.single_case.tau_u import tau_u

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "values" / "single_case.json").read_text(encoding="utf-8"))
SERIES = VALUES["series"]


def together(many: dict) -> Phases:
    """All series at once, each as a client, baseline up to week 0."""
    client, week, score = [], [], []
    for name, one in many.items():
        client += [name] * (len(one["a"]) + len(one["b"]))
        week += range(1 - len(one["a"]), len(one["b"]) + 1)
        score += one["a"] + one["b"]
    return phases(client, week, score)


@pytest.mark.parametrize("many", [SERIES, VALUES["clients"]], ids=["published", "study"])
def test_equals_r(many):
    given = together(many)
    expected = pd.DataFrame([many[label] for label in given.labels])
    found, trend, corrected = nonoverlap(given), baseline_trend(given), baseline_corrected_tau(given)
    for ours, name in (
        (found.nap, "nap"),
        (found.tau, "tau"),
        (found.tau_b, "tau_b"),
        (found.p_value, "p"),
        (tau_u(given), "tau_u"),
        (trend.statistic, "trend_s"),
        (trend.p_value, "trend_p"),
        (trend.slope, "slope"),
        (corrected.estimate, "tau_corrected"),
        (corrected.p_value, "p_corrected"),
        (autocorrelation(given), "autocorrelation"),
        (possible_starts(given, 3, 3).observed, "phase_difference"),
    ):
        assert ours == pytest.approx(expected[name].to_numpy(float), rel=1e-8, abs=1e-12), name
    assert corrected.corrected.tolist() == expected["corrected"].tolist()
    starts = possible_starts(given, 3, 3)
    assert starts.effect == pytest.approx(np.concatenate([many[label]["starts"] for label in given.labels]), rel=1e-8)
    for label in given.labels:
        alone = randomisation_test(given.only(given.labels == label), 3, 3, 1000, np.random.default_rng(1))
        assert alone.p_value == pytest.approx(many[label]["p_starts"], rel=1e-12)


def test_log_response_ratio_equals_its_formula_in_r():
    given = together(SERIES)
    found = log_response_ratio(given)
    assert found.estimate == pytest.approx([SERIES[label]["log_ratio"] for label in given.labels], rel=1e-10)
    assert found.std_error == pytest.approx([SERIES[label]["log_ratio_se"] for label in given.labels], rel=1e-10)
    below = phases(["a"] * 4, [-1, 0, 1, 2], [-3.0, 1, 2, 4])
    assert np.isnan(log_response_ratio(below).estimate).all()


def test_published_numbers():
    given = together(SERIES)
    place = {label: k for k, label in enumerate(given.labels)}
    found, u = nonoverlap(given), tau_u(given)
    # Parker & Vannest (2009), Behav Ther 40:357: NAP = .96
    assert round(found.nap[place["parker_vannest_2009"]], 2) == 0.96
    # Parker, Vannest & Davis (2011), Behav Modif 35:303: 38.5 of 42 pairs; Tau 35 of 42
    assert found.nap[place["parker_vannest_davis_2011"]] == pytest.approx(38.5 / 42)
    assert found.tau[place["parker_vannest_davis_2011"]] == pytest.approx(35 / 42)
    # Parker et al. (2011), Behav Ther 42:284: A against B 16 of 20, less the trend of A 11 of 20
    assert found.tau[place["parker_2011"]] == pytest.approx(16 / 20)
    assert u[place["parker_2011"]] == pytest.approx(11 / 20)
    # Tarlow (2017), Behav Modif 41:427: a trend that simply goes on is no effect; Tau-U says .6, Tau says 1
    line = phases(["a"] * 10, range(-4, 6), range(1, 11))
    assert (nonoverlap(line).tau[0], tau_u(line)[0], baseline_corrected_tau(line).estimate[0]) == (1.0, 0.6, 0.0)


def test_one_phase_gives_the_autocorrelation_of_r():
    for one in SERIES.values():
        n = len(one["a"])
        alone = phases(["x"] * n, range(1 - n, 1), one["a"])
        assert autocorrelation(alone)[0] == pytest.approx(one["acf_baseline"], rel=1e-10)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (3, 4), (7, 5), (20, 30), (49, 49)])
def test_exact_p_equals_scipy(a, b):
    rng = np.random.default_rng(a * 100 + b)
    first, second = rng.normal(0, 1, a), rng.normal(0.4, 1, b)
    given = phases(["x"] * (a + b), range(1 - a, b + 1), [*first, *second])
    theirs = mannwhitneyu(second, first, method="exact").pvalue
    assert nonoverlap(given).p_value[0] == pytest.approx(theirs, rel=1e-9)


def test_piecewise_model_equals_lme4():
    study = pd.read_csv(HERE / "data" / "single_case_study.csv")
    found = piecewise_model(phases(study["client"], study["week"], study["score"], higher_is_better=False))
    assert found.varies is not VALUES["piecewise"]["singular"]
    for ours, theirs in ((found.level, VALUES["piecewise"]["level"]), (found.slope, VALUES["piecewise"]["slope"])):
        estimate, error, df, _, p = theirs
        assert ours.estimate == pytest.approx(estimate, rel=1e-6)
        assert ours.std_error == pytest.approx(error, rel=1e-6)
        assert ours.df == pytest.approx(df, rel=1e-5)
        assert ours.p_value == pytest.approx(p, rel=1e-4)


def test_randomisation_over_two_clients():
    study = pd.read_csv(HERE / "data" / "single_case_study.csv")
    given = phases(study["client"], study["week"], study["score"], higher_is_better=False)
    two = given.only(given.labels <= 2)
    every = randomisation_test(two, 3, 3, 100_000, np.random.default_rng(1))
    assert every.estimate == pytest.approx(VALUES["two"]["estimate"], rel=1e-10)
    assert every.p_value == pytest.approx(VALUES["two"]["p"], rel=1e-10)
    # six clients have more combinations than that: drawn, with the real one as one more
    six = [randomisation_test(given, 3, 3, 2000, np.random.default_rng(seed)).p_value for seed in (1, 1, 2)]
    assert six[0] == six[1]
    assert six[0] >= 1 / 2001


def test_normal_approximation_agrees_with_draws(monkeypatch):
    rng = np.random.default_rng(5)
    client = np.repeat(np.arange(40), 12)
    week = np.tile(np.arange(-5, 7), 40)
    score = rng.normal(0, 1, client.size) + 0.15 * (week >= 1)
    given = phases(client, week, score)
    drawn = randomisation_test(given, 3, 3, 20_000, np.random.default_rng(2)).p_value
    monkeypatch.setattr(import_module("analyses.statistics.single_case.randomisation_test"), "_MANY_CLIENTS", 10)
    normal = randomisation_test(given, 3, 3, 20_000, np.random.default_rng(2)).p_value
    assert normal == pytest.approx(drawn, abs=0.02)


def test_trends_in_blocks_are_the_same(monkeypatch):
    given = together(SERIES | VALUES["clients"])
    whole = baseline_trend(given)
    monkeypatch.setattr("analyses.statistics.single_case.kendall._PAIRS", 12)
    parts = baseline_trend(given)
    assert parts.statistic.tolist() == whole.statistic.tolist()
    assert parts.slope.tolist() == whole.slope.tolist()
