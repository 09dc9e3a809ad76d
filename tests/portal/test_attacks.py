"""What a stranger or a colleague with bad intentions tries, in one place: others' names, other methods, other forms, names that nobody has."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from sqlalchemy import select

from evaluation.portal.keeping.tables import editions, invitations, log, sessions
from evaluation.portal.keeping.tables import tokens as token_table
from evaluation.portal.pages.application import doors
from evaluation.portal.pages.throttle import Throttle
from evaluation.portal.people.accounts import ATTEMPTS
from tests.portal.test_editions import _run, approve, quick  # noqa: F401
from tests.portal.test_every_door import TABLE
from tests.portal.visitors import ORIGIN, PASSWORD

# who has the same role and no part in what the path names
STRANGERS = {"provider": "bram", "researcher": "ravi", "reviewer": "cem"}
ROLES = {"anna": "provider", "rosa": "researcher", "clara": "reviewer", "petra": "privacy_officer", "": ""}


@pytest.fixture
def lived(quick):  # noqa: F811
    """A town where everything that has a name in an address is there, and is Anna's, Rosa's or Clara's."""
    town = quick
    made = _run(town)
    approve(town, made["committee"].id)
    for edition in made.values():
        town.as_("rosa").post(f"/editions/{edition.id}/release")
    town.as_("rosa").post(f"/evaluations/{town.evaluation}/invitations", {"role": "provider", "name": "Nog een"})
    town.as_("anna").get("/account")
    town.as_("anna").post("/account/tokens", {"name": "proef"})
    with town.portal.reading() as connection:
        town.names = {
            "evaluation": town.evaluation,
            "submission": town.send("anna", {"a.xlsx": b"PK"}),
            "edition": made["committee"].id,
            "invitation": connection.execute(select(invitations.c.id)).scalar_one(),
            "token": connection.execute(select(token_table.c.id)).scalar_one(),
            "account": town.people["clara"].id,
            "name": "evidence.zip",
        }
    return town


def _state(town):
    with town.portal.reading() as connection:
        acts = list(connection.execute(select(log.c.act, log.c.about).order_by(log.c.number)))
        return [act for act in acts if act.act not in ("report_read", "token_made", "signed_in")]


def test_what_is_anothers_is_not_there_by_any_door(lived):
    """Every door with a name in its path, by somebody of the right role who has no part in it."""
    tried, before = 0, _state(lived)
    for (method, path), who in TABLE.items():
        named = re.findall(r"{(\w+)}", path)
        if not named or "invitation/{token}" in path or "renewal" in path:
            continue
        for role in {ROLES[login] for login in who} & set(STRANGERS):
            stranger = STRANGERS[role]
            names = dict(lived.names)
            if role == "provider" and named == ["evaluation"]:
                stranger, names["evaluation"] = "anna", lived.other_evaluation  # bram takes part in both
            filled = path.format(**names)
            if path.startswith("/api/"):
                answer = lived.program(stranger).request(
                    method, filled, files={"files": ("a.xlsx", b"PK")} if method == "POST" else None
                )
            elif method == "GET":
                answer = lived.as_(stranger).client.get(filled, follow_redirects=False)
            else:
                uploads = path.endswith(("/submissions", "/plan"))
                form = {"agree": "yes", "text": "x", "decision": "approve", "role": "provider", "name": "X"}
                answer = lived.as_(stranger).post(filled, form, files=[("files", ("a.xlsx", b"PK"))] if uploads else None)
            assert answer.status_code == 404, (method, filled, stranger, answer.status_code)
            tried += 1
    assert tried > 25 and _state(lived) == before


