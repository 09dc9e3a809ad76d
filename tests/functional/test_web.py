"""What both servers stand on: who may ask, in which language, what is said when something fails, and how a file comes in."""

from __future__ import annotations

import asyncio
import logging
import re
import stat
import tracemalloc

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.web.application import application
from evaluation.web.failing import Refused
from evaluation.web.pages import Link, Pages
from evaluation.web.uploading import receive, small_form

SECRET = "Annelies-Voorbeeld-1234"
PAGES = Pages("evaluation.web", Words("Proef", "Trial"), lambda request: (Link("/", Words("Begin", "Start")),))
OURS = {"origin": "http://testserver"}
LIMIT = 300_000


async def _home(request):
    return PAGES.page(request, "failed.html", words=Words("Tekst & <b>", "Text & <b>"), fault=False)


async def _breaks(request):
    raise ValueError(f"could not read {SECRET}")


async def _user(request):
    raise CannotRead(Words("Dit kan niet.", "This cannot."))


@pytest.fixture
def client(tmp_path):
    async def upload(request):
        got = await receive(request, tmp_path, most_bytes=LIMIT, most_files=2)
        return JSONResponse(
            {"fields": got.values, "files": [(one.field, one.name, one.size, one.path.name) for one in got.files]}
        )

    async def small(request):
        return JSONResponse(await small_form(request, 1_000))

    routes = [
        Route("/", _home),
        Route("/breaks", _breaks),
        Route("/user", _user),
        Route("/upload", upload, methods=["POST"]),
        Route("/small", small, methods=["POST"]),
    ]
    app = application(routes, PAGES, hosts=frozenset({"testserver"}), origins=frozenset(OURS.values()))
    return TestClient(app)


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 200),
        ("GET", {"host": "TESTSERVER"}, 200),
        ("GET", {"host": "evil.example"}, 421),
        ("GET", {"host": "testserver.evil.example"}, 421),
        ("GET", {"host": "testserver:81"}, 421),
        ("GET", {"host": ""}, 421),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}, 403),
        ("GET", {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}, 403),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}, 403),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}, 200),
        ("POST", {}, 403),
        ("POST", {"origin": "null"}, 403),
        ("POST", {"origin": "http://evil.example"}, 403),
        ("POST", {"origin": "http://testserver:81"}, 403),
        ("POST", {"origin": "https://testserver"}, 403),
        ("POST", {"origin": "http://testserver", "sec-fetch-site": "cross-site"}, 403),
        ("POST", {"sec-fetch-site": "same-site"}, 403),
        ("POST", {"sec-fetch-site": "same-origin"}, 200),
        ("POST", OURS, 200),
        ("DELETE", OURS, 405),
    ],
)
def test_who_may_ask(client, method, headers, status):
    path = "/small" if method == "POST" else "/"
    body = {"content": "a=b", "headers": {"content-type": "application/x-www-form-urlencoded", **headers}}
    answer = client.request(method, path, **(body if method == "POST" else {"headers": headers}))
    assert answer.status_code == status
    assert (
        "script-src 'self'" in answer.headers["content-security-policy"]
        and "unsafe" not in answer.headers["content-security-policy"]
    )
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["cache-control"] == "no-store"


def test_two_hosts_are_none(client):
    answer = client.get("/", headers=[("host", "testserver"), ("host", "evil.example")])
    assert answer.status_code == 421


def test_a_page_is_whole_escaped_and_loads_nothing_from_elsewhere(client):
    text = client.get("/").text
    assert '<html lang="nl">' in text and "Tekst &amp; &lt;b&gt;" in text and 'href="#content"' in text
    assert not re.search(r"https?://|<script|style=|<style|\son\w+=", text)
    css = client.get("/static/pages.css")
    assert css.headers["cache-control"] == "no-cache" and "url(" not in css.text and "@import" not in css.text


