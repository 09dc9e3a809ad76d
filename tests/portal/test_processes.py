"""Several processes on one portal: what one counts the other knows, the log has one chain, no job is done twice, nothing of the other's is cleared."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from evaluation.portal.files.keys import new_key
from evaluation.portal.keeping.tables import accounts as account_table
from evaluation.portal.keeping.tables import attempts, log, submissions
from evaluation.portal.keeping.tables import jobs as table
from evaluation.portal.meeting import evaluations
from evaluation.portal.pages import throttle
from evaluation.portal.pages.throttle import SharedThrottle
from evaluation.portal.people import tokens
from evaluation.portal.people.accounts import ATTEMPTS, add_account
from evaluation.portal.portal import open_portal
from evaluation.portal.work import bounded, jobs, running
from tests.portal.test_sending_in import GOOD
from tests.portal.visitors import PASSWORD
from tests.portal.windows import free_port

ROOT = Path(__file__).parents[2]
WRITES = """
import sys
from pathlib import Path
from evaluation.portal.portal import open_portal
from evaluation.portal.settings import Settings
from evaluation.portal.work import jobs
folder, database, name = sys.argv[1:]
portal = open_portal(Settings(folder=Path(folder), database=database))
for _ in range(40):
    with portal.writing() as connection:
        portal.log.write(connection, "signed_in", actor=name)
while (job := jobs.take(portal.database, name, ("check",))) is not None:
    print(job.about)
    jobs.finish(portal.database, job, done=True)
"""
HOLDS = """
import sys
from pathlib import Path
from evaluation.portal.work.bounded import room
with room(Path(sys.argv[1])) as place:
    print(place, flush=True)
    sys.stdin.read()
