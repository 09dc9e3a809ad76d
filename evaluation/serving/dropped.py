"""What was dropped, made into something that can be read: a workbook, or a folder of tables. An archive is unpacked, within limits."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from evaluation.failures import CannotRead
from evaluation.reading.limits import (
    MAX_PACKING,
    MAX_UNPACKED_BYTES,
    PACKING_MATTERS_BYTES,
    refusal,
    shown,
    too_large,
)

MAX_ENTRIES = 500
_CHUNK = 1 << 18
_READABLE = (".csv", ".txt", ".tsv", ".sav", ".zsav", ".parquet", ".toml", ".xlsx")
_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))])


def taken_in(files: list[tuple[str, Path]], folder: Path) -> Path:
    """The workbook or the folder that these files are, each under the name that its owner knows.

    Raises
    ------
    evaluation.failures.CannotRead
        Nothing among them can be read, or an archive is damaged or larger than any honest one.
    """
    folder.mkdir()
    for name, path in files:
        if _is_archive(name, path):
            _unpack(name, path, folder)
            path.unlink()
        else:
            shutil.move(path, _free(folder, name))
    kept = sorted(folder.iterdir())
    if not any(one.suffix.lower() in _READABLE for one in kept):
        name = files[0][0] if files else "?"
        raise refusal(
            name,
            "dit is geen bestand dat hier gelezen wordt. Kies een Excel-werkmap (.xlsx), of CSV, SPSS (.sav), Parquet of een zip daarvan.",
            "this is no file that is read here. Choose an Excel workbook (.xlsx), or CSV, SPSS (.sav), Parquet or a zip of those.",
        )
    return kept[0] if len(kept) == 1 and kept[0].suffix.lower() == ".xlsx" else folder


def _free(folder: Path, name: str) -> Path:
    """A place in the folder for a file of this name."""
    stem, ending = Path(name).stem, Path(name).suffix
    if stem.casefold() in _RESERVED or name.startswith("."):
        stem = f"x{stem}"
    names = (f"{stem}{f' ({number})' if number else ''}{ending}" for number in range(MAX_ENTRIES + 1))
    return next(place for one in names if not (place := folder / one).exists())


def _is_archive(name: str, path: Path) -> bool:
    """A zip that is no workbook, whatever it is called."""
    if Path(name).suffix.lower() == ".xlsx" or not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        return True


def _unpack(name: str, path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            room = MAX_UNPACKED_BYTES
            for entry, inside in _entries(archive, name, path.stat().st_size):
                with archive.open(entry) as packed, _free(folder, inside).open("xb") as out:
                    while chunk := packed.read(_CHUNK):
                        room -= len(chunk)
                        if room < 0:
                            raise too_large(name)
                        out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise _damaged(name) from None


def _entries(archive: zipfile.ZipFile, name: str, packed: int) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """What is worth unpacking, by the last part of its name: no entry chooses its own folder."""
    from evaluation.web.uploading import own_name

    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
        raise too_large(name)
    if unpacked > PACKING_MATTERS_BYTES and unpacked > MAX_PACKING * packed:
        raise too_large(name)
    for entry in entries:
        inside = own_name(entry.filename)
        if inside.lower().endswith(_READABLE) and not entry.filename.startswith("__MACOSX/"):
            yield entry, inside


def _damaged(name: str) -> CannotRead:
    return refusal(
        shown(name),
        "dit archief is beschadigd of heeft een wachtwoord. Pak het zelf uit en kies de bestanden.",
        "this archive is damaged or has a password. Unpack it yourself and choose the files.",
    )
