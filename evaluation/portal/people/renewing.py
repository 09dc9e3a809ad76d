"""A link by which somebody chooses a password: for a new account, and for who lost a password or a telephone.

Whoever keeps the portal makes it at the machine, and never knows a password. It works once, for a day; a newer one ends an older one.
"""

from __future__ import annotations

import secrets
import time

from sqlalchemy import Connection, delete, insert, select

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import accounts, renewals
from evaluation.portal.people.accounts import person_of, set_password
from evaluation.portal.people.person import Person
from evaluation.portal.people.sessions import hashed
from evaluation.portal.portal import Portal

HOURS = 24
_STALE = Words(
    "Deze link is gebruikt of verlopen. Vraag wie het portaal beheert om een nieuwe.",
    "This link was used or has expired. Ask who keeps the portal for a new one.",
)


def new_renewal(connection: Connection, account_id: str) -> str:
    """A link's token, in place of those there were."""
    token = secrets.token_urlsafe(32)
    connection.execute(delete(renewals).where(renewals.c.account_id == account_id))
    until = time.time() + HOURS * 3600
    connection.execute(insert(renewals).values(token=hashed(token), account_id=account_id, expires_at=until))
    return token


def renewing(connection: Connection, token: str) -> Person:
    """Whose link it is.

    Raises
    ------
    WrongUse
        It was used, has expired, or there never was such.
    """
    row = connection.execute(
        select(accounts)
        .join(renewals, renewals.c.account_id == accounts.c.id)
        .where(renewals.c.token == hashed(token[:200]), renewals.c.expires_at > time.time(), ~accounts.c.closed)
        .with_for_update(of=renewals)
    ).first()
    if row is None:
        raise WrongUse(_STALE)
    return person_of(row)


def choose_password(portal: Portal, token: str, password: str) -> Person:
    """Keep the password that somebody chose; the link is used up.

    Raises
    ------
    WrongUse
        The link is no longer good, or the password too easy.
    """
    with portal.writing() as connection:
        person = renewing(connection, token)
        set_password(connection, person.id, password, person.login, person.name)
        connection.execute(delete(renewals).where(renewals.c.account_id == person.id))
        portal.log.write(connection, "password_chosen", actor=person.login, role=person.role, about=person.id)
    return person
