"""Reading `submission.toml`, or what stands for it in a workbook."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from pydantic import ValidationError

from data_schemas.covariates import PEOPLE, OwnCovariate
from data_schemas.finding import Finding
from data_schemas.instruments import Instrument, registry
from data_schemas.rules import cells
from data_schemas.submission import Label, Manifest
from data_schemas.tables import tables
from data_schemas.words import LANGS, Words
from evaluation.reading.headers import match_header, plain

FILE = "submission.toml"

_ADVICE = {
    "missing": Words("Voeg {place} toe.", "Add {place}."),
    "extra_forbidden": Words(
        "Haal {place} weg, of verbeter de spelling: deze sleutel bestaat niet.",
        "Remove {place}, or correct its spelling: there is no such key.",
    ),
    "unseen_signs": Words(
        "Typ {place} opnieuw: er staan onzichtbare tekens in.", "Type {place} anew: it holds signs that cannot be seen."
    ),
    "string_too_long": Words("Maak {place} korter.", "Make {place} shorter."),
    "string_too_short": Words("Vul {place} in.", "Fill in {place}."),
}
_OTHER = Words("Verbeter {place}.", "Correct {place}.")
_KNOWN = Words(
    "Haal {place} weg: dit instrument is al bekend, met bron. Is het een andere versie, geef haar dan een andere naam.",
    "Remove {place}: this instrument is known already, with its source. If it is another version, give it another name.",
)
_TAKEN = Words(
    "Geef {place} een andere naam en andere woorden: zo heet al een kolom van het contract, of een ander eigen kenmerk.",
    "Give {place} another name and other words: a column of the contract, or another covariate of your own, is called so already.",
)
_NOT_TOML = Words(
    'Verbeter de schrijfwijze: elke regel is  sleutel = "waarde"  met rechte aanhalingstekens.',
    'Correct the notation: each line is  key = "value"  with straight quotation marks.',
)


# What the sheet Inzending of a workbook calls them.
_ON_SHEET = {
    "contract": Words("Contract", "Contract"),
    "name": Words("Korte naam", "Short name"),
    "nature": Words("Aard", "Nature"),
    "source": Words("Bron", "Source"),
    "title": Words("Titel", "Title"),
}
_FORMS = {
    "contract": Words('Vul in: "1".', 'Fill in: "1".'),
    "name": Words(
        "Kleine letters, cijfers en streepjes, zonder spaties, ten hoogste 40 tekens. Bijvoorbeeld: aanbieder-2026.",
        "Lower case letters, digits and hyphens, without spaces, at most 40 signs. For example: provider-2026.",
    ),
    "nature": Words("Kies praktijk, openbaar of fictief.", "Choose practice, public or fictional."),
    "title": Words("Vul beide titels in: nl en en.", "Fill in both titles: nl and en."),
}
# Keys that the contract itself has; any other was made up by somebody and is not repeated.
_KEYS = frozenset((*Manifest.model_fields, *Instrument.model_fields, *Label.model_fields, *OwnCovariate.model_fields))
_CONTENT = Words("de inhoud", "the content")
_OWN_KEY = Words("(eigen naam)", "(own name)")
_UNKNOWN_KEY = Words("een sleutel die niet bestaat", "a key that does not exist")


def read_manifest(
    text: str | None, file: str = FILE, sheet: Words | None = None
) -> tuple[Manifest | None, tuple[Finding, ...]]:
    """The manifest, or the findings that say why there is none. What was written never appears in them.

    `file` and `sheet` say where it stood, for the person who has to repair it.
    """
    if text is None:
        return None, (Finding(cells.MANIFEST_MISSING, file, sheet=sheet),)
    try:
        manifest = Manifest(**tomllib.loads(text))
        wrong = dict.fromkeys((f"instruments > {name}", _KNOWN) for name in manifest.instruments if name in registry())
        if _taken(manifest):
            wrong[Words("covariates > (eigen naam)", "covariates > (own name)"), _TAKEN] = None
        if not wrong:
            return manifest, ()
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None)
        place = Words(f"regel {line}", f"line {line}") if line else _CONTENT
        wrong = {(place, _NOT_TOML)}
    except ValidationError as errors:
        found = errors.errors(include_input=False, include_url=False, include_context=False)
        wrong = dict.fromkeys((_place(error["loc"], text), _advice(error)) for error in found)
    except (RecursionError, ValueError):  # nested without end; a number too long to read
        wrong = {(_CONTENT, _NOT_TOML)}
    return None, tuple(_wrong(_for_sheet(place) if sheet else place, advice, file, sheet) for place, advice in wrong)


def _for_sheet(place: Words | str) -> Words | str:
    """Where it is, by what the sheet calls it alone."""
    label = next((one for one in _ON_SHEET.values() if isinstance(place, Words) and place.nl.startswith(f"{one.nl} (")), None)
    return label or place


def _taken(manifest: Manifest) -> bool:
    """Whether an own covariate is called as a column of the contract is, or as another of them."""
    table = tables()[PEOPLE]
    own = [{plain(text) for text in (name, one.nl, one.en)} for name, one in manifest.covariates.items()]
    names = [text for texts in own for text in texts]
    return any(match_header(table, text) for text in names) or len(names) != len(set(names))


def _advice(error: Mapping) -> Words:
    advice = _ADVICE.get(error["type"], _OTHER)
    form = _FORMS.get(str(error["loc"][0])) if error["loc"] and error["type"] != "extra_forbidden" else None
    return Words(*(f"{advice[lang]} {form[lang]}" for lang in LANGS)) if form else advice


def _place(loc: tuple, text: str) -> Words:
    """Where it is: the key, after the name that it has on the sheet; keys that people make up by the line they stand on.

    >>> _place(("name",), "").nl, _place(("instruments", "x", "source"), "").nl
    ('Korte naam (name)', 'instruments > (eigen naam) > source')
    >>> _place(("secret",), "a = 1\\nsecret = 2").nl
    'een sleutel die niet bestaat (regel 2)'
    """
    keys = [str(key) for key in loc]
    if not keys:
        return _CONTENT
    if len(keys) == 1 and keys[0] not in _KEYS:
        lines = [at for at, line in enumerate(text.splitlines(), start=1) if line.strip(" [\"'").startswith(keys[0])]
        where = Words(f" (regel {lines[0]})", f" (line {lines[0]})") if lines else Words("", "")
        return Words(*(_UNKNOWN_KEY[lang] + where[lang] for lang in LANGS))
    shown = Words(*(" > ".join(key if key in _KEYS else _OWN_KEY[lang] for key in keys) for lang in LANGS))
    label = _ON_SHEET.get(keys[0])
    return Words(*(f"{label[lang]} ({shown[lang]})" for lang in LANGS)) if label else shown


def _wrong(place: Words | str, advice: Words, file: str, sheet: Words | None) -> Finding:
    return Finding(cells.MANIFEST_WRONG, file, values={"place": place, "advice": advice.fill(place=place)}, sheet=sheet)
