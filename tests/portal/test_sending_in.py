"""Sending in: the receipt, the check in quarantine, a newer version, withdrawal; and whatever may be thrown at an upload."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from evaluation.contract.examples import example_files
from evaluation.portal.keeping.tables import files, jobs, log, submissions
from evaluation.portal.meeting.submissions import MOST_WAITING
from evaluation.portal.people import sight
from tests.portal.visitors import ORIGIN

GOOD = {name: text.encode() for name, text in example_files("fireworks").items() if name != "plan.toml"}
BAD = {**GOOD, "treatments.csv": GOOD["treatments.csv"].replace(b"girl", b"meisje-van-hiernaast")}
MARK = "meisje-van-hiernaast"


def _row(town, id):
    with town.portal.reading() as connection:
        return connection.execute(select(submissions).where(submissions.c.id == id)).one()


def _kinds(town, id):
    with town.portal.reading() as connection:
        return sorted(connection.execute(select(files.c.kind).where(files.c.submission_id == id)).scalars())


def _stored(town):
    return {entry.name for entry in town.portal.store.folder.glob("*")}


def _known(town):
    with town.portal.reading() as connection:
        return set(connection.execute(select(files.c.id)).scalars())


def test_what_is_sent_is_received_checked_and_accepted(town):
    made = town.send("anna", GOOD)
    page = town.as_("anna").get(f"/submissions/{made}").text
    assert "wordt nu nagekeken" in page and _row(town, made).sha256 in page
    assert town.as_("anna").get(f"/submissions/{made}/findings").status_code == 404, "not before it was checked"
    town.work()
    row = _row(town, made)
    assert (row.state, row.errors, row.contract) == ("accepted", 0, "1") and row.content_sha256
    page = town.as_("anna").get(f"/submissions/{made}").text
    assert "Geaccepteerd." in page
    kept = town.as_("anna").get(f"/submissions/{made}/receipt")
    assert row.sha256 in kept.text and row.log_seal in kept.text and "attachment" in kept.headers["content-disposition"]
    found = town.as_("anna").get(f"/submissions/{made}/findings")
    assert found.status_code == 200 and "unsafe-inline" in found.headers["content-security-policy"]
    assert "script-src" not in found.headers["content-security-policy"]
    assert _stored(town) == _known(town)
    content = b"".join((town.portal.store.folder / name).read_bytes() for name in _stored(town))
    assert b"cries" not in content and b"client" not in content, "nothing is on the disk in the open"
    assert not list(town.portal.work.glob("*")), "nothing is left in the work folder"


def test_what_has_errors_is_refused_and_forgotten(town):
    made = town.send("anna", BAD)
    town.work()
    row = _row(town, made)
    assert row.state == "refused" and row.errors and _kinds(town, made) == ["findings"] * 3
    page = town.as_("anna").get(f"/submissions/{made}/findings").text
    assert "FOUT" in page and MARK not in page
    assert MARK not in json.dumps(town.program("anna").get(f"/api/submissions/{made}/findings").json())
    with town.portal.reading() as connection:
        for table in submissions.metadata.sorted_tables:
            assert MARK not in repr(list(connection.execute(select(table))))


def test_a_newer_version_replaces_when_it_is_accepted(town):
    first = town.send("anna", GOOD)
    town.work()
    second = town.send("anna", BAD)
    town.work()
    assert (_row(town, first).state, _row(town, second).state) == ("accepted", "refused")
    third = town.send("anna", GOOD)
    town.work()
    assert (_row(town, first).state, _row(town, third).state, _row(town, third).version) == ("replaced", "accepted", 3)
    assert _kinds(town, first) == ["findings"] * 3 and "sent" in _kinds(town, third)
    assert _stored(town) == _known(town)


def test_what_is_withdrawn_is_gone(town):
    made = town.send("anna", GOOD)
    browser = town.as_("anna")
    browser.get(f"/submissions/{made}")
    assert browser.post(f"/submissions/{made}/withdraw").status_code == 303
    town.work()
    assert _row(town, made).state == "withdrawn" and not _stored(town)
    assert browser.post(f"/submissions/{made}/withdraw").status_code == 422
    with town.portal.reading() as connection:
        assert not list(connection.execute(select(jobs)))
        acts = list(connection.execute(select(log.c.act)).scalars())
    assert acts.count("withdrawn") == 1 and "received" in acts


def test_another_providers_submission_is_not_there(town):
    """Not refused: it is as if it did not exist, by page and by program, whatever the name."""
    made = town.send("anna", GOOD)
    town.work()
    for login in ("bram", "rosa", "clara", "petra"):
        for path in ("", "/receipt", "/findings"):
            answer = town.as_(login).get(f"/submissions/{made}{path}")
            missing = town.as_(login).get(f"/submissions/{'0' * 32}{path}")
            assert answer.status_code == missing.status_code == (404 if login == "bram" else 403), (login, path)
            assert answer.text.replace(made, "") == missing.text.replace("0" * 32, "")
        assert town.as_(login).post(f"/submissions/{made}/withdraw").status_code in (403, 404)
        assert town.program(login).get(f"/api/submissions/{made}").status_code in (403, 404)
        assert town.program(login).post(f"/api/submissions/{made}/withdrawal").status_code in (403, 404)
    assert made not in town.as_("bram").get(f"/evaluations/{town.evaluation}").text
    assert made not in json.dumps(town.program("bram").get(f"/api/evaluations/{town.evaluation}").json())
    assert _row(town, made).state == "accepted"


def test_an_evaluation_of_others_is_not_there(town):
    for login in ("anna", "clara", "rosa"):
        assert town.as_(login).get(f"/evaluations/{town.other_evaluation}").status_code == 404
    sent = town.as_("anna").post(f"/evaluations/{town.other_evaluation}/submissions", files=[("files", ("a.xlsx", b"PK"))])
    assert sent.status_code == 404 and not _stored(town)
    browser = town.as_("rosa")
    for path, form in (("invitations", {"role": "provider", "name": "X"}), ("plan/lock", {}), ("runs", {})):
        assert browser.post(f"/evaluations/{town.other_evaluation}/{path}", form).status_code == 404
    plan = browser.post(f"/evaluations/{town.other_evaluation}/plan", {"plan": "x"}, files=[("file", ("", b""))])
    assert plan.status_code == 404


def test_a_researcher_sees_that_something_is_there_and_not_what(town):
    town.send("anna", BAD)
    town.work()
    page = town.as_("rosa").get(f"/evaluations/{town.evaluation}").text
    assert "Aanbieder Anna" in page and "niet geaccepteerd" in page and "treatments.csv" not in page
    told = town.program("rosa").get(f"/api/evaluations/{town.evaluation}").json()["submissions"]
    assert set(told[0]) == {"id", "provider_id", "version", "state", "received_at", "contract"}


@pytest.mark.parametrize(
    "name",
    ["inzending.exe", "inzending", "a.xlsx.zip", ".xlsx", "~$a.xlsx", "a.html", "a.xlsm", "a.svg"],
)
def test_what_is_no_submission_is_refused_before_it_is_kept(small_town, name):
    answer = small_town.as_("anna").post(f"/evaluations/{small_town.evaluation}/submissions", files=[("files", (name, b"x"))])
    assert answer.status_code == 422 and not _stored(small_town)


@pytest.mark.parametrize(
    "name", ["../../../tmp/x.xlsx", "C:\\Windows\\x.xlsx", "/etc/x.xlsx", "a\r\nX-Evil: 1.xlsx", "a\x00b.xlsx", '"><x>.xlsx']
)
def test_a_name_is_a_name_and_never_a_path_or_a_header(small_town, name):
    made = small_town.send("anna", {name: b"not a workbook"})
    with small_town.portal.reading() as connection:
        kept = connection.execute(select(files.c.name)).scalar_one()
    assert not re.search(r'[/\\\r\n\x00<>"]', kept) and kept.endswith(".xlsx")
    answer = small_town.as_("anna").get(f"/submissions/{made}/receipt")
    assert "X-Evil" not in answer.headers and answer.status_code == 200
    small_town.work()
    assert _row(small_town, made).state == "refused"


def test_two_files_of_one_name_and_two_workbooks_are_refused(small_town):
    browser, path = small_town.as_("anna"), f"/evaluations/{small_town.evaluation}/submissions"
    for names in (("a.csv", "A.CSV"), ("a.xlsx", "b.xlsx"), ("a.xlsx", "b.csv")):
        assert browser.post(path, files=[("files", (name, b"x")) for name in names]).status_code == 422
    assert browser.post(path, files=[("none", ("", b""))]).status_code == 422
    assert not _stored(small_town)


def _bomb() -> bytes:
    """A workbook of a third of a megabyte that unpacks to a third of a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/workbook.xml", "w", force_zip64=True) as part:
            for _ in range(300):
                part.write(b"0" * 1_000_000)
    return out.getvalue()


