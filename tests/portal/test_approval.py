"""The privacy officer's approval: without it nothing leaves, and nobody reads whom the officer did not see as a reader of the plan."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from evaluation.failures import WrongUse
from evaluation.portal.keeping.tables import approvals, editions, log
from evaluation.portal.meeting import evaluations
from evaluation.portal.meeting.approving import decide
from evaluation.portal.meeting.editions import release
from evaluation.portal.trying import READER
from tests.portal.test_editions import _run, approve, quick  # noqa: F401
from tests.portal.visitors import PASSWORD

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def made(quick):  # noqa: F811
    """A committee's edition that is ready."""
    return _run(quick)["committee"].id


def _acts(town):
    with town.portal.reading() as connection:
        return [tuple(row) for row in connection.execute(select(log.c.act, log.c.actor).order_by(log.c.number))]


def test_without_approval_it_is_not_released(quick, made):  # noqa: F811
    refused = quick.as_("rosa").post(f"/editions/{made}/release")
    assert refused.status_code == 422 and "privacyfunctionaris" in refused.text
    page = quick.as_("rosa").get(f"/evaluations/{quick.evaluation}").text
    assert f"/editions/{made}/release" not in page and "Wacht op de privacyfunctionaris" in page
    with quick.portal.reading() as connection:
        assert connection.execute(select(editions.c.state).where(editions.c.id == made)).scalar_one() == "ready"
    approve(quick, made)
    assert quick.as_("rosa").post(f"/editions/{made}/release").status_code == 303
    acts = _acts(quick)
    assert acts.index(("edition_approved", "petra")) < acts.index(("released", "rosa"))
    assert ("reader_admitted", "petra") in acts


def test_the_officer_sees_readers_and_the_report_and_refuses_with_a_reason(quick, made):  # noqa: F811
    officer = quick.as_("petra")
    assert "wacht op uw beslissing" in officer.get("/").text
    page = officer.get(f"/editions/{made}").text
    assert READER in page and "Commissielid Clara (clara)" in page and "nog niet" in page
    assert "Rapport committee" in officer.get(f"/editions/{made}/report").text and ("report_read", "petra") in _acts(quick)
    assert officer.get(f"/editions/{made}/download/evidence.zip").status_code == 403
    for reason in ("", "  ", "x" * 2001):
        assert officer.post(f"/editions/{made}/decision", {"decision": "refuse", "reason": reason}).status_code == 422
    assert officer.post(f"/editions/{made}/decision", {"decision": "refuse", "reason": "Te kleine groep"}).status_code == 303
    assert "Te kleine groep" in quick.as_("rosa").get(f"/evaluations/{quick.evaluation}").text
    assert quick.as_("rosa").post(f"/editions/{made}/release").status_code == 422
    with quick.portal.reading() as connection:
        assert b"Te kleine" not in connection.execute(select(approvals.c.reason)).scalar_one()
        assert "Te kleine" not in repr(list(connection.execute(select(log))))
    assert ("edition_refused", "petra") in _acts(quick)


def test_a_public_edition_is_not_the_officers(quick):  # noqa: F811
    public = _run(quick)["public"].id
    assert quick.as_("petra").get(f"/editions/{public}").status_code == 404
    with pytest.raises(WrongUse):
        decide(quick.portal, quick.people["petra"], public, approved=True)
    assert quick.as_("rosa").post(f"/editions/{public}/release").status_code == 303


def test_only_a_reader_of_the_plan_reads_it(quick, made):  # noqa: F811
    """Cem reviews this evaluation too, but as none of the readers whom the plan names."""
    with quick.portal.writing() as connection:
        evaluations.add_participant(connection, quick.evaluation, quick.people["cem"])
    approve(quick, made)
    quick.as_("rosa").post(f"/editions/{made}/release")
    assert quick.as_("clara").get(f"/editions/{made}").status_code == 200
    for path in ("", "/report"):
        assert quick.as_("cem").get(f"/editions/{made}{path}").status_code == 404
    assert quick.as_("cem").post(f"/editions/{made}/agree", {"agree": "yes"}).status_code == 404
    assert quick.program("cem").get(f"/api/editions/{made}").status_code == 404


