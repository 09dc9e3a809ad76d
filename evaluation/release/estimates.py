"""Means, effects, models and tests: what leaves is derived from the lower end of the band of n, on steps of about the standard error.

An interval gives n away (its width over the spread), and so does a p-value. Both are therefore calculated as if the group were as
small as the lower end of its band, which is wider and never narrower; estimate and limits are rounded to the same step, the limits
outwards.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from evaluation.release.bands import round_step, significant, step_above, to_step
from evaluation.release.network import People
from evaluation.release.rows import judged
from evaluation.release.rules import LARGEST_SHARE, MINIMUM_DF, STEPS_PER_ERROR
from evaluation.release.system import System

_EXTREMES = r"^(?:min|max|minimum|maximum|lowest|highest)(?:_|$)"
_QUANTILES = r"(?:^|_)(?:median|quantile|quartile)(?:_|$)"
_Z_STEP = 0.2


def estimate_rows(frame: pd.DataFrame, one: System, spans: Mapping[str, float]) -> pd.DataFrame:
    """Estimates with enough behind them, coarsened.

    Parameters
    ----------
    frame
        Declared rows, with a column `number`: the kind of number.
    spans
        By outcome the range of its scores where that is known: one person shifts a mean by at most that over n.
    """
    n, events = frame["n"].to_numpy(float), frame["events"].to_numpy(float)
    people = [one.people_number(_group(row), row.n) if row.n >= one.threshold else (0, 0) for row in frame.itertuples()]
    number, low = (np.array([p[k] for p in people], float) for k in (0, 1))
    happened = np.array(
        [one.events_number(_group(row), row.events) if row.events >= one.threshold else np.nan for row in frame.itertuples()],
        float,
    )
    hidden = ~_enough(frame, one.threshold)
    low = np.where(low < one.threshold, np.maximum(n // one.threshold * one.threshold, 1), low)
    number = np.where(number < one.threshold, np.nan, number)
    values = _coarse(frame, n, low, frame["outcome"].map(spans).to_numpy(float))
    columns = {"n": number, "events": np.where(np.isnan(events), np.nan, happened), **values}
    return judged(frame, columns, hidden=hidden, unknown=frame["estimate"].isna().to_numpy(), status="released")


def _group(row) -> People:
    return People(row.arm, f"{row.outcome} {row.subgroup}".strip(), row.time)


def _enough(frame: pd.DataFrame, threshold: int) -> np.ndarray:
    """Whether enough people, events, others and degrees of freedom stand behind each row, and nobody dominates it."""
    n, df, events = (frame[column].to_numpy(float) for column in ("n", "df", "events"))
    enough = (n >= threshold) & (np.isnan(df) | (df >= MINIMUM_DF))
    enough &= np.isnan(events) | ((events >= threshold) & (n - events >= 0))
    enough &= ~frame["measure"].str.contains(_EXTREMES).to_numpy()
    from_people = frame["measure"].str.contains(_QUANTILES).to_numpy()
    enough &= ~from_people | (n >= np.where(frame["measure"].str.contains("median"), 2, 4) * threshold)
    return enough & ~(frame["largest_share"].to_numpy(float) > LARGEST_SHARE)


def _coarse(frame: pd.DataFrame, n: np.ndarray, low: np.ndarray, span: np.ndarray) -> dict[str, np.ndarray]:
    """Estimate, limits and p as published."""
    estimate, ci_low, ci_high, error, df = (
        frame[c].to_numpy(float) for c in ("estimate", "ci_low", "ci_high", "std_error", "df")
    )
    with np.errstate(all="ignore"):
        smaller = np.where(np.isnan(df), np.nan, np.maximum(df - (n - low), 1))
        wider = np.sqrt(n / low) * np.where(np.isnan(df), 1.0, stats.t.ppf(0.975, smaller) / stats.t.ppf(0.975, df))
        error = np.where(np.isnan(error), (ci_high - ci_low) / 3.92, error)
        step = _step(frame, error * np.sqrt(n / low), span, low)
    ratio = (frame["number"] == "ratio").to_numpy()
    bottom, top = _widened(estimate, ci_low, ci_high, wider, ratio)
    bounded = frame["unit"].isin(["correlation"]).to_numpy()
    bottom, top = np.where(bounded, np.maximum(bottom, -1), bottom), np.where(bounded, np.minimum(top, 1), top)
    stepped = ~np.isnan(step)
    chi = (frame["number"] == "statistic").to_numpy()
    values = {
        "estimate": np.where(stepped, to_step(estimate, step), significant(np.where(chi, estimate * low / n, estimate))),
        "ci_low": np.where(stepped, to_step(bottom, step, np.floor), significant(bottom)),
        "ci_high": np.where(stepped, to_step(top, step, np.ceil), significant(top)),
    }
    values["ci_low"] = np.where(ratio, np.maximum(values["ci_low"], 0.0), values["ci_low"])
    return values | {"p_value": _p(frame["p_value"].to_numpy(float), n, low)}


def _step(frame: pd.DataFrame, error: np.ndarray, span: np.ndarray, low: np.ndarray) -> np.ndarray:
    """The rounding step: about a standard error; for scores at least what one person can shift a mean."""
    usable = np.isfinite(error) & (error > 0)
    step = round_step(np.where(usable, error / STEPS_PER_ERROR, np.nan))
    least = span / low
    scored = usable & (frame["unit"] == "score").to_numpy() & np.isfinite(least)
    return np.where(scored & (step < least), step_above(np.where(scored, least, 1.0)), step)


def _widened(estimate, ci_low, ci_high, wider, ratio) -> tuple[np.ndarray, np.ndarray]:
    """Limits further from the estimate by a factor; of a ratio on the log scale."""
    with np.errstate(all="ignore"):
        log = [np.log(np.where(ratio & (v > 0), v, np.nan)) for v in (estimate, ci_low, ci_high)]
        by_log = [np.exp(log[0] + wider * (limit - log[0])) for limit in log[1:]]
        plain = [estimate + wider * (limit - estimate) for limit in (ci_low, ci_high)]
    use = ratio & ~np.isnan(log[0])
    return tuple(np.where(use & ~np.isnan(a), a, b) for a, b in zip(by_log, plain))


def _p(p: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """p as of a group as small as the lower end of its band, on steps of 0.2 of the normal deviate, at least 0.001."""
    with np.errstate(all="ignore"):
        z = stats.norm.isf(np.clip(p, 1e-300, 1) / 2) * np.sqrt(low / n)
    stepped = np.floor(z / _Z_STEP + 1e-9) * _Z_STEP
    new = 2 * stats.norm.sf(stepped)
    return np.where(np.isnan(p), np.nan, np.clip(significant(new), 0.001, 1.0))
