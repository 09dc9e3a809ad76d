"""Writing whole or not at all: to a temporary place beside the target first, then moved.

What holds rows of people or exact results is written *private*: only its owner can read it (0600, in folders of 0700), whatever the
machine's usual rights are. On Windows the rights of the folder hold instead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse


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
        A file by which an older folder of the same kind is known; such a folder is replaced. Any other folder that holds
        something is refused.
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
                f"{out.name} bestaat al en is niet leeg. Kies een andere map met --out.",
                f"{out.name} exists already and is not empty. Choose another folder with --out.",
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


def whole_file(path: Path, content: str | bytes, *, private: bool = False) -> Path:
    """Write one file; an older one is replaced only when the new one is complete. `private`: for its owner's eyes only."""
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


def _replaceable(out: Path, replaces: str | None) -> bool:
    if not out.is_dir():
        return False
    return not any(out.iterdir()) or (replaces is not None and (out / replaces).is_file())
