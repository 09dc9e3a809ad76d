"""Whether the change is about the same in the subgroups that the plan names."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.forest import Axis, Line, forest
from reports.others import chosen
from reports.text.cells import people
from reports.text.groups import by, main_outcomes, moments, records
from reports.text.markdown import Block, Blocks, Text, slug
from reports.text.vocabulary import moment_words, short_outcome_words, subgroup_words

ANALYSES = ("subgroups",)
SHOWN: frozenset[str] = frozenset()
PLACE = 70

_CAPTION = Words(
    "{outcome}, {moment}: effectgrootte g in elke subgroep, met 95%-interval. Rechts van de stippellijn is verbetering",
    "{outcome}, {moment}: effect size g in each subgroup, with 95% interval. Right of the dashed line is improvement",
)
_G = Words("effectgrootte g", "effect size g")
_ALL = Words("alle {people}", "all {people}")
_ABSENT = Words(
    "Subgroepen met te weinig {people} staan niet in de figuur (n \\< {threshold}).",
    "Subgroups with too few {people} are not in the figure (n \\< {threshold}).",
)
_NONE = Words(
    "In geen subgroep zijn er genoeg {people} om cijfers te tonen (n \\< {threshold}, in de subgroep of in de rest).",
    "In no subgroup are there enough {people} to show figures (n \\< {threshold}, in the subgroup or in the others).",
)


def headlines(evidence: Evidence, lang: Lang) -> list[str]:
    """Nothing: a subgroup is never the main finding."""
    return []


def figure(evidence: Evidence, lang: Lang) -> Block:
    """Effect sizes of the first main outcome in each subgroup, at the first moment with numbers; everyone on top."""
    rows = evidence.select("subgroups", measure="g", arm="all")
    rows = rows[rows["estimate"].notna()]
    named = {"people": people(evidence), "threshold": evidence.record.release.threshold}
    if rows.empty:
        return Text(_NONE.fill(**named)[lang])
    outcome = main_outcomes(evidence, rows)[0]
    time = moments(rows.loc[rows["outcome"] == outcome, "time"])[0]
    mine = records(rows[(rows["outcome"] == outcome) & (rows["time"] == time)])
    everyone = by(records(evidence.select("change", measure="g", arm="all", outcome=outcome, time=time, subgroup="")), "arm")
    lines = [Line(_ALL.fill(**named)[lang], row) for row in everyone.values()]
    lines += [Line(subgroup_words(outcome, row["subgroup"])[lang], row) for row in mine]
    caption = _CAPTION.fill(outcome=short_outcome_words(evidence, outcome), moment=moment_words(time))[lang]
    note = _ABSENT.fill(**named)[lang] if evidence.record.edition == "released" else ""
    return Blocks([forest(f"subgroups-{slug(outcome)}", caption, lines, Axis(_G[lang], "effect"), lang), Text(note)])


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """Effect sizes of one outcome in each subgroup."""
    return figure(evidence, lang)


def tables(evidence: Evidence, lang: Lang) -> Block:
    """The numbers of the main outcomes."""
    return chosen(evidence, lang, "subgroups", SHOWN)
