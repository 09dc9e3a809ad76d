"""How far scores moved from baseline, in each arm and between arms."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.forest import Axis, Line, forest
from reports.figures.means import means_figure
from reports.leading import leads
from reports.sentences.answers import change_answers
from reports.tables.change import MEANS, between, effects, shares
from reports.text.agreeing import CLASSES
from reports.text.cells import all_hidden, hidden
from reports.text.groups import by, compared, main_outcomes, moments, outcomes, records
from reports.text.markdown import Block, Blocks, Text, capital, plain, slug
from reports.text.vocabulary import arm_words, moment_words, outcome_words, short_outcome_words

ANALYSES = ("change",)
PLACE = 30
# the later mean stands with the further figures: see `reports.tables.change.effects`
SHOWN = frozenset((*CLASSES, *MEANS, "adjusted_difference")) - {"mean_later"}

_FIRST_PAGE_HEIGHT, _HEIGHT = 1.9, 2.7
_SEE = Words(
    "[De figuur hierbij staat op de eerste bladzijde: @fig-{label}.]{{.refers}}",
    "[Its figure is on the first page: @fig-{label}.]{{.refers}}",
)
_OVERVIEW = Words(
    "Effectgrootte g van elke uitkomst op elk moment, per groep, met 95%-interval. Rechts van de stippellijn is verbetering",
    "Effect size g of every outcome at every moment, per group, with 95% interval. Right of the dashed line is improvement",
)
_APART = Words(
    "Verschil in g tussen de groepen ({pair}), met 95%-interval. Rechts van de stippellijn is in het voordeel van {first}",
    "Difference in g between the groups ({pair}), with 95% interval. Right of the dashed line favours {first}",
)
_G = Words("effectgrootte g", "effect size g")
_G_APART = Words("verschil in effectgrootte g", "difference in effect size g")


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Whether each main outcome became better, and more so than in the other group of the plan: an entry per question."""
    rows = evidence.select("change", subgroup="")
    return [
        entry
        for outcome in main_outcomes(evidence, rows)
        for entry in change_answers(evidence, lang, outcome, rows[rows["outcome"] == outcome])
    ]


def main_figure(evidence: Evidence, lang: Lang, outcome: str) -> Block:
    """The means of one outcome, low enough for the first page."""
    rows = evidence.select("change", subgroup="", outcome=outcome)
    return means_figure(evidence, lang, outcome, rows, height=_FIRST_PAGE_HEIGHT)


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """The means of one outcome, as its section shows them."""
    return means_figure(evidence, lang, outcome, evidence.select(name, subgroup="", outcome=outcome), height=_HEIGHT)


def parts(evidence: Evidence, lang: Lang) -> Block:
    """For each main outcome a heading, a figure and its tables."""
    rows = evidence.select("change", subgroup="")
    return _parts(evidence, lang, rows, main_outcomes(evidence, rows))


def overview(evidence: Evidence, lang: Lang) -> Block:
    """All outcomes in one figure: effect sizes per group, and the differences between the groups."""
    rows = evidence.select("change", subgroup="", measure="g")
    groups = compared(evidence, rows)
    lines = [
        Line(
            _at(evidence, lang, row),
            row,
            arm_words(evidence, row["arm"])[lang] if len(groups) > 1 else "",
            groups.index(row["arm"]),
        )
        for row in _in_order(evidence, rows[rows["arm"].isin(groups)])
    ]
    if not rows["estimate"].notna().any():
        return Text(f"{plain(capital(hidden(evidence)[lang]))}." if all_hidden(rows) else "")
    return Blocks([forest("effects", _OVERVIEW[lang], lines, Axis(_G[lang], "effect"), lang), *_apart(evidence, lang)])


def annex(evidence: Evidence, lang: Lang) -> Block:
    """The other outcomes, as the main ones are shown."""
    rows = evidence.select("change", subgroup="")
    main = main_outcomes(evidence, rows)
    return _parts(evidence, lang, rows, [outcome for outcome in outcomes(evidence, rows) if outcome not in main])


def _apart(evidence: Evidence, lang: Lang) -> Iterator[Block]:
    rows = evidence.select("comparison", subgroup="", measure="g_between")
    for pair in dict.fromkeys(rows["arm"]):
        lines = [Line(_at(evidence, lang, row), row) for row in _in_order(evidence, rows[rows["arm"] == pair])]
        named = {"pair": arm_words(evidence, pair), "first": arm_words(evidence, pair.partition(" - ")[0])}
        yield forest(f"differences-{slug(pair)}", _APART.fill(**named)[lang], lines, Axis(_G_APART[lang], "effect"), lang)


def _in_order(evidence: Evidence, rows: pd.DataFrame) -> Iterator:
    found = by(records(rows), "outcome", "time", "arm")
    for outcome in outcomes(evidence, rows):
        for time in moments(rows.loc[rows["outcome"] == outcome, "time"]):
            yield from (row for (at, when, _), row in found.items() if (at, when) == (outcome, time))


def _at(evidence: Evidence, lang: Lang, row) -> str:
    return f"{short_outcome_words(evidence, row['outcome'])[lang]}, {moment_words(row['time'])[lang]}"


def _parts(evidence: Evidence, lang: Lang, rows: pd.DataFrame, which: list[str]) -> Block:
    return Blocks([_part(evidence, lang, outcome, rows[rows["outcome"] == outcome]) for outcome in which])


def _part(evidence: Evidence, lang: Lang, outcome: str, rows: pd.DataFrame) -> Block:
    title = Text(f"## {plain(outcome_words(evidence, outcome)[lang])} {{#sec-change-{slug(outcome)}}}")
    if leads(evidence, "change", outcome):
        figure: Block = Text(_SEE[lang].format(label=f"change-{slug(outcome)}"))
    else:
        figure = means_figure(evidence, lang, outcome, rows, height=_HEIGHT)
    tables = [make(evidence, lang, outcome, rows) for make in (effects, between, shares)]
    return Blocks([title, _hidden_or(evidence, lang, rows, Blocks([figure, *tables]))])


def _hidden_or(evidence: Evidence, lang: Lang, rows: pd.DataFrame, shown: Block) -> Block:
    if not all_hidden(rows[rows["status"] != "not_estimable"]):
        return shown
    return Text(f"{plain(capital(hidden(evidence)[lang]))}.")
