"""Pooling between providers against R's metafor (r/pooling.R): bcg, normand1999, hackshaw1998, curtis1998, nielweise2007 and 2008, and others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from analyses.statistics.pooling.effects import (
    log_odds_ratio,
    log_rate,
    log_rate_ratio,
    log_risk_ratio,
    logit_share,
    risk_difference,
)
from analyses.statistics.pooling.few_events import pooled_odds_ratio, pooled_rate, pooled_rate_ratio, pooled_share
from analyses.statistics.pooling.heterogeneity import heterogeneity
from analyses.statistics.pooling.influence import influence, leave_one_out
from analyses.statistics.pooling.random_effects import prediction_interval, random_effects

VALUES = json.loads((Path(__file__).parent / "values" / "pooling.json").read_text(encoding="utf-8"))
CASES = VALUES["cases"]
INTERVALS = {"knha": "hartung_knapp", "adhoc": "hartung_knapp_widened", "z": "normal"}
# metafor's Fisher scoring stops at steps of 1e-13 where it can
CLOSE = 1e-8


def _arrays(case):
    return np.array(case["effect"], float), np.array(case["variance"], float)


@pytest.mark.parametrize("method", ["REML", "DL", "PM"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_pooled_effects_equal_metafor(case, method):
    effect, variance = _arrays(case)
    for test, interval in INTERVALS.items():
        wanted, found = case[f"{method}_{test}"], random_effects(effect, variance, method, interval)
        for name in ("estimate", "std_error", "ci_low", "ci_high"):
            assert getattr(found, name) == pytest.approx(wanted[name], rel=CLOSE, abs=1e-10), (test, name)
        assert found.p_value == pytest.approx(wanted["p_value"], rel=1e-6, abs=1e-14)
        between = found.between
        for mine, theirs in (("estimate", "tau2"), ("std_error", "tau2_error"), ("i2", "i2"), ("h2", "h2"), ("statistic", "q")):
            assert getattr(between, mine) == pytest.approx(wanted[theirs], rel=1e-7, abs=1e-9), (test, mine)
        assert between.p_value == pytest.approx(wanted["q_p"], rel=1e-7, abs=1e-15)
        predicted = prediction_interval(found)
        assert (predicted.ci_low, predicted.ci_high) == pytest.approx(
            (wanted["pi_low"], wanted["pi_high"]), rel=CLOSE, abs=1e-10
        )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["data"])
def test_the_q_profile_equals_metafor(case):
    found = heterogeneity(*_arrays(case))
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(case["profile"]["tau2"]), rel=1e-6, abs=1e-8)
    assert (found.i2_ci_low, found.i2_ci_high) == pytest.approx(tuple(case["profile"]["i2"]), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case", [case for case in CASES if "influence" in case], ids=lambda case: case["data"])
def test_influence_and_leaving_one_out_equal_metafor(case):
    effect, variance = _arrays(case)
    found, wanted = influence(effect, variance), case["influence"]
    names = {
        "residual": "rstudent", "dffits": "dffits", "cook_distance": "cook.d", "covariance_ratio": "cov.r",
        "tau2_without": "tau2.del", "q_without": "QE.del", "hat": "hat", "dfbetas": "dfbs",
    }  # fmt: skip
    # metafor's own refits stop at steps of 1e-5 in tau squared where theirs end at zero
    for mine, theirs in names.items():
        assert getattr(found, mine) == pytest.approx(np.array(wanted[theirs], float), rel=2e-4, abs=2e-5), mine
    assert found.influential.tolist() == wanted["marked"]
    others = leave_one_out(effect, variance)
    for name in ("estimate", "ci_low", "ci_high"):
        assert [getattr(one, name) for one in others] == pytest.approx(case["leave"][name], rel=2e-4, abs=2e-5)


def test_six_schools_as_the_manual_has_them():
    """The six largest schools of Snijders and Bosker's (mlmRev's bdf), gain in language: stacked 7.2 (6.4 to 8.0)."""
    case = next(case for case in CASES if case["data"] == "six_schools")
    found = random_effects(*_arrays(case))
    assert [round(one, 1) for one in (found.estimate, found.ci_low, found.ci_high)] == [7.3, 5.2, 9.3]
    assert [round(getattr(prediction_interval(found), name), 1) for name in ("ci_low", "ci_high")] == [2.5, 12.0]
    assert round(found.between.i2) == 75
    wider = prediction_interval(found, "k_minus_2")
    assert wider.df == 4 and wider.ci_high - wider.ci_low == pytest.approx(2 * 2.7764451 * wider.std_error)


def _columns(table, *names):
    return [np.array(table[name], float) for name in names]


def test_effects_from_counts_equal_escalc():
    counts, table, rates = VALUES["counts"], VALUES["counts"]["table"], VALUES["counts"]["rates"]
    four, both = _columns(table, "ai", "n1i", "ci", "n2i"), _columns(rates, "x1i", "t1i", "x2i", "t2i")
    found = {
        "OR": log_odds_ratio(*four), "RR": log_risk_ratio(*four), "RD": risk_difference(*four), "PLO": logit_share(*four[:2]),
        "IRLN": log_rate([0, 3, 7], [2.5, 4, 9]), "IRR": log_rate_ratio(*both),
    }  # fmt: skip
    for name, effects in found.items():
        for mine, theirs in zip(effects, (counts[name]["effect"], counts[name]["variance"])):
            assert mine == pytest.approx(np.array(theirs, float), rel=1e-10, abs=1e-14), name


def test_few_events_equal_metafors_likelihoods():
    """metafor fits with lme4 and with optim, which stop at about 1e-4."""
    table, rates, bcg = VALUES["counts"]["table"], VALUES["counts"]["rates"], VALUES["bcg_table"]
    a, n1, c, n2 = _columns(table, "ai", "n1i", "ci", "n2i")
    both = _columns(rates, "x1i", "t1i", "x2i", "t2i")
    tpos, tneg, cpos, cneg = _columns(bcg, "tpos", "tneg", "cpos", "cneg")
    found = {
        "PLO_controls": pooled_share(c, n2, "normal"), "PLO_treated": pooled_share(a, n1, "normal"), "PLO_t": pooled_share(c, n2),
        "IRLN": pooled_rate(*both[:2], "normal"), "OR": pooled_odds_ratio(a, n1, c, n2, "normal"),
        "OR_bcg": pooled_odds_ratio(tpos, tpos + tneg, cpos, cpos + cneg, "normal"), "IRR": pooled_rate_ratio(*both, "normal"),
    }  # fmt: skip
    for name, answer in found.items():
        wanted = VALUES["glmm"][name]
        for part in ("estimate", "std_error", "ci_low", "ci_high"):
            assert getattr(answer, part) == pytest.approx(wanted[part], rel=1e-3, abs=1e-4), (name, part)
        assert answer.tau2 == pytest.approx(wanted["tau2"], rel=2e-3, abs=1e-4), name


def test_what_cannot_be_pooled_is_said():
    assert random_effects([1.0], [1.0]).reason == "too_few_providers" == heterogeneity([1.0], [1.0]).reason
    assert random_effects([1.0, 2.0], [0.0, 1.0]).reason == "no_variance"
    assert random_effects([2.0, 2.0, 2.0], [1.0, 1.0, 1.0]).reason == "no_variance"
    assert prediction_interval(random_effects([1.0, 2.0], [1.0, 1.0]), "k_minus_2").reason == "too_few_providers"
    assert influence([1.0, 2.0], [1.0, 1.0]).reason == "too_few_providers"
    assert pooled_share([0, 0], [5, 5]).reason == "no_events" == pooled_rate([0, 0], [5, 5]).reason
    assert pooled_odds_ratio([2, 1], [5, 5], [0, 0], [5, 5]).reason == "no_information"
    assert pooled_rate_ratio([2], [5], [1], [5]).reason == "too_few_providers"
    # one provider without events and one that has them: no correction is needed
    assert 0 < expit(pooled_share([0, 3, 5], [10, 12, 20]).estimate) < 8 / 42 + 0.01
