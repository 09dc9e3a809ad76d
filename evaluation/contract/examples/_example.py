"""How an example is declared: who, what and in which words; the files follow."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from itertools import chain

from data_schemas.words import Lang, Words

Row = Mapping[str, object]

_MANIFEST = """\
contract = "1"
name = "{name}"
nature = "{nature}"
source = "{source}"

[title]
nl = "{title.nl}"
en = "{title.en}"

[labels]
{labels}
"""
_LABEL = '{code} = {{ nl = "{words.nl}", en = "{words.en}" }}'
_PLAN = """\
contract = "1"
title = "{title}"
question = "{question}"
programme = "{programme}"
design = "{design}"
{more}seed = {seed}

[estimand]
population = "{population}"
treatment = "{treatment}"
intercurrent_events = "{intercurrent_events}"
outcome = "{outcome}"
summary = "{summary}"

{asks}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an example's plan asks, in words: its title (None: the example's own), the question and the estimand."""

    title: Words | None = None
    question: Words
    population: Words
    treatment: Words
    intercurrent_events: Words
    outcome: Words
    summary: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example submission with its plan.

    Parameters
    ----------
    nature, source, title, labels
        As in `submission.toml`; labels for every arm, provider and programme.
    provider, programme, design, seed
        One of each; the rows of treatments may name another provider.
    words, asks, more
        The plan's words; its parts as TOML (outcomes, comparison, conditions); and further keys above them.
    rows
        The rows of each table, made when they are asked for; a table's columns are those of its first row.
    shown_in_demo
        Whether `evaluation demo` takes it down the whole road.
    """

    name: str
    title: Words
    nature: str = "public"
    source: str
    labels: Mapping[str, Words]
    provider: str = "public-trial"
    programme: str
    design: str = "experimental"
    seed: int
    words: Asked
    asks: str
    more: str = ""
    rows: Callable[[], Mapping[str, Iterable[Row]]] = field(repr=False)
    shown_in_demo: bool = False

    def tables(self) -> dict[str, str]:
        """CSV text per table."""
        tables = dict(self.rows())
        fixed = {"provider": self.provider, "programme": self.programme}
        tables["treatments"] = ({"client": row["client"]} | fixed | row for row in tables["treatments"])
        return {name: as_csv(rows) for name, rows in tables.items()}

    @property
    def manifest(self) -> str:
        """The text of `submission.toml`."""
        labels = "\n".join(_LABEL.format(code=code, words=words) for code, words in self.labels.items())
        return _MANIFEST.format(name=self.name, nature=self.nature, source=self.source, title=self.title, labels=labels)

    def plan(self, lang: Lang) -> str:
        """The text of `plan.toml`, not locked."""
        words = {name: (getattr(self.words, name) or self.title)[lang] for name in Asked.__slots__}
        fixed = {"programme": self.programme, "design": self.design, "seed": self.seed, "more": self.more, "asks": self.asks}
        return _PLAN.format(**words, **fixed)


def as_csv(rows: Iterable[Row]) -> str:
    """CSV text with a comma and line feeds; nothing becomes an empty cell."""
    rows = iter(rows)
    first = next(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, first.keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(chain([first], rows))
    return out.getvalue()


def public_rows(file: str) -> list[dict[str, str]]:
    """The rows of a public data file that comes with this package."""
    text = resources.files(__package__).joinpath("data", file).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def scores(
    people: Iterable[tuple[str, Mapping[str, str]]], columns: Mapping[str, tuple[str, str, str]]
) -> Iterator[dict[str, str]]:
    """Rows of measurements from one row per person: of each column its instrument, informant and moment; empty cells are left out."""
    for client, person in people:
        for column, (instrument, informant, moment) in columns.items():
            if person[column]:
                yield {
                    "client": client,
                    "instrument": instrument,
                    "informant": informant,
                    "moment": moment,
                    "score": person[column],
                }


def age_group(years: str) -> str:
    """The contract's age group of an age in years."""
    age = int(years)
    bounds = ((12, "under_12"), (14, "12_13"), (16, "14_15"), (18, "16_17"), (21, "18_20"), (24, "21_23"))
    return next((code for bound, code in bounds if age < bound), "24_or_older")
