"""Weighted comparisons against R's glm, nnet, brglm2, survival and survey, on Rossi's and Lalonde's men (r/weighting.R)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.weighting._newton import Products
from analyses.statistics.weighting.arm_weights import arm_weights, resampled_weights
from analyses.statistics.weighting.augmented import mean_differences, pseudo_values
from analyses.statistics.weighting.balancing_weights import balancing_weights, effective_n, preference_score, tilting
from analyses.statistics.weighting.bootstrap import bootstrap, interval, resamples
from analyses.statistics.weighting.e_value import (
    e_value,
    of_difference_in_sd,
    of_hazard_ratio,
    smallest_detectable,
    tipping_effect,
)
from analyses.statistics.weighting.entropy_balance import entropy_balance
from analyses.statistics.weighting.propensity_model import propensity_model
from analyses.statistics.weighting.weighted_balance import weighted_difference
from analyses.statistics.weighting.weighted_cox import log_hazards, weighted_cox
from analyses.statistics.weighting.weighted_events import (
    read_at,
    weighted_incidence,
    weighted_restricted_mean,
    weighted_survival,
    weighted_table,
)

HERE = Path(__file__).parent
R = json.loads((HERE / "values" / "weighting.json").read_text(encoding="utf-8"))
ROSSI = pd.read_csv(HERE / "data" / "rossi.csv")
LALONDE = pd.read_csv(HERE / "data" / "lalonde.csv")
COVARIATES = ["age", "race", "wexp", "mar", "paro", "prio"]
ARM = 1 - ROSSI["fin"].to_numpy()
DESIGN = np.column_stack([np.ones(len(ROSSI)), ROSSI[COVARIATES]])
EARNERS = np.column_stack([np.ones(len(LALONDE)), LALONDE.drop(columns=["treat", "re78"])])


def _weights(name: str) -> np.ndarray:
    if name == "none":
        return np.ones(len(ARM))
    method, _, estimand = name.rpartition("_")
    return arm_weights(ARM, DESIGN, estimand=estimand, method=method or "propensity").weight


@pytest.mark.parametrize("case", R["events"], ids=lambda case: case["name"])
class TestEvents:
    def test_weights(self, case):
        given, own = np.array(case["weight"]), _weights(case["name"])
        close = 1e-5 if "entropy" in case["name"] else 1e-8  # optim finds its optimum to about the root of its tolerance
        for who in (ARM == 0, ARM == 1):
            assert own[who] / own[who].sum() == pytest.approx(given[who] / given[who].sum(), rel=close)
        assert [float(effective_n(own[k == ARM])) for k in (0, 1)] == pytest.approx(case["ess"], rel=close)

    def test_balance(self, case):
        own = [weighted_difference(ROSSI[name], ARM == 0, np.array(case["weight"])).estimate for name in COVARIATES]
        assert own == pytest.approx(case["smd"], rel=1e-8, abs=1e-9)

    def test_curves(self, case):
        table, weight = weighted_table(ROSSI["week"], ROSSI["arrest"], ARM), np.array(case["weight"])[None]
        curve = weighted_survival(table, weight)[0]
        for week in (20, 52):
            assert read_at(curve, week) == pytest.approx(case[f"km{week}"], rel=1e-9)
        assert weighted_restricted_mean(table, weight, 52)[0] == pytest.approx(case["rmst"], rel=1e-9)
        # nobody is lost before week 52
        one = np.ones((1, len(ARM)))
        found = mean_differences(ROSSI["arrest"], ARM == 0, DESIGN, weight, one, one).weighted
        assert found == pytest.approx(case["risk"], rel=1e-9)

    @pytest.mark.parametrize("kind", ["cox", "clustered", "late"])
    def test_hazard_ratio_with_robust_errors(self, case, kind):
        more = {"clustered": {"cluster": np.array(R["block"])}, "late": {"entry": np.array(R["late"])}}.get(kind, {})
        found = weighted_cox(ROSSI["week"], ROSSI["arrest"], ARM, np.array(case["weight"]), **more)
        assert [found.coefficients[0], found.std_error[0]] == pytest.approx(case[kind], rel=1e-6)


def test_without_weights_it_is_the_model_without_weights():
    """Two implementations: the robust errors of `hazards.cox_model`, checked against R by itself."""
    other = cox_model(ROSSI["week"], ROSSI["arrest"], ROSSI["fin"].to_numpy(), robust=True)
    found = weighted_cox(ROSSI["week"], ROSSI["arrest"], ARM, np.full(len(ARM), 3.0))
    assert found.coefficients == pytest.approx(other.coefficients, rel=1e-8)
    assert found.std_error == pytest.approx(other.std_error, rel=1e-8)


def test_propensity_and_preference():
    model = propensity_model(ARM, DESIGN)
    assert model.coefficients[0] == pytest.approx(R["propensity"], rel=1e-7)
    assert preference_score(model.probability, ARM) == pytest.approx(R["preference"], rel=1e-8)


def test_propensity_with_firths_penalty():
    """Ages tell the arms apart; brglm2's mean bias reduction is Firth's."""
    case = {name: np.array(values, float) for name, values in R["firth"].items()}
    model = propensity_model(1 - case["z"], np.column_stack([np.ones(12), case["x"], case["g"]]))
    assert model.penalised and model.reason is None
    assert model.probability[:, 0] == pytest.approx(case["probability"], rel=1e-6)


def test_arms_that_are_told_with_certainty_do_not_overlap():
    """Ages of 10 and of 20, and nobody between: with the penalty as well someone's arm is as good as certain."""
    rng = np.random.default_rng(1)
    arm = np.arange(60) % 2
    design = np.column_stack([np.ones(60), 20 - 10 * arm + rng.random(60), rng.integers(0, 2, 60), rng.normal(25, 6, 60)])
    model = propensity_model(arm, design)
    assert model.reason == "no_overlap" and np.isnan(model.probability).all()
    assert propensity_model(np.array([0, 1, 1, 1]), np.ones((4, 1))).reason == "too_few"


