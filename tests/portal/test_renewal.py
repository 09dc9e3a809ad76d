"""A lost password or telephone: a link that whoever keeps the portal makes at the machine, that works once, and opens nothing else."""

from __future__ import annotations

import time

import pyotp
import pytest
from sqlalchemy import select, update

from evaluation.portal.keeping.tables import log, renewals
from evaluation.portal.people import accounts
from evaluation.portal.people.keeping import close_account, make_account, renew_account
from evaluation.portal.people.sessions import hashed
from tests.portal.test_coming_in import SECRET, strict  # noqa: F401
from tests.portal.visitors import PASSWORD

NEW = "een heel nieuwe zin"


def test_a_new_account_chooses_its_password_by_a_link(town):
    link = f"/renewal/{make_account(town.portal, 'nora', 'researcher', 'Nora')}"
    assert town.browser().sign_in("nora", "").status_code == 401, "there is none yet"
    browser = town.browser()
    assert "nora" in browser.get(link).text
    assert browser.post(link, {"password": "kort"}).status_code == 422
    assert browser.post(link, {"password": NEW}).headers["location"] == "/"
    assert "Nora" in browser.get("/").text
    assert town.browser().get(link).status_code == 422, "it works once"
    assert town.browser().sign_in("nora", NEW).status_code == 303


def test_what_was_lost_opens_nothing_any_more(town):
    with town.portal.writing() as connection:
        accounts.set_second_factor(town.portal, connection, town.people["anna"].id, SECRET)
    browser, program = town.browser(), town.program("anna")
    browser.get("/login")
    browser.post("/login", {"login": "anna", "password": PASSWORD})
    browser.get("/login/code")
    browser.post("/login/code", {"code": pyotp.TOTP(SECRET).now()})
    assert browser.get("/").status_code == 200 and program.get("/api/me").status_code == 200
    first = renew_account(town.portal, "anna")
    assert browser.get("/").headers["location"] == "/login" and program.get("/api/me").status_code == 401
    assert town.browser().sign_in("anna").status_code == 401
    second = renew_account(town.portal, "anna")
    assert town.browser().get(f"/renewal/{first}").status_code == 422, "a newer link ends an older one"
    fresh = town.browser()
    fresh.get(f"/renewal/{second}")
    assert fresh.post(f"/renewal/{second}", {"password": NEW}).status_code == 303
    with town.portal.reading() as connection:
        told = list(connection.execute(select(log.c.act, log.c.actor)))
        assert second not in repr(told) and not list(connection.execute(select(renewals)))
    assert ("password_reset", "") in told and ("password_chosen", "anna") in told


def test_the_second_step_is_set_up_again_before_anything_else(strict):  # noqa: F811
    link = f"/renewal/{renew_account(strict.portal, 'anna')}"
    browser = strict.browser()
    browser.get(link)
    assert browser.post(link, {"password": NEW}).headers["location"] == "/login/enrol"
    assert browser.get("/").headers["location"] == "/login"


def test_a_link_ends_with_its_day_its_account_and_its_guessing(town):
    link = f"/renewal/{renew_account(town.portal, 'anna')}"
    with town.portal.database.writing() as connection:
        connection.execute(update(renewals).values(expires_at=time.time() - 1))
    assert town.browser().get(link).status_code == 422
    link = f"/renewal/{renew_account(town.portal, 'anna')}"
    close_account(town.portal, "anna")
    for path in (link, "/renewal/none", f"/renewal/{'x' * 5000}", "/renewal/%00"):
        assert town.browser().get(path).status_code in (404, 422), path


def test_a_link_takes_nobody_elses_session(town):
    """Somebody who is signed in and is led to a link of another stays who they are."""
    link = f"/renewal/{renew_account(town.portal, 'anna')}"
    browser = town.as_("bram")
    assert "Meld u eerst af" in browser.get(link).text
    browser.get("/account")
    assert browser.post(link, {"password": NEW}).status_code == 422
    assert "Aanbieder Bram" in browser.get("/account").text
    with town.portal.reading() as connection:
        assert connection.execute(select(renewals.c.token)).scalar_one() == hashed(link.rsplit("/", 1)[1])


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_form_of_elsewhere_chooses_no_password(town, token):
    link = f"/renewal/{renew_account(town.portal, 'anna')}"
    browser = town.browser()
    browser.get(link)
    assert browser.post(link, {"password": NEW}, token=token).status_code == 403
    assert town.browser().post(link, {"password": NEW}).status_code == 403
