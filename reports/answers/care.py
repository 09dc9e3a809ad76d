"""Satisfaction, treatment integrity and the indicators that providers agreed on."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.closed import cells as cells_of
from reports.figures.bars import share_bars
from reports.figures.forest import Line
from reports.others import tables as all_tables
from reports.text.cells import all_hidden, hidden
from reports.text.groups import Row, arms, by, compared, differences, grouped, heading, main_outcomes, records
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

_WHAT, _UNIT = Words("Wat", "What"), Words("Eenheid", "Unit")
_BRIEF: dict[str, tuple[str, ...]] = {
    "satisfaction": ("satisfaction", "goal_attainment", "gas_t", "continues_without_help", "problems_reduced"),
    "integrity": ("integrity",),
}
_BRIEF["indicators"] = (*_BRIEF["satisfaction"], *_BRIEF["integrity"], "dropped_out")
_BRIEF_CAPTION = {
    "satisfaction": Words("Tevredenheid en doelen, met 95%-interval", "Satisfaction and goals, with 95% interval"),
    "integrity": Words("Behandelintegriteit, met 95%-interval", "Treatment integrity, with 95% interval"),
    "indicators": Words("Indicatoren, met 95%-interval", "Indicators, with 95% interval"),
}
_UNITS = {
    "mark": Words("rapportcijfer, 1 tot 10", "mark, 1 to 10"),
    "per cent": Words("procent, 0 tot 100", "per cent, 0 to 100"),
    "share": Words("deel van de groep", "share of the group"),
    "T": Words("T-score", "T score"),
}
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


def brief(evidence: Evidence, lang: Lang, place: str) -> Block:
    """A line per indicator of one place of the report with its unit, a column per group; nothing when none has a number."""
    rows = evidence.select("indicators", measure=_BRIEF[place], subgroup="")
    main = main_outcomes(evidence, evidence.select("change", subgroup=""))
    rows = rows[~rows["outcome"].str.contains(":") | rows["outcome"].isin(main)]
    groups, cells = compared(evidence, rows), cells_of(evidence, lang)
    lines = []
    for mine in grouped(records(rows.drop(differences(rows).index)), "measure", "outcome", "time").values():
        found, places = by(mine, "arm"), cells.places(mine)
        unit = _UNITS.get(mine[0]["unit"], Words(mine[0]["unit"], mine[0]["unit"]))[lang]
        told = [cells.value(found.get((arm,)), digits=places) for arm in groups]
        lines.append([capital(plain(_named(evidence, lang, mine[0]))), plain(unit), *told])
    heads = [Column(_WHAT[lang], 2.2), Column(_UNIT[lang], 1.5)]
    heads += [Column(heading(evidence, arm, lang), 1.7, numeric=True) for arm in groups]
    heads, lines, _left = trimmed(cells, heads, lines, names=2)
    return Table(f"main-{place}", _BRIEF_CAPTION[place][lang], heads, lines, cells.notes()) if lines else Text("")


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The shares of one outcome."""
    return figure(evidence, lang, name)


def tables(evidence: Evidence, lang: Lang, name: str) -> Block:
    """A line per figure of one of these analyses, a column per group; differences between groups in a table of their own."""
    rows = evidence.select(name)
    if all_hidden(rows):
        return Text(f"{plain(capital(hidden(evidence)[lang]))}.")
    between = differences(rows)
    groups, cells = arms(evidence, rows), cells_of(evidence, lang)
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
    parts += [subgroup_words(row["outcome"], row["subgroup"], evidence)[lang]] if row["subgroup"] else []
    return ", ".join([name, *parts, *([moment_words(row["time"])[lang]] if row["time"] else [])])