def test_looking_changes_nothing(lived):
    """A link that somebody is made to follow: no GET does anything but open a confidential report, which is told."""
    before = _state(lived)
    for login in ("anna", "rosa", "clara", "petra", ""):
        for (method, path), _ in TABLE.items():
            if method == "GET" and "openid" not in path:
                filled = path.format(**lived.names)
                for asked in (lived.as_(login).client.get, lived.as_(login).client.head):
                    assert asked(filled, follow_redirects=False).status_code < 500, filled
    assert _state(lived) == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_none(lived, method):
    before = _state(lived)
    for path in sorted({door.path for door in doors()}):
        answer = lived.as_("rosa").client.request(method, path.format(**lived.names), headers=ORIGIN, follow_redirects=False)
        assert answer.status_code == 405, (path, answer.status_code)
    assert _state(lived) == before


def test_a_method_in_a_field_or_header_is_not_taken(lived):
    before = _state(lived)
    client = lived.as_("rosa").client
    path = f"/editions/{lived.names['edition']}/release"
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-HTTP-Method": "POST"}, {"X-Method-Override": "POST"}):
        assert client.get(f"{path}?_method=POST", headers=headers | ORIGIN).status_code == 405
    assert _state(lived) == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"title": "x"}'),
        ("text/plain", b"title=x"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nx\r\n--b--\r\n'),
        ("application/x-www-form-urlencoded", b"\xff\xfe=%"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"t\x00"),
        ("", b"title=x"),
    ],
)
def test_another_kind_of_body_is_no_form(town, kind, body):
    answer = town.as_("rosa").client.post("/evaluations", content=body, headers={**ORIGIN, "Content-Type": kind})
    assert answer.status_code in (400, 403)
    with town.portal.reading() as connection:
        assert connection.execute(select(log.c.act).where(log.c.act == "evaluation_opened")).all().__len__() == 2


def test_a_token_of_another_session_or_twice_is_none(town):
    other = town.as_("ravi")
    other.get("/")
    browser = town.as_("rosa")
    browser.get("/")
    assert browser.post("/evaluations", {"title": "x"}, token=other.token).status_code == 403
    body = f"form_token={browser.token}&form_token={other.token}&title=x"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/evaluations", content=body, headers={**ORIGIN, **kind}).status_code == 403


@pytest.mark.parametrize("name", ["\x00", "%00", "é", "a" * 5000, "' OR 1=1 --", "\u202e", "0" * 31])
def test_a_name_that_is_none_of_ours_is_not_there(town, name):
    """On PostgreSQL too, which knows signs that it cannot compare."""
    for login, path in (("anna", "/submissions/{}"), ("rosa", "/evaluations/{}"), ("clara", "/editions/{}/report")):
        assert town.as_(login).client.get(path.format(quote(name, safe="%"))).status_code == 404, (path, name)
        assert town.program(login).get("/api" + path.format(quote(name, safe="%")).removesuffix("/report")).status_code in (
            403,
            404,
        )
    answer = town.as_("anna").post(f"/evaluations/{quote(name, safe='%')}/submissions", files=[("files", ("a.xlsx", b"PK"))])
    assert answer.status_code in (404, 405)


@pytest.mark.parametrize("query", ["before=%00", "before=١٢", "act=%00", "before=99999999999999999999", "act=' OR 1=1"])
def test_a_question_about_the_log_is_a_plain_one(town, query):
    assert town.as_("petra").client.get(f"/log?{query}").status_code == 200


def test_nothing_leads_to_another_site(town):
    for path in (
        "/login?next=https://evil.example",
        "/?next=//evil.example",
        "//evil.example/",
        "/login/?next=//evil.example",
        "/%5Cevil.example",
    ):
        for login in ("anna", ""):
            answer = town.as_(login).client.get(path, follow_redirects=False)
            where = answer.headers.get("location", "/")
            assert (where.startswith("/") and not where.startswith("//")) or where.startswith("http://127.0.0.1:8100/"), (
                path,
                where,
            )
    browser = town.browser()
    browser.get("/login?next=//evil.example")
    assert (
        browser.post("/login?next=//evil.example", {"login": "anna", "password": PASSWORD, "next": "//evil.example"}).headers[
            "location"
        ]
        == "/"
    )


def test_headers_that_a_proxy_would_set_move_nothing(town):
    for name in ("X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded"):
        answer = town.as_("rosa").client.get("/", headers={name: "evil.example/log"})
        assert answer.status_code == 200 and "evil" not in answer.text


