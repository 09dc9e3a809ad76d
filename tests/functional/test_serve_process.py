"""`evaluation serve` as a process: this computer alone, and nothing left behind however it ends."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import openpyxl
import pytest

from evaluation.serving.desk import Desk, sweep
from tests.serving import entered, served, wait_until, workbook

posix = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")


def _left(temporary) -> list:
    # os.walk goes on where a folder is taken away meanwhile
    return [name for _, _, files in os.walk(temporary) for name in files]


def test_it_listens_on_this_computer_alone_and_stops_when_asked(command, tmp_path):
    assert "--no-browser" in command("serve", "--help").text
    with served(tmp_path) as (process, address), entered(address) as client:
        port = int(address.split(":")[2].partition("/")[0])
        other = socket.gethostbyname(socket.gethostname())
        if other != "127.0.0.1":
            with pytest.raises(OSError):
                socket.create_connection((other, port), 1).close()
        assert client.post("/works", files={"files": ("inzending.xlsx", workbook())}).status_code == 303
        assert _left(tmp_path)
        client.post("/stop")
        assert process.wait(20) == 0
        wait_until(lambda: not _left(tmp_path))


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])
def test_nothing_stays_after_a_signal(tmp_path, number):
    with served(tmp_path) as (process, address), entered(address) as client:
        assert client.post("/works", files={"files": ("inzending.xlsx", workbook())}).status_code == 303
        assert _left(tmp_path)
        process.send_signal(getattr(signal, number))
        process.wait(20)
        wait_until(lambda: not _left(tmp_path))


@posix
def test_nothing_stays_after_a_kill_at_any_moment(tmp_path):
    """While a file comes in, while it is read, while a copy is made: the helper clears the desk, or else the next start does."""
    draw = random.Random(20261)
    for _ in range(6):
        with served(tmp_path) as (process, address), entered(address) as client:
            with suppress(Exception):
                client.post(
                    "/works", files={"files": ("inzending.xlsx", workbook(people=200))}, timeout=draw.uniform(0.05, 0.9)
                )
            process.kill()
        wait_until(lambda: not _left(tmp_path))


@posix
def test_what_a_killed_run_left_goes_at_the_next_start_and_what_lives_stays(tmp_path):
    if (child := os.fork()) == 0:
        dead = Desk(tmp_path)
        (dead.folder / "secret.csv").write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    living = Desk(tmp_path)
    assert [one for one in tmp_path.iterdir()] == [living.folder]
    assert sweep(tmp_path) == 0 and living.folder.exists()
    living.close()
    assert not list(tmp_path.iterdir())


def test_two_windows_do_not_write_the_same_version(tmp_path):
    with served(tmp_path) as (_, address), entered(address) as client:
        place = client.post("/works", files={"files": ("inzending.xlsx", workbook())}).headers["location"]
        fields = re.findall(r'name="(cell:measurements:\d+:score|cell:treatments:\d+:gender)"', client.get(place).text)
        answers = [{name: "31" if name.endswith("score") else "meisje"} for name in dict.fromkeys(fields)]
        with ThreadPoolExecutor(len(answers)) as pool:
            done = list(pool.map(lambda one: client.post(f"{place}/mend", data=one).status_code, answers))
        assert set(done) == {303} and len(done) >= 2
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"{place}/download/workbook").content))
        cells = [
            str(cell.value) for name in ("Behandelingen", "Metingen") for row in book[name].iter_rows(min_row=4) for cell in row
        ]
        assert "V" not in cells and "99" not in cells


def test_it_stops_when_nobody_asks_for_anything(tmp_path):
    with served(tmp_path, "--idle", "0.02") as (process, _):
        begun = time.monotonic()
        assert process.wait(30) == 0 and time.monotonic() - begun > 0.5
    assert not _left(tmp_path)


def test_a_taken_port_is_said_in_words(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = command("serve", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert done.code == 3 and "bezet" in done.text


WATCHING = """
import os, sys
def hook(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.bind"):
        where = given[1]
        if isinstance(where, tuple) and where[0] not in ("127.0.0.1", "localhost", "::1"):
            open(os.environ["WATCHED"], "a").write(f"{event} {where}\\n")
    if event in ("socket.getaddrinfo", "socket.gethostbyname") and given[0] not in (None, "127.0.0.1", "localhost", "::1"):
        open(os.environ["WATCHED"], "a").write(f"{event} {given[0]}\\n")
sys.addaudithook(hook)
"""


def test_nothing_is_asked_of_the_network(tmp_path, monkeypatch):
    """Every address that the server or its helper would speak to is written down."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCHING, encoding="utf-8")
    monkeypatch.setenv("WATCHED", str(tmp_path / "watched.txt"))
    with served(tmp_path, path=tmp_path / "site") as (_, address), entered(address) as client:
        place = client.post("/works", files={"files": ("inzending.xlsx", workbook())}).headers["location"]
        for what in ("", "/download/marked", "/download/page", "/download/receipt", "/sheet/treatments"):
            assert client.get(f"{place}{what}").status_code == 200
        assert client.get("/template").status_code == 200
    assert not (tmp_path / "watched.txt").exists(), (tmp_path / "watched.txt").read_text(encoding="utf-8")


def test_what_asks_the_network_would_be_seen(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCHING, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "WATCHED": str(tmp_path / "watched.txt")}
    code = "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9)); s.close()"
    subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True)
    assert "192.0.2.1" in (tmp_path / "watched.txt").read_text(encoding="utf-8")
