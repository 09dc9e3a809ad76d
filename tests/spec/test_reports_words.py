"""The sentences of the first page: what the interval allows, in the direction that is meant, and never a verdict."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from data_schemas.evidence import Deviation, Evidence, GateOutcome, Instrument
from reports import deviations, first_page, programme
from reports.answers import change, revictimisation
from reports.parts.limits import limits
from reports.text.agreeing import agreed
from reports.text.vocabulary import measure_words
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
        (
            -8,
            -2,
            False,
            "samen ging de score gemiddeld 5 punten omlaag (95%-interval 2 tot 8), een verbetering.",
        ),
        (-8, -2, True, "omlaag (95%-interval 2 tot 8), een verslechtering."),
        (2, 8, True, "omhoog (95%-interval 2 tot 8), een verbetering."),
        (-8, 0, False, "veranderde de score gemiddeld −4 punten (95%-interval −8 tot 0). Nul ligt op de rand van het interval"),
        (-4, 2, False, "veranderde de score gemiddeld −1 punten (95%-interval −4 tot 2). Nul ligt binnen het interval"),
    ],
)
def test_a_change_is_told_in_the_direction_of_the_questionnaire(low, high, higher, says):
    (sentence,) = change.headlines(seen("change", [score(low, high)], higher=higher), "nl")
    assert says in sentence and not VERDICTS.search(sentence)


def test_a_hidden_change_is_told_as_hidden():
    hidden = score(0, 0, estimate=None, ci_low=None, ci_high=None, status="suppressed")
    (sentence,) = change.headlines(seen("change", [hidden]), "nl")
    assert sentence.startswith("**Namen de klachten af?** Dat is niet te zeggen: te weinig jongeren om te tonen")


@pytest.mark.parametrize(
    ("first", "last", "higher", "answer"),
    [
        ((-8, -2), (-8, -2), False, "Namen de klachten af?** Ja. CRIES"),
        ((-8, -2), (-8, 2), False, "Ja, bij de nameting; later is dat niet zeker."),
        ((2, 8), (2, 8), False, "Nee, zij namen toe."),
        ((2, 8), (2, 8), True, "Ging het vooruit?** Ja. CRIES"),
        ((-8, 0), (-8, -2), False, "Dat is niet te zeggen: geen verandering past ook bij deze gegevens."),
    ],
)
def test_the_question_is_answered_by_what_the_intervals_allow(first, last, higher, answer):
    rows = [score(*first), score(*last, time="follow_up_6m")]
    (entry,) = change.headlines(seen("change", rows, higher=higher), "nl")
    assert answer in entry and ("hoger = beter" if higher else "hoger = meer klachten") in entry


def test_a_condition_that_failed_is_named():
    words = {"nl": "x", "en": "x"}
    fails = {"name": "largest_baseline_difference", "outcome": "cries-13:self", "time": "end", "open": False, "allowed": 0.25}
    closed = score(0, 0, measure="adjusted_difference", arm="b - a", status="not_estimable", method="gate_closed: x")
    rows = [score(-12, -4, arm="b"), score(-4, 2, arm="a"), closed | {"estimate": None, "ci_low": None, "ci_high": None}]
    base = compared(rows)
    for found, says in ((0.5, "verschilden bij de start te veel (0,50 standaarddeviatie; het plan staat hoogstens 0,25 toe)"),
                        (None, "niet vast te stellen of zij bij de start genoeg op elkaar leken")):  # fmt: skip
        gates = (GateOutcome(**fails, found=found, reason=words),)
        made = Evidence(base.record.model_copy(update={"gates": gates}), base.results)
        _, entry = change.headlines(made, "nl")
        assert entry.startswith("**Meer dan bij A?** Dat is niet te zeggen: ") and says in entry
        assert "een voorwaarde uit het plan" not in entry


COMPARISON = {"arms": ["b", "a"]}


def compared(rows: list[dict], **more) -> Evidence:
    """Evidence of a plan that compares arm b, the treated one, with arm a."""
    base = seen("change", rows, **more)
    plan = base.record.plan.model_dump(mode="json")
    record = base.record.model_copy(update={"plan": type(base.record.plan).model_validate(plan | {"comparison": COMPARISON})})
    return Evidence(record, base.results)


def test_a_comparison_leads_with_the_treated_arm_and_not_with_both_together():
    rows = [score(-9, -3), score(-4, 2, arm="a"), score(-12, -4, arm="b")]
    sentence, apart = change.headlines(compared(rows), "nl")
    assert "bij b ging de score gemiddeld 8 punten omlaag" in sentence and apart.startswith("**Meer dan bij A?**")
    assert "6 punten" not in sentence and "samen" not in sentence


def test_both_groups_together_are_named_so_when_no_group_may_be_shown():
    held = {"estimate": None, "ci_low": None, "ci_high": None, "status": "suppressed"}
    rows = [score(-9, -3), score(0, 0, arm="a", **held), score(0, 0, arm="b", **held)]
    sentence, _ = change.headlines(compared(rows), "nl")
    assert "per groep niet gegeven: te weinig jongeren" in sentence
    assert "Bij beide groepen samen ging de score gemiddeld 6 punten omlaag" in sentence


def test_an_interval_by_provider_takes_the_place_of_the_other():
    clustered = score(-15, -1, arm="b", measure="mean_change_clustered", method="mean; CR2 errors by provider")
    made = agreed(compared([score(-12, -4, arm="b", method="mean"), clustered]))
    sentence, *_ = change.headlines(made, "en")
    assert "with b the score went down by 8 points on average (95% interval 1 to 15, calculated by provider)" in sentence
    (other,) = made.select("change", measure="mean_change_without_providers").to_dict("records")
    assert (other["ci_low"], other["ci_high"]) == (-12, -4)
    assert "as if people of one provider do not resemble each other" in measure_words(made, other["measure"])["en"]


@pytest.mark.parametrize(("measures", "says"), [((), False), (("pooled_effect",), True)])
def test_intervals_that_take_people_of_several_providers_as_independent_are_called_too_narrow(measures, says):
    base = seen("change", [score(-8, -2)])
    pooled = pd.concat(
        [base.results["change"].assign(analysis="pooling", measure=name) for name in measures] or [base.select("pooling")]
    )
    made = Evidence(base.record, base.results | {"pooling": pooled})
    assert ("te smal" in first_page.how_sure(made, "nl").markdown()) == says


def test_not_everything_went_as_planned_only_when_something_did_not():
    reason = {"nl": "Meer dan het plan.", "en": "Beyond the plan."}
    for extra, says in ((True, False), (False, True)):
        base = seen("change", [score(-8, -2)])
        found = (Deviation(analysis="change", outcome="", reason=reason, extra=extra),)
        made = Evidence(base.record.model_copy(update={"deviations": found}), base.results)
        assert ("Niet alles ging zoals in het plan staat" in first_page.how_sure(made, "nl").markdown()) == says
        text = deviations.deviations(made, "nl").markdown()
        assert ("Alles wat in het plan staat is uitgevoerd." in text) != says and "Meer dan het plan" in text.replace("\\", "")


@pytest.mark.parametrize(
    ("known", "says"),
    [(None, "zegt het plan niet"), ("no", "verklaren zelf dat zij de uitkomsten toen niet kenden"), ("yes", "al kenden")],
)
def test_whether_outcomes_were_known_is_the_writers_own_word(known, says):
    base = seen("change", [score(-8, -2)])
    lock = {"sha256": "0" * 64, "locked_at": "2024-03-01T10:00:00Z", "contract": "1"}
    plan = base.record.plan.model_dump(mode="json") | {"outcomes_known": known, "lock": lock}
    record = base.record.model_copy(update={"plan": type(base.record.plan).model_validate(plan)})
    text = programme.programme(Evidence(record, base.results), "nl").markdown()
    assert "vastgelegd op 1 maart 2024, voordat dit programma de uitkomsten berekende" in text and says in text
    assert "voordat de uitkomsten bekend waren" not in text


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
    rows = [score(-8, -2, arm=arm) for arm in ("a", "b")]
    base = compared([*rows, score(low, high, measure="adjusted_difference", arm="a - b")])
    plan = base.record.plan.model_copy(
        update={"comparison": base.record.plan.comparison.model_copy(update={"arms": ("a", "b")})}
    )
    _, sentence = change.headlines(Evidence(base.record.model_copy(update={"plan": plan}), base.results), "nl")
    assert says in sentence


def test_the_share_without_an_event_is_told_at_the_last_horizon_and_compared_as_planned():
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
    (entry,) = revictimisation.headlines(seen("revictimisation", rows, events=events), "en")
    assert entry == "**Did it happen again?** **Up to week 52**, **70%** (60% to 80%) had no arrest."
    base = seen("revictimisation", rows, events=events)
    plan = base.record.plan.model_dump(mode="json") | {"comparison": {"arms": ["a", "b"]}}
    record = base.record.model_copy(update={"plan": type(base.record.plan).model_validate(plan)})
    (entry,) = revictimisation.headlines(Evidence(record, base.results), "en")
    assert "**Less often than with b?** No, more often. That share is 10 percentage points lower with A" in entry
    assert "(95% interval 4 to 20). The whole interval favours b." in entry


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


@pytest.mark.parametrize(
    ("source", "says"), [("een systeem.", "Bron: een systeem."), ("", "De bron is niet genoemd."), ("a / b", "Bron: a.")]
)
def test_the_source_of_the_data_is_named_or_said_not_to_be(source, says):
    """It may be left out of a submission: "Bron: ." stood there."""
    seen = evidence()
    (one,) = seen.record.submissions
    told = Evidence(seen.record.model_copy(update={"submissions": (one.model_copy(update={"source": source}),)}), {})
    (line,) = [line for line in programme.colophon(told, "nl").markdown().splitlines() if "Gegevens" in line]
    assert line.replace("\\.", ".").endswith(f"s. {says}")


def test_what_data_without_a_number_cannot_say_begins_with_these_data():
    assert "**Dit kunnen deze gegevens niet zeggen.**" in limits(evidence(), "nl").markdown()
