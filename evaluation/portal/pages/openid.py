"""Signing in elsewhere: OpenID Connect by Authlib, with the code flow, PKCE, state and nonce.

Who signs in elsewhere has an account here already, made by whoever keeps the portal with the name that the other place knows them by. Nobody
gets an account by signing in. A second factor is then the other place's to ask.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from data_schemas.words import Words
from evaluation.portal.pages.coming_in import come_in
from evaluation.portal.pages.doors import Desk, Door, Visit
from evaluation.portal.people import accounts, sessions
from evaluation.portal.settings import Settings
from evaluation.web.failing import Refused, status_words

LOG = logging.getLogger("evaluation.portal")
_BACK = "/login/openid/back"
_FAILED = Words(
    "Aanmelden via {name} is niet gelukt. Probeer het opnieuw, of meld u aan met een wachtwoord.",
    "Signing in by {name} did not succeed. Try again, or sign in with a password.",
)
_UNKNOWN = Words(
    "{name} kent u, maar u hebt hier geen account. Vraag wie het portaal beheert.",
    "{name} knows you, but you have no account here. Ask who keeps the portal.",
)


def client(settings: Settings, **more: Any) -> Any:
    """What speaks with the other place; None when there is none."""
    if not settings.oidc_issuer:
        return None
    with warnings.catch_warnings():
        # Authlib 1.9 would rather have a newer client than the one that everything else here uses (seen November 2026)
        warnings.simplefilter("ignore", AuthlibDeprecationWarning)
        from authlib.integrations.starlette_client import OAuth
    return OAuth().register(
        "openid",
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret or None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256", "timeout": 10, **more},
    )


async def leave(request: Request, desk: Desk) -> Response:
    """To the other place; what must be remembered waits in a visitor's session."""
    if desk.openid is None:
        raise Refused(404, status_words(404))
    if not await run_in_threadpool(desk.attempts.allows, request.client.host if request.client else ""):
        raise Refused(429, status_words(429))
    held: dict[str, Any] = {}
    request.scope["session"] = held
    back = desk.portal.settings.origin + _BACK
    try:
        answer = await desk.openid.authorize_redirect(request, back)
    except (AuthlibBaseError, HTTPError, JoseError, ValueError) as error:
        raise _failed(desk, error) from None
    before = await run_in_threadpool(sessions.find, desk.portal, request.cookies.get(desk.cookie, ""))
    session = await run_in_threadpool(lambda: sessions.begin(desk.portal, "visitor", instead_of=before, state=held))
    return Visit(request, desk, session).go(answer.headers["location"], session)


async def back(request: Request, desk: Desk) -> Response:
    """Back from the other place: in, when its word is right and the account is one of ours."""
    if desk.openid is None:
        raise Refused(404, status_words(404))
    session = await run_in_threadpool(sessions.find, desk.portal, request.cookies.get(desk.cookie, ""))
    if session is None or session.stage != "visitor":
        raise _failed(desk)
    request.scope["session"] = session.state
    issuer = desk.portal.settings.oidc_issuer
    try:
        told = (await desk.openid.authorize_access_token(request)).get("userinfo") or {}
    except (AuthlibBaseError, HTTPError, JoseError, ValueError) as error:
        raise _failed(desk, error) from None
    if told.get("iss", "").rstrip("/") != issuer.rstrip("/") or not isinstance(told.get("sub"), str):
        raise _failed(desk)
    return await run_in_threadpool(_arrive, Visit(request, desk, session), accounts.known_as(issuer, told["sub"]))


def _arrive(visit: Visit, known_as: str) -> Response:
    with visit.portal.reading() as connection:
        person = accounts.by_subject(connection, known_as)
    if person is None:
        raise Refused(403, _UNKNOWN.fill(name=visit.portal.settings.oidc_name))
    return come_in(visit, person)


def _failed(desk: Desk, error: Exception | None = None) -> Refused:
    if error is not None:
        LOG.warning("openid %s", type(error).__name__)
    return Refused(403, _FAILED.fill(name=desk.portal.settings.oidc_name))


DOORS = (
    Door(path="/login/openid", behind=None, handle=leave, who=frozenset({"nobody"})),
    Door(path=_BACK, behind=None, handle=back, who=frozenset({"nobody"})),
)
