"""Respons: how many people were received and analysed, and why the others were not."""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.cells import Cells, people
from reports.groups import arms, heading, moments, outcomes
from reports.markdown import Block, Column, Table, capital, plain
from reports.numbers import number
from reports.vocabulary import measure_words, moment_words, outcome_words

ANALYSES = ("flow",)
PLACE = 10

_STEPS = ("received", "eligible", "analysed")
_OUTCOME = Words("Uitkomst", "Outcome")
_LOSSES = Words("Waarom iemand niet meetelt", "Why someone is not counted")
_CAPTION = Words(
    "Van ontvangen tot geanalyseerd, alle deelnemers samen", "From received to analysed, all participants together"
)
_REASONS = Words("Waarom deelnemers niet meetellen, alle deelnemers samen", "Why participants are not counted, all together")
_BY_ARM = Words("Geanalyseerd per groep", "Analysed per group")
_FOUND = Words(
    "Er zijn gegevens ontvangen van ongeveer **{received}** {people}. Voor de hoofdvraag telden er ongeveer **{analysed}** mee.",
    "Data were received on about **{received}** {people}. About **{analysed}** of them count for the main question.",
)
_FOUND_EXACT = Words(
    "Er zijn gegevens ontvangen van **{received}** {people}. Voor de hoofdvraag telden er **{analysed}** mee.",
    "Data were received on **{received}** {people}. Of them **{analysed}** count for the main question.",
)
_FEW = Words(
    "Voor de hoofdvraag telden te weinig {people} mee om het aantal te tonen (minder dan {threshold}).",
    "Too few {people} count for the main question to show their number (fewer than {threshold}).",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """How many people it is about: received and analysed for the first outcome at its first moment."""
    rows = evidence.rows("flow", arm="all")
    if rows.empty:
        return []
    first = rows[rows["outcome"] == outcomes(evidence, rows)[0]]
    first = first[first["time"] == moments(first["time"])[0]]
    counts = {name: first[first["measure"] == name] for name in ("received", "analysed")}
    if any(found.empty or pd.isna(found.iloc[0]["estimate"]) for found in counts.values()):
        few = _FEW.fill(people=people(evidence), threshold=evidence.record.release.threshold)
        return [few[lang]]
    texts = {name: number(found.iloc[0]["estimate"], "count", lang) for name, found in counts.items()}
    exact = evidence.record.edition == "internal"
    return [(_FOUND_EXACT if exact else _FOUND).fill(people=people(evidence), **texts)[lang]]


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: received, eligible, analysed."""
    return _table(evidence, lang, [step for step in _STEPS if step in evidence.record.measures], "flow", _CAPTION)


def reasons(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: how many were lost for each reason; nobody is counted twice."""
    found = [measure for measure in dict.fromkeys(evidence.rows("flow")["measure"]) if measure.startswith("lost_")]
    return _table(evidence, lang, found, "flow-losses", _REASONS)


def by_arm(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: how many were analysed in each arm."""
    rows = evidence.rows("flow", measure="analysed")
    groups = [arm for arm in arms(evidence, rows) if arm != "all"]
    cells = Cells(evidence, lang)
    lines = [[*name, *(cells.value(mine[mine["arm"] == arm]) for arm in groups)] for name, mine in _lines(evidence, lang, rows)]
    heads = [Column(_OUTCOME[lang], 3.0), *(Column(heading(evidence, arm, lang), 1.3, numeric=True) for arm in groups)]
    return Table("flow-arms", _BY_ARM[lang], heads, lines if groups else [], cells.notes())


def _table(evidence: Evidence, lang: Lang, measures: list[str], label: str, caption: Words) -> Block:
    rows = evidence.rows("flow", arm="all")
    cells = Cells(evidence, lang)
    lines = [
        [*name, *(cells.value(mine[mine["measure"] == measure]) for measure in measures)]
        for name, mine in _lines(evidence, lang, rows)
    ]
    heads = [Column(_OUTCOME[lang], 3.0)]
    heads += [Column(capital(plain(measure_words(evidence, measure)[lang])), 1.3, numeric=True) for measure in measures]
    return Table(label, caption[lang], heads, lines, cells.notes())


def _lines(evidence: Evidence, lang: Lang, rows: pd.DataFrame):
    """Each outcome and moment: its name, and its rows."""
    for outcome in outcomes(evidence, rows):
        mine = rows[rows["outcome"] == outcome]
        for time in moments(mine["time"]):
            name = outcome_words(evidence, outcome)[lang] + (f", {moment_words(time)[lang]}" if time else "")
            yield [capital(plain(name))], mine[mine["time"] == time]
