"""All doors in one application, with the worker beside it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from data_schemas.words import Words
from evaluation.portal.pages import coming_in, handing_in, home, openid, overseeing, own_account, reading, researching
from evaluation.portal.pages.doors import Desk, Door
from evaluation.portal.pages.programs import api
from evaluation.portal.portal import Portal, open_portal
from evaluation.portal.settings import SETTINGS_VARIABLE, read_settings
from evaluation.portal.work.worker import Worker
from evaluation.web.application import application
from evaluation.web.pages import Link, Pages

NAME = Words("Evaluatieportaal", "Evaluation portal")
ROOMS = (home, coming_in, openid, own_account, handing_in, researching, reading, overseeing, api)
_TRIAL = Words(
    "Probeerportaal: alles hierin is verzonnen. Zet er geen echte gegevens in.",
    "Portal to try: all of it is made up. Put no real data in it.",
)
_START, _LOG, _ACCOUNT = Words("Begin", "Start"), Words("Logboek", "Log"), Words("Uw account", "Your account")


def doors() -> tuple[Door, ...]:
    """Every way in."""
    return tuple(door for room in ROOMS for door in room.DOORS)


def portal_application(portal: Portal, *, working: bool = True, trial: bool = False, desk: Desk | None = None) -> Starlette:
    """The portal as an ASGI application.

    Parameters
    ----------
    working
        Whether checks and runs are done beside it; not where another process does them.
    trial
        Whether it is one to try, which every page then says.
    """
    worker = Worker(portal)
    pages = Pages("evaluation.portal.pages", NAME, links=_links, note=lambda request: _TRIAL if trial else None)
    at = desk or Desk.of(portal, pages, worker.wake, openid.client(portal.settings))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        if working:
            await run_in_threadpool(worker.start)
        yield
        if working:
            await run_in_threadpool(worker.stop)

    def failed(request: Request, status: int, words: Words) -> Response:
        if request.url.path.startswith("/api/"):
            return JSONResponse({"status": status, "error": words._asdict()}, status)
        return pages.page(request, "failed.html", status, words=words, fault=status >= 500, person=None, form_token="")

    return application(
        [door.route(at) for door in doors()],
        pages,
        hosts=frozenset({portal.settings.host.lower()}),
        origins=frozenset({portal.settings.origin}),
        lifespan=lifespan,
        static=[("evaluation.portal.pages", "static")],
        failed=failed,
        programs="/api/",
    )


def from_settings() -> Starlette:
    """The portal that the environment names: each of several processes makes its own."""
    named = os.environ.get(SETTINGS_VARIABLE)
    return portal_application(open_portal(read_settings(Path(named) if named else None)))


def _links(request: Request) -> Sequence[Link]:
    session = request.scope.get("state", {}).get("session")
    if session is None or session.stage != "full":
        return ()
    log = (Link("/log", _LOG),) if session.person.role == "privacy_officer" else ()
    return Link("/", _START), *log, Link("/account", _ACCOUNT)
