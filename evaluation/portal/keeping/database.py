"""Transactions on SQLite or PostgreSQL: reading ones, and writing ones that are on the disk when they end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse

_WRITING = "writing"
# of what one process at a time may do: bringing the tables to this version, the first lines of an empty database, taking a run
MIGRATING, BEGINNING, TAKING_A_RUN = 7351202611, 7351202612, 7351202613
_PATIENCE_SECONDS = 60
_NO_ADDRESS = Words(
    "database is geen adres van een SQLite- of PostgreSQL-database.",
    "database is not the address of a SQLite or PostgreSQL database.",
)
_NOT_THERE = Words(
    "De database antwoordt niet. Controleer of hij draait en of het adres en het wachtwoord kloppen.",
    "The database does not answer. Check that it runs, and that the address and password are right.",
)


@dataclass(frozen=True, slots=True)
class Database:
    """An engine with its two kinds of transaction."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that changes nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is written whole when the block ends without an exception, and not at all otherwise.

        SQLite takes the lock at once: a transaction that reads first and writes later would fail when another wrote in between.
        """
        with self.engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def alone(connection: Connection, what: int) -> None:
    """Wait until no other transaction does this, and keep others from it until this one ends; a writing one on SQLite always is alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({what})")


def open_database(address: str) -> Database:
    """Connect, and bring the tables to this version.

    Raises
    ------
    WrongUse
        The address is none that is known here.
    CannotRead
        The database does not answer.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise WrongUse(_NO_ADDRESS) from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise WrongUse(_NO_ADDRESS)
    if url.get_backend_name() == "sqlite":
        _private(url.database)
        # threads of the server share the pool; each connection is used by one at a time
        engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _PATIENCE_SECONDS})
        event.listen(engine, "connect", _careful)
        event.listen(engine, "begin", _begin)
    else:
        engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
    try:
        _migrate(engine)
    except OperationalError:
        engine.dispose()
        raise CannotRead(_NOT_THERE) from None
    return Database(engine)


def _private(file: str | None) -> None:
    """A new database is its owner's only, whatever the folder is; what SQLite lays beside it gets the same rights."""
    if file and file != ":memory:":
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _careful(connection, _record) -> None:
    connection.isolation_level = None  # the transactions are begun in _begin, not by the driver
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITING) else "BEGIN")


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    settings = Config()
    place = resources.files("evaluation.portal.keeping").joinpath("migrations")
    settings.set_main_option("script_location", str(place))
    with engine.connect().execution_options(**{_WRITING: True}) as connection, connection.begin():
        settings.attributes["connection"] = connection
        alone(connection, MIGRATING)  # two processes that start together: the second waits, and finds it done
        command.upgrade(settings, "head")
