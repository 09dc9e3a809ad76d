"""The committee's criteria, a version at a time: what each asks, who can judge it, and whether its wording was read."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.criteria import Criteria, criteria_versions
from data_schemas.words import Lang, Words
from evaluation.contract.explaining.entry import Entry
from evaluation.output.pages import Block, Grid, Text

KIND = Words("Criteria van de commissie", "Criteria of the committee")
PLACE = 70

_ABOUT = Words(
    "Bron: {source}. Het programma zegt per criterium wat de gegevens laten zien, en nooit of eraan is voldaan: dat is aan de commissie.",
    "Source: {source}. The program says per criterion what the data show, and never whether it is met: that is up to the committee.",
)
_HEAD = Words("Criterium|Niveau|Te beoordelen met|Bron|Nagelezen?", "Criterion|Level|Judged by|Source|Read?")
_LEVELS = {
    "well_founded": Words("goed onderbouwd", "well-founded"),
    "effective": Words("effectief", "effective"),
    "first_indications": Words("eerste aanwijzingen", "first indications"),
    "good_indications": Words("goede aanwijzingen", "good indications"),
    "strong_indications": Words("sterke aanwijzingen", "strong indications"),
}
_JUDGED = {"data": Words("gegevens", "data"), "people": Words("de beschrijving, door mensen", "the description, by people")}
_READ = {True: Words("ja", "yes"), False: Words("nee: niet zo in de bron gelezen", "no: not read in its source")}


def entries() -> Iterator[Entry]:
    """One per version."""
    for name, version in criteria_versions().items():
        yield Entry(name, Words(version.nl, version.en), lambda lang, version=version: list(_body(version, lang)))


def _body(version: Criteria, lang: Lang) -> Iterator[Block]:
    yield Text(_ABOUT[lang].format(source=version.source))
    rows = [
        (one.words[lang], _LEVELS[one.level][lang], _JUDGED[one.judged_by][lang], one.source, _READ[one.verified][lang])
        for one in version.criteria
    ]
    yield Grid("", _HEAD[lang].split("|"), rows)
