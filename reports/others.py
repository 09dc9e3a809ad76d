"""Any analysis as tables, from the words that it declares: what has no section of its own is shown this way.

A line without any number is left out and counted under its table; a table that would be very long ends with where the rest is.
"""

from __future__ import annotations

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers import has_section, leftovers
from reports.closed import cells as cells_of
from reports.text.cells import Cells, all_hidden, hidden
from reports.text.groups import Row, arms, by, differences, grouped, heading, main_outcomes, moments, outcomes, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.text.meanings import ANALYSES_MEAN
from reports.text.numbers import is_number
from reports.text.vocabulary import analysis_words, arm_words, measure_words, moment_words, short_outcome_words, subgroup_words

_WIDEST = 4
_LONGEST_COURSE = 6
_MOST_LINES = 18
_WHAT = Words("Wat", "What")
_GROUP = Words("Groep", "Group")
_PART = Words("Onderdeel", "Part")
_WHEN = Words("Wanneer", "When")
_RESULT = Words("Uitkomst", "Result")
_MORE = Words("{title}: verdere getallen", "{title}: further figures")
_MORE_OUTCOMES = Words(
    "Dezelfde getallen voor andere uitkomsten ({n}) staan in de resultaten zelf.",
    "The same figures for other outcomes ({n}) are in the results themselves.",
)
_NO_FIGURES = Words("geen cijfers om te tonen.", "no figures to show.")
_LEFT_OUT = {
    True: Words("Weggelaten: één regel zonder getal.", "Left out: one line without a figure."),
    False: Words("Weggelaten: {n} regels zonder getal.", "Left out: {n} lines without a figure."),
}
_CUT = {
    True: Words("Nog één regel staat in de resultaten zelf.", "Another line is in the results themselves."),
    False: Words("Nog {n} regels staan in de resultaten zelf.", "Another {n} lines are in the results themselves."),
}
_PLANNED_TEST = "log_rank_chi2"
_LESSER = Words(
    "Hetzelfde verschil is met nog {n} andere toetsen bekeken. Na afronding zeggen zij minder dan de log-rangtoets; zij staan bij de "
    "resultaten.",
    "The same difference was looked at with {n} other tests. After rounding they say less than the log-rank test; they are with the "
    "results.",
)


def further(evidence: Evidence, lang: Lang) -> Block:
    """A part for each analysis that no other section shows, and for what the others leave of theirs."""
    parts = []
    for name, rows in leftovers(evidence).items():
        title = analysis_words(name)
        parts.append((name, (_MORE.fill(title=title) if has_section(name) else title)[lang], rows))
    return Blocks([_part(evidence, lang, *part) for part in sorted(parts, key=lambda part: part[1])])


def analysis(evidence: Evidence, lang: Lang, name: str) -> Block:
    """The tables of one analysis."""
    return tables(evidence, lang, name, evidence.select(name), analysis_words(name)[lang])


def chosen(evidence: Evidence, lang: Lang, name: str, measures: frozenset[str]) -> Block:
    """The tables of some measures of one analysis, for the plan's main outcomes; all measures when none is named."""
    rows = evidence.select(name)
    rows = rows[rows["measure"].isin(measures)] if measures else rows
    return _main_tables(evidence, lang, name, rows, analysis_words(name)[lang])


def tables(evidence: Evidence, lang: Lang, name: str, rows: pd.DataFrame, title: str) -> Block:
    """Per outcome a table of groups beside each other, and one of the differences between them."""
    if rows.empty:
        return Text("")
    if all_hidden(rows):
        return Text(_sentence(hidden(evidence)[lang]))
    return Blocks([_outcome(evidence, lang, name, rows, outcome, title) for outcome in outcomes(evidence, rows)])


def _part(evidence: Evidence, lang: Lang, name: str, title: str, rows: pd.DataFrame) -> Block:
    meaning = ANALYSES_MEAN.get(name)
    explained = Text(meaning[lang] if meaning else "")
    return Blocks([Text(f"## {plain(title)}"), explained, _main_tables(evidence, lang, name, rows, title)])


