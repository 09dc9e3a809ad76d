"""Every way in, by every role and by nobody: the table fails when a route lacks its row, and when a row lets in somebody else."""

from __future__ import annotations

import pytest

from evaluation.portal.pages.application import doors
from evaluation.portal.pages.doors import ANYBODY

NOBODY, PROVIDER, RESEARCHER, REVIEWER, OFFICER = "", "anna", "rosa", "clara", "petra"
EVERYBODY = (NOBODY, PROVIDER, RESEARCHER, REVIEWER, OFFICER)
SIGNED_IN = (PROVIDER, RESEARCHER, REVIEWER, OFFICER)
READERS = (PROVIDER, RESEARCHER, REVIEWER)
# who may come through; by hand, and not from the doors themselves
TABLE = {
    ("GET", "/"): SIGNED_IN,
    ("POST", "/evaluations"): (RESEARCHER,),
    ("GET", "/evaluations/{evaluation}"): READERS,
    ("GET", "/health"): EVERYBODY,
    ("GET", "/login"): EVERYBODY,
    ("POST", "/login"): (NOBODY,),
    ("GET", "/login/code"): (),
    ("POST", "/login/code"): (),
    ("GET", "/login/enrol"): (),
    ("POST", "/login/enrol"): (),
    ("GET", "/login/openid"): (),
    ("GET", "/login/openid/back"): (),
    ("POST", "/logout"): SIGNED_IN,
    ("GET", "/renewal/{token}"): EVERYBODY,
    ("POST", "/renewal/{token}"): EVERYBODY,
    ("GET", "/invitation/{token}"): EVERYBODY,
    ("POST", "/invitation/{token}"): EVERYBODY,
    ("GET", "/account"): SIGNED_IN,
    ("POST", "/account/password"): SIGNED_IN,
    ("GET", "/account/second-factor"): SIGNED_IN,
    ("POST", "/account/second-factor"): SIGNED_IN,
    ("POST", "/account/mail"): SIGNED_IN,
    ("POST", "/account/tokens"): SIGNED_IN,
    ("POST", "/account/tokens/{token}/remove"): SIGNED_IN,
    ("POST", "/evaluations/{evaluation}/submissions"): (PROVIDER,),
    ("GET", "/template"): (PROVIDER,),
    ("GET", "/submissions/{submission}"): (PROVIDER,),
    ("GET", "/submissions/{submission}/receipt"): (PROVIDER,),
    ("GET", "/submissions/{submission}/findings"): (PROVIDER,),
    ("POST", "/submissions/{submission}/withdraw"): (PROVIDER,),
    ("POST", "/evaluations/{evaluation}/invitations"): (RESEARCHER,),
    ("POST", "/evaluations/{evaluation}/invitations/{invitation}/withdraw"): (RESEARCHER,),
    ("POST", "/evaluations/{evaluation}/readers/{account}/remove"): (RESEARCHER,),
    ("POST", "/evaluations/{evaluation}/plan"): (RESEARCHER,),
    ("POST", "/evaluations/{evaluation}/plan/lock"): (RESEARCHER,),
    ("POST", "/evaluations/{evaluation}/runs"): (RESEARCHER,),
    ("POST", "/editions/{edition}/release"): (RESEARCHER,),
    ("GET", "/editions/{edition}"): SIGNED_IN,
    ("POST", "/editions/{edition}/decision"): (OFFICER,),
    ("POST", "/editions/{edition}/agree"): (REVIEWER,),
    ("GET", "/editions/{edition}/report"): SIGNED_IN,
    ("POST", "/editions/{edition}/notes"): (RESEARCHER, REVIEWER),
    ("GET", "/editions/{edition}/download/{name}"): READERS,
    ("GET", "/log"): (OFFICER,),
    ("POST", "/log/verify"): (OFFICER,),
    ("GET", "/log/download"): (OFFICER,),
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/api/me"): SIGNED_IN,
    ("GET", "/api/evaluations"): READERS,
    ("GET", "/api/evaluations/{evaluation}"): READERS,
    ("POST", "/api/evaluations/{evaluation}/submissions"): (PROVIDER,),
    ("GET", "/api/submissions/{submission}"): (PROVIDER,),
    ("GET", "/api/submissions/{submission}/findings"): (PROVIDER,),
    ("POST", "/api/submissions/{submission}/withdrawal"): (PROVIDER,),
    ("GET", "/api/editions/{edition}"): READERS,
    ("GET", "/api/log"): (OFFICER,),
}
# what the door itself says to who may not come through; behind it a page may still answer 404, 422 or another page
_SHUT = (401, 403)
# these need a file in the form; without one the door was passed all the same
_NO_SUCH = "0" * 32


