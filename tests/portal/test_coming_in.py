"""Signing in: no planted session, no guessing, no code twice, no session that outlives its end."""

from __future__ import annotations

import threading
import time

import pyotp
import pytest
from sqlalchemy import select, update

from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import accounts as account_table
from evaluation.portal.keeping.tables import log, sessions
from evaluation.portal.people import accounts
from evaluation.portal.people.sessions import hashed
from tests.portal.visitors import PASSWORD

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def _cookie(browser) -> str:
    return browser.client.cookies["portal"]


def test_a_planted_session_is_worth_nothing_afterwards(town):
    """Fixation: whoever gives somebody a cookie of their own does not get in when that person signs in with it."""
    attacker = town.browser()
    attacker.get("/login")
    planted = _cookie(attacker)
    victim = town.browser()
    victim.client.cookies.set("portal", planted, domain="127.0.0.1")
    victim.get("/login")
    assert victim.post("/login", {"login": "anna", "password": PASSWORD}).status_code == 303
    assert _cookie(victim) != planted
    assert attacker.get("/").headers["location"] == "/login"


def test_each_step_up_makes_a_new_session(town):
    with town.portal.writing() as connection:
        accounts.set_second_factor(town.portal, connection, town.people["anna"].id, SECRET)
    browser = town.browser()
    browser.get("/login")
    seen = [_cookie(browser)]
    browser.post("/login", {"login": "anna", "password": PASSWORD})
    seen.append(_cookie(browser))
    browser.get("/login/code")
    assert browser.post("/login/code", {"code": pyotp.TOTP(SECRET).now()}).headers["location"] == "/"
    seen.append(_cookie(browser))
    assert len(set(seen)) == 3
    with town.portal.reading() as connection:
        there = set(connection.execute(select(sessions.c.token)).scalars())
    assert [hashed(token) in there for token in seen] == [False, False, True]


def test_a_code_is_good_once(town):
    with town.portal.writing() as connection:
        accounts.set_second_factor(town.portal, connection, town.people["anna"].id, SECRET)
    code = pyotp.TOTP(SECRET).now()
    assert accounts.try_code(town.portal, town.people["anna"].id, code).person
    assert not accounts.try_code(town.portal, town.people["anna"].id, code).person


def test_a_second_factor_can_be_set_up_and_is_then_asked(town):
    browser = town.as_("anna")
    page = browser.get("/account/second-factor")
    secret = page.text.split("<code>")[1].split("</code>")[0]
    assert "data:image/png;base64," in page.text
    assert browser.post("/account/second-factor", {"code": "000000"}).status_code == 401
    assert browser.post("/account/second-factor", {"code": pyotp.TOTP(secret).now()}).status_code == 303
    assert town.browser().sign_in("anna").headers["location"] == "/login/code"
    with town.portal.reading() as connection:
        kept = accounts.by_login(connection, "anna").totp
    assert secret.encode() not in kept


@pytest.fixture
def strict(town):
    """Where a second factor is asked of everybody."""
    from dataclasses import replace

    from evaluation.portal.pages.application import portal_application

    portal = replace(town.portal, settings=replace(town.portal.settings, second_factor=True))
    town.app = portal_application(portal, working=False, desk=replace(town.desk, portal=portal))
    return town


def test_who_has_no_second_factor_sets_it_up_before_anything_else(strict):
    browser = strict.browser()
    browser.get("/login")
    assert browser.post("/login", {"login": "anna", "password": PASSWORD}).headers["location"] == "/login/enrol"
    assert browser.get("/").headers["location"] == "/login"
    secret = browser.get("/login/enrol").text.split("<code>")[1].split("</code>")[0]
    assert browser.post("/login/enrol", {"code": pyotp.TOTP(secret).now()}).headers["location"] == "/"
    assert browser.get("/").status_code == 200


def test_five_wrong_attempts_close_the_account_for_a_while(town):
    browser = town.browser()
    browser.get("/login")
    for _ in range(accounts.ATTEMPTS):
        assert browser.post("/login", {"login": "anna", "password": "niet het goede"}).status_code == 401
    closed = browser.post("/login", {"login": "anna", "password": PASSWORD})
    assert closed.status_code == 401 and "kwartier" in closed.text
    assert town.browser().sign_in("bram").status_code == 303
    with town.portal.database.writing() as connection:
        past = update(account_table).where(account_table.c.login == "anna").values(locked_until=time.time() - 1)
        connection.execute(past)
    assert town.browser().sign_in("anna").status_code == 303
    with town.portal.reading() as connection:
        assert "login_locked" in set(connection.execute(select(log.c.act)).scalars())


