"""The evidence folder: what is in it, column by column, and every measure of every analysis."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from analyses import analyses
from data_schemas.evidence import RESULT_COLUMNS, STATUSES, EvidenceRecord
from data_schemas.words import LANGS, Lang, Words
from evaluation.contract.documenting import made
from evaluation.contract.documenting._records import fields
from evaluation.output.pages import Block, Grid, Heading, Text, as_markdown

_TITLE = Words("De bewijsmap", "The evidence folder")
_ABOUT = Words(
    "`evaluation run` schrijft een map met `evidence.json` en één tabel per analyse in `results/`. Dit is alles wat een rapport mag zien; "
    "er staan geen gegevens van personen in. De kolommen zijn in elke tabel dezelfde. Namen en codes zijn Engels; de woorden staan erbij.",
    "`evaluation run` writes a folder with `evidence.json` and one table per analysis in `results/`. This is all that a report may see; it "
    "holds no data of persons. The columns are the same in every table.",
)
_COLUMNS = Words("Kolommen van `results/*.csv`", "Columns of `results/*.csv`")
_COLUMN_HEAD, _STATUS_HEAD = Words("Kolom|Betekenis", "Column|Meaning"), Words("Status|Betekenis", "Status|Meaning")
_MEANING = {
    "analysis": Words("naam van de analyse, gelijk aan de bestandsnaam", "name of the analysis, equal to the file's name"),
    "outcome": Words(
        "uitkomst: vragenlijst en informant, of de gebeurtenissen", "outcome: questionnaire and informant, or the events"
    ),
    "measure": Words("maat: zie de lijst per analyse hieronder", "measure: see the list per analysis below"),
    "arm": Words(
        "groep; `all` voor iedereen; `a - b` voor een verschil, eerste min tweede",
        "arm; `all` for everyone; `a - b` for a difference, first minus second",
    ),
    "subgroup": Words("subgroep uit het plan; leeg voor iedereen", "subgroup of the plan; empty for everyone"),
    "time": Words("meetmoment, of week vanaf de start", "moment of measurement, or week from the start"),
    "estimate": Words(
        "schatting; leeg als zij is achtergehouden of niet te schatten is", "estimate; empty when held back or not estimable"
    ),
    "ci_low": Words("ondergrens van het 95 %-interval", "lower limit of the 95 % interval"),
    "ci_high": Words("bovengrens van het 95 %-interval", "upper limit of the 95 % interval"),
    "p_value": Words("p-waarde", "p-value"),
    "n": Words("aantal jongeren achter de regel", "number of young people behind the row"),
    "events": Words("aantal gebeurtenissen of jongeren met de uitkomst", "number of events, or of people with the outcome"),
    "unit": Words("eenheid", "unit"),
    "method": Words(
        "rekenwijze in woorden; begint met de reden als er geen schatting is",
        "method in words; begins with the reason when there is no estimate",
    ),
    "status": Words("zie hieronder", "see below"),
    "std_error": Words(
        "standaardfout van de schatting; van een verhouding die van de natuurlijke logaritme. In een vrijgegeven uitgave de halve breedte van "
        "het interval gedeeld door 1,96, zodat zij niets zegt wat het interval niet zegt",
        "standard error of the estimate; of a ratio that of its natural logarithm. In a released edition half the width of the "
        "interval over 1.96, so that it says nothing that the interval does not say",
    ),
    "df": Words(
        "vrijheidsgraden van het t-interval of van de toets; leeg bij een normaal of exact interval en in een vrijgegeven uitgave",
        "degrees of freedom of the t interval or of the test; empty for a normal or exact interval, and in a released edition",
    ),
}
_STATUSES = {
    "exact": Words("exact: alleen in interne uitgaven, niet om te delen", "exact: internal editions only, not to be shared"),
    "released": Words("getoetst en vrijgegeven", "checked and released"),
    "rounded": Words("vrijgegeven na afronden van aantallen", "released after rounding of counts"),
    "suppressed": Words("achtergehouden: de cel is leeg, nooit nul", "held back: the cell is empty, never zero"),
    "not_estimable": Words("niet te schatten: de reden staat in `method`", "not estimable: the reason is in `method`"),
}
_RECORD = Words("`evidence.json`", "`evidence.json`")
_RECORD_HEAD = Words("Sleutel|Vorm", "Key|Form")
_MEASURES = Words("Maten per analyse", "Measures per analysis")
_MEASURE_HEAD = Words("Maat|Naam|Soort|Getal", "Measure|Name|Kind|Number")


def pages() -> dict[str, str]:
    """One page per language."""
    return {f"evidence.{lang}.md": as_markdown(_page(lang)) for lang in LANGS}


def _page(lang: Lang) -> list[Block]:
    return [
        Heading(1, _TITLE[lang]),
        Text(_ABOUT[lang]),
        Heading(2, _COLUMNS[lang]),
        Grid("", _COLUMN_HEAD[lang].split("|"), [(f"`{name}`", _MEANING[name][lang]) for name in RESULT_COLUMNS]),
        Grid("", _STATUS_HEAD[lang].split("|"), [(f"`{name}`", _STATUSES[name][lang]) for name in STATUSES]),
        Heading(2, _RECORD[lang]),
        Grid("", _RECORD_HEAD[lang].split("|"), [(key, form) for key, form, _ in fields(EvidenceRecord, depth=2)]),
        Heading(2, _MEASURES[lang]),
        *(block for name, module in sorted(analyses().items()) for block in _measures(name, module, lang)),
        made(lang),
    ]


def _measures(name: str, module: ModuleType, lang: Lang) -> Iterator[Block]:
    yield Heading(3, f"`{name}`")
    rows = [
        (f"`{measure}`", declared.words[lang], declared.kind, declared.number) for measure, declared in module.MEASURES.items()
    ]
    yield Grid("", _MEASURE_HEAD[lang].split("|"), rows)
