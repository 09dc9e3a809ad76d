"""Instruments: one TOML file per questionnaire in `data_schemas/instruments/`, every number with its source.

A number whose source was not read carries `verified = false`; nothing is computed from it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_schemas.words import Words


class _Sourced(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    source: str = Field(min_length=3, description="publication, page or table")
    verified: bool = Field(description="true only when the source itself was read")


class Reliability(_Sourced):
    """A reliability coefficient between 0 and 1, and of what kind it is."""

    value: float = Field(gt=0, lt=1)
    kind: Literal["alpha", "omega", "test_retest", "icc"]
    informant: str | None = None
    sample: str = ""


class Norm(_Sourced):
    """Mean and SD of a norm group; `gender` where it holds for girls or boys only."""

    mean: float
    sd: float = Field(gt=0)
    informant: str | None = None
    gender: Literal["girl", "boy"] | None = None
    group: str = ""
    n: int | None = None


class Cutoff(_Sourced):
    """A published clinical cut-off: the score from which on (in the worse direction) someone is in the clinical range."""

    value: float
    informant: str | None = None
    meaning: str = ""


class Instrument(BaseModel):
    """One questionnaire or measure.

    `minimum` and `maximum` bound the total score (None: no bound is known); `higher_is_better` gives the direction;
    `reliabilities`, `norms` and `cutoffs` are in order of preference, and the first verified one that fits the informant is used.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str
    minimum: float | None = None
    maximum: float | None = None
    range_verified: bool = False
    higher_is_better: bool
    ratio_scale: bool = Field(False, description="true when a score of zero means none of it, so that ratios mean something")
    items: int | None = None
    ages: str = ""
    licence: str = ""
    licence_nl: str = ""
    source: str = Field(min_length=3)
    notes: str = ""
    notes_nl: str = ""
    informants: tuple[str, ...] = ()
    reliabilities: tuple[Reliability, ...] = ()
    norms: tuple[Norm, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()

    @model_validator(mode="after")
    def _range_in_order(self) -> Instrument:
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("minimum must lie below maximum")
        return self

    @property
    def words(self) -> Words:
        """The name in both languages."""
        return Words(self.nl, self.en)

    @property
    def remarks(self) -> Words:
        """Notes in both languages; what was given in one language stands for both."""
        return Words(self.notes_nl or self.notes, self.notes or self.notes_nl)

    @property
    def terms(self) -> Words:
        """Terms of use in both languages."""
        return Words(self.licence_nl or self.licence, self.licence or self.licence_nl)

    def reliability(self, informant: str) -> Reliability | None:
        """The first verified reliability that fits the informant; None when no source was read."""
        return _first_verified(self.reliabilities, informant)

    def norm(self, informant: str) -> Norm | None:
        """The first verified norm for everyone that fits the informant."""
        return _first_verified([norm for norm in self.norms if norm.gender is None], informant)

    def norms_by_gender(self, informant: str) -> dict[str, Norm]:
        """The first verified norm of each gender that fits the informant; empty unless there is one for girls and one for boys."""
        of = {gender: [norm for norm in self.norms if norm.gender == gender] for gender in ("girl", "boy")}
        found = {gender: norm for gender, norms in of.items() if (norm := _first_verified(norms, informant)) is not None}
        return found if len(found) == len(of) else {}

    def cutoff(self, informant: str) -> Cutoff | None:
        """The first verified published cut-off that fits the informant."""
        return _first_verified(self.cutoffs, informant)


def _first_verified(entries, informant):
    return next((e for e in entries if e.verified and e.informant in (None, informant)), None)


@cache
def registry() -> dict[str, Instrument]:
    """All instruments by name, found by walking the folder.

    >>> registry()["cries-13"].reliability("self").value
    0.89
    """
    files = sorted(
        (f for f in resources.files("data_schemas.instruments").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name
    )
    return {f.name.removesuffix(".toml"): Instrument(**tomllib.loads(f.read_text(encoding="utf-8"))) for f in files}
