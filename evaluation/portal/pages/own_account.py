"""One's own account: second factor, password, tokens for programs."""

from __future__ import annotations

from starlette.responses import Response

from data_schemas.words import Words
from evaluation.failures import UserError
from evaluation.portal.meeting.evaluations import NO_ADDRESS
from evaluation.portal.meeting.notifying import EMAIL
from evaluation.portal.pages.coming_in import confirm_secret, pending_secret
from evaluation.portal.pages.doors import Door, Visit, missing
from evaluation.portal.people import accounts, second_factor, sessions, tokens
from evaluation.portal.settings import is_address

_WRONG = Words("Het huidige wachtwoord klopt niet.", "The present password is not right.")
_WRONG_CODE = Words(
    "Deze code klopt niet. Wacht op de volgende in uw app.", "This code is not right. Wait for the next one in your app."
)
_MAIL_SET = Words("U krijgt voortaan bericht op dit adres.", "From now on you get messages at this address.")
_MAIL_OFF = Words("U krijgt geen berichten meer.", "You get no messages any more.")
_ELSEWHERE = Words("Dit account heeft hier geen wachtwoord.", "This account has no password here.")


def account_page(
    visit: Visit, wrong: Words | None = None, status: int = 200, *, token: str = "", done: Words | None = None
) -> Response:
    """The account; a token that was just made is shown this once."""
    with visit.portal.reading() as connection:
        row = accounts.by_login(connection, visit.person.login)
    return visit.page(
        "account.html",
        status,
        wrong=wrong,
        done=done,
        made=token,
        tokens=tokens.tokens_of(visit.portal, visit.person),
        local=row.password is not None,
        mailing=bool(visit.portal.settings.mail_host),
        email="" if row.email is None else visit.portal.keys.unseal(row.email, EMAIL).decode(),
        protected=row.totp is not None,
    )


def change_password(visit: Visit) -> Response:
    """Another password, for who knows the present one; all other sessions end."""
    with visit.portal.reading() as connection:
        row = accounts.by_login(connection, visit.person.login)
    if row.password is None:
        return account_page(visit, _ELSEWHERE, 422)
    tried = accounts.try_password(visit.portal, visit.person.login, visit.form.get("password", ""))
    if tried.person is None:
        return account_page(visit, _WRONG, 401)
    try:
        with visit.portal.writing() as connection:
            who = visit.person
            accounts.set_password(connection, who.id, visit.form.get("new_password", ""), who.login, who.name)
            visit.portal.log.write(connection, "password_changed", actor=who.login, role=who.role, about=who.id)
    except UserError as error:
        return account_page(visit, error.words, 422)
    sessions.end_others(visit.portal, visit.session)
    return account_page(visit, done=Words("Uw wachtwoord is veranderd.", "Your password was changed."))


def set_mail(visit: Visit) -> Response:
    """Where one hears that there is something; empty is nowhere."""
    address, who = visit.form.get("email", "").strip(), visit.person
    if not visit.portal.settings.mail_host:
        raise missing()
    if address and not is_address(address):
        return account_page(visit, NO_ADDRESS, 422)
    sealed = visit.portal.keys.seal(address.encode(), EMAIL) if address else None
    with visit.portal.writing() as connection:
        accounts.set_email(connection, who.id, sealed)
        visit.portal.log.write(connection, "mail_set", actor=who.login, role=who.role, about=who.id)
    return account_page(visit, done=_MAIL_SET if address else _MAIL_OFF)


def enrol_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """Set up the second factor, for an account that has none."""
    enrolment = second_factor.enrolment(pending_secret(visit), visit.person.login)
    return visit.page("enrol.html", status, wrong=wrong, enrolment=enrolment, action="/account/second-factor")


def enrol(visit: Visit) -> Response:
    """The app has the secret: from now on it is asked."""
    if not confirm_secret(visit):
        return enrol_page(visit, _WRONG_CODE, 401)
    sessions.end_others(visit.portal, visit.session)
    return visit.go("/account")


def make_token(visit: Visit) -> Response:
    """A token for a program, shown once."""
    try:
        made = tokens.new_token(visit.portal, visit.person, visit.form.get("name", ""))
    except UserError as error:
        return account_page(visit, error.words, 422)
    return account_page(visit, token=made)


def remove_token(visit: Visit) -> Response:
    """Take a token back."""
    if not tokens.remove_token(visit.portal, visit.person, visit.path("token")):
        raise missing()
    return visit.go("/account")


DOORS = (
    Door(path="/account", behind=account_page),
    Door(path="/account/password", method="POST", behind=change_password, attempt=True),
    Door(path="/account/mail", method="POST", behind=set_mail),
    Door(path="/account/second-factor", behind=enrol_page),
    Door(path="/account/second-factor", method="POST", behind=enrol, attempt=True),
    Door(path="/account/tokens", method="POST", behind=make_token),
    Door(path="/account/tokens/{token}/remove", method="POST", behind=remove_token),
)
