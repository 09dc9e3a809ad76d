"""Pooling between providers against R's metafor on more of metadat (r/pooling_more.R): molloy2014, raudenbush1985, konstantopoulos2011 and others.

Correlations, standardised differences, odds, shares and rates; two and three studies; tau squared zero; equal studies; rows without events.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analyses.statistics.pooling.effects import log_odds_ratio, log_rate_ratio, log_risk_ratio, logit_share, risk_difference
from analyses.statistics.pooling.few_events import pooled_odds_ratio, pooled_rate, pooled_rate_ratio, pooled_share
from analyses.statistics.pooling.heterogeneity import heterogeneity
from analyses.statistics.pooling.influence import influence, leave_one_out
from analyses.statistics.pooling.random_effects import prediction_interval, random_effects

VALUES = json.loads((Path(__file__).parent / "values" / "pooling_more.json").read_text(encoding="utf-8"))
CASES = {case["data"]: case for case in VALUES["cases"]}
INTERVALS = {"knha": "hartung_knapp", "adhoc": "hartung_knapp_widened", "z": "normal"}
CLOSE = 1e-7
TABLES = VALUES["tables"]


def _arrays(case):
    return np.array(case["effect"], float), np.array(case["variance"], float)


@pytest.mark.parametrize("name", CASES)
def test_pooled_effects_equal_metafor(name):
    case = CASES[name]
    effect, variance = _arrays(case)
    for test, interval in INTERVALS.items():
        if test not in case:
            continue
        wanted, found = case[test], random_effects(effect, variance, "REML", interval)
        for part in ("estimate", "std_error", "ci_low", "ci_high"):
            assert getattr(found, part) == pytest.approx(wanted[part], rel=CLOSE, abs=1e-9), (test, part)
        assert found.p_value == pytest.approx(wanted["p_value"], rel=1e-5, abs=1e-14)
        between = found.between
        for mine, theirs in (("estimate", "tau2"), ("i2", "i2"), ("h2", "h2"), ("statistic", "q"), ("p_value", "q_p")):
            assert getattr(between, mine) == pytest.approx(wanted[theirs], rel=1e-6, abs=1e-8), (test, mine)
        predicted = prediction_interval(found)
        assert (predicted.ci_low, predicted.ci_high) == pytest.approx(
            (wanted["pi_low"], wanted["pi_high"]), rel=CLOSE, abs=1e-9
        )
    if "profile" in case:
        profile = heterogeneity(effect, variance)
        assert (profile.ci_low, profile.ci_high) == pytest.approx(tuple(case["profile"]["tau2"]), rel=1e-6, abs=1e-8)
        assert (profile.i2_ci_low, profile.i2_ci_high) == pytest.approx(tuple(case["profile"]["i2"]), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "influence" in case])
def test_influence_and_leaving_one_out_equal_metafor(name):
    case = CASES[name]
    effect, variance = _arrays(case)
    found, wanted = influence(effect, variance), case["influence"]
    names = {
        "residual": "rstudent", "dffits": "dffits", "cook_distance": "cook.d", "covariance_ratio": "cov.r",
        "tau2_without": "tau2.del", "q_without": "QE.del", "hat": "hat", "dfbetas": "dfbs",
    }  # fmt: skip
    # metafor's own refits stop at steps of 1e-5 in tau squared where theirs end at zero
    for mine, theirs in names.items():
        assert getattr(found, mine) == pytest.approx(np.array(wanted[theirs], float), rel=2e-4, abs=2e-5, nan_ok=True), mine
    assert found.influential.tolist() == wanted["marked"]
    others = leave_one_out(effect, variance)
    for part in ("estimate", "ci_low", "ci_high"):
        assert [getattr(one, part) for one in others] == pytest.approx(case["leave"][part], rel=2e-4, abs=2e-5)


def _columns(name, *columns):
    return [np.array(TABLES[name][column], float) for column in columns]


def test_effects_from_counts_equal_escalc():
    two, rates = ("ai", "n1i", "ci", "n2i"), ("x1i", "t1i", "x2i", "t2i")
    found = {
        "li2007_or": log_odds_ratio(*_columns("li", *two)),
        "hine1989_rd": risk_difference(*_columns("hine", *two)),
        "yusuf1985_rr": log_risk_ratio(*_columns("yusuf", *two)),
        "pritz1997_plo": logit_share(*_columns("pritz", "xi", "ni")),
        "hart1999_irr": log_rate_ratio(*_columns("hart", *rates)),
    }
    for name, effects in found.items():
        for mine, theirs in zip(effects, _arrays(CASES[name])):
            assert mine == pytest.approx(theirs, rel=1e-10, abs=1e-14), name


def test_few_events_equal_metafors_likelihoods():
    """metafor fits with lme4 and with optim, which stop at about 1e-4."""
    two, rates = ("ai", "n1i", "ci", "n2i"), ("x1i", "t1i", "x2i", "t2i")
    pritz = _columns("pritz", "xi", "ni")
    found = {
        "pritz": pooled_share(*pritz, "normal"),
        "pritz_two": pooled_share(*(part[:2] for part in pritz), "normal"),
        "pritz_three": pooled_share(*(part[:3] for part in pritz), "normal"),
        "debruin": pooled_share(*_columns("debruin", "xi", "ni"), "normal"),
        **{name: pooled_odds_ratio(*_columns(name, *two), "normal") for name in ("li", "hine", "yusuf")},
        "hart_rate": pooled_rate(*_columns("hart", "x1i", "t1i"), "normal"),
        "hart": pooled_rate_ratio(*_columns("hart", *rates), "normal"),
    }
    told = {name: answer for name, answer in found.items() if VALUES["glmm"][name] is not None}
    assert len(told) >= 7
    for name, answer in told.items():
        wanted = VALUES["glmm"][name]
        for part in ("estimate", "std_error", "ci_low", "ci_high"):
            assert getattr(answer, part) == pytest.approx(wanted[part], rel=2e-3, abs=2e-4), (name, part)
        assert answer.tau2 == pytest.approx(wanted["tau2"], rel=5e-3, abs=2e-4), name
