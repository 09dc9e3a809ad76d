"""How well young people hide among others with the same descriptors: k-anonymity and l-diversity.

A group is everyone with the same combination of quasi-identifiers. k is the size of the smallest group (Sweeney 2002,
International Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 10(5), 557-570); l is the smallest number of
different values of a sensitive column within a group (Machanavajjhala et al. 2007, ACM TKDD 1(1), article 3: distinct
l-diversity). Missing values count both ways: as a value of their own, and as one that may be anything, so that a row hides
among all that it does not contradict.

Everything is counted on the distinct combinations, of which there are few, never on the rows again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from data_schemas.column import Column, Table
from data_schemas.words import Words

# Groups below this size are reported. Our own choice; a release has its own, higher threshold.
SMALLEST_GROUP = 5
UNKNOWN = ("unknown",)
_BROAD_AGES = {"under_12": 0, "12_13": 0, "14_15": 1, "16_17": 1, "18_20": 2, "21_23": 2, "24_or_older": 2}


@dataclass(frozen=True, slots=True)
class Grouping:
    """Size of the smallest group, and how many groups and people lie below the wanted size."""

    k: int
    small_groups: int
    small_people: int


@dataclass(frozen=True, slots=True)
class Diversity:
    """One sensitive column: fewest different values in a group, and the groups in which everyone has the same known value.

    Parameters
    ----------
    l_own, l_any
        With missing as a value of its own; with missing as one that may equal any other, so that it adds nothing.
    """

    column: str
    l_own: int
    l_any: int
    uniform_groups: int


@dataclass(frozen=True, slots=True)
class Repair:
    """The mildest coarsening that was found: what it does, and the k that it gives."""

    steps: tuple[Words, ...]
    k: int


@dataclass(frozen=True, slots=True)
class Anonymity:
    """What a privacy officer wants to know of one table of people.

    Parameters
    ----------
    people, columns, sensitive
        How many rows; the quasi-identifiers and the sensitive columns that were handed in.
    groups
        Number of groups.
    own, any
        With missing as a value of its own, and as one that may be anything.
    without
        Per quasi-identifier the people who would be in small groups if it were left out: the lower, the more it singles out.
    smallest
        The fewest quasi-identifiers that together already make a small group; empty when none do.
    repair
        None when nothing needs repair, or when even leaving out every quasi-identifier would not do.
    """

    people: int
    columns: tuple[str, ...]
    groups: int
    wanted: int
    own: Grouping
    any: Grouping
    without: tuple[tuple[str, int], ...]
    smallest: tuple[str, ...]
    repair: Repair | None
    diversity: tuple[Diversity, ...]


def anonymity(table: Table, frame: pd.DataFrame, wanted: int = SMALLEST_GROUP) -> Anonymity | None:
    """Count the groups of one table of people.

    Parameters
    ----------
    table
        Which columns are quasi-identifiers and which are sensitive (`Column.risk`).
    frame
        Typed rows, one per person; coded columns are categoricals.
    wanted
        Groups below this size are small.

    Returns
    -------
    Anonymity or None
        None when there are no rows or no quasi-identifiers with anything in them.

    >>> from data_schemas.tables import tables
    >>> kinds = {"gender": pd.CategoricalDtype(["girl", "boy", "other", "unknown"])}
    >>> people = pd.DataFrame({"gender": ["girl", "girl", "boy", None]}).astype(kinds)
    >>> found = anonymity(tables()["treatments"], people, wanted=2)
    >>> found.own, found.any
    (Grouping(k=1, small_groups=2, small_people=2), Grouping(k=2, small_groups=0, small_people=0))
    """
    quasi = _there(table, frame, "quasi")
    if len(frame) == 0 or not quasi:
        return None
    codes = np.column_stack([_codes(frame[column.name]) for column in quasi])
    key, sizes = _packed(codes)
    distinct, first, group, counts = _combinations(key, sizes)
    patterns = codes[first]
    own = _grouping(counts, counts, wanted)
    return Anonymity(
        people=len(frame),
        columns=tuple(column.name for column in quasi),
        groups=len(distinct),
        wanted=wanted,
        own=own,
        any=_grouping(_compatible(patterns, counts), counts, wanted),
        without=tuple(
            (column.name, _below(np.delete(patterns, place, axis=1), counts, wanted)) for place, column in enumerate(quasi)
        ),
        smallest=_smallest_combination(patterns, counts, wanted, quasi) if own.k < wanted else (),
        repair=_repair(patterns, counts, wanted, quasi, frame) if own.k < wanted else None,
        diversity=tuple(_diversity(column, frame[column.name], group, counts) for column in _there(table, frame, "sensitive")),
    )


def _there(table: Table, frame: pd.DataFrame, risk: str) -> list[Column]:
    """Coded columns of this risk that have anything in them."""
    return [
        column
        for column in table.columns
        if column.risk == risk
        and column.name in frame
        and isinstance(frame[column.name].dtype, pd.CategoricalDtype)
        and (_codes(frame[column.name]) >= 0).any()
    ]


def _codes(column: pd.Series) -> np.ndarray:
    """Position of each value; -1 where it is empty or unknown."""
    position = np.arange(len(column.cat.categories) + 1, dtype=np.int32)
    position[-1] = -1
    position[:-1][column.cat.categories.isin(UNKNOWN)] = -1
    return position[column.cat.codes.to_numpy()]


def _packed(codes: np.ndarray) -> tuple[np.ndarray, int]:
    """One whole number per row for its combination of codes, and how many different ones there could be."""
    key, size = np.zeros(len(codes), np.int64), 1
    for column in codes.T:
        width = int(column.max(initial=-1)) + 2
        key, size = key * width + (column + 1), size * width
    return key, size


def _combinations(key: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Distinct keys, a row of each, the group of every row, and the size of every group; counted where that is quicker."""
    if size > 4 * len(key) + 1_000_000:
        return np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    counts = np.bincount(key, minlength=1)
    distinct = np.flatnonzero(counts)
    number = np.zeros(len(counts), np.int32)
    number[distinct] = np.arange(len(distinct))
    first = np.zeros(len(counts), np.int64)
    first[key] = np.arange(len(key))
    return distinct, first[distinct], number[key], counts[distinct]