def test_every_route_has_its_row_and_every_row_its_route(small_town):
    routes = {
        (method, route.path)
        for route in small_town.app.routes
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD"
    }
    assert routes == set(TABLE)
    assert {(door.method, door.path) for door in doors()} == set(TABLE)


def _filled(path: str, town) -> str:
    names = {
        "evaluation": town.evaluation,
        "name": "evidence.zip",
        "token": _NO_SUCH,
        "invitation": _NO_SUCH,
        "account": _NO_SUCH,
    }
    for name in ("evaluation", "submission", "edition", "invitation", "token", "name", "account"):
        path = path.replace(f"{{{name}}}", names.get(name, _NO_SUCH))
    return path


def _asked(town, login: str, method: str, path: str):
    if path.startswith("/api/"):
        return town.program(login).request(method, path, follow_redirects=False)
    browser = town.as_(login)
    if method == "GET":
        return browser.client.get(path, follow_redirects=False)
    # a form of its own page; what is wrong with its fields is said behind the door
    uploads = path.endswith(("/submissions", "/plan"))
    return browser.post(path, files=[("none", ("", b""))] if uploads else None)


@pytest.mark.parametrize("login", EVERYBODY, ids=["nobody", "provider", "researcher", "reviewer", "officer"])
def test_a_door_opens_for_who_the_table_names_and_for_nobody_else(town, login):
    for (method, path), who in TABLE.items():
        if path == "/logout" or (path == "/login" and method == "POST"):
            continue  # these end the session that the others need; they have tests of their own
        answer = _asked(town, login, method, _filled(path, town))
        told = (method, path, login or "nobody", answer.status_code)
        to_sign_in = answer.status_code == 303 and answer.headers["location"] == "/login"
        if login in who:
            assert answer.status_code not in _SHUT or path.startswith("/account/"), told
            assert not to_sign_in, told
            assert answer.status_code < 500, told
        else:
            elsewhere = path.startswith("/login/openid") and answer.status_code == 404
            assert answer.status_code in _SHUT or to_sign_in or elsewhere, told


@pytest.mark.parametrize("login", EVERYBODY, ids=["nobody", "provider", "researcher", "reviewer", "officer"])
def test_a_form_without_the_token_of_its_page_does_nothing(town, login):
    for method, path in TABLE:
        if method == "POST" and not path.startswith("/api/"):
            for token in ("", "0" * 64):
                uploads = path.endswith(("/submissions", "/plan"))
                files = [("files", ("a.xlsx", b"PK"))] if uploads else None
                answer = town.as_(login).post(_filled(path, town), token=token, files=files)
                assert answer.status_code in (401, 403, 303), (path, login, answer.status_code)
                if answer.status_code == 303:
                    assert answer.headers["location"] == "/login"
    assert list(town.portal.store.folder.glob("*")) == []


def test_a_form_of_another_site_does_nothing(small_town):
    browser = small_town.as_("rosa")
    for headers in (
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8100", "Sec-Fetch-Site": "cross-site"},
    ):
        answer = browser.post("/evaluations", {"title": "Van elders"}, headers=headers)
        assert answer.status_code == 403
    assert "Van elders" not in browser.get("/").text


def test_a_cookie_is_no_token_and_a_token_no_cookie(small_town):
    browser = small_town.as_("anna")
    assert browser.client.get("/api/me").status_code == 401
    program = small_town.program("anna")
    assert program.get("/api/me").json()["login"] == "anna"
    assert program.get("/", follow_redirects=False).headers["location"] == "/login"


def test_half_a_session_opens_nothing_but_the_second_step(town):
    from evaluation.portal.people import accounts

    with town.portal.writing() as connection:
        accounts.set_second_factor(town.portal, connection, town.people["anna"].id, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    browser = town.browser()
    browser.get("/login")
    assert browser.post("/login", {"login": "anna", "password": "paard-nietje-batterij"}).headers["location"] == "/login/code"
    for method, path in TABLE:
        if method == "GET" and "openid" not in path and not path.startswith("/api/"):
            answer = browser.client.get(_filled(path, town), follow_redirects=False)
            open_to_all = TABLE[method, path] == EVERYBODY or path.startswith("/login/")
            assert open_to_all or answer.headers.get("location") == "/login", path


def test_only_a_known_host_is_answered(small_town):
    client = small_town.browser().client
    for host in ("evil.example", "evil.example:8100", "127.0.0.1", "127.0.0.1:8100.evil.example"):
        assert client.get("/login", headers={"Host": host}).status_code == 421


def test_doors_for_anybody_are_few():
    assert sorted({door.path for door in doors() if door.who == ANYBODY}) == [
        "/api/openapi.json",
        "/health",
        "/invitation/{token}",
        "/login",
        "/renewal/{token}",
    ]
