"""A portal of its own for each test, on SQLite and on PostgreSQL; and people who have come in."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("sqlalchemy")

from argon2 import PasswordHasher

from evaluation.portal.files.keys import new_key
from evaluation.portal.people import passwords
from evaluation.portal.portal import Portal, open_portal
from evaluation.portal.settings import Settings
from tests.portal.visitors import Town

SERVER = "EVALUATION_TEST_POSTGRESQL"
DATABASES = ("sqlite", "postgresql")


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed cheaply here; one test sees that elsewhere they are not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(params=DATABASES)
def settings(request, tmp_path) -> Iterator[Settings]:
    """Settings in an empty folder, on each database; PostgreSQL where there is a server to try it on."""
    yield from _settings(request.param, tmp_path)


@pytest.fixture
def sqlite_settings(tmp_path) -> Iterator[Settings]:
    """Settings in an empty folder, on SQLite only."""
    yield from _settings("sqlite", tmp_path)


def _settings(kind: str, tmp_path) -> Iterator[Settings]:
    folder = tmp_path / "portal"
    given = {"folder": folder, "second_factor": False, "work": tmp_path / "work", "address": "http://127.0.0.1:8100"}
    if kind == "sqlite":
        made = Settings(**given)
        new_key(made.key_file)
        yield made
        return
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"no PostgreSQL to try it on: set {SERVER} to postgresql+psycopg://name:password@host/")
    with own_database(server) as address:
        made = Settings(database=address, **given)
        new_key(made.key_file)
        yield made


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """An empty database on a server, gone afterwards; its address."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DBAPIError

    name = f"portal_{secrets.token_hex(6)}"
    admin = create_engine(f"{server.rstrip('/')}/postgres", isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield f"{server.rstrip('/')}/{name}"
        for _ in range(50):
            # the server's own housekeeping may be looking at it, which only a superuser may send away
            with contextlib.suppress(DBAPIError), admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name}"))
                break
            time.sleep(0.1)
    finally:
        admin.dispose()


@pytest.fixture
def portal(settings) -> Iterator[Portal]:
    """An open portal; a connection that is not given back is noticed."""
    made = open_portal(settings)
    yield made
    assert made.database.engine.pool.checkedout() == 0
    made.close()


@pytest.fixture
def lite(sqlite_settings) -> Iterator[Portal]:
    """An open portal on SQLite, for what no database has a part in."""
    made = open_portal(sqlite_settings)
    yield made
    made.close()


@pytest.fixture
def town(portal) -> Iterator[Town]:
    """A portal with two providers, two researchers, two reviewers and a privacy officer, and an evaluation of the first of each."""
    with Town.of(portal) as made:
        yield made


@pytest.fixture
def small_town(lite) -> Iterator[Town]:
    """The same on SQLite only."""
    with Town.of(lite) as made:
        yield made
