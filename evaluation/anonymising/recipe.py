"""The recipe: what of a raw export becomes what of a submission. Written once by the provider, as TOML.

    name = "zorg-noord-2026"                  # the submission's own name

    [privacy]
    key = "geheim.key"                        # kept at the provider, beside the recipe
    k = 5

    [treatments]
    from = "clienten"                         # file or sheet
    identity = ["BSN"]                        # what tells one person from another
    start = "Startdatum"                      # week 1 begins here
    [treatments.columns]
    provider = { value = "zorg-noord" }
    age_group = { from = "Geboortedatum", as = "age_group" }
    gender = { from = "Geslacht", codes = { V = "girl", M = "boy" } }
    treatment_weeks = { from = "Einddatum", as = "week" }

    [[measurements]]
    from = "cries"
    identity = ["BSN"]
    [measurements.columns]
    instrument = { value = "cries-13" }
    week = { from = "Afnamedatum", as = "week" }
    score = { from = "Totaal" }

A wide export, with a score per moment in a column of its own, has one `[[measurements]]` part per column. `where` takes some of
the rows (`where = { form = "cries" }`), `which` says which row of a person counts, and `table` brings a column from another table.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from data_schemas.column import Column
from data_schemas.plan_values import PlanRefused
from data_schemas.submission import Label, Manifest
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.recipe_lines import line_of, line_words
from evaluation.failures import CannotRead, WrongUse
from evaluation.planning.messages import advice, toml_place

Header = Annotated[str, Field(min_length=1, max_length=200)]
Conversion = Literal["text", "number", "week", "age_group", "age", "half_year"]


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Where = dict[Header, Annotated[tuple[str, ...], BeforeValidator(_several)]]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Origin(_Part):
    """Where the values of one column come from: a column of the export, or one value for every row.

    `as`: `text` and `number` as they stand; `week` from a date, counted from the start; `age_group` from a birth date, at the start;
    `age` the same from an age in years; `half_year` from a date. `codes` gives the contract's code for each of the export's own.
    `table` is another table of the export, `where` some rows of it: of a person the first value that stands there is taken, and the
    person is known by `identity` (what the recipe says of that table, when it is left out).
    """

    source: Header | None = Field(None, alias="from")
    value: str | None = None
    conversion: Conversion = Field("text", alias="as")
    codes: dict[str, str] = Field(default_factory=dict)
    table: Header | None = None
    where: Where = Field(default_factory=dict)
    identity: tuple[Header, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """Whether it does not stand in the rows of the part itself."""
        return self.table is not None or bool(self.where)

    @model_validator(mode="after")
    def _one_origin(self) -> Origin:
        if (self.source is None) == (self.value is None):
            raise PlanRefused(
                "geef óf from (een kolom) óf value (een vaste waarde)", "give either from (a column) or value (a fixed value)"
            )
        if self.codes and self.conversion != "text":
            raise PlanRefused("codes horen bij tekst, niet bij een andere as", "codes go with texts, not with another as")
        return self


class Rows(_Part):
    """One table of the export (or some of its rows), and which columns are made of it."""

    source: Header = Field(alias="from")
    where: Where = Field(default_factory=dict)
    identity: tuple[Header, ...] = Field(min_length=1)
    columns: dict[str, Origin] = Field(min_length=1)


class Treatments(Rows):
    """The table with one row per treatment, from which everybody's start is taken. `which`: the row that counts of who has several."""

    start: Header
    which: Literal["first", "last", "filled"] | None = None


class Privacy(_Part):
    """The key for pseudonyms, how dates are written, and what is made less precise, in that order, until each combination holds k people."""

    key: str = Field(min_length=1, pattern=r"^[^/\\]+$", description="name of the key file, beside the recipe")
    dates: Literal["dmy", "ymd", "mdy"] = "dmy"
    k: int = Field(5, ge=2, le=100)
    coarsen: tuple[Literal["start_period", "setting", "age_group", "gender"], ...] = (
        "start_period",
        "setting",
        "age_group",
        "gender",
    )


