"""The log: who did what to what, as a chain that cannot be rewritten unnoticed.

Each entry is sealed with HMAC-SHA-256 over its content and the seal of the one before, under a key that the database does not hold in
the open. Whoever can write to the database but has not the key cannot change, insert or remove an entry in the middle. The last entries
could still be cut off: so the newest seal is also written to a file beside the sealed files, and stands on every receipt that a provider keeps.
The database itself refuses to change or remove an entry (a trigger in the migrations).

No entry holds a cell of a submission, a text that somebody wrote, or an address of a person's computer.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from data_schemas.words import Words
from evaluation.portal.keeping import tables

FIRST = "0" * 64
_HEAD, _BATCH = "log", 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log."""

    number: int
    at: str
    actor: str
    role: str
    act: str
    about: str
    detail: str
    previous: str
    seal: str = ""

    def sealed_with(self, key: bytes) -> str:
        """The seal that this content has under a key."""
        content = {name: value for name, value in asdict(self).items() if name != "seal"}
        return hmac.new(key, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Log:
    """The log under its key, and the file that remembers how far it had come."""

    key: bytes
    heads: Path

    def write(
        self, connection: Connection, act: str, *, actor: str = "", role: str = "", about: str = "", detail: str = ""
    ) -> Entry:
        """One more entry, in the transaction of what it tells: neither is there without the other."""
        held = connection.execute(select(tables.kept.c.value).where(tables.kept.c.name == _HEAD).with_for_update()).scalar_one()
        head = json.loads(held)
        entry = Entry(
            number=head["number"] + 1,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            actor=actor,
            role=role,
            act=act,
            about=about,
            detail=detail,
            previous=head["seal"],
        )
        sealed = {**asdict(entry), "seal": entry.sealed_with(self.key)}
        connection.execute(insert(tables.log).values(**sealed))
        newest = json.dumps({"number": entry.number, "seal": sealed["seal"]}).encode()
        connection.execute(update(tables.kept).where(tables.kept.c.name == _HEAD).values(value=newest))
        return Entry(**sealed)

    def remember(self, connection: Connection) -> None:
        """Write the newest seal beside the database, after the transaction; the file only grows."""
        held = json.loads(connection.execute(select(tables.kept.c.value).where(tables.kept.c.name == _HEAD)).scalar_one())
        line = f"{held['number']} {held['seal']}\n".encode()
        place = os.open(self.heads, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(place, line)  # one write of a short line to a file opened for appending is whole
            os.fsync(place)
        finally:
            os.close(place)

    def problems(self, connection: Connection, receipts: Iterable[tuple[int, str]] = ()) -> Iterator[Words]:
        """What is wrong with the log: nothing when it is as it was written.

        `receipts` are numbers and seals that somebody kept elsewhere.
        """
        wanted = {**dict(_remembered(self.heads)), **dict(receipts)}
        previous, number = FIRST, 0
        for entry in entries(connection):
            number += 1
            if entry.number != number:
                yield _GAP.fill(number=number)
                return
            if entry.previous != previous or not hmac.compare_digest(entry.seal, entry.sealed_with(self.key)):
                yield _CHANGED.fill(number=number)
                return
            if wanted.pop(number, entry.seal) != entry.seal:
                yield _OTHER.fill(number=number)
                return
            previous = entry.seal
        if wanted:
            yield _SHORT.fill(number=number, wanted=max(wanted))


def begin(connection: Connection) -> None:
    """The head of an empty log, when there is none yet."""
    there = connection.execute(select(tables.kept.c.name).where(tables.kept.c.name == _HEAD)).first()
    if there is None:
        connection.execute(insert(tables.kept).values(name=_HEAD, value=json.dumps({"number": 0, "seal": FIRST}).encode()))


def entries(connection: Connection, *, oldest: int = 1) -> Iterator[Entry]:
    """The entries in their order, a batch at a time."""
    while True:
        found = connection.execute(
            select(tables.log).where(tables.log.c.number >= oldest).order_by(tables.log.c.number).limit(_BATCH)
        ).all()
        yield from (Entry(**row._mapping) for row in found)
        if len(found) < _BATCH:
            return
        oldest = found[-1].number + 1


def _remembered(heads: Path) -> Iterator[tuple[int, str]]:
    try:
        lines = heads.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        number, _, seal = line.partition(" ")
        if number.isdecimal() and int(number) and len(seal) == len(FIRST):
            yield int(number), seal


_GAP = Words("Regel {number} van het logboek ontbreekt.", "Entry {number} of the log is missing.")
_CHANGED = Words(
    "Regel {number} van het logboek is veranderd nadat hij is geschreven.",
    "Entry {number} of the log was changed after it was written.",
)
_OTHER = Words(
    "Regel {number} van het logboek is een andere dan toen hij is geschreven.",
    "Entry {number} of the log is not the one that was written.",
)
_SHORT = Words(
    "Het logboek eindigt bij regel {number}, maar er is een regel {wanted} geweest.",
    "The log ends at entry {number}, but there was an entry {wanted}.",
)
