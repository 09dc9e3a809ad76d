"""Who the people were at the start, and how far apart the groups were then."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.text.cells import Cells, hidden
from reports.text.groups import arms, by, grouped, heading, records
from reports.text.markdown import Block, Column, Table, Text, capital, plain
from reports.text.numbers import digits_of, is_number, number
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, measure_words, short_outcome_words, subgroup_words

ANALYSES = ("baseline",)
SHOWN: frozenset[str] = frozenset()
PLACE = 20

_CAPTION = Words("Deelnemers bij de start", "Participants at the start")
_SCORES = Words("Scores bij de start", "Scores at the start")
_APART = Words("Hoe ver de groepen bij de start uit elkaar lagen", "How far apart the groups were at the start")
_WHAT = Words("Kenmerk", "Characteristic")
_CATEGORY = Words("Categorie", "Category")
_MEASURE = Words("Getal", "Figure")
LARGEST = Words(
    "Van {n} vergeleken kenmerken verschilden de groepen bij de start het meest op {what}: {size} standaarddeviatie. Onder 0,1 is een "
    "verschil klein; boven 0,25 is voorzichtigheid nodig. [Alle verschillen staan in @sec-baseline-annex.]{{.refers .elsewhere}}",
    "Of {n} characteristics compared, the groups differed most at the start on {what}: {size} standard deviation. Below 0.1 a "
    "difference is small; above 0.25 caution is needed. [All differences are in @sec-baseline-annex.]{{.refers .elsewhere}}",
)
_SMD_NOTE = Words(
    "Verschil in standaarddeviaties. Onder 0,1 is het klein; boven 0,25 is voorzichtigheid nodig.",
    "Difference in standard deviations. Below 0.1 it is small; above 0.25 caution is needed.",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: who they were is not a finding."""
    return []


def brief(evidence: Evidence, lang: Lang) -> Block:
    """The table of who they were, without the categories that may nowhere be shown."""
    return _table(evidence, lang, "main-baseline", named=False)


def table(evidence: Evidence, lang: Lang) -> Block:
    """A line per category; everyone and each arm beside each other. Categories that may nowhere be shown share one note."""
    return _table(evidence, lang, "baseline", named=True)


def _table(evidence: Evidence, lang: Lang, label: str, *, named: bool) -> Block:
    rows = evidence.select("baseline", measure="share")
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = [
        [
            capital(plain(short_outcome_words(evidence, outcome)[lang])),
            plain(subgroup_words(outcome, category, evidence)[lang]),
            *(cells.share_of(by(mine, "arm").get((arm,))) for arm in groups),
        ]
        for (outcome, category), mine in grouped(records(rows), "outcome", "subgroup").items()
    ]
    heads = [Column(_WHAT[lang], 1.3), Column(_CATEGORY[lang], 1.4)]
    heads += [Column(heading(evidence, arm, lang), 1.6, numeric=True) for arm in groups]
    heads, lines, left = trimmed(cells, heads, lines, names=2)
    if left and not lines:
        return Text(f"{_CAPTION[lang]}: {plain(hidden(evidence)[lang])}.")
    return Table(label, _CAPTION[lang], heads, lines, [*(left if named else ()), *cells.notes()])


def difference(evidence: Evidence, lang: Lang) -> Block:
    """In one sentence how far apart the groups were at the start, at most."""
    rows = [row for row in records(evidence.select("baseline", measure="smd_baseline")) if is_number(row["estimate"])]
    if not rows:
        return Text("")
    largest = max(rows, key=lambda row: abs(row["estimate"]))
    size = number(abs(largest["estimate"]), "effect", lang, digits=digits_of([largest["estimate"]], "effect"))
    what = plain(_named(evidence, largest["outcome"], largest["subgroup"])[lang])
    return Text(LARGEST.fill(size=size, what=what, n=len(rows))[lang])


def scores(evidence: Evidence, lang: Lang) -> Block:
    """Whatever else is counted or measured per group: a line per outcome and measure."""
    rows = evidence.select("baseline")
    rows = rows[(rows["measure"] != "share") & ~rows["arm"].str.contains(" - ", regex=False)]
    groups, cells = arms(evidence, rows), Cells(evidence, lang)
    lines = [
        [
            capital(plain(short_outcome_words(evidence, outcome)[lang])),
            capital(plain(measure_words(evidence, measure)[lang])),
            *(cells.value(by(mine, "arm").get((arm,))) for arm in groups),
        ]
        for (outcome,), of_outcome in grouped(records(rows), "outcome").items()
        for (measure,), mine in grouped(of_outcome, "measure").items()
        if any(is_number(row["estimate"]) for row in mine)
    ]
    heads = [Column(_WHAT[lang], 1.8), Column(_MEASURE[lang], 1.4)]
    heads += [Column(heading(evidence, arm, lang), 1.4, numeric=True) for arm in groups]
    return Table("baseline-scores", _SCORES[lang], heads, lines, cells.notes())


def apart(evidence: Evidence, lang: Lang) -> Block:
    """The standardised difference of each characteristic between two arms."""
    rows = evidence.select("baseline", measure="smd_baseline")
    pairs, cells = list(dict.fromkeys(rows["arm"])), Cells(evidence, lang)
    lines = [
        [capital(plain(_named(evidence, outcome, part)[lang])), *(cells.value(by(mine, "arm").get((pair,))) for pair in pairs)]
        for (outcome, part), mine in grouped(records(rows), "outcome", "subgroup").items()
        if any(is_number(row["estimate"]) for row in mine)
    ]
    if not lines:
        return Text("")
    heads = [Column(_WHAT[lang], 2.0)]
    heads += [Column(capital(plain(arm_words(evidence, pair)[lang])), 2.0, numeric=True) for pair in pairs]
    return Table("baseline-apart", _APART[lang], heads, lines, [*cells.notes(), _SMD_NOTE[lang]])


def _named(evidence: Evidence, outcome: str, part: str) -> Words:
    name = short_outcome_words(evidence, outcome)
    return Words("{a}: {b}", "{a}: {b}").fill(a=name, b=subgroup_words(outcome, part, evidence)) if part else name
