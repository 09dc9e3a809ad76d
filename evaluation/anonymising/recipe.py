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

A wide export, with a score per moment in a column of its own, has one `[[measurements]]` part per column.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_schemas.submission import Label, Manifest
from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.failures import CannotRead, WrongUse
from evaluation.planning.messages import advice

Header = Annotated[str, Field(min_length=1, max_length=200)]
Conversion = Literal["text", "number", "week", "age_group", "half_year"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Origin(_Part):
    """Where the values of one column come from: a column of the export, or one value for every row.

    `as`: `text` and `number` as they stand; `week` from a date, counted from the start; `age_group` from a birth date, at the start;
    `half_year` from a date. `codes` gives the contract's code for each of the export's own.
    """

    source: Header | None = Field(None, alias="from")
    value: str | None = None
    conversion: Conversion = Field("text", alias="as")
    codes: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_origin(self) -> Origin:
        if (self.source is None) == (self.value is None):
            raise ValueError("give either from or value")
        if self.codes and self.conversion != "text":
            raise ValueError("codes go with texts, not with another conversion")
        return self


class Rows(_Part):
    """One table of the export, and which columns are made of it."""

    source: Header = Field(alias="from")
    identity: tuple[Header, ...] = Field(min_length=1)
    columns: dict[str, Origin] = Field(min_length=1)


class Treatments(Rows):
    """The table with one row per treatment, from which everybody's start is taken."""

    start: Header


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

    @model_validator(mode="after")
    def _columns_of_the_contract(self) -> Recipe:
        for table, parts in self.parts().items():
            known = {column.name for column in tables()[table].columns} - {"client"}
            unknown = sorted({name for part in parts for name in part.columns} - known)
            if unknown:
                raise ValueError(f"{table} has no column {', '.join(unknown)}; it has {', '.join(sorted(known))}")
        return self

    def parts(self) -> dict[str, tuple[Rows, ...]]:
        """The parts per table of the contract."""
        return {"treatments": (self.treatments,), "measurements": self.measurements, "events": self.events}

    def manifest(self) -> Manifest:
        """What the submission says of itself."""
        return Manifest(contract="1", name=self.name, title=self.title, source=self.source, labels=self.labels)


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
        return Recipe(**tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongUse(
            Words(f"{path.name} is geen geldige TOML: {error}.", f"{path.name} is not valid TOML: {error}.")
        ) from None
    except ValidationError as errors:
        lines = list(dict.fromkeys(advice(error) for error in errors.errors(include_url=False, include_input=False)))
        heads = (f"{path.name} is geen geldig recept:", f"{path.name} is not a valid recipe:")
        raise WrongUse(
            Words(*("\n".join([head, *(f"- {line[lang]}" for line in lines)]) for lang, head in zip(("nl", "en"), heads)))
        ) from None
