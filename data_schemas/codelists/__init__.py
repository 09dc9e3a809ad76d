"""Code lists: the closed sets of values, with their Dutch and English labels.

A list is one TOML file in `data_schemas/codelists/`; its name is the file's name.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from data_schemas.words import Words


@dataclass(frozen=True, slots=True)
class Code:
    """One permitted value: what stands in the file, and what people call it."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class CodeList:
    """An ordered, closed set of codes."""

    name: str
    title: Words
    codes: tuple[Code, ...]

    def __contains__(self, code: object) -> bool:
        return any(entry.code == code for entry in self.codes)

    @property
    def values(self) -> tuple[str, ...]:
        """The codes in their declared order."""
        return tuple(entry.code for entry in self.codes)

    def label(self, code: str) -> Words:
        """The words for a code; a code outside the list is its own label."""
        return next((entry.label for entry in self.codes if entry.code == code), Words(code, code))

    def code_of(self) -> dict[str, str]:
        """Every accepted spelling (code, Dutch label, English label; case ignored) to its code."""
        spellings = {entry.label[lang].casefold(): entry.code for entry in self.codes for lang in ("en", "nl")}
        return spellings | {entry.code.casefold(): entry.code for entry in self.codes}


@cache
def code_list(name: str) -> CodeList:
    """The code list of that name.

    >>> code_list("gender").values
    ('girl', 'boy', 'other', 'unknown')
    """
    text = resources.files("data_schemas.codelists").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return CodeList(
        name,
        Words(raw["nl"], raw["en"]),
        tuple(Code(code, Words(label["nl"], label["en"])) for code, label in raw["codes"].items()),
    )


def code_list_names() -> tuple[str, ...]:
    """The names of all code lists, sorted."""
    files = resources.files("data_schemas.codelists").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))
