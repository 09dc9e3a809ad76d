"""Published effects of comparable care."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.benchmarks import Benchmark, benchmarks
from data_schemas.words import Lang, Words
from evaluation.contract.description import decimal
from evaluation.contract.explaining.entry import Entry
from evaluation.contract.explaining.instruments import READ
from evaluation.output.pages import Block, Items

KIND = Words("Gepubliceerde effecten van vergelijkbare hulp", "Published effects of comparable care")
PLACE = 60

_UNITS = {
    "standardised_mean_change": Words(
        "gestandaardiseerde verandering, plus is verbetering", "standardised change, plus is improvement"
    ),
    "points": Words("punten, plus is verbetering", "points, plus is improvement"),
    "share": Words("aandeel binnen {weeks} weken", "share within {weeks} weeks"),
}
_TO = Words("tot", "to")
_PARTS = {
    "population": Words("Wie", "Who"),
    "design": Words("Opzet", "Design"),
    "n": Words("Aantal", "Number"),
    "source": Words("Bron", "Source"),
    "notes": Words("Opmerking", "Note"),
}
_VALUE, _READ = Words("Waarde", "Value"), Words("Nagelezen", "Read")


def entries() -> Iterator[Entry]:
    """One per published number."""
    return (
        Entry(name, found.words, lambda lang, found=found: list(_body(found, lang))) for name, found in benchmarks().items()
    )


def _body(found: Benchmark, lang: Lang) -> Iterator[Block]:
    interval = "" if found.ci_low is None else f" ({decimal(found.ci_low, lang)} {_TO[lang]} {decimal(found.ci_high, lang)})"
    unit = _UNITS[found.unit][lang].format(weeks=found.weeks)
    facts = [f"{_PARTS[name][lang]}: {value}" for name in _PARTS if (value := getattr(found, name))]
    read = f"{_READ[lang]}: {READ[found.verified][lang]}"
    yield Items([f"{_VALUE[lang]}: {decimal(found.estimate, lang)}{interval}, {unit}", *facts, read])
