"""Writing whole or not at all: to a temporary place beside the target first, then moved.

One rule for every place that is written to: what stands there is replaced only when we wrote it ourselves and nobody changed it
since. Anything else is the user's, and is refused. What we wrote is known by the moment at which it was last changed: its last
digits are ours, and any program that saves the file, or copies it to another place, gives it a moment of its own.

What holds rows of people or exact results is written *private*: only its owner can read it (0600, in folders of 0700), whatever the
machine's usual rights are. On Windows the rights of the folder hold instead.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse

# The last digits of the moment at which a file of ours was last changed, in nanoseconds; programs for files know steps of a hundred.
_ROUND, _MARK = 10_000_000, 2_718_200
# What file managers leave in a folder.
_LITTER = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


def untouched(path: Path) -> bool:
    """Whether we wrote this file and nobody changed it since."""
    return path.is_file() and path.stat().st_mtime_ns % _ROUND == _MARK


def mark(path: Path) -> None:
    """Say that what stands in this file is ours."""
    now = time.time_ns()
    os.utime(path, ns=(now, now - now % _ROUND - _ROUND + _MARK))


def read_by_others(path: Path) -> bool:
    """Whether others on this computer can read a file that is its owner's alone, such as a key; Windows does not say so in its mode."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def check_free(path: Path) -> None:
    """Refuse a place where something of the user's stands.

    Raises
    ------
    WrongUse
        It does.
    """
    if path.is_file() and not untouched(path):
        other = f"{path.stem}-2{path.suffix}"
        raise WrongUse(
            Words(
                f"{path.name} bestaat al, en is veranderd sinds het hier is geschreven of komt ergens anders vandaan. Er wordt niets "
                f"overschreven. Kies een andere naam, bijvoorbeeld {other}.",
                f"{path.name} exists already, and was changed since it was written here or comes from elsewhere. Nothing is written "
                f"over. Choose another name, for example {other}.",
            )
        )


def given_path(path: object, what: Words) -> Path:
    """A path that somebody gave; in a notebook it can be anything.

    Raises
    ------
    WrongUse
        It is no path.
    """
    if isinstance(path, str | Path):
        return Path(path)
    kind = type(path).__name__
    raise WrongUse(Words(f"Geef {what.nl}; dit is {kind}.", f"Give {what.en}; this is {kind}."))


def whole_folder(out: Path, files: Mapping[str, str | bytes], *, replaces: str | None = None, private: bool = False) -> Path:
    """Write a folder of files.

    Parameters
    ----------
    files
        Content by relative name.
    replaces
        A file by which an older folder of the same kind is known; such a folder is replaced when all in it is ours and untouched.
        Any other folder that holds something is refused.
    private
        For its owner's eyes only.

    Raises
    ------
    WrongUse
        The target exists and is something else.
    CannotRead
        The place cannot be written.
    """
    if out.exists() and not _replaceable(out, replaces):
        raise WrongUse(
            Words(
                f"{out.name} bestaat al, en er staat iets in dat hier niet is geschreven of daarna is veranderd. Kies een andere map met "
                "--out.",
                f"{out.name} exists already, and holds something that was not written here or was changed since. Choose another folder "
                "with --out.",
            )
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as temporary:
            fresh = Path(temporary) / "fresh"
            fresh.mkdir()
            for name, content in files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                _write(target, content, private)
            for folder in (fresh, *(entry for entry in fresh.rglob("*") if entry.is_dir())) if private else ():
                folder.chmod(0o700)
            if out.exists():
                out.rename(Path(temporary) / "old")
            fresh.rename(out)
    except OSError:
        raise CannotRead(
            Words(
                f"In de map van {out.name} kan niet worden geschreven. Kies een andere map met --out.",
                f"The folder of {out.name} cannot be written. Choose another folder with --out.",
            )
        ) from None
    return out


def whole_file(path: Path, content: str | bytes, *, private: bool = False, replace: bool = False) -> Path:
    """Write one file; an older one is replaced only when the new one is complete.

    Parameters
    ----------
    private
        For its owner's eyes only.
    replace
        The file is one that we keep ourselves, such as a ledger, and is replaced whoever wrote it.

    Raises
    ------
    WrongUse
        Something of the user's stands there.
    CannotRead
        The place cannot be written.
    """
    if not replace:
        check_free(path)
    try:
        if path.is_dir():
            raise IsADirectoryError  # what is moved to a folder would end up in it
        path.parent.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as temporary:
            fresh = Path(temporary) / "fresh"
            _write(fresh, content, private)
            shutil.move(fresh, path)
    except OSError:
        raise CannotRead(
            Words(
                f"{path.name} kan niet worden geschreven. Kies een andere plaats.",
                f"{path.name} cannot be written. Choose another place.",
            )
        ) from None
    return path


def _write(path: Path, content: str | bytes, private: bool) -> None:
    """A new file; a private one never was readable for others, not even half written."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "wb") as handle:
        handle.write(content.encode("utf-8") if isinstance(content, str) else content)
    mark(path)


def _replaceable(out: Path, replaces: str | None) -> bool:
    if not out.is_dir():
        return False
    if not any(out.iterdir()):
        return True
    files = [entry for entry in out.rglob("*") if not entry.is_dir() and entry.name not in _LITTER]
    return replaces is not None and (out / replaces).is_file() and all(map(untouched, files))
