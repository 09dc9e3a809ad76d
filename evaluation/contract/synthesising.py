"""Synthetic submissions of any size from the contract: valid by construction, seeded, for trying things out, tests and benchmarks.

Every column of the contract is filled from its own declaration, so a new column follows by itself; what rules ask across columns and
tables is drawn in the order in which it happens. The numbers mean nothing: for data that resemble the field see the example `consortium`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from data_schemas.codelists import code_list
from data_schemas.column import Column, Table
from data_schemas.instruments import registry
from data_schemas.tables import tables
from evaluation.output.files import whole_folder

Frames = dict[str, pd.DataFrame]
Drawn = dict[str, pd.Series]

NAME = "synthetic"
MANIFEST = f"""\
contract = "1"
name = "{NAME}"
nature = "fictional"
source = "Made by a program from the contract; nobody in it exists."

[title]
nl = "Synthetische inzending (fictief)"
en = "Synthetic submission (fictional)"
"""
_NAMES = {"provider": 6, "programme": 1, "arm": 2}
_MISSING = 0.04  # share of empty cells in a column that need not be filled
_LONGEST = 60  # whole numbers stay below this, weeks among them
# weeks after the end of treatment; a tie with the next moment is impossible
_AFTER_END = {"end": 0, "follow_up_1m": 4, "follow_up_3m": 13, "follow_up_6m": 26, "follow_up_12m": 52}
_AFTERWARDS = ("continues_without_help", "housing_end", "daytime_end", "goal_attainment", "satisfaction")
_SERIES = (("cries-13", "self"), ("cries-13", "parent"), ("cats-2", "self"), ("ders", "self"))


def synthetic(clients: int, seed: int = 1, *, measurements: float = 5.0, events: float = 1.0) -> Frames:
    """Typed tables as in a submission: all columns of the contract, codes as categoricals, weeks as Int32.

    Parameters
    ----------
    clients
        Number of treatments, at least 1.
    measurements, events
        Mean number per client; at most 24 and without a limit.

    >>> frames = synthetic(10, seed=3)
    >>> {name: frame.shape for name, frame in frames.items()}["treatments"]
    (10, 33)
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    treatments = _treatments(clients, rng)
    return {
        "treatments": treatments,
        "events": _events(treatments, events, rng),
        "measurements": _measurements(treatments, measurements, rng),
    }


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as CSV with a comma; empty where missing."""
    out = pa.BufferOutputStream()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in table.columns]
    pa.csv.write_csv(pa.table(plain, names=table.column_names), out, pa.csv.WriteOptions(quoting_style="needed"))
    return out.getvalue().to_pybytes()


def write_synthetic(out: str | Path, frames: Mapping[str, pd.DataFrame]) -> Path:
    """Write a folder of CSV files with `submission.toml`, marked as fictional; a table without rows is left out."""
    files: dict[str, str | bytes] = {f"{name}.csv": csv_bytes(frame) for name, frame in frames.items() if len(frame)}
    return whole_folder(Path(out), files | {"submission.toml": MANIFEST}, replaces="submission.toml")


def _drawn(table: Table, length: int, rng: np.random.Generator, known: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Every column of a table: those already known, and the others from their declaration."""
    return pd.DataFrame(
        {column.name: known[column.name] if column.name in known else _column(column, length, rng) for column in table.columns}
    )


def _column(column: Column, length: int, rng: np.random.Generator) -> pd.Series:
    empty = np.zeros(length, bool) if column.filled else rng.random(length) < _MISSING
    if column.kind in ("whole", "number"):
        low = column.minimum if column.minimum is not None else 0
        high = min(column.maximum if column.maximum is not None else low + _LONGEST, low + _LONGEST)
        if column.kind == "whole":
            return _whole(rng.integers(int(low), int(high) + 1, length), empty)
        return pd.Series(np.where(empty, np.nan, np.round(low + (high - low) * rng.random(length), 1)))
    choices = {
        "code": lambda: column.codes.values,
        "period": lambda: tuple(f"{year}-{half}" for year in (2022, 2023, 2024) for half in (1, 2)),
    }.get(column.kind, lambda: tuple(f"{column.name}-{number + 1}" for number in range(_NAMES.get(column.name, 1))))()
    return _codes(rng.integers(0, len(choices), length), choices, empty)


def _whole(values: np.ndarray, empty: np.ndarray) -> pd.Series:
    return pd.Series(pd.arrays.IntegerArray(values.astype(np.int32), empty.copy()))


def _codes(positions: np.ndarray, choices: tuple[str, ...], empty: np.ndarray | None = None) -> pd.Series:
    codes = positions if empty is None else np.where(empty, -1, positions)
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(choices, dtype=str)))


