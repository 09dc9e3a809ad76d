"""What whoever keeps the portal does with accounts, at the machine itself: nobody can do this in a browser."""

from __future__ import annotations

import secrets

from sqlalchemy import delete

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import sessions
from evaluation.portal.people import accounts
from evaluation.portal.portal import Portal

_NOBODY = Words("Er is geen account {login}.", "There is no account {login}.")
_NO_ISSUER = Words(
    "In de instellingen staat geen oidc_issuer: er is geen andere plaats om aan te melden.",
    "The settings have no oidc_issuer: there is no other place to sign in.",
)


def new_password() -> str:
    """Eighty random bits, in groups that can be read over the telephone."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def make_account(portal: Portal, login: str, role: str, name: str, openid: str = "") -> str:
    """A new account; answers its password, empty for one that signs in elsewhere."""
    issuer = portal.settings.oidc_issuer
    if openid and not issuer:
        raise WrongUse(_NO_ISSUER)
    password = None if openid else new_password()
    known_as = accounts.known_as(issuer, openid) if openid else None
    with portal.writing() as connection:
        made = accounts.add_account(
            connection, login=login, name=name, role=role, provider=name, joining=True, password=password, subject=known_as
        )
        portal.log.write(connection, "account_made", role=role, about=made.id)
    return password or ""


def renew_account(portal: Portal, login: str) -> str:
    """A new password, and no second factor until it is set up again; all sessions end."""
    password = new_password()
    with portal.writing() as connection:
        row = _found(connection, login)
        accounts.set_password(connection, row.id, password)
        accounts.set_second_factor(portal, connection, row.id, None)
        connection.execute(delete(sessions).where(sessions.c.account_id == row.id))
        portal.log.write(connection, "password_reset", about=row.id)
        portal.log.write(connection, "second_factor_removed", about=row.id)
    return password


def close_account(portal: Portal, login: str) -> None:
    """Nobody comes in with it any more."""
    with portal.writing() as connection:
        row = _found(connection, login)
        accounts.close_account(connection, row.id)
        portal.log.write(connection, "account_closed", about=row.id)


def _found(connection, login: str):
    row = accounts.by_login(connection, login)
    if row is None:
        raise WrongUse(_NOBODY.fill(login=login))
    return row
