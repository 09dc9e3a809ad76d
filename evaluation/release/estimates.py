"""Means, effects, models and tests: those with enough behind them leave, coarse (`coarse.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from data_schemas.codelists import code_list
from data_schemas.result import COMPARED, WITHHELD
from evaluation.release.coarse import Columns, coarse, half_a_digit, half_a_step, is_share, to_digits
from evaluation.release.counts.network import People
from evaluation.release.counts.system import System
from evaluation.release.curves import ALL
from evaluation.release.rows import Judged, judged
from evaluation.release.rules import LARGEST_SHARE, LARGEST_STEP, MINIMUM_DF

EVENTS = {*code_list("event").values, *code_list("follow_up_end").values}
_EXTREMES = r"^(?:min|max|minimum|maximum|lowest|highest)(?:_|$)"
_QUANTILES = r"(?:^|_)(?:median|quantile|quartile)(?:_|$)"


def estimate_rows(rows: Columns, one: System, spans: Mapping[str, float]) -> Judged:
    """Estimates with enough behind them, coarsened.

    Parameters
    ----------
    rows
        Declared rows, with the columns `number` and `kind` as declared.
    spans
        By outcome the range of its scores where that is known: one person shifts a mean by at most that over n.
    """
    rows = rows | {"df": _behind(rows)}
    n, events = rows["n"], rows["events"]
    groups, number, low, span = _told(rows, one, spans)
    untold = (rows["kind"] == "test") | (between := _between(rows, one))
    happened = np.array(
        [
            one.events_number(group, count) or np.nan if count >= one.threshold and not hide else np.nan
            for group, count, hide in zip(groups, events, untold)
        ],
        float,
    )
    sizes = list(zip(groups, n.tolist()))
    smallest = {size: min(one.smallest_part(*size), one.left_out(*size)) for size in set(sizes)}
    hidden = ~_enough(rows, low, one.threshold) | np.array([smallest[size] < one.threshold for size in sizes], bool)
    # what weights leave of an arm rests on who is in which category: only where as many as are hidden are a small part of it
    hidden |= (rows["unit"] == "proportion") & (one.threshold > LARGEST_STEP * low)
    low, number = np.maximum(low, 1), np.where(number < one.threshold, np.nan, number)
    values = coarse(rows, n, low, span, one.threshold)
    if one.edition.exact:
        # the width of an interval by a week follows from all weeks before it, which are told only where enough accumulated
        stays = {name: between | _of_traits(rows) | ((name != "estimate") & _by_week(rows)) for name in values}
        values = {name: np.where(stays[name], values[name], told) for name, told in to_digits(rows).items()}
    values |= {name: _within(values[name], rows) for name in ("estimate", "ci_low", "ci_high")}
    return judged(
        rows,
        {"n": number, "events": happened, **values},
        hidden=hidden | _untold(rows, one),
        unknown=np.isnan(rows["estimate"]),
        status="released",
    )


def roughness(rows: Columns, one: System, spans: Mapping[str, float]) -> dict[str, np.ndarray]:
    """Of rows as they leave: the fewest and the most people that can be behind each (`low`, `high`), and how far the exact estimate can lie from
    the published one (`off`)."""
    n, (_, number, low, span) = rows["n"], _told(rows, one, spans)
    fewest = np.maximum([one.edition.low(int(size)) if size == size else 0 for size in n], 1)
    low = np.where(low < one.threshold, fewest, low)
    off = half_a_step(rows | {"df": _behind(rows)}, n, low, span, one.threshold)
    if one.edition.exact:
        off = np.where(_between(rows, one) | _of_traits(rows), off, half_a_digit(rows["estimate"]))
        return {"low": low, "high": np.where(low < number, 2 * number - low, np.maximum(low, number)), "off": off}
    # the number is the middle of what is open
    return {"low": low, "high": np.maximum(2 * number - low, low + one.edition.width - 1), "off": off}


def _of_traits(rows: Columns) -> np.ndarray:
    """How alike weights make arms, and what they leave of them: functions of who is in which category, also of the few in one that is held back."""
    return (rows["unit"] == "proportion") | (rows["unit"] == "SD") & (rows["population"] == COMPARED)


def _told(rows: Columns, one: System, spans: Mapping[str, float]) -> tuple[list[People], np.ndarray, np.ndarray, np.ndarray]:
    """Whom each row is about, the number of them as published with the lower end of what it stands for, and the range of scores."""
    groups = [one.group(*key) for key in zip(*(rows[name] for name in ("arm", "outcome", "subgroup", "time", "population")))]
    people = [one.people_number(group, size) if size >= one.threshold else (0, 0) for group, size in zip(groups, rows["n"])]
    number, low = (np.array([p[k] for p in people], float) for k in (0, 1))
    return groups, number, low, np.array([spans.get(name, np.nan) for name in rows["outcome"]], float)


def _within(values: np.ndarray, rows: Columns) -> np.ndarray:
    """Published numbers where they can lie: what was rounded outwards may have left its scale."""
    return np.where(np.isnan(values), np.nan, np.fmin(np.fmax(values, rows["least"]), rows["most"]))


def _of_events(rows: Columns) -> np.ndarray:
    return np.array([set(outcome.split("+")) <= EVENTS for outcome in rows["outcome"]], bool)


def _between(rows: Columns, one: System) -> np.ndarray:
    """Rows of events that an edition which tells counts exactly tells between limits in the end: they leave as coarse as so wide a band is."""
    keys = list(zip(rows["arm"], rows["outcome"], rows["subgroup"]))
    wanted = _of_events(rows) & ~np.isnan(rows["events"]) & one.edition.exact
    given = {key: one.events_given(*key, "") for key in {key for key, asked in zip(keys, wanted) if asked}}
    return np.array([asked and not given[key] for key, asked in zip(keys, wanted)], bool)


def _untold(rows: Columns, one: System) -> np.ndarray:
    """Rows that follow from counts which are not published: of events between groups, or withheld as a whole."""
    between = np.array([" - " in arm for arm in rows["arm"]], bool) | (rows["unit"] == "chi-squared") & (rows["arm"] == ALL)
    of_events = _of_events(rows)
    about_events = of_events & (between | (rows["population"] == COMPARED))
    keys = list(zip(rows["arm"], rows["outcome"], rows["subgroup"], rows["time"]))
    shown = {key[:3]: one.events_shown(*key[:3]) for key, wanted in zip(keys, about_events) if wanted}
    # how many had had an event by a week is told by these too
    by_week = _by_week(rows) & one.edition.exact
    given = {key: one.events_given(*key) for key in {key for key, wanted in zip(keys, by_week) if wanted}}
    untold = (rows["population"] == WITHHELD) | _few_of_one_group(rows, one, of_events & ~about_events)
    untold |= np.array([wanted and not shown[key[:3]] for key, wanted in zip(keys, about_events)], bool)
    return untold | np.array([wanted and not given[key] for key, wanted in zip(keys, by_week)], bool)


def _few_of_one_group(rows: Columns, one: System, of_one: np.ndarray) -> np.ndarray:
    """Numbers of one group's events that are not read off bands: only where as many as are hidden are a small part of these.

    Of fewer the curve says all that bands may, and one person more is often another step.
    """
    asked = of_one & ~np.isnan(rows["events"]) & (rows["kind"] != "test") & ~one.edition.exact
    keys = list(zip(rows["arm"], rows["outcome"]))
    fewest = {key: one.fewest_events(*key) for key in {key for key, wanted in zip(keys, asked) if wanted}}
    return np.array([wanted and one.threshold > LARGEST_STEP * fewest[key] for key, wanted in zip(keys, asked)], bool)


def _by_week(rows: Columns) -> np.ndarray:
    """Rows about events up to a week."""
    return _of_events(rows) & np.array([time.isdigit() for time in rows["time"]], bool)


def _behind(rows: Columns) -> np.ndarray:
    """Degrees of freedom behind each row; those of a chi-squared statistic count groups, not people."""
    own = np.where(rows["unit"] == "chi-squared", np.nan, rows["df"])
    return np.where(np.isnan(rows["residual_df"]), own, rows["residual_df"])


def _enough(rows: Columns, low: np.ndarray, threshold: int) -> np.ndarray:
    """Whether enough people, events, others and degrees of freedom stand behind each row, and nobody dominates it.

    `low`: the fewest people that can be behind each by what is published. That there is an estimate says that enough are: where that is not
    told, neither is the estimate. Whole degrees of freedom are people less parameters, but those of events and of the smaller of two arms.
    """
    n, df, events = (rows[column] for column in ("n", "df", "events"))
    # a mean, or a difference of two, has one parameter or two, whatever it is of: its people are its degrees of freedom
    of_the_smaller = np.array([" - " in arm for arm in rows["arm"]], bool) & (2 * df < n)
    left = np.where(np.isnan(events) & ~of_the_smaller & (df == np.round(df)), df - (n - low), df)
    enough = (low >= threshold) & (np.isnan(df) | (left >= MINIMUM_DF) | ((df >= n - 2) & (left >= threshold - 1)))
    # more events than people: each person can have several
    others = np.where(events > n, np.inf, n - events)
    enough &= np.isnan(events) | ((events >= threshold) & (others >= threshold))
    enough &= ~_named(rows, _EXTREMES)
    from_people = _named(rows, _QUANTILES)
    enough &= ~from_people | (n >= np.where(_named(rows, "median"), 2, 4) * threshold)
    part = np.where(is_share(rows), rows["estimate"], np.nan) * n
    enough &= np.isnan(part) | ((part >= threshold) & (n - part >= threshold))
    return enough & ~(rows["largest_share"] > LARGEST_SHARE) & ~(rows["fewest"] < threshold)


def _named(rows: Columns, pattern: str) -> np.ndarray:
    return np.array([re.search(pattern, name) is not None for name in rows["measure"]], bool)
