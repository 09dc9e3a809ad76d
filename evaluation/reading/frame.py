"""A data frame with a row per person, and a mapping, become the files of a submission: researchers start from a frame.

Nothing is guessed: a column that the mapping does not name stays out, and a value that it does not name stops everything. Messages name
columns and rows, never a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
import tomlkit

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.failures import WrongUse

Columns = Mapping[str, str]
Codes = Mapping[str, Mapping[Any, str]]
_OF_EVENTS = {"week", "where", "certainty", "source"}
_MOST_ROWS = 5
_NOT_A_FRAME = Words(
    "Geef een data frame met één rij per persoon; dit is {kind}.", "Give a data frame with one row per person; this is {kind}."
)
_NO_COLUMN = Words("Het data frame heeft geen kolom {name!r}.{near}", "The data frame has no column {name!r}.{near}")
_NOT_OURS = Words(
    "De tabel behandelingen heeft geen kolom {name!r}.{near}", "The table treatments has no column {name!r}.{near}"
)
_NEAR = Words(" Bedoelt u {near!r}?", " Did you mean {near!r}?")
_NO_CODE = Words(
    "In kolom {name!r} staan waarden die codes[{ours!r}] niet noemt: {rows}. Noem elke waarde, of maak de cel leeg.",
    "Column {name!r} holds values that codes[{ours!r}] does not name: {rows}. Name every value, or empty the cell.",
)
_ROWS = Words("{count} rijen, de eerste op plaats {first}", "{count} rows, the first at position {first}")
_SERIES = Words(
    "{name!r} in scores is geen vragenlijst met informant, zoals cries-13:self.",
    "{name!r} in scores is no instrument with its informant, such as cries-13:self.",
)
_EVENT = Words(
    "Van gebeurtenis {name!r} is alleen te noemen: week (kolom of kolommen), where, certainty, source. Dit niet: {keys}.",
    "Of event {name!r} may be named: week (a column, or several), where, certainty, source. Not this: {keys}.",
)
_NO_CLIENT = Words(
    "Noem in columns de kolom met het pseudoniem: columns={'client': ...}.",
    "Name the column with the pseudonym in columns: columns={'client': ...}.",
)


def submission_files(
    frame: pd.DataFrame,
    *,
    columns: Columns,
    codes: Codes,
    fixed: Mapping[str, object],
    scores: Mapping[str, Columns],
    events: Mapping[str, Mapping[str, Any]],
    manifest: Mapping[str, object],
) -> dict[str, str]:
    """The text of each file of a submission, by name; parameters as in `evaluation.from_frame`.

    Raises
    ------
    WrongUse
        The frame lacks a column, the contract does, or a value is in no mapping.
    """
    if not isinstance(frame, pd.DataFrame):
        raise WrongUse(_NOT_A_FRAME.fill(kind=type(frame).__name__))
    if "client" not in columns:
        raise WrongUse(_NO_CLIENT)
    for ours in (*columns, *fixed):
        _check(
            ours, [column.name for column in tables()["treatments"].columns] + list(manifest.get("covariates", ())), _NOT_OURS
        )
    treatments = pd.DataFrame({ours: _coded(frame, ours, theirs, codes) for ours, theirs in columns.items()})
    treatments = treatments.assign(**fixed)
    client = treatments["client"]
    files = {
        "submission.toml": tomlkit.dumps({"contract": "1"} | {key: value for key, value in manifest.items() if value}),
        "treatments.csv": _csv(treatments),
    }
    if scores:
        files["measurements.csv"] = _csv(_measurements(frame, client, scores))
    if events:
        files["events.csv"] = _csv(_happened(frame, client, events))
    return files


def _measurements(frame: pd.DataFrame, client: pd.Series, scores: Mapping[str, Columns]) -> pd.DataFrame:
    parts = []
    for series, moments in scores.items():
        instrument, colon, informant = series.partition(":")
        if not (colon and informant):
            raise WrongUse(_SERIES.fill(name=series))
        for moment, theirs in moments.items():
            part = {"client": client, "instrument": instrument, "informant": informant, "moment": moment}
            parts.append(pd.DataFrame(part | {"score": _column(frame, theirs)}).dropna(subset="score"))
    return pd.concat(parts, ignore_index=True)


def _happened(frame: pd.DataFrame, client: pd.Series, events: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    parts = []
    for event, told in events.items():
        if other := sorted(set(told) - _OF_EVENTS):
            raise WrongUse(_EVENT.fill(name=event, keys=", ".join(other)))
        weeks = told["week"] if isinstance(told["week"], Sequence) and not isinstance(told["week"], str) else [told["week"]]
        mine = _column(frame, told["where"]).fillna(0).astype(bool) if "where" in told else pd.Series(True, frame.index)
        fixed = {"certainty": told.get("certainty", "actual"), "source": told.get("source", "professional")}
        for theirs in weeks:
            week = _column(frame, theirs).where(mine)
            part = pd.DataFrame({"client": client, "event": event, "week_from": week, "week_to": week})
            parts.append(part.assign(**fixed).dropna(subset="week_from"))
    return pd.concat(parts, ignore_index=True)


def _coded(frame: pd.DataFrame, ours: str, theirs: str, codes: Codes) -> pd.Series:
    values = _column(frame, theirs)
    if ours not in codes:
        return values
    found = values.map(dict(codes[ours]))
    lost = np.flatnonzero(found.isna() & values.notna())
    if len(lost):
        rows = _ROWS.fill(count=len(lost), first=", ".join(map(str, lost[:_MOST_ROWS])))
        raise WrongUse(_NO_CODE.fill(name=theirs, ours=ours, rows=rows))
    return found


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    _check(name, frame.columns, _NO_COLUMN)
    return frame[name]


def _check(name: str, names: Iterable[str], words: Words) -> None:
    names = [str(one) for one in names]
    if str(name) not in names:
        near = get_close_matches(str(name), names, n=1)
        hint = _NEAR.fill(near=near[0]) if near else Words("", "")
        raise WrongUse(words.fill(name=name, near=hint))


def _csv(table: pd.DataFrame) -> str:
    """Whole numbers without a decimal point: a week with a gap in its column is a float in pandas."""
    whole = {
        name: table[name].astype("Int64")
        for name in table
        if pd.api.types.is_float_dtype(table[name]) and (table[name].dropna() % 1 == 0).all()
    }
    return table.assign(**whole).to_csv(index=False, lineterminator="\n")