def _main_tables(evidence: Evidence, lang: Lang, name: str, rows: pd.DataFrame, title: str) -> Block:
    main = main_outcomes(evidence, rows)
    shown = rows[rows["outcome"].isin(main)]
    others = rows["outcome"].nunique() - len(main)
    more = _MORE_OUTCOMES.fill(n=others)[lang] if others else ""
    return Blocks([tables(evidence, lang, name, shown, title), Text(more)])


def _outcome(evidence: Evidence, lang: Lang, name: str, rows: pd.DataFrame, outcome: str, title: str) -> Block:
    rows, lesser = _telling(evidence, name, _planned_weeks(evidence, rows[rows["outcome"] == outcome]))
    named = f"{title}: {short_outcome_words(evidence, outcome)[lang]}" if outcome else title
    if all_hidden(rows):
        return Text(f"{plain(named)}: {plain(hidden(evidence)[lang])}.")
    between = differences(rows)
    groups = _numbered(rows.drop(between.index))
    label = slug(f"{name}-{title}-{outcome}")
    side_by_side = 1 <= len(arms(evidence, groups)) <= _WIDEST
    made = [_beside(evidence, lang, groups, name) if side_by_side else _listed(evidence, lang, groups, name)]
    pairs = list(dict.fromkeys(between["arm"]))
    made += [_listed(evidence, lang, between[between["arm"] == pair], name) for pair in pairs]
    titles = [named, *(f"{named}, {arm_words(evidence, pair)[lang]}" for pair in pairs)]
    parts = [
        _table(lang, f"{label}-{place}", plain(at), *found)
        for place, (at, found) in enumerate(zip(titles, made))
        if found is not None
    ]
    return Blocks([*parts, *([Text(_LESSER.fill(n=lesser)[lang])] if lesser else [])])


