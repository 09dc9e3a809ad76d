"""A copy for safety, made as the manual says while people send in: it opens elsewhere, with everything that it names, and its log is sound."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import threading
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from evaluation.failures import CannotRead
from evaluation.portal.files.keys import Unsealable, new_key
from evaluation.portal.keeping.rotating import rotate
from evaluation.portal.keeping.tables import files, submissions
from evaluation.portal.meeting.submissions import Sent, Verdict, decide, receive
from evaluation.portal.portal import open_portal
from evaluation.portal.work.worker import sweep
from tests.portal.conftest import SERVER, own_database


def _busy(town, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        content = f"nummer {number}".encode() * 5_000
        made = receive(town.portal, town.people["anna"], town.evaluation, [Sent("a.xlsx", town.portal.store.put(content))])
        decide(town.portal, made, Verdict(accepted=number % 3 > 0), [])


def _copied(portal, target, stack: ExitStack) -> str:
    """As in the manual: how far the log had come, then the database, then the files. The address of the copied database."""
    target.mkdir(mode=0o700)
    shutil.copy(portal.log.heads, target / "log.heads")
    address = ""
    if portal.settings.database:
        import os

        address = stack.enter_context(own_database(os.environ[SERVER]))
        dumped = subprocess.run(["pg_dump", "--no-owner", _plain(portal.settings.database)], capture_output=True, check=True)
        subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", _plain(address)], input=dumped.stdout, check=True, capture_output=True
        )
    else:
        with (
            closing(sqlite3.connect(portal.settings.folder / "portal.sqlite")) as source,
            closing(sqlite3.connect(target / "portal.sqlite")) as copy,
        ):
            source.backup(copy)
    shutil.copytree(portal.store.folder, target / "files", ignore=shutil.ignore_patterns("*.begun"))
    return address


def _plain(address: str) -> str:
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


def test_a_copy_opens_elsewhere_with_all_that_it_names(town, tmp_path):
    if town.portal.settings.database and not shutil.which("pg_dump"):
        pytest.skip("there is no pg_dump on this machine")
    stop = threading.Event()
    busy = threading.Thread(target=_busy, args=(town, stop))
    busy.start()
    target = tmp_path / "copy"
    with ExitStack() as stack:
        try:
            while not town.portal.log.heads.exists() or town.portal.log.heads.read_bytes().count(b"\n") < 30:
                stop.wait(0.05)
            address = _copied(town.portal, target, stack)
        finally:
            stop.set()
            busy.join()
        settings = replace(town.portal.settings, folder=target, database=address)
        with pytest.raises(CannotRead):
            open_portal(settings)  # the key is kept elsewhere, and is not in the copy
        shutil.copy(town.portal.settings.key_file, settings.key_file)
        again = open_portal(settings)
        sweep(again, older_than=0)
        with again.reading() as connection:
            assert not list(again.log.problems(connection))
            named = list(connection.execute(select(files)))
            rows = list(connection.execute(select(submissions)))
        assert len(rows) > 5 and {row.state for row in rows} >= {"refused", "replaced"}
        lost = 0
        for one in named:
            try:
                assert hashlib.sha256(again.store.read(one.id)).hexdigest() == one.sha256
            except FileNotFoundError:
                lost += 1  # replaced between the copy of the database and that of its file: destroyed, as it had to be
        assert lost <= 3, "what still counted when the files were copied is there"
        assert {entry.name for entry in again.store.folder.iterdir()} <= {one.id for one in named}
        with again.writing() as connection:
            again.log.write(connection, "log_verified")
        with again.reading() as connection:
            assert not list(again.log.problems(connection)), "it goes on where it was"
        again.close()


def test_a_copy_of_before_a_new_key_opens_with_the_older_key_only(lite, tmp_path):
    """So the older key is kept as long as the copies that were made under it."""
    older = lite.settings.key_file.read_text()
    with ExitStack() as stack:
        with lite.writing() as connection:
            lite.log.write(connection, "signed_in")
        _copied_to = tmp_path / "copy"
        lite.store.put(b"x")
        _copied(lite, _copied_to, stack)
        rotate(lite)
        newest = lite.settings.key_file.read_text().splitlines()[0]
        settings = replace(lite.settings, folder=_copied_to)
        new_key(settings.key_file)
        settings.key_file.write_text(f"{newest}\n")
        with pytest.raises(Unsealable):
            open_portal(settings)
        settings.key_file.write_text(older)
        open_portal(settings).close()
