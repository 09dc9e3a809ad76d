"""How long until it happens again."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.closed import cells as cells_of
from reports.figures.curve import curve_figure
from reports.leading import leads
from reports.sentences.curve import curve_answers
from reports.text.cells import Cells, about, all_hidden, hidden, people
from reports.text.groups import arms, by, differences, heading, moments, outcomes, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.text.numbers import is_number, number
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, measure_words, moment_words, outcome_words

ANALYSES = ("revictimisation",)
SHOWN = frozenset(
    (
        "at_risk",
        "events",
        "survival",
        "median_weeks",
        "restricted_mean_weeks",
        "survival_difference",
        "restricted_mean_difference",
        "log_rank_chi2",
    )
)
PLACE = 40

_VICTIM = ("sexual_exploitation", "criminal_exploitation", "other_sexual_violence", "other_abuse")
_VICTIM_AGAIN = Words("Herhaald slachtofferschap", "New victimisation")
_OVER_TIME = Words("Gebeurtenissen in de tijd", "Events over time")
_LINE_IS = Words(
    "De lijn laat zien welk deel de gebeurtenis nog niet heeft meegemaakt. Wie niet langer gevolgd werd, telt mee tot het laatste moment "
    "dat bekend is.",
    "The line shows which share has not had the event yet. Those who were no longer followed count up to the last moment that is known.",
)
_RISK_WEEKS = 7
_FIRST_PAGE_HEIGHT = 2.2
_SEE = Words(
    "[De figuur hierbij staat op de eerste bladzijde: @fig-{label}.]{{.refers}}",
    "[Its figure is on the first page: @fig-{label}.]{{.refers}}",
)
LEFT = Words(
    "In week {week} waren er nog {about}{n} {people} in beeld zonder gebeurtenis. Over de tijd daarna zegt dit rapport niets.",
    "In week {week} {about}{n} {people} were still followed without an event. Of the time after that this report says nothing.",
)
_NOBODY_LEFT = Words(
    "In week {week} was niemand meer in beeld zonder gebeurtenis.",
    "In week {week} nobody was still followed without an event.",
)
_SEE_REPORT = Words("[De lijn zelf: @fig-{label}.]{{.refers}}", "[The line itself: @fig-{label}.]{{.refers}}")
_WEEK = Words("Week", "Week")
_GROUP = Words("Groep", "Group")
_WHAT = Words("Maat", "Measure")
_READ = Words("Zonder {event} op de weken uit het plan", "Without {event} at the weeks of the plan")
_RISK = Words("Hoeveel mensen nog gevolgd werden", "How many people were still followed")
_BETWEEN = Words("Verschil tussen de groepen", "Difference between the groups")
_NOTHING = Words("niet gegeven", "not given")
FLAT = Words(
    "Een vlak stuk in de lijn betekent niet dat er niets gebeurde: de lijn daalt pas als er weer {threshold} gebeurtenissen bij zijn.",
    "A flat part of the line does not mean that nothing happened: the line only drops when another {threshold} events have occurred.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Whether it happened again, in each group, and the difference."""
    rows = evidence.select("revictimisation", subgroup="")
    return [
        sentence
        for outcome in outcomes(evidence, rows)
        for sentence in curve_answers(evidence, lang, outcome, rows[rows["outcome"] == outcome])
    ]


