"""What the codebook says, as blocks: tables and their columns, code lists, questionnaires, and what is told about the submission."""

from __future__ import annotations

from collections.abc import Iterator

from data_schemas.codelists import code_list
from data_schemas.column import Column, Table
from data_schemas.instruments import Instrument, registry
from data_schemas.submission import CONTRACT_VERSION, Manifest
from data_schemas.tables import tables
from data_schemas.words import Lang, Words
from evaluation.contract.description import RISKS, form, need_word
from evaluation.output.pages import Block, Code, Grid, Heading, Text

_TITLE = Words("Codeboek", "Codebook")
_ABOUT = Words(
    "Versie {version} van het contract. Een inzending is een map met CSV-bestanden en `submission.toml`, of één Excel-werkmap met "
    "dezelfde tabellen als tabbladen. Tijd telt in hele weken vanaf de start van de behandeling; de eerste week is 1. Er staan nooit "
    "datums, namen of vrije tekst in. Boven een kolom mag de technische naam staan, of de Nederlandse of Engelse naam; in een cel de code, "
    "of de naam ervan in een van beide talen.",
    "Version {version} of the contract. A submission is a folder of CSV files with `submission.toml`, or one Excel workbook with the same "
    "tables as sheets. Time counts in whole weeks from the start of treatment; the first week is 1. There are never dates, names or free "
    "text. Above a column stands its technical name, or its Dutch or English label; in a cell the code, or its label in either language.",
)
_ROW = Words("Samen noemen deze kolommen een rij: {key}.", "Together these columns name a row: {key}.")
_NEEDED = Words("Deze tabel is verplicht.", "This table is required.")
_OPTIONAL = Words("Deze tabel mag ontbreken.", "This table may be left out.")
_COLUMNS = Words(
    "Technische naam|Naam|Verplicht?|Betekenis|Vorm|Privacy", "Technical name|Label|Required?|Meaning|Form|Privacy"
)
_COLUMNS_OF = Words("Kolommen van {table}", "Columns of {table}")
_LISTS = Words("Codelijsten", "Code lists")
_LIST_HEAD = Words("Code|Nederlands|Engels", "Code|Dutch|English")
_INSTRUMENTS = Words("Vragenlijsten in het register", "Questionnaires in the registry")
_INSTRUMENT_HEAD = Words("Korte naam|Naam|Bereik|Hoger is|Ingevuld door", "Short name|Name|Range|Higher is|Filled in by")
_INSTRUMENTS_ABOUT = Words(
    "Een vragenlijst die hier niet staat, mag in de inzending zelf worden beschreven, met de bron. Een bereik met een sterretje is niet "
    "in de bron zelf nagezien.",
    "A questionnaire that is not here may be described in the submission itself, with its source. A range with an asterisk was not "
    "checked in its source.",
)
_BETTER, _WORSE = Words("beter", "better"), Words("slechter", "worse")
_UNKNOWN = Words("niet bekend", "not known")
_AT_LEAST, _UP_TO = Words("vanaf {value:g}", "from {value:g}"), Words("tot en met {value:g}", "up to {value:g}")
_MANIFEST = Words("Over de inzending zelf: `submission.toml`", "About the submission itself: `submission.toml`")
_MANIFEST_ABOUT = Words(
    "In een werkmap staat hetzelfde op het tabblad Inzending: links wat, rechts het antwoord.",
    "In a workbook the same stands on the sheet Submission: what on the left, the answer on the right.",
)
_MANIFEST_HEAD = Words("Sleutel|Verplicht?|Betekenis", "Key|Required?|Meaning")
_MANIFEST_KEYS = {
    "contract": Words('altijd "1"', 'always "1"'),
    "name": Words("korte naam: kleine letters, cijfers, - en _", "short name: lower case letters, digits, - and _"),
    "title": Words("titel in het rapport, Nederlands en Engels", "title in the report, Dutch and English"),
    "source": Words("waar de gegevens vandaan komen, voor het rapport", "where the data come from, for the report"),
    "nature": Words(
        "practice: eigen gegevens; public: openbaar; fictional: verzonnen",
        "practice: own data; public: published; fictional: made up",
    ),
    "labels": Words(
        "woorden voor de korte namen van aanbieders, programma's en groepen",
        "words for the short names of providers, programmes and arms",
    ),
    "instruments": Words(
        "vragenlijsten die niet in het register staan, elk met de bron",
        "questionnaires that the registry lacks, each with its source",
    ),
    "covariates": Words(
        "eigen kolommen in de behandelingen die een vergelijking nodig heeft, zoals leeftijd in jaren: elk met woorden (nl, en), soort (kind: whole, "
        "number of code), grenzen (minimum, maximum) of codes, rol (role: confounder of description) en risico (risk: none, quasi of sensitive)",
        "columns of your own in the treatments that a comparison needs, such as age in years: each with words (nl, en), kind (whole, number or "
        "code), bounds (minimum, maximum) or codes, role (confounder or description) and risk (none, quasi or sensitive)",
    ),
}
_EXAMPLE = f"""\
contract = "{CONTRACT_VERSION}"
name = "aanbieder-2026"
nature = "practice"
source = "ECD, export Q1"

[title]
nl = "Behandeling na uitbuiting"
en = "Treatment after exploitation"

[labels]
aanbieder-a = {{ nl = "Aanbieder A", en = "Provider A" }}

[instruments.eigen-lijst]
nl = "Eigen vragenlijst"
en = "Own questionnaire"
minimum = 0
maximum = 40
higher_is_better = false
source = "Handleiding, blz. 12"

[covariates.age_years]
nl = "Leeftijd in jaren"
en = "Age in years"
kind = "whole"
minimum = 8
maximum = 24
role = "confounder"
risk = "quasi"
"""
_REQUIRED, _MAY_LACK = Words("ja", "yes"), Words("nee", "no")


