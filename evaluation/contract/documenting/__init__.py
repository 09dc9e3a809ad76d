"""The manual pages that follow from the contract, the rules, the commands and the analyses; found by walking this package.

A module has `pages()`: text by file name within `docs/`. `python -m evaluation.contract.documenting` writes them, and the stubs of the
estimators' rooms; a test fails when they are stale.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from data_schemas.words import Lang, Words
from evaluation.contract.documenting._stubs import stubs
from evaluation.output.pages import Block, Text

_MADE = Words(
    "Deze bladzijde wordt gemaakt door `python -m evaluation.contract.documenting`. Verander niet de bladzijde, maar waar zij uit volgt.",
    "This page is made by `python -m evaluation.contract.documenting`. Do not change the page but what it follows from.",
)


def manual_pages() -> dict[str, str]:
    """Every generated page of the manual by its name within `docs/`."""
    found: dict[str, str] = {}
    for module in iter_modules(__path__):
        if not module.name.startswith("_"):
            found |= import_module(f"{__name__}.{module.name}").pages()
    return dict(sorted(found.items()))


def stale_pages(folder: Path) -> list[str]:
    """Names of the pages in a folder that are not what they would be if they were made now."""
    return [name for name, text in manual_pages().items() if not _is(folder / name, text)]


def stale_stubs() -> dict[Path, str]:
    """The stubs of the estimators' rooms that are not what they would be, with what they would be."""
    return {path: text for path, text in stubs().items() if not _is(path, text)}


def made(lang: Lang) -> Block:
    """The line that says that a page is made."""
    return Text(_MADE[lang])


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
