"""The folder of sealed files: each is there whole or not at all, and what the database does not know is swept away.

A file is written under its final name's neighbour, forced to the disk, and renamed; the transaction that names it in the database comes
after. A process that is killed before that leaves a file that nobody names: the sweep removes it. One that is killed after it lost nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from evaluation.portal.files.keys import Keys
from evaluation.portal.files.sealed import HEADER, Sealer, header, key_name, opened, own_key

_NAME = re.compile(r"[0-9a-f]{32}")
_BEGUN = ".begun"
# an upload that takes longer than this is none
ABANDONED_SECONDS = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: its name, and the size and hash of its content."""

    id: str
    size: int
    sha256: str


class Writing:
    """A file that is being written; it is there from `close` on, and never was when `abandon` is called or the process dies."""

    def __init__(self, store: Store) -> None:
        self._store, self._id = store, secrets.token_hex(16)
        self._temporary = store.folder / f"{self._id}{_BEGUN}"
        place = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._handle = os.fdopen(place, "wb")
        self._sealer = Sealer(self._handle, store.keys, self._id)
        self._hash, self.size = hashlib.sha256(), 0

    @property
    def place(self) -> Path:
        """Where it is while it is being written."""
        return self._temporary

    def write(self, piece: bytes) -> None:
        """Seal and write some bytes."""
        self._hash.update(piece)
        self.size += len(piece)
        self._sealer.write(piece)

    def close(self) -> Stored:
        """Force it to the disk and give it its name."""
        self._sealer.end()
        self._handle.flush()
        os.fsync(self._handle.fileno())
        self._handle.close()
        self._temporary.rename(self._store.folder / self._id)
        _force(self._store.folder)
        return Stored(self._id, self.size, self._hash.hexdigest())

    def abandon(self) -> None:
        """As if it was never begun; after `close` it does nothing."""
        with contextlib.suppress(OSError):
            self._handle.close()
        self._temporary.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Store:
    """Sealed files in one folder."""

    folder: Path
    keys: Keys

    def begin(self) -> Writing:
        """A new file to write to."""
        self.folder.mkdir(0o700, parents=True, exist_ok=True)
        return Writing(self)

    def put(self, content: bytes) -> Stored:
        """A whole file at once."""
        writing = self.begin()
        try:
            writing.write(content)
            return writing.close()
        finally:
            writing.abandon()

    def chunks(self, id: str) -> Iterator[bytes]:
        """The content of a file, chunk by chunk.

        Raises
        ------
        Unsealable
            It was changed, or its key is gone.
        """
        with (self.folder / _checked(id)).open("rb") as handle:
            yield from opened(handle, self.keys, id)

    def read(self, id: str) -> bytes:
        """The content of a file that is not large."""
        return b"".join(self.chunks(id))

    def unpack(self, id: str, target: Path) -> None:
        """The content, unsealed, in a new private file."""
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            for chunk in self.chunks(id):
                handle.write(chunk)

    def destroy(self, *ids: str) -> None:
        """Remove files; with its header goes the only copy of a file's own key."""
        for id in ids:
            (self.folder / _checked(id)).unlink(missing_ok=True)

    def sweep(
        self, known: Callable[[], Collection[str]], *, now: float | None = None, older_than: float = ABANDONED_SECONDS
    ) -> int:
        """Remove what was begun and left, and files that the database does not know; answers how many.

        `known` is asked after the folder was read: a file that is named meanwhile is then known. Young files stay, for their
        transaction may be under way.
        """
        moment = time.time() if now is None else now
        old = [entry for entry in self.folder.glob("*") if _age(entry, moment) >= older_than]
        named = set(known()) if old else set()
        lost = [entry for entry in old if entry.name not in named]
        for entry in lost:
            entry.unlink(missing_ok=True)
        return len(lost)

    def reseal(self, id: str) -> bool:
        """Put a file under the newest key: a new header before the same chunks. False when it was there already."""
        place = self.folder / _checked(id)
        with place.open("rb") as handle:
            head = handle.read(HEADER)
            if key_name(head) == self.keys.newest:
                return False
            own, temporary = own_key(self.keys, id, head), self.folder / f"{id}{_BEGUN}"
            temporary.unlink(missing_ok=True)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as fresh:
                fresh.write(header(self.keys, id, own))
                while chunk := handle.read(1 << 20):
                    fresh.write(chunk)
                fresh.flush()
                os.fsync(fresh.fileno())
        temporary.rename(place)
        _force(self.folder)
        return True


def _checked(id: str) -> str:
    """A name of ours: nothing that comes from elsewhere can be a path."""
    if not _NAME.fullmatch(id):
        raise FileNotFoundError
    return id


def _age(entry: Path, moment: float) -> float:
    try:
        return moment - entry.stat().st_mtime
    except OSError:
        return -1.0


def _force(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    if os.name == "posix":
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
