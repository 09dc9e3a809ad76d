"""The clean folder in which a document is made: the documents, the evidence, and an environment that knows nothing else."""

from __future__ import annotations

import hashlib
import os
import shutil
from importlib import resources
from pathlib import Path

from data_schemas.evidence import EvidenceRecord, read_evidence
from data_schemas.words import Lang, Words
from evaluation.failures import CannotRead

EVIDENCE = "evidence"
FIGURES = "figures"
# 1980-01-01, the first day that a zip archive can hold: a document's bytes must not depend on when it was made
EPOCH = 315532800
_KEPT = (
    "HOME",
    "USERPROFILE",
    "LOCALAPPDATA",
    "SYSTEMROOT",
    "PATH",
    "PYTHONPATH",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_CACHE_HOME",
    "MPLCONFIGDIR",
    "LD_LIBRARY_PATH",
)
_STRANGE = Words(
    "results/{name} in {folder} is veranderd na de vrijgave, of komt uit een andere uitgave: zo wordt er geen rapport van gemaakt. Alles wat "
    "niet klopt:  evaluation evidence verify {path}",
    "results/{name} in {folder} was changed after the release, or is of another edition: no report is made of that. All that is wrong: "
    " evaluation evidence verify {path}",
)


def check_evidence(folder: Path) -> EvidenceRecord:
    """The record of a whole evidence folder.

    Raises
    ------
    CannotRead
        It is not there, or not what an evidence folder is; or a file in it is not the one that was released with it, such as one of
        another edition. The message holds nothing of its content.
    """
    try:
        record = read_evidence(folder).record
        names = record.provenance.results
        found = {name: hashlib.sha256((folder / "results" / name).read_bytes()).hexdigest() for name in names}
    except (OSError, ValueError):
        raise CannotRead(
            Words(
                f"{folder.name} is geen hele map met resultaten. Maak haar met: evaluation run",
                f"{folder.name} is not a whole evidence folder. Make one with: evaluation run",
            )
        ) from None
    strange = [name for name in names if found[name] != names[name]]
    if strange:
        raise CannotRead(_STRANGE.fill(name=strange[0], folder=folder.name, path=str(folder)))
    return record


def fill(place: Path, evidence: Path, record: EvidenceRecord) -> Path:
    """Copy the documents and the evidence, and of the evidence only what its record names."""
    with resources.as_file(resources.files("reports")) as documents:
        for file in documents.glob("*.qmd"):
            shutil.copyfile(file, place / file.name)
        for name in ("sections", "style"):
            shutil.copytree(documents / name, place / name)
    (place / EVIDENCE / "results").mkdir(parents=True)
    for name in ("evidence.json", *(f"results/{name}" for name in record.provenance.results)):
        shutil.copyfile(evidence / name, place / EVIDENCE / name)
    return place


def environment(place: Path, lang: Lang) -> dict[str, str]:
    """The environment of every program that helps: what it needs to run, and which evidence to show."""
    private = {name: str(place / ".private") for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **private,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "agg",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": str(EPOCH),
        "EVALUATION_EVIDENCE": EVIDENCE,
        "EVALUATION_FIGURES": FIGURES,
        "EVALUATION_LANG": lang,
    }
