"""`evaluation serve` as its routes answer: who gets in, what is shown beside a finding, what is mended, and what can be taken away."""

from __future__ import annotations

import io
import logging
import re
import zipfile

import openpyxl
import pytest
from starlette.testclient import TestClient

from evaluation.serving.desk import Desk
from evaluation.serving.gate import Gate
from evaluation.serving.helper import Helper
from evaluation.serving.running import site
from evaluation.web.failing import Refused
from tests.serving import NAME, workbook

PORT = 8123
BASE = f"http://127.0.0.1:{PORT}"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desks"))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def helper(desk):
    helper = Helper(desk.folder)
    yield helper
    helper.close()


@pytest.fixture
def visit(desk, helper):
    """A browser that came in, and the gate it came through."""
    gate, stopped = Gate(PORT), []
    app = site(desk, helper, gate, PORT, lambda: stopped.append(True))
    client = TestClient(app, base_url=BASE, headers={"origin": BASE})
    client.gate, client.stopped = gate, stopped
    return client


@pytest.fixture
def client(visit):
    assert visit.get("/open", params={"key": visit.gate.new_key()}).status_code == 200
    return visit


def drop(client, content: bytes, name: str = "inzending.xlsx") -> str:
    """The address of what was dropped."""
    answer = client.post("/works", files=[("files", (name, content))], follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


ROUTES = [
    ("GET", "/"),
    ("POST", "/works"),
    ("GET", "/works/x"),
    ("POST", "/works/x/mend"),
    ("POST", "/works/x/undo"),
    ("POST", "/works/x/kind"),
    ("GET", "/works/x/columns"),
    ("POST", "/works/x/columns"),
    ("POST", "/works/x/away"),
    ("GET", "/works/x/sheet/treatments"),
    ("GET", "/works/x/download/marked"),
    ("GET", "/explain/x"),
    ("GET", "/template"),
    ("POST", "/stop"),
    ("GET", "/open"),
]


def test_every_route_is_in_the_table(visit):
    known = {(method, re.sub(r"\{id\}|\{code\}", "x", path)) for method, path in _declared(visit.app)}
    assert known <= {(method, re.sub(r"treatments$", "{table}", re.sub(r"marked$", "{what}", path))) for method, path in ROUTES}


def _declared(app):
    for route in app.routes:
        for method in getattr(route, "methods", None) or ():
            if method != "HEAD":
                yield method, route.path


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_nobody_gets_in_without_the_key(visit, method, path):
    for cookies in ({}, {f"evaluation-{PORT}": "guess"}, {"evaluation-1": "x"}):
        visit.cookies.clear()
        visit.cookies.update(cookies)
        answer = visit.request(method, path, params={"key": "guess"}, follow_redirects=False)
        assert answer.status_code == 401 and "set-cookie" not in answer.headers and not visit.stopped


def test_the_address_works_once_and_the_cookie_is_kept_from_scripts_and_other_sites(visit):
    key = visit.gate.new_key()
    first = visit.get("/open", params={"key": key}, follow_redirects=False)
    assert first.status_code == 303 and first.headers["location"] == "/"
    assert "HttpOnly" in first.headers["set-cookie"] and "SameSite=Strict" in first.headers["set-cookie"]
    assert key not in first.headers["set-cookie"]
    visit.cookies.clear()
    assert visit.get("/open", params={"key": key}).status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1"]
)
def test_a_foreign_name_for_this_computer_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["null", "http://evil.example", f"http://127.0.0.1:{PORT + 1}", "http://localhost"])
def test_a_form_of_another_site_is_refused(client, origin):
    for method, path in ROUTES:
        if method == "POST":
            assert client.post(path, headers={"origin": origin}).status_code == 403
    assert not client.stopped


