"""Which evidence a document shows, and in which language: from the environment, so that every engine can say it.

`EVALUATION_EVIDENCE` is the evidence folder (default: the working folder), `EVALUATION_LANG` is `nl` or `en` (default
`nl`), `EVALUATION_FIGURES` is where pictures are written (default: `figures` in the working folder).
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from data_schemas.evidence import LANGS, Evidence, Lang, read_evidence
from reports.text.agreeing import agreed

_NO_EVIDENCE = (
    "Er is geen map met resultaten. Zet EVALUATION_EVIDENCE op de map die `evaluation run` schreef. / There is no evidence folder. "
    "Set EVALUATION_EVIDENCE to the folder that `evaluation run` wrote."
)


def evidence() -> Evidence:
    """The evidence folder that this document shows, with the numbers that belong together rounded together.

    Raises
    ------
    FileNotFoundError
        There is none; the message says how to name it.
    """
    folder = Path(os.environ.get("EVALUATION_EVIDENCE", "."))
    if not (folder / "evidence.json").is_file():
        raise FileNotFoundError(_NO_EVIDENCE)
    return _read(str(folder))


def lang() -> Lang:
    """The language of this document."""
    chosen = os.environ.get("EVALUATION_LANG", "nl")
    if chosen not in LANGS:
        raise ValueError(f"EVALUATION_LANG must be one of {', '.join(LANGS)}")
    return chosen


def figures_folder() -> Path:
    """Where pictures are written; made when it is not there."""
    folder = Path(os.environ.get("EVALUATION_FIGURES", "figures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _read(folder: str) -> Evidence:
    return agreed(read_evidence(folder))
