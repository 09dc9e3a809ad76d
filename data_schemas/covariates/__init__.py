"""Covariates of a provider's own: what the contract lacks and a comparison needs, such as age in years, declared in the manifest.

They are columns of `treatments` like any other from there on: typed, checked, counted among what could identify someone, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_schemas.codelists import Code, CodeList
from data_schemas.column import Column, Table
from data_schemas.words import Words

PEOPLE = "treatments"
MOST = 12
"""As many as this: every one more tells people apart, and none of them was agreed on."""
OwnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
OwnCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class OwnLabel(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=80)


class OwnCovariate(BaseModel):
    """One covariate of the provider's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str = Field(min_length=1, max_length=80)
    en: str = Field(min_length=1, max_length=80)
    kind: Literal["whole", "number", "code"]
    minimum: float | None = Field(None, allow_inf_nan=False, description="lowest possible value of a number")
    maximum: float | None = Field(None, allow_inf_nan=False, description="highest possible value of a number")
    unit: OwnLabel | None = None
    codes: dict[OwnCode, OwnLabel] = Field(default_factory=dict, description="every value that a code can have, with its words")
    role: Literal["confounder", "description"] = Field(
        description="confounder: a plan may make arms alike in it; description: it only describes who they are"
    )
    risk: Literal["none", "quasi", "sensitive"] = Field(
        description="quasi: can point at a person together with other columns; sensitive: says something private; none: neither"
    )

    @model_validator(mode="after")
    def _whole(self) -> OwnCovariate:
        bounded = self.minimum is not None and self.maximum is not None and self.minimum < self.maximum
        coded = len(self.codes) >= 2 and self.minimum is None and self.maximum is None
        if not (coded if self.kind == "code" else bounded and not self.codes):
            raise ValueError("a number needs a minimum below its maximum, a code at least two codes")
        return self


@dataclass(frozen=True, slots=True)
class OwnColumn(Column):
    """A column that a manifest declares, with the codes that it declares; `place` is its number among these."""

    own_codes: CodeList | None = None
    place: int = 0

    @property
    def codes(self) -> CodeList | None:
        """The declared list of values, for `kind="code"`."""
        return self.own_codes

    def unnamed(self) -> OwnColumn:
        """The same, called by its number: a name that someone made up is repeated nowhere."""
        return replace(self, label=shown(self.place))


def shown(place: int) -> Words:
    """What an own covariate is called where its name may not be repeated.

    >>> shown(2).en
    'own covariate 2'
    """
    return Words(f"eigen kenmerk {place}", f"own covariate {place}")


def own_columns(declared: Mapping[str, OwnCovariate]) -> Iterator[OwnColumn]:
    """The columns that a manifest declares, in its order."""
    for place, (name, one) in enumerate(declared.items(), start=1):
        label = Words(one.nl, one.en)
        codes = tuple(Code(code, Words(words.nl, words.en)) for code, words in one.codes.items())
        yield OwnColumn(
            name,
            label,
            label,
            one.kind,
            needed=True,
            minimum=one.minimum,
            maximum=one.maximum,
            unit=Words(one.unit.nl, one.unit.en) if one.unit else None,
            risk=one.risk,
            own_codes=CodeList(name, label, codes) if codes else None,
            place=place,
        )


def with_own(table: Table, declared: Mapping[str, OwnCovariate], *, named: bool = True) -> Table:
    """The table of people with the covariates that a manifest declares; any other table as it is."""
    if table.name != PEOPLE or not declared:
        return table
    own = tuple(column if named else column.unnamed() for column in own_columns(declared))
    return replace(table, columns=(*table.columns, *own))
