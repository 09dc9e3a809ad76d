"""How far scores moved from baseline, in each arm and between arms."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers._change_figure import means_figure
from reports.answers._change_words import between_sentence, change_sentence
from reports.cells import Cells, all_hidden, hidden
from reports.groups import Row, arms, by, differences, grouped, moments, outcomes, records
from reports.markdown import Block, Blocks, Column, Table, Text, capital, plain, slug
from reports.vocabulary import arm_words, measure_words, moment_words, outcome_words, why_not

ANALYSES = ("change",)
PLACE = 30

_CLASSES = ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")
_MEANS = ("n_pairs", "mean_baseline", "mean_later", "mean_change", "g", "d_av")
SHOWN = frozenset((*_CLASSES, *_MEANS, "adjusted_difference"))
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
_SHORT = {
    "n_pairs": Words("n", "n"),
    "mean_baseline": Words("Bij de start", "At the start"),
    "mean_later": Words("Later", "Later"),
    "mean_change": Words("Verandering", "Change"),
    "g": Words("g", "g"),
    "d_av": Words("d", "d"),
}
_G_NOTE = Words(
    "g: verandering gedeeld door de spreiding bij de start; + is verbetering. d: hetzelfde met de spreiding van beide metingen.",
    "g: change divided by the spread at the start; + is improvement. d: the same with the spread of both measurements.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """The change of the primary outcomes (of all when the plan names none) at each moment, and the planned comparison."""
    rows = evidence.rows("change", subgroup="")
    primary = {f"{measure.instrument}:{measure.informant}" for measure in evidence.record.plan.measures if measure.primary}
    found = [outcome for outcome in outcomes(evidence, rows) if not primary or outcome in primary]
    sentences = []
    for outcome in found:
        mine = rows[rows["outcome"] == outcome]
        for time in moments(mine["time"]):
            at = mine[mine["time"] == time]
            between = differences(at[at["measure"] == "adjusted_difference"])
            told = [between_sentence(evidence, lang, outcome, row) for _, row in between.iterrows()]
            sentences.append(" ".join([change_sentence(evidence, lang, outcome, time, at), *told]))
    return sentences


def parts(evidence: Evidence, lang: Lang) -> Block:
    """For each outcome a heading, a figure and its tables."""
    rows = evidence.rows("change", subgroup="")
    return Blocks([_part(evidence, lang, outcome, rows[rows["outcome"] == outcome]) for outcome in outcomes(evidence, rows)])


def summary(evidence: Evidence, lang: Lang) -> Block:
    """For each outcome the table of effects only."""
    rows = evidence.rows("change", subgroup="")
    return Blocks(
        [
            _hidden_or(evidence, lang, mine, _effects(evidence, lang, outcome, mine))
            for outcome in outcomes(evidence, rows)
            if len(mine := rows[rows["outcome"] == outcome])
        ]
    )


def _part(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    title = Text(f"## {plain(outcome_words(evidence, outcome)[lang])} {{#sec-change-{slug(outcome)}}}")
    shown = Blocks(
        [
            means_figure(evidence, lang, outcome, rows),
            _effects(evidence, lang, outcome, rows),
            _between(evidence, lang, outcome, rows),
            _shares(evidence, lang, outcome, rows),
        ]
    )
    return Blocks([title, _hidden_or(evidence, lang, rows, shown)])


def _hidden_or(evidence: Evidence, lang: Lang, rows: pd.DataFrame, shown: Block) -> Block:
    if not all_hidden(rows[rows["status"] != "not_estimable"]):
        return shown
    return Text(f"{plain(capital(hidden(evidence)[lang]))}.")


def _effects(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    cells = Cells(evidence, lang)
    given = [measure for measure in _MEANS if (rows["measure"] == measure).any()]
    lines = []
    for time, arm, mine in _by_moment_and_arm(evidence, rows):
        values = [
            cells.value(mine.get((measure,)), interval=measure not in ("mean_baseline", "mean_later")) for measure in given
        ]
        lines.append([plain(moment_words(time)[lang]), plain(arm_words(evidence, arm)[lang]), *values])
    heads = [Column(_MOMENT[lang], 1.2), Column(_GROUP[lang], 1.6)]
    heads += [
        Column(_SHORT[measure][lang], 0.8 if measure[0] in "nm" and measure != "mean_change" else 1.5, True)
        for measure in given
    ]
    notes = [*cells.notes(), *([_G_NOTE[lang]] if "g" in given else [])]
    return Table(f"change-{slug(outcome)}", _title(evidence, lang, _EFFECTS, outcome), heads, lines, notes)


def _shares(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    """Which share recovered, improved, did not change, deteriorated; one sentence when no share has a number."""
    cells = Cells(evidence, lang)
    rows = rows[rows["measure"].isin(_CLASSES)]
    given = [name for name in _CLASSES if rows.loc[rows["measure"] == name, "status"].ne("not_estimable").any()]
    lines = []
    for time, arm, mine in _by_moment_and_arm(evidence, rows):
        values = [cells.share_of(mine.get((name,))) for name in given]
        lines.append([plain(moment_words(time)[lang]), plain(arm_words(evidence, arm)[lang]), *values])
    if given and all(cells.hides(cell) for line in lines for cell in line[2:]):
        return Text(f"{_title(evidence, lang, _SHARES, outcome)}: {plain(hidden(evidence)[lang])}.")
    if not given:
        reason = why_not(rows.iloc[0]["method"]) if len(rows) else None
        return Text(_NO_SHARES[lang].format(reason=reason[lang]) if reason else "")
    heads = [Column(_MOMENT[lang], 1.2), Column(_GROUP[lang], 1.6)]
    heads += [Column(capital(plain(measure_words(evidence, name)[lang])), 1.2, numeric=True) for name in given]
    return Table(f"classes-{slug(outcome)}", _title(evidence, lang, _SHARES, outcome), heads, lines, cells.notes())


def _between(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    """The adjusted difference at each moment; a difference is the first arm minus the second."""
    between, cells = rows[rows["measure"] == "adjusted_difference"], Cells(evidence, lang)
    lines, found = [], by(records(between), "time", "arm")
    for time in moments(between["time"]):
        for arm in dict.fromkeys(between["arm"]):
            row = found.get((time, arm))
            pair = plain(arm_words(evidence, arm)[lang])
            lines.append([plain(moment_words(time)[lang]), pair, cells.value(row), cells.p(row)])
    heads = [
        Column(_MOMENT[lang], 1.2),
        Column(_GROUP[lang], 2.4),
        Column(Words("Verschil", "Difference")[lang], 1.6, numeric=True),
        Column("p", 0.7, numeric=True),
    ]
    return Table(f"between-{slug(outcome)}", _title(evidence, lang, _BETWEEN, outcome), heads, lines, cells.notes())


def _by_moment_and_arm(evidence: Evidence, rows: pd.DataFrame) -> Iterator[tuple[str, str, dict[tuple, Row]]]:
    """Each moment and arm, with its rows by measure."""
    groups = rows.drop(differences(rows).index)
    found = grouped(records(groups), "time", "arm")
    for time in moments(groups["time"]):
        for arm in arms(evidence, groups):
            if (time, arm) in found:
                yield time, arm, by(found[time, arm], "measure")


def _title(evidence: Evidence, lang: Lang, words: Words, outcome: str) -> str:
    return plain(words.fill(outcome=outcome_words(evidence, outcome))[lang])