def _tries(town, login: str, times: int) -> list[str]:
    told = []
    for _ in range(times):
        browser = town.browser()
        browser.get("/login")
        answer = browser.post("/login", {"login": login, "password": "geraden wachtwoord"})
        told.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    return told


@pytest.mark.parametrize("login", ["nobody.at.all", "anna\x00", "x" * 300, "", "ANNA!"])
def test_a_name_that_nobody_has_answers_as_one_that_somebody_has(town, login):
    """Also after as many attempts as close an account: who tries names learns none."""
    times = ATTEMPTS + 2
    somebody, nobody = _tries(town, "anna", times), _tries(town, login, times)
    assert somebody == nobody
    assert "kwartier" in nobody[-1][1] and "kwartier" not in nobody[ATTEMPTS - 1][1]


def test_it_takes_as_long_to_refuse_a_name_that_nobody_has(town, monkeypatch):
    from evaluation.portal.people import accounts, passwords

    compared = []
    monkeypatch.setattr(passwords, "fits", lambda password, kept: compared.append(kept is not None))
    for login in ("anna", "nobody", "anna\x00"):
        accounts.try_password(town.portal, login, "geraden")
    assert compared == [True, False, False], "a hash is made each time"


def test_who_only_looks_does_not_fill_the_database(town):
    """Each first look at the page to sign in is a session: of one address there is an end to them."""
    from dataclasses import replace

    from evaluation.portal.pages.application import portal_application

    few = Throttle(burst=5, per_minute=1)
    town.app = portal_application(town.portal, working=False, desk=replace(town.desk, addresses=few))
    statuses = [town.browser().client.get("/login").status_code for _ in range(8)]
    assert statuses == [200] * 5 + [429] * 3
    with town.portal.reading() as connection:
        assert len(list(connection.execute(select(sessions)))) == 5


def test_a_cookie_that_is_none_is_none(town):
    for cookie in ("", "x" * 8000, "é", "\u202e", "a; portal=b", "0" * 43):
        client = town.browser().client
        answer = client.get("/", headers={"Cookie": f"portal={cookie}".encode()}, follow_redirects=False)
        assert answer.status_code == 303 and answer.headers["location"] == "/login"


@pytest.mark.parametrize(
    "name",
    ["\u202excod.xlsx", "a\r\nSet-Cookie: x=1.xlsx", "naam\u0000.xlsx", "ﬁle.xlsx", "a" * 400 + ".xlsx", "=1+1.xlsx"],
)
def test_a_strange_name_of_a_file_comes_back_as_a_plain_one(town, name):
    made = town.send("anna", {name: b"PK"})
    for path in ("", "/receipt"):
        answer = town.as_("anna").get(f"/submissions/{made}{path}")
        assert "\u202e" not in answer.text and "x=1" not in str(answer.headers) and "set-cookie" not in answer.headers


def test_a_released_edition_stays_what_it_was(lived):
    """Released twice, decided about by the wrong role, asked for again: the row does not move."""
    with lived.portal.reading() as connection:
        before = connection.execute(select(editions).where(editions.c.id == lived.names["edition"])).one()
    path = f"/editions/{lived.names['edition']}"
    assert lived.as_("rosa").post(f"{path}/release").status_code == 422
    for login in ("rosa", "clara", "anna"):
        assert lived.as_(login).post(f"{path}/decision", {"decision": "refuse", "reason": "x"}).status_code == 403
    with lived.portal.reading() as connection:
        assert connection.execute(select(editions).where(editions.c.id == lived.names["edition"])).one() == before


def test_an_old_form_is_no_use_after_signing_out(town):
    browser = town.as_("rosa")
    browser.get("/")
    old, cookie = browser.token, browser.client.cookies["portal"]
    browser.post("/logout")
    browser.client.cookies.set("portal", cookie, domain="127.0.0.1")
    assert browser.post("/evaluations", {"title": "x"}, token=old).status_code in (401, 403)
