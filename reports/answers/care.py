"""Satisfaction, treatment integrity and the indicators that providers agreed on."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.bars import share_bars
from reports.figures.forest import Line
from reports.others import tables as all_tables
from reports.text.cells import Cells, all_hidden, hidden
from reports.text.groups import Row, arms, by, compared, differences, grouped, heading, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.text.trimming import trimmed
from reports.text.vocabulary import (
    analysis_words,
    arm_words,
    measure_kind,
    measure_words,
    moment_words,
    short_outcome_words,
    subgroup_words,
)

ANALYSES = ("satisfaction", "integrity", "indicators")
SHOWN: frozenset[str] = frozenset()
PLACE = 50

_WHAT = Words("Wat", "What")
_CAPTION = Words("{title}: aandelen per groep, met 95%-interval", "{title}: shares per group, with 95% interval")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing on the first page: how care went is not an outcome."""
    return []


def figure(evidence: Evidence, lang: Lang, name: str) -> Block:
    """The shares of one of these analyses as bars, a bar per group."""
    rows = evidence.select(name, subgroup="")
    rows = rows[rows["measure"].isin([name for name in rows["measure"].unique() if measure_kind(evidence, name) == "share"])]
    groups = compared(evidence, rows)
    lines = [
        Line(
            _named(evidence, lang, row),
            row,
            arm_words(evidence, row["arm"])[lang] if len(groups) > 1 else "",
            groups.index(row["arm"]),
        )
        for row in records(rows[rows["arm"].isin(groups)])
    ]
    return share_bars(f"shares-{slug(name)}", _CAPTION.fill(title=analysis_words(name))[lang], lines, lang)


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The shares of one outcome."""
    return figure(evidence, lang, name)


def tables(evidence: Evidence, lang: Lang, name: str) -> Block:
    """A line per figure of one of these analyses, a column per group; differences between groups in a table of their own."""
    rows = evidence.select(name)
    if all_hidden(rows):
        return Text(f"{plain(capital(hidden(evidence)[lang]))}.")
    between = differences(rows)
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = [
        [capital(plain(_named(evidence, lang, mine[0]))), *(cells.value(by(mine, "arm").get((arm,))) for arm in groups)]
        for mine in grouped(records(rows.drop(between.index)), "outcome", "measure", "subgroup", "time").values()
    ]
    heads = [Column(_WHAT[lang], 2.2), *(Column(heading(evidence, arm, lang), 1.5, numeric=True) for arm in groups)]
    heads, lines, left = trimmed(cells, heads, lines, names=1)
    table = Table(f"{slug(name)}", plain(analysis_words(name)[lang]), heads, lines, [*left, *cells.notes()])
    return Blocks([table, all_tables(evidence, lang, name, between, analysis_words(name)[lang])])


def _named(evidence: Evidence, lang: Lang, row: Row) -> str:
    name = measure_words(evidence, row["measure"])[lang]
    parts = [short_outcome_words(evidence, row["outcome"])[lang]] if ":" in row["outcome"] else []
    parts += [subgroup_words(row["outcome"], row["subgroup"])[lang]] if row["subgroup"] else []
    return ", ".join([name, *parts, *([moment_words(row["time"])[lang]] if row["time"] else [])])
