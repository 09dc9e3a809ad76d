"""A process with bounds: its time, memory, files and environment. It gets a folder and no key, and answers in that folder.

A workbook from elsewhere is read by no process that holds a key or a connection to the database.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_schemas.words import Words
from evaluation.failures import CannotRead

ANSWER_BYTES = 50_000_000
_HEARTBEAT_SECONDS = 3.0
_LATE = Words(
    "Dit duurde te lang en is gestopt. Bewaar de tabellen opnieuw, zonder opmaak of lege rijen.",
    "This took too long and was stopped. Save the tables again, without formatting or empty rows.",
)
_BROKE = Words(
    "Het nakijken is afgebroken: het bestand vraagt meer geheugen dan er is, of is beschadigd. Bewaar het opnieuw en stuur het nog eens.",
    "The check was broken off: the file needs more memory than there is, or is damaged. Save it again and send it once more.",
)


class NotFinished(CannotRead):
    """The process was stopped, or ended without an answer."""


class NotWanted(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a process may take; no bytes: as much memory as there is."""

    seconds: int
    bytes: int | None = None


@contextmanager
def room(work: Path) -> Iterator[Path]:
    """A private folder for one process, gone afterwards; while it is used it is held, so that another process does not clear it."""
    work.mkdir(0o700, parents=True, exist_ok=True)
    while True:
        place = work / secrets.token_hex(8)
        place.mkdir(0o700)
        held = _hold(place)
        if held is not None:
            break
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if held >= 0:
            os.close(held)


def clear(work: Path) -> None:
    """Remove what a killed portal left there, and nothing that is in use."""
    for place in work.glob("*") if work.is_dir() else ():
        held = _hold(place)
        if held is not None:
            shutil.rmtree(place, ignore_errors=True)
            if held >= 0:
                os.close(held)


def _hold(place: Path) -> int | None:
    """A lock on a folder, which ends with its process; None when another has it or the folder is gone."""
    try:
        import fcntl
    except ImportError:  # Windows: one process at a time
        return -1
    try:
        held = os.open(place, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.stat(place)  # another may have cleared it between
    except OSError:
        os.close(held)
        return None
    return held


def ask(task: str, place: Path, bounds: Bounds, wanted: Callable[[], bool] = lambda: True) -> Mapping[str, Any]:
    """Let a process of its own do a task in a folder; its answer.

    `wanted` is asked every few seconds; when it says no, the process is stopped.

    Raises
    ------
    NotFinished
        It took too long, too much, or ended without an answer.
    NotWanted
        Nobody waits any more.
    """
    (place / "home").mkdir(exist_ok=True)
    root = str(Path(__file__).parents[3])
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    environment = {
        **kept,
        "PYTHONPATH": root,
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "home"),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [
        sys.executable,
        "-m",
        "evaluation.portal.work.child",
        task,
        str(place),
        json.dumps([bounds.seconds, bounds.bytes]),
    ]
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, bounds.seconds, wanted)
    finally:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return _answer(place)


def _wait(process: subprocess.Popen, seconds: int, wanted: Callable[[], bool]) -> None:
    left = float(seconds)
    while left > 0:
        try:
            process.wait(min(left, _HEARTBEAT_SECONDS))
            return
        except subprocess.TimeoutExpired:
            left -= _HEARTBEAT_SECONDS
            if not wanted():
                raise NotWanted from None
    raise NotFinished(_LATE)


def _answer(place: Path) -> Mapping[str, Any]:
    file = place / "answer.json"
    try:
        if file.is_symlink() or file.stat().st_size > ANSWER_BYTES:
            raise NotFinished(_BROKE)
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NotFinished(_BROKE) from None
