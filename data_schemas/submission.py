"""A validated submission. Only validation makes one: to hold it is to hold data that kept every rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer
from pydantic_core import PydanticCustomError

from data_schemas.covariates import MOST, OwnCovariate, OwnName
from data_schemas.instruments import Instrument
from data_schemas.showing import card, facts
from data_schemas.words import Words, unseen

CONTRACT_VERSION = "1"


class Label(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str

    @property
    def words(self) -> Words:
        """The same as `Words`."""
        return Words(self.nl, self.en)


def _readable(text: str) -> str:
    """A text that people can read as it stands."""
    if not text.strip():
        raise PydanticCustomError("string_too_short", "fill in a text")
    if unseen(text):
        raise PydanticCustomError("unseen_signs", "it holds signs that cannot be seen")
    return text


_Name = Annotated[str, Field(max_length=80), AfterValidator(_readable)]
_Title = Annotated[str, Field(max_length=200), AfterValidator(_readable)]


class ShownName(Label):
    """What an arm, programme or provider is called in a report."""

    nl: _Name
    en: _Name


class ShownTitle(Label):
    """What a submission is called in a report."""

    nl: _Title
    en: _Title


class Manifest(BaseModel):
    """`submission.toml`: what a submission says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    contract: Literal["1"] = Field(description="version of the contract")
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", description="short name: lower case letters, digits, - and _")
    title: ShownTitle | None = None
    source: str = Field("", description="where the data come from, for the report")
    nature: Literal["practice", "public", "fictional"] = Field(
        "practice", description="practice: a provider's own data; public: published data; fictional: made up"
    )
    labels: dict[str, ShownName] = Field(default_factory=dict, description="words for arm, programme and provider names")
    instruments: dict[str, Instrument] = Field(
        default_factory=dict, description="instruments that the registry lacks, each with its source"
    )
    covariates: dict[OwnName, OwnCovariate] = Field(
        default_factory=dict,
        max_length=MOST,
        repr=False,
        description="columns of your own in treatments that a comparison needs, such as age in years: each with its words, role and risk",
    )

    @model_serializer(mode="wrap")
    def _as_it_was(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        """A part that came after submissions had been hashed is not there when it was not given."""
        return {key: value for key, value in write(self).items() if value or key != "covariates"}


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """Validated tables with their manifest.

    Parameters
    ----------
    tables
        One data frame per table of the contract (all of its columns, codes as categoricals with all categories, weeks as
        nullable integers, keys and names as text), `client` unique within the submission. A table that was not handed in is empty.
    sha256
        Hash over the manifest and the typed tables; the same data in another file format or row order give the same
        hash.
    warnings
        Code of every rule that did not hold though the data were accepted, and in how many rows.
    """

    manifest: Manifest
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    sha256: str
    warnings: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The submission's short name."""
        return self.manifest.name

    def _repr_html_(self) -> str:
        """What there is of it in a notebook: how many rows per table, and which rules asked for attention; never a row."""
        told = {name: f"{len(table)} rows" for name, table in self.tables.items()}
        told |= {f"warning {code}": f"{rows} rows" for code, rows in self.warnings}
        note = "Accepted: no rule of severity error was broken. A warning need not be wrong; evaluation.explanation(code) says what it means."
        return card(f"Submission: {self.name}", [facts(told)], note=note)