def test_a_workbook_is_checked_mended_and_taken_away(client, helper):
    content = workbook()
    place = drop(client, content)
    page = client.get(place).text
    assert "Niet geaccepteerd" in page and NAME in page and "2024-05-01" in page and 'value="99"' in page
    # the same number in two rows is about two people; the same word is one slip
    assert 'name="same:treatments:gender"' in page and "same:treatments:treatment_weeks" not in page
    field = re.search(r'name="(cell:treatments:\d+:gender)"', page).group(1)
    row = int(field.split(":")[2])
    answers = {
        field: "meisje",
        "same:treatments:gender": "on",
        f"cell:treatments:{row + 1}:treatment_weeks": "23",
        f"cell:treatments:{row + 3}:client": "K-006",
        f"cell:measurements:{row - 1}:score": "31",
    }
    done = client.post(f"{place}/mend", data=answers, follow_redirects=False)
    assert done.status_code == 303, done.text
    assert "Geaccepteerd" in client.get(place).text and "Niet geaccepteerd" not in client.get(place).text
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{place}/download/workbook").content))
    sheet = book["Behandelingen"]
    assert [sheet.cell(row + 2 * step, 7).value for step in (0, 1)] == ["meisje", "meisje"]
    weeks = sheet.cell(row + 1, 14)
    assert weeks.value == 23 and not weeks.is_date
    given = [one for one in helper._desk.rglob("inzending.xlsx") if one.read_bytes() == content]
    assert given, "what was dropped is there as it came"
    back = client.post(f"{place}/undo", follow_redirects=True).text
    assert "Niet geaccepteerd" in back


def test_what_is_taken_away_is_a_file_and_never_a_page(client):
    place = drop(client, workbook())
    for what, kind, named in (
        ("marked", BOOK, "inzending-nagekeken.xlsx"),
        ("receipt", "text/html", "inzending-bewijs.html"),
        ("page", "text/html", "inzending-bevindingen.html"),
    ):
        answer = client.get(f"{place}/download/{what}")
        assert answer.headers["content-type"].startswith(kind) and answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"] == f'attachment; filename="{named}"'
        if kind != BOOK:
            assert NAME not in answer.text, "nothing that may be sent to others names anybody"
    assert "Bevindingen" in openpyxl.load_workbook(io.BytesIO(client.get(f"{place}/download/marked").content)).sheetnames
    assert client.get("/template").headers["content-disposition"] == 'attachment; filename="inzending.xlsx"'
    for what in ("other", "../../x", "workbook%00"):
        assert client.get(f"{place}/download/{what}").status_code == 404


def test_a_whole_sheet_can_be_seen_page_by_page(client):
    place = drop(client, workbook(people=60))
    first = client.get(f"{place}/sheet/treatments").text
    assert "Volgende rijen" in first and "K-001" in first and "K-055" not in first
    assert "K-055" in client.get(f"{place}/sheet/treatments", params={"from": "50"}).text
    assert client.get(f"{place}/sheet/nothing").status_code == 404
    assert client.get(f"{place}/sheet/treatments", params={"from": "x" * 20}).status_code == 200


def test_what_is_no_person_is_said_once_and_stays_in_the_workbook(client):
    book = openpyxl.load_workbook(io.BytesIO(workbook(mistakes=False)))
    for row in book["Inzending"].iter_rows(max_row=15):
        if row[0].value == "Bron":
            row[1].value = "Jan Linders ECD"
    content = io.BytesIO()
    book.save(content)
    place = drop(client, content.getvalue())
    page = client.get(place).text
    offered = re.findall(r'name="seen" value="([^"]+)"', page)
    assert "Niet geaccepteerd" in page and offered
    done = client.post(f"{place}/mend", data={"seen": offered}, follow_redirects=False)
    assert done.status_code == 303, done.text
    assert "Niet geaccepteerd" not in client.get(place).text
    again = drop(client, client.get(f"{place}/download/workbook").content)
    assert "Niet geaccepteerd" not in client.get(again).text
    assert client.post(f"{place}/mend", data={"seen": "Behandelingen!A4"}).status_code == 400


def test_a_finding_is_explained(client):
    codes = set(re.findall(r'href="(/explain/[\w-]+)"', client.get(drop(client, workbook())).text))
    assert len(codes) >= 4
    for place in codes:
        page = client.get(place)
        assert page.status_code == 200 and "<h1" in page.text and "style=" not in page.text
    assert client.get("/explain/<script>").status_code in (404, 422)


