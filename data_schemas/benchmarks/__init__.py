"""Benchmarks: published effects of comparable care, one TOML file each in `data_schemas/benchmarks/`, with its source.

A benchmark answers "is this about what others find?"; it is never a criterion. People, instruments and settings differ, which the
report must say beside it. When not to use: as a control group, or with an estimate in another unit.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_schemas.words import Words

Unit = Literal["standardised_mean_change", "points", "share"]
Domain = Literal["posttraumatic_stress", "internalising", "externalising", "exploitation", "running_away", "new_victimisation"]


class Benchmark(BaseModel):
    """One published number.

    Parameters
    ----------
    estimate, ci_low, ci_high
        `standardised_mean_change` and `points`: change from baseline to a later moment, positive being improvement. `share`: of
        the people, those to whom it happened within `weeks`, between 0 and 1. No interval when none was published.
    instrument
        For `points`: the instrument of the registry on whose scale they are.
    verified
        True only when the source itself was read; nothing is compared with an unverified number.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str
    domain: Domain
    unit: Unit
    estimate: float
    ci_low: float | None = None
    ci_high: float | None = None
    n: int | None = Field(None, ge=1)
    weeks: int | None = Field(None, ge=1, description="length of follow-up of a share")
    instrument: str | None = None
    population: str = Field(min_length=3)
    design: str = Field(min_length=3)
    source: str = Field(min_length=3)
    verified: bool
    notes: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Benchmark:
        if (self.ci_low is None) != (self.ci_high is None):
            raise ValueError("give both ends of the interval, or none")
        if self.ci_low is not None and not self.ci_low <= self.estimate <= self.ci_high:
            raise ValueError("the estimate must lie within its interval")
        if self.unit == "share" and not (0 <= self.estimate <= 1 and self.weeks):
            raise ValueError("a share lies between 0 and 1 and needs its weeks of follow-up")
        if (self.unit == "points") != (self.instrument is not None):
            raise ValueError("points need the instrument on whose scale they are; other units have none")
        return self

    @property
    def words(self) -> Words:
        """The name in both languages."""
        return Words(self.nl, self.en)


@cache
def benchmarks() -> dict[str, Benchmark]:
    """All benchmarks by name, found by walking the folder.

    >>> benchmarks()["residential-internalising"].estimate
    0.45
    """
    files = (f for f in resources.files("data_schemas.benchmarks").iterdir() if f.name.endswith(".toml"))
    return {
        f.name.removesuffix(".toml"): Benchmark(**tomllib.loads(f.read_text(encoding="utf-8")))
        for f in sorted(files, key=lambda f: f.name)
    }
