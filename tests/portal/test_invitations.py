"""Invitations: by a link that works once, for one role."""

from __future__ import annotations

import re
import time

from sqlalchemy import update

from evaluation.portal.keeping.tables import invitations
from tests.portal.visitors import PASSWORD


def _invite(town, role: str, name: str) -> str:
    page = town.as_("rosa").post(f"/evaluations/{town.evaluation}/invitations", {"role": role, "name": name})
    assert page.status_code == 200
    return re.search(r"http://127\.0\.0\.1:8100(/invitation/[\w-]+)", page.text).group(1)


def test_a_provider_takes_part_by_a_link(town):
    link = _invite(town, "provider", "Aanbieder Nieuw")
    browser = town.browser()
    page = browser.get(link)
    assert page.status_code == 200 and "Aanbieder Nieuw" in page.text and "Het onderzoek van Rosa" in page.text
    assert browser.post(link, {"login": "nieuw", "password": "kort"}).status_code == 422
    assert browser.post(link, {"login": "anna", "password": PASSWORD}).status_code == 422, "the name is taken"
    assert browser.post(link, {"login": "nieuw", "password": PASSWORD}).status_code == 303
    assert "Het onderzoek van Rosa" in browser.get("/").text
    assert town.browser().get(link).status_code == 422, "it works once"


def test_somebody_with_an_account_takes_part_with_it(town):
    link = _invite(town, "reviewer", "Commissielid Cem")
    browser = town.as_("cem")
    assert town.evaluation not in browser.get("/").text
    browser.get(link)
    assert browser.post(link).status_code == 303
    assert town.evaluation in browser.get("/").text


def test_a_name_that_somebody_types_opens_no_organisation(town):
    """A researcher of another evaluation invites "Aanbieder Anna": whoever follows that link must not see what Anna sent in."""
    made = town.send("anna", {"a.xlsx": b"x"})
    page = town.as_("ravi").post(
        f"/evaluations/{town.other_evaluation}/invitations", {"role": "provider", "name": " Aanbieder  Anna "}
    )
    link = re.search(r"(/invitation/[\w-]+)<", page.text).group(1)
    stranger = town.browser()
    stranger.get(link)
    answer = stranger.post(link, {"login": "stranger", "password": PASSWORD})
    assert answer.status_code == 422 and "al een aanbieder met deze naam" in answer.text
    assert stranger.get(f"/submissions/{made}").headers["location"] == "/login"
    own = town.as_("anna")
    own.get(link)
    assert own.post(link).status_code == 303 and town.other_evaluation in own.get("/").text


def test_an_invitation_is_for_one_role(town):
    link = _invite(town, "reviewer", "Commissielid Nieuw")
    browser = town.as_("anna")
    assert "ander soort account" in browser.get(link).text
    browser.get(link)
    assert browser.post(link).status_code == 422
    assert town.browser().get(link).status_code == 200, "it is not used up by that"


def test_an_invitation_ends(town):
    link = _invite(town, "provider", "Aanbieder Laat")
    with town.portal.database.writing() as connection:
        connection.execute(update(invitations).values(expires_at=time.time() - 1))
    assert town.browser().get(link).status_code == 422
    taken = _invite(town, "provider", "Aanbieder Weg")
    page = town.as_("rosa").get(f"/evaluations/{town.evaluation}").text
    path = re.search(r'action="(/evaluations/\w+/invitations/\w+/withdraw)"', page).group(1)
    other = path.replace(town.evaluation, town.other_evaluation)
    assert town.as_("ravi").post(other).status_code == 404, "another researcher's invitation is not theirs"
    assert town.as_("rosa").post(path).status_code == 303
    assert town.browser().get(taken).status_code == 422


def test_nobody_is_invited_to_oversee(town):
    answer = town.as_("rosa").post(f"/evaluations/{town.evaluation}/invitations", {"role": "privacy_officer", "name": "X"})
    assert answer.status_code == 422


def test_a_name_is_shown_as_it_is_and_nothing_more(town):
    link = _invite(town, "provider", "<script>alert(1)</script>")
    assert "<script>alert" not in town.browser().get(link).text
    answer = town.as_("rosa").post(f"/evaluations/{town.evaluation}/invitations", {"role": "provider", "name": "a\x1b[31m"})
    assert answer.status_code == 422
