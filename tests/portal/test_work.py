"""Jobs: each is done once, by one, also when the process that held it is gone; and what a check may take has an end."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select, update

from evaluation.portal.keeping.tables import jobs as table
from evaluation.portal.keeping.tables import submissions
from evaluation.portal.work import bounded, jobs
from evaluation.portal.work.bounded import Bounds, NotFinished, NotWanted, ask, room
from evaluation.portal.work.worker import Worker, do
from tests.portal.test_sending_in import GOOD


def _state(town, id):
    with town.portal.reading() as connection:
        return connection.execute(select(submissions.c.state).where(submissions.c.id == id)).scalar_one()


def test_a_job_is_held_by_one(portal):
    with portal.writing() as connection:
        for number in range(20):
            jobs.enqueue(connection, "check", f"{number:032d}")
    taken = []

    def take(name):
        while (job := jobs.take(portal.database, name, ("check",))) is not None:
            taken.append(job.about)

    threads = [threading.Thread(target=take, args=(f"worker {number}",)) for number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == [f"{number:032d}" for number in range(20)]


def test_of_runs_there_is_one_at_a_time(portal):
    with portal.writing() as connection:
        for number in range(2):
            jobs.enqueue(connection, "run", f"{number:032d}")
    first = jobs.take(portal.database, "a", ("run",))
    assert first and jobs.take(portal.database, "b", ("run",)) is None
    jobs.finish(portal.database, first, done=True)
    assert jobs.take(portal.database, "b", ("run",)).about != first.about


def test_a_job_of_a_process_that_is_gone_is_taken_again(town):
    made = town.send("anna", GOOD)
    gone = jobs.take(town.portal.database, "a worker that is killed", ("check",))
    assert gone.about == made and jobs.take(town.portal.database, "another", ("check",)) is None
    with town.portal.database.writing() as connection:
        connection.execute(update(table).values(leased_until=time.time() - 1))
    town.work()
    assert _state(town, made) == "accepted"
    assert not jobs.still_held(town.portal.database, gone), "who comes back late holds nothing"
    do(town.portal, gone)
    assert _state(town, made) == "accepted"


def test_what_ends_its_process_three_times_is_given_up(town, monkeypatch):
    from evaluation.portal.work import worker

    def dies(*given):
        raise RuntimeError("secret of a client")

    monkeypatch.setitem(worker.DOES, "check", dies)
    made = town.send("anna", GOOD)
    for _ in range(jobs.ATTEMPTS + 1):
        job = jobs.take(town.portal.database, "w", ("check",))
        do(town.portal, job)
        with town.portal.database.writing() as connection:
            connection.execute(update(table).where(table.c.state == "busy").values(leased_until=0.0))
    assert _state(town, made) == "refused" and jobs.take(town.portal.database, "w", ("check",)) is None
    assert "drie keer" in town.as_("anna").get(f"/submissions/{made}").text


def test_an_error_of_ours_is_logged_without_what_it_says(town, monkeypatch, caplog):
    from evaluation.portal.work import worker

    def dies(*given):
        raise RuntimeError("secret of a client")

    monkeypatch.setitem(worker.DOES, "check", dies)
    town.send("anna", GOOD)
    do(town.portal, jobs.take(town.portal.database, "w", ("check",)))
    assert "RuntimeError" in caplog.text and "secret" not in caplog.text


def test_the_worker_beside_the_pages_does_what_waits(town):
    worker = Worker(town.portal)
    left = town.portal.work / "left-by-a-kill"
    left.mkdir(parents=True)
    (left / "treatments.csv").write_text("in the open")
    worker.start()
    try:
        assert not left.exists(), "what a killed portal left in the open is gone"
        made = town.send("anna", GOOD)
        worker.wake()
        until = time.monotonic() + 60
        while _state(town, made) == "received" and time.monotonic() < until:
            time.sleep(0.1)
        assert _state(town, made) == "accepted"
    finally:
        worker.stop()


def test_a_check_that_takes_too_long_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "_HEARTBEAT_SECONDS", 0.2)
    with room(tmp_path) as place:
        (place / "sent").mkdir()
        for name, content in GOOD.items():
            (place / "sent" / name).write_bytes(content)
        with pytest.raises(NotFinished):
            ask("check", place, Bounds(seconds=0))
        with pytest.raises(NotWanted):
            ask("check", place, Bounds(seconds=60), lambda: False)
        # the room of a small table and of nothing more
        with pytest.raises(NotFinished):
            ask("check", place, Bounds(seconds=60, bytes=60_000_000))
    assert not list(tmp_path.iterdir())


def test_a_check_knows_no_key_and_no_database(tmp_path, monkeypatch):
    monkeypatch.setenv("EVALUATION_PORTAL_KEYS", "aaaaaaaa " + "0" * 64)
    monkeypatch.setenv("EVALUATION_PORTAL_DATABASE", "postgresql+psycopg://portal:secret@localhost/portal")
    seen = {}

    class Looked(Exception):
        pass

    def look(command, **given):
        seen.update(given["env"], command=" ".join(command))
        raise Looked

    monkeypatch.setattr(bounded.subprocess, "Popen", look)
    with room(tmp_path) as place, pytest.raises(Looked):
        ask("check", place, Bounds(seconds=5))
    assert not [name for name in seen if "PORTAL" in name] and "secret" not in str(seen)


def test_an_answer_that_is_no_answer_is_none(tmp_path):
    with room(tmp_path) as place:
        for content in ("not json", ""):
            (place / "answer.json").write_text(content)
            with pytest.raises(NotFinished):
                bounded._answer(place)
        (place / "answer.json").unlink()
        (place / "answer.json").symlink_to("/etc/passwd")
        with pytest.raises(NotFinished):
            bounded._answer(place)
