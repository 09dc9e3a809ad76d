"""The tables of a change in scores: means and effect sizes, the difference between groups, and what happened to each person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.closed import cells, why_not_given
from reports.text.agreeing import CLASSES
from reports.text.cells import hidden
from reports.text.groups import Row, arms, by, differences, grouped, moments, records
from reports.text.markdown import Block, Column, Table, Text, capital, plain, slug
from reports.text.numbers import is_number
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, measure_words, moment_words, short_outcome_words

MEANS = ("n_pairs", "mean_baseline", "mean_later", "mean_change", "g", "g_unequal_sd", "d_av")

_MOMENT = Words("Moment", "Moment")
_GROUP = Words("Groep", "Group")
_EFFECTS = Words("{outcome}: gemiddelden, verandering en effectgrootte", "{outcome}: means, change and effect size")
_SHARES = Words("{outcome}: hoe het met elk van hen ging", "{outcome}: how each of them fared")
_BETWEEN = Words(
    "{outcome}: verschil tussen de groepen, gecorrigeerd voor de start",
    "{outcome}: difference between the groups, adjusted for the start",
)
_NO_SHARES = Words(
    "Hoeveel van hen herstelden of verbeterden is niet te schatten: {reason}.",
    "How many of them recovered or improved cannot be estimated: {reason}.",
)
_NOTHING = Words("{table}: niet gegeven. {why}", "{table}: not given. {why}")
_SHORT = {
    "n_pairs": Words("n", "n"),
    "mean_baseline": Words("Bij de start", "At the start"),
    "mean_later": Words("Later", "Later"),
    "mean_change": Words("Verandering", "Change"),
    "g": Words("g", "g"),
    "g_unequal_sd": Words("g, ongelijke spreiding", "g, unequal spread"),
    "d_av": Words("d", "d"),
}
# by how much one standard deviation must exceed the other before the second interval is shown
_UNEQUAL = 1.15
_WITHOUT_INTERVAL = ("mean_baseline", "mean_later")


def effects(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame, measures: Sequence[str] = MEANS) -> Block:
    """A line per moment and group: how many, means, change and effect size.

    Rounded by themselves, before, after and change contradict each other: a released table gives the mean before and the change.
    """
    told, unequal = cells(evidence, lang), "g_unequal_sd" in measures and _spread_differs(rows)
    left = {"g_unequal_sd": not unequal, "mean_later": evidence.record.edition == "released"}
    given = [name for name in measures if (rows["measure"] == name).any() and not left.get(name, False)]
    shown = rows.drop(differences(rows).index)
    places = {name: told.places(records(shown[shown["measure"] == name])) for name in given}
    lines = [
        [
            time,
            arm,
            *(told.value(mine.get((name,)), interval=name not in _WITHOUT_INTERVAL, digits=places[name]) for name in given),
        ]
        for time, arm, mine in _by_moment_and_arm(evidence, lang, rows[rows["measure"].isin(given)])
    ]
    narrow = {"n_pairs": 0.7, "mean_baseline": 0.8, "mean_later": 0.8}
    heads = [Column(_MOMENT[lang], 1.6), Column(_GROUP[lang], 1.5)]
    heads += [Column(_SHORT[name][lang], narrow.get(name, 1.5), numeric=True) for name in given]
    heads, lines, left = trimmed(told, heads, lines, names=2, counts=int("n_pairs" in given))
    return _table(
        f"change-{slug(outcome)}", _title(evidence, lang, _EFFECTS, outcome), heads, lines, [*left, *told.notes()], lang
    )


def shares(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    """Which share recovered, improved, did not change, deteriorated; one sentence when no share has a number."""
    told = cells(evidence, lang)
    rows = rows[rows["measure"].isin(CLASSES)]
    given = [name for name in CLASSES if rows.loc[rows["measure"] == name, "status"].ne("not_estimable").any()]
    lines = [
        [time, arm, *(told.share_of(mine.get((name,))) for name in given)]
        for time, arm, mine in _by_moment_and_arm(evidence, lang, rows)
    ]
    if given and all(told.hides(cell) for line in lines for cell in line[2:]):
        return Text(f"{_title(evidence, lang, _SHARES, outcome)}: {plain(hidden(evidence)[lang])}.")
    if not given:
        reason = why_not_given(evidence, rows.iloc[0].to_dict()) if len(rows) else None
        return Text(_NO_SHARES[lang].format(reason=reason[lang]) if reason else "")
    heads = [Column(_MOMENT[lang], 1.6), Column(_GROUP[lang], 1.5)]
    heads += [Column(capital(plain(measure_words(evidence, name)[lang])), 1.2, numeric=True) for name in given]
    heads, lines, left = trimmed(told, heads, lines, names=2)
    caption = _title(evidence, lang, _SHARES, outcome)
    return _table(f"classes-{slug(outcome)}", caption, heads, lines, [*left, *told.notes()], lang)


def between(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    """The adjusted difference at each moment; a difference is the first arm minus the second."""
    rows, told = rows[rows["measure"] == "adjusted_difference"], cells(evidence, lang)
    places = told.places(records(rows))
    lines, found = [], by(records(rows), "time", "arm")
    for time in moments(rows["time"]):
        for arm in dict.fromkeys(rows["arm"]):
            row = found.get((time, arm))
            pair = plain(arm_words(evidence, arm)[lang])
            lines.append([plain(moment_words(time)[lang]), pair, told.value(row, digits=places), told.p(row)])
    if not lines:
        return Text("")
    heads = [Column(_MOMENT[lang], 1.2), Column(_GROUP[lang], 2.4)]
    heads += [Column(Words("Verschil", "Difference")[lang], 1.6, numeric=True), Column("p", 0.7, numeric=True)]
    heads, lines, left = trimmed(told, heads, lines, names=2)
    caption = _title(evidence, lang, _BETWEEN, outcome)
    return _table(f"between-{slug(outcome)}", caption, heads, lines, [*left, *told.notes()], lang)


def _table(label: str, caption: str, heads: list[Column], lines: list, notes: list[str], lang: Lang) -> Block:
    """The table, or one sentence with its notes when no line is left."""
    return (
        Table(label, caption, heads, lines, notes)
        if lines
        else Text(_NOTHING[lang].format(table=caption, why=" ".join(notes[1:])))
    )


def _spread_differs(rows: pd.DataFrame) -> bool:
    """Whether in some group at some moment the two standard deviations lie clearly apart."""
    for _, mine in grouped(records(rows[rows["measure"].isin(("sd_baseline", "sd_later"))]), "time", "arm").items():
        found = [row["estimate"] for row in mine if is_number(row["estimate"])]
        if len(found) == 2 and min(found) > 0 and max(found) / min(found) > _UNEQUAL:
            return True
    return False


def _by_moment_and_arm(evidence: Evidence, lang: Lang, rows: pd.DataFrame) -> Iterator[tuple[str, str, dict[tuple, Row]]]:
    """The names of each moment and group, with its rows by measure."""
    groups = rows.drop(differences(rows).index)
    found = grouped(records(groups), "time", "arm")
    for time in moments(groups["time"]):
        for arm in arms(evidence, groups):
            if (time, arm) in found:
                yield plain(moment_words(time)[lang]), plain(arm_words(evidence, arm)[lang]), by(found[time, arm], "measure")


def _title(evidence: Evidence, lang: Lang, words: Words, outcome: str) -> str:
    return plain(words.fill(outcome=short_outcome_words(evidence, outcome))[lang])
