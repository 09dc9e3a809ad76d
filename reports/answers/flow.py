"""Respons: how many people were received and analysed, why the others were not, and how treatment ended."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.cells import Cells, people
from reports.groups import Row, arms, by, grouped, heading, moments, outcomes, records
from reports.markdown import Block, Column, Table, Text, capital, plain
from reports.numbers import is_number, number
from reports.vocabulary import measure_words, moment_words, outcome_words

ANALYSES = ("flow",)
SHOWN: frozenset[str] = frozenset()
PLACE = 10

_STEPS = ("received", "eligible", "measured", "analysed")
_OUTCOME = Words("Uitkomst", "Outcome")
_REASON = Words("Waarom niet meegeteld, met aantal", "Why not counted, with number")
_CAPTION = Words(
    "Van ontvangen tot geanalyseerd, alle deelnemers samen", "From received to analysed, all participants together"
)
_REASONS = Words("Waarom deelnemers niet meetellen, alle deelnemers samen", "Why participants are not counted, all together")
_BY_ARM = Words("Geanalyseerd per groep", "Analysed per group")
_COURSE = Words("Hoe de behandeling verliep", "How treatment went")
_WHAT = Words("Wat", "What")
_FOUND = Words(
    "Er zijn gegevens ontvangen van {about}**{received}** {people}. Voor de hoofdvraag telden er {about}**{analysed}** mee.",
    "Data were received on {about}**{received}** {people}. Of them {about}**{analysed}** count for the main question.",
)
_ABOUT = Words("ongeveer ", "about ")
_FEW = Words(
    "Voor de hoofdvraag telden te weinig {people} mee om het aantal te tonen (minder dan {threshold}).",
    "Too few {people} count for the main question to show their number (fewer than {threshold}).",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """How many people it is about: received and analysed for the first outcome at its first moment."""
    rows = evidence.rows("flow", arm="all")
    analysed = rows[rows["measure"] == "analysed"]
    if analysed.empty:
        return []
    outcome = outcomes(evidence, analysed)[0]
    time = moments(analysed.loc[analysed["outcome"] == outcome, "time"])[0]
    at = rows[(rows["outcome"] == outcome) & (rows["time"] == time)]
    counts = {name: at.loc[at["measure"] == name, "estimate"] for name in ("received", "analysed")}
    if any(found.empty or pd.isna(found.iloc[0]) for found in counts.values()):
        return [_FEW.fill(people=people(evidence), threshold=evidence.record.release.threshold)[lang]]
    texts = {name: number(found.iloc[0], "count", lang) for name, found in counts.items()}
    about = Words("", "") if evidence.record.edition == "internal" else _ABOUT
    return [_FOUND.fill(people=people(evidence), about=about, **texts)[lang]]


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: received, eligible, measured, analysed."""
    rows = evidence.rows("flow", arm="all", measure=_STEPS)
    given = [step for step in _STEPS if (rows["measure"] == step).any()]
    cells = Cells(evidence, lang)
    lines = [
        [name, *(cells.value(found.get((step,))) for step in given)]
        for name, mine in _lines(evidence, lang, rows)
        if (found := by(mine, "measure")).keys() & {("measured",), ("analysed",)}
    ]
    heads = [Column(_OUTCOME[lang], 3.0)]
    heads += [Column(capital(plain(measure_words(evidence, step)[lang])), 1.2, numeric=True) for step in given]
    return Table("flow", _CAPTION[lang], heads, lines, cells.notes())


def reasons(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: how many were lost for each reason; nobody is counted twice."""
    rows = evidence.rows("flow", arm="all")
    rows, cells = rows[rows["measure"].str.startswith("lost_")], Cells(evidence, lang)
    lines = [[name, _listed(evidence, lang, mine, cells)] for name, mine in _lines(evidence, lang, rows)]
    heads = [Column(_OUTCOME[lang], 2.0), Column(_REASON[lang], 3.0)]
    return Table("flow-losses", _REASONS[lang], heads, lines, cells.notes())


def by_arm(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: how many were analysed in each arm."""
    rows = evidence.rows("flow", measure="analysed")
    groups = [arm for arm in arms(evidence, rows) if arm != "all"]
    cells = Cells(evidence, lang)
    lines = [
        [name, *(cells.value(found.get((arm,))) for arm in groups)]
        for name, mine in _lines(evidence, lang, rows)
        if (found := by(mine, "arm"))
    ]
    heads = [Column(_OUTCOME[lang], 3.0), *(Column(heading(evidence, arm, lang), 1.3, numeric=True) for arm in groups)]
    return Table("flow-arms", _BY_ARM[lang], heads, lines if groups else [], cells.notes())


def course(evidence: Evidence, lang: Lang) -> Block:
    """What is counted of the treatment itself (started, finished, how it ended), per group."""
    rows = evidence.rows("flow")
    rows = rows[~rows["measure"].isin(_STEPS) & ~rows["measure"].str.startswith("lost_")]
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = [
        [capital(plain(measure_words(evidence, measure)[lang])), *(cells.value(by(mine, "arm").get((arm,))) for arm in groups)]
        for (measure,), mine in grouped(records(rows), "measure").items()
    ]
    if not lines:
        return Text("")
    heads = [Column(_WHAT[lang], 2.4), *(Column(heading(evidence, arm, lang), 1.3, numeric=True) for arm in groups)]
    return Table("flow-course", _COURSE[lang], heads, lines, cells.notes())


def _listed(evidence: Evidence, lang: Lang, rows: list[Row], cells: Cells) -> str:
    """Reasons with a number, largest first, then those that may not be shown."""
    told, kept = [], []
    for row in sorted(rows, key=lambda row: -row["estimate"] if is_number(row["estimate"]) else 0):
        text, name = cells.value(row), plain(measure_words(evidence, row["measure"])[lang])
        (kept if cells.hides(text) else told).append((name, text))
    parts = [f"{name}: {text}" for name, text in told]
    if kept:
        parts.append(f"{', '.join(name for name, _ in kept)}: {kept[0][1]}")
    return capital("; ".join(parts))


def _lines(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Each outcome and moment: its name, and its rows."""
    found = grouped(records(rows), "outcome", "time")
    for outcome in outcomes(evidence, rows):
        for time in moments(time for at, time in found if at == outcome):
            name = outcome_words(evidence, outcome)[lang] + (f", {moment_words(time)[lang]}" if time else "")
            yield capital(plain(name)), found[outcome, time]
