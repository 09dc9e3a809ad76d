"""Signing in and out, the second factor, and invitations."""

from __future__ import annotations

from starlette.responses import Response

from data_schemas.words import Words
from evaluation.failures import UserError
from evaluation.portal.meeting import evaluations
from evaluation.portal.pages.doors import ANYBODY, SIGNED_IN, Door, Visit, set_cookie
from evaluation.portal.pages.throttle import network
from evaluation.portal.people import accounts, renewing, second_factor, sessions
from evaluation.portal.people.person import Person
from evaluation.web.failing import Refused, status_words

_WRONG = Words("De naam of het wachtwoord klopt niet.", "The name or the password is not right.")
_LOCKED = Words(
    "Dit account is een kwartier gesloten na te veel pogingen. Probeer het daarna opnieuw.",
    "This account is closed for a quarter of an hour after too many attempts. Try again after that.",
)
_SIGNED_IN = Words(
    "U bent aangemeld. Meld u eerst af, en open de link opnieuw.", "You are signed in. Sign out first, and open the link again."
)
_WRONG_CODE = Words(
    "Deze code klopt niet, of is al gebruikt. Wacht op de volgende in uw app.",
    "This code is not right, or was used already. Wait for the next one in your app.",
)


def login_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """The page to sign in; it begins a visitor's session, whose token its form carries."""
    if visit.session is not None and visit.session.stage == "full":
        return visit.go("/")
    session = visit.session
    if session is None or session.stage != "visitor":
        if not visit.desk.addresses.allows(network(visit.address)):  # each is a row in the database
            raise Refused(429, status_words(429))
        session = sessions.begin(visit.portal, "visitor")
    openid = visit.portal.settings.oidc_name if visit.portal.settings.oidc_issuer else None
    own = Visit(visit.request, visit.desk, session)
    answer = own.page("login.html", status, wrong=wrong, openid=openid, given=visit.form.get("login", "")[:100])
    set_cookie(visit.desk, answer, session)
    return answer


def login(visit: Visit) -> Response:
    """Password right: in, or on to the second factor."""
    tried = accounts.try_password(visit.portal, visit.form.get("login", ""), visit.form.get("password", ""))
    if tried.person is None:
        if tried.locked:
            _tell(visit, "login_locked")
        return login_page(visit, _LOCKED if tried.locked else _WRONG, 401)
    if tried.second_factor or visit.portal.settings.second_factor:
        half = sessions.begin(visit.portal, "half", tried.person, instead_of=visit.session)
        return visit.go("/login/code" if tried.second_factor else "/login/enrol", half)
    return come_in(visit, tried.person)


def come_in(visit: Visit, person: Person, to: str = "/") -> Response:
    """A new, full session in place of the one there was."""
    full = sessions.begin(visit.portal, "full", person, instead_of=visit.session)
    _tell(visit, "signed_in", person)
    return visit.go(to, full)


def code_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """The page that asks for the code of the second factor."""
    return visit.page("code.html", status, wrong=wrong)


def code(visit: Visit) -> Response:
    """Code right: in."""
    tried = accounts.try_code(visit.portal, visit.person.id, visit.form.get("code", ""))
    if tried.person is None:
        return code_page(visit, _LOCKED if tried.locked else _WRONG_CODE, 401)
    return come_in(visit, tried.person)


def enrol_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """The page to set up the second factor. The secret waits in the session, sealed, until a code shows that the app has it."""
    secret = pending_secret(visit)
    return visit.page(
        "enrol.html", status, wrong=wrong, enrolment=second_factor.enrolment(secret, visit.person.login), action="/login/enrol"
    )


def enrol(visit: Visit) -> Response:
    """The app has the secret: in."""
    if not confirm_secret(visit):
        return enrol_page(visit, _WRONG_CODE, 401)
    return come_in(visit, visit.person)


def pending_secret(visit: Visit) -> str:
    """The secret that is being set up in this session."""
    held = visit.session.state.get("secret")
    if isinstance(held, str):
        return visit.portal.keys.unseal(bytes.fromhex(held), accounts.TOTP).decode()
    secret = second_factor.new_secret()
    sealed = visit.portal.keys.seal(secret.encode(), accounts.TOTP).hex()
    sessions.keep_state(visit.portal, visit.session, {**visit.session.state, "secret": sealed})
    return secret


