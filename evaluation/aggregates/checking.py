"""That the tables of an aggregate are what they are said to be, before anything is made of them: whoever sends a file may have changed it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

import numpy as np
import pandas as pd

from data_schemas.aggregate import Aggregate, CountTable
from data_schemas.plan import EventCode, Plan
from evaluation.aggregates.adding import KEYS, mean_columns, scatter_columns
from evaluation.aggregates.counting import competing_events, descriptors, keeps_baselines, pair_keys
from evaluation.aggregates.rounded.rounding import BANDS, FLOW, OFF

MAX_BYTES = 400_000_000
"""An exact aggregate of half a million people, with all scores, is some 150 MB."""
MAX_PEOPLE, MAX_WEEK = 5_000_000, 5_200
_TEXT = {*KEYS, "lost", "end", "column", "code", "moment", "outcome", "time"}
_REAL = ("mean_", "scatter_", "off_", "before", "later")
_LARGEST = 1e9
"""No score is larger; sums of squares of them are at most this squared for each person."""


def check_tables(one: Aggregate) -> None:
    """Every table with as many cells per row as columns; whole counts above zero, of cells that are there; numbers that can be.

    Raises
    ------
    ValueError, TypeError
        One is not.
    """
    people = _frame(one.people)
    n = _whole(people["n"], 1, MAX_PEOPLE)
    if n.sum() > MAX_PEOPLE:
        raise ValueError("n")
    for table in (one.described, one.events, *one.scores.values(), *one.pairs.values()):
        if table is not None:
            _check_table(_frame(table), n)
    if one.bands is not None:
        bands = _frame(one.bands)
        _check_cells(bands, len(n))
        _whole(bands["week"], 0, MAX_WEEK)
        low, high = (_whole(bands[name], 0, MAX_PEOPLE) for name in ("low", "high"))
        if (low > high).any():
            raise ValueError("bands")
    if one.flow is not None:
        flow = _frame(one.flow)
        _, eligible, analysed = (_whole(flow[name], 0, MAX_PEOPLE) for name in FLOW[3:])
        if (analysed > eligible + 2 * max(one.threshold, 1)).any():
            raise ValueError("flow")
    # whose first hash it is, each person has one
    if one.form == "exact" and len(set(one.marks)) != n.sum():
        raise ValueError("marks")


def _check_table(frame: pd.DataFrame, people: np.ndarray) -> None:
    n = _whole(frame["n"], 1, MAX_PEOPLE)
    for name in frame.columns:
        if name.startswith(_REAL) and name != "n":
            values = _real(frame[name])
            if name.startswith("off_") and (values < 0).any():
                raise ValueError(name)
        elif name.startswith("week") or name == "entry" or name in get_args(EventCode):
            _whole(frame[name].dropna(), -MAX_WEEK, MAX_WEEK)
    squares = [name for name in frame.columns if name.startswith("scatter_") and len(set(name.split("_")[1:])) == 1]
    if (frame[squares].to_numpy(float) < 0).any():
        raise ValueError("scatter")
    if "low" in frame:
        low, high = (_whole(frame[name], 1, MAX_PEOPLE) for name in ("low", "high"))
        if (low > high).any():
            raise ValueError("low")
    if "event" in frame:
        _whole(frame["event"], 0, 1)
    if "cell" in frame:
        _check_cells(frame, len(people))
        used = np.bincount(frame["cell"].to_numpy(np.int64), n, len(people)) if len(frame) else np.zeros(len(people))
        if (used > people).any():
            raise ValueError("n")


def _check_cells(frame: pd.DataFrame, cells: int) -> None:
    cell = _whole(frame["cell"], 0, cells - 1)
    if (np.diff(cell) < 0).any():
        raise ValueError("cell")


def _frame(table: CountTable) -> pd.DataFrame:
    if len(set(table.columns)) != len(table.columns) or any(len(row) != len(table.columns) for row in table.rows):
        raise ValueError("columns")
    found = pd.DataFrame(
        {name: pd.Series([row[k] for row in table.rows], dtype=object) for k, name in enumerate(table.columns)}
    )
    if any(not isinstance(value, str) for name in found.columns if name in _TEXT for value in found[name]):
        raise TypeError("text")
    return found


def _whole(values: pd.Series, low: int, high: int) -> np.ndarray:
    if any(type(value) is not int or not low <= value <= high for value in values):
        raise ValueError(str(values.name))
    return np.array(values, np.int64)


def _real(values: pd.Series) -> np.ndarray:
    known = [value for value in values if value is not None]
    if any(type(value) not in (int, float) or not math.isfinite(value) or abs(value) > _LARGEST**2 for value in known):
        raise ValueError(str(values.name))
    return np.array(known, float)


def misses(one: Aggregate, plan: Plan) -> Iterator[str]:
    """The tables that are not those of a plan, by their name in the file."""
    columns = {"people": [*KEYS, *descriptors(plan), "n"], "described": [*KEYS, "column", "code", "n"]}
    if plan.events is not None:
        columns["events"] = ["cell", "lost", "entry", "week", "event", "end", *competing_events(plan), "n"]
    rounded = one.form == "rounded"
    if rounded:
        columns |= {"bands": list(BANDS), "flow": list(FLOW)}
    for name, wanted in columns.items():
        table = getattr(one, name)
        if table is None or list(table.columns) != wanted:
            yield name
    if plan.events is None and one.events is not None:
        yield "events"
    outcomes = {f"{measure.instrument}:{measure.informant}": len(measure.moments) + 1 for measure in plan.measures}
    for part, tables in (("scores", one.scores), *(() if rounded else (("pairs", one.pairs),))):
        if set(tables) != set(outcomes):
            yield part
    for name, moments in outcomes.items():
        weeks = [f"week_{k}" for k in range(moments)]
        before = ["before"] if keeps_baselines(plan) and not rounded else []
        sums = [*mean_columns(moments), *scatter_columns(moments)]
        wanted = ["cell", "seen", *weeks, *before, "n", *sums, *(("low", "high", *OFF.values()) if rounded else ())]
        table = one.scores.get(name)
        seen = [] if table is None or list(table.columns) != wanted else [row[1] for row in table.rows]
        most = 2**moments
        if (
            table is None
            or list(table.columns) != wanted
            or any(type(value) is not int or not 0 < value < most for value in seen)
            or (rounded and any(not value & 1 or bin(value).count("1") != 2 for value in seen))
        ):
            yield f"scores {name}"
        pairs = one.pairs.get(name)
        if not rounded and (pairs is None or list(pairs.columns) != [*pair_keys(plan), "moment", "before", "later", "n"]):
            yield f"pairs {name}"
