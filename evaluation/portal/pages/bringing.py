"""Forms with files: straight from the connection into sealed files, after the door has seen that the form is one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from evaluation.portal.files.store import Writing
from evaluation.portal.meeting.submissions import Sent, check_names
from evaluation.portal.pages.doors import STALE, TOKEN, Desk, Visit, missing
from evaluation.portal.people import sight
from evaluation.portal.people.sessions import Session
from evaluation.web.failing import Refused, status_words
from evaluation.web.uploading import receive

MOST_PLAN = 150_000


class _Sealing:
    """What the parser writes to; the file is finished afterwards, off the event loop."""

    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    def write(self, piece: bytes) -> int:
        self.writing.write(bytes(piece))
        return len(piece)

    def close(self) -> None:
        """Nothing yet."""


class _InMemory(bytearray):
    def write(self, piece: bytes) -> int:
        self.extend(piece)
        return len(piece)

    def close(self) -> None:
        """Nothing to close."""


async def bring_submission(request: Request, desk: Desk, session: Session) -> tuple[Mapping[str, str], Any]:
    """A submission to an evaluation of the provider's own, sealed; nothing is left of it when anything is wrong."""
    await run_in_threadpool(_expected, desk, session, Visit(request, desk, session).path("evaluation"))
    if not desk.uploads.allows(session.person.id):
        raise Refused(429, status_words(429))
    settings, begun, sent = desk.portal.settings, {}, []

    def opened(fields: Mapping[str, str], name: str) -> tuple[Path, _Sealing]:
        if session.csrf and not session.own_form(fields.get(TOKEN, "")):
            raise Refused(403, STALE)
        writing = desk.portal.store.begin()
        begun[writing.place] = writing
        return writing.place, _Sealing(writing)

    try:
        got = await receive(
            request, desk.portal.store.folder, most_bytes=settings.upload_bytes, most_files=settings.upload_files, opened=opened
        )
        if session.csrf and not session.own_form(got.fields.get(TOKEN, "")):
            raise Refused(403, STALE)
        files = [one for one in got.files if one.field == "files"]
        check_names([one.name for one in files])
        for one in files:
            sent.append(Sent(one.name, await run_in_threadpool(begun[one.path].close)))
    except BaseException:
        desk.portal.store.destroy(*(one.stored.id for one in sent))
        raise
    finally:
        for writing in begun.values():
            with suppress(OSError):
                writing.abandon()
    return got.fields, sent


async def bring_plan(request: Request, desk: Desk, session: Session) -> tuple[Mapping[str, str], Any]:
    """A plan: as a file, or as the text in the form."""
    held: dict[Path, _InMemory] = {}

    def opened(fields: Mapping[str, str], name: str) -> tuple[Path, _InMemory]:
        if not session.own_form(fields.get(TOKEN, "")):
            raise Refused(403, STALE)
        place = desk.portal.store.folder / f"never-there-{len(held)}"
        held[place] = _InMemory()
        return place, held[place]

    got = await receive(request, desk.portal.store.folder, most_bytes=MOST_PLAN, most_files=1, opened=opened)
    if not session.own_form(got.fields.get(TOKEN, "")):
        raise Refused(403, STALE)
    text = got.fields.get("plan", "")
    for one in got.files:
        text = held[one.path].decode("utf-8-sig", "replace")
    return got.fields, text.replace("\r\n", "\n")


def _expected(desk: Desk, session: Session, evaluation_id: str) -> None:
    with desk.portal.reading() as connection:
        if sight.evaluation_for(connection, session.person, evaluation_id) is None:
            raise missing()