def test_nothing_of_a_cell_in_logs_or_errors(client, caplog):
    with caplog.at_level(logging.DEBUG):
        place = drop(client, workbook())
        client.get(place)
        failed = client.post(f"{place}/mend", data={"cell:treatments:999:gender": NAME})
        assert failed.status_code == 400 and NAME not in failed.text
        assert client.get(f"/works/{NAME}").status_code == 404
    assert NAME not in caplog.text and "meisje" not in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"cell:x:1:y": "z"},
        {"cell:treatments:4:../x": "z"},
        {"cell:treatments:-1:gender": "z"},
        {"same:treatments:gender": "on"},
    ],
)
def test_answers_that_change_nothing_make_no_copy(client, fields):
    place = drop(client, workbook())
    assert client.post(f"{place}/mend", data=fields).status_code == 400
    assert "Verbeterde werkmap" not in client.get(place).text


def test_tables_in_an_archive_become_a_workbook_when_they_are_mended(client, command, tmp_path):
    command("example", "fireworks", "--out", tmp_path / "ex")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in (tmp_path / "ex").iterdir():
            text = file.read_text(encoding="utf-8")
            packed.writestr(f"../../{file.name}", text.replace(",girl", ",V", 1) if file.name == "treatments.csv" else text)
    place = drop(client, archive.getvalue(), "export.zip")
    page = client.get(place).text
    assert "Niet geaccepteerd" in page
    field = re.search(r'name="(cell:treatments:\d+:\w+)"', page).group(1)
    assert client.post(f"{place}/mend", data={field: "meisje"}, follow_redirects=False).status_code == 303
    assert "Niet geaccepteerd" not in client.get(place).text


def test_an_empty_name_of_the_submission_is_asked_for(client):
    book = openpyxl.load_workbook(io.BytesIO(workbook(mistakes=False)))
    for row in book["Inzending"].iter_rows(max_row=12):
        if row[0].value == "Korte naam":
            row[1].value = None
    content = io.BytesIO()
    book.save(content)
    place = drop(client, content.getvalue())
    assert 'name="name"' in client.get(place).text
    client.post(f"{place}/mend", data={"name": "zorg-noord", "nature": "fictief"})
    assert "Niet geaccepteerd" not in client.get(place).text


def _bomb(name: str, size: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (_bomb("xl/worksheets/sheet1.xml", 60_000_000), "bomb.xlsx"),
        (_bomb("a.csv", 60_000_000), "bomb.zip"),
        (b"PK\x03\x04 broken", "broken.xlsx"),
        (b"PK\x03\x04 broken", "broken.zip"),
        (b"MZ\x90", "program.exe"),
        (b"", "empty.csv"),
        (b"", "empty.xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(client, desk, content, name):
    before = set(desk.folder.iterdir())
    answer = client.post("/works", files=[("files", (name, content))])
    assert answer.status_code in (400, 422) and "Dit is niet gelukt" in answer.text
    assert set(desk.folder.iterdir()) == before


def test_what_takes_too_long_ends_the_helper_and_not_the_server(desk):
    helper = Helper(desk.folder, seconds=0.01)
    try:
        with pytest.raises(Refused):
            helper.ask("empty", target=str(desk.folder / "never.xlsx"), lang="nl")
        helper._seconds = 60
        helper.ask("empty", target=str(desk.folder / "now.xlsx"), lang="nl")
        assert (desk.folder / "now.xlsx").stat().st_size > 10_000
    finally:
        helper.close()


def test_the_helper_has_no_more_memory_than_it_was_given(desk):
    helper = Helper(desk.folder, memory=200_000_000)
    try:
        with pytest.raises(Refused):
            helper.ask("empty", target=str(desk.folder / "never.xlsx"), lang="nl")
    finally:
        helper.close()


def test_taking_away_and_stopping(client, desk):
    place = drop(client, workbook(mistakes=False))
    before = len(list(desk.folder.glob("work-*")))
    client.post(f"{place}/away")
    assert client.get(place).status_code == 404 and len(list(desk.folder.glob("work-*"))) == before - 1
    assert "Gestopt" in client.post("/stop").text and client.stopped
