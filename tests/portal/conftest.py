"""A portal of its own for each test, on SQLite and on PostgreSQL; and people who have come in."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

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
    from sqlalchemy import create_engine, text

    name = f"portal_{secrets.token_hex(6)}"
    admin = create_engine(f"{server.rstrip('/')}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        made = Settings(database=f"{server.rstrip('/')}/{name}", **given)
        new_key(made.key_file)
        yield made
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture
def portal(settings) -> Iterator[Portal]:
    """An open portal."""
    made = open_portal(settings)
    yield made
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