def test_three_arms():
    arm = np.where(LALONDE["black"] == 1, 0, np.where(LALONDE["hispan"] == 1, 1, 2))
    design = np.column_stack([np.ones(len(arm)), LALONDE[["age", "educ", "married"]], LALONDE["re74"] / 1000])
    model = propensity_model(arm, design, arms=3)
    assert model.coefficients == pytest.approx(np.array(R["three"]["coef"]), rel=1e-4)
    for estimand in ("overlap", "ate"):
        assert balancing_weights(model.probability, arm, estimand) == pytest.approx(R["three"][estimand], rel=1e-5)
    weight = balancing_weights(model.probability, arm)
    means = [np.average(LALONDE["re78"][arm == k], weights=weight[arm == k]) for k in range(3)]
    assert means == pytest.approx(R["three"]["mean"], rel=1e-6)


@pytest.mark.parametrize("case", R["means"], ids=lambda case: case["name"])
def test_lalondes_earnings(case):
    arm = 1 - LALONDE["treat"].to_numpy()
    found = arm_weights(arm, EARNERS, estimand=case["name"])
    one = np.ones((1, len(arm)))
    means = mean_differences(LALONDE["re78"], arm == 0, EARNERS, found.weight[None], found.target[None], one)
    for name in ("weighted", "standardised", "augmented"):
        assert getattr(means, name)[0] == pytest.approx(case[name], rel=1e-6)
    assert [float(effective_n(found.weight[arm == k])) for k in (0, 1)] == pytest.approx(case["ess"], rel=1e-7)
    own = [weighted_difference(LALONDE[name], arm == 0, found.weight).estimate for name in ("age", "black", "re74")]
    assert own == pytest.approx(case["smd"], rel=1e-6, abs=1e-8)


def test_overlap_weights_have_exact_balance():
    found = arm_weights(1 - LALONDE["treat"].to_numpy(), EARNERS)
    for column in EARNERS.T[1:]:
        assert abs(weighted_difference(column, LALONDE["treat"] == 1, found.weight).estimate) < 1e-9


