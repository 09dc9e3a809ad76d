"""Stand-ins: people who have exactly the counts, means and cross-products that were added up, and nothing else of anybody.

Every analysis that needs no more than these gives the same answer about stand-ins as about the people themselves: so the analyses of a
plan need no second form for pooling. Which of their measures need no more is said in `carried.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analyses.shared.recording import outcome_name
from data_schemas.plan import Plan
from data_schemas.tables import tables
from evaluation.aggregates.adding import KEYS, NO_WEEK, Counted, mean_columns, moments_of
from evaluation.aggregates.counting import JOIN, SEPARATOR, competing_events, pair_keys

# what comes before the start of the weeks that count, when these begin at the end of treatment
_TREATED = 1


def stand_ins(one: Counted, plan: Plan) -> dict[str, pd.DataFrame]:
    """Tables of a submission with a row for everybody counted.

    Courses and scores of one cell are put together as they come: no answer may hang on who has which.
    """
    people = one.people.loc[one.people.index.repeat(one.people["n"])].reset_index(drop=True)
    first = np.cumsum(one.people["n"].to_numpy()) - one.people["n"].to_numpy()
    treatments = {name: people[name].where(people[name] != "", None) for name in one.people.columns if name != "n"}
    treatments |= _described(one.described, people)
    happened = []
    if one.events is not None:
        weeks, happened = _courses(one.events, first, plan, len(people))
        treatments |= weeks
    scores = [_scores(table, first, name, plan) for name, table in one.scores.items()]
    clients = pd.Index([f"p{number}" for number in range(len(people))], dtype="str")
    typed = {
        "treatments": _typed("treatments", treatments | {"client": np.arange(len(people))}, clients, len(people)),
        "measurements": _typed("measurements", _stacked(scores), clients),
        "events": _typed("events", _stacked(happened), clients),
    }
    return typed


def _described(table: pd.DataFrame, people: pd.DataFrame) -> dict[str, np.ndarray]:
    """Descriptors that stand by themselves, within provider, programme and arm as they come."""
    keys = list(KEYS)
    block = people.groupby(keys, sort=False).ngroup()
    start = people.groupby(block).head(1)[keys].assign(start=lambda frame: frame.index)
    found: dict[str, np.ndarray] = {}
    for name, mine in table.groupby("column"):
        placed = mine.merge(start, on=keys)
        n = placed["n"].to_numpy(np.int64)
        within = placed.groupby(keys)["n"].cumsum().to_numpy(np.int64) - n
        first = np.repeat(placed["start"].to_numpy() + within, n)
        values = np.full(len(people), None, object)
        values[first + np.arange(len(first)) - np.repeat(np.cumsum(n) - n, n)] = np.repeat(placed["code"].to_numpy(object), n)
        names = str(name).split(JOIN)
        place, codes = pd.factorize(values)
        texts = [text.split(SEPARATOR) if len(names) > 1 else [text] for text in codes]
        for number, column in enumerate(names):
            found[column] = _column(column, np.array([*(text[number] for text in texts), ""], object)[place])
    return found


def _column(name: str, texts: np.ndarray) -> np.ndarray:
    kind = next(column.kind for column in tables()["treatments"].columns if column.name == name)
    empty = pd.isna(texts) | (texts == "")
    if kind in ("whole", "number"):
        return np.where(empty, "nan", texts).astype(float)
    return np.where(empty, None, texts)


def pair_stand_ins(one: Counted, plan: Plan) -> dict[str, pd.DataFrame]:
    """Tables of a submission with somebody for every pair of scores, and nothing else: who has a pair at two moments is there twice.

    Whatever an analysis asks of one pair of scores at a time, it can ask of them.
    """
    keys = pair_keys(plan)
    columns: dict[str, list[np.ndarray]] = {name: [] for name in keys}
    scores, start = [], 0
    for measure in plan.measures:
        table = one.pairs[outcome_name(measure)]
        row = np.repeat(np.arange(len(table)), table["n"].to_numpy())
        who = np.arange(start, start + len(row))
        start += len(row)
        for name in keys:
            columns[name].append(table[name].to_numpy(object)[row])
        for place, moments in (
            ("before", np.full(len(row), "baseline", object)),
            ("later", table["moment"].to_numpy(object)[row]),
        ):
            scores.append(
                {
                    "client": who,
                    "instrument": np.full(len(row), measure.instrument, object),
                    "informant": np.full(len(row), measure.informant, object),
                    "moment": moments,
                    "score": table[place].to_numpy(float)[row],
                }
            )
    told = {name: np.concatenate(parts) for name, parts in columns.items()}
    treatments = {name: np.where(values == "", None, values) for name, values in told.items()}
    clients = pd.Index([f"p{number}" for number in range(start)], dtype="str")
    return {
        "treatments": _typed("treatments", treatments | {"client": np.arange(start)}, clients, start),
        "measurements": _typed("measurements", _stacked(scores), clients),
        "events": _typed("events", {}, clients),
    }


def _places(table: pd.DataFrame, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a row per person: the row of the table it comes from, and the number of the person, one after the other within each cell."""
    n = table["n"].to_numpy()
    row = np.repeat(np.arange(len(table)), n)
    cell = table["cell"].to_numpy()[row]
    # tables are sorted by cell, so people of one cell are side by side
    begin = np.searchsorted(cell, cell, side="left")
    return row, first[cell] + np.arange(len(row)) - begin