def confirm_secret(visit: Visit) -> bool:
    """Keep the secret when the code is one of it, for an account that has none yet."""
    if not isinstance(visit.session.state.get("secret"), str):
        return False
    secret = pending_secret(visit)
    step = second_factor.step_of(secret, visit.form.get("code", ""), after=0)
    if step is None:
        return False
    with visit.portal.writing() as connection:
        if accounts.by_login(connection, visit.person.login).totp is not None:
            return False
        accounts.set_second_factor(visit.portal, connection, visit.person.id, secret, step)
        who = visit.person
        visit.portal.log.write(connection, "second_factor_set", actor=who.login, role=who.role, about=who.id)
    return True


def logout(visit: Visit) -> Response:
    """Out: the session is over on the server, not only in the browser."""
    sessions.end(visit.portal, visit.session)
    _tell(visit, "signed_out", visit.person)
    answer = visit.go("/login")
    answer.delete_cookie(visit.desk.cookie, path="/", httponly=True, secure=visit.portal.settings.secure)
    return answer


def invitation_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """What an invitation is for, and what to do with it."""
    with visit.portal.reading() as connection:
        found = evaluations.invitation(connection, visit.path("token"))
    session = visit.session
    if session is None or session.stage == "half":
        session = sessions.begin(visit.portal, "visitor", instead_of=session)
    own = Visit(visit.request, visit.desk, session)
    answer = own.page("invitation.html", status, invitation=found, wrong=wrong, given=visit.form.get("login", "")[:100])
    set_cookie(visit.desk, answer, session)
    return answer


def accept_invitation(visit: Visit) -> Response:
    """Take part, with the account that is signed in or with a new one."""
    mine = visit.session.person if visit.session.stage == "full" else None
    token, form = visit.path("token"), visit.form
    try:
        person = evaluations.accept(visit.portal, token, mine, login=form.get("login", ""), password=form.get("password", ""))
    except UserError as error:
        return invitation_page(visit, error.words, 422)
    if mine is not None:
        return visit.go("/")
    if visit.portal.settings.second_factor:
        return visit.go("/login/enrol", sessions.begin(visit.portal, "half", person, instead_of=visit.session))
    return come_in(visit, person)


def renewal_page(visit: Visit, wrong: Words | None = None, status: int = 200) -> Response:
    """The page on which somebody chooses a password, by a link of whoever keeps the portal."""
    with visit.portal.reading() as connection:
        person = renewing.renewing(connection, visit.path("token"))
    session = visit.session
    if session is None or session.stage == "half":
        session = sessions.begin(visit.portal, "visitor", instead_of=session)
    own = Visit(visit.request, visit.desk, session)
    answer = own.page("renewal.html", status, wrong=wrong, login=person.login)
    set_cookie(visit.desk, answer, session)
    return answer


def choose_password(visit: Visit) -> Response:
    """Keep the password, and on to the second step."""
    if visit.session.stage == "full":
        return renewal_page(visit, _SIGNED_IN, 422)
    try:
        person = renewing.choose_password(visit.portal, visit.path("token"), visit.form.get("password", ""))
    except UserError as error:
        return renewal_page(visit, error.words, 422)
    if visit.portal.settings.second_factor:
        return visit.go("/login/enrol", sessions.begin(visit.portal, "half", person, instead_of=visit.session))
    return come_in(visit, person)


def _tell(visit: Visit, act: str, person: Person | None = None) -> None:
    with visit.portal.writing() as connection:
        who = {} if person is None else {"actor": person.login, "role": person.role}
        visit.portal.log.write(connection, act, **who)


DOORS = (
    Door(path="/login", behind=login_page, who=ANYBODY),
    Door(path="/login", method="POST", behind=login, who=frozenset({"nobody"}), attempt=True),
    Door(path="/login/code", behind=code_page, stage="half"),
    Door(path="/login/code", method="POST", behind=code, stage="half", attempt=True),
    Door(path="/login/enrol", behind=enrol_page, stage="half"),
    Door(path="/login/enrol", method="POST", behind=enrol, stage="half", attempt=True),
    Door(path="/logout", method="POST", behind=logout, who=SIGNED_IN),
    Door(path="/renewal/{token}", behind=renewal_page, who=ANYBODY, attempt=True),
    Door(path="/renewal/{token}", method="POST", behind=choose_password, who=ANYBODY, attempt=True),
    Door(path="/invitation/{token}", behind=invitation_page, who=ANYBODY, attempt=True),
    Door(path="/invitation/{token}", method="POST", behind=accept_invitation, who=ANYBODY, attempt=True),
)