def test_a_category_that_an_arm_lacks_in_a_draw_says_nothing_there():
    """Three in the second arm have what nobody in the first has: least squares of smallest length by numpy, draw by draw."""
    rng = np.random.default_rng(2)
    n = 60
    arm, rare = np.arange(n) % 2, np.zeros(n)
    rare[[1, 3, 5]] = 1.0
    design = np.column_stack([np.ones(n), np.arange(n) // 2 % 2, rng.normal(17, 4, n), rare, rng.normal(25, 4, n)])
    response = design @ [1.0, 2.0, 0.5, 3.0, 0.5] - 2 * (arm == 0) + rng.normal(size=n)
    counts = next(resamples(n, 99, seed=4))
    weight, target, there = resampled_weights(Products(design), arm, counts)
    found = mean_differences(response, arm == 0, design, weight, target, counts)
    for draw in np.flatnonzero(there):
        fitted = []
        for k in (0, 1):
            root = np.sqrt(counts[draw] * (arm == k))
            fitted.append(design @ np.linalg.lstsq(design * root[:, None], response * root, rcond=None)[0])
        h = target[draw] / target[draw].sum()
        assert found.standardised[draw] == pytest.approx(h @ (fitted[0] - fitted[1]), rel=1e-6)


def test_pseudo_values_are_those_of_leaving_one_out():
    case = R["pseudo"]
    assert pseudo_values(case["week"], case["event"], 40) == pytest.approx(case["value"], abs=1e-9)


def test_incidence_by_cause_with_weights():
    people = pd.read_csv(HERE / "data" / "competing_melanoma_quarters.csv")
    table = weighted_table(people["time"], people["cause"], np.zeros(len(people), int), arms=1, causes=2)
    curve = weighted_incidence(table, 1 + people["x"].to_numpy()[None])[0, :, 0]
    assert np.stack([read_at(curve, week) for week in (8, 20)]) == pytest.approx(np.array(R["incidence"]), rel=1e-9)


@pytest.mark.parametrize(
    ("estimand", "method"), [("overlap", "propensity"), ("ate", "propensity"), ("att", "entropy"), ("ate", "entropy")]
)
def test_a_resample_is_weighted_as_those_people_would_be(estimand, method):
    """Whoever was drawn twice stands there twice: the library's fit of the copies, draw by draw."""
    counts = next(resamples(len(ARM), 3, seed=4))
    weight, target, there = resampled_weights(Products(DESIGN), ARM, counts, estimand=estimand, method=method)
    assert there.all()
    for draw, count in enumerate(counts):
        copies = np.repeat(np.arange(len(ARM)), count.astype(int))
        alone = arm_weights(ARM[copies], DESIGN[copies], estimand=estimand, method=method)
        drawn = count > 0
        once = np.zeros(len(ARM))
        once[copies] = alone.weight
        assert weight[draw][drawn] / count[drawn] == pytest.approx(once[drawn], rel=1e-6)
        table = weighted_table(ROSSI["week"], ROSSI["arrest"], ARM)
        found, _ = log_hazards(table, weight[draw : draw + 1], count[None])
        other = weighted_cox(ROSSI["week"][copies], ROSSI["arrest"][copies], ARM[copies], alone.weight)
        assert found[0] == pytest.approx(other.coefficients, rel=1e-6)
        assert target[draw].sum() == pytest.approx(alone.target.sum(), rel=1e-7)


def test_the_bootstrap_of_a_mean_has_its_error():
    """The standard error of a mean over resamples is the SD (with n) over root n: 10,000 draws have it within 2 %."""
    score = LALONDE["re78"].to_numpy()[:80] / 1000
    drawn = bootstrap(lambda counts: (counts @ score / counts.sum(axis=1))[:, None], 80, draws=10_000, seed=2)
    found = interval(score.mean(), drawn[:, 0], df=79)
    assert found.std_error == pytest.approx(score.std() / np.sqrt(80), rel=0.02)
    assert found.ci_high - score.mean() == pytest.approx(1.99045 * found.std_error, rel=1e-5)


def test_e_values_of_the_papers():
    """VanderWeele & Ding 2017: 3.9 (1.8 to 8.7) has 7.26 and 3.0. By hand: 1 / 0.8 = 1.25, and 1.25 + root of 1.25 * 0.25 is 1.81."""
    found = e_value(3.9, 1.8, 8.7)
    assert (round(found.estimate, 2), round(found.limit, 2)) == (7.26, 3.0)
    found = e_value(0.80, 0.71, 0.91)
    assert (round(found.estimate, 2), round(found.limit, 2)) == (1.81, 1.43)
    assert e_value(1.2, 0.9, 1.6).limit == 1 == e_value(0.8, 0.6, 1.1).limit
    assert of_hazard_ratio(1.0) == 1.0 and of_difference_in_sd(0.0) == 1.0
    assert of_hazard_ratio(2.0) == pytest.approx((1 - 0.5**2**0.5) / (1 - 0.5**0.5**0.5), rel=1e-12)


def test_tipping_and_detectable_by_hand():
    assert tipping_effect(-2.0, 0.5) == 4.0
    assert smallest_detectable(1.0) == pytest.approx(1.959964 + 0.841621, abs=1e-6)


def test_entropy_balancing_has_a_reason():
    assert entropy_balance(np.array([[0.0], [1.0]]), np.array([1.5])).reason == "no_overlap"
    assert entropy_balance(np.zeros((0, 1)), np.array([1.5])).reason == "empty_group"
    assert tilting(np.array([[0.3, 0.7]]), "att").tolist() == [0.3]