def test_the_language_is_asked_for_remembered_or_preferred(client):
    assert "This was not done" in client.get("/", headers={"accept-language": "en-GB,nl;q=0.5"}).text
    first = client.get("/?lang=en")
    assert (
        'lang="en"' in first.text
        and "HttpOnly" in first.headers["set-cookie"]
        and "SameSite=Strict" in first.headers["set-cookie"]
    )
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=xx").text


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [("/breaks", 500, "fout in het programma"), ("/user", 422, "Dit kan niet"), ("/no", 404, "er niet")],
)
def test_what_fails_says_no_value(client, caplog, path, status, said):
    with caplog.at_level(logging.DEBUG):
        answer = client.get(path)
    assert answer.status_code == status and said in answer.text
    assert SECRET not in answer.text + caplog.text and "Traceback" not in answer.text + caplog.text
    assert (status != 500) or "ValueError test_web.py" in caplog.text


def test_files_come_in_private_under_a_name_of_our_own(client, tmp_path):
    files = [("file", ("../../évil\x1b.csv", b"a;b\n1;2\n")), ("file", ("two.csv", b"x" * 100_000))]
    got = client.post("/upload", files=files, data={"note": "hé"}, headers=OURS).json()
    assert got["fields"] == [["note", "hé"]]
    assert [one[:3] for one in got["files"]] == [["file", "évil.csv", 8], ["file", "two.csv", 100_000]]
    kept = sorted(tmp_path.iterdir())
    assert {path.name for path in kept} == {one[3] for one in got["files"]}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert (tmp_path / got["files"][0][3]).read_bytes() == b"a;b\n1;2\n"


def test_no_file_chosen_is_no_file(client, tmp_path):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    got = client.post("/upload", content=body, headers={**OURS, "content-type": "multipart/form-data; boundary=x"})
    assert got.json() == {"fields": [], "files": []} and not list(tmp_path.iterdir())


PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (PART + b"a;b\n1", "multipart/form-data; boundary=x", 400),
        (PART + b"a" * (LIMIT + 1) + b"\r\n--x--\r\n", "multipart/form-data; boundary=x", 413),
        (PART + b"a\r\n" + PART + b"b\r\n" + PART + b"c\r\n--x--\r\n", "multipart/form-data; boundary=x", 413),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 250_000 + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            413,
        ),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"a=b", "application/x-www-form-urlencoded", 400),
        (b"", "multipart/form-data", 400),
        (PART, f"multipart/form-data; boundary={'x' * 500}", 400),
    ],
)
def test_what_is_not_whole_or_too_large_leaves_nothing(client, tmp_path, body, kind, status):
    assert client.post("/upload", content=body, headers={**OURS, "content-type": kind}).status_code == status
    assert not list(tmp_path.iterdir())


def test_a_declared_size_beyond_the_limit_is_refused_unread(tmp_path):
    async def never():
        raise AssertionError("the body was read")

    headers = [(b"content-length", b"99999999999"), (b"content-type", b"multipart/form-data; boundary=x")]
    with pytest.raises(Refused) as refused:
        asyncio.run(receive(Request({"type": "http", "headers": headers}, never), tmp_path, most_bytes=LIMIT))
    assert refused.value.status == 413


def test_a_large_file_is_never_whole_in_memory(tmp_path):
    count, chunk = 200, b"z" * 100_000
    parts = iter([PART, *(chunk for _ in range(count)), b"\r\n--x--\r\n"])

    async def coming():
        part = next(parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    request = Request({"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=x")]}, coming)
    tracemalloc.start()
    got = asyncio.run(receive(request, tmp_path, most_bytes=100_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got.files[0].size == count * len(chunk) and peak < 3_000_000


@pytest.mark.parametrize(("body", "status"), [("a=1&a=2&b=", 200), ("a=" + "x" * 2_000, 413), ("nonsense", 400), ("%ff", 400)])
def test_a_small_form(client, body, status):
    answer = client.post("/small", content=body, headers={**OURS, "content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == status
    assert status != 200 or answer.json() == [["a", "1"], ["a", "2"], ["b", ""]]