def content(lang: Lang) -> list[Block]:
    """The whole codebook."""
    return [
        Heading(1, _TITLE[lang]),
        Text(_ABOUT[lang].format(version=CONTRACT_VERSION)),
        *(block for table in tables().values() for block in _table(table, lang)),
        *_lists(lang),
        *_instruments(lang),
        *_manifest(lang),
    ]


def _table(table: Table, lang: Lang) -> Iterator[Block]:
    yield Heading(2, f"{table.label[lang]} (`{table.name}`)", table.name)
    yield Text(f"{table.description[lang]} {(_NEEDED if table.needed else _OPTIONAL)[lang]}")
    key = ", ".join(f"`{name}`" for name in table.key)
    yield Text(_ROW[lang].format(key=key))
    rows = [
        (
            f"`{column.name}`",
            column.label[lang],
            need_word(column)[lang],
            column.description[lang],
            _form(column, lang),
            RISKS[column.risk][lang],
        )
        for column in table.columns
    ]
    yield Grid(_COLUMNS_OF[lang].format(table=table.label[lang].lower()), _COLUMNS[lang].split("|"), rows)


def _form(column: Column, lang: Lang) -> str:
    listed = f": `{column.codes_from}`" if column.codes_from else ""
    return form(column, lang) + (f" ({column.unit[lang]})" if column.unit else "") + listed


def _lists(lang: Lang) -> Iterator[Block]:
    yield Heading(2, _LISTS[lang], "lists")
    names = sorted({column.codes_from for table in tables().values() for column in table.columns if column.codes_from})
    for codes in map(code_list, names):
        rows = [(f"`{entry.code}`", entry.label.nl, entry.label.en) for entry in codes.codes]
        yield Heading(3, f"{codes.title[lang]} (`{codes.name}`)", f"list-{codes.name}")
        yield Grid("", _LIST_HEAD[lang].split("|"), rows)


def _instruments(lang: Lang) -> Iterator[Block]:
    yield Heading(2, _INSTRUMENTS[lang], "instruments")
    yield Text(_INSTRUMENTS_ABOUT[lang])
    informants = code_list("informant")
    rows = [
        (
            f"`{name}`",
            found.words[lang],
            score_range(found, lang),
            (_BETTER if found.higher_is_better else _WORSE)[lang],
            ", ".join(informants.label(who)[lang] for who in found.informants),
        )
        for name, found in registry().items()
    ]
    yield Grid("", _INSTRUMENT_HEAD[lang].split("|"), rows)


def score_range(found: Instrument, lang: Lang) -> str:
    """The range of a questionnaire's total, with an asterisk when it was not read in its source."""
    mark = "" if found.range_verified else " *"
    if found.minimum is None and found.maximum is None:
        return _UNKNOWN[lang]
    if found.maximum is None:
        return _AT_LEAST[lang].format(value=found.minimum) + mark
    if found.minimum is None:
        return _UP_TO[lang].format(value=found.maximum) + mark
    return f"{found.minimum:g} - {found.maximum:g}{mark}"


def _manifest(lang: Lang) -> Iterator[Block]:
    yield Heading(2, _MANIFEST[lang], "manifest")
    yield Text(_MANIFEST_ABOUT[lang])
    rows = [
        (f"`{key}`", (_REQUIRED if field.is_required() else _MAY_LACK)[lang], _MANIFEST_KEYS[key][lang])
        for key, field in Manifest.model_fields.items()
    ]
    yield Grid("", _MANIFEST_HEAD[lang].split("|"), rows)
    yield Code(_EXAMPLE)
