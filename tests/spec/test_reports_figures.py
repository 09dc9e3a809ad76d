"""The figures of a report: drawn from released rows only, with an alt text that says the same numbers, or a sentence instead."""

from __future__ import annotations

import re

import pytest

from data_schemas.evidence import CriterionProfile, Evidence, GateOutcome
from reports import conditions, profile
from reports.answers import care, competing_events, flow, individual_change, subgroups
from reports.figures.bars import share_bars
from reports.figures.forest import Axis, Line, forest
from reports.leading import leading
from reports.tables.change import effects
from reports.text.cells import Cells
from reports.text.markdown import Column
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, subgroup_words
from tests.spec.test_reports_cells import evidence, row

COUNT = {"nl": "aantal", "en": "number", "number": "count"}
MEASURES = {
    "share": {"nl": "aandeel", "en": "share", "number": "share"},
    "dropped_out": {"nl": "uitval", "en": "drop-out", "number": "share"},
    **dict.fromkeys(("received", "eligible", "analysed", "lost_no_later_measurement", "before_after"), COUNT),
    **{name: {"nl": name, "en": name, "number": "effect"} for name in ("g", "sd_baseline", "sd_later", "g_unequal_sd")},
}
NUMBERED = {"estimate": 0.5, "ci_low": 0.2, "ci_high": 0.8}


