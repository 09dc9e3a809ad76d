"""What each column of an export becomes: what a program proposes, a page shows, and an owner points at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.anonymising.drafting.looks import Looks, Order

KEY_NAME = "geheim.key"
# What a column can become besides a column of the contract.
IDENTITY, START, SCORE, WEEK_OF, HAPPENED = "identity", "start", "score", "week_of", "happened"
OTHERS: dict[str, Words] = {
    IDENTITY: Words("wie het is (wordt een code)", "who it is (becomes a code)"),
    START: Words("startdatum van de behandeling", "date on which treatment started"),
    SCORE: Words("score van één vragenlijst op één moment", "score of one questionnaire at one moment"),
    WEEK_OF: Words("datum van één meetmoment", "date of one moment of measurement"),
    HAPPENED: Words("datum van één soort gebeurtenis", "date of one kind of event"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one column becomes.

    Parameters
    ----------
    what
        Empty: it is left out. One of `OTHERS`, or a column of the contract such as `treatments.gender`.
    instrument, informant, moment
        Of a score; `moment` of a date of measurement too. Empty where another column of the same rows says it.
    event
        Of a date of one kind of event.
    codes
        The contract's code for each own code; empty text where it is not known yet.
    """

    what: str = ""
    instrument: str = ""
    informant: str = ""
    moment: str = ""
    event: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> tuple[str, str] | None:
        """Table and column of the contract; None for anything else."""
        table, dot, column = self.what.partition(".")
        return (table, column) if dot and table in tables() and column in tables()[table].names else None


@dataclass(frozen=True, slots=True)
class Block:
    """A table of the export, or its rows of one kind.

    `fixed` holds what is the same in all its rows, by column of the contract (`measurements.instrument`).
    """

    table: str
    where: Mapping[str, tuple[str, ...]]
    looks: Mapping[str, Looks]
    meanings: Mapping[str, Meaning]
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What it is called: the table, and which rows of it; rows of no kind are the table itself."""
        kinds = [", ".join(value for value in values if value) for values in self.where.values()]
        return " / ".join([self.table, *filter(None, kinds)])

    def headers(self, what: str) -> list[str]:
        """The columns that become this."""
        return [header for header, meaning in self.meanings.items() if meaning.what == what]

    def makes(self, table: str) -> bool:
        """Whether its rows become rows of a table of the contract."""
        if table == "treatments":
            return bool(self.headers(START))
        if table == "measurements":
            return bool(self.headers("measurements.score") or self.headers(SCORE))
        return bool(self.headers("events.week_from") or self.headers("events.event") or self.headers(HAPPENED))

    def asked(self) -> list[str]:
        """Columns of the contract that must have a value in its rows and that no column gives."""
        found = []
        if self.makes("treatments"):
            found += [f"treatments.{name}" for name in ("provider", "programme", "arm")]
        if self.headers("measurements.score"):
            found += ["measurements.instrument", "measurements.informant", "measurements.moment"]
        elif any(not self.meanings[header].moment for header in self.headers(SCORE)):
            found.append("measurements.moment")
        if self.makes("events"):
            found += ([] if self.headers(HAPPENED) else ["events.event"]) + ["events.certainty"]
        return [name for name in found if not self.headers(name)]


@dataclass(frozen=True, slots=True)
class Pointing:
    """A whole export pointed at.

    Parameters
    ----------
    order
        How its dates are written.
    which
        Which row counts of a person who has several in the table with the start (see `Treatments.which`); empty for none.
    followed
        `end`: whether anything happened is known up to the end of treatment, where no column says up to when.
    """

    blocks: tuple[Block, ...]
    name: str = "inzending"
    key: str = KEY_NAME
    order: Order = "dmy"
    k: int = 5
    which: str = ""
    followed: str = ""

    @property
    def asks_followed(self) -> bool:
        """Whether there are events, and no column says up to when they are known."""
        told = any(block.headers("treatments.follow_up_weeks") for block in self.blocks)
        return any(block.makes("events") for block in self.blocks) and not told

    def columns(self) -> Iterator[tuple[int, str, Meaning]]:
        """Every column with the place of its block."""
        for place, block in enumerate(self.blocks):
            for header, meaning in block.meanings.items():
                yield place, header, meaning

    def with_meanings(self, meanings: Mapping[tuple[int, str], Meaning], fixed: Mapping[tuple[int, str], str]) -> Pointing:
        """The same export with other answers; columns and fixed values that are not named keep theirs."""
        blocks = []
        for place, block in enumerate(self.blocks):
            mine = {header: meanings.get((place, header), meaning) for header, meaning in block.meanings.items()}
            said = {**block.fixed, **{name: text for (at, name), text in fixed.items() if at == place}}
            blocks.append(replace(block, meanings=mine, fixed=said))
        return replace(self, blocks=tuple(blocks))
