"""What stands in a cell of a report's table, and what a table then owes its reader."""

from __future__ import annotations

import pandas as pd
import pytest

from data_schemas.evidence import RESULT_COLUMNS, Evidence, EvidenceRecord, Words
from data_schemas.plan import Events
from reports.answers import answers, leftovers
from reports.others import further
from reports.parts.reading_guide import guide
from reports.text.cells import Cells, people
from reports.text.groups import arms, main_outcomes, moments, records
from reports.text.markdown import Column, Picture, Table, plain
from reports.text.numbers import interval, number, p_value, with_interval
from reports.text.vocabulary import arm_words, outcome_words, subgroup_words

EMPTY = {"ci_low": None, "ci_high": None, "p_value": None, "n": None, "events": None, "subgroup": "", "time": "", "unit": ""}


def row(**given) -> dict:
    base = {
        "analysis": "invented",
        "outcome": "",
        "measure": "share",
        "arm": "all",
        "estimate": 0.5,
        "method": "m",
        "status": "rounded",
    }
    return EMPTY | base | given


def evidence(rows=(), *, nature="practice", edition="released", measures=None, labels=None) -> Evidence:
    """A small evidence folder in memory."""
    words = {"nl": "aandeel", "en": "share", "number": "share"}
    record = EvidenceRecord.model_validate(
        {
            "edition": edition,
            "plan": {
                "contract": "1",
                "title": "Een plan",
                "question": "Wordt het minder erg?",
                "programme": "p",
                "design": "change",
                "estimand": dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "x"),
                "measures": [{"instrument": "cries-13", "informant": "self", "moments": ["end"]}],
                "seed": 1,
            },
            "submissions": [{"name": "s", "title": None, "source": "bron", "nature": nature, "sha256": "0" * 64}],
            "labels": labels or {},
            "measures": measures or {"share": words},
            "instruments": {},
            "findings": [],
            "deviations": [],
            "release": {"threshold": 10, "statuses": {}},
            "provenance": {"plan": "0", "contract": "0", "code": "0", "results": {}, "versions": {}},
        }
    )
    frame = pd.DataFrame([row(**given) for given in rows], columns=list(RESULT_COLUMNS))
    numbers = {name: pd.to_numeric(frame[name]) for name in ("estimate", "ci_low", "ci_high", "p_value", "n", "events")}
    return Evidence(record, {"invented": frame.assign(**numbers)} if rows else {})


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"estimate": 0.287}, "29%"),
        ({"estimate": 0.287, "status": "exact"}, "28,7%"),
        ({"estimate": 0.287, "ci_low": 0.2, "ci_high": 0.4}, "29%\u0020(20%\u00a0tot\u00a040%)"),
        ({"estimate": None, "status": "suppressed"}, "niet getoond"),
        ({"estimate": None, "status": "not_estimable", "method": "no_events: share"}, "niet te schatten"),
    ],
)
def test_a_cell_says_the_number_or_why_there_is_none(given, text):
    assert Cells(evidence(), "nl").value(row(**given)) == text


def test_a_cell_without_a_row_is_a_dash():
    cells = Cells(evidence(), "nl")
    assert (cells.value(None), cells.p(None), cells.count(None, "n"), cells.share_of(None)) == ("–",) * 4
    assert cells.notes() == []


def test_a_table_owes_its_reader_the_reasons():
    cells = Cells(evidence(), "nl")
    cells.value(row(estimate=None, status="suppressed"))
    cells.value(row(estimate=None, status="not_estimable", method="not_reached: median"))
    cells.value(row())
    assert cells.notes() == ["Niet te schatten: zo ver kwam de curve niet."]


