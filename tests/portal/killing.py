"""A portal that is killed at any moment while somebody uploads, runs, approves and releases: what must hold afterwards.

    .venv/bin/python -m tests.portal.killing FOLDER [KILLS] [SEED] [DATABASE]

A process is made ready once; from it one after another is forked, each of which opens the portal, sends files in through the whole
application, decides about some and withdraws others, and tells of every receipt that it got through a pipe; between them it makes editions, which are
approved and released. Each is killed (SIGKILL) after a random moment. Then: every receipt is there, with its files whole; nothing is half there; every
edition that is ready has its files, and stands in the ledger; what was released to the committee was approved before; and the log is sound.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

import httpx
from sqlalchemy import select as choose

from evaluation.failures import WrongUse
from evaluation.portal.files.keys import new_key
from evaluation.portal.keeping.tables import accounts, approvals, editions, files, jobs, log, submissions
from evaluation.portal.meeting.approving import decide as approve
from evaluation.portal.meeting.editions import release, start_run
from evaluation.portal.meeting.evaluations import keep_plan, lock
from evaluation.portal.meeting.submissions import Sent, Verdict, decide, withdraw
from evaluation.portal.people import tokens
from evaluation.portal.people.accounts import person_of
from evaluation.portal.portal import Portal, open_portal
from evaluation.portal.settings import Settings
from evaluation.portal.work import running
from evaluation.portal.work.jobs import take
from evaluation.portal.work.worker import do, sweep
from tests.portal.test_editions import PLAN, _made
from tests.portal.visitors import Town

LONGEST_MS = 1_000
HELD = ("received", "accepted")


def settings_in(folder: Path, database: str) -> Settings:
    """Where everything is."""
    return Settings(folder=folder / "portal", database=database, second_factor=False, work=folder / "work")


def kill_many(folder: Path, kills: int, seed: int, database: str = "") -> dict[str, int]:
    """Kill so many times, and see after each tenth and at the end that everything holds; what was counted."""
    settings = settings_in(folder, database)
    new_key(settings.key_file)
    portal = open_portal(settings)
    with Town.of(portal) as town:
        token = tokens.new_token(portal, town.people["anna"], "killed")
        evaluation = town.evaluation
        keep_plan(portal, town.people["rosa"], evaluation, PLAN)
        lock(portal, town.people["rosa"], evaluation)
    portal.close()
    draw, receipts = random.Random(seed), []
    for number in range(kills):
        receipts += _killed(settings, evaluation, token, draw.random() * LONGEST_MS / 1000, draw.randrange(2**32))
        if number % 10 == 9 or number == kills - 1:
            found = _look(settings, receipts)
    return {"kills": kills, **found}


def _killed(settings: Settings, evaluation: str, token: str, after: float, seed: int) -> list[tuple[str, str]]:
    """One process that is killed; the receipts that it told of, each with the hash of what was sent."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            asyncio.run(_work(settings, evaluation, token, writing, random.Random(seed)))
        finally:
            os._exit(1)
    os.close(writing)
    told = b""
    while b"\n" not in told and select.select([reading], [], [], 30)[0]:
        told += os.read(reading, 4096)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(reading, 65536):
        told += piece
    os.close(reading)
    lines = told.decode().split("\n")[1:-1]  # the first says that it is ready; what has no end was not told
    return [tuple(json.loads(line)) for line in lines]


async def _work(settings: Settings, evaluation: str, token: str, pipe: int, draw: random.Random) -> None:
    portal = open_portal(settings)
    from evaluation.portal.pages.application import NAME, portal_application
    from evaluation.portal.pages.doors import Desk
    from evaluation.portal.pages.throttle import Throttle
    from evaluation.web.pages import Pages

    many = {name: Throttle(burst=10**9, per_minute=10**9) for name in ("forms", "attempts", "uploads", "programs", "addresses")}
    desk = Desk(portal, Pages("evaluation.portal.pages", NAME), **many)
    app = portal_application(portal, working=False, desk=desk)
    person = tokens.person_with(portal, token)
    os.write(pipe, b"ready\n")
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.origin, headers=headers) as client:
        while True:
            content = draw.randbytes(draw.choice((10, 5_000, 700_000)))
            form = [("files", ("inzending.xlsx", content))]
            answer = await client.post(f"/api/evaluations/{evaluation}/submissions", files=form)
            if answer.status_code == 201:
                receipt = answer.json()["receipt"]
                os.write(pipe, json.dumps([receipt, hashlib.sha256(content).hexdigest()]).encode() + b"\n")
            else:
                with portal.reading() as connection:
                    receipt = (
                        connection.execute(choose(submissions.c.id).where(submissions.c.state == "received")).scalars().first()
                    )
            if draw.random() < 0.3 and answer.status_code == 201:
                withdraw(portal, person, receipt)
            elif receipt:
                found = [Sent("findings.json", portal.store.put(b"{}"))]
                decide(portal, receipt, Verdict(accepted=draw.random() < 0.7), found)
            if draw.random() < 0.4:
                _publish(portal, evaluation)