def _invited(town, role: str) -> str:
    page = town.as_("rosa").post(f"/evaluations/{town.evaluation}/invitations", {"role": role, "name": "Nieuwe Lezer"})
    assert page.status_code == 200, page.text
    return re.search(r"http://127\.0\.0\.1:8100(/invitation/[\w-]+)", page.text).group(1)


def test_a_reader_who_comes_later_is_admitted_by_the_officer_first(quick, made):  # noqa: F811
    approve(quick, made)
    quick.as_("rosa").post(f"/editions/{made}/release")
    link, browser = _invited(quick, "reviewer:0"), quick.browser()
    assert READER in browser.get(link).text
    assert browser.post(link, {"login": "nieuw", "password": PASSWORD}).status_code == 303
    assert browser.get(f"/editions/{made}").status_code == 404
    assert "zodra de privacyfunctionaris u" in browser.get(f"/evaluations/{quick.evaluation}").text
    approve(quick, made)
    assert browser.get(f"/editions/{made}").status_code == 200


def test_who_was_added_while_the_officer_looked_is_not_admitted(quick, made):  # noqa: F811
    quick.as_("petra").get(f"/editions/{made}")
    seen = [quick.people["clara"].id]
    with quick.portal.writing() as connection:
        evaluations.add_participant(connection, quick.evaluation, quick.people["cem"], READER)
    decide(quick.portal, quick.people["petra"], made, approved=True, seen=seen)
    quick.as_("rosa").post(f"/editions/{made}/release")
    assert quick.as_("clara").get(f"/editions/{made}").status_code == 200
    assert quick.as_("cem").get(f"/editions/{made}").status_code == 404


def test_an_approval_taken_back_closes_the_edition(quick, made):  # noqa: F811
    approve(quick, made)
    quick.as_("rosa").post(f"/editions/{made}/release")
    quick.as_("petra").post(f"/editions/{made}/decision", {"decision": "refuse", "reason": "Alsnog"})
    assert quick.as_("clara").get(f"/editions/{made}/report").status_code == 404


def test_a_reader_who_is_let_go_reads_no_more_and_comes_back_by_the_officer_only(quick, made):  # noqa: F811
    approve(quick, made)
    quick.as_("rosa").post(f"/editions/{made}/release")
    path = f"/evaluations/{quick.evaluation}/readers/{quick.people['clara'].id}/remove"
    assert quick.as_("ravi").post(path).status_code == 404
    assert quick.as_("rosa").post(path).status_code == 303 and quick.as_("rosa").post(path).status_code == 404
    assert quick.as_("clara").get(f"/editions/{made}").status_code == 404
    with quick.portal.writing() as connection:
        evaluations.add_participant(connection, quick.evaluation, quick.people["clara"], READER)
    assert quick.as_("clara").get(f"/editions/{made}").status_code == 404


@pytest.mark.parametrize("role", ["reviewer:1", "reviewer:99999999999", "provider:0", "privacy_officer", "reviewer:-1"])
def test_nobody_is_invited_as_a_reader_that_the_plan_does_not_name(quick, role):  # noqa: F811
    answer = quick.as_("rosa").post(f"/evaluations/{quick.evaluation}/invitations", {"role": role, "name": "X"})
    assert answer.status_code == 422


def test_before_the_plan_is_locked_nobody_is_a_reader(town):
    answer = town.as_("ravi").post(f"/evaluations/{town.other_evaluation}/invitations", {"role": "reviewer:0", "name": "X"})
    assert answer.status_code == 422


def test_release_and_refusal_at_the_same_moment(quick, made):  # noqa: F811
    """Whichever comes first, it is never released while the last word is no."""
    import threading

    approve(quick, made)
    told = []

    def refuse():
        decide(quick.portal, quick.people["petra"], made, approved=False, reason="Nee")

    def out():
        try:
            release(quick.portal, quick.people["rosa"], made)
            told.append("released")
        except WrongUse:
            told.append("refused")

    threads = [threading.Thread(target=refuse), threading.Thread(target=out)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    acts = [act for act, _ in _acts(quick)]
    if told == ["released"]:
        assert acts.index("released") < acts.index("edition_refused")
    assert quick.as_("clara").get(f"/editions/{made}").status_code == 404