def test_bombs_are_refused_and_harm_nobody(small_town):
    bombs = {
        "bomb.xlsx": _bomb(),
        "noise.xlsx": bytes(range(256)) * 4_000,
        "deep.xlsx": b"PK\x03\x04" + b"\x00" * 100_000,
    }
    for name, content in bombs.items():
        made = small_town.send("anna", {name: content})
        small_town.work()
        row = _row(small_town, made)
        assert row.state == "refused" and row.why_nl, name
    toml = "[a" * 50_000
    made = small_town.send("anna", {**GOOD, "submission.toml": toml.encode()})
    small_town.work()
    assert _row(small_town, made).state == "refused"
    assert _stored(small_town) == _known(small_town)


@pytest.fixture
def narrow(small_town):
    """A portal that takes little."""
    from dataclasses import replace

    from evaluation.portal.pages.application import portal_application

    portal = replace(small_town.portal, settings=replace(small_town.portal.settings, upload_bytes=300_000, upload_files=3))
    small_town.app = portal_application(portal, working=False, desk=replace(small_town.desk, portal=portal))
    return small_town


def test_an_upload_beyond_the_limit_is_broken_off(narrow):
    browser, path = narrow.as_("anna"), f"/evaluations/{narrow.evaluation}/submissions"
    large = browser.post(path, files=[("files", ("a.xlsx", b"x" * 300_001))])
    many = browser.post(path, files=[("files", (f"{number}.csv", b"x")) for number in range(4)])
    assert (large.status_code, many.status_code) == (413, 413) and not _stored(narrow)


