"""Editions: asked for by the researcher, made by a run, released, read under a confidentiality notice, and written about."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import accounts, admitted, consents, editions, evaluations, files, notes, sources
from evaluation.portal.meeting import notifying
from evaluation.portal.meeting.approving import is_approved
from evaluation.portal.meeting.evaluations import plan_of
from evaluation.portal.meeting.submissions import being_checked, in_force
from evaluation.portal.people.person import Person, new_id
from evaluation.portal.portal import Portal
from evaluation.portal.work.jobs import enqueue

KINDS = {"public": Words("openbaar", "public"), "committee": Words("voor de commissie", "for the committee")}
STATES = {
    "waiting": Words("wordt gemaakt", "being made"),
    "ready": Words("klaar, nog niet vrijgegeven", "ready, not released yet"),
    "failed": Words("niet gelukt", "not made"),
    "released": Words("vrijgegeven", "released"),
}
NOTE = "note"
LONGEST_NOTE = 5_000
_NO_PLAN = Words("Vergrendel eerst het plan.", "Lock the plan first.")
_NOBODY = Words("Er is nog geen geaccepteerde inzending.", "There is no accepted submission yet.")
_CHECKING = Words(
    "Er wordt nog een inzending nagekeken. Wacht tot dat klaar is.",
    "A submission is still being checked. Wait until that is done.",
)
_RUNNING = Words(
    "Er wordt al een uitgave gemaakt. Wacht tot die klaar is.", "An edition is being made already. Wait until it is ready."
)
_NOT_APPROVED = Words(
    "De privacyfunctionaris heeft deze uitgave niet goedgekeurd. Zonder die goedkeuring kan zij niet worden vrijgegeven.",
    "The privacy officer has not approved this edition. Without that approval it cannot be released.",
)
_NOT_READY = Words("Deze uitgave kan niet worden vrijgegeven.", "This edition cannot be released.")
_EMPTY = Words("Schrijf een opmerking van hoogstens {most} tekens.", "Write a note of at most {most} signs.")


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about an edition."""

    who: str
    role: str
    at: float
    text: str


def start_run(portal: Portal, person: Person, evaluation_id: str) -> str:
    """Ask for a new run over what is in force now; answers its name.

    Raises
    ------
    WrongUse
        The plan is not locked, nothing was accepted, or something is still being done.
    """
    run, now = new_id(), time.time()
    with portal.writing() as connection:
        row = connection.execute(select(evaluations).where(evaluations.c.id == evaluation_id).with_for_update()).one()
        plan = plan_of(row)
        if plan is None or not row.plan_sha256:
            raise WrongUse(_NO_PLAN)
        if being_checked(connection, evaluation_id):
            raise WrongUse(_CHECKING)
        used = in_force(connection, evaluation_id)
        if not used:
            raise WrongUse(_NOBODY)
        mine = editions.c.evaluation_id == evaluation_id
        if connection.execute(select(editions.c.id).where(mine, editions.c.state == "waiting")).first():
            raise WrongUse(_RUNNING)
        number = (connection.execute(select(func.max(editions.c.number)).where(mine)).scalar() or 0) + 1
        for kind in ("public", *(("committee",) if plan.disclosure.committee is not None else ())):
            made = new_id()
            connection.execute(
                insert(editions).values(
                    id=made,
                    evaluation_id=evaluation_id,
                    run=run,
                    kind=kind,
                    number=number,
                    state="waiting",
                    plan_sha256=row.plan_sha256,
                    stood=False,
                    made_at=now,
                )
            )
            connection.execute(insert(sources), [{"edition_id": made, "submission_id": one.id} for one in used])
        enqueue(connection, "run", run)
        portal.log.write(connection, "run_asked", actor=person.login, role=person.role, about=evaluation_id, detail=run)
    return run


def release(portal: Portal, person: Person, edition_id: str) -> None:
    """Let the readers of an edition see it. It cannot be taken back: what was read is known.

    Raises
    ------
    WrongUse
        It is not ready, or is the committee's and the privacy officer has not approved it.
    """
    with portal.writing() as connection:
        this = editions.c.id == edition_id
        edition = connection.execute(select(editions).where(this).with_for_update()).one()
        if edition.state != "ready":
            raise WrongUse(_NOT_READY)
        if edition.kind == "committee" and not is_approved(connection, edition_id):
            raise WrongUse(_NOT_APPROVED)
        connection.execute(update(editions).where(this).values(state="released", released_at=time.time()))
        portal.log.write(connection, "released", actor=person.login, role=person.role, about=edition_id)
        admitting = select(admitted.c.account_id).where(admitted.c.edition_id == edition_id)
        public = edition.kind == "public"
        notifying.tell(portal, connection, notifying.readers_of_public(edition.evaluation_id) if public else admitting)


def agreed(connection: Connection, person: Person, edition) -> bool:
    """Whether somebody may read an edition now: a reviewer the committee's only after agreeing to the notice."""
    if edition.kind == "public" or person.role != "reviewer":
        return True
    mine = (consents.c.edition_id == edition.id) & (consents.c.account_id == person.id)
    return connection.execute(select(consents.c.at).where(mine)).first() is not None


def agree(portal: Portal, person: Person, edition) -> None:
    """Keep that somebody agreed to the confidentiality notice of an edition."""
    with portal.writing() as connection:
        if not agreed(connection, person, edition):
            connection.execute(insert(consents).values(edition_id=edition.id, account_id=person.id, at=time.time()))
            portal.log.write(connection, "confidentiality_agreed", actor=person.login, role=person.role, about=edition.id)


def write_note(portal: Portal, person: Person, edition_id: str, text: str) -> None:
    """Keep a note about an edition, sealed; the log tells that there is one, not what it says."""
    told = text.replace("\r\n", "\n").strip()
    if not 1 <= len(told) <= LONGEST_NOTE:
        raise WrongUse(_EMPTY.fill(most=LONGEST_NOTE))
    sealed = portal.keys.seal(told.encode(), NOTE)
    with portal.writing() as connection:
        kept = {"id": new_id(), "edition_id": edition_id, "account_id": person.id, "text": sealed, "at": time.time()}
        connection.execute(insert(notes).values(**kept))
        portal.log.write(connection, "note_written", actor=person.login, role=person.role, about=edition_id)
        before = select(notes.c.account_id).where(notes.c.edition_id == edition_id, notes.c.account_id != person.id)
        other = notifying.researcher_of(notifying.of_edition(connection, edition_id))
        notifying.tell(portal, connection, before if person.role == "researcher" else other)


def notes_on(portal: Portal, connection: Connection, person: Person, edition_id: str) -> list[Note]:
    """The notes that somebody sees, oldest first: the researcher all, a reviewer all on an edition that they read."""
    if person.role not in ("researcher", "reviewer"):
        return []
    found = connection.execute(
        select(notes.c.at, notes.c.text, accounts.c.name, accounts.c.role)
        .join(accounts, accounts.c.id == notes.c.account_id)
        .where(notes.c.edition_id == edition_id)
        .order_by(notes.c.at)
    )
    return [Note(row.name, row.role, row.at, portal.keys.unseal(row.text, NOTE).decode()) for row in found]


def file_of(connection: Connection, edition_id: str, name: str):
    """One file of an edition; None when there is no such."""
    return connection.execute(select(files).where(files.c.edition_id == edition_id, files.c.name == name)).first()


def files_of_edition(connection: Connection, edition_id: str) -> list:
    """The files of an edition, by name."""
    return list(connection.execute(select(files).where(files.c.edition_id == edition_id).order_by(files.c.name)))
