"""Whether the change is about the same in the subgroups that the plan names."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.figures.forest import Axis, Line, forest
from reports.others import chosen
from reports.text.cells import people
from reports.text.groups import by, main_outcomes, moments, records
from reports.text.markdown import Block, Blocks, Text, plain, slug
from reports.text.numbers import is_number, p_value
from reports.text.vocabulary import arm_words, moment_words, short_outcome_words, subgroup_words

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


_APART = Words(
    "{outcome}, {moment}: verschil tussen de groepen ({pair}) in elke subgroep, in punten en met 95%-interval",
    "{outcome}, {moment}: difference between the groups ({pair}) in each subgroup, in points and with 95% interval",
)
_POINTS = Words("verschil in punten", "difference in points")
_TOO_SMALL = Words(
    "Over een verschil is niets te zeggen bij: {names}. Daarvoor zijn er te weinig {people}. Door jaren of aanbieders samen te nemen kan dat wel: "
    "met dezelfde vragenlijsten, en met die subgroepen in het plan.",
    "Of a difference nothing can be said for: {names}. There are too few {people} for that. Taking years or providers together can change "
    "that: with the same questionnaires, and with these subgroups in the plan.",
)


_JOINT = Words(
    "Toets of het in elke categorie even groot is: {tests}. {corrected}",
    "Test whether it is the same in every category: {tests}. {corrected}",
)
_CORRECTED = {
    "holm": Words(
        "De p-waarden zijn gecorrigeerd voor het aantal subgroepen (Holm).",
        "The p-values are corrected for the number of subgroups (Holm).",
    ),
    "none": Words(
        "De p-waarden zijn niet gecorrigeerd voor het aantal subgroepen.",
        "The p-values are not corrected for the number of subgroups.",
    ),
}


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
    lines += [Line(subgroup_words(outcome, row["subgroup"], evidence)[lang], row) for row in mine]
    caption = _CAPTION.fill(outcome=short_outcome_words(evidence, outcome), moment=moment_words(time))[lang]
    note = _ABSENT.fill(**named)[lang] if evidence.record.edition == "released" else ""
    return Blocks([forest(f"subgroups-{slug(outcome)}", caption, lines, Axis(_G[lang], "effect"), lang), Text(note)])


def more(evidence: Evidence, lang: Lang) -> Block:
    """Where arms are compared their difference in each subgroup; and for which subgroups there are too few people to say anything."""
    rows = evidence.select("subgroups", measure="interaction")
    if rows.empty:
        return Text("")
    outcome = main_outcomes(evidence, rows)[0]
    time = moments(rows.loc[rows["outcome"] == outcome, "time"])[0]
    named = {"outcome": short_outcome_words(evidence, outcome), "moment": moment_words(time)}
    apart = evidence.select("subgroups", measure="adjusted_difference", outcome=outcome, time=time)
    blocks: list[Block] = []
    if apart["estimate"].notna().any():
        lines = [Line(subgroup_words(outcome, row["subgroup"], evidence)[lang], row) for row in records(apart)]
        caption = _APART.fill(**named, pair=arm_words(evidence, apart["arm"].iloc[0]))[lang]
        blocks.append(forest(f"subgroup-arms-{slug(outcome)}", caption, lines, Axis(_POINTS[lang], "score"), lang))
    small = rows[(rows["outcome"] == outcome) & (rows["time"] == time) & rows["estimate"].isna()]
    small = small[~small["method"].str.startswith("gate_closed")]
    names = [plain(subgroup_words(outcome, row["subgroup"], evidence)[lang]) for row in records(small)]
    if said := _tests(evidence, lang, outcome, time):
        blocks.append(Text(said))
    if names:
        blocks.append(Text(_TOO_SMALL.fill(names="; ".join(names), people=people(evidence))[lang]))
    return Blocks(blocks)


def _tests(evidence: Evidence, lang: Lang, outcome: str, time: str) -> str:
    """The joint test of every planned descriptor that has one."""
    rows = records(evidence.select("subgroups", measure="interaction_joint", outcome=outcome, time=time))
    told = [
        f"{_inside(subgroup_words('', row['subgroup'], evidence)[lang])} p {'' if row['p_value'] < 0.001 else '= '}{p_value(row['p_value'], lang)}"
        for row in rows
        if is_number(row["p_value"])
    ]
    corrected = _CORRECTED[evidence.record.plan.multiplicity][lang]
    return _JOINT[lang].format(tests="; ".join(told), corrected=corrected) if told else ""


def _inside(text: str) -> str:
    """A name inside a sentence; one that is letters stays as it is."""
    return plain(text if text[1:2].isupper() else text[:1].lower() + text[1:])


def drawn(evidence: Evidence, lang: Lang, name: str, outcome: str) -> Block:
    """Effect sizes of one outcome in each subgroup."""
    return figure(evidence, lang)


def tables(evidence: Evidence, lang: Lang) -> Block:
    """The numbers of the main outcomes."""
    return chosen(evidence, lang, "subgroups", SHOWN)


PARTS = {"subgroups": more}
