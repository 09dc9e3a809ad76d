"""A provider's own figures beside those of all providers together, for the provider's edition."""

from __future__ import annotations

from data_schemas.evidence import Evidence, Lang, Words
from reports.answers import placed
from reports.closed import cells as cells_of
from reports.sentences.answers import DIRECTION
from reports.sentences.change import sign_of
from reports.text.cells import people
from reports.text.groups import by, main_outcomes, moments, planned_arms, records
from reports.text.markdown import Block, Blocks, Column, Table, Text, capital, plain
from reports.text.providers import several_providers
from reports.text.trimming import trimmed
from reports.text.vocabulary import moment_words, short_outcome_words, subgroup_words

_CAPTION = Words("Verandering per aanbieder, naast die van alle samen", "Change per provider, beside that of all together")
_WHAT, _TOGETHER = Words("Aanbieder", "Provider"), Words("Alle aanbieders samen", "All providers together")
_NOT_SHOWN = Words(
    "Cijfers per aanbieder zijn niet getoond: er zijn te weinig {people} per aanbieder, of een aanbieder zou te herkennen zijn.",
    "Figures per provider are not shown: there are too few {people} per provider, or a provider could be recognised.",
)
_ONE = Words(
    "Deze cijfers gaan over één aanbieder: er zijn geen andere aanbieders om ze naast te leggen.",
    "These figures are about one provider: there are no other providers to lay beside them.",
)


def own(evidence: Evidence, lang: Lang) -> Block:
    """A line per main outcome and moment with a column per provider that may be shown; a sentence when none may."""
    rows = evidence.select("pooling", arm=(planned_arms(evidence) or ("all",))[0])
    alone = rows[(rows["measure"] == "provider_effect") & ~rows["subgroup"].str.contains(";")]
    told = [name for name in dict.fromkeys(alone["subgroup"]) if alone.loc[alone["subgroup"] == name, "estimate"].notna().any()]
    more = placed(evidence, lang, "own")
    if not told:
        text = _NOT_SHOWN if several_providers(evidence) else _ONE
        return Blocks([Text(text.fill(people=people(evidence))[lang]), more])
    cells, found = cells_of(evidence, lang), by(records(rows), "outcome", "time", "measure", "subgroup")
    columns = [
        (outcome, time)
        for outcome in main_outcomes(evidence, rows)
        for time in moments(rows.loc[rows["outcome"] == outcome, "time"])
        if any((outcome, time, "provider_effect", name) in found for name in told)
    ]
    names = [*((subgroup_words("", name), "provider_effect", name) for name in told), (_TOGETHER, "pooled_effect", "")]
    places = {at: cells.places(found.get((*at, measure, name)) for _, measure, name in names) for at in columns}
    lines = [
        [
            capital(plain(words[lang])),
            *(cells.value(found.get((*at, measure, name)), digits=places[at]) for at in columns),
        ]
        for words, measure, name in names
    ]
    heads = [Column(_WHAT[lang], 1.2), *(Column(_at(evidence, lang, *at), 1.6, True) for at in columns)]
    heads, lines, _ = trimmed(cells, heads, lines, names=1)
    return Blocks([Table("own", _CAPTION[lang], heads, lines, [*_directions(evidence, lang, columns), *cells.notes()]), more])


def _directions(evidence: Evidence, lang: Lang, columns: list[tuple[str, str]]) -> list[str]:
    """What a higher score means, once per questionnaire."""
    told = []
    for outcome in dict.fromkeys(outcome for outcome, _ in columns):
        if outcome.partition(":")[0] in evidence.record.instruments:
            name = plain(short_outcome_words(evidence, outcome)[lang])
            told.append(f"{name}: {DIRECTION[sign_of(evidence, outcome) > 0][lang]}.")
    return told


def _at(evidence: Evidence, lang: Lang, outcome: str, time: str) -> str:
    when = f", {moment_words(time)[lang]}" if time else ""
    return capital(plain(short_outcome_words(evidence, outcome)[lang] + when))
