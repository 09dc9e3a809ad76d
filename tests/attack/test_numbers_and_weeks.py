"""Attacks on what is not a plain count: event weeks and numbers at risk in curves, n in intervals and p-values, one client more or less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analyses import analyses
from evaluation.release.door import release_all
from evaluation.release.edition import committee, public
from evaluation.release.rules import GRID_WEEKS
from tests.attack._dossier import HORIZONS, Dossier, dossier, results
from tests.cohorts import small_cohort, small_plan

THRESHOLD = 10


def _released(one: Dossier) -> pd.DataFrame:
    return release_all(results(one), public(THRESHOLD), {"score": 60.0})["attack"]


def _moved(one: Dossier, rng: np.random.Generator) -> Dossier:
    """Every event in another week between the same two weeks of the grid; everything after the last horizon anywhere."""
    grid = np.unique([*range(0, HORIZONS[-1] + 1, GRID_WEEKS), *HORIZONS, HORIZONS[-1] - 1])
    place = np.searchsorted(grid, one.week)
    low = np.where(place == 0, 0, grid[np.maximum(place, 1) - 1] + 1)
    high = np.where(place < len(grid), grid[np.minimum(place, len(grid) - 1)], 70)
    return replace(one, week=rng.integers(low, high + 1))


@pytest.mark.parametrize("seed", range(0, 40))
def test_event_weeks_cannot_be_recovered(seed):
    """Two dossiers with other event weeks within the grid give the same release, to the last digit."""
    one = dossier(seed)
    pd.testing.assert_frame_equal(_released(one), _released(_moved(one, np.random.default_rng(seed))))


@pytest.mark.parametrize("seed", range(0, 40))
def test_numbers_at_risk_from_the_steps_of_a_curve_are_those_of_rounded_counts(seed):
    """n = d / (1 - S_i / S_(i-1)) gives the published number, and steps of fewer than the threshold do not exist."""
    frame = _released(dossier(seed))
    for _, rows in frame[frame["outcome"] == "event"].groupby("arm"):
        wide = rows.pivot(index="time", columns="measure", values="estimate")
        wide = wide.set_index(wide.index.astype(int)).sort_index()
        survival = wide["survival"].dropna()
        assert survival.between(0, 1).all() and survival.is_monotonic_decreasing
        steps = -survival.diff().dropna() / survival.shift().dropna()
        for week, step in steps[steps > 1e-12].items():
            at_risk = wide.loc[week, "at_risk"]
            if not np.isnan(at_risk):
                assert step * at_risk == pytest.approx(round(step * at_risk)) and step * at_risk >= THRESHOLD / 2


def test_n_cannot_be_recovered_from_interval_or_p():
    """Groups of 30 to 39 with the same mean and SD give one and the same published row."""
    from data_schemas.result import Result, rows
    from tests.attack._dossier import MEASURES

    def published(n: int) -> dict:
        error = 8 / np.sqrt(n)
        half = stats.t.ppf(0.975, n - 1) * error
        row = {"outcome": "score", "measure": "mean", "arm": "all", "n": n, "estimate": 4.1, "std_error": error, "df": n - 1,
               "ci_low": 4.1 - half, "ci_high": 4.1 + half, "p_value": 2 * stats.norm.sf(4.1 / error), "unit": "x", "method": "m"}  # fmt: skip
        return release_all({"a": Result("a", MEASURES, rows("a", [row]))}, public(THRESHOLD))["a"].iloc[0].to_dict()

    assert len({str(published(n)) for n in range(30, 40)}) == 1
    assert str(published(29)) != str(published(30))


@pytest.mark.parametrize("seed", range(0, 30))
def test_one_client_more_or_less_moves_a_count_by_a_band_or_not_at_all(seed):
    """A sum of two bands moves by two bands at most; no method text depends on who is there."""
    one = dossier(seed)
    if len(one.arm) < 20:
        pytest.skip("too few to release anything")
    rng = np.random.default_rng(seed)
    before = _released(one)
    after = _released(one.without(int(rng.integers(len(one.arm)))))
    assert before["method"].equals(after["method"])
    for measure in ("received", "analysed", "lost"):
        a, b = (frame[frame["measure"] == measure]["estimate"].to_numpy() for frame in (before, after))
        both = ~np.isnan(a) & ~np.isnan(b)
        assert (np.abs(a - b)[both] <= 2 * THRESHOLD).all()


def test_rows_neither_appear_nor_vanish_with_the_data():
    """The list of rows is the same for any data with the same arms."""
    frames = [_released(dossier(seed)) for seed in range(12)]
    keys = ["outcome", "measure", "arm", "subgroup", "time"]
    shapes = {tuple(map(tuple, frame[keys].to_numpy())) for frame in frames}
    assert len(shapes) == 2


def test_an_interval_by_a_late_week_does_not_tell_the_committee_when_early_events_were(tmp_path):
    """Before: that of shares by interval-censored methods, to three digits, which whoever knew all other weeks could take back to hers."""
    others, told = np.random.default_rng(1).integers(1, 70, 16), set()
    for week in (3, 5, 13):
        people = [{"client": f"c{k:02d}", "follow_up_weeks": 80, "follow_up_end": "end_of_study"} for k in range(40)]
        event = {"event": "running_away", "certainty": "actual", "source": "self_report"}
        events = [event | {"client": f"c{k:02d}", "week_from": w, "week_to": w} for k, w in enumerate([week, *others])]
        cohort = small_cohort(tmp_path / str(week), people, (), events)
        asked = small_plan(events={"event": ["running_away"], "horizons_weeks": [26, 52, 70], "restricted_mean_weeks": 52})
        answers = {name: analyses()[name].run(cohort, asked) for name in ("revictimisation", "interval_censored_events")}
        exact = answers["interval_censored_events"].estimates
        assert exact["ci_low"].notna().any()
        frame = release_all(answers, committee(5), beside=[public(THRESHOLD)])["interval_censored_events"]
        assert frame.loc[(frame["measure"] == "survival") & (frame["time"] == "70"), "estimate"].notna().any()
        told.add(frame.to_csv())
    assert len(told) == 1
