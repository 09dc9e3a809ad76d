"""A server on the own computer for tests: the application itself, or the whole command with its processes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
from openpyxl import load_workbook

from evaluation.contract.template import template

ROOT = Path(__file__).parents[1]
NAME = "Fatima el Amrani"


def workbook(*, mistakes: bool = True, people: int = 12) -> bytes:
    """A filled template; with mistakes: another code, a date, a word, a name, a score beyond its range."""
    book = load_workbook(io.BytesIO(template("nl")))
    manifest, treatments, measurements = book["Inzending"], book["Behandelingen"], book["Metingen"]
    for row in manifest.iter_rows(max_row=12):
        if row[0].value == "Korte naam":
            manifest.cell(row[0].row, 2).value = "zorg-noord-2026"
    people_of = _Writer(treatments)
    for at in range(people):
        people_of.row(
            at,
            **{
                "Cliënt": f"K-{at + 1:03d}",
                "Aanbieder": "zorg-noord",
                "Programma": "veilig",
                "Groep": "veilig",
                "Startperiode": "2024-1",
                "Leeftijdsgroep": "14 of 15",
                "Geslacht": "meisje",
                "Behandelduur": 20 + at,
                "Einde behandeling": "volgens plan afgerond",
            },
        )
    scores = _Writer(measurements)
    for at in range(people):
        scores.row(
            at,
            **{
                "Cliënt": f"K-{at + 1:03d}",
                "Instrument": "cries-13",
                "Informant": "jongere zelf",
                "Meetmoment": "voormeting",
                "Score": 30 + at,
            },
        )
    if mistakes:
        people_of.row(2, Geslacht="V")
        people_of.row(4, Geslacht="V")
        people_of.row(3, Behandelduur=datetime(2024, 5, 1))
        people_of.row(5, Cliënt=NAME)
        scores.row(1, Score=99)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class _Writer:
    def __init__(self, sheet) -> None:
        self.sheet = sheet
        self.header = next(row for row in sheet.iter_rows(max_row=6) if row[0].value == "Cliënt")
        self.place = {cell.value: cell.column for cell in self.header}

    def row(self, at: int, **values) -> None:
        for header, value in values.items():
            self.sheet.cell(self.header[0].row + 1 + at, self.place[header]).value = value


@contextmanager
def served(temporary: Path, *options: str, path: Path | None = None) -> Iterator[tuple[subprocess.Popen, str]]:
    """The command in a process of its own, and the address that it names."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *([path] if path else [])))),
        "TMPDIR": str(temporary),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "evaluation", "serve", "--no-browser", *options]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                break
        else:
            raise AssertionError("no address was named")
        yield process, found.group()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def entered(address: str) -> Iterator[httpx.Client]:
    """A browser that opened the address."""
    base = address.partition("/open")[0]
    with httpx.Client(base_url=base, headers={"origin": base}, timeout=60) as client:
        wait_until(lambda: _answers(base))
        assert client.get(address, follow_redirects=True).status_code == 200
        yield client


def _answers(base: str) -> bool:
    try:
        return httpx.get(base).status_code == 401
    except httpx.TransportError:
        return False


def wait_until(done, seconds: float = 20) -> None:
    """Wait until it is so; fail when it does not become so."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)
