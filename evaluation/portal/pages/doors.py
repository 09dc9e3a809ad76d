"""Doors: every way into the application, with who may come through.

A door looks after what no page may forget: that somebody is signed in and has the role, that a form is one of this session's own
pages, that nobody asks too often. What lies behind it is a plain function from a `Visit` to an answer, run in a thread.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data_schemas.words import Lang, Words
from evaluation.portal.keeping.tables import ROLES
from evaluation.portal.pages.telling import telling
from evaluation.portal.pages.throttle import SharedThrottle, Throttle
from evaluation.portal.people import sessions
from evaluation.portal.people.person import Person
from evaluation.portal.people.sessions import Session
from evaluation.portal.people.tokens import person_with
from evaluation.portal.portal import Portal
from evaluation.web.failing import Refused, status_words
from evaluation.web.pages import Pages, language
from evaluation.web.uploading import small_form

ANYBODY = frozenset({"nobody", *ROLES})
SIGNED_IN = frozenset(ROLES)
TOKEN = "form_token"
STALE = Words(
    "Deze pagina is verlopen. Ga terug, laad haar opnieuw, en doe het nog eens.",
    "This page has expired. Go back, load it again, and do it once more.",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page needs: the portal, the templates, how often who may ask, and whom to wake.

    Where several processes answer, each allows its part of what only keeps the load down; attempts are counted for all together.
    """

    portal: Portal
    pages: Pages
    wake: Callable[[], None] = lambda: None
    openid: Any = None
    _: KW_ONLY
    forms: Throttle
    attempts: Throttle | SharedThrottle
    uploads: Throttle
    programs: Throttle
    addresses: Throttle

    @classmethod
    def of(cls, portal: Portal, pages: Pages, wake: Callable[[], None], openid: Any) -> Desk:
        """The desk of one of the processes of a portal."""
        share = portal.settings.processes
        parts = {"forms": (60, 60), "uploads": (10, 4), "programs": (120, 120), "addresses": (300, 300)}
        throttles = {
            name: Throttle(burst=-(-burst // share), per_minute=per_minute / share)
            for name, (burst, per_minute) in parts.items()
        }
        return cls(portal, pages, wake, openid, attempts=SharedThrottle(portal, burst=20, per_minute=10), **throttles)

    @property
    def cookie(self) -> str:
        """The name of the session's cookie; the prefix makes a browser refuse one that another site of the domain sets."""
        return "__Host-portal" if self.portal.settings.secure else "portal"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that came through a door: who asks, and what they brought."""

    request: Request
    desk: Desk
    session: Session | None
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    brought: Any = field(default=None, repr=False)

    @property
    def portal(self) -> Portal:
        """The portal."""
        return self.desk.portal

    @property
    def person(self) -> Person:
        """Who asks; only behind a door for who has signed in."""
        return self.session.person

    @property
    def address(self) -> str:
        """Where the request comes from, for the throttle only: it is written nowhere."""
        return self.request.client.host if self.request.client else ""

    def path(self, name: str) -> str:
        """A part of the path; what is no name of ours is not there."""
        given = str(self.request.path_params[name])
        if not (given.isascii() and given.isprintable()):
            raise missing()
        return given

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A template filled, with the token that its forms carry."""
        token = self.session.csrf if self.session else ""
        known = self._known()
        return self.desk.pages.page(
            self.request, template, status, form_token=token, person=known, told=telling(self.lang), **values
        )

    @property
    def lang(self) -> Lang:
        """The language of the answer."""
        return language(self.request)

    def go(self, to: str, session: Session | None = None) -> Response:
        """To another page; with the cookie of a session that begins."""
        answer = RedirectResponse(to, 303)
        if session is not None:
            set_cookie(self.desk, answer, session)
        return answer

    def _known(self) -> Person | None:
        return self.session.person if self.session and self.session.stage == "full" else None


Behind = Callable[[Visit], Response]
Bring = Callable[[Request, Desk, Session], Awaitable[tuple[Mapping[str, str], Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way in.

    Parameters
    ----------
    who
        The roles that may come through; with "nobody" among them it is open to who has not signed in.
    stage
        "half" for the pages between password and second factor, which nobody else needs.
    bring
        Reads a form with files; the plain fields of other forms are read by the door itself.
    program
        For programs: a token in the header `Authorization` counts, and nothing else.
    attempt
        Whether it counts as trying to come in.
    handle
        Does it all by itself, without a session: signing in elsewhere.
    """

    path: str
    behind: Behind | None
    method: str = "GET"
    who: frozenset[str] = SIGNED_IN
    stage: str = "full"
    bring: Bring | None = None
    program: bool = False
    attempt: bool = False
    handle: Callable[[Request, Desk], Awaitable[Response]] | None = None

    def route(self, desk: Desk) -> Route:
        """The route of this door."""
        return Route(
            self.path, functools.partial(_through, self, desk), methods=[self.method], name=f"{self.method} {self.path}"
        )


async def _through(door: Door, desk: Desk, request: Request) -> Response:
    if door.handle is not None:
        return await door.handle(request, desk)
    if door.program:
        return await _program(door, desk, request)
    session = await run_in_threadpool(sessions.find, desk.portal, request.cookies.get(desk.cookie, ""))
    request.state.session = session
    if refused := _may_come(door, session):
        return refused(request)
    visit = Visit(request, desk, session)
    if door.attempt and not await run_in_threadpool(desk.attempts.allows, visit.address):
        raise Refused(429, status_words(429))
    if door.method == "POST":
        visit = await _with_form(door, visit)
    return await run_in_threadpool(door.behind, visit)


async def _program(door: Door, desk: Desk, request: Request) -> Response:
    if not desk.addresses.allows(request.client.host if request.client else ""):
        raise Refused(429, status_words(429))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    asked = token.strip() if scheme.lower() == "bearer" else ""
    person = await run_in_threadpool(person_with, desk.portal, asked) if asked else None
    if person is None and "nobody" not in door.who:
        raise Refused(401, status_words(401))
    if person is not None and person.role not in door.who:
        raise Refused(403, status_words(403))
    if person is not None and not desk.programs.allows(person.id):
        raise Refused(429, status_words(429))
    session = None if person is None else Session("", "full", "", person, {})
    visit = Visit(request, desk, session)
    if door.bring is not None:
        form, brought = await door.bring(request, desk, session)
        visit = replace(visit, form=form, brought=brought)
    return await run_in_threadpool(door.behind, visit)


def _may_come(door: Door, session: Session | None) -> Callable[[Request], Response] | None:
    """None when the door is open to this session; otherwise what to answer."""
    if door.stage == "half":
        return None if session is not None and session.stage == "half" else _to_sign_in
    role = session.person.role if session is not None and session.stage == "full" else "nobody"
    if role in door.who:
        return None
    return _to_sign_in if role == "nobody" else _refuse


def _to_sign_in(request: Request) -> Response:
    if request.method != "GET":
        raise Refused(401, status_words(401))
    return RedirectResponse("/login", 303)


def _refuse(request: Request) -> Response:
    raise Refused(403, status_words(403))


async def _with_form(door: Door, visit: Visit) -> Visit:
    """The form, when it is one of this session's own pages; before a byte of a file is read."""
    if visit.session is None:
        raise Refused(403, STALE)
    if not visit.desk.forms.allows(visit.session.csrf):
        raise Refused(429, status_words(429))
    if door.bring is not None:
        form, brought = await door.bring(visit.request, visit.desk, visit.session)
        return replace(visit, form=form, brought=brought)
    form = dict(await small_form(visit.request))
    if not visit.session.own_form(form.get(TOKEN, "")):
        raise Refused(403, STALE)
    return replace(visit, form=form)


def set_cookie(desk: Desk, answer: Response, session: Session) -> None:
    """Give the browser a session: out of reach of scripts, not sent by other sites' forms, gone with the browser."""
    answer.set_cookie(desk.cookie, session.token, path="/", httponly=True, samesite="lax", secure=desk.portal.settings.secure)


def missing() -> Refused:
    """What is not there, or not theirs: the answer does not tell which."""
    return Refused(404, status_words(404))
