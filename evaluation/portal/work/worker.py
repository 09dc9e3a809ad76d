"""The worker: a thread per kind of job beside the server, which takes one at a time, and sweeps when there is nothing to do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import select

from evaluation.output.faults import fault_place
from evaluation.portal.files.store import ABANDONED_SECONDS
from evaluation.portal.keeping.tables import files
from evaluation.portal.pages import throttle
from evaluation.portal.people import sessions
from evaluation.portal.people.person import new_id
from evaluation.portal.portal import Portal
from evaluation.portal.work import jobs
from evaluation.portal.work.bounded import NotWanted, clear
from evaluation.portal.work.checking import check, refuse_unchecked
from evaluation.portal.work.mailing import send_one
from evaluation.portal.work.running import fail_unmade, run

LOG = logging.getLogger("evaluation.portal")
DOES: dict[str, Callable[[Portal, str, Callable[[], bool]], None]] = {"check": check, "run": run}
GIVES_UP: dict[str, Callable[[Portal, str], None]] = {"check": refuse_unchecked, "run": fail_unmade}
_LOOK_SECONDS, _MAIL_SECONDS, _SWEEP_SECONDS = 1.0, 5.0, 600.0


class Worker:
    """Does the jobs until it is told to stop; `wake` lets it look at once."""

    def __init__(self, portal: Portal) -> None:
        self._portal, self._name = portal, new_id()
        self._stopping, self._waking = threading.Event(), threading.Event()
        self._threads = [
            *(threading.Thread(target=self._work, args=((kind,),), name=kind, daemon=True) for kind in DOES),
            threading.Thread(target=self._sweep, name="sweep", daemon=True),
            *([threading.Thread(target=self._mail, name="mail", daemon=True)] if portal.settings.mail_host else []),
        ]

    def start(self) -> None:
        """Begin, after removing what a killed portal left in the work folder."""
        clear(self._portal.work)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._waking.set()

    def stop(self) -> None:
        """Take nothing new; what is being done is left to its lease."""
        self._stopping.set()
        self._waking.set()
        for thread in self._threads:
            thread.join(5)
        clear(self._portal.work)

    def _work(self, kinds: tuple[str, ...]) -> None:
        while not self._stopping.is_set():
            try:
                job = jobs.take(self._portal.database, self._name, kinds)
                if job is not None:
                    do(self._portal, job, self._stopping.is_set)
                    continue
            except Exception as error:  # the database may be away for a while; the text can hold data
                LOG.error("%s %s", type(error).__name__, fault_place(error))
            self._waking.wait(_LOOK_SECONDS)
            self._waking.clear()

    def _mail(self) -> None:
        while not self._stopping.is_set():
            try:
                if send_one(self._portal):
                    continue
            except Exception as error:
                LOG.error("%s %s", type(error).__name__, fault_place(error))
            self._stopping.wait(_MAIL_SECONDS)

    def _sweep(self) -> None:
        while not self._stopping.is_set():
            try:
                sweep(self._portal)
            except Exception as error:
                LOG.error("%s %s", type(error).__name__, fault_place(error))
            self._stopping.wait(_SWEEP_SECONDS)


def do(portal: Portal, job: jobs.Job, stopping: Callable[[], bool] = lambda: False) -> None:
    """Do one job that is held; what ends it three times is given up."""

    def wanted() -> bool:
        return not stopping() and jobs.still_held(portal.database, job)

    try:
        if job.attempts > jobs.ATTEMPTS:
            GIVES_UP[job.kind](portal, job.about)
            jobs.finish(portal.database, job, done=False)
            return
        DOES[job.kind](portal, job.about, wanted)
    except NotWanted:
        jobs.give_back(portal.database, job)
        return
    except Exception as error:  # left to its lease: it is tried again, and given up in the end
        LOG.error("%s %s %s", job.kind, type(error).__name__, fault_place(error))
        time.sleep(0.2)
        return
    jobs.finish(portal.database, job, done=True)


def do_all(portal: Portal) -> None:
    """Do everything that waits, here and now."""
    name = new_id()
    while (job := jobs.take(portal.database, name, tuple(DOES))) is not None:
        do(portal, job)


def sweep(portal: Portal, *, older_than: float = ABANDONED_SECONDS) -> int:
    """Remove files that nobody names and sessions that were left; answers how many files."""

    def known() -> set[str]:
        with portal.reading() as connection:
            return set(connection.execute(select(files.c.id)).scalars())

    sessions.sweep(portal)
    throttle.sweep(portal)
    return portal.store.sweep(known, older_than=older_than)