def test_attempts_at_the_same_moment_all_count(town):
    tried = []

    def guess(number):
        tried.append(accounts.try_password(town.portal, "anna", f"geraden wachtwoord {number}"))

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sum(not one.locked for one in tried) == accounts.ATTEMPTS
    assert accounts.try_password(town.portal, "anna", PASSWORD).locked


def test_a_wrong_name_and_a_wrong_password_look_alike(small_town):
    pages = []
    for login, password in (("nobody", PASSWORD), ("anna", "niet het goede"), ("", ""), ("anna'--", "x"), ("anna\x00", "x")):
        browser = small_town.browser()
        browser.get("/login")
        answer = browser.post("/login", {"login": login, "password": password})
        pages.append((answer.status_code, "klopt niet" in answer.text))
    assert set(pages) == {(401, True)}


def test_signing_out_ends_the_session_on_the_server(town):
    browser = town.as_("anna")
    token = _cookie(browser)
    assert browser.post("/logout").headers["location"] == "/login"
    browser.client.cookies.set("portal", token, domain="127.0.0.1")
    assert browser.get("/").headers["location"] == "/login"


def test_a_session_that_is_left_ends(town):
    browser = town.as_("anna")
    for column, ago in ((sessions.c.seen_at, 31 * 60), (sessions.c.made_at, 12 * 3600 + 60)):
        town.as_("anna").sign_in("anna")
        with town.portal.database.writing() as connection:
            connection.execute(update(sessions).values({column.name: time.time() - ago}))
        assert browser.get("/").headers["location"] == "/login"
        browser.client.cookies.clear()


def test_a_new_password_ends_the_other_sessions(town):
    other = town.browser()
    other.sign_in("anna")
    browser = town.as_("anna")
    assert (
        browser.post("/account/password", {"password": "fout fout fout", "new_password": "een heel nieuwe zin"}).status_code
        == 401
    )
    for bad in ("kort", "aaaaaaaaaaaaaaaa", "anna is mijn naam"):
        assert browser.post("/account/password", {"password": PASSWORD, "new_password": bad}).status_code == 422
    assert browser.post("/account/password", {"password": PASSWORD, "new_password": "een heel nieuwe zin"}).status_code == 200
    assert browser.get("/").status_code == 200 and other.get("/").headers["location"] == "/login"
    assert town.browser().sign_in("anna", "een heel nieuwe zin").status_code == 303


def test_an_account_that_was_closed_lets_nobody_in(town):
    from evaluation.portal.people.keeping import close_account

    browser, program = town.as_("anna"), town.program("anna")
    close_account(town.portal, "anna")
    assert browser.get("/").headers["location"] == "/login"
    assert program.get("/api/me").status_code == 401
    assert town.browser().sign_in("anna").status_code == 401


def test_the_cookie_is_out_of_reach(small_town):
    browser = small_town.browser()
    header = browser.get("/login").headers["set-cookie"].lower()
    assert "httponly" in header and "samesite=lax" in header and "max-age" not in header


def test_by_https_the_cookie_is_for_https_only(small_town):
    from dataclasses import replace

    from evaluation.portal.pages.application import portal_application
    from tests.portal.visitors import Browser, TestClient

    settings = replace(small_town.portal.settings, address="https://portaal.example.nl")
    portal = replace(small_town.portal, settings=settings)
    app = portal_application(portal, working=False, desk=replace(small_town.desk, portal=portal))
    answer = Browser(TestClient(app, base_url="https://portaal.example.nl")).get("/login")
    assert answer.headers["set-cookie"].startswith("__Host-portal=") and "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_passwords_and_tokens_stand_nowhere_in_the_open(town):
    browser = town.as_("anna")
    made = browser.post("/account/tokens", {"name": "proef"}).text.split("<code>")[1].split("</code>")[0]
    assert made.startswith("iep_") and made not in browser.get("/account").text
    with town.portal.reading() as connection:
        for table in account_table.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                told = repr(tuple(row))
                assert PASSWORD not in told and made not in told and _cookie(browser) not in told


@pytest.mark.parametrize("login", ["a", "Anna!", "a b c", "../x", "x" * 101, "naam\nregel"])
def test_a_login_name_is_plain(lite, login):
    with pytest.raises(WrongUse), lite.writing() as connection:
        accounts.add_account(connection, login=login, name="Naam", role="researcher", password=PASSWORD)


def test_a_password_costs_who_guesses():
    """Argon2id with 64 MiB and three passes (RFC 9106, section 4, second choice), in a process where nothing was made cheap."""
    import subprocess
    import sys

    code = "from evaluation.portal.people.passwords import hashed; print(hashed('paard-nietje-batterij'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