def _publish(portal: Portal, evaluation: str) -> None:
    """One step further with the editions: what is ready is decided about and released, and a new run is asked for and made."""
    with portal.reading() as connection:
        who = {row.login: person_of(row) for row in connection.execute(choose(accounts))}
        ready = list(connection.execute(choose(editions).where(editions.c.state == "ready")))
        left = list(connection.execute(choose(submissions.c.id).where(submissions.c.state == "received")).scalars())
    for id in left:  # of one that was killed between receipt and verdict
        decide(portal, id, Verdict(accepted=True), [])
    for edition in ready:
        if edition.kind == "committee":
            approve(portal, who["petra"], edition.id, approved=True, seen=[who["clara"].id])
        release(portal, who["rosa"], edition.id)
    with contextlib.suppress(WrongUse):  # nothing was accepted, or one is being made
        start_run(portal, who["rosa"], evaluation)
    running.ask = lambda task, place, bounds, wanted: _made(place, bounds)
    job = take(portal.database, "killed", ("run",))
    if job is not None:
        do(portal, job)


def _look(settings: Settings, receipts: list[tuple[str, str]]) -> dict[str, int]:
    """Whether everything holds."""
    portal = open_portal(settings)
    swept = sweep(portal, older_than=0)
    with (
        portal.database.writing() as connection
    ):  # what a killed one held need not wait for its lease here; it does not count as a try
        connection.execute(jobs.update().where(jobs.c.state == "busy").values(leased_until=0.0, attempts=0))
    _look_at_editions(portal)
    with portal.reading() as connection:
        rows = {row.id: row for row in connection.execute(choose(submissions))}
        named = list(connection.execute(choose(files)))
        asked = set(connection.execute(choose(jobs.c.about)).scalars())
        problems = list(portal.log.problems(connection, [(row.log_number, row.log_seal) for row in rows.values()]))
    assert not problems, problems
    for receipt, sha256 in receipts:
        assert rows[receipt].sha256 == sha256, "a receipt that was given is there, about what was sent"
    for row in rows.values():
        sent = [one for one in named if one.submission_id == row.id and one.kind == "sent"]
        assert bool(sent) == (row.state in HELD), (row.state, len(sent))
        if row.state == "received":
            assert row.id in asked, "what was received is going to be checked"
        for one in sent:
            content = portal.store.read(one.id)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (one.size, one.sha256) and row.sha256 == one.sha256
    assert {entry.name for entry in portal.store.folder.iterdir()} == {one.id for one in named}, "nothing is half there"
    with portal.reading() as connection:
        out = len(list(connection.execute(choose(editions).where(editions.c.state == "released"))))
    portal.close()
    return {
        "receipts": len(receipts),
        "released": out,
        "submissions": len(rows),
        "files": len(named),
        "swept at the end": swept,
    }


def _look_at_editions(portal: Portal) -> None:
    with portal.reading() as connection:
        made = list(connection.execute(choose(editions)))
        named = list(connection.execute(choose(files)))
        approved = set(connection.execute(choose(approvals.c.edition_id).where(approvals.c.approved)).scalars())
        told = [(row.act, row.about) for row in connection.execute(choose(log).order_by(log.c.number))]
    for edition in made:
        mine = [one for one in named if one.edition_id == edition.id]
        assert bool(mine) == (edition.state in ("ready", "released")), (edition.state, len(mine))
        for one in mine:
            assert hashlib.sha256(portal.store.read(one.id)).hexdigest() == one.sha256
        assert (("released", edition.id) in told) == (edition.state == "released")
        if edition.kind == "committee" and edition.state == "released":
            assert edition.id in approved
            assert told.index(("edition_approved", edition.id)) < told.index(("released", edition.id))
    ledgers = [one for one in named if one.kind == "ledger"]
    runs = {edition.run for edition in made if edition.state in ("ready", "released")}
    assert len(ledgers) == bool(runs)
    # each run adds one line to the ledger: none is there that it does not know, and it knows none that is not there
    assert sum(portal.store.read(one.id).count(b"seen-") for one in ledgers) == len(runs)


if __name__ == "__main__":
    place, *more = sys.argv[1:]
    kills, seed, database = (int(more[0]) if more else 200), (int(more[1]) if more[1:] else 1), (more[2] if more[2:] else "")
    print(json.dumps(kill_many(Path(place), kills, seed, database)))