def _treatments(clients: int, rng: np.random.Generator) -> pd.DataFrame:
    table = tables()["treatments"]
    width = len(str(clients))
    keys = pd.Index([f"S-{number:0{width}d}" for number in range(1, clients + 1)], dtype=str)
    known: Drawn = {"client": pd.Series(pd.Categorical.from_codes(np.arange(clients), categories=keys))}
    endings = table.column("ending").codes.values
    ending = rng.integers(0, len(endings), clients)
    is_open = np.isin(np.array(endings)[ending], ("ongoing", "unknown"))
    weeks, planned, entry = rng.integers(12, 53, clients), rng.integers(10, 41, clients), rng.integers(1, 5, clients)
    late, unfollowed = rng.random(clients) < 0.05, rng.random(clients) < 0.1
    known |= {
        "ending": _codes(ending, endings),
        "treatment_weeks": _whole(weeks, is_open),
        "sessions_planned": _whole(planned, rng.random(clients) < _MISSING),
        "sessions_attended": _whole((planned * rng.random(clients)).astype(np.int64), rng.random(clients) < _MISSING),
        "follow_up_from_week": _whole(entry, ~late | unfollowed),
        "follow_up_weeks": _whole(weeks + rng.integers(0, 105, clients), unfollowed),
        "follow_up_end": _codes(
            rng.integers(0, len(code_list("follow_up_end").codes), clients), code_list("follow_up_end").values, unfollowed
        ),
    }
    known |= _after_care(clients, is_open)
    frame = _drawn(table, clients, rng, known)
    afterwards = [name for name in _AFTERWARDS if name in frame]
    return frame.assign(**{name: frame[name].mask(pd.Series(is_open)) for name in afterwards})


def _after_care(clients: int, is_open: np.ndarray) -> Drawn:
    """Whether, how long and by whom, with numbers of its own: what was drawn before these columns were there stays as it was."""
    rng = np.random.Generator(np.random.PCG64([clients, 7]))
    answers, givers = code_list("yes_no").values, code_list("after_care_by").values
    answer = rng.choice(len(answers), clients, p=[0.45, 0.45, 0.1])
    none = is_open | (np.array(answers)[answer] != "yes")
    return {
        "after_care": _codes(answer, answers, is_open),
        "after_care_weeks": _whole(rng.integers(2, 53, clients), none | (rng.random(clients) < _MISSING)),
        "after_care_by": _codes(rng.integers(0, len(givers), clients), givers, none),
    }


def _events(treatments: pd.DataFrame, each: float, rng: np.random.Generator) -> pd.DataFrame:
    table = tables()["events"]
    last = treatments["follow_up_weeks"].to_numpy(np.int64, na_value=0)
    first = treatments["follow_up_from_week"].to_numpy(np.int64, na_value=0) + 1
    who = np.repeat(np.arange(len(treatments)), rng.poisson(each, len(treatments)) * (last > 0))
    week = first[who] + (rng.random(len(who)) * (last[who] - first[who] + 1)).astype(np.int64)
    since = np.maximum(week - rng.integers(0, 9, len(who)) * (rng.random(len(who)) < 0.3), first[who])
    what = rng.integers(0, len(code_list("event").codes), len(who))
    # the same thing in the same weeks is told once
    kept = ~pd.DataFrame({"who": who, "what": what, "since": since, "week": week}).duplicated().to_numpy()
    who, week, since, what = who[kept], week[kept], since[kept], what[kept]
    known = {
        "client": _codes(who, tuple(treatments["client"].cat.categories)),
        "event": _codes(what, code_list("event").values),
        "week_from": _whole(since, np.zeros(len(who), bool)),
        "week_to": _whole(week, np.zeros(len(who), bool)),
    }
    return _drawn(table, len(who), rng, known)


def _measurements(treatments: pd.DataFrame, each: float, rng: np.random.Generator) -> pd.DataFrame:
    table = tables()["measurements"]
    moments = ("baseline", *_AFTER_END)
    slots = [(series, moment) for series in range(len(_SERIES)) for moment in range(len(moments))]
    who, slot = np.nonzero(rng.random((len(treatments), len(slots))) < each / len(slots))
    series, moment = (np.array([pair[place] for pair in slots])[slot] for place in (0, 1))
    ended = treatments["treatment_weeks"].to_numpy(np.int64, na_value=26)[who]
    after = np.array([0, *_AFTER_END.values()])[moment]
    week = np.where(moment == 0, rng.integers(-2, 4, len(who)), ended + after + rng.integers(0, 3, len(who)))
    names, informants = (tuple(sorted({pair[place] for pair in _SERIES})) for place in (0, 1))
    known = {
        "client": _codes(who, tuple(treatments["client"].cat.categories)),
        "instrument": _codes(np.array([names.index(name) for name, _ in _SERIES])[series], names),
        "informant": _of_list("informant", np.array([informants.index(who) for _, who in _SERIES])[series], informants),
        "moment": _of_list("moment", moment, moments),
        "week": _whole(week, rng.random(len(who)) < _MISSING),
        "score": _scores(series, moment, rng),
    }
    return _drawn(table, len(who), rng, known)


def _of_list(name: str, positions: np.ndarray, values: tuple[str, ...]) -> pd.Series:
    """Values as a categorical over the whole code list."""
    codes = code_list(name).values
    return _codes(np.array([codes.index(value) for value in values])[positions], codes)


def _scores(series: np.ndarray, moment: np.ndarray, rng: np.random.Generator) -> pd.Series:
    """Whole scores within the range of the instrument, lower later on; a few are missing."""
    end: Callable[[str], np.ndarray] = lambda which: np.array([getattr(registry()[name], which) for name, _ in _SERIES])[series]  # noqa: E731
    low, high = end("minimum"), end("maximum")
    level = 0.55 - 0.15 * (moment > 0) + 0.18 * rng.standard_normal(len(series))
    score = np.clip(np.round(low + (high - low) * level), low, high)
    return pd.Series(np.where(rng.random(len(series)) < 0.02, np.nan, score))
