"""Who hears by mail that there is something for them: written down in the transaction of what there is, and sent by the worker.

A mail never says what it is about, and holds no link that opens anything: a mailbox is read by more people than the portal is.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy import Connection, Select, insert, select

from evaluation.portal.keeping.tables import accounts, editions, evaluations, mails, participants, readers
from evaluation.portal.people.person import new_id
from evaluation.portal.portal import Portal

EMAIL, ADDRESS = "email", "address"


def tell(portal: Portal, connection: Connection, who: Select | Iterable[str]) -> None:
    """There is something for these accounts; those who want to hear by mail, and have no mail waiting already, get one."""
    if not portal.settings.mail_host:
        return
    asked = who if isinstance(who, Select) else list(who)
    waiting = select(mails.c.account_id).where(mails.c.account_id.is_not(None))
    wanting = select(accounts.c.id).where(
        accounts.c.id.in_(asked), accounts.c.email.is_not(None), ~accounts.c.closed, accounts.c.id.not_in(waiting)
    )
    for id in list(connection.execute(wanting).scalars()):
        connection.execute(insert(mails).values(id=new_id(), account_id=id, attempts=0, next_at=time.time()))


def tell_invited(portal: Portal, connection: Connection, address: str) -> None:
    """An invitation is coming to this address; the link is sent by who invites, in another way."""
    if portal.settings.mail_host:
        sealed = portal.keys.seal(address.encode(), ADDRESS)
        connection.execute(insert(mails).values(id=new_id(), address=sealed, attempts=0, next_at=time.time()))


def officers() -> Select:
    """The privacy officers."""
    return select(accounts.c.id).where(accounts.c.role == "privacy_officer")


def researcher_of(evaluation_id: str) -> Select:
    """The researcher of an evaluation."""
    return select(evaluations.c.researcher_id).where(evaluations.c.id == evaluation_id)


def readers_of_public(evaluation_id: str) -> Select:
    """Providers and reviewers who take part."""
    organisations = select(participants.c.provider_id).where(participants.c.evaluation_id == evaluation_id)
    reviewers = select(readers.c.account_id).where(readers.c.evaluation_id == evaluation_id)
    return select(accounts.c.id).where(accounts.c.provider_id.in_(organisations) | accounts.c.id.in_(reviewers))


def of_edition(connection: Connection, edition_id: str) -> str:
    """The evaluation that an edition is of."""
    return connection.execute(select(editions.c.evaluation_id).where(editions.c.id == edition_id)).scalar_one()
