"""Any analysis as tables, from the words that it declares: what has no section of its own is shown this way."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers import unnamed
from reports.cells import Cells, all_hidden, hidden
from reports.groups import arms, differences, heading, moments, outcomes
from reports.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.vocabulary import analysis_words, arm_words, measure_words, moment_words, outcome_words, subgroup_words

_WIDEST = 4
_LONGEST_COURSE = 6
_WHAT = Words("Wat", "What")
_GROUP = Words("Groep", "Group")
_SUBGROUP = Words("Subgroep", "Subgroup")
_WHEN = Words("Wanneer", "When")
_RESULT = Words("Uitkomst", "Result")
_DIFFERENCE = Words("Verschil", "Difference")
_FULL = Words(
    "De overige weken staan in het bestand met resultaten `{name}.csv`.",
    "The other weeks are in the results file `{name}.csv`.",
)


def others(evidence: Evidence, lang: Lang) -> Block:
    """A part for each analysis that no other section shows."""
    return Blocks(
        [
            Blocks([Text(f"## {plain(analysis_words(name)[lang])}"), analysis(evidence, lang, name, level=3)])
            for name in unnamed(evidence)
        ]
    )


def analysis(evidence: Evidence, lang: Lang, name: str, *, level: int = 2) -> Block:
    """The tables of one analysis, a heading for each outcome when there are several."""
    rows = evidence.rows(name)
    if rows.empty or all_hidden(rows):
        return Text(_sentence(hidden(evidence)[lang]) if len(rows) else "")
    found = outcomes(evidence, rows)
    parts = []
    for outcome in found:
        if len(found) > 1 and outcome:
            parts.append(Text(f"{'#' * level} {plain(capital(outcome_words(evidence, outcome)[lang]))}"))
        parts.append(_outcome(evidence, lang, name, outcome))
    return Blocks(parts)


def _outcome(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    rows = evidence.rows(name, outcome=outcome)
    if all_hidden(rows):
        return Text(_sentence(hidden(evidence)[lang]))
    title = (
        analysis_words(name)[lang] if not outcome else f"{analysis_words(name)[lang]}: {outcome_words(evidence, outcome)[lang]}"
    )
    shown = _few_weeks(evidence, rows)
    between = differences(shown)
    groups = shown.drop(between.index)
    label = slug(f"{name}-{outcome}")
    parts = [_of_groups(evidence, lang, groups, label, title), _listed(evidence, lang, between, f"{label}-difference", title)]
    if len(shown) < len(rows):
        parts.append(Text(_FULL.fill(name=name)[lang]))
    return Blocks(parts)


def _few_weeks(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a long weekly course at the weeks that the plan names only."""
    weekly = rows["time"].str.fullmatch(r"\d+")
    if rows.loc[weekly, "time"].nunique() <= _LONGEST_COURSE or evidence.record.plan.events is None:
        return rows
    events = evidence.record.plan.events
    wanted = {str(week) for week in (*events.horizons_weeks, events.restricted_mean_weeks)}
    return rows[~weekly | rows["time"].isin(wanted)]


def _of_groups(evidence: Evidence, lang: Lang, rows: pd.DataFrame, label: str, title: str) -> Block:
    """A column per group where they fit side by side; otherwise a row per number."""
    columns = arms(evidence, rows)
    if not 1 <= len(columns) <= _WIDEST:
        return _listed(evidence, lang, rows, label, title)
    cells = Cells(evidence, lang)
    keys = list(_keys(rows))
    used = _used(rows)
    lines = []
    for key in keys:
        measure, subgroup, time = key
        mine = rows[(rows["measure"] == measure) & (rows["subgroup"] == subgroup) & (rows["time"] == time)]
        lines.append([*_names(evidence, lang, mine.iloc[0], used), *(cells.value(mine[mine["arm"] == arm]) for arm in columns)])
    heads = [Column(_WHAT[lang], 2.2), *_name_columns(lang, used)]
    heads += [Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in columns]
    return Table(label, plain(title), heads, lines, cells.notes())


def _listed(evidence: Evidence, lang: Lang, rows: pd.DataFrame, label: str, title: str) -> Block:
    """A row per number, with its group, its p and the people behind it."""
    if rows.empty:
        return Text("")
    cells = Cells(evidence, lang)
    used = _used(rows)
    with_p, with_n = rows["p_value"].notna().any(), rows["n"].notna().any()
    lines = []
    for position in range(len(rows)):
        row = rows.iloc[[position]]
        line = [*_names(evidence, lang, row.iloc[0], used), plain(arm_words(evidence, row.iloc[0]["arm"])[lang])]
        line.append(cells.value(row))
        line += [cells.p(row)] * bool(with_p) + [cells.count(row, "n")] * bool(with_n)
        lines.append(line)
    heads = [Column(_WHAT[lang], 2.2), *_name_columns(lang, used), Column(_GROUP[lang], 1.8), Column(_RESULT[lang], 1.8, True)]
    heads += [Column("p", 0.7, True)] * bool(with_p) + [Column("n", 0.7, True)] * bool(with_n)
    return Table(label, plain(title), heads, lines, cells.notes())


def _keys(rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Measure, subgroup and time of each line: by time within a measure, measures as the analysis gives them."""
    order = {time: place for place, time in enumerate(moments(rows["time"]))}
    measures = {measure: place for place, measure in enumerate(dict.fromkeys(rows["measure"]))}
    subgroups = {subgroup: place for place, subgroup in enumerate(dict.fromkeys(rows["subgroup"]))}
    found = dict.fromkeys(zip(rows["measure"], rows["subgroup"], rows["time"]))
    yield from sorted(found, key=lambda key: (subgroups[key[1]], measures[key[0]], order[key[2]]))


def _used(rows: pd.DataFrame) -> tuple[bool, bool]:
    """Whether a column for the subgroup and one for the moment say anything."""
    return bool(rows["subgroup"].ne("").any()), rows["time"].nunique() > 1


def _names(evidence: Evidence, lang: Lang, row: pd.Series, used: tuple[bool, bool]) -> list[str]:
    subgroup = subgroup_words(row["outcome"], row["subgroup"])[lang] if row["subgroup"] else ""
    time = moment_words(row["time"])[lang] if row["time"] else ""
    names = [measure_words(evidence, row["measure"])[lang]] + [subgroup] * used[0] + [time] * used[1]
    return [plain(capital(names[0])), *(plain(name) for name in names[1:])]


def _name_columns(lang: Lang, used: tuple[bool, bool]) -> list[Column]:
    return [Column(_SUBGROUP[lang], 1.4)] * used[0] + [Column(_WHEN[lang], 1.0)] * used[1]


def _sentence(text: str) -> str:
    return plain(capital(text)) + "."
