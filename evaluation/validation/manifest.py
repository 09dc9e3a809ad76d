"""Reading `submission.toml`, or what stands for it in a workbook."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from data_schemas.finding import Finding
from data_schemas.rules import cells
from data_schemas.submission import Manifest
from data_schemas.words import Words

FILE = "submission.toml"

_ADVICE = {
    "missing": Words("Voeg {place} toe.", "Add {place}."),
    "extra_forbidden": Words(
        "Haal {place} weg, of verbeter de spelling: deze sleutel bestaat niet.",
        "Remove {place}, or correct its spelling: there is no such key.",
    ),
}
_OTHER = Words("Verbeter {place}.", "Correct {place}.")
_NOT_TOML = Words(
    'Verbeter de schrijfwijze: elke regel is  sleutel = "waarde"  met rechte aanhalingstekens.',
    'Correct the notation: each line is  key = "value"  with straight quotation marks.',
)


# what the sheet Inzending of a workbook calls them
_ON_SHEET = {
    "name": Words("Korte naam", "Short name"),
    "nature": Words("Aard", "Nature"),
    "source": Words("Bron", "Source"),
    "title": Words("Titel", "Title"),
}


def read_manifest(text: str | None) -> tuple[Manifest | None, tuple[Finding, ...]]:
    """The manifest, or the findings that say why there is none. What was written never appears in them."""
    if text is None:
        return None, (Finding(cells.MANIFEST_MISSING, FILE),)
    try:
        return Manifest(**tomllib.loads(text)), ()
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None)
        place = Words(f"regel {line}", f"line {line}") if line else Words("de inhoud", "the content")
        return None, (_wrong(place, _NOT_TOML),)
    except RecursionError:
        return None, (_wrong(Words("de inhoud", "the content"), _NOT_TOML),)
    except ValidationError as errors:
        found = errors.errors(include_input=False, include_url=False, include_context=False)
        return None, tuple(
            _wrong(place, _ADVICE.get(kind, _OTHER).fill(place=place))
            for place, kind in dict.fromkeys((_place(error["loc"]), error["type"]) for error in found)
        )
    except ValueError:  # a number too long to read
        return None, (_wrong(Words("de inhoud", "the content"), _NOT_TOML),)


def _place(loc: tuple) -> Words:
    """Where it is: the key, after the name that it has on the sheet.

    >>> _place(("name",)).nl, _place(("instruments", "x", "nl")).nl
    ('Korte naam (name)', 'instruments > x > nl')
    """
    keys = " > ".join(str(key) for key in loc if str(key).replace("_", "").replace("-", "").isalnum())
    label = _ON_SHEET.get(str(loc[0])) if loc else None
    if label and keys:
        return Words(f"{label.nl} ({keys})", f"{label.en} ({keys})")
    return Words(keys or "de inhoud", keys or "the content")


def _wrong(place: Words, advice: Words) -> Finding:
    return Finding(cells.MANIFEST_WRONG, FILE, values={"place": place, "advice": advice})
