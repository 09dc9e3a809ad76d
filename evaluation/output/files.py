"""Writing whole or not at all: to a temporary place beside the target first, then moved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse


def whole_folder(out: Path, files: Mapping[str, str | bytes], *, replaces: str | None = None) -> Path:
    """Write a folder of files.

    Parameters
    ----------
    files
        Content by relative name.
    replaces
        A file by which an older folder of the same kind is known; such a folder is replaced. Any other folder that holds
        something is refused.

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
            for name, content in files.items():
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
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


def whole_file(path: Path, content: str | bytes) -> Path:
    """Write one file; an older one is replaced only when the new one is complete."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as temporary:
            fresh = Path(temporary) / "fresh"
            fresh.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
            shutil.move(fresh, path)
    except OSError:
        raise CannotRead(
            Words(
                f"{path.name} kan niet worden geschreven. Kies een andere plaats.",
                f"{path.name} cannot be written. Choose another place.",
            )
        ) from None
    return path


def _replaceable(out: Path, replaces: str | None) -> bool:
    if not out.is_dir():
        return False
    return not any(out.iterdir()) or (replaces is not None and (out / replaces).is_file())