"""


def _python(code: str, *arguments: str) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE, text=True)


def test_processes_that_begin_and_write_together_make_one_chain_and_share_the_jobs(settings):
    """They find an empty database, and make its tables, its first lines and its key together."""
    given = str(settings.folder), settings.database
    first = [_python(WRITES, *given, name) for name in "abc"]
    assert [one.communicate(timeout=60) and one.returncode for one in first] == [0, 0, 0]
    portal = open_portal(settings)
    with portal.writing() as connection:
        asked = [jobs.enqueue(connection, "check", f"{number:032d}") and f"{number:032d}" for number in range(30)]
    second = [_python(WRITES, *given, name) for name in "abc"]
    taken = [one.communicate(timeout=60)[0].split() for one in second]
    assert sorted(chain.from_iterable(taken)) == asked
    with portal.reading() as connection:
        assert not list(portal.log.problems(connection))
        assert list(connection.execute(select(log.c.number).order_by(log.c.number)).scalars()) == list(range(1, 241))
        assert set(connection.execute(select(table.c.attempts)).scalars()) == {1}
    portal.close()


def test_two_who_take_a_run_at_the_same_moment_do_not_both_get_one(portal):
    for _ in range(10):
        with portal.writing() as connection:
            connection.execute(table.delete())
            for number in range(4):
                jobs.enqueue(connection, "run", f"{number:032d}")
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda name: jobs.take(portal.database, name, ("run",)), "abcd"))
        assert sum(one is not None for one in taken) == 1


def test_a_run_on_an_older_ledger_is_made_again(town, monkeypatch):
    """Another run ended while this one, whose lease had run out, was under way."""
    from evaluation.portal.meeting.submissions import Verdict, decide
    from tests.portal.test_editions import _made, _plan, _run

    _plan(town)
    decide(town.portal, town.send("anna", GOOD), Verdict(accepted=True), [])
    town.work()
    asked = []

    def meanwhile(task, place, bounds, wanted):
        asked.append(task)
        if len(asked) == 1:
            with town.portal.writing() as connection:
                running._keep_ledger(connection, town.portal.store.put(running._packed(place / "ledger")))
        return _made(place, bounds)

    monkeypatch.setattr(running, "ask", meanwhile)
    made = _run(town)
    assert len(asked) == 2 and {one.state for one in made.values()} == {"ready"}


def test_a_worker_that_starts_clears_nothing_that_is_in_use(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    place = Path(other.stdout.readline().strip())
    (place / "treatments.csv").write_text("in the open")
    bounded.clear(tmp_path)
    assert (place / "treatments.csv").exists()
    other.kill()
    other.communicate()
    bounded.clear(tmp_path)
    assert not place.exists()


def test_attempts_are_counted_for_all_together(portal):
    """Eight at once, each as a process of its own would: no more than the burst get through, and the address is not in the database."""
    with ThreadPoolExecutor(8) as pool:
        allowed = list(
            pool.map(lambda _: SharedThrottle(portal, burst=5, per_minute=60).allows("192.0.2.7", now=100.0), range(20))
        )
    assert sum(allowed) == 5
    one = SharedThrottle(portal, burst=5, per_minute=60)
    assert one.allows("192.0.2.8", now=100.0) and not one.allows("192.0.2.7", now=100.5) and one.allows("192.0.2.7", now=101.5)
    assert not one.allows("192.0.2.7", now=90.0), "a clock that is set back gives nothing"
    with portal.reading() as connection:
        assert "192.0.2" not in repr(list(connection.execute(select(attempts))))
    throttle.sweep(portal)
    with portal.reading() as connection:
        assert not list(connection.execute(select(attempts)))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="the processes are counted as Linux tells them")
def test_two_processes_serve_one_portal(settings, tmp_path):
    """`evaluation portal serve` with two processes: guesses, uploads and a kill of one of them."""
    port = free_port()
    new = tmp_path / "portal.toml"
    lines = {
        "folder": str(settings.folder),
        "database": settings.database,
        "work": str(tmp_path / "work"),
        "address": f"http://127.0.0.1:{port}",
        "listen_port": port,
        "processes": 2,
        "second_factor": False,
    }
    new.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items()))
    if not settings.key_file.exists():
        new_key(settings.key_file)
    portal = open_portal(settings)
    with portal.writing() as connection:
        rosa = add_account(connection, login="rosa", name="Rosa", role="researcher", password=PASSWORD)
        people = [
            add_account(connection, login=f"anna{number}", name=f"Anna {number}", role="provider", password=PASSWORD)
            for number in range(6)
        ]
    evaluation = evaluations.open_evaluation(portal, rosa, "Samen")
    with portal.writing() as connection:
        for one in people:
            evaluations.add_participant(connection, evaluation, one)
    keys = [tokens.new_token(portal, one, "proef") for one in people]
    command = [sys.executable, str(ROOT / "intervention_evaluation.py"), "portal", "serve", "--settings", str(new)]
    server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path)
    base = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: httpx.get(f"{base}/health").status_code == 200)
        _until(lambda: len(_serving(server.pid)) == 2)

        def guess(_):
            with httpx.Client(base_url=base, headers={"Origin": base}, timeout=60) as client:
                page = client.get("/login").text
                form = {
                    "form_token": re.search(r'name="form_token" value="(\w+)"', page)[1],
                    "login": "rosa",
                    "password": "geraden",
                }
                answer = client.post("/login", data=form)
                return "later" if answer.status_code == 429 else "locked" if "kwartier" in answer.text else "wrong"

        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            told = Counter(pool.map(guess, range(40)))
        more = int((time.monotonic() - began) / 6) + 1  # ten a minute come back
        assert told["wrong"] == ATTEMPTS, told
        assert 20 <= told["wrong"] + told["locked"] <= 20 + more, told

        def send(key):
            form = [("files", (name, content)) for name, content in GOOD.items()]
            with httpx.Client(base_url=base, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
                return client.post(f"/api/evaluations/{evaluation}/submissions", files=form).status_code

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(send, keys)) == {201}
        os.kill(_serving(server.pid)[0], signal.SIGKILL)

        def states():
            with portal.reading() as connection:
                return Counter(connection.execute(select(submissions.c.state)).scalars())

        with portal.database.writing() as connection:  # what the killed one held need not wait for its lease here
            connection.execute(table.update().where(table.c.state == "busy").values(leased_until=time.time() + 10))
        _until(lambda: states() == {"accepted": 6}, 120)
        _until(lambda: len(_serving(server.pid)) == 2, 60)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)
    with portal.reading() as connection:
        assert not list(portal.log.problems(connection))
        done = Counter(row.about for row in connection.execute(select(log.c.about).where(log.c.act == "accepted")))
        assert len(done) == 6 and set(done.values()) == {1}
        row = connection.execute(select(account_table.c.locked_until).where(account_table.c.login == "rosa")).scalar_one()
        assert row > time.time()
    assert not [one for one in (tmp_path / "work").glob("*") if any(one.rglob("*.csv"))] or not bounded.clear(tmp_path / "work")
    portal.close()


def _serving(parent: int) -> list[int]:
    """The processes that answer: children that a server made for that, and not what they do jobs with."""
    found = []
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            found.append(int(child))
    return found


def _until(true, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if true():
                return
        except (httpx.HTTPError, OSError):
            pass
        time.sleep(0.2)
    raise AssertionError("it did not come")


def test_threads_are_as_processes(portal):
    """The log, remembered outside of the database by many at once, is whole."""
    threads = [threading.Thread(target=lambda: [_write(portal) for _ in range(5)]) for _ in range(6)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    lines = portal.log.heads.read_text().splitlines()
    assert all(re.fullmatch(r"\d+ [0-9a-f]{64}", line) for line in lines) and max(int(line.split()[0]) for line in lines) == 30


def _write(portal) -> None:
    with portal.writing() as connection:
        portal.log.write(connection, "signed_in")
