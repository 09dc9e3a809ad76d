"""The zip and XML under a workbook, with nothing believed that a hostile file could say.

Sizes are looked up before anything is unpacked, and XML with a document type (where entities are declared) is refused
as soon as the parser meets it.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from evaluation.failures import CannotRead
from evaluation.reading.limits import (
    MAX_PACKING,
    MAX_PARTS,
    MAX_UNPACKED_BYTES,
    MAX_WORKBOOK_BYTES,
    PACKING_MATTERS_BYTES,
    read_bytes,
    refusal,
    shown,
    too_large,
)

CHUNK_BYTES = 1 << 18
_OLD_OFFICE = bytes.fromhex("d0cf11e0")
# The name of the stream in which a workbook with a password keeps itself.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def damaged(name: str) -> CannotRead:
    """For a file that says it is a workbook and does not hold together."""
    return refusal(
        name,
        "dit is geen (volledige) Excel-werkmap. Kopieer het bestand opnieuw, of open het in Excel of "
        "LibreOffice en bewaar het als .xlsx.",
        "this is not a (complete) Excel workbook. Copy the file again, or open it in Excel or LibreOffice "
        "and save it as .xlsx.",
    )


def _old_or_locked(name: str, data: bytes) -> CannotRead:
    """For the two kinds of workbook that look alike from outside."""
    if _LOCKED in data:
        return refusal(
            name,
            "deze werkmap heeft een wachtwoord. Open haar, haal het wachtwoord eraf (Bestand, Info, Werkmap beveiligen) en bewaar "
            "haar opnieuw.",
            "this workbook has a password. Open it, remove the password (File, Info, Protect Workbook) and save it again.",
        )
    return refusal(
        name,
        "deze werkmap is van een oude soort (.xls). Open haar en bewaar haar als Excel-werkmap (.xlsx).",
        "this workbook is of an old kind (.xls). Open it and save it as an Excel workbook (.xlsx).",
    )


class Package:
    """The parts of a workbook by their names. All of the file is in memory, so nothing is left open.

    Parameters
    ----------
    path
        The workbook.

    Raises
    ------
    evaluation.failures.CannotRead
        Not a workbook, protected by a password, with macros, or larger once unpacked than any honest one.
    """

    def __init__(self, path: Path) -> None:
        self.name = shown(path.name)
        data = read_bytes(path, limit=MAX_WORKBOOK_BYTES)
        if data.startswith(_OLD_OFFICE):
            raise _old_or_locked(self.name, data)
        with self.sound():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self.parts = frozenset(self._zip.namelist())
        self._check_sizes(len(data))
        self._check_kind()

    @contextmanager
    def sound(self) -> Iterator[None]:
        """Whatever breaks inside is the file's doing; the chain is cut, for it can hold data."""
        try:
            yield
        except _BROKEN:
            raise damaged(self.name) from None

    def _check_sizes(self, packed: int) -> None:
        entries = self._zip.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            raise too_large(self.name)
        if unpacked > PACKING_MATTERS_BYTES and unpacked > MAX_PACKING * packed:
            raise too_large(self.name)
        if any(
            entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries
        ):
            raise damaged(self.name)

    def _check_kind(self) -> None:
        if any(part.lower().endswith("vbaproject.bin") for part in self.parts):
            raise refusal(
                self.name,
                "deze werkmap heeft macro's. Bewaar haar als gewone Excel-werkmap (.xlsx).",
                "this workbook has macros. Save it as an ordinary Excel workbook (.xlsx).",
            )
        if "xl/workbook.bin" in self.parts or "mimetype" in self.parts:
            raise refusal(
                self.name,
                "dit is een ander soort werkmap (zoals .xlsb of .ods). Open haar en bewaar haar als Excel-werkmap (.xlsx).",
                "this is another kind of workbook (such as .xlsb or .ods). Open it and save it as an Excel workbook (.xlsx).",
            )

    def parse(self, part: str, start: Start, end: End | None = None, text: Callable[[str], None] | None = None) -> None:
        """Read one part: `start(name, attributes)`, `end(name)` and `text(characters)` are called as they come by.

        Names come without their prefix. A generator over elements would be easier to read and six times as slow.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_declaration
        parser.CharacterDataHandler = text

        def first(name: str, attributes: dict[str, str]) -> None:
            """Once the root is known it is known whether names have a prefix; they seldom have."""
            bare = ":" not in name
            parser.StartElementHandler = start if bare else lambda name, attributes: start(_bare(name), attributes)
            if end is not None:
                parser.EndElementHandler = end if bare else lambda name: end(_bare(name))
            start(_bare(name), attributes)

        parser.StartElementHandler = first
        with self._zip.open(part) as file:
            while chunk := file.read(CHUNK_BYTES):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def _refuse_declaration(self, *_: object) -> None:
        raise refusal(
            self.name,
            "deze werkmap bevat XML-declaraties die er niet horen. Bewaar haar opnieuw in Excel of LibreOffice.",
            "this workbook holds XML declarations that do not belong there. Save it again in Excel or LibreOffice.",
        )

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and part of every relation of a part, by its id. A target outside the package is left out."""
        folder, _, file = part.rpartition("/")
        own = posixpath.join(folder, "_rels", f"{file}.rels")
        if own not in self.parts:
            return {}
        found = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))[1:]
                if target in self.parts:
                    found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

        self.parse(own, start)
        return found


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def unescaped(text: str) -> str:
    """A text with the escapes that workbooks use for control characters undone.

    >>> unescaped("a_x0041_")
    'aA'
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
