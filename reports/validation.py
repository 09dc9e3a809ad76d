"""The privacy officer's edition: complete counts, what rests on few people, how a release would be set, and a place to sign.

It is made of exact results only, and never leaves: the file is its owner's alone.
"""

from __future__ import annotations

from hashlib import sha256

from data_schemas.evidence import Evidence, Lang, Words, record_json
from reports.text.cells import people
from reports.text.groups import records
from reports.text.markdown import Block, Blocks, Column, Table, Text, plain
from reports.text.numbers import is_number, number
from reports.text.vocabulary import analysis_words

_ABOUT = Words(
    "Dit verslag is voor wie over de privacy gaat. Het geeft alle aantallen, ook kleine, zodat te beoordelen is wat naar buiten mag. Het is "
    "een intern stuk: geef het niet door, bewaar het waar alleen u erbij kunt, en vernietig het als u het niet meer nodig hebt.",
    "This report is for whoever looks after privacy. It gives all counts, small ones too, so that it can be judged what may leave. It is an "
    "internal document: do not pass it on, keep it where only you can reach it, and destroy it when you no longer need it.",
)
_SETTINGS = {
    "threshold": Words(
        "Drempel van de openbare uitgave: {threshold} {people}.", "Threshold of the public edition: {threshold} {people}."
    ),
    "committee": Words(
        "Uitgave voor de commissie: drempel {threshold}; lezers: {readers}; geheimhouding: {duty}; goedgekeurd door: {officer}.",
        "Committee edition: threshold {threshold}; readers: {readers}; confidentiality: {duty}; approved by: {officer}.",
    ),
    "no_committee": Words("Het plan kent geen uitgave voor de commissie.", "The plan knows no committee edition."),
}
_SMALL = Words("Cijfers die op minder dan {threshold} {people} rusten", "Figures that rest on fewer than {threshold} {people}")
_SMALL_NOTE = Words(
    "In een openbare uitgave staan deze cijfers er niet in, of afgerond. Hier tellen alleen cijfers met een eigen aantal.",
    "In a public edition these figures are left out or rounded. Only figures with a number of people of their own count here.",
)
_HEADS = (
    Words("Onderdeel", "Part"),
    Words("Cijfers", "Figures"),
    Words("Onder de drempel", "Below the threshold"),
    Words("Kleinste aantal", "Smallest number"),
)
_PRINT = Words(
    "Kenmerk van dit verslag: `{mark}`. Het hoort bij precies deze resultaten.",
    "Mark of this report: `{mark}`. It belongs to exactly these results.",
)
_ASKED = Words("Gezien en beoordeeld", "Seen and judged")
_LINES = (
    Words("Naam", "Name"),
    Words("Functie", "Office"),
    Words("Akkoord met vrijgave: ja / nee, en waarom", "Agrees to a release: yes / no, and why"),
    Words("Datum", "Date"),
    Words("Handtekening", "Signature"),
)
_TO_FILL = Words("in te vullen", "to be filled in")


def about(evidence: Evidence, lang: Lang) -> Block:
    """What this is, and how a release is set in the plan."""
    disclosure = evidence.record.plan.disclosure
    named = disclosure.committee
    settings = [_SETTINGS["threshold"].fill(threshold=disclosure.threshold, people=people(evidence))[lang]]
    if named is None:
        settings.append(_SETTINGS["no_committee"][lang])
    else:
        told = {
            "readers": plain(", ".join(named.readers)),
            "duty": plain(named.confidentiality.rstrip(".")),
            "officer": plain(named.approved_by),
        }
        settings.append(_SETTINGS["committee"].fill(threshold=named.threshold, **told)[lang])
    return Blocks([Text(_ABOUT[lang]), Text("\n".join(f"- {line}" for line in settings))])


def few(evidence: Evidence, lang: Lang) -> Block:
    """Per analysis how many figures rest on fewer people than the threshold, and the smallest number."""
    threshold = evidence.record.plan.disclosure.threshold
    lines = []
    for name, rows in sorted(evidence.results.items()):
        counted = [_people_of(row) for row in records(rows)]
        told = [count for count in counted if count is not None]
        if told:
            below = [count for count in told if 0 < count < threshold]
            smallest = min((count for count in told if count > 0), default=0)
            lines.append(
                [
                    plain(analysis_words(name)[lang]),
                    *(number(value, "count", lang) for value in (len(told), len(below), smallest)),
                ]
            )
    heads = [Column(_HEADS[0][lang], 2.4), *(Column(words[lang], 1.2, True) for words in _HEADS[1:])]
    caption = _SMALL.fill(threshold=threshold, people=people(evidence))[lang]
    return Table("small", caption, heads, lines, [_SMALL_NOTE[lang]])


def _people_of(row) -> float | None:
    """How many people a row is about: its number of people, or itself when it counts them."""
    if row["unit"] == "people" and is_number(row["estimate"]):
        return row["estimate"]
    return row["n"] if is_number(row["n"]) else None


def signing(evidence: Evidence, lang: Lang) -> Block:
    """Lines to fill in and sign, with a mark that ties the signature to these results."""
    mark = sha256(record_json(evidence.record).encode()).hexdigest()[:16]
    heads = [Column(_ASKED[lang], 1.4), Column(_TO_FILL[lang], 2.6)]
    lines = [[words[lang], "–"] for words in _LINES]
    return Blocks([Text(_PRINT[lang].format(mark=mark)), Table("signing", _ASKED[lang], heads, lines)])