@pytest.fixture(autouse=True)
def figures(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALUATION_FIGURES", str(tmp_path))
    return tmp_path


def seen(analysis: str, rows: list[dict], **record) -> Evidence:
    base = evidence([{"analysis": analysis, **given} for given in rows], measures=MEASURES)
    return Evidence(base.record.model_copy(update=record), {analysis: base.results["invented"]})


def alt(text: str) -> str:
    return re.search(r'fig-alt="([^"]*)"', text).group(1)


def test_a_forest_tells_its_numbers_and_is_a_raster(figures):
    lines = [Line("CRIES", row(**NUMBERED)), Line("SDQ", row(estimate=None, status="suppressed"))]
    text = forest("x", "Effecten", lines, Axis("g", "effect"), "nl").markdown()
    assert "CRIES: 0,5 (0,2 tot 0,8)" in alt(text) and "SDQ" not in text
    assert (figures / "x.png").read_bytes().startswith(b"\x89PNG")


def test_a_forest_of_many_lines_tells_how_they_lie_and_the_ends():
    values = [(low, low + 0.2, low + 0.4) for low in (0.1, 0.2, 0.3, -0.1, -0.2, -0.9, 0.4, 0.5, 0.6)]
    lines = [Line(f"u{at}", row(estimate=mid, ci_low=low, ci_high=high)) for at, (low, mid, high) in enumerate(values)]
    told = alt(forest("x", "Effecten", lines, Axis("g", "effect"), "nl").markdown())
    assert "9 schattingen: 6 met het hele interval boven 0, 1 eronder, 2 met 0 erbinnen" in told
    assert "laagste is u5 (−0,7" in told and "hoogste is u8 (0,8" in told


@pytest.mark.parametrize(
    "make", [lambda lines: forest("x", "y", lines, Axis("g", "effect"), "nl"), lambda lines: share_bars("x", "y", lines, "nl")]
)
def test_without_a_number_there_is_no_figure(make, figures):
    assert make([Line("a", row(estimate=None, status="suppressed"))]).markdown() == ""
    assert make([]).markdown() == "" and list(figures.iterdir()) == []


def test_shares_are_bars_with_the_numbers_in_words():
    rows = [{"measure": "dropped_out", "arm": arm, **NUMBERED} for arm in ("all", "a", "b")]
    rows.append({"measure": "dropped_out", "arm": "c", "estimate": None, "status": "suppressed"})
    told = alt(care.figure(seen("indicators", rows), "en", "indicators").markdown())
    assert "Drop-out, a: 50% (20% to 80%)" in told and "Drop-out, c" not in told


def test_an_analysis_without_rows_has_no_bars():
    assert care.figure(evidence(), "nl", "indicators").markdown() == ""


def flow_rows(*, hidden: bool = False) -> list[dict]:
    counts = {("received", "all"): 180, ("eligible", "all"): 170, ("eligible", "a"): 110, ("eligible", "b"): 60}
    counts |= {("analysed", "all"): 120, ("analysed", "a"): 75, ("analysed", "b"): 45, ("lost_no_later_measurement", "a"): 25}
    counts |= {("lost_no_later_measurement", "all"): 40}
    rows = [{"measure": name, "arm": arm, "estimate": count} for (name, arm), count in counts.items()]
    rows.append({"measure": "lost_no_later_measurement", "arm": "b", "estimate": None, "status": "suppressed"})
    if hidden:
        rows = [given | {"estimate": None, "status": "suppressed"} for given in rows]
    return [{"outcome": "cries-13:self", "time": "end", **given} for given in rows]


def test_the_flow_diagram_says_who_counts_and_why_others_do_not():
    told = alt(flow.figure(seen("flow", flow_rows()), "nl").markdown())
    assert "Nameting: 75 tellen mee. Niet: aantal 25." in told and "Nameting: 45 tellen mee." in told
    assert "180" in told and "170" in told and told.count("Niet:") == 1


def test_an_arm_keeps_the_name_of_its_submission_and_an_own_code_gets_words():
    assert arm_words(evidence(), "a").nl == "a" and arm_words(evidence(), "stayed").nl == "gebleven"
    assert subgroup_words("", "criterion=a").nl == "grens a, uit deze groep zelf"
    assert subgroup_words("", "time_zero:end").nl == "gevolgd vanaf het einde van de hulp"
    assert subgroup_words("", "certainty:actual+presumed").nl.count(" of ") == 1


def test_a_flow_that_may_not_be_shown_is_a_sentence():
    held = seen("flow", flow_rows(hidden=True))
    assert flow.figure(held, "nl").markdown() == ""
    assert "|" not in flow.table(held, "nl").markdown() and "te weinig" in flow.table(held, "nl").markdown().casefold()
    assert flow.reasons(held, "nl").markdown().startswith("Waarom anderen niet meetellen is niet getoond")


def test_how_many_are_missing_and_how_small_groups_are_makes_it_less_sure():
    missing, small = flow.certainty(seen("flow", flow_rows()), "nl")
    assert "ongeveer 29%" in missing and "ongeveer 45" in small


def squares(released: int) -> list[dict]:
    places = [(before, later) for before in range(1, 5) for later in range(1, 5)]
    shown = {"estimate": 15, "status": "rounded"}
    return [
        {"outcome": "cries-13:self", "time": "end", "measure": "before_after", "subgroup": f"before={before};later={later}"}
        | (shown if at < released else {"estimate": None, "status": "suppressed"})
        for at, (before, later) in enumerate(places)
    ]


def test_before_and_after_counts_squares_and_says_what_is_held_back():
    told = alt(individual_change.figures(seen("individual_change", squares(3)), "nl").markdown())
    assert "Slechtst bij de start, redelijk later: 15." in told and "De andere 13 vakken zijn niet getoond." in told


def test_before_and_after_with_few_squares_is_a_sentence():
    text = individual_change.figures(seen("individual_change", squares(2)), "nl").markdown()
    assert "te weinig" in text and "fig-" not in text


def test_subgroups_that_are_all_held_back_are_a_sentence():
    rows = [{"measure": "g", "subgroup": "gender=boy", "estimate": None, "status": "suppressed"}]
    assert "In geen subgroep" in subgroups.figure(seen("subgroups", rows), "nl").markdown()


def test_incidence_stands_beside_one_minus_the_curve():
    rows = [
        {"measure": "cumulative_incidence", "time": week, "outcome": "arrest", "estimate": 0.3} for week in ("0", "26", "52")
    ]
    rows.append({"measure": "one_minus_survival", "time": "52", "outcome": "arrest", "estimate": 0.35})
    told = alt(competing_events.figure(seen("competing_events", rows), "nl").markdown())
    assert "rekening gehouden met wat voorging: 30% in week 52." in told and "35% in week 52" in told


def test_a_column_and_a_line_without_numbers_become_one_sentence():
    cells = Cells(evidence(), "nl")
    held = cells.value(row(estimate=None, status="suppressed"))
    heads = [Column("Moment"), Column("Groep"), Column("n"), Column("A"), Column("B")]
    lines = [["eind", "a", "20", "1", held], ["eind", "b", "20", held, held], ["later", "a", "20", held, held]]
    kept, told, notes = trimmed(cells, heads, lines, names=2, counts=1)
    assert [column.heading for column in kept] == ["Moment", "Groep", "n", "A"] and told == [["eind", "a", "20", "1"]]
    assert notes == ["Zonder cijfer, daarom niet in de tabel: B; eind: b; later."]


@pytest.mark.parametrize(("later", "shown"), [(10.0, False), (13.0, True), (7.0, True)])
def test_the_interval_for_unequal_spread_stands_beside_g_where_the_spread_differs(later, shown):
    base = {"outcome": "cries-13:self", "time": "end"}
    rows = [base | {"measure": name, **NUMBERED} for name in ("g", "g_unequal_sd")]
    rows += [base | {"measure": "sd_baseline", "estimate": 10.0}, base | {"measure": "sd_later", "estimate": later}]
    made = seen("change", rows)
    text = effects(made, "nl", "cries-13:self", made.select("change")).markdown()
    assert ("ongelijke spreiding" in text) == shown


def test_the_first_page_has_the_figure_of_the_main_question_when_there_is_one():
    means = [{"outcome": "cries-13:self", "time": "end", "measure": "mean_change", "arm": "all", "estimate": 20}]
    assert leading(seen("change", means)) == ("change", "cries-13:self")
    assert leading(seen("change", [means[0] | {"estimate": None, "status": "suppressed"}])) is None


def gate(name: str, found: float | None, *, holds: bool) -> GateOutcome:
    words = {"nl": "x", "en": "x"}
    return GateOutcome(name=name, outcome="cries-13:self", time="end", open=holds, found=found, allowed=0.25, reason=words)


def test_conditions_that_did_not_hold_are_told_with_what_was_found_and_allowed():
    gates = (
        gate("largest_baseline_difference", 0.5, holds=False),
        gate("attrition", None, holds=False),
        gate("x", 0.1, holds=True),
    )
    text = conditions.conditions(seen("flow", flow_rows(), gates=gates), "nl").markdown()
    assert "3 keer nagegaan" in text and "2 keer niet gehaald, of niet vast te stellen" in text
    assert "nameting 0,50" in text and "hoogstens 0,25" in text and "nameting niet vast te stellen" in text
    assert "elke keer gehaald" in conditions.brief(seen("flow", flow_rows(), gates=gates[2:]), "nl").markdown()
    assert conditions.conditions(seen("flow", flow_rows()), "nl").markdown() == ""


@pytest.mark.parametrize(
    ("name", "found", "allowed", "told"),
    [
        ("attrition", 0.0, None, "nameting niet vast te stellen"),
        ("attrition", 0.19, 0.05, "nameting 19%"),
        ("attrition", 0.19, None, "nameting niet vast te stellen"),
        ("attrition", 0.02, 0.033, "nameting niet vast te stellen"),
        ("smallest_measured", 0.42, 0.4, "nameting niet vast te stellen"),
        ("smallest_measured", 0.38, 0.4, "nameting 38%"),
    ],
)
def test_what_was_found_never_contradicts_that_a_condition_did_not_hold(name, found, allowed, told):
    one = gate(name, found, holds=False).model_copy(update={"allowed": allowed})
    assert told in conditions.conditions(seen("flow", flow_rows(), gates=(one,)), "nl").markdown().replace("\\", "")


def test_the_profile_marks_what_was_not_checked_and_never_names_a_level():
    shows = ({"nl": "CRIES-13 (jongere zelf), nameting: verandering (g) 0,65 (0,45 tot 0,80)", "en": "x"},)
    words = {"nl": "Er is verandering.", "en": "There is change."}
    one = {"level": "first_indications", "criterion": words, "source": "s", "cannot_show": words}
    found = (
        CriterionProfile(id="a", verified=False, judged_by="data", shows=shows, **one),
        CriterionProfile(id="b", verified=True, judged_by="people", shows=(), **one),
    )
    rows = [{"outcome": "cries-13:self", "time": "end", "measure": "g", **NUMBERED}]
    text = profile.profile(seen("change", rows, profile=found, criteria="v1"), "nl").markdown().replace("\\", "")
    assert "verandering (g) 0,65 (0,45 tot 0,80)" in text and text.count("niet nagezocht") == 2
    assert "first" not in text and "alleen mensen beoordelen" in text