def _telling(evidence: Evidence, name: str, rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Without the tests that after rounding say less than the planned test of the same question; and how many these are.

    Each p is rounded up by itself, so that one test seems to contradict the other.
    """
    planned = by(records(evidence.select(name, measure=_PLANNED_TEST)), "outcome", "arm", "subgroup", "time")
    if evidence.record.edition == "internal" or not planned:
        return rows, 0
    asked = rows["measure"].str.endswith(f"_{_PLANNED_TEST}")
    less = [
        asked_so
        and not row["p_value"] <= planned.get((row["outcome"], row["arm"], row["subgroup"], row["time"]), {}).get("p_value", 1)
        for asked_so, row in zip(asked, records(rows))
    ]
    told = sum(is_number(row["estimate"]) for row, out in zip(records(rows), less) if out)
    return rows[[not out for out in less]], told


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Without the groups of which no number may be shown, when there are others: their columns would be empty."""
    kept = rows.groupby("arm", sort=False)["estimate"].transform("count") > 0
    return rows[kept] if kept.any() else rows


def _table(lang: Lang, label: str, caption: str, heads: list[Column], lines: list[list[str]], notes: list[str]) -> Block:
    """A table, or one line that says why it would be empty."""
    return (
        Table(label, caption, heads, lines, notes) if lines else Text(f"{caption}: {_NO_FIGURES[lang]} {' '.join(notes[:-1])}")
    )


def _planned_weeks(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a long weekly course at the weeks that the plan names only."""
    weekly = rows["time"].str.fullmatch(r"\d+")
    events = evidence.record.plan.events
    if events is None or rows.loc[weekly, "time"].nunique() <= _LONGEST_COURSE:
        return rows
    wanted = {str(week) for week in (*events.horizons_weeks, events.restricted_mean_weeks)}
    return rows[~weekly | rows["time"].isin(wanted)]


def _beside(evidence: Evidence, lang: Lang, rows: pd.DataFrame, name: str) -> tuple | None:
    """Columns, lines and notes with a column per group."""
    columns, cells, used = arms(evidence, rows), cells_of(evidence, lang), _used(rows)
    lines, asked = [], _ordered(records(rows))
    for mine in asked:
        if any(is_number(row["estimate"]) for row in mine):
            found = by(mine, "arm")
            lines.append(
                [
                    *_names(evidence, lang, mine[0], used),
                    *(cells.value(found.get((arm,)), test=True, digits=cells.places(mine)) for arm in columns),
                ]
            )
    heads = [Column(_WHAT[lang], 2.2), *_name_columns(lang, used)]
    heads += [Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in columns]
    return _finished(lang, name, heads, lines, cells, len(asked))


def _listed(evidence: Evidence, lang: Lang, rows: pd.DataFrame, name: str) -> tuple | None:
    """Columns, lines and notes with a line per number: its p and the people behind it, and its group when there are several."""
    cells, used = cells_of(evidence, lang), _used(rows)
    numbered = [row for row in records(rows) if is_number(row["estimate"]) or is_number(row["p_value"])]
    with_p, with_n = (int(any(is_number(row[column]) for row in numbered)) for column in ("p_value", "n"))
    with_group = int(rows["arm"].nunique() > 1)
    lines = []
    for row in numbered:
        group = [plain(arm_words(evidence, row["arm"])[lang])] * with_group
        counted = [cells.p(row)] * with_p + [cells.count(row, "n")] * with_n
        lines.append([*_names(evidence, lang, row, used), *group, cells.value(row), *counted])
    heads = [Column(_WHAT[lang], 2.4), *_name_columns(lang, used), *[Column(_GROUP[lang], 1.8)] * with_group]
    heads += [Column(_RESULT[lang], 1.8, True), *[Column("p", 0.8, True)] * with_p, *[Column("n", 0.7, True)] * with_n]
    return _finished(lang, name, heads, lines, cells, len(rows))


def _finished(lang: Lang, name: str, heads: list[Column], lines: list[list[str]], cells: Cells, asked: int) -> tuple | None:
    if not asked:
        return None
    notes = cells.notes()
    if len(lines) < asked:
        notes.append(_LEFT_OUT[asked - len(lines) == 1].fill(n=asked - len(lines))[lang])
    if len(lines) > _MOST_LINES:
        notes.append(_CUT[len(lines) - _MOST_LINES == 1].fill(n=len(lines) - _MOST_LINES)[lang])
    return heads, lines[:_MOST_LINES], notes


def _ordered(rows: list[Row]) -> list[list[Row]]:
    """The rows of each line: by part, measures as the analysis gives them, by time within a measure."""
    found = grouped(rows, "subgroup", "measure", "time")
    parts, measures = ({value: place for place, value in enumerate(dict.fromkeys(key[at] for key in found))} for at in (0, 1))
    times = {time: place for place, time in enumerate(moments(key[2] for key in found))}
    keys = sorted(found, key=lambda key: (parts[key[0]], measures[key[1]], times[key[2]]))
    return [found[key] for key in keys]


def _used(rows: pd.DataFrame) -> tuple[int, int]:
    """Whether a column for the part (a subgroup, an approach) and one for the moment say anything."""
    return int(rows["subgroup"].ne("").any()), int(rows["time"].nunique() > 1)


def _names(evidence: Evidence, lang: Lang, row: Row, used: tuple[int, int]) -> list[str]:
    part = subgroup_words(row["outcome"], row["subgroup"], evidence)[lang] if row["subgroup"] else ""
    time = moment_words(row["time"])[lang] if row["time"] else ""
    return [capital(plain(measure_words(evidence, row["measure"])[lang])), *[plain(part)] * used[0], *[plain(time)] * used[1]]


def _name_columns(lang: Lang, used: tuple[int, int]) -> list[Column]:
    return [Column(_PART[lang], 1.7)] * used[0] + [Column(_WHEN[lang], 1.5)] * used[1]


def _sentence(text: str) -> str:
    return plain(capital(text)) + "."
