"""What runs in a bounded process: it reads and writes in one folder, and knows neither keys nor database.

python -m evaluation.portal.work.child check|run FOLDER "[seconds, bytes]"
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evaluation.failures import UserError
from evaluation.output.files import whole_file

_LARGEST_FILE = 500_000_000


def main(task: str, folder: str, bounds: str) -> None:
    """Do a task and write `answer.json`; what is wrong with the files is an answer too."""
    _end_with(os.getppid())
    _bind(*json.loads(bounds))
    place = Path(folder)
    try:
        answer = _TASKS[task](place)
    except UserError as error:
        answer = {"failed": error.words._asdict()}
    whole_file(place / "answer.json", json.dumps(answer), private=True)


def _bind(seconds: int, most_bytes: int | None) -> None:
    try:
        import resource
    except ImportError:  # Windows: the time is kept by who waits
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    if most_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))


def _end_with(parent: int) -> None:
    """End when the portal does: nobody would read the answer."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _check(place: Path) -> Mapping[str, Any]:
    from evaluation.validation.findings_page import findings_page
    from evaluation.validation.validating import validate

    sent = place / "sent"
    books = sorted(sent.glob("*.xlsx")) + sorted(sent.glob("*.XLSX"))
    validation = validate(books[0] if books else sent)
    for lang in ("nl", "en"):
        whole_file(place / f"findings-{lang}.html", findings_page(validation, lang), private=True)
    whole_file(place / "findings.json", json.dumps(validation.as_json(), ensure_ascii=False), private=True)
    return {
        "accepted": validation.accepted,
        "sha256": validation.submission.sha256 if validation.submission else None,
        "errors": validation.count("error"),
        "warnings": len(validation.findings) - validation.count("error"),
    }


def _run(place: Path) -> Mapping[str, Any]:
    from evaluation.portal.work.making import make_editions

    return make_editions(place)


_TASKS: Mapping[str, Callable[[Path], Mapping[str, Any]]] = {"check": _check, "run": _run}

if __name__ == "__main__":
    main(*sys.argv[1:])
