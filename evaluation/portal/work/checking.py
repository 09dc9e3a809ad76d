"""The check of what was received, in a bounded process, and its verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from data_schemas.words import Words
from evaluation.portal.keeping.tables import submissions
from evaluation.portal.meeting.submissions import Sent, Verdict, decide, files_of
from evaluation.portal.portal import Portal
from evaluation.portal.work.bounded import Bounds, NotFinished, ask, room

_GIVEN_UP = Words(
    "Het nakijken is drie keer afgebroken. Stuur de inzending opnieuw, of vraag wie het portaal beheert.",
    "The check was broken off three times. Send the submission again, or ask who keeps the portal.",
)
FINDINGS = ("findings-nl.html", "findings-en.html", "findings.json")


def check(portal: Portal, submission_id: str, wanted: Callable[[], bool] = lambda: True) -> None:
    """Check one submission; nothing is done when it is no longer waiting for that."""
    with portal.reading() as connection:
        state = connection.execute(select(submissions.c.state).where(submissions.c.id == submission_id)).scalar()
        sent = files_of(connection, submission_id, "sent")
    if state != "received":
        return
    bounds = Bounds(seconds=portal.settings.check_seconds, bytes=portal.settings.check_bytes)
    with room(portal.work) as place:
        (place / "sent").mkdir(0o700)
        for file in sent:
            portal.store.unpack(file.id, place / "sent" / file.name)
        try:
            answer = ask("check", place, bounds, wanted)
        except NotFinished as error:
            decide(portal, submission_id, Verdict(accepted=False, errors=1, why=error.words), [])
            return
        if failed := answer.get("failed"):
            verdict = Verdict(accepted=False, errors=1, why=Words(**failed))
        else:
            found = {name: answer[name] for name in ("accepted", "errors", "warnings")}
            verdict = Verdict(content_sha256=answer["sha256"], **found)
        decide(portal, submission_id, verdict, _kept(portal, place))


def _kept(portal: Portal, place: Path) -> list[Sent]:
    """The findings, sealed; there are none when the files could not be read at all."""
    there = [place / name for name in FINDINGS if (place / name).is_file() and not (place / name).is_symlink()]
    return [Sent(file.name, portal.store.put(file.read_bytes())) for file in there]


def refuse_unchecked(portal: Portal, submission_id: str) -> None:
    """The verdict on what could not be checked: it is not accepted."""
    decide(portal, submission_id, Verdict(accepted=False, errors=1, why=_GIVEN_UP), [])
