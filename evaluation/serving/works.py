"""What was dropped, each with its versions: the first as it came, the others with what was mended since."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from evaluation.serving.desk import Desk, clear

MOST = 20


@dataclass(slots=True, eq=False)
class Work:
    """One delivery or export on the desk.

    Parameters
    ----------
    name
        What its owner calls it.
    path
        The workbook or folder as it is now.
    busy
        Held while it changes: two windows do not write the same version.
    versions
        Every path it had, the first being what was dropped.
    export
        Whether it is a raw export, to be anonymised.
    pointed
        What its columns become, as far as that was pointed at.
    origin
        The id of the export it was made of.
    extras
        What was made together with it, by its name in an address.
    cost, unread
        What anonymising cost, and what could not be read, in both languages.
    result
        What checking found; None when it was not checked since it changed.
    """

    id: str
    name: str
    folder: Path
    path: Path
    export: bool
    arrived: datetime
    result: dict[str, Any] | None = None
    pointed: dict[str, Any] | None = None
    origin: str = ""
    extras: dict[str, Path] = field(default_factory=dict)
    cost: list[list[str]] = field(default_factory=list)
    unread: list[list[str]] = field(default_factory=list)
    versions: list[Path] = field(default_factory=list)
    busy: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def changed(self) -> bool:
        """Whether anything was mended."""
        return len(self.versions) > 1

    @property
    def stem(self) -> str:
        """Its name without an ending, to call downloads by."""
        return Path(self.name).stem[:80] or "inzending"

    def next_path(self) -> Path:
        """Where its next version goes."""
        return self.folder / f"version-{len(self.versions) + 1}" / f"{self.stem}.xlsx"

    def become(self, path: Path) -> None:
        """Go on with another version."""
        self.path, self.result = path, None
        self.versions.append(path)


class Works:
    """All that is on the desk; the oldest goes when there is no room."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._works: dict[str, Work] = {}

    def __iter__(self):
        return iter(reversed(self._works.values()))

    def get(self, id: str) -> Work | None:
        """The work of this id."""
        return self._works.get(id)

    def add(self, name: str, folder: Path, path: Path, export: bool) -> Work:
        """Put something on the desk; its files are in `folder` already."""
        while len(self._works) >= MOST:
            self.remove(next(iter(self._works.values())))
        work = Work(secrets.token_hex(8), name, folder, path, export, datetime.now(), versions=[path])
        self._works[work.id] = work
        return work

    def remove(self, work: Work) -> None:
        """Take it off the desk, with every file of it."""
        self._works.pop(work.id, None)
        clear(work.folder)
