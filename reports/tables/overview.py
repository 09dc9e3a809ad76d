"""All scores in one table: how far each moved, and how the people of the main outcomes fared."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.closed import cells as cells_of
from reports.text.agreeing import CLASSES
from reports.text.cells import hidden
from reports.text.groups import by, compared, differences, grouped, main_outcomes, moments, outcomes, records
from reports.text.markdown import Block, Column, Table, Text, capital, plain
from reports.text.trimming import trimmed
from reports.text.vocabulary import arm_words, measure_words, moment_words, short_outcome_words

_WHAT, _GROUP = Words("Uitkomst en moment", "Outcome and moment"), Words("Groep", "Group")
_HEADS = {
    "n_pairs": Words("n", "n"),
    "mean_baseline": Words("Start", "Start"),
    "mean_change": Words("Verandering", "Change"),
    "g": Words("g", "g"),
}
_WIDTHS = {"n_pairs": 0.5, "mean_baseline": 0.6, "mean_change": 1.7, "g": 1.9}
_CAPTION = Words(
    "Verandering in scores: van wie beide metingen heeft, met 95%-interval",
    "Change in scores: of those with both measurements, with 95% interval",
)
_CLASSES = Words("Hoe het met elk van hen ging: {outcome}", "How each of them fared: {outcome}")
_BETWEEN = Words(
    "Verschil tussen de groepen ({pair}), gecorrigeerd voor de score bij de start",
    "Difference between the groups ({pair}), adjusted for the score at the start",
)


def change_table(evidence: Evidence, lang: Lang) -> Block:
    """A line per outcome, moment and group."""
    rows = evidence.select("change", subgroup="", measure=tuple(_HEADS))
    rows = rows.drop(differences(rows).index)
    groups, cells = compared(evidence, rows), cells_of(evidence, lang)
    given = [name for name in _HEADS if (rows["measure"] == name).any()]
    found = by(records(rows), "outcome", "time", "arm", "measure")
    places = {name: cells.places(row for key, row in found.items() if key[3] == name) for name in given}
    lines = []
    for outcome in outcomes(evidence, rows):
        mine = {key: row for key, row in found.items() if key[0] == outcome}
        for time in moments(key[1] for key in mine):
            for arm in groups:
                if ("mean_change" in given) and (outcome, time, arm, "mean_change") in mine:
                    line = [mine.get((outcome, time, arm, name)) for name in given]
                    told = [
                        cells.value(row, interval=name != "mean_baseline", digits=places[name])
                        for name, row in zip(given, line)
                    ]
                    lines.append([_at(evidence, lang, outcome, time), plain(arm_words(evidence, arm)[lang]), *told])
    heads = [Column(_WHAT[lang], 2.4), Column(_GROUP[lang], 1.3)]
    heads += [Column(_HEADS[name][lang], _WIDTHS[name], numeric=True) for name in given]
    heads, lines, left = trimmed(cells, heads, lines, names=2, counts=int("n_pairs" in given))
    if len(groups) == 1:
        heads, lines = [heads[0], *heads[2:]], [[line[0], *line[2:]] for line in lines]
    if not lines:
        return Text(f"{plain(capital(hidden(evidence)[lang]))}." if left else "")
    return Table("main-change", _CAPTION[lang], heads, lines, [*left, *cells.notes()])


def classes_table(evidence: Evidence, lang: Lang) -> Block:
    """Of the main outcomes: which share recovered, improved, did not change, deteriorated."""
    rows = evidence.select("change", subgroup="", measure=CLASSES)
    main = main_outcomes(evidence, evidence.select("change", subgroup=""))
    rows = rows[rows["outcome"].isin(main)]
    cells = cells_of(evidence, lang)
    given = [name for name in CLASSES if rows.loc[rows["measure"] == name, "estimate"].notna().any()]
    if not given:
        return Text("")
    groups = compared(evidence, rows)
    found = by(records(rows), "outcome", "time", "arm", "measure")
    lines = [
        [
            _at(evidence, lang, outcome, time),
            plain(arm_words(evidence, arm)[lang]),
            *(cells.share_of(found.get((outcome, time, arm, name))) for name in given),
        ]
        for outcome in main
        for time in moments(rows.loc[rows["outcome"] == outcome, "time"])
        for arm in groups
    ]
    heads = [Column(_WHAT[lang], 2.2), Column(_GROUP[lang], 1.6)]
    heads += [Column(capital(plain(measure_words(evidence, name)[lang])), 1.1, numeric=True) for name in given]
    heads, lines, left = trimmed(cells, heads, lines, names=2)
    named = Words(*(", ".join(short_outcome_words(evidence, code)[each] for code in main) for each in ("nl", "en")))
    return Table("main-classes", plain(_CLASSES.fill(outcome=named)[lang]), heads, lines, [*left, *cells.notes()])


def between_table(evidence: Evidence, lang: Lang) -> Block:
    """The adjusted difference of every outcome at every moment, for the comparison of the plan; nothing when none has a number."""
    rows = evidence.select("change", subgroup="", measure="adjusted_difference")
    rows = rows[rows["estimate"].notna()]
    cells, lines = cells_of(evidence, lang), []
    places, found = cells.places(records(rows)), grouped(records(rows), "outcome", "arm")
    for outcome in outcomes(evidence, rows):
        for pair in dict.fromkeys(rows["arm"]):
            mine = found.get((outcome, pair), [])
            at = by(mine, "time")
            for time in moments(row["time"] for row in mine):
                row = at[(time,)]
                lines.append([_at(evidence, lang, outcome, time), cells.value(row, digits=places), cells.p(row)])
    if not lines:
        return Text("")
    pair = arm_words(evidence, rows["arm"].iloc[0])
    heads = [Column(_WHAT[lang], 2.6), Column(Words("Verschil", "Difference")[lang], 1.8, True), Column("p", 1.0, True)]
    return Table("main-between", plain(_BETWEEN.fill(pair=pair)[lang]), heads, lines, cells.notes())


def _at(evidence: Evidence, lang: Lang, outcome: str, time: str) -> str:
    when = f", {moment_words(time)[lang]}" if time else ""
    return capital(plain(short_outcome_words(evidence, outcome)[lang] + when))
