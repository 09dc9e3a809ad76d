"""What `evaluation explain` and the manual know: rules, notions, questionnaires and more, one module per kind; found by walking.

A module that is a kind has `KIND` (Words, in the plural), `PLACE` (its place in the manual) and `entries()`.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from data_schemas.words import Lang, Words
from evaluation.contract.explaining.entry import Entry
from evaluation.failures import WrongUse
from evaluation.output.pages import as_markdown, as_parts, as_text


@cache
def kinds() -> tuple[ModuleType, ...]:
    """Every kind of thing that can be explained, in the order of the manual."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(sorted((module for module in modules if hasattr(module, "KIND")), key=lambda module: module.PLACE))


@cache
def explainable() -> dict[str, Entry]:
    """Everything that can be explained, by code.

    >>> explainable()["threshold"].title.en
    'Threshold'
    """
    found: dict[str, Entry] = {}
    for kind in kinds():
        for entry in kind.entries():
            if entry.code in found:
                raise ValueError(f"two explanations have the code {entry.code}")
            found[entry.code] = entry
    return found


def explanation(code: str, lang: Lang = "nl") -> str:
    """Plain text about a rule, notion, questionnaire or anything else that has a code.

    Raises
    ------
    WrongUse
        Nothing has that code; the nearest ones are named.
    """
    return as_text(_entry(code).page(lang))


def explanation_markdown(code: str, lang: Lang) -> str:
    """The same as Markdown.

    Raises
    ------
    WrongUse
        Nothing has that code; the nearest ones are named.
    """
    return as_markdown(_entry(code).page(lang))


def explanation_html(code: str, lang: Lang) -> str:
    """The same as parts of a page, for whoever has a page around them.

    Raises
    ------
    WrongUse
        Nothing has that code; the nearest ones are named.
    """
    return as_parts(_entry(code).page(lang, 1))


def _entry(code: str) -> Entry:
    wanted = code.strip().lower().replace("_", "-")
    for spelling in (code.strip(), wanted, wanted.replace("-", "_")):
        if spelling in explainable():
            return explainable()[spelling]
    if code.strip().casefold() in _titles():
        return explainable()[_titles()[code.strip().casefold()]]
    near = ", ".join(nearest(wanted))
    raise WrongUse(
        Words(
            f"Er is geen uitleg met die code. Lijkt op: {near}. Alle codes:  evaluation explain --list",
            f"There is no explanation of that code. Close: {near}. All codes:  evaluation explain --list",
        )
    )


@cache
def _titles() -> dict[str, str]:
    return {title.casefold(): code for code, entry in explainable().items() for title in entry.title}


def nearest(wanted: str) -> list[str]:
    """At most five codes that look like a text, by their code or by a word of their title.

    >>> nearest("treshold")[0]
    'threshold'
    """
    names = _titles() | {code: code for code in explainable()}
    close = get_close_matches(wanted, names, n=8, cutoff=0.4)
    return list(dict.fromkeys(names[name] for name in close))[:5] or ["threshold", "g", "kaplan-meier", "weeks"]
