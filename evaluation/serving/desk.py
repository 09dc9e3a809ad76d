"""The private folder of one run. It goes at the end; after a kill it goes with the helper, or else at the next start.

A run holds a lock in its folder for as long as it lives, and the system lets go of it however the run ends: a folder whose lock
is free belongs to nobody any more. A process number would not do, for it is given out again.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from data_schemas.words import Words
from evaluation.failures import CannotRead

_ALIVE = ".alive"
_PREFIX = "desk-"
_ATTEMPTS = 5
_NO_PLACE = Words(
    "Er is geen plaats voor tijdelijke bestanden die alleen van u is. Maak de tijdelijke map van deze computer leeg.",
    "There is no place for temporary files that is yours alone. Empty the temporary folder of this computer.",
)


class Desk:
    """A folder that only its owner can read, for as long as this process lives.

    Raises
    ------
    evaluation.failures.CannotRead
        There is no such place.
    """

    def __init__(self, base: Path | None = None) -> None:
        base = _own_base() if base is None else base
        sweep(base)
        for _ in range(_ATTEMPTS):
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
            lock = _locked(folder / _ALIVE)
            if lock is not None and (folder / _ALIVE).exists():
                self.folder, self._lock = folder, lock
                return
        raise CannotRead(_NO_PLACE)

    def place(self) -> Path:
        """A new folder on the desk."""
        return Path(tempfile.mkdtemp(prefix="work-", dir=self.folder))

    def close(self) -> None:
        """Leave nothing."""
        self._lock.close()
        clear(self.folder)


def sweep(base: Path) -> int:
    """Clear the desks of runs that live no more; how many there were."""
    swept = 0
    for folder in base.glob(f"{_PREFIX}*"):
        lock = _locked(folder / _ALIVE) if folder.is_dir() and not folder.is_symlink() else None
        if lock is not None:
            lock.close()
            clear(folder)
            swept += 1
    return swept


def clear(folder: Path) -> None:
    """Remove a folder; what another program holds open stays until the next start."""
    shutil.rmtree(folder, ignore_errors=True)


def _own_base() -> Path:
    """The folder in which all desks of this user stand; nobody else may have made it."""
    name = f"evaluation-{os.getuid()}" if hasattr(os, "getuid") else "evaluation"
    base = Path(tempfile.gettempdir()) / name
    try:
        with suppress(FileExistsError):
            base.mkdir(0o700)
        about = base.lstat()
    except OSError:
        raise CannotRead(_NO_PLACE) from None
    ours = stat.S_ISDIR(about.st_mode) and (os.name != "posix" or (about.st_uid == os.getuid() and not about.st_mode & 0o077))
    return base if ours else Path(tempfile.mkdtemp(prefix="evaluation-"))


def _locked(path: Path) -> BinaryIO | None:
    """The file with a lock on it, or None when a living process has that."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError:
        return None
    file = os.fdopen(handle, "r+b")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
