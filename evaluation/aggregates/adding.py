"""The addition: people of the same kind in several tables become one row, and nothing else happens when providers are pooled.

Counts add; means and cross-products around them add by Chan, Golub & LeVeque (1983, Am Stat 37:242), which loses no digits where sums of
squares would. Parts are added in the order in which they are given, so that the same parts give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

KEYS = ("provider", "programme", "arm")
"""What divides people in every table; the descriptors that a plan uses come after them."""
NO_WEEK = -9999
"""Where no week is known, or none is asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The tables; rows of `events` and `scores` name their cell by its place in `people`.

    Parameters
    ----------
    people
        `KEYS`, descriptors that divide people, `n`.
    described
        `KEYS`, `column`, `code`, `n`: descriptors that stand by themselves.
    events
        `cell`, `lost` (why someone cannot be followed, else empty), `entry`, `week`, `event` (1 when it happened in that week), `end` (what
        ended follow-up, where the plan counts it), a column per competing event with its week, `n`; None when the plan has no events.
    scores
        By outcome `cell`, `seen` (moments as binary digits, the baseline the lowest), `week_0`, ..., `before` where baselines divide people,
        `n`, means and scatter.
    pairs
        By outcome a baseline and a later score (`before`, `later`), by `moment`, `KEYS` and what the plan divides or adjusts by, `n`: who changed
        reliably hangs on how much everybody's scores differ, and so on each of them. None in what was rounded.
    """

    people: pd.DataFrame
    described: pd.DataFrame
    events: pd.DataFrame | None
    scores: Mapping[str, pd.DataFrame]
    pairs: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many people they are."""
        return int(self.people["n"].sum())


def mean_columns(moments: int) -> list[str]:
    """Names of the columns with the mean of each moment.

    >>> mean_columns(2), scatter_columns(2)
    (['mean_0', 'mean_1'], ['scatter_0_0', 'scatter_0_1', 'scatter_1_1'])
    """
    return [f"mean_{k}" for k in range(moments)]


def scatter_columns(moments: int) -> list[str]:
    """Names of the columns with sums of squares and products around the means."""
    return [f"scatter_{a}_{b}" for a, b in combinations_with_replacement(range(moments), 2)]


def moments_of(table: pd.DataFrame) -> int:
    """How many moments a table of scores has."""
    return sum(name.startswith("mean_") for name in table.columns)


def added(parts: Sequence[Counted]) -> Counted:
    """Several groups of people as one; nobody may be in two of them."""
    offsets = np.cumsum([0, *(len(part.people) for part in parts)])
    people = pd.concat([part.people.assign(cell=np.arange(len(part.people)) + at) for part, at in zip(parts, offsets)])
    events = [part.events.assign(cell=part.events["cell"] + at) for part, at in zip(parts, offsets) if part.events is not None]
    scores = {
        name: pd.concat(
            [part.scores[name].assign(cell=part.scores[name]["cell"] + at) for part, at in zip(parts, offsets)],
            ignore_index=True,
        )
        for name in parts[0].scores
    }
    whole = pd.concat(events, ignore_index=True) if events else None
    described = pd.concat([part.described for part in parts], ignore_index=True)
    pairs = {name: pd.concat([part.pairs[name] for part in parts], ignore_index=True) for name in parts[0].pairs}
    return together(Counted(people.reset_index(drop=True), described, whole, scores, pairs))


def together(one: Counted) -> Counted:
    """Rows about the same kind of people as one row, in the order of their kinds; `people` comes with the number of each cell."""
    keys = [name for name in one.people.columns if name not in ("n", "cell")]
    cell, people = _grouped(one.people, keys)
    place = np.empty(len(cell), np.int64)
    place[one.people["cell"].to_numpy()] = cell
    people["n"] = np.bincount(cell, one.people["n"].to_numpy(), len(people)).astype(np.int64)
    events = None if one.events is None else _counts(_moved(one.events, place))
    scores = {name: _sums(_moved(table, place)) for name, table in one.scores.items()}
    return Counted(people, _counts(one.described), events, scores, {name: _counts(table) for name, table in one.pairs.items()})


def _moved(table: pd.DataFrame, place: np.ndarray) -> pd.DataFrame:
    return table.assign(cell=place[table["cell"].to_numpy()])


def _grouped(table: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """The number of each row's kind, and the kinds in order."""
    if not len(table):
        return np.zeros(0, np.int64), table[keys].copy()
    codes = [pd.factorize(table[name], sort=True) for name in keys]
    order = np.lexsort([code for code, _ in reversed(codes)])
    sorted_codes = np.stack([code[order] for code, _ in codes])
    starts = np.append(True, (sorted_codes[:, 1:] != sorted_codes[:, :-1]).any(axis=0))
    group = np.empty(len(table), np.int64)
    group[order] = np.cumsum(starts) - 1
    return group, table.iloc[order[starts]][keys].reset_index(drop=True)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    group, kinds = _grouped(table, [name for name in table.columns if name != "n"])
    return kinds.assign(n=np.bincount(group, table["n"].to_numpy(), len(kinds)).astype(np.int64))


def _sums(table: pd.DataFrame) -> pd.DataFrame:
    moments = moments_of(table)
    names = mean_columns(moments)
    group, kinds = _grouped(table, [name for name in table.columns if not name.startswith(("n", "mean_", "scatter_"))])
    size, n = len(kinds), table["n"].to_numpy(float)
    total = np.bincount(group, n, size)
    alone = np.bincount(group, minlength=size) == 1
    means, apart = {}, []
    for name in names:
        own = table[name].to_numpy()
        mean = np.bincount(group, n * own, size) / total
        # one part stays as it is, to the last digit
        mean[alone] = np.bincount(group, own, size)[alone]
        means[name] = mean
        apart.append(own - mean[group])
    scatter = {
        name: np.bincount(group, table[name].to_numpy() + n * apart[a] * apart[b], size)
        for name, (a, b) in zip(scatter_columns(moments), combinations_with_replacement(range(moments), 2))
    }
    return kinds.assign(n=total.astype(np.int64), **means, **scatter)