def test_an_upload_without_end_is_broken_off(narrow):
    """No length is declared: the limit counts what comes."""
    sent = []

    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + browser.token.encode() + b"\r\n"
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'
        while len(sent) < 10_000:
            sent.append(1)
            yield b"x" * 10_000

    browser = narrow.as_("anna")
    answer = browser.client.post(
        f"/evaluations/{narrow.evaluation}/submissions",
        content=endless(),
        headers={**ORIGIN, "Content-Type": "multipart/form-data; boundary=b"},
        follow_redirects=False,
    )
    assert answer.status_code == 413 and not _stored(narrow)


def test_what_comes_after_the_last_part_has_an_end(narrow):
    browser = narrow.as_("anna")
    sent = []

    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + browser.token.encode() + b"\r\n--b--\r\n"
        while len(sent) < 10_000:
            sent.append(1)
            yield b"x" * 10_000

    path = f"/evaluations/{narrow.evaluation}/submissions"
    headers = {**ORIGIN, "Content-Type": "multipart/form-data; boundary=b"}
    assert browser.client.post(path, content=endless(), headers=headers, follow_redirects=False).status_code == 413
    long_header = b"--b\r\nContent-Disposition: " + b"x" * 290_000
    assert browser.client.post(path, content=long_header, headers=headers, follow_redirects=False).status_code == 400


@pytest.mark.parametrize("cut", [10, 200, 400])
def test_half_an_upload_leaves_nothing(narrow, cut):
    browser = narrow.as_("anna")
    whole = (
        b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'
        + browser.token.encode()
        + b'\r\n--b\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'
        + b"x" * 500
        + b"\r\n--b--\r\n"
    )
    answer = browser.client.post(
        f"/evaluations/{narrow.evaluation}/submissions",
        content=whole[:-cut],
        headers={**ORIGIN, "Content-Type": "multipart/form-data; boundary=b"},
        follow_redirects=False,
    )
    assert answer.status_code == 400 and not _stored(narrow)


def test_a_token_after_the_file_is_too_late(narrow):
    browser = narrow.as_("anna")
    answer = browser.client.post(
        f"/evaluations/{narrow.evaluation}/submissions",
        content=(
            b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\nx\r\n'
            b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n' + browser.token.encode() + b"\r\n--b--\r\n"
        ),
        headers={**ORIGIN, "Content-Type": "multipart/form-data; boundary=b"},
        follow_redirects=False,
    )
    assert answer.status_code == 403 and not _stored(narrow)


def test_somebody_who_sends_without_pause_is_asked_to_wait(small_town):
    for _ in range(MOST_WAITING):
        small_town.send("anna", {"a.xlsx": b"x"})
    path = f"/evaluations/{small_town.evaluation}/submissions"
    answer = small_town.as_("anna").post(path, files=[("files", ("a.xlsx", b"x"))])
    assert answer.status_code == 422 and len(_stored(small_town)) == MOST_WAITING
    assert small_town.send("bram", {"a.xlsx": b"x"}), "somebody else does not wait"


def test_attempts_from_one_address_are_counted(lite):
    from tests.portal.visitors import Browser, TestClient, portal_application

    browser = Browser(TestClient(portal_application(lite, working=False), base_url="http://127.0.0.1:8100"))
    browser.get("/login")
    answers = [browser.get("/invitation/guessed").status_code for _ in range(25)]
    assert answers[0] == 422 and answers[-1] == 429
    browser.get("/login")
    assert browser.post("/login", {"login": "x", "password": "y"}).status_code == 429, "by whichever door"
    program = TestClient(portal_application(lite, working=False), base_url="http://127.0.0.1:8100")
    assert 429 in [program.get("/api/me").status_code for _ in range(320)]


def test_sight_of_nobodys_role_is_empty(town):
    from evaluation.portal.people.person import Person

    with town.portal.reading() as connection:
        for role in ("privacy_officer", "nobody"):
            stranger = Person("x", "x", "x", role)
            assert sight.evaluations_of(connection, stranger) == []
            assert sight.submissions_of(connection, stranger, town.evaluation) == []
            assert sight.editions_of(connection, stranger, town.evaluation) == []


def test_the_empty_workbook_is_one(small_town):
    answer = small_town.as_("anna").get("/template")
    assert answer.content.startswith(b"PK") and "inzending.xlsx" in answer.headers["content-disposition"]
