"""Hashes and versions from which a run can be repeated; no times, no paths."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from functools import cache
from importlib import metadata, resources

from data_schemas.codelists import code_list, code_list_names
from data_schemas.instruments import registry
from data_schemas.submission import CONTRACT_VERSION
from data_schemas.tables import tables

PACKAGES = ("evaluation", "data_schemas", "analyses", "reports")
_DISTRIBUTION = "intervention-evaluation"
# what can change a number or a page; where it ran, or who was let in, cannot
_IN_USE = (None, "analyses", "reports")
# a requirement as a wheel states it: its name, and the extra that it belongs to
_ASKED = re.compile(r"([A-Za-z0-9_.-]+)(?:[^;]*;.*extra == ['\"]([\w-]+)['\"])?")
LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "lifelines", "pandera")


def contract_hash() -> str:
    """SHA-256 over the tables, code lists and instruments."""
    content = {
        "contract": CONTRACT_VERSION,
        "tables": {
            name: [
                (column.name, column.kind, column.needed, column.filled, column.minimum, column.maximum, column.codes_from)
                for column in table.columns
            ]
            for name, table in tables().items()
        },
        "codes": {name: code_list(name).values for name in code_list_names()},
        "instruments": {name: instrument.model_dump(mode="json") for name, instrument in registry().items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_hash() -> str:
    """SHA-256 over the Python source, documents and declared data of our four packages."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for name, content in sorted(_files(resources.files(package), package)):
            digest.update(name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _files(folder, name: str):
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{name}/{entry.name}")
        elif entry.is_file() and entry.name.rsplit(".", 1)[-1] in ("py", "toml", "qmd", "lua", "typ", "css", "html"):
            yield f"{name}/{entry.name}", entry.read_bytes()


def constraints_hash() -> str:
    """SHA-256 over the exact versions of every library that the package asks for and that is there, as a constraints file names them.

    Those of the extras that calculate and write count; those for developing, for pages in a browser or for more machines do not.
    """
    asked = [_ASKED.match(line).groups() for line in metadata.requires(_DISTRIBUTION) or ()]
    names = {name for name, extra in asked if extra in _IN_USE}
    lines = [f"{name}=={version}" for name in sorted(names) if (version := _version(name)) is not None]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python, of this package and of the libraries that can change a number."""
    return {
        "python": platform.python_version(),
        _DISTRIBUTION: metadata.version(_DISTRIBUTION),
        **{name: _version(name) or "" for name in LIBRARIES},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
