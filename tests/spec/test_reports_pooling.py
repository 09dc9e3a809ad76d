"""Providers in a report: one sentence, a forest with what to expect elsewhere, a funnel with limits, or why they are not shown."""

from __future__ import annotations

import re

import pytest

from data_schemas.evidence import Evidence
from reports.answers import pooling, subgroups
from reports.figures.forest import Axis, Line
from reports.figures.funnel import funnel
from reports.text.providers import led
from tests.spec.test_reports_cells import evidence, row

EFFECT = {"nl": "effect", "en": "effect", "number": "effect"}
NAMES = (
    "pooled_effect",
    "prediction_interval",
    "i2",
    "provider_effect",
    "interaction",
    "adjusted_difference",
    "g",
    "hazard_ratio",
)


@pytest.fixture(autouse=True)
def figures(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALUATION_FIGURES", str(tmp_path))
    return tmp_path


def seen(analysis: str, rows: list[dict], **record) -> Evidence:
    measures = dict.fromkeys((*NAMES, *(f"{name}_clustered" for name in NAMES)), EFFECT)
    base = evidence([{"analysis": analysis, **given} for given in rows], measures=measures)
    return Evidence(base.record.model_copy(update=record), {analysis: base.results["invented"]})


def _row(measure: str, subgroup: str = "", **numbers):
    fixed = {"measure": measure, "outcome": "cries-13:self", "time": "end", "arm": "all", "subgroup": subgroup}
    return row(**fixed, **{"estimate": -7.0, "ci_low": -9.0, "ci_high": -5.0, "std_error": 1.0, **numbers})


ROWS = [
    _row("pooled_effect"),
    _row("prediction_interval", estimate=-6.0, ci_low=-12.0, ci_high=-2.0),
    _row("i2", estimate=75.0, ci_low=20.0, ci_high=95.0),
]
PROVIDERS = [_row("provider_effect", f"provider={k}", estimate=-4.0 - k) for k in range(1, 7)]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_providers_are_told_and_drawn(lang, figures):
    text = pooling.brief(seen("pooling", ROWS + PROVIDERS), lang).markdown()
    alts = re.findall(r'fig-alt="([^"]*)"', text)
    assert len(alts) == 2 and "75%" in text
    # the middle of what is expected elsewhere is that of the pooled effect, however it was rounded
    assert {"nl": "Een andere aanbieder: −7", "en": "Another provider: −7"}[lang] in alts[0]
    assert {"nl": "Trechterfiguur met 6 aanbieders", "en": "Funnel figure with 6 providers"}[lang] in alts[1]
    assert len([path for path in figures.glob("*.png") if not path.stem.endswith("-small")]) == 2
    (sure,) = pooling.certainty(seen("pooling", ROWS), lang)
    assert "−12" in sure and "−2" in sure and "−7" not in sure


def test_who_is_not_shown_is_said():
    hidden = [one | {"estimate": None, "ci_low": None, "ci_high": None, "status": "suppressed"} for one in PROVIDERS]
    text = pooling.brief(seen("pooling", ROWS + hidden), "nl").markdown()
    assert "Aanbieders apart worden niet getoond" in text and "Trechter" not in text


def test_two_providers_are_side_by_side():
    nothing = {"estimate": None, "ci_low": None, "ci_high": None, "status": "not_estimable"}
    found = seen("pooling", [_row("pooled_effect", **nothing) | {"method": "too_few_providers: mean change"}])
    assert "minder dan drie aanbieders" in pooling.brief(found, "nl").markdown()


def test_a_funnel_of_a_few_is_not_drawn():
    lines = [Line(str(k), _row("provider_effect", estimate=-float(k))) for k in range(4)]
    assert funnel("x", "y", lines, -2.0, Axis("g", "effect"), "en").markdown() == ""
    told = funnel(
        "x", "y", [*lines, Line("far", _row("provider_effect", estimate=9.0))], -2.0, Axis("g", "effect"), "en"
    ).markdown()
    assert "2 of them lie outside" in told


def test_a_subgroup_that_is_too_small_is_named_with_a_way_out():
    nothing = {"estimate": None, "ci_low": None, "ci_high": None, "status": "not_estimable"}
    rows = [
        _row("interaction", "gender=girl") | {"method": "difference"},
        _row("interaction", "gender=boy", **nothing) | {"method": "too_few: difference"},
        _row("interaction", "gender=other", **nothing) | {"method": "gate_closed: difference"},
    ]
    text = subgroups.more(seen("subgroups", rows), "nl").markdown()
    assert "jongen" in text and "meisje" not in text and "anders" not in text and "aanbieders samen te nemen" in text


@pytest.mark.parametrize(("wide", "leads"), [(1.0, True), (0.1, False)])
def test_an_interval_by_provider_that_is_narrower_by_chance_does_not_lead(wide, leads):
    rows = [_row("g", "gender=girl", estimate=0.5, ci_low=0.2, ci_high=0.8)]
    rows += [_row("g_clustered", "gender=girl", estimate=0.5, ci_low=0.5 - wide, ci_high=0.5 + wide)]
    found = led(seen("subgroups", rows)).select("subgroups", measure="g").iloc[0]
    assert (found["ci_low"] == 0.5 - wide) == leads
