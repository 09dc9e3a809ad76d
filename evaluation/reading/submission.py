"""`read_sheets`: a folder of tables or one workbook, as text, with what was found on the way."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from data_schemas.column import Table
from data_schemas.finding import Finding
from data_schemas.rules import reading as rules
from data_schemas.sheet import Sheet
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.reading.headers import match_table, match_tables
from evaluation.reading.limits import gone, read_bytes, refusal, shown
from evaluation.reading.manifest_texts import answers
from evaluation.reading.meanings.as_meant import as_meant
from evaluation.reading.texts import ReadTable
from evaluation.reading.workbooks.manifest_sheet import manifest_toml

MANIFEST_FILES = ("submission.toml", "inzending.toml")
MAX_FILES = 1_000
MAX_MANIFEST_BYTES = 1_000_000
_ON_SHEET = Words("tabblad Inzending", "sheet Submission")
_TABLES = Words(*(", ".join(table.label[lang].lower() for table in tables().values()) for lang in ("nl", "en")))


@dataclass(frozen=True, slots=True, eq=False)
class RawSubmission:
    """What was handed in, as text.

    Parameters
    ----------
    name
        Name of the folder or workbook.
    manifest_text
        What stands in `submission.toml` (or the same built from a workbook's sheet); None when there is none.
    sheets
        The tables of the contract that were there, in the order of the contract.
    findings
        What the readers found: rows, cells and sheets that are not what they seem.
    others
        Sheets of a workbook that are no table of the contract (their `table` is empty): they travel with the file, so what
        identifies a person is looked for in them too.
    own
        Sheets that our own workbooks have beside the tables: they may hold sentences, but nothing that points at a person.
    names
        Names of files and sheets, each with the words for its place.
    remarks
        Other texts with the words for their place: notes at cells, text boxes, what the manifest says.
    citations
        Texts in which an author's name is due.
    signed
        Who made or saved the workbook, or wrote a note in it.
    seen
        Places that the provider marked as no person.
    """

    name: str
    manifest_text: str | None = field(repr=False)
    sheets: tuple[Sheet, ...] = field(repr=False)
    findings: tuple[Finding, ...] = ()
    others: tuple[Sheet, ...] = field(default=(), repr=False)
    own: tuple[Sheet, ...] = field(default=(), repr=False)
    names: tuple[tuple[Words, str], ...] = field(default=(), repr=False)
    remarks: tuple[tuple[Words, str], ...] = field(default=(), repr=False)
    citations: tuple[tuple[Words, str], ...] = field(default=(), repr=False)
    signed: tuple[tuple[Words, str], ...] = field(default=(), repr=False)
    seen: tuple[str, ...] = field(default=(), repr=False)
    manifest_place: tuple[str, Words | None] = ("submission.toml", None)


def read_sheets(path: Path) -> RawSubmission:
    """Read a submission without understanding it.

    Parameters
    ----------
    path
        A folder with CSV, Parquet or SPSS files and `submission.toml`, or one Excel workbook.

    Raises
    ------
    evaluation.failures.CannotRead
        Nothing there, nothing that belongs to a submission, or a file that cannot be read.
    """
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except (OSError, ValueError):
        raise gone(path.name) from None
    if not is_there:
        raise refusal(path.name, "er is geen map of bestand met deze naam.", "there is no folder or file of this name.")
    if is_folder:
        return _read_folder(path if path.name.strip(".") else path.resolve())
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz"):
        raise refusal(
            path.name,
            "dit is een ingepakt bestand. Pak het uit, en geef de map of de werkmap die erin zit.",
            "this is a packed file. Unpack it, and give the folder or the workbook that is in it.",
        )
    if path.suffix.lower() in (".csv", ".txt", ".tsv", ".sav", ".parquet", ".toml"):
        raise refusal(
            path.name,
            "geef de map waarin de tabellen staan, niet één bestand.",
            "give the folder that holds the tables, not one file.",
        )
    return _read_workbook(path)


def _read_folder(folder: Path) -> RawSubmission:
    entries = _entries(folder)
    found = _tables_among(entries) | _tables_in_parts(folder)
    if book := workbook_of(folder):
        return _read_workbook(book)
    if not found:
        raise CannotRead(
            Words(
                f"{shown(folder.name)}: in deze map staat geen enkele tabel. Zet er de tabellen in ({_TABLES.nl}) als CSV, "
                "of geef een Excel-werkmap.",
                f"{shown(folder.name)}: this folder holds none of the tables. Put the tables in it ({_TABLES.en}) as CSV, "
                "or give an Excel workbook.",
            )
        )
    read = [_reader(entry)(entry, tables()[name]) for entry, name in found.items()]
    manifest, order = _manifest(entries), list(tables())
    about = _manifest_sheet(entries)
    read = sorted((as_meant(one, manifest) for one in read), key=lambda one: order.index(one.sheet.table))
    written, citations = answers(manifest, Words(MANIFEST_FILES[0], MANIFEST_FILES[0]))
    unused = [
        Finding(rules.FILE_UNUSED, shown(entry.name), values={"tables": _TABLES})
        for entry in entries
        if entry not in found and entry != about and entry.suffix.lower() in (*_READERS, ".xlsx", ".xls", ".ods")
    ]
    return RawSubmission(
        shown(folder.name),
        manifest,
        tuple(one.sheet for one in read),
        (*(finding for one in read for finding in one.findings), *unused),
        names=tuple(
            (Words(f"de naam van bestand {place}", f"the name of file {place}"), entry.stem)
            for place, entry in enumerate(entries, start=1)
            if entry not in found and entry.name.lower() not in MANIFEST_FILES
        ),
        remarks=written,
        citations=citations,
    )


def _tables_among(entries: list[Path]) -> dict[Path, str]:
    """The files that hold a table of the contract, and which."""
    readable = [entry for entry in entries if entry.suffix.lower() in _READERS]
    return {readable[at]: name for at, name in match_tables([entry.stem for entry in readable]).items()}


def _tables_in_parts(folder: Path) -> dict[Path, str]:
    """Folders that are called as a table of the contract and hold what could be one, such as `measurements` or `measurements.parquet`."""
    try:
        inside = sorted(
            one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".") and not one.is_symlink()
        )
        parted = [one for one in inside if match_table(one.stem) and (one.suffix in _READERS or _holds_tables(one))]
    except OSError:
        raise gone(folder.name) from None
    return {one: match_table(one.stem) for one in parted}


def _holds_tables(folder: Path) -> bool:
    return any(one.suffix.lower() in _READERS for one in folder.rglob("*"))


def _reader(entry: Path) -> Callable[[Path, Table], ReadTable]:
    return _read_parts if entry.is_dir() else _READERS[entry.suffix.lower()]


def _entries(folder: Path) -> list[Path]:
    """The files of a folder, sorted; hidden ones and Excel's lock files left out, links refused."""
    try:
        every = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
        if len(every) > MAX_FILES:
            raise refusal(
                folder.name,
                "in deze map staan te veel bestanden voor een inzending.",
                "this folder holds too many files for a submission.",
            )
        for entry in every:
            if entry.is_symlink():
                raise refusal(
                    entry.name,
                    "dit is een verwijzing naar een bestand elders. Zet het bestand zelf in de map.",
                    "this is a link to a file elsewhere. Put the file itself in the folder.",
                )
        return [entry for entry in every if not entry.is_dir()]
    except OSError:
        raise gone(folder.name) from None


def _manifest(entries: list[Path]) -> str | None:
    for entry in entries:
        if entry.name.lower() in MANIFEST_FILES:
            data = read_bytes(entry, limit=MAX_MANIFEST_BYTES)
            try:
                return data.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise refusal(
                    entry.name,
                    "dit is geen UTF-8-tekst. Bewaar het bestand als UTF-8.",
                    "this is not UTF-8 text. Save the file as UTF-8.",
                ) from None
    sheet = _manifest_sheet(entries)
    return _manifest_of_csv(sheet) if sheet else None


def _manifest_sheet(entries: list[Path]) -> Path | None:
    """The sheet about the submission, when a workbook was saved as CSV sheet by sheet."""
    words = frozenset(name.partition(".")[0] for name in MANIFEST_FILES)
    return next(
        (one for one in entries if one.suffix.lower() == ".csv" and words & set(re.findall(r"[a-z]+", one.stem.lower()))), None
    )


def _manifest_of_csv(path: Path) -> str:
    data = read_bytes(path, limit=MAX_MANIFEST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    separator = max(";,\t", key=text.count)
    try:
        return manifest_toml(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    except csv.Error:
        raise refusal(path.name, "dit bestand is niet te lezen.", "this file cannot be read.") from None


def workbook_of(path: Path) -> Path | None:
    """The workbook that is read for this path: the file itself, or the only one in a folder without tables; None for others."""
    if not path.is_dir():
        return path
    entries = _entries(path)
    books = [entry for entry in entries if entry.suffix.lower() == ".xlsx"]
    return books[0] if len(books) == 1 and not _tables_among(entries) else None


def _read_workbook(path: Path) -> RawSubmission:
    from evaluation.reading.workbooks.workbook import read_workbook

    book = read_workbook(path)
    own = (Words("de naam van de werkmap", "the name of the workbook"), path.stem)
    written, citations = answers(book.manifest_text, _ON_SHEET)
    return RawSubmission(
        shown(path.name),
        book.manifest_text,
        book.sheets,
        book.findings,
        book.others,
        book.own,
        (own, *book.names),
        (*book.remarks, *written),
        citations,
        book.signed,
        book.seen,
        (shown(path.name), _ON_SHEET),
    )


def _read_csv(path: Path, table: Table) -> ReadTable:
    from evaluation.reading.csv_files import read_csv

    return read_csv(path, table)


def _read_parquet(path: Path, table: Table) -> ReadTable:
    from evaluation.reading.parquet import read_parquet

    return read_parquet(path, table)


def _read_parts(folder: Path, table: Table) -> ReadTable:
    from evaluation.reading.parquet import read_parts

    return read_parts(folder, table)


def _read_spss(path: Path, table: Table) -> ReadTable:
    from evaluation.reading.spss import read_spss

    return read_spss(path, table)


_READERS: dict[str, Callable[[Path, Table], ReadTable]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".parquet": _read_parquet,
    ".sav": _read_spss,
    ".zsav": _read_spss,
}