def certainty(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """How many were still followed at the last week of the plan."""
    events = evidence.record.plan.events
    if events is None:
        return
    week = str(max(events.horizons_weeks))
    rows = evidence.select("revictimisation", measure="at_risk", arm="all", subgroup="", time=week)
    for row in records(rows)[:1]:
        if is_number(row["estimate"]):
            left = number(row["estimate"], "count", lang)
            text = LEFT if row["estimate"] else _NOBODY_LEFT
            yield text.fill(week=week, n=left, people=people(evidence), about=about(evidence))[lang]


def main_figure(evidence: Evidence, lang: Lang, outcome: str) -> Block:
    """The curve of one outcome, low enough for the first page."""
    rows = evidence.select("revictimisation", subgroup="", outcome=outcome)
    return curve_figure(evidence, lang, outcome, rows, height=_FIRST_PAGE_HEIGHT)


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The curve of one outcome, as its section shows it."""
    return curve_figure(evidence, lang, outcome, evidence.select(name, subgroup="", outcome=outcome))


def parts(evidence: Evidence, lang: Lang) -> Block:
    """For each outcome the numbers at risk, the horizons and the differences; its curve is in the report."""
    rows = evidence.select("revictimisation", subgroup="")
    return Blocks([_part(evidence, lang, outcome, rows[rows["outcome"] == outcome]) for outcome in outcomes(evidence, rows)])


def brief(evidence: Evidence, lang: Lang) -> Block:
    """For each outcome the figure, the shares at the weeks of the plan, and the difference between the groups."""
    rows = evidence.select("revictimisation", subgroup="")
    rows = rows[rows["outcome"].isin(outcomes(evidence, rows))]
    if not rows.loc[rows["measure"] == "survival", "estimate"].notna().any():
        return Text("")
    victims = all(event in _VICTIM for outcome in rows["outcome"].unique() for event in outcome.split("+"))
    title = Text(f"## {(_VICTIM_AGAIN if victims else _OVER_TIME)[lang]} {{#sec-revictimisation}}")
    made = [_brief(evidence, lang, outcome, rows[rows["outcome"] == outcome]) for outcome in outcomes(evidence, rows)]
    return Blocks([title, Text(_LINE_IS[lang]), *made])


def _brief(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    released = evidence.record.edition == "released"
    flat = FLAT.fill(threshold=evidence.record.release.threshold)[lang] if released else ""
    if leads(evidence, "revictimisation", outcome):
        figure: Block = Text(_SEE[lang].format(label=f"curve-{slug(outcome)}"))
    else:
        figure = curve_figure(evidence, lang, outcome, rows, height=_FIRST_PAGE_HEIGHT)
    return Blocks([figure, Text(flat), _horizons(evidence, lang, outcome, rows, "main-horizons")])


def _part(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    if all_hidden(rows[rows["status"] != "not_estimable"]):
        return Text(f"{plain(capital(hidden(evidence)[lang]))}.")
    return Blocks(
        [
            Text(_SEE_REPORT[lang].format(label=f"curve-{slug(outcome)}")),
            _at_risk(evidence, lang, outcome, rows),
            _horizons(evidence, lang, outcome, rows),
            difference_table(evidence, lang, outcome, rows),
        ]
    )


def _at_risk(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    at_risk = rows[rows["measure"] == "at_risk"]
    weeks = _spread([week for week in moments(at_risk["time"]) if int(week) >= 0], _RISK_WEEKS)
    cells = Cells(evidence, lang)
    lines = []
    found = by(records(at_risk), "arm", "time")
    for arm in arms(evidence, at_risk):
        lines.append([heading(evidence, arm, lang), *(cells.value(found.get((arm, week))) for week in weeks)])
    heads = [Column(_GROUP[lang], 2.4), *(Column(f"{_WEEK[lang]} {week}", 1.0, numeric=True) for week in weeks)]
    return Table(f"at-risk-{slug(outcome)}", _RISK[lang], heads, lines, cells.notes())


def _horizons(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, label: str = "horizons") -> Block:
    """Survival at the plan's horizons, restricted mean and median; a column per group."""
    groups = arms(evidence, rows)
    cells = Cells(evidence, lang)
    lines, found = [], by(records(rows), "measure", "time", "arm")
    for measure, time in _wanted(evidence):
        mine = [found.get((measure, time, arm)) for arm in groups]
        if not any(mine):
            continue
        name = capital(measure_words(evidence, measure)[lang]) + (f", {moment_words(time)[lang]}" if time else "")
        lines.append([plain(name), *map(cells.value, mine)])
    heads = [Column(_WHAT[lang], 2.4), *(Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in groups)]
    heads, lines, left = trimmed(cells, heads, lines, names=1)
    caption = plain(_READ.fill(event=outcome_words(evidence, outcome))[lang])
    return Table(f"{label}-{slug(outcome)}", caption, heads, lines, [*left, *cells.notes()])


def _wanted(evidence: Evidence) -> list[tuple[str, str]]:
    events = evidence.record.plan.events
    horizons = [("survival", str(week)) for week in events.horizons_weeks] if events else []
    return [
        *horizons,
        *([("restricted_mean_weeks", str(events.restricted_mean_weeks))] if events else []),
        ("median_weeks", ""),
    ]


def difference_table(
    evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, label: str = "curve-difference"
) -> Block:
    """The differences between the groups at the weeks of the plan, and the test of the whole curves."""
    tests = rows[(rows["measure"] == "log_rank_chi2") & (rows["arm"] == "all")]
    between = pd.concat([differences(rows), tests])
    between = between[between["measure"].isin(SHOWN)]
    if events := evidence.record.plan.events:
        weeks = {str(week) for week in (*events.horizons_weeks, events.restricted_mean_weeks)}
        between = between[(between["time"] == "") | between["time"].isin(weeks)]
    cells = cells_of(evidence, lang)
    lines = []
    for row in records(between):
        time = row["time"]
        name = capital(measure_words(evidence, row["measure"])[lang]) + (f", {moment_words(time)[lang]}" if time else "")
        lines.append([plain(name), plain(arm_words(evidence, row["arm"])[lang]), cells.value(row), cells.p(row)])
    heads = [
        Column(_WHAT[lang], 2.4),
        Column(_GROUP[lang], 2.0),
        Column(Words("Uitkomst", "Result")[lang], 1.6, numeric=True),
        Column("p", 0.7, numeric=True),
    ]
    heads, lines, left = trimmed(cells, heads, lines, names=2)
    if not lines:
        return Text(f"{_BETWEEN[lang]}: {_NOTHING[lang]}. {' '.join(cells.notes())}" if left else "")
    return Table(f"{label}-{slug(outcome)}", _BETWEEN[lang], heads, lines, [*left, *cells.notes()])


def _spread(weeks: list[str], most: int) -> list[str]:
    """At most so many weeks, the first and the last among them, evenly apart."""
    if len(weeks) <= most:
        return weeks
    step = (len(weeks) - 1) / (most - 1)
    return [weeks[round(place * step)] for place in range(most)]
