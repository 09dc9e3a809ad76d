"""What an analysis hands over: declared for disclosure control, exact until `evaluation/release/door.py` has seen it.

An analysis gives counts and estimates. *Tallies* are people counts, their sums and shares. *Weekly tallies* are counts from
which a curve and all that belongs to it follow: disclosure control rounds the counts, and the same `derive` makes the records of
rows from rounded counts that makes them from exact ones, so that there is nothing exact left to leak. *Estimates* are means, effects and
tests: they leave only with enough people and degrees of freedom behind them, rounded to what their own standard error supports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from data_schemas.evidence import RESULT_COLUMNS, NumberKind
from data_schemas.words import Words

MeasureKind = Literal["count", "share", "response", "derived", "magnitude", "model", "test", "internal"]
ROW_COLUMNS = (
    *(name for name in RESULT_COLUMNS if name != "status"),
    "residual_df",
    "largest_share",
    "fewest",
    "least",
    "most",
    "population",
)
TEXT_COLUMNS = ("analysis", "outcome", "measure", "arm", "subgroup", "time", "unit", "method", "population")

INSIDE, WITHHELD, COMPARED, MISSING = "inside", "withheld", "compared", "missing"
STAYED_AND_LOST = "stayed - lost"
"""What stands for two arms in a row that compares who is analysed with all others who have a baseline."""

Record = Mapping[str, object]
"""One row by the names in `ROW_COLUMNS`; text that is not given is empty, a number that is not given is missing."""


class Declared(NamedTuple):
    """What a measure is for disclosure control, what people call it, and how its number is written.

    `count`: people (or events), rounded. `share`: one count over another, from rounded counts. `response`: a share or difference that
    follows from how many were reached and how many measured, whatever the ends of these bands are: who did not fill in a list is
    not told by what others did. `derived`: follows from weekly
    counts, so from rounded ones. `magnitude`: a mean, spread or effect of people's scores. `model`: an estimate with its degrees
    of freedom. `test`: a statistic with its p. `internal`: an estimate or test beside the planned one, for whoever holds the data; never
    part of a release.
    """

    kind: MeasureKind
    words: Words
    number: NumberKind


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Disjoint counts of people, and the rows that follow from them.

    Parameters
    ----------
    counts
        Whole numbers; one entry per disjoint group of people (categories), so that nobody is counted twice.
    derive
        Counts of the same shape in, records of rows out, of which `n`, `events` and the `estimate` of a count are sums of some of
        them: the door rounds each, and audits what all sums together give away. Asked many times, so a frame is made by whoever
        wants one.
    labels
        For tests and audits: what each count counts.
    population
        Whom all counts together are: `everyone` and `eligible` are the same people for every outcome, any other name (`analysed`,
        `measured`) the same for one outcome and moment. Empty: people of no other table. Tables are linked by this name and never by
        equal sizes: that nobody was lost would show in what is held back.
    parts
        Which counts (boolean, shape of `counts`) are together such a population themselves, by its name.
    measured
        The same of who filled in a list, by its moment, where that is told exactly: some of the counts then follow from it. In bands it is
        not counted in, as who filled in a list is not guarded.
    also
        Which counts (boolean, shape of `counts`) are together people whom another table about the same people counts too, by a
        name for them: who recovered is the same number wherever it stands. A name that begins with "nearly" is of people who are
        the same but for a few.
    at_providers
        The smallest number of people of an arm at any provider who are counted, or are not, where rows `_clustered` say how far providers lie apart.
    sensitive
        Whether a small count says something of someone; not how many filled in a list.
    """

    counts: np.ndarray
    derive: Callable[[np.ndarray], list[Record]] = field(repr=False)
    labels: tuple[str, ...] = ()
    population: str = ""
    parts: Mapping[str, np.ndarray] = field(default_factory=dict)
    sensitive: bool = True
    also: Mapping[str, np.ndarray] = field(default_factory=dict)
    measured: Mapping[str, np.ndarray] = field(default_factory=dict)
    at_providers: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyTally:
    """Counts per week for each of several disjoint groups, and the rows that follow from them.

    Parameters
    ----------
    groups
        Names of the groups.
    events
        Shape (groups, causes, weeks): first events in each week, week 0 first.
    censored
        Shape (groups, weeks): people whose follow-up ended in that week without an event.
    horizons
        Weeks at which the plan reads the curve; a released curve steps at these and on a regular grid only.
    derive
        (events, censored, weeks at which rows are wanted) in, records of rows out; with late entry the entered people come last. Must
        accept rounded counts.
    entered
        Shape (groups, weeks): people who came under observation after that week (week 0: followed from the start); None when
        the plan leaves out who came later.
    causes
        The outcome of each cause; people were selected for the first. Those of the rows, when not given.
    population
        As which population they were selected (`Tally`).
    at_providers
        As in a tally, of who had an event and who had none.
    smooth
        The rows follow from a form that is fitted to all counts at once, so that no extreme of these is one of theirs.
    divides
        The first cause is the event of the curve with one cause about the same people, and the others only end follow-up: who had none
        of them is then part of who had not the first.
    """

    groups: tuple[str, ...]
    events: np.ndarray
    censored: np.ndarray
    horizons: tuple[int, ...]
    derive: Callable[..., list[Record]] = field(repr=False)
    entered: np.ndarray | None = None
    causes: tuple[str, ...] = ()
    divides: bool = False
    population: str = "analysed"
    smooth: bool = False
    at_providers: int = 0

    @property
    def late(self) -> tuple[np.ndarray, ...]:
        """The entered people when the plan counts who came late, for the end of the arguments of `derive`."""
        return () if self.entered is None else (self.entered,)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The exact answer of one analysis.

    Parameters
    ----------
    analysis
        Its name.
    measures
        Every measure that may occur in the rows, as declared. A measure that is not declared cannot leave.
    estimates
        Rows of magnitudes, model estimates and tests (columns `ROW_COLUMNS`): `n` people behind each, `std_error` on the scale of the
        estimate, and `df` of its t interval or of a test, where there are any. `residual_df`, where the interval is not by t or the
        statistic is chi-squared, or covariates have categories of hardly anybody, is what is left beside the parameters, for the door.
        `largest_share`, for sums and means of amounts, sessions or weeks, is the share of the total that the largest contributor has (0 to 1;
        the door holds back what one person dominates). `fewest`, where the number rests on how many of single providers had an event, or did
        not, is the smallest of these counts. `least` and `most`: between what the estimated number can lie, for limits that are rounded
        outwards.
        `population` as in a tally; those analysed, when it is not given. `INSIDE` is for rows of which no release of any size has a number, and so
        has no row; `WITHHELD` for what here follows from counts that are nowhere published, `MISSING` for what says how many are missing, and
        has a row only in an edition that tells that, and `COMPARED` for a row whose `subgroup` names what is compared, not whom it is about.
    tallies, weekly
        Counts with the rows that follow from them.
    filled
        By outcome, by outcome and moment with a blank between, or by what stands in `subgroup`, how many people have it filled in, of what has
        rows only where anybody has: in a release, where as many as its threshold have.
    """

    analysis: str
    measures: Mapping[str, Declared]
    estimates: pd.DataFrame
    tallies: tuple[Tally, ...] = ()
    weekly: tuple[WeeklyTally, ...] = ()
    filled: Mapping[str, int] = field(default_factory=dict)

    @property
    def internal(self) -> frozenset[str]:
        """Measures for whoever holds the data."""
        return frozenset(name for name, declared in self.measures.items() if declared.kind == "internal")

    def hardly(self, threshold: int) -> frozenset[str]:
        """What fewer people than that have filled in."""
        return frozenset(name for name, count in self.filled.items() if count < threshold)


def plain_columns(records: Sequence[Record], names: Iterable[str] = ROW_COLUMNS[1:]) -> dict[str, np.ndarray]:
    """Records as plain arrays, all but the name of the analysis: text as objects, numbers as floats.

    >>> found = plain_columns([{"arm": "all", "estimate": 52}], ["arm", "time", "estimate", "p_value"])
    >>> {name: column.tolist() for name, column in found.items()}
    {'arm': ['all'], 'time': [''], 'estimate': [52.0], 'p_value': [nan]}
    """
    return {
        name: np.array([text if type(text := record.get(name, "")) is str else _text(text) for record in records], object)
        if name in TEXT_COLUMNS
        else np.array([record.get(name, np.nan) for record in records], float)
        for name in names
    }


def rows(analysis: str, records: Sequence[Record]) -> pd.DataFrame:
    """Result rows from records, as a frame.

    >>> rows("flow", [{"measure": "received", "arm": "all", "estimate": 52}])["estimate"].tolist()
    [52.0]
    """
    return frame_of({"analysis": np.full(len(records), analysis, object), **plain_columns(records)})


def frame_of(columns: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A frame of plain columns.

    >>> frame_of({"arm": np.array(["a", "b"], object), "n": np.array([11.0, 12.0])}).dtypes.astype(str).tolist()
    ['str', 'float64']
    """
    size = len(next(iter(columns.values())))
    texts = [name for name, column in columns.items() if column.dtype == object]
    # one array for all columns of text: making one costs more than its values do
    text = pd.array([value for name in texts for value in columns[name]], dtype="str")
    found = {name: text[number * size :][:size] for number, name in enumerate(texts)}
    return pd.DataFrame({name: found.get(name, column) for name, column in columns.items()}, copy=False)


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
