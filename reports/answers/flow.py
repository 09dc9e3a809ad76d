"""Respons: how many people were received and analysed, why the others were not, and how treatment ended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeGuard

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.flow_diagram import flow_figure
from reports.text.cells import Cells, about, hidden, people, share_digits
from reports.text.groups import Row, arms, by, grouped, heading, main_outcomes, moments, outcomes, planned_arms, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain
from reports.text.numbers import is_number, number, with_interval
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, measure_words, moment_words, short_outcome_words

ANALYSES = ("flow",)
SHOWN: frozenset[str] = frozenset()
PLACE = 10

_STEPS = ("received", "eligible", "measured", "analysed")
_HEADS = {
    "received": Words("Ontvangen", "Received"),
    "eligible": Words("In beeld", "In scope"),
    "measured": Words("Gemeten", "Measured"),
    "analysed": Words("Telt mee", "Counts"),
}
_OUTCOME = Words("Uitkomst", "Outcome")
_REASON = Words("Waarom niet meegeteld, met aantal", "Why not counted, with number")
_CAPTION = Words("Van ontvangen tot meegeteld", "From received to counted")
_REASONS = Words("Waarom deelnemers niet meetellen, alle deelnemers samen", "Why participants are not counted, all together")
_COURSE = Words("Hoe de behandeling verliep", "How treatment went")
_WHAT = Words("Wat", "What")
FOUND = Words(
    "Er zijn gegevens ontvangen van {about}**{received}** {people}. Voor de hoofdvraag tellen er {when}{about}**{analysed}** mee.",
    "Data were received on {about}**{received}** {people}. For the main question {about}**{analysed}** of them count{when}.",
)
_WHEN = Words("bij de eerste meting daarvan ({moment}) ", " at its first measurement ({moment})")
_RECEIVED = Words(
    "Er zijn gegevens ontvangen van {about}**{received}** {people}. Hoeveel van hen meetellen is niet getoond, om niemand herkenbaar "
    "te maken.",
    "Data were received on {about}**{received}** {people}. How many of them count is not shown, so that nobody can be recognised.",
)
_FEW = Words(
    "Het gaat om te weinig {people} om aantallen te tonen (minder dan {threshold}), of het aantal zou iemand herkenbaar maken.",
    "These are too few {people} to show numbers (fewer than {threshold}), or the number could make someone recognisable.",
)
MISSING = Words(
    "Bij de laatste meting ({moment}) ontbreekt {about}{missing} van de {people}. Hoe het met hen ging is niet bekend.",
    "At the last measurement ({moment}) {about}{missing} of the {people} are missing. How they fared is not known.",
)
_NOBODY_MISSING = Words(
    "Bij de laatste meting ({moment}) ontbreekt niemand.", "At the last measurement ({moment}) nobody is missing."
)
SMALL = Words(
    "De kleinste groep telt bij de laatste meting ({moment}) {about}{n} {people}. Met zulke kleine groepen zijn alleen grote verschillen "
    "te zien.",
    "The smallest group has {about}{n} {people} at the last measurement ({moment}). With groups that small, only large differences can "
    "be seen.",
)
SMALL_WHOLE = Words(
    "Bij de laatste meting ({moment}) tellen {about}{n} {people} mee. Met zo weinig mensen zijn alleen grote veranderingen te zien.",
    "At the last measurement ({moment}) {about}{n} {people} count. With so few people, only large changes can be seen.",
)
ENDED = Words("Voortijdig gestopt met de hulp: {parts}.", "Stopped treatment early: {parts}.")
_OF_ARM = Words("{arm} {share}", "{arm} {share}")
_SMALL_GROUP = 50
_GROUPS_NOTE = Words(
    "De kolommen per groep geven wie meetelt.",
    "The columns per group give those who count.",
)
_NO_REASONS = Words(
    "Waarom anderen niet meetellen is niet getoond: bij elke reden gaat het om te weinig {people} (n \\< {threshold}), of een aantal zou "
    "een ander aantal verraden.",
    "Why others do not count is not shown: each reason concerns too few {people} (n \\< {threshold}), or a number would give another "
    "one away.",
)
_OTHER_REASONS = Words(
    "Redenen zonder cijfer en redenen van niemand staan er niet bij.",
    "Reasons without a figure, and reasons of nobody, are not listed.",
)
_EACH_ROUNDED = Words(
    "Elk aantal is op zichzelf afgerond: een deel kan zo groter lijken dan het geheel waar het bij hoort.",
    "Each number is rounded by itself: so a part can look larger than the whole that it belongs to.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """How many people it is about: received, and counted for the first main outcome at its first moment."""
    rows = evidence.select("flow", arm="all")
    analysed = rows[rows["measure"] == "analysed"]
    if analysed.empty:
        return []
    outcome = main_outcomes(evidence, analysed)[0]
    time = moments(analysed.loc[analysed["outcome"] == outcome, "time"])[0]
    found = by(records(rows[(rows["outcome"] == outcome) & (rows["time"] == time)]), "measure")
    counts = [found.get(("received",)), found.get(("analysed",))]
    if not _told(counts[1]):
        counts[1] = _followed(evidence, outcome)
    named = {"people": people(evidence), "about": about(evidence), "threshold": evidence.record.release.threshold}
    if not _told(counts[0]):
        return [_FEW.fill(**named)[lang]]
    texts = {"received": number(counts[0]["estimate"], "count", lang)}
    if not _told(counts[1]):
        return [_RECEIVED.fill(**named, **texts)[lang]]
    when = _WHEN.fill(moment=moment_words(time)) if time else Words("", "")
    return [FOUND.fill(**named, **texts, when=when, analysed=number(counts[1]["estimate"], "count", lang))[lang]]


def certainty(evidence: Evidence, lang: Lang) -> Iterator[str]:
    """How many of those in scope are missing at the last moment of the main outcome, and how small the groups then are."""
    rows = evidence.select("flow", measure=("eligible", "analysed"))
    analysed = rows[(rows["measure"] == "analysed") & (rows["time"] != "")]
    if analysed.empty:
        return
    outcome = main_outcomes(evidence, analysed)[0]
    time = moments(analysed.loc[analysed["outcome"] == outcome, "time"])[-1]
    found = by(records(rows[(rows["outcome"] == outcome) & (rows["time"] == time)]), "measure", "arm")
    part = found.get(("analysed", "all"))
    named = {"people": people(evidence), "moment": moment_words(time), "about": about(evidence)}
    missing = missing_share(evidence, outcome, time)
    if missing is not None:
        exact = evidence.record.edition != "released"
        text = _NOBODY_MISSING if exact and not missing else MISSING
        yield text.fill(missing=number(missing, "share", lang, digits=int(exact)), **named)[lang]
    sizes = [row["estimate"] for (measure, arm), row in found.items() if measure == "analysed" and arm != "all" and _told(row)]
    smallest = min(sizes) if sizes else part["estimate"] if _told(part) else None
    # of nobody there is no change to see, large or small
    if smallest is not None and 0 < smallest < _SMALL_GROUP:
        size = number(smallest, "count", lang)
        yield (SMALL if sizes else SMALL_WHOLE).fill(n=size, **named)[lang]


def lost(evidence: Evidence, outcome: str, time: str) -> float | None:
    """The share of all in scope who do not count for an outcome, as the analysis of drop-out has it; None when that has no number."""
    rows = evidence.select("attrition", measure="attrition_overall", outcome=outcome, time=time, arm="all", subgroup="")
    return next((row["estimate"] for row in records(rows) if is_number(row["estimate"])), None)


def missing_share(evidence: Evidence, outcome: str, time: str) -> float | None:
    """The share of all in scope who do not count: as the analysis of drop-out has it, otherwise as the counts here do."""
    told = lost(evidence, outcome, time)
    if told is not None:
        return told
    rows = evidence.select("flow", outcome=outcome, time=time, arm="all", measure=("eligible", "analysed"))
    found = by(records(rows), "measure")
    whole, part = found.get(("eligible",)), found.get(("analysed",))
    return 1 - part["estimate"] / whole["estimate"] if _told(whole) and _told(part) and whole["estimate"] else None


def figure(evidence: Evidence, lang: Lang) -> Block:
    """The flow diagram of the first main outcome."""
    rows = evidence.select("flow")
    analysed = rows[rows["measure"] == "analysed"]
    if analysed.empty:
        return Text("")
    outcome = main_outcomes(evidence, analysed)[0]
    return flow_figure(evidence, lang, outcome, rows[rows["outcome"] == outcome])


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The flow diagram of one outcome."""
    return figure(evidence, lang)


