"""How much a reader takes in, and the words when it will not. A file goes by its own name, not by what it holds."""

from __future__ import annotations

import stat
from pathlib import Path

from data_schemas.words import Words
from evaluation.failures import CannotRead

# Ten times the largest national delivery (3 million measurements are some 120 MB of CSV); memory follows it.
MAX_FILE_BYTES = 1_500_000_000
# A workbook has at most 1,048,576 rows per sheet; a full one of six columns is some 30 MB packed and 400 MB of XML.
MAX_WORKBOOK_BYTES = 200_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
# Honest workbooks pack 5 to 60 times; a bomb 1,000 times. Small files may pack as tightly as they like.
MAX_PACKING = 250
PACKING_MATTERS_BYTES = 20_000_000
MAX_PARTS = 10_000
# The contract has 25 columns at most; Excel itself has 16,384.
MAX_COLUMNS = 1_000
# Excel's own limit for one cell.
MAX_CELL_LENGTH = 32_767
# Ten times the largest sheet of a workbook.
MAX_ROWS = 10_000_000


def refusal(name: str, nl: str, en: str) -> CannotRead:
    """The exception for a file that cannot be read: its name, what is wrong, what to do."""
    return CannotRead(Words(f"{shown(name)}: {nl}", f"{shown(name)}: {en}"))


def shown(name: str) -> str:
    """A file name fit for a message: printable signs only, not endless.

    >>> shown("a\\x1b[31m.csv")
    'a?[31m.csv'
    """
    printable = "".join(sign if sign.isprintable() else "?" for sign in name)
    return printable if len(printable) <= 80 else f"{printable[:60]}...{printable[-15:]}"


def gone(name: str) -> CannotRead:
    """For any file that the system will not give."""
    return refusal(
        name,
        "dit bestand kan niet worden gelezen. Sluit het in andere programma's, en controleer of het "
        "er nog staat en of u het mag lezen.",
        "this file cannot be read. Close it in other programs, and check that it is still there and that you may read it.",
    )


def too_large(name: str) -> CannotRead:
    """For files beyond any real delivery."""
    return refusal(
        name,
        "dit bestand is te groot voor een inzending. Bewaar de tabel opnieuw, zonder opmaak of lege rijen.",
        "this file is too large for a submission. Save the table again, without formatting or empty rows.",
    )


def too_wide(name: str) -> CannotRead:
    """For tables with more columns than any program would make on purpose."""
    return refusal(
        name,
        f"de tabel heeft meer dan {MAX_COLUMNS} kolommen. Haal lege en overbodige kolommen weg.",
        f"the table has more than {MAX_COLUMNS} columns. Remove empty and superfluous columns.",
    )


def check_file(path: Path, *, limit: int = MAX_FILE_BYTES) -> int:
    """Size in bytes of a regular file within the limit; CannotRead for anything else (a pipe, a device, a folder)."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        raise gone(path.name) from None
    if not stat.S_ISREG(status.st_mode):
        raise refusal(path.name, "dit is geen gewoon bestand.", "this is not an ordinary file.")
    if status.st_size > limit:
        raise too_large(path.name)
    return status.st_size


def read_bytes(path: Path, *, limit: int = MAX_FILE_BYTES) -> bytes:
    """The whole file. Not mapped into memory: a mapped file that someone shortens meanwhile ends the process."""
    size = check_file(path, limit=limit)
    try:
        with path.open("rb") as file:
            data = file.read(size + 1)  # what is asked for is set aside at once: a limit of gigabytes would be too
    except OSError:
        raise gone(path.name) from None
    if len(data) > limit:
        raise too_large(path.name)
    return data
