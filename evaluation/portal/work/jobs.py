"""Jobs in a table of the portal's own database, each taken under a lease.

A job is written in the transaction of what asks for it: there is no receipt without its check, and no check without its receipt, also
when the process dies between the two. Who takes a job holds it for a while and says at times that it is still there; when it dies, the
lease runs out and another takes the job. A job may therefore run twice: each ends in one transaction that looks whether it still counts.

Own code, sixty lines, because this is what the queues at hand do not do: procrastinate (PostgreSQL only) and huey (SQLite or PostgreSQL through
peewee, or Redis) write outside of our transaction, or know one of the two databases only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, insert, or_, select, update

from evaluation.portal.keeping.database import TAKING_A_RUN, Database, alone
from evaluation.portal.keeping.tables import jobs
from evaluation.portal.people.person import new_id

LEASE_SECONDS = 60.0
# what ended its process three times is not tried again
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is held: what is asked, of what, by whom it is held, and how often it was tried, this time included."""

    id: str
    kind: str
    about: str
    worker: str
    attempts: int


def enqueue(connection: Connection, kind: str, about: str) -> str:
    """Ask for something, in the transaction of who asks."""
    id = new_id()
    connection.execute(
        insert(jobs).values(id=id, kind=kind, about=about, state="waiting", attempts=0, leased_until=0.0, made_at=time.time())
    )
    return id


def take(database: Database, worker: str, kinds: tuple[str, ...]) -> Job | None:
    """The oldest job of these kinds that nobody holds; None when there is none. Of runs there is one at a time: they share a ledger."""
    now = time.time()
    with database.writing() as connection:
        if "run" in kinds:
            # two that take different runs at the same moment would not see each other's
            alone(connection, TAKING_A_RUN)
        free = or_(jobs.c.state == "waiting", (jobs.c.state == "busy") & (jobs.c.leased_until < now))
        wanted = select(jobs).where(jobs.c.kind.in_(kinds), free).order_by(jobs.c.made_at, jobs.c.id).limit(1)
        row = connection.execute(wanted.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        if row.kind == "run":
            others = select(jobs.c.id).where(
                jobs.c.kind == "run", jobs.c.state == "busy", jobs.c.id != row.id, jobs.c.leased_until >= now
            )
            if connection.execute(others).first():
                return None
        held = {"state": "busy", "worker": worker, "attempts": row.attempts + 1, "leased_until": now + LEASE_SECONDS}
        connection.execute(update(jobs).where(jobs.c.id == row.id).values(**held))
    return Job(row.id, row.kind, row.about, worker, row.attempts + 1)


def still_held(database: Database, job: Job) -> bool:
    """Say that the job is still being done; False when another holds it by now, or nobody wants it any more."""
    with database.writing() as connection:
        return bool(
            connection.execute(update(jobs).where(_mine(job)).values(leased_until=time.time() + LEASE_SECONDS)).rowcount
        )


def finish(database: Database, job: Job, *, done: bool) -> None:
    """The job was done, or is given up."""
    with database.writing() as connection:
        values = {"state": "done" if done else "failed", "done_at": time.time()}
        connection.execute(update(jobs).where(_mine(job)).values(**values))


def give_back(database: Database, job: Job) -> None:
    """The job was not done, through no fault of its own: another may take it at once."""
    with database.writing() as connection:
        values = {"state": "waiting", "attempts": job.attempts - 1, "leased_until": 0.0}
        connection.execute(update(jobs).where(_mine(job)).values(**values))


def _mine(job: Job):
    return (jobs.c.id == job.id) & (jobs.c.worker == job.worker) & (jobs.c.state == "busy")
