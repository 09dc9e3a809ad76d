"""Whether a file is a raw export rather than a submission: seen from its headers alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.raw import header_at
from evaluation.anonymising.telling import tells_who
from evaluation.failures import WrongUse
from evaluation.reading.headers import HEADER_WITHIN, match_header, match_table, plain
from evaluation.reading.limits import shown
from evaluation.reading.workbooks.recognising import is_manifest, table_by_content

_EXPORT = Words(
    "{name} is een uitdraai met gegevens van personen, geen ingevulde werkmap. Maak er eerst een inzending van, zonder namen en datums:  "
    "evaluation anonymise {path} --draft recept.toml\nLiever aanwijzen in uw browser?  evaluation serve",
    "{name} is an export with data of persons, not a workbook that was filled in. Make a submission of it first, without names and "
    "dates:  evaluation anonymise {path} --draft recipe.toml\nWould you rather point in your browser?  evaluation serve",
)
_PEEK_BYTES = 1 << 16
_DATED = re.compile(r"geboor|geboren|birth|dob$|gebdat|datum|date$|^dat_|dat$|_dt$")
_REDCAP = frozenset(("redcapeventname", "redcaprepeatinstrument", "recordid"))


def lead_to_anonymise(path: Path) -> None:
    """Say what to do with a raw export; nothing for anything else.

    Raises
    ------
    evaluation.failures.WrongUse
        It clearly is one.
    """
    if clearly_export(path):
        raise WrongUse(_EXPORT.fill(name=shown(path.name), path=path))


def clearly_export(path: Path) -> bool:
    """Whether nothing in it is a table of the contract, and some header tells who somebody is, or when something was.

    >>> headers_of_export([["Cliëntnummer", "Geboortedatum", "Start zorg"]]), headers_of_export([["Cliënt", "Aanbieder", "Programma", "Groep"]])
    (True, False)
    """
    try:
        peeked = list(_peeked(path))
    except Exception:  # what cannot be opened is for the reader to say
        return False
    return (
        bool(peeked)
        and not any(is_manifest(rows) for rows in peeked)
        and any(map(headers_of_export, peeked))
        and not any(table_by_content(rows) for rows in peeked)
    )


def headers_of_export(rows: list[list[str]]) -> bool:
    """Whether the first rows of a table have the headers of an export."""
    headers = [text for text in rows[header_at(rows)] if text.strip()] if rows else []
    if len(headers) < 2:
        return False
    known = sum(any(match_header(table, text) for table in tables().values()) for text in headers)
    dated = [text for text in headers if _DATED.search(text.strip().casefold()) or plain(text) in _REDCAP]
    telling = [one for one in headers if tells_who(one)]
    return bool(dated or telling) and known < max(3, len(headers) // 2)


def _peeked(path: Path) -> Iterator[list[list[str]]]:
    """The first rows of every table."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in filter(Path.is_file, files):  # a pipe would be waited for without end
        ending = file.suffix.lower()
        if ending == ".xlsx":
            yield from _of_workbook(file)
        elif ending in (".csv", ".txt", ".tsv"):
            yield _of_text(file)
        elif ending in (".sav", ".zsav"):
            import pyreadstat

            about = pyreadstat.read_sav(file, metadataonly=True)[1]
            yield [list(about.column_names)]
            yield [[about.column_names_to_labels.get(name) or name for name in about.column_names]]
        elif ending == ".parquet":
            import pyarrow.parquet

            yield [pyarrow.parquet.read_schema(file).names]


def _of_text(path: Path) -> list[list[str]]:
    with path.open("rb") as file:
        data = file.read(_PEEK_BYTES)
    text = data.decode("utf-8-sig", "replace")
    first = text.partition("\n")[0]
    separator = max(";,\t|", key=first.count)
    return [row for row, _ in zip(csv.reader(io.StringIO(text, newline=""), delimiter=separator), range(HEADER_WITHIN))]


def _of_workbook(path: Path) -> Iterator[list[list[str]]]:
    import warnings

    import openpyxl

    from evaluation.reading.workbooks.package import Package

    package = Package(path)  # refuses what is no honest workbook
    names: list[str] = []
    package.parse("xl/workbook.xml", lambda element, about: names.append(about.get("name", "")) if element == "sheet" else None)
    if any(map(match_table, names)):
        return  # a sheet of the contract: nothing has to be opened to see that
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(max_row=2 * HEADER_WITHIN, values_only=True)
            yield [["" if cell is None else str(cell) for cell in row] for row in rows]
    finally:
        book.close()
