"""A portal that is open: its settings, database, store, keys and log."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, insert, select

from evaluation.portal.files.keys import Keys, read_keys
from evaluation.portal.files.store import Store
from evaluation.portal.keeping import audit, tables
from evaluation.portal.keeping.database import BEGINNING, Database, alone, open_database
from evaluation.portal.settings import Settings

LOG_KEY = "log key"


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything that a request or a job may need."""

    settings: Settings
    database: Database
    store: Store
    keys: Keys
    log: audit.Log

    def reading(self):
        """A transaction that changes nothing."""
        return self.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that tells the log something; how far the log has come is remembered outside of the database too."""
        with self.database.writing() as connection:
            yield connection
        with self.database.reading() as connection:
            self.log.remember(connection)

    @property
    def work(self) -> Path:
        """Where submissions lie unsealed while they are used: memory when there is."""
        if self.settings.work is not None:
            return self.settings.work
        memory = Path("/dev/shm")
        return memory / f"portal-{self.log.key.hex()[:12]}" if memory.is_dir() else self.settings.folder / "work"

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


def open_portal(settings: Settings) -> Portal:
    """Open what the settings name; the database is brought to this version.

    Raises
    ------
    evaluation.failures.CannotRead
        The keys or the database are not there.
    evaluation.failures.WrongUse
        The settings cannot work.
    """
    keys = read_keys(settings.key_file)
    settings.folder.mkdir(0o700, parents=True, exist_ok=True)
    database = open_database(settings.database_address)
    with database.writing() as connection:
        alone(connection, BEGINNING)
        audit.begin(connection)
        sealed = connection.execute(select(tables.kept.c.value).where(tables.kept.c.name == LOG_KEY)).scalar()
        if sealed is None:
            sealed = keys.seal(secrets.token_bytes(32), LOG_KEY)
            connection.execute(insert(tables.kept).values(name=LOG_KEY, value=sealed))
    log = audit.Log(keys.unseal(sealed, LOG_KEY), settings.folder / "log.heads")
    return Portal(settings, database, Store(settings.folder / "files", keys), keys, log)
