"""The sentences of the first page: what the interval allows, in the direction that is meant, and never a verdict."""

from __future__ import annotations

import re

import pytest

from data_schemas.evidence import Evidence, Instrument
from reports import first_page
from reports.answers import change, revictimisation
from tests.spec.test_reports_cells import evidence

VERDICTS = re.compile(r"\b(effectief|werkzaam|bewezen|significant|effective|proven|works|werkt)\b", re.I)
SCORES = {
    name: {"nl": name, "en": name, "number": kind}
    for name, kind in (("mean_change", "score"), ("g", "effect"), ("survival", "share"))
}


def seen(analysis: str, rows: list[dict], *, higher: bool = False, events: dict | None = None) -> Evidence:
    base = evidence([{"analysis": analysis, **given} for given in rows], measures=SCORES, labels={"a": {"nl": "A", "en": "A"}})
    instrument = Instrument(nl="CRIES-13", en="CRIES-13", higher_is_better=higher, source="bron")
    plan = base.record.plan
    if events:
        plan = plan.model_validate({**plan.model_dump(mode="json"), "events": events})
    record = base.record.model_copy(update={"instruments": {"cries-13": instrument}, "plan": plan})
    return Evidence(record, {analysis: base.results["invented"]})


def score(low: float, high: float, **more) -> dict:
    return {
        "outcome": "cries-13:self",
        "time": "end",
        "measure": "mean_change",
        "estimate": (low + high) / 2,
        "ci_low": low,
        "ci_high": high,
        "status": "released",
    } | more


@pytest.mark.parametrize(
    ("low", "high", "higher", "says"),
    [
        (-8, -2, False, "ging gemiddeld 5 punten omlaag (95%-interval 2 tot 8). Het hele interval wijst op verbetering."),
        (-8, -2, True, "omlaag (95%-interval 2 tot 8). Het hele interval wijst op verslechtering."),
        (2, 8, True, "omhoog (95%-interval 2 tot 8). Het hele interval wijst op verbetering."),
        (-4, 2, False, "veranderde gemiddeld −1 punten (95%-interval −4 tot 2). Nul ligt binnen het interval"),
    ],
)
def test_a_change_is_told_in_the_direction_of_the_questionnaire(low, high, higher, says):
    (sentence,) = change.headlines(seen("change", [score(low, high)], higher=higher), "nl")
    assert says in sentence and not VERDICTS.search(sentence)


def test_a_hidden_change_is_told_as_hidden():
    hidden = score(0, 0, estimate=None, ci_low=None, ci_high=None, status="suppressed")
    (sentence,) = change.headlines(seen("change", [hidden]), "nl")
    assert "Niet gegeven: te weinig jongeren om te tonen" in sentence


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (
            -9,
            -1,
            "scoorde A 5 punten lager dan b (95%-interval 1 tot 9). Het hele interval is in het voordeel van A.",
        ),
        (-6, 2, "scoorde A 2 punten lager dan b (95%-interval −2 tot 6). Nul ligt binnen het interval"),
        (1, 9, "scoorde A 5 punten hoger dan b (95%-interval 1 tot 9). Het hele interval is in het voordeel van b."),
    ],
)
def test_a_difference_names_whom_it_favours(low, high, says):
    rows = [score(-8, -2), score(low, high, measure="adjusted_difference", arm="a - b")]
    (sentence,) = change.headlines(seen("change", rows), "nl")
    assert says in sentence


def test_the_share_without_an_event_is_told_at_each_horizon_of_the_plan():
    events = {"event": ["arrest"], "horizons_weeks": [26, 52], "restricted_mean_weeks": 52}
    rows = [
        {
            "outcome": "arrest",
            "measure": "survival",
            "time": week,
            "arm": arm,
            "estimate": s,
            "ci_low": s - 0.1,
            "ci_high": s + 0.1,
        }
        for week, s in (("26", 0.8), ("52", 0.7))
        for arm in ("all", "a", "b")
    ]
    rows.append(
        {
            "outcome": "arrest",
            "measure": "survival_difference",
            "time": "52",
            "arm": "a - b",
            "estimate": -0.1,
            "ci_low": -0.2,
            "ci_high": -0.04,
        }
    )
    first, second = revictimisation.headlines(seen("revictimisation", rows, events=events), "en")
    assert "**Up to week 26**, **80%** (70% to 90%) had no arrest." in first
    assert "10 percentage points lower with A than with b (95% interval 4 to 20). The whole interval favours b." in second


def test_the_first_page_never_gives_a_verdict():
    page = first_page.how_sure(seen("change", [score(-8, -2)]), "nl").markdown()
    assert "geen groep om mee te vergelijken" in page and not VERDICTS.search(page)


@pytest.mark.parametrize(
    ("edition", "nature", "says"),
    [("internal", "practice", "INTERN"), ("released", "fictional", "VERZONNEN"), ("released", "practice", None)],
)
def test_what_must_not_be_mistaken_is_marked(edition, nature, says):
    marks = first_page.Marks(evidence([{}], edition=edition, nature=nature), "nl").markdown()
    assert ("document-status" in marks) == (says is not None)
    assert says is None or says in marks