def brief(evidence: Evidence, lang: Lang) -> Block:
    """The table of the main outcomes, and how treatment ended."""
    rows = evidence.select("flow", measure=_STEPS)
    rows = rows[rows["outcome"].isin(main_outcomes(evidence, rows[rows["measure"] == "analysed"]))]
    return Blocks([_table(evidence, lang, rows, "main-flow"), Text(_ended(evidence, lang))])


def _ended(evidence: Evidence, lang: Lang) -> str:
    """Which share did not finish treatment, where that is known."""
    rows = evidence.select("indicators", measure="dropped_out", subgroup="")
    asked = [arm for arm in planned_arms(evidence) or ("all",) if arm in set(rows["arm"])]
    found = by(records(rows), "arm")
    told = [arm for arm in asked if is_number(found[(arm,)]["estimate"])]
    parts = [_OF_ARM.fill(arm=plain(arm_words(evidence, arm)[lang]), share=_share(found[(arm,)], lang))[lang] for arm in told]
    return ENDED.fill(parts="; ".join(parts))[lang] if parts else ""


def _share(row: Row, lang: Lang) -> str:
    return with_interval(row, "share", lang, digits=share_digits(row, "share"))


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: received, eligible, measured, analysed, and analysed in each group."""
    return _table(evidence, lang, evidence.select("flow", measure=_STEPS), "flow")


def _table(evidence: Evidence, lang: Lang, rows: pd.DataFrame, label: str) -> Block:
    everyone = rows[rows["arm"] == "all"]
    given = [step for step in _STEPS if (everyone["measure"] == step).any()]
    groups = [arm for arm in arms(evidence, rows) if arm != "all"]
    asked = [(step, "all") for step in given] + [("analysed", arm) for arm in groups]
    cells = Cells(evidence, lang)
    lines = [
        [name, *(cells.value(found.get(key)) for key in asked)]
        for name, mine in _lines(evidence, lang, rows)
        if ("analysed", "all") in (found := by(mine, "measure", "arm"))
    ]
    heads = [Column(_OUTCOME[lang], 2.4)]
    heads += [Column(_HEADS[step][lang], 1.1, numeric=True) for step in given]
    heads += [Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in groups]
    notes = [_GROUPS_NOTE[lang]] if groups else []
    if any(_looks_larger(by(mine, "measure", "arm")) for _, mine in _lines(evidence, lang, rows)):
        notes.append(_EACH_ROUNDED[lang])
    if lines and all(cells.is_empty(cell) for line in lines for cell in line[1:]):
        return Text(f"{plain(capital(hidden(evidence)[lang]))}.")
    heads, lines, left = trimmed(cells, heads, lines, names=1)
    return Table(label, _CAPTION[lang], heads, lines, [*notes, *left, *cells.notes()])


def _looks_larger(found: dict[tuple[str, ...], Row]) -> bool:
    """Whether a step counts more people than an earlier one, as rounded numbers can."""
    steps = [row["estimate"] for step in _STEPS if _told(row := found.get((step, "all")))]
    return any(later > before for before, later in pairwise(steps))


def reasons(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome and moment: how many were lost for each reason; one sentence when no reason has a number."""
    rows = evidence.select("flow", arm="all")
    rows, cells = rows[rows["measure"].str.startswith("lost_")], Cells(evidence, lang)
    if len(rows) and not rows["estimate"].gt(0).any():
        return Text(_NO_REASONS.fill(people=people(evidence), threshold=evidence.record.release.threshold)[lang])
    lines = [[name, _listed(evidence, lang, mine, cells)] for name, mine in _lines(evidence, lang, rows)]
    heads = [Column(_OUTCOME[lang], 2.0), Column(_REASON[lang], 3.0)]
    heads, lines, left = trimmed(cells, heads, lines, names=1)
    return Table("flow-losses", _REASONS[lang], heads, lines, [*left, *cells.notes(), _OTHER_REASONS[lang]])


