"""The committee's criteria, one TOML file per version in `data_schemas/criteria/`.

The toolkit says per criterion what the data show and cannot show. It never says whether a criterion is met: the committee decides.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from data_schemas.words import Words

Figure = Literal[
    "design", "studies", "change", "comparison", "attrition", "balance", "follow_up", "replication", "integrity", "none"
]


class Criterion(BaseModel):
    """One criterion.

    `verified` is True only when its wording was read in a document of the committee or a partner institute; `judged_by` says
    whether data can bear on it at all; `figures` names what the evidence has to offer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    level: Literal["well_founded", "effective", "first_indications", "good_indications", "strong_indications"]
    nl: str
    en: str
    source: str = Field(min_length=3)
    verified: bool
    judged_by: Literal["data", "people"]
    figures: tuple[Figure, ...] = ()

    @property
    def words(self) -> Words:
        """The criterion in both languages."""
        return Words(self.nl, self.en)


class Criteria(BaseModel):
    """One version of the criteria."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    nl: str
    en: str
    source: str
    criteria: tuple[Criterion, ...]


@cache
def criteria_versions() -> dict[str, Criteria]:
    """All versions by name, found by walking the folder.

    >>> sorted(criteria_versions())
    ['joint-2013-2018']
    """
    files = (f for f in resources.files("data_schemas.criteria").iterdir() if f.name.endswith(".toml"))
    found = (Criteria(**tomllib.loads(f.read_text(encoding="utf-8"))) for f in files)
    return {one.version: one for one in sorted(found, key=lambda one: one.version)}
