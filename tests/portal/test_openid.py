"""Signing in elsewhere, with a place of our own that speaks OpenID Connect; and one that lies in every way that it can."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from evaluation.portal.keeping.tables import accounts as table
from evaluation.portal.pages import openid
from evaluation.portal.pages.application import portal_application
from evaluation.portal.people.accounts import known_as

ISSUER = "https://login.example.org"
KEY, OTHER_KEY = RSAKey.generate_key(2048, private=True), RSAKey.generate_key(2048, private=True)


@dataclass
class Elsewhere:
    """A place to sign in: what it was asked, and in what it lies."""

    asked: dict[str, str] = field(default_factory=dict)
    lies: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    subject: str = "248289"
    unsigned: str = ""

    def app(self) -> Starlette:
        async def metadata(request):
            return JSONResponse(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )

        async def keys(request):
            return JSONResponse(
                {"keys": [{**KEY.as_dict(private=False), "use": "sig", "alg": "RS256", "kid": KEY.thumbprint()}]}
            )

        async def token(request):
            form = parse_qs((await request.body()).decode())
            challenge = (
                base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
            )
            if form["code"] != ["good"] or challenge != self.asked["code_challenge"]:
                return JSONResponse({"error": "invalid_grant"}, 400)
            now = int(time.time())
            claims = {
                "iss": ISSUER,
                "aud": "portal",
                "sub": self.subject,
                "iat": now,
                "exp": now + 300,
                "nonce": self.asked["nonce"],
            }
            header = {"alg": "RS256", "kid": KEY.thumbprint()}
            signed = jwt.encode(header, {**claims, **self.lies}, self.key)
            if self.unsigned:
                body = signed.split(".")[1]
                signed = f"{_part({'alg': self.unsigned, 'kid': KEY.thumbprint()})}.{body}.{_hmac(self.unsigned, body)}"
            return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})

        routes = [("/.well-known/openid-configuration", metadata, "GET"), ("/keys", keys, "GET"), ("/token", token, "POST")]
        return Starlette(routes=[Route(path, endpoint, methods=[method]) for path, endpoint, method in routes])


def _part(content: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _hmac(kind: str, body: str) -> str:
    """No signature at all, or one under what everybody knows: the public key."""
    if kind.casefold() == "none":
        return ""
    key = KEY.as_pem(private=False)
    said = f"{_part({'alg': kind, 'kid': KEY.thumbprint()})}.{body}".encode()
    return base64.urlsafe_b64encode(hmac.new(key, said, hashlib.sha256).digest()).rstrip(b"=").decode()


@pytest.fixture
def elsewhere():
    return Elsewhere()


@pytest.fixture
def open_town(town, elsewhere):
    """A town whose Anna signs in elsewhere."""
    settings = replace(town.portal.settings, oidc_issuer=ISSUER, oidc_client="portal", oidc_secret="s", oidc_name="de inlog")
    client = openid.client(settings, transport=httpx.ASGITransport(elsewhere.app()))
    portal = replace(town.portal, settings=settings)
    town.app = portal_application(portal, working=False, desk=replace(town.desk, portal=portal, openid=client))
    with town.portal.database.writing() as connection:
        connection.execute(
            update(table).where(table.c.login == "anna").values(subject=known_as(ISSUER, "248289"), password=None)
        )
    return town


def _leave(browser, elsewhere) -> str:
    answer = browser.get("/login/openid")
    assert answer.status_code == 303
    to = urlsplit(answer.headers["location"])
    assert f"{to.scheme}://{to.netloc}{to.path}" == f"{ISSUER}/authorize"
    elsewhere.asked = {name: values[0] for name, values in parse_qs(to.query).items()}
    assert elsewhere.asked["code_challenge_method"] == "S256" and elsewhere.asked["scope"] == "openid"
    assert elsewhere.asked["redirect_uri"] == "http://127.0.0.1:8100/login/openid/back"
    return elsewhere.asked["state"]


def test_who_signs_in_elsewhere_is_in(open_town, elsewhere):
    browser = open_town.browser()
    assert "de inlog" in browser.get("/login").text
    state = _leave(browser, elsewhere)
    before = browser.client.cookies["portal"]
    answer = browser.get(f"/login/openid/back?code=good&state={state}")
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert browser.client.cookies["portal"] != before and "Het onderzoek van Rosa" in browser.get("/").text
    again = browser.get(f"/login/openid/back?code=good&state={state}")
    assert again.status_code == 403, "an answer is good once"


def test_nobody_gets_an_account_by_signing_in_elsewhere(open_town, elsewhere):
    elsewhere.subject = "a stranger"
    browser = open_town.browser()
    state = _leave(browser, elsewhere)
    answer = browser.get(f"/login/openid/back?code=good&state={state}")
    assert answer.status_code == 403 and "geen account" in answer.text
    assert browser.get("/").headers["location"] == "/login"


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
        {"sub": ["248289"]},
    ],
    ids=lambda lies: next(iter(lies)),
)
def test_a_lie_lets_nobody_in(open_town, elsewhere, lies):
    elsewhere.lies = lies
    browser = open_town.browser()
    state = _leave(browser, elsewhere)
    assert browser.get(f"/login/openid/back?code=good&state={state}").status_code == 403
    assert browser.get("/").headers["location"] == "/login"


@pytest.mark.parametrize("kind", ["none", "None", "NONE", "HS256"])
def test_a_word_that_nobody_signed_lets_nobody_in(open_town, elsewhere, kind):
    elsewhere.unsigned = kind
    browser = open_town.browser()
    state = _leave(browser, elsewhere)
    assert browser.get(f"/login/openid/back?code=good&state={state}").status_code == 403
    assert browser.get("/").headers["location"] == "/login"


def test_another_key_lets_nobody_in(open_town, elsewhere):
    elsewhere.key = OTHER_KEY
    browser = open_town.browser()
    state = _leave(browser, elsewhere)
    assert browser.get(f"/login/openid/back?code=good&state={state}").status_code == 403


def test_a_forged_way_back_lets_nobody_in(open_town, elsewhere):
    """Signing somebody in as another: a state that this browser did not ask for, another code, an error, nothing."""
    browser = open_town.browser()
    state = _leave(browser, elsewhere)
    for query in ("", "?code=good", "?code=good&state=guessed", f"?code=bad&state={state}", "?error=access_denied"):
        assert browser.get(f"/login/openid/back{query}").status_code == 403
    other = open_town.browser()
    state = _leave(other, elsewhere)
    stranger = open_town.browser()
    stranger.get("/login")
    assert stranger.get(f"/login/openid/back?code=good&state={state}").status_code == 403
    assert open_town.browser().get(f"/login/openid/back?code=good&state={state}").status_code == 403


def test_a_place_that_is_away_is_said_in_words(town):
    settings = replace(town.portal.settings, oidc_issuer=ISSUER, oidc_client="portal")

    def away(request):
        raise httpx.ConnectError("no route")

    client = openid.client(settings, transport=httpx.MockTransport(away))
    portal = replace(town.portal, settings=settings)
    town.app = portal_application(portal, working=False, desk=replace(town.desk, portal=portal, openid=client))
    answer = town.browser().get("/login/openid")
    assert answer.status_code == 403 and "niet gelukt" in answer.text
