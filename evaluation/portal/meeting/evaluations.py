"""An evaluation: opened by a researcher, who invites, and locks a plan."""

from __future__ import annotations

import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from data_schemas.plan import Plan
from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.planning.file import parse_plan
from evaluation.planning.lock import check_lock, is_locked, lock_hash, lock_plan
from evaluation.portal.keeping.tables import admitted, editions, evaluations, invitations, participants, providers, readers
from evaluation.portal.meeting import notifying
from evaluation.portal.people.accounts import add_account, checked_name
from evaluation.portal.people.person import Person, new_id
from evaluation.portal.people.sessions import hashed
from evaluation.portal.portal import Portal
from evaluation.portal.settings import is_address

DAYS = 7
LONGEST_PLAN = 100_000
NO_ADDRESS = Words(
    "Dit is geen e-mailadres. Schrijf het als naam@organisatie.nl, of laat het leeg.",
    "This is no e-mail address. Write it as name@organisation.nl, or leave it empty.",
)
_NO_READER = Words(
    "Het vergrendelde plan noemt deze lezer niet. Kies een lezer uit de lijst.",
    "The locked plan does not name this reader. Choose a reader from the list.",
)
_LOCKED = Words(
    "Het plan is al vergrendeld en kan niet meer veranderen.", "The plan is locked already and cannot change any more."
)
_NO_PLAN = Words("Er is nog geen plan. Geef eerst een plan.", "There is no plan yet. Give a plan first.")
_LONG = Words("Dit is te groot voor een plan.", "This is too large for a plan.")
_STALE = Words(
    "Deze uitnodiging is gebruikt, verlopen of ingetrokken. Vraag de onderzoeker om een nieuwe.",
    "This invitation was used, has expired or was withdrawn. Ask the researcher for a new one.",
)
_OTHER_ROLE = Words(
    "Deze uitnodiging is voor een ander soort account. Meld u af en open de uitnodiging opnieuw.",
    "This invitation is for another kind of account. Sign out and open the invitation again.",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that is open: what it is for, and by whom."""

    id: str
    evaluation_id: str
    title: str
    role: str
    name: str
    reader: str = ""


def open_evaluation(portal: Portal, person: Person, title: str) -> str:
    """A new evaluation; answers its name in addresses."""
    made, told = new_id(), checked_name(title)
    with portal.writing() as connection:
        connection.execute(insert(evaluations).values(id=made, title=told, researcher_id=person.id, made_at=time.time()))
        portal.log.write(connection, "evaluation_opened", actor=person.login, role=person.role, about=made)
    return made


def invite(
    portal: Portal, person: Person, evaluation_id: str, role: str, name: str, reader: str = "", address: str = ""
) -> str:
    """Invite a provider or reviewer; answers the token of the link, which is shown once.

    `reader` is which of the readers that the locked plan names a reviewer is; without it they read the public edition only. At
    `address` they hear by mail that an invitation is coming; the link is not in it.
    """
    if role not in ("provider", "reviewer"):
        raise WrongUse(_OTHER_ROLE)
    if address and not is_address(address):
        raise WrongUse(NO_ADDRESS)
    token, now = secrets.token_urlsafe(32), time.time()
    made = {"id": new_id(), "role": role, "name": checked_name(name), "made_at": now, "expires_at": now + DAYS * 86_400}
    with portal.writing() as connection:
        row = connection.execute(select(evaluations).where(evaluations.c.id == evaluation_id)).one()
        if reader and (role != "reviewer" or reader not in named_readers(row)):
            raise WrongUse(_NO_READER)
        connection.execute(insert(invitations).values(evaluation_id=evaluation_id, token=hashed(token), reader=reader, **made))
        if address:
            notifying.tell_invited(portal, connection, address)
        portal.log.write(connection, "invited", actor=person.login, role=person.role, about=evaluation_id, detail=role)
    return token


def withdraw_invitation(portal: Portal, person: Person, evaluation_id: str, id: str) -> bool:
    """Take back an invitation that was not used; False when there is no such."""
    with portal.writing() as connection:
        open_one = (invitations.c.id == id) & (invitations.c.evaluation_id == evaluation_id) & invitations.c.used_at.is_(None)
        done = connection.execute(update(invitations).where(open_one).values(withdrawn_at=time.time())).rowcount
        if done:
            portal.log.write(connection, "invitation_withdrawn", actor=person.login, role=person.role, about=evaluation_id)
    return bool(done)


def invitation(connection: Connection, token: str) -> Invitation:
    """The invitation of a link.

    Raises
    ------
    WrongUse
        It was used, has expired or was withdrawn, or there never was such.
    """
    row = connection.execute(
        select(invitations, evaluations.c.title)
        .join(evaluations, evaluations.c.id == invitations.c.evaluation_id)
        .where(
            invitations.c.token == hashed(token[:200]),
            invitations.c.used_at.is_(None),
            invitations.c.withdrawn_at.is_(None),
            invitations.c.expires_at > time.time(),
        )
        .with_for_update(of=invitations)
    ).first()
    if row is None:
        raise WrongUse(_STALE)
    return Invitation(row.id, row.evaluation_id, row.title, row.role, row.name, row.reader)


def accept(portal: Portal, token: str, person: Person | None, *, login: str = "", password: str = "") -> Person:
    """Take part: with the account that somebody has, or a new one; the invitation is used up.

    Raises
    ------
    WrongUse
        The invitation is no longer open, is for another role, or the account cannot be made.
    """
    with portal.writing() as connection:
        found = invitation(connection, token)
        if person is None:
            person = add_account(
                connection, login=login, name=found.name, role=found.role, provider=found.name, password=password
            )
            portal.log.write(connection, "account_made", actor=person.login, role=person.role, about=person.id)
        if person.role != found.role:
            raise WrongUse(_OTHER_ROLE)
        _join(connection, found.evaluation_id, person, found.reader)
        connection.execute(update(invitations).where(invitations.c.id == found.id).values(used_at=time.time()))
        portal.log.write(connection, "joined", actor=person.login, role=person.role, about=found.evaluation_id)
    return person


def _join(connection: Connection, evaluation_id: str, person: Person, reader: str = "") -> None:
    table, who = (
        (participants, {"provider_id": person.provider_id})
        if person.role == "provider"
        else (readers, {"account_id": person.id})
    )
    key = {"evaluation_id": evaluation_id, **who}
    there = connection.execute(select(table).where(*(table.c[name] == value for name, value in key.items()))).first()
    if there is None:
        connection.execute(insert(table).values(joined_at=time.time(), **key))
    if reader and person.role == "reviewer":  # as whom they read from now on; the privacy officer sees it again before they do
        same = (readers.c.evaluation_id == evaluation_id) & (readers.c.account_id == person.id)
        connection.execute(update(readers).where(same).values(reader=reader))


def add_participant(connection: Connection, evaluation_id: str, person: Person, reader: str = "") -> None:
    """Somebody takes part without an invitation: for who keeps the portal."""
    _join(connection, evaluation_id, person, reader)


def remove_reader(portal: Portal, person: Person, evaluation_id: str, account_id: str) -> bool:
    """A reviewer reads nothing of an evaluation any more; False when they did not."""
    with portal.writing() as connection:
        this = (readers.c.evaluation_id == evaluation_id) & (readers.c.account_id == account_id)
        gone = connection.execute(delete(readers).where(this)).rowcount
        if gone:
            mine = select(editions.c.id).where(editions.c.evaluation_id == evaluation_id)
            connection.execute(delete(admitted).where(admitted.c.account_id == account_id, admitted.c.edition_id.in_(mine)))
            portal.log.write(
                connection, "reader_removed", actor=person.login, role=person.role, about=account_id, detail=evaluation_id
            )
    return bool(gone)


def named_readers(row) -> tuple[str, ...]:
    """The readers of the committee's edition that the plan names; none before it is locked."""
    plan = plan_of(row) if row.plan_sha256 else None
    return () if plan is None or plan.disclosure.committee is None else plan.disclosure.committee.readers


def participants_of(connection: Connection, evaluation_id: str) -> list:
    """The organisations that take part, by name."""
    return list(
        connection.execute(
            select(providers)
            .join(participants, participants.c.provider_id == providers.c.id)
            .where(participants.c.evaluation_id == evaluation_id)
            .order_by(providers.c.name)
        )
    )


def keep_plan(portal: Portal, person: Person, evaluation_id: str, text: str) -> Plan:
    """Keep a plan that can still be changed; one that was locked elsewhere is kept with its lock.

    Raises
    ------
    evaluation.failures.PlanInvalid
        It is no plan; the message names each key.
    WrongUse
        The plan of this evaluation is locked already.
    """
    if len(text) > LONGEST_PLAN:
        raise WrongUse(_LONG)
    plan = parse_plan(text)
    if plan.lock is not None:
        check_lock(plan)
    with portal.writing() as connection:
        _unlocked(connection, evaluation_id)
        connection.execute(update(evaluations).where(evaluations.c.id == evaluation_id).values(plan=text))
        portal.log.write(connection, "plan_kept", actor=person.login, role=person.role, about=evaluation_id)
        if plan.lock is not None:
            _mark_locked(portal, connection, person, evaluation_id, plan)
    return plan


def lock(portal: Portal, person: Person, evaluation_id: str) -> Plan:
    """Lock the plan: from here on it does not change, and runs can be made.

    Raises
    ------
    evaluation.failures.PlanInvalid
        It is not filled in.
    WrongUse
        There is none, or it is locked already.
    """
    with portal.writing() as connection:
        text = _unlocked(connection, evaluation_id)
        if not text:
            raise WrongUse(_NO_PLAN)
        with tempfile.TemporaryDirectory(prefix="plan-") as temporary:
            file = Path(temporary) / "plan.toml"
            file.write_text(text, encoding="utf-8")
            plan = lock_plan(file)
            connection.execute(
                update(evaluations).where(evaluations.c.id == evaluation_id).values(plan=file.read_text(encoding="utf-8"))
            )
        _mark_locked(portal, connection, person, evaluation_id, plan)
    return plan


def plan_of(row) -> Plan | None:
    """The plan of an evaluation; a locked one only when it is still what was locked."""
    if not row.plan:
        return None
    plan = parse_plan(row.plan)
    if row.plan_sha256 and not (is_locked(plan) and plan.lock.sha256 == row.plan_sha256):
        check_lock(plan)
        raise WrongUse(_STALE_PLAN)
    return plan


_STALE_PLAN = Words(
    "Het plan in de database is niet het plan dat is vergrendeld.", "The plan in the database is not the plan that was locked."
)


def _unlocked(connection: Connection, evaluation_id: str) -> str | None:
    row = connection.execute(select(evaluations).where(evaluations.c.id == evaluation_id).with_for_update()).one()
    if row.plan_sha256:
        raise WrongUse(_LOCKED)
    return row.plan


def _mark_locked(portal: Portal, connection: Connection, person: Person, evaluation_id: str, plan: Plan) -> None:
    sealed = lock_hash(plan, plan.lock.locked_at)
    connection.execute(
        update(evaluations).where(evaluations.c.id == evaluation_id).values(plan_sha256=sealed, locked_at=plan.lock.locked_at)
    )
    portal.log.write(connection, "plan_locked", actor=person.login, role=person.role, about=evaluation_id, detail=sealed)
