"""What whoever keeps the portal does with accounts, at the machine itself: nobody can do this in a browser."""

from __future__ import annotations

from sqlalchemy import delete

from data_schemas.words import Words
from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import sessions, tokens
from evaluation.portal.people import accounts
from evaluation.portal.people.renewing import new_renewal
from evaluation.portal.portal import Portal

_NOBODY = Words("Er is geen account {login}.", "There is no account {login}.")
_NO_ISSUER = Words(
    "In de instellingen staat geen oidc_issuer: er is geen andere plaats om aan te melden.",
    "The settings have no oidc_issuer: there is no other place to sign in.",
)


def make_account(portal: Portal, login: str, role: str, name: str, openid: str = "") -> str:
    """A new account; answers the token of the link by which its owner chooses a password, empty for one that signs in elsewhere."""
    issuer = portal.settings.oidc_issuer
    if openid and not issuer:
        raise WrongUse(_NO_ISSUER)
    known_as = accounts.known_as(issuer, openid) if openid else None
    with portal.writing() as connection:
        made = accounts.add_account(
            connection, login=login, name=name, role=role, provider=name, joining=True, subject=known_as
        )
        portal.log.write(connection, "account_made", role=role, about=made.id)
        return "" if openid else new_renewal(connection, made.id)


def renew_account(portal: Portal, login: str) -> str:
    """No password and no second factor until they are chosen again by the link whose token this answers; all sessions and tokens end."""
    with portal.writing() as connection:
        row = _found(connection, login)
        accounts.forget_password(connection, row.id)
        accounts.set_second_factor(portal, connection, row.id, None)
        for table in (sessions, tokens):
            connection.execute(delete(table).where(table.c.account_id == row.id))
        portal.log.write(connection, "password_reset", about=row.id)
        portal.log.write(connection, "second_factor_removed", about=row.id)
        return new_renewal(connection, row.id)


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
