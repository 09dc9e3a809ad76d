"""A portal that is killed at any moment while somebody uploads: what must hold afterwards.

    .venv/bin/python -m tests.portal.killing FOLDER [KILLS] [SEED] [DATABASE]

A process is made ready once; from it one after another is forked, each of which opens the portal, sends files in through the whole
application, decides about some and withdraws others, and tells of every receipt that it got through a pipe. Each is killed (SIGKILL) after a random
moment. Then: every receipt is there, with its files whole; nothing is half there; and the log is sound.
"""

from __future__ import annotations

import asyncio
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

from evaluation.portal.files.keys import new_key
from evaluation.portal.keeping.tables import files, jobs, submissions
from evaluation.portal.meeting.submissions import Sent, Verdict, decide, withdraw
from evaluation.portal.people import tokens
from evaluation.portal.portal import open_portal
from evaluation.portal.settings import Settings
from evaluation.portal.work.worker import sweep
from tests.portal.visitors import Town

LONGEST_MS = 700
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


def _look(settings: Settings, receipts: list[tuple[str, str]]) -> dict[str, int]:
    """Whether everything holds."""
    portal = open_portal(settings)
    swept = sweep(portal, older_than=0)
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
    portal.close()
    return {"receipts": len(receipts), "submissions": len(rows), "files": len(named), "swept at the end": swept}


if __name__ == "__main__":
    place, *more = sys.argv[1:]
    kills, seed, database = (int(more[0]) if more else 200), (int(more[1]) if more[1:] else 1), (more[2] if more[2:] else "")
    print(json.dumps(kill_many(Path(place), kills, seed, database)))