def _grouping(hidden_among: np.ndarray, counts: np.ndarray, wanted: int) -> Grouping:
    small = hidden_among < wanted
    return Grouping(int(hidden_among.min()), int(small.sum()), int(counts[small].sum()))


def _totals(patterns: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Per combination, how many people share it."""
    key, size = _packed(patterns)
    _, _, group, _ = _combinations(key, size)
    return np.bincount(group, counts)[group].astype(np.int64)


def _below(patterns: np.ndarray, counts: np.ndarray, wanted: int) -> int:
    """People in groups below the wanted size."""
    return int(counts[_totals(patterns, counts) < wanted].sum())


def _compatible(patterns: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Per combination, how many people it does not contradict: equal wherever both are known.

    Combinations are taken together by which of their columns are known; two such kinds are compared on the columns that
    both know. With six columns that is at most 64 times 64 comparisons of small tables.
    """
    known = patterns >= 0
    kind = known @ (1 << np.arange(patterns.shape[1]))
    found = np.zeros(len(patterns), np.int64)
    members = {mask: np.flatnonzero(kind == mask) for mask in np.unique(kind)}
    for mine, rows in members.items():
        for theirs, others in members.items():
            shared = [place for place in range(patterns.shape[1]) if mine & theirs & (1 << place)]
            both = np.concatenate([rows, others])
            key, size = _packed(patterns[both][:, shared]) if shared else (np.zeros(len(both), np.int64), 1)
            _, _, group, _ = _combinations(key, size)
            total = np.bincount(group[len(rows) :], counts[others], minlength=int(group.max()) + 1)
            found[rows] += total[group[: len(rows)]].astype(np.int64)
    return found


def _smallest_combination(patterns: np.ndarray, counts: np.ndarray, wanted: int, quasi: Sequence[Column]) -> tuple[str, ...]:
    """The fewest columns that make a small group; among equals, those that put most people in one."""
    worst: tuple[tuple[int, int], tuple[int, ...]] | None = None
    for chosen in product((False, True), repeat=len(quasi)):
        places = tuple(place for place, taken in enumerate(chosen) if taken)
        if places and (people := _below(patterns[:, places], counts, wanted)):
            rank = (len(places), -people)
            worst = min(worst, (rank, places)) if worst else (rank, places)
    return tuple(quasi[place].name for place in worst[1]) if worst else ()


def _repair(
    patterns: np.ndarray, counts: np.ndarray, wanted: int, quasi: Sequence[Column], frame: pd.DataFrame
) -> Repair | None:
    """The fewest steps of coarsening after which no group is small, over all combinations of steps per column."""
    ladders = [_ladder(column, patterns[:, place], frame[column.name]) for place, column in enumerate(quasi)]
    for levels in sorted(product(*(range(len(ladder)) for ladder in ladders)), key=sum):
        chosen = [ladder[level] for ladder, level in zip(ladders, levels)]
        left = [codes for _, codes in chosen if codes is not None]
        totals = _totals(np.column_stack(left), counts) if left else np.array([counts.sum()])
        if totals.min() >= wanted:
            return Repair(tuple(words for words, _ in chosen if words), int(totals.min()))
    return None


def _ladder(column: Column, codes: np.ndarray, values: pd.Series) -> list[tuple[Words | None, np.ndarray | None]]:
    """A column at each step from as it is to left out (None)."""
    steps: list[tuple[Words | None, np.ndarray | None]] = [(None, codes)]
    names = list(values.cat.categories)
    if column.kind == "period":
        years = sorted({name[:4] for name in names})
        year = np.array([years.index(name[:4]) for name in names] + [-1])
        words = Words(f"{column.label.nl}: alleen het jaar", f"{column.label.en}: the year alone")
        steps.append((words, year[codes]))
    if column.name == "age_group":
        broad = np.array([_BROAD_AGES.get(name, -1) for name in names] + [-1])
        words = Words(
            f"{column.label.nl}: tot 14, 14 tot en met 17, 18 en ouder", f"{column.label.en}: under 14, 14 to 17, 18 and older"
        )
        steps.append((words, broad[codes]))
    left_out = Words(f"{column.label.nl}: weglaten", f"{column.label.en}: left out")
    return [*steps, (left_out, None)]


def _diversity(column: Column, values: pd.Series, group: np.ndarray, counts: np.ndarray) -> Diversity:
    codes = _codes(values)
    width = len(values.cat.categories) + 1
    table = np.bincount(group.astype(np.int64) * width + codes + 1, minlength=len(counts) * width).reshape(-1, width) > 0
    known, missing = table[:, 1:].sum(axis=1), table[:, 0]
    uniform = (known == 1) & ~missing & (counts > 1)
    return Diversity(column.name, int((known + missing).min()), int(known.clip(min=1).min()), int(uniform.sum()))