def test_what_holds_for_all_tables_is_said_once():
    seen = evidence([{"estimate": 0.5, "ci_low": 0.4, "ci_high": 0.6, "p_value": 0.03}])
    text = guide(seen, "nl").markdown()
    assert text.count("*Niet getoond*: minder dan 10 jongeren") == 1 and "afgerond" in text and "**p**" in text
    exact = guide(evidence([{"estimate": 0.5}], edition="internal"), "nl").markdown()
    assert "Niet getoond" not in exact and "**p**" not in exact


def test_a_column_has_one_number_of_decimals():
    effects = evidence([{}], measures={"g": {"nl": "g", "en": "g", "number": "effect"}})
    cells = Cells(effects, "nl")
    rows = [row(measure="g", estimate=0.8), row(measure="g", estimate=0.55)]
    assert [cells.value(one, digits=cells.places(rows)) for one in rows] == ["0,80", "0,55"]


def test_a_public_example_is_not_about_young_people_in_care():
    assert people(evidence(nature="public")).en == "participants"


def test_a_held_back_share_never_says_its_counts():
    cells = Cells(evidence(), "nl")
    assert cells.share_of(row(estimate=0.5, events=15, n=35)) == "50%"
    assert cells.share_of(row(estimate=0.5, events=15, n=30, status="exact")) == "50,0% (15\u00a0van\u00a030)"
    assert cells.share_of(row(estimate=None, events=None, n=None, status="suppressed")) == "niet getoond"


def test_a_released_p_value_is_never_smaller_than_was_released():
    assert Cells(evidence(), "nl").p(row(p_value=0.001)) == "≤\u00a00\\,001".replace("\\,", ",")
    assert Cells(evidence(), "nl").p(row(p_value=0.0001, status="exact")) == "\\< 0,001"


def test_numbers_are_written_as_people_write_them():
    assert number(1234.5, "score", "nl") == "1.234,5"
    assert number(1234.5, "score", "en") == "1,234.5"
    assert number(-0.04, "score", "nl", digits=1) == "0,0"
    assert interval(-0.1, 0.42, "effect", "en") == "−0.10 to 0.42"
    assert p_value(0.0499, "nl") == "0,050"
    assert with_interval(row(measure="m", estimate=2.5, ci_low=1.0, ci_high=4.0), "score", "en") == "2.5 (1.0\u00a0to\u00a04.0)"


@pytest.mark.parametrize(
    "text",
    [
        "*a* [b](http://c)",
        "<script>x</script>",
        "`x` $y$ {.z} @fig-a",
        "a | b",
        "# kop",
        "1. een",
        "a\n\nb",
        "{{< include x >}}",
    ],
)
def test_a_text_from_outside_stays_a_text(text):
    escaped = plain(text)
    assert "\n" not in escaped
    bare = escaped.replace("\\\\", "")
    for sign in "*[]<>`$@|{}#":
        assert bare.count(sign) == bare.count("\\" + sign)


def test_a_table_is_markdown_with_a_caption_and_widths():
    text = Table("x", "Bijschrift", [Column("A"), Column("B", 3, numeric=True)], [["a", "1"]], ["Noot."]).markdown()
    lines = text.split("\n")
    assert lines[0] == "| A | B |" and lines[1].endswith("-: |") and len(lines[1]) > 72
    assert "{#tbl-x}" in text and "::: {.table-note}" in text
    assert Table("x", "leeg", [Column("A")], []).markdown() == ""


def test_a_picture_needs_an_alt_text():
    with pytest.raises(ValueError, match="alt text"):
        Picture("x", "caption", "kort", b"")


def test_moments_come_in_the_order_of_time():
    assert moments(["follow_up_6m", "end", "baseline"]) == ["baseline", "end", "follow_up_6m"]
    assert moments(["104", "26", "52", "8"]) == ["8", "26", "52", "104"]


def test_everyone_comes_first_and_a_difference_is_no_group():
    seen = evidence([{"arm": "b"}, {"arm": "b - a"}, {"arm": "all"}, {"arm": "a"}])
    assert arms(seen, seen.select("invented")) == ["all", "b", "a"]


