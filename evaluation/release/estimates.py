"""Means, effects, models and tests: what leaves is derived from the lower end of the band of n, on steps of about the standard error.

An interval gives n away (its width over the spread), and so does a p-value. Both are therefore calculated as if the group were as
small as the lower end of its band, which is wider and never narrower; estimate and limits are rounded to the same step, the limits
outwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtrit

from evaluation.release.bands import round_step, significant, step_above, to_step
from evaluation.release.rows import Judged, judged
from evaluation.release.rules import LARGEST_SHARE, MINIMUM_DF, STEPS_PER_ERROR
from evaluation.release.sums import as_columns
from evaluation.release.system import System

Columns = Mapping[str, np.ndarray]
_EXTREMES = r"^(?:min|max|minimum|maximum|lowest|highest)(?:_|$)"
_QUANTILES = r"(?:^|_)(?:median|quantile|quartile)(?:_|$)"
_Z_STEP = 0.2
_NORMAL = 1.959963984540054


def estimate_rows(frame: pd.DataFrame, one: System, spans: Mapping[str, float]) -> Judged:
    """Estimates with enough behind them, coarsened.

    Parameters
    ----------
    frame
        Declared rows, with the columns `number` and `kind` as declared.
    spans
        By outcome the range of its scores where that is known: one person shifts a mean by at most that over n.
    """
    rows = as_columns(frame)
    n, events = rows["n"], rows["events"]
    groups = [one.group(*key) for key in zip(rows["arm"], rows["outcome"], rows["subgroup"], rows["time"])]
    people = [one.people_number(group, size) if size >= one.threshold else (0, 0) for group, size in zip(groups, n)]
    number, low = (np.array([p[k] for p in people], float) for k in (0, 1))
    of_test = rows["kind"] == "test"
    happened = np.array(
        [
            one.events_number(group, count) if count >= one.threshold and not test else np.nan
            for group, count, test in zip(groups, events, of_test)
        ],
        float,
    )
    arms = np.array([one.smallest_part(group, size) for group, size in zip(groups, n)], float)
    rest = np.array([one.left_out(group, size) for group, size in zip(groups, n)], float)
    hidden = ~_enough(rows, one.threshold) | (arms < one.threshold) | (rest < one.threshold)
    low = np.where(low < one.threshold, np.maximum(n // one.threshold * one.threshold, 1), low)
    number = np.where(number < one.threshold, np.nan, number)
    values = _coarse(rows, n, low, np.array([spans.get(name, np.nan) for name in rows["outcome"]], float), one.threshold)
    return judged(
        rows,
        {"n": number, "events": happened, **values},
        hidden=hidden,
        unknown=np.isnan(rows["estimate"]),
        status="released",
    )


def _enough(rows: Columns, threshold: int) -> np.ndarray:
    """Whether enough people, events, others and degrees of freedom stand behind each row, and nobody dominates it."""
    n, df, events = (rows[column] for column in ("n", "df", "events"))
    enough = (n >= threshold) & (np.isnan(df) | (df >= MINIMUM_DF))
    # more events than people: each person can have several
    others = np.where(events > n, np.inf, n - events)
    enough &= np.isnan(events) | ((events >= threshold) & (others >= threshold))
    enough &= ~_named(rows, _EXTREMES)
    from_people = _named(rows, _QUANTILES)
    enough &= ~from_people | (n >= np.where(_named(rows, "median"), 2, 4) * threshold)
    part = np.where(_is_share(rows), rows["estimate"], np.nan) * n
    enough &= np.isnan(part) | ((part >= threshold) & (n - part >= threshold))
    return enough & ~(rows["largest_share"] > LARGEST_SHARE)


def _is_share(rows: Columns) -> np.ndarray:
    """Shares of people that come as an estimate: they count people, whatever model they come from."""
    return (rows["unit"] == "share") & np.array([" - " not in arm for arm in rows["arm"]], bool)


def _named(rows: Columns, pattern: str) -> np.ndarray:
    return np.array([re.search(pattern, name) is not None for name in rows["measure"]], bool)


def _coarse(rows: Columns, n: np.ndarray, low: np.ndarray, span: np.ndarray, threshold: int) -> dict[str, np.ndarray]:
    """Estimate, limits and p as published; ratios on the log scale, tests as their p."""
    ratio = (rows["number"] == "ratio") & (rows["ci_low"] > 0)
    ratio &= (rows["estimate"] > 0) & np.isfinite(rows["ci_high"])
    error, df = rows["std_error"], rows["df"]
    estimate, ci_low, ci_high = (_log_where(ratio, rows[column]) for column in ("estimate", "ci_low", "ci_high"))
    with np.errstate(all="ignore"):
        half = (ci_high - ci_low) / 2
        error = np.where(np.isnan(error) | ratio, half / _NORMAL, error)
        wider = np.sqrt(n / low) * _quantile_ratio(half / error, df, n, low)
        error = np.where(np.isfinite(error) & (error > 0), error, _usual_error(rows, estimate, n)) * np.sqrt(n / low)
        step = round_step(error / STEPS_PER_ERROR)
        step = _at_least(step, np.where(rows["unit"] == "score", span / low, np.nan))
        step = _at_least(step, np.where(ratio, np.nan, _of_counts(rows, low, threshold)))
        bottom, top = (estimate + wider * (limit - estimate) for limit in (ci_low, ci_high))
    bounded = rows["unit"] == "correlation"
    bottom, top = np.where(bounded, np.maximum(bottom, -1), bottom), np.where(bounded, np.minimum(top, 1), top)
    values = {
        "estimate": _exp_where(ratio, to_step(estimate, step)),
        "ci_low": _exp_where(ratio, to_step(bottom, step, np.floor)),
        "ci_high": _exp_where(ratio, to_step(top, step, np.ceil)),
    }
    if (share := _is_share(rows)).any():
        values = {name: np.where(share, np.clip(value, 0, 1), value) for name, value in values.items()}
    test = (rows["kind"] == "test") & np.isnan(ci_low)
    values["estimate"] = np.where(test, _statistic(rows, n, low), values["estimate"])
    return values | {"p_value": _p(rows["p_value"], n, low)}


def _log_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, np.log(np.where(ratio, values, 1.0)), values)


def _exp_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, significant(np.exp(np.where(ratio, values, 0.0))), values)


def _quantile_ratio(used: np.ndarray, df: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """How much longer the quantile of an interval by t becomes with fewer degrees of freedom; 1 for normal intervals."""
    by_t = np.abs(used - stdtrit(df, 0.975)) < np.abs(used - _NORMAL)
    fewer = np.maximum(df * low / n, 1.0)
    return np.where(by_t, stdtrit(fewer, 0.975) / stdtrit(df, 0.975), 1.0)


def _usual_error(rows: Columns, estimate: np.ndarray, n: np.ndarray) -> np.ndarray:
    """For numbers that come without an error: of a standardised difference 2 / sqrt(n), of anything else that of an SD."""
    return np.where(rows["unit"] == "SD", 2 / np.sqrt(n), np.abs(estimate) / np.sqrt(2 * n))


def _of_counts(rows: Columns, low: np.ndarray, threshold: int) -> np.ndarray:
    """What `threshold` people, or events, are in shares and in numbers of events per person or year: no finer than that."""
    per_event = np.abs(rows["estimate"]) * threshold / rows["events"]
    counts_events = (rows["number"] == "effect") & ~np.isnan(rows["events"]) & (rows["unit"] != "SD")
    return np.where((rows["unit"] == "share"), threshold / low, np.where(counts_events, per_event, np.nan))


def _at_least(step: np.ndarray, least: np.ndarray) -> np.ndarray:
    wanted = np.isfinite(least) & (least > 0) & ~(step >= least)
    return np.where(wanted, step_above(np.where(wanted, least, 1.0)), step)


def _statistic(rows: Columns, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """A test's statistic as coarse as its p; one that is neither t nor chi-squared (a rank sum, odds of two counts) does not leave."""
    exact = rows["estimate"]
    with np.errstate(all="ignore"):
        root = np.where(rows["unit"] == "chi-squared", np.sqrt(np.maximum(exact, 0)), np.abs(exact)) * np.sqrt(low / n)
        stepped = np.floor(root / _Z_STEP + 1e-9) * _Z_STEP
    by_unit = [(rows["unit"] == "chi-squared"), (rows["unit"] == "t")]
    return significant(np.select(by_unit, [stepped**2, np.sign(exact) * stepped], np.nan), 3)


def _p(p: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """p as of a group as small as the lower end of its band, on steps of 0.2 of the normal deviate, at least 0.001."""
    with np.errstate(all="ignore"):
        z = -ndtri(np.clip(p, 1e-300, 1) / 2) * np.sqrt(low / n)
    stepped = np.floor(z / _Z_STEP + 1e-9) * _Z_STEP
    new = 2 * ndtr(-stepped)
    return np.where(np.isnan(p), np.nan, np.clip(significant(new), 0.001, 1.0))