class Recipe(_Part):
    """A whole recipe."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: Label | None = None
    source: str = ""
    labels: dict[str, Label] = Field(default_factory=dict)
    privacy: Privacy
    treatments: Treatments
    measurements: tuple[Rows, ...] = ()
    events: tuple[Rows, ...] = ()
    _text: str = PrivateAttr("")

    def line(self, *place: str | int) -> Words:
        """Where something of the recipe stands in its file, for a message; nothing when there is no file.

        `place` is a path such as `("measurements", 1, "columns", "score")`.
        """
        return line_words(line_of(self._text, place)) if self._text else Words("", "")

    @model_validator(mode="after")
    def _columns_of_the_contract(self) -> Recipe:
        for table, parts in self.parts().items():
            known = {column.name: column for column in tables()[table].columns if column.name != "client"}
            for number, part in enumerate(parts):
                for name, origin in part.columns.items():
                    place = (table, *(() if table == "treatments" else (number,)), "columns", name)
                    if name not in known:
                        there = ", ".join(sorted(known))
                        raise _At(
                            place,
                            f"{table} heeft geen kolom {name}; wel {there}",
                            f"{table} has no column {name}; it has {there}",
                        )
                    _check_answers(known[name], origin, place)
        return self

    def parts(self) -> dict[str, tuple[Rows, ...]]:
        """The parts per table of the contract."""
        return {"treatments": (self.treatments,), "measurements": self.measurements, "events": self.events}

    def manifest(self) -> Manifest:
        """What the submission says of itself."""
        return Manifest(contract="1", name=self.name, title=self.title, source=self.source, labels=self.labels)


class _At(PlanRefused):
    """What is wrong at one place of a recipe."""

    def __init__(self, place: tuple[str | int, ...], nl: str, en: str) -> None:
        super().__init__(nl, en)
        self.place = place


def _check_answers(column: Column, origin: Origin, place: tuple[str | int, ...]) -> None:
    """Fixed values and codes are filled in, and are among those of the contract."""
    given = [*origin.codes.values(), *([origin.value] if origin.value is not None else [])]
    if any(text.startswith("<") for text in given):
        raise _At(
            place, f"vul bij {column.name} in wat tussen < en > staat", f"fill in what stands between < and > at {column.name}"
        )
    spellings = column.codes.code_of() if column.codes else {}
    if spellings and (wrong := [text for text in given if text and text.casefold() not in spellings]):
        there = ", ".join(column.codes.values)
        raise _At(
            place,
            f"{wrong[0]} is geen code van {column.name}; kies uit {there}",
            f"{wrong[0]} is no code of {column.name}; choose from {there}",
        )


def recipe_of(text: str) -> Recipe:
    """The recipe in a text.

    Raises
    ------
    tomllib.TOMLDecodeError, pydantic.ValidationError
        Not a recipe.
    """
    recipe = Recipe(**tomllib.loads(text))
    recipe._text = text
    return recipe


def _placed(error: dict, text: str) -> Words:
    """One error with the line of the recipe on which it is."""
    refused = error.get("ctx", {}).get("error")
    at = getattr(refused, "place", error["loc"])
    words = advice({**error, "loc": at})
    place = line_words(line_of(text, at))
    return Words(words.nl + place.nl, words.en + place.en)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file.

    Raises
    ------
    CannotRead
        No such file, or not text.
    WrongUse
        Not a recipe; the message names each key and what is allowed.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise CannotRead(
            Words(f"Het recept {path.name} kan niet worden gelezen.", f"The recipe {path.name} cannot be read.")
        ) from None
    try:
        return recipe_of(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WrongUse(
            Words(
                "{name} is geen geldig recept{place}. Kijk naar haakjes, aanhalingstekens en komma's.",
                "{name} is not valid TOML{place}.",
            ).fill(name=path.name, place=toml_place(error))
        ) from None
    except ValidationError as errors:
        lines = [_placed(error, text) for error in errors.errors(include_url=False, include_input=False)]
        lines = list(dict.fromkeys(lines))
        heads = (f"{path.name} is geen geldig recept:", f"{path.name} is not a valid recipe:")
        raise WrongUse(
            Words(*("\n".join([head, *(f"- {line[lang]}" for line in lines)]) for lang, head in zip(("nl", "en"), heads)))
        ) from None