def test_codes_get_the_words_of_the_contract():
    seen = evidence(labels={"emdr": {"nl": "EMDR", "en": "EMDR"}})
    assert subgroup_words("gender", "girl").nl == "meisje"
    assert subgroup_words("gender", "missing").en == "not filled in"
    assert subgroup_words("", "setting=open").nl.endswith(": open verblijf")
    assert arm_words(seen, "emdr - cbt").nl == "EMDR min cbt"
    assert outcome_words(seen, "sexual_exploitation+arrest").nl.count(" of ") == 1


def test_an_analysis_without_a_section_is_shown_whole():
    rows = [{"arm": arm, "estimate": value, "time": "end"} for arm, value in (("all", 0.5), ("a", 0.4), ("b", 0.6))]
    rows += [{"arm": "a - b", "measure": "share", "estimate": -0.2, "p_value": 0.03, "n": 45, "time": "end"}]
    seen = evidence(rows)
    text = further(seen, "nl").markdown()
    assert "## Invented" in text
    for shown in ("50%", "40%", "60%", "−20%", "0,030", "Alle deelnemers"):
        assert shown in text, shown


def test_a_block_that_is_held_back_says_so_in_a_sentence():
    text = further(evidence([{"estimate": None, "status": "suppressed"}] * 3), "nl").markdown()
    assert "Te weinig jongeren om te tonen \\(n \\< 10\\)" in text and "|" not in text


def test_a_long_table_says_where_the_rest_is():
    rows = [{"subgroup": f"part-{i}", "estimate": i / 100} for i in range(40)]
    text = further(evidence(rows), "en").markdown()
    assert text.count("| Share |") == 18 and "Another 22 lines are in the results themselves" in text


def test_every_answer_says_what_it_shows_and_no_analysis_is_shown_twice():
    names = [name for module in answers() for name in module.ANALYSES]
    assert len(names) == len(set(names))
    for module in answers():
        assert isinstance(module.SHOWN, frozenset) and module.headlines(evidence(), "nl") in (
            [],
            list(module.headlines(evidence(), "nl")),
        )
    assert set(leftovers(evidence([{}]))) == {"invented"}


def test_records_keep_the_order_of_the_rows():
    seen = evidence([{"estimate": 0.1}, {"estimate": 0.2}])
    assert [record["estimate"] for record in records(seen.select("invented"))] == [0.1, 0.2]


def test_of_the_same_reason_with_other_numbers_the_reason_is_told_once():
    """Six lines without a number each had their own share in one sentence, and none its name."""
    cells = Cells(evidence(), "nl", why=lambda row: Words(row["method"], row["method"]))
    for share in ("29,4%", "41,2%"):
        cells.value(row(estimate=None, status="not_estimable", method=f"te weinig ({share}; het plan vraagt 60%)"))
    cells.value(row(estimate=None, status="not_estimable", method="te klein (3%; hoogstens 2%)"))
    assert cells.notes() == ["Niet te schatten: te weinig (het plan vraagt 60%); te klein (3%; hoogstens 2%)."]


def test_without_a_primary_outcome_the_first_measure_and_the_events_answer_the_question():
    """The first page began with the measure, and counted those of the events."""
    two = [{"measure": "analysed", "outcome": outcome} for outcome in ("sexual_exploitation", "rses:self", "cries-13:self")]
    seen = evidence(two)
    events = Events(
        event=["sexual_exploitation"], certainty=["actual"], time_zero="start", horizons_weeks=[26], restricted_mean_weeks=26
    )
    plan = seen.record.plan.model_copy(update={"events": events})
    told = Evidence(seen.record.model_copy(update={"plan": plan}), seen.results)
    assert main_outcomes(told, seen.results["invented"]) == ["sexual_exploitation", "cries-13:self"]
    assert main_outcomes(told, seen.results["invented"].iloc[1:]) == ["cries-13:self"]
