"""Is this installation whole, and is it ours?"""

from __future__ import annotations

import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from data_schemas.words import Lang, Words
from evaluation.evidence.provenance import PACKAGES, code_hash, contract_hash, versions

_OURS = Words("van dit pakket", "of this package")
_NOT_OURS = Words(
    "NIET van dit pakket: een map of bestand met deze naam staat ervoor; start het programma in een andere map, "
    "of installeer opnieuw",
    "NOT of this package: a folder or file of this name stands before it; start the program "
    "in another folder, or install again",
)
_FOUND, _ABSENT = Words("gevonden", "found"), Words("niet gevonden; niet nodig", "not found; not needed")


def diagnosis(lang: Lang) -> tuple[bool, str]:
    """Whether everything is sound, and the text that says so."""
    home = Path(__file__).parents[2]
    lines = [f"Python {sys.version.split()[0]}"]
    lines += [f"{name} {version}" for name, version in versions().items() if name != "python"]
    lines += [f"{name} {_version(name)}" for name in ("pypandoc_binary", "typst", "jupytext", "nbclient")]
    lines.append(f"quarto: {(_FOUND if shutil.which('quarto') else _ABSENT)[lang]}")
    sound = True
    for package in PACKAGES:
        spec = find_spec(package)
        ours = spec is not None and spec.origin is not None and Path(spec.origin).parent.parent == home
        sound &= ours
        lines.append(f"{package}: {(_OURS if ours else _NOT_OURS)[lang]}")
    lines.append(f"code {code_hash()[:16]}, contract {contract_hash()[:16]}")
    return sound, "\n".join(lines)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"