def _courses(
    table: pd.DataFrame, first: np.ndarray, plan: Plan, size: int
) -> tuple[dict[str, np.ndarray], list[dict[str, np.ndarray]]]:
    row, person = _places(table, first)
    part = {name: table[name].to_numpy()[row] for name in table.columns}
    zero = _TREATED if plan.events.time_zero == "end" else 0
    until = np.where(part["lost"] == "not_followed", np.nan, part["week"] + zero)
    treated = np.where(part["lost"] == "no_known_end", np.nan, float(zero) if zero else np.nan)
    late = np.where(part["lost"] == "followed_late", 1, part["entry"])
    entry = np.where(late > 0, late + zero, np.nan)
    columns = {"follow_up_weeks": until, "treatment_weeks": treated, "follow_up_from_week": entry}
    weeks = {}
    for name, values in columns.items():
        weeks[name] = np.full(size, np.nan)
        weeks[name][person] = values
    ends = np.full(size, None, object)
    ends[person] = np.where(part["end"] != "", part["end"], None)
    happened = [_events(person, part["event"] == 1, part["week"] + zero, plan.events.event[0], plan)]
    happened += [_events(person, part[name] != NO_WEEK, part[name] + zero, name, plan) for name in competing_events(plan)]
    return weeks | {"follow_up_end": ends}, happened


def _events(person: np.ndarray, who: np.ndarray, week: np.ndarray, code: str, plan: Plan) -> dict[str, np.ndarray]:
    same = {"event": code, "certainty": plan.events.certainty[0], "source": "unknown"}
    texts = {name: np.full(int(who.sum()), value, object) for name, value in same.items()}
    return {"client": person[who], "week_from": week[who], "week_to": week[who]} | texts


def _scores(table: pd.DataFrame, first: np.ndarray, outcome: str, plan: Plan) -> dict[str, np.ndarray]:
    row, person = _places(table, first)
    measure = next(one for one in plan.measures if f"{one.instrument}:{one.informant}" == outcome)
    moments = ("baseline", *measure.moments)
    values = people_of(table)
    who, moment = np.nonzero((table["seen"].to_numpy()[row][:, None] >> np.arange(len(moments))) & 1)
    weeks = table[[f"week_{k}" for k in range(len(moments))]].to_numpy()[row[who], moment]
    return {
        "client": person[who],
        "instrument": np.full(len(who), measure.instrument, object),
        "informant": np.full(len(who), measure.informant, object),
        "moment": np.array(moments, object)[moment],
        "week": np.where(weeks == NO_WEEK, np.nan, weeks),
        "score": values[who, moment],
    }


def people_of(table: pd.DataFrame) -> np.ndarray:
    """Scores of as many people per row as it counts, with its means and its scatter; shape (people, moments), of no meaning where not seen.

    Around the mean they are Z L', with L L' the scatter and Z columns of cosines (the discrete cosine transform), which are of length one, at
    right angles to each other and to a constant.

    >>> table = pd.DataFrame({"n": [3], "mean_0": [5.0], "scatter_0_0": [8.0]})
    >>> [round(score, 9) for score in people_of(table)[:, 0].tolist()]
    [7.0, 5.0, 3.0]
    """
    moments, n = moments_of(table), table["n"].to_numpy()
    means = table[mean_columns(moments)].to_numpy(float)
    scatter = np.zeros((len(table), moments, moments))
    for a in range(moments):
        for b in range(a, moments):
            scatter[:, a, b] = scatter[:, b, a] = table[f"scatter_{a}_{b}"].to_numpy()
    several = n > 1
    spread = np.zeros_like(scatter)
    values, vectors = np.linalg.eigh(scatter[several])
    # the sign of an axis is free: fixed, so that the same sums give the same people
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=1)[:, None], axis=1)
    spread[several] = (vectors * np.where(largest < 0, -1.0, 1.0) * np.sqrt(np.maximum(values, 0.0))[:, None])[:, :, ::-1]
    row = np.repeat(np.arange(len(table)), n)
    size = n[row][:, None]
    number = (np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n))[:, None]
    order = np.arange(1, moments + 1)[None]
    waves = np.sqrt(2 / size) * np.cos(np.pi * (2 * number + 1) * order / (2 * size)) * (order < size)
    return means[row] + np.einsum("pj,pkj->pk", waves, spread[row])


def _stacked(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}


def _typed(name: str, given: Mapping[str, object], clients: pd.Index, size: int | None = None) -> pd.DataFrame:
    """A table of the contract with the given columns, all others empty."""
    size = len(given["client"]) if size is None and given else size or 0
    columns = {}
    for column in tables()[name].columns:
        values = given.get(column.name)
        if column.name == "client":
            codes = np.zeros(0, np.int64) if values is None else values
            columns["client"] = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(clients))
        elif column.kind in ("whole", "number"):
            numbers = pd.array(np.full(size, np.nan) if values is None else values, "Float64")
            numbers[np.isnan(np.asarray(numbers, float))] = pd.NA
            columns[column.name] = numbers.astype("Int32") if column.kind == "whole" else np.asarray(numbers, float)
        else:
            texts = pd.Series(np.full(size, None, object) if values is None else values, dtype="str")
            known = column.codes.values if column.kind == "code" else sorted(texts.dropna().unique())
            columns[column.name] = pd.Categorical(texts, dtype=pd.CategoricalDtype(pd.Index(list(known), dtype="str")))
    return pd.DataFrame(columns)
