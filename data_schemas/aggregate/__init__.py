"""An aggregate: what a provider sends for pooling in place of rows, as counts and sums that a person can read.

One JSON file. Its hash is over its canonical form (sorted keys, no white space, everything but hash and signature); its signature over that hash.
"""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from data_schemas.instruments import Instrument
from data_schemas.submission import Label

Form = Literal["rounded", "exact"]
Cell = str | int | float | None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CountTable(_Part):
    """A table of kinds of people, each with how many there are (`n`)."""

    columns: tuple[str, ...] = Field(description="names of the columns")
    rows: tuple[tuple[Cell, ...], ...] = Field(description="one row per kind of people")


class Described(_Part):
    """What a submission says of itself, for the report."""

    name: str = Field(description="short name of the submission")
    title: Label | None = Field(None, description="its title")
    source: str = Field("", description="where the data come from")
    nature: Literal["practice", "public", "fictional"] = Field(description="a provider's own data, published data, or made up")
    warnings: tuple[tuple[str, int], ...] = Field(
        (), description="rules that did not hold, and for how many rows (rounded: in bands, few rows not at all)"
    )
    rows: dict[str, int] = Field(default_factory=dict, description="rows per table (rounded: in bands), for shares of warnings")


class Signature(_Part):
    """Who vouches for it: an Ed25519 signature (RFC 8032) over `sha256`."""

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$", description="the public key, hexadecimal")
    value: str = Field(pattern=r"^[0-9a-f]{128}$", description="the signature, hexadecimal")


class Aggregate(_Part):
    """The content of an aggregate's file.

    `rounded`: what may leave, counted in bands and rounded as a release is. `exact`: for those who may see exact sums, under an agreement of
    their own; some of its rows can be about one person.
    """

    format: Literal["2"] = "2"
    form: Form = Field(description="rounded: may leave; exact: for those who may see exact sums")
    edition: Literal["public", "committee", "internal"] = Field(
        description="by whose rules it was rounded; internal: not at all"
    )
    threshold: int = Field(description="the smallest count in it; 0 when it is exact")
    plan: str = Field(description="hash of the plan")
    contract: str = Field(description="hash of tables, code lists and instruments")
    instruments: dict[str, Instrument] = Field(description="the plan's instruments, as they were used")
    submissions: tuple[Described, ...] = Field(description="what it was made of")
    labels: dict[str, Label] = Field(description="words for names of arms, programmes and providers")
    people: CountTable = Field(description="how many, per provider, programme, arm and the descriptors that the plan uses")
    described: CountTable = Field(
        description="how many per provider, programme, arm and category of a descriptor that stands by itself"
    )
    events: CountTable | None = Field(
        description="per cell of `people`: week of entry, week of the first event or of the end of follow-up, which of the two, how many"
    )
    scores: dict[str, CountTable] = Field(
        description="per outcome and cell of `people`: who was measured when, how many, means, sums of squares and products around them"
    )
    pairs: dict[str, CountTable] = Field(
        default_factory=dict,
        description="per outcome, moment and kind of people: a baseline and a later score, how many; exact only: who changed reliably hangs on "
        "everybody's scores",
    )
    bands: CountTable | None = Field(
        None,
        description="rounded only: per cell, what ended follow-up and week of the grid how many there can have been by then, at least and at most",
    )
    flow: CountTable | None = Field(
        None,
        description="rounded only: per outcome, moment and arm who was received, who is eligible and who of them is analysed",
    )
    held_back: tuple[str, ...] = Field((), description="what is not in it because too few people stand behind it")
    ledger: bool = Field(
        False,
        description="whether whoever made it compared it with earlier releases and remembers it; an exact one is no release",
    )
    marks: tuple[str, ...] = Field(
        description="keyed hashes by which people who are in two aggregates can be noticed; exact: one each, rounded: a sketch"
    )
    sha256: str = Field("", description="hash of everything above, in canonical form")
    signature: Signature | None = Field(None, description="signature over the hash")

    def digest(self) -> str:
        """SHA-256 over everything but hash and signature."""
        content = self.model_dump(mode="json", exclude={"sha256", "signature"})
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def aggregate_json(one: Aggregate) -> str:
    """The file's text: a line per key, and a line per row of a table, so that a person can read it.

    >>> table = CountTable(columns=("arm", "n"), rows=(("a", 12), ("b", 15)))
    >>> print(_lines(table.model_dump(mode="json"), 0))
    {
     "columns": ["arm", "n"],
     "rows": [
      ["a", 12],
      ["b", 15]
     ]
    }
    """
    return _lines(one.model_dump(mode="json"), 0) + "\n"


def _lines(value: object, depth: int) -> str:
    inside, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict) and value:
        parts = (f"{json.dumps(key, ensure_ascii=False)}: {_lines(value[key], depth + 1)}" for key in sorted(value))
        return "{" + inside + f",{inside}".join(parts) + end + "}"
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[" + inside + f",{inside}".join(_lines(part, depth + 1) for part in value) + end + "]"
    return json.dumps(value, ensure_ascii=False)


def aggregate_schema() -> str:
    """The JSON Schema of an aggregate, as it stands in `data_schemas/aggregate.schema.json`."""
    return json.dumps(Aggregate.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
