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
from evaluation.release.rows import Judged, judged
from evaluation.release.rules import LARGEST_SHARE, MINIMUM_DF, STEPS_PER_ERROR
from evaluation.release.system import System

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
    n, events = frame["n"].to_numpy(float), frame["events"].to_numpy(float)
    groups = [one.group(*key) for key in zip(frame["arm"], frame["outcome"], frame["subgroup"], frame["time"])]
    people = [one.people_number(group, size) if size >= one.threshold else (0, 0) for group, size in zip(groups, n)]
    number, low = (np.array([p[k] for p in people], float) for k in (0, 1))
    of_test = (frame["kind"] == "test").to_numpy()
    happened = np.array(
        [
            one.events_number(group, count) if count >= one.threshold and not test else np.nan
            for group, count, test in zip(groups, events, of_test)
        ],
        float,
    )
    arms = np.array([one.smallest_part(group, size) for group, size in zip(groups, n)], float)
    rest = np.array([one.left_out(group, size) for group, size in zip(groups, n)], float)
    hidden = ~_enough(frame, one.threshold) | (arms < one.threshold) | (rest < one.threshold)
    low = np.where(low < one.threshold, np.maximum(n // one.threshold * one.threshold, 1), low)
    number = np.where(number < one.threshold, np.nan, number)
    values = _coarse(frame, n, low, frame["outcome"].map(spans).to_numpy(float), one.threshold)
    return judged(
        frame,
        {"n": number, "events": happened, **values},
        hidden=hidden,
        unknown=frame["estimate"].isna().to_numpy(),
        status="released",
    )


def _enough(frame: pd.DataFrame, threshold: int) -> np.ndarray:
    """Whether enough people, events, others and degrees of freedom stand behind each row, and nobody dominates it."""
    n, df, events = (frame[column].to_numpy(float) for column in ("n", "df", "events"))
    enough = (n >= threshold) & (np.isnan(df) | (df >= MINIMUM_DF))
    # more events than people: each person can have several
    others = np.where(events > n, np.inf, n - events)
    enough &= np.isnan(events) | ((events >= threshold) & (others >= threshold))
    enough &= ~frame["measure"].str.contains(_EXTREMES).to_numpy()
    from_people = frame["measure"].str.contains(_QUANTILES).to_numpy()
    enough &= ~from_people | (n >= np.where(frame["measure"].str.contains("median"), 2, 4) * threshold)
    part = np.where(_is_share(frame), frame["estimate"].to_numpy(float), np.nan) * n
    enough &= np.isnan(part) | ((part >= threshold) & (n - part >= threshold))
    return enough & ~(frame["largest_share"].to_numpy(float) > LARGEST_SHARE)


def _is_share(frame: pd.DataFrame) -> np.ndarray:
    """Shares of people that come as an estimate: they count people, whatever model they come from."""
    return ((frame["unit"] == "share") & ~frame["arm"].str.contains(" - ", regex=False)).to_numpy()


def _coarse(frame: pd.DataFrame, n: np.ndarray, low: np.ndarray, span: np.ndarray, threshold: int) -> dict[str, np.ndarray]:
    """Estimate, limits and p as published; ratios on the log scale, tests as their p."""
    ratio = (frame["number"] == "ratio").to_numpy() & (frame["ci_low"].to_numpy(float) > 0)
    ratio &= (frame["estimate"].to_numpy(float) > 0) & np.isfinite(frame["ci_high"].to_numpy(float))
    error, df = frame["std_error"].to_numpy(float), frame["df"].to_numpy(float)
    estimate, ci_low, ci_high = (
        _log_where(ratio, frame[column].to_numpy(float)) for column in ("estimate", "ci_low", "ci_high")
    )
    with np.errstate(all="ignore"):
        half = (ci_high - ci_low) / 2
        error = np.where(np.isnan(error) | ratio, half / _NORMAL, error)
        wider = np.sqrt(n / low) * _quantile_ratio(half / error, df, n, low)
        error = np.where(np.isfinite(error) & (error > 0), error, _usual_error(frame, estimate, n)) * np.sqrt(n / low)
        step = round_step(error / STEPS_PER_ERROR)
        step = _at_least(step, np.where(frame["unit"] == "score", span / low, np.nan))
        step = _at_least(step, np.where(ratio, np.nan, _of_counts(frame, low, threshold)))
        bottom, top = (estimate + wider * (limit - estimate) for limit in (ci_low, ci_high))
    bounded = frame["unit"].isin(["correlation"]).to_numpy()
    bottom, top = np.where(bounded, np.maximum(bottom, -1), bottom), np.where(bounded, np.minimum(top, 1), top)
    values = {
        "estimate": _exp_where(ratio, to_step(estimate, step)),
        "ci_low": _exp_where(ratio, to_step(bottom, step, np.floor)),
        "ci_high": _exp_where(ratio, to_step(top, step, np.ceil)),
    }
    if (share := _is_share(frame)).any():
        values = {name: np.where(share, np.clip(value, 0, 1), value) for name, value in values.items()}
    test = (frame["kind"] == "test").to_numpy() & np.isnan(ci_low)
    values["estimate"] = np.where(test, _statistic(frame, n, low), values["estimate"])
    return values | {"p_value": _p(frame["p_value"].to_numpy(float), n, low)}


def _log_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, np.log(np.where(ratio, values, 1.0)), values)


def _exp_where(ratio: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.where(ratio, significant(np.exp(np.where(ratio, values, 0.0))), values)


def _quantile_ratio(used: np.ndarray, df: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """How much longer the quantile of an interval by t becomes with fewer degrees of freedom; 1 for normal intervals."""
    by_t = np.abs(used - stats.t.ppf(0.975, df)) < np.abs(used - _NORMAL)
    fewer = np.maximum(df * low / n, 1.0)
    return np.where(by_t, stats.t.ppf(0.975, fewer) / stats.t.ppf(0.975, df), 1.0)


def _usual_error(frame: pd.DataFrame, estimate: np.ndarray, n: np.ndarray) -> np.ndarray:
    """For numbers that come without an error: of a standardised difference 2 / sqrt(n), of anything else that of an SD."""
    return np.where(frame["unit"] == "SD", 2 / np.sqrt(n), np.abs(estimate) / np.sqrt(2 * n))


def _of_counts(frame: pd.DataFrame, low: np.ndarray, threshold: int) -> np.ndarray:
    """What `threshold` people, or events, are in shares and in numbers of events per person or year: no finer than that."""
    per_event = np.abs(frame["estimate"].to_numpy(float)) * threshold / frame["events"].to_numpy(float)
    counts_events = ((frame["number"] == "effect") & frame["events"].notna()).to_numpy() & ~(frame["unit"] == "SD").to_numpy()
    return np.where((frame["unit"] == "share").to_numpy(), threshold / low, np.where(counts_events, per_event, np.nan))


def _at_least(step: np.ndarray, least: np.ndarray) -> np.ndarray:
    wanted = np.isfinite(least) & (least > 0) & ~(step >= least)
    return np.where(wanted, step_above(np.where(wanted, least, 1.0)), step)


def _statistic(frame: pd.DataFrame, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """A test's statistic as coarse as its p; one that is neither t nor chi-squared (a rank sum, odds of two counts) does not leave."""
    exact = frame["estimate"].to_numpy(float)
    with np.errstate(all="ignore"):
        root = np.where(frame["unit"] == "chi-squared", np.sqrt(np.maximum(exact, 0)), np.abs(exact)) * np.sqrt(low / n)
        stepped = np.floor(root / _Z_STEP + 1e-9) * _Z_STEP
    by_unit = [(frame["unit"] == "chi-squared").to_numpy(), (frame["unit"] == "t").to_numpy()]
    return significant(np.select(by_unit, [stepped**2, np.sign(exact) * stepped], np.nan), 3)


def _p(p: np.ndarray, n: np.ndarray, low: np.ndarray) -> np.ndarray:
    """p as of a group as small as the lower end of its band, on steps of 0.2 of the normal deviate, at least 0.001."""
    with np.errstate(all="ignore"):
        z = stats.norm.isf(np.clip(p, 1e-300, 1) / 2) * np.sqrt(low / n)
    stepped = np.floor(z / _Z_STEP + 1e-9) * _Z_STEP
    new = 2 * stats.norm.sf(stepped)
    return np.where(np.isnan(p), np.nan, np.clip(significant(new), 0.001, 1.0))
