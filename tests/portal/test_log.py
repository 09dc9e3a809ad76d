"""The log: who changes, inserts, removes or cuts off is noticed; also when the database's own rule was taken away first."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from evaluation.portal.keeping import audit
from evaluation.portal.keeping.tables import METADATA, kept, log


@pytest.fixture
def written(portal):
    """A log of ten lines."""
    for number in range(10):
        with portal.writing() as connection:
            portal.log.write(connection, "signed_in", actor=f"anna{number}", role="provider", about="x")
    return portal


def _problems(portal, receipts=()):
    with portal.reading() as connection:
        return [problem.en for problem in portal.log.problems(connection, receipts)]


def _unguarded(portal):
    with portal.database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER log_is_kept ON log"))
        else:
            connection.execute(text("DROP TRIGGER log_no_update"))
            connection.execute(text("DROP TRIGGER log_no_delete"))


def test_what_was_written_is_sound(written):
    assert not _problems(written)
    with written.reading() as connection:
        lines = list(audit.entries(connection, oldest=3))
    assert [line.number for line in lines] == list(range(3, 11)) and lines[0].actor == "anna2"
    assert not _problems(written, [(line.number, line.seal) for line in lines])


@pytest.mark.parametrize("wrong", ["UPDATE log SET actor = 'x'", "DELETE FROM log"])
def test_the_database_itself_refuses(written, wrong):
    with pytest.raises(DBAPIError), written.database.writing() as connection:
        connection.execute(text(wrong))
    assert not _problems(written)


@pytest.mark.parametrize("column", ["at", "actor", "role", "act", "about", "detail", "previous", "seal"])
def test_a_changed_line_is_noticed(written, column):
    _unguarded(written)
    with written.database.writing() as connection:
        connection.execute(text(f"UPDATE log SET {column} = 'y' WHERE number = 4"))
    assert _problems(written) == ["Entry 4 of the log was changed after it was written."]


def test_a_removed_line_is_noticed(written):
    _unguarded(written)
    with written.database.writing() as connection:
        connection.execute(text("DELETE FROM log WHERE number = 4"))
    assert _problems(written) == ["Entry 4 of the log is missing."]


def test_a_log_that_was_cut_off_is_noticed(written):
    _unguarded(written)
    with written.reading() as connection:
        last = list(audit.entries(connection))[-1]
        seventh = list(audit.entries(connection))[6]
    with written.database.writing() as connection:
        connection.execute(text("DELETE FROM log WHERE number > 7"))
        head = f'{{"number": 7, "seal": "{seventh.seal}"}}'.encode()
        connection.execute(kept.update().where(kept.c.name == "log").values(value=head))
    assert _problems(written) == ["The log ends at entry 7, but there was an entry 10."]
    written.log.heads.unlink()
    assert not _problems(written), "without anything kept elsewhere it cannot be seen"
    assert _problems(written, [(last.number, last.seal)]) == ["The log ends at entry 7, but there was an entry 10."]


def test_a_log_that_was_made_anew_with_the_key_is_noticed_by_a_receipt(written):
    """The strongest: who has the key too writes a log of their own."""
    with written.reading() as connection:
        fifth = list(audit.entries(connection))[4]
    _unguarded(written)
    written.log.heads.unlink()
    with written.database.writing() as connection:
        connection.execute(text("DELETE FROM log"))
        head = f'{{"number": 0, "seal": "{audit.FIRST}"}}'.encode()
        connection.execute(kept.update().where(kept.c.name == "log").values(value=head))
        for number in range(10):
            written.log.write(connection, "signed_in", actor=f"bram{number}", role="provider", about="x")
    assert not _problems(written)
    assert _problems(written, [(fifth.number, fifth.seal)]) == ["Entry 5 of the log is not the one that was written."]


def test_another_key_does_not_fit(written):
    other = audit.Log(bytes(32), written.log.heads)
    with written.reading() as connection:
        assert next(other.problems(connection)).en == "Entry 1 of the log was changed after it was written."


def test_many_at_once_make_one_chain(portal):
    def write():
        for _ in range(5):
            with portal.writing() as connection:
                portal.log.write(connection, "signed_in")

    threads = [threading.Thread(target=write) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not _problems(portal)
    with portal.reading() as connection:
        assert list(connection.execute(select(log.c.number).order_by(log.c.number)).scalars()) == list(range(1, 41))


def test_what_did_not_happen_is_not_in_the_log(portal):
    with pytest.raises(RuntimeError), portal.writing() as connection:
        portal.log.write(connection, "signed_in")
        raise RuntimeError
    with portal.reading() as connection:
        assert not list(audit.entries(connection))


def test_the_steps_lead_to_the_tables(portal):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with portal.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_database_is_its_owners_only(lite):
    """Also in a folder that somebody made open to all."""
    import os
    import stat

    if os.name == "posix":
        for file in lite.settings.folder.glob("portal.sqlite*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_opening_again_changes_nothing(portal):
    from evaluation.portal.portal import open_portal

    again = open_portal(portal.settings)
    assert again.log.key == portal.log.key and "second" not in repr(again.keys)
    again.close()