def course(evidence: Evidence, lang: Lang) -> Block:
    """What is counted of the treatment itself (started, finished, how it ended), per group."""
    rows = evidence.select("flow")
    rows = rows[~rows["measure"].isin(_STEPS) & ~rows["measure"].str.startswith("lost_")]
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = [
        [capital(plain(measure_words(evidence, measure)[lang])), *(cells.value(by(mine, "arm").get((arm,))) for arm in groups)]
        for (measure,), mine in grouped(records(rows), "measure").items()
    ]
    if not lines:
        return Text("")
    heads = [Column(_WHAT[lang], 2.4), *(Column(heading(evidence, arm, lang), 1.3, numeric=True) for arm in groups)]
    heads, lines, left = trimmed(cells, heads, lines, names=1)
    return Table("flow-course", _COURSE[lang], heads, lines, [*left, *cells.notes()])


def _listed(evidence: Evidence, lang: Lang, rows: list[Row], cells: Cells) -> str:
    """The reasons that have a number and somebody, largest first; empty when there is none."""
    told = sorted((row for row in rows if row["estimate"] > 0), key=lambda row: -row["estimate"])
    return capital("; ".join(f"{plain(measure_words(evidence, row['measure'])[lang])}: {cells.value(row)}" for row in told))


def _followed(evidence: Evidence, outcome: str) -> Row | None:
    """How many the curve starts with, where the number of those who count is held back."""
    rows = evidence.select("revictimisation", outcome=outcome, arm="all", subgroup="", measure="at_risk")
    weeks = [week for week in moments(rows["time"]) if not week.startswith("-")]
    return by(records(rows), "time").get((weeks[0],)) if weeks else None


def _told(row: Row | None) -> TypeGuard[Row]:
    return row is not None and is_number(row["estimate"])


def _lines(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Each outcome and moment: its name, and its rows."""
    found = grouped(records(rows), "outcome", "time")
    for outcome in outcomes(evidence, rows):
        for time in moments(time for at, time in found if at == outcome):
            name = short_outcome_words(evidence, outcome)[lang] + (f", {moment_words(time)[lang]}" if time else "")
            yield capital(plain(name)), found[outcome, time]
