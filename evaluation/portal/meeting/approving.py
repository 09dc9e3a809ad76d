"""The privacy officer's word on a committee's edition: without it nobody reads the edition, and nobody does whom the officer did not see.

The plan names the readers, by name or office. A reviewer is invited as one of them; the officer sees which account that is, what the edition
holds, and approves or refuses it with a reason. Who comes later is admitted by the officer too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import accounts, admitted, approvals, editions, evaluations, files, readers
from evaluation.portal.meeting import notifying
from evaluation.portal.meeting.evaluations import plan_of
from evaluation.portal.people.person import Person
from evaluation.portal.portal import Portal

REASON = "reason"
LONGEST_REASON = 2_000
_NOT_NOW = Words("Over deze uitgave valt nu niets te beslissen.", "There is nothing to decide about this edition now.")
_WHY = Words(
    "Schrijf waarom u weigert, in hoogstens {most} tekens. De onderzoeker leest het.",
    "Write why you refuse, in at most {most} signs. The researcher reads it.",
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the officer decided last; `reason` only when it was refused."""

    approved: bool
    who: str
    at: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """An account of a reviewer, as which of the plan's readers, and whether the officer saw that."""

    id: str
    name: str
    login: str
    reader: str
    admitted: bool


def decision(portal: Portal, connection: Connection, edition_id: str) -> Decision | None:
    """The officer's last word on an edition; None when there is none yet."""
    row = connection.execute(
        select(approvals.c.approved, approvals.c.reason, approvals.c.at, accounts.c.name)
        .join(accounts, accounts.c.id == approvals.c.account_id)
        .where(approvals.c.edition_id == edition_id)
    ).first()
    if row is None:
        return None
    reason = "" if row.reason is None else portal.keys.unseal(row.reason, REASON).decode()
    return Decision(row.approved, row.name, row.at, reason)


def readers_of(connection: Connection, edition) -> list[Reader]:
    """The accounts that read an edition for one of the readers that the plan names, by reader and name."""
    row = connection.execute(select(evaluations).where(evaluations.c.id == edition.evaluation_id)).one()
    committee = plan_of(row).disclosure.committee
    seen = dict(
        connection.execute(select(admitted.c.account_id, admitted.c.reader).where(admitted.c.edition_id == edition.id)).all()
    )
    found = connection.execute(
        select(accounts.c.id, accounts.c.name, accounts.c.login, readers.c.reader)
        .join(readers, readers.c.account_id == accounts.c.id)
        .where(readers.c.evaluation_id == edition.evaluation_id, ~accounts.c.closed)
        .order_by(readers.c.reader, accounts.c.name)
    )
    named = () if committee is None else committee.readers
    return [Reader(*one, seen.get(one.id) == one.reader) for one in found if one.reader in named]


def decide(
    portal: Portal, person: Person, edition_id: str, *, approved: bool, reason: str = "", seen: Collection[str] = ()
) -> None:
    """Keep the officer's word; a later one goes before an earlier one, also after the edition was released.

    `seen` are the accounts that the officer had before them: who was added meanwhile is not admitted by this.

    Raises
    ------
    WrongUse
        The edition is not ready, or it is refused without a reason.
    """
    why = reason.replace("\r\n", "\n").strip()
    if not approved and not 1 <= len(why) <= LONGEST_REASON:
        raise WrongUse(_WHY.fill(most=LONGEST_REASON))
    now = time.time()
    with portal.writing() as connection:
        # whoever releases it holds the same row
        edition = connection.execute(select(editions).where(editions.c.id == edition_id).with_for_update()).one()
        if edition.kind != "committee" or edition.state not in ("ready", "released"):
            raise WrongUse(_NOT_NOW)
        sealed = None if approved else portal.keys.seal(why.encode(), REASON)
        connection.execute(delete(approvals).where(approvals.c.edition_id == edition_id))
        kept = {"edition_id": edition_id, "account_id": person.id, "approved": approved, "reason": sealed, "at": now}
        connection.execute(insert(approvals).values(**kept))
        told = {"actor": person.login, "role": person.role}
        portal.log.write(connection, "edition_approved" if approved else "edition_refused", about=edition_id, **told)
        notifying.tell(portal, connection, notifying.researcher_of(edition.evaluation_id))
        if not approved:
            return
        fresh = []
        for one in readers_of(connection, edition):
            if one.id in seen and not one.admitted:
                this = (admitted.c.edition_id == edition_id) & (admitted.c.account_id == one.id)
                connection.execute(delete(admitted).where(this))
                connection.execute(insert(admitted).values(edition_id=edition_id, account_id=one.id, reader=one.reader, at=now))
                portal.log.write(connection, "reader_admitted", about=one.id, detail=edition_id, **told)
                fresh.append(one.id)
        if edition.state == "released":
            notifying.tell(portal, connection, fresh)


def is_approved(connection: Connection, edition_id: str) -> bool:
    """Whether the officer's last word on an edition was yes."""
    found = select(approvals.c.approved).where(approvals.c.edition_id == edition_id)
    return bool(connection.execute(found).scalar())


def what_leaves(portal: Portal, connection: Connection, edition_id: str) -> Mapping[str, Mapping[str, int]]:
    """By analysis how many figures of an edition are as they are, rounded, held back or could not be estimated."""
    evidence = (files.c.edition_id == edition_id) & (files.c.name == "evidence/evidence.json")
    id = connection.execute(select(files.c.id).where(evidence)).scalar()
    return {} if id is None else json.loads(portal.store.read(id)).get("release", {}).get("statuses", {})
