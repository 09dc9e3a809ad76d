"""`std_error` and `df` in every results file: what a meta-analyst needs, exact inside, and no more than the interval in a release."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import analyses
from data_schemas.evidence import RESULT_COLUMNS, read_evidence

_Z = 1.959963984540054


def _all(folder):
    for frame in read_evidence(folder / "evidence").results.values():
        assert tuple(frame.columns) == RESULT_COLUMNS
        yield from frame.itertuples()


def test_they_stand_at_the_end_of_the_promised_columns():
    assert RESULT_COLUMNS[-3:] == ("status", "std_error", "df")


def test_the_error_of_a_hazard_ratio_is_that_of_its_logarithm(finished):
    """Rossi, unadjusted, Efron: R's coxph(Surv(week, arrest) ~ fin) prints se(coef) 0.1897."""
    frame = read_evidence(finished("rossi", True) / "evidence").results["hazards"]
    row = frame[(frame["measure"] == "hazard_ratio") & (frame["subgroup"] == "")].iloc[0]
    assert row["std_error"] == pytest.approx(0.1897, abs=5e-5)
    assert np.log(row["ci_high"] / row["ci_low"]) == pytest.approx(2 * _Z * row["std_error"], rel=1e-6)


def test_a_mean_has_the_error_and_degrees_of_freedom_of_a_t_interval(finished):
    """Anorexia, family treatment: 17 girls, mean change 7.264706 lb, SD 7.157421 (R: t.test): error SD / sqrt(17), 16 df."""
    frame = read_evidence(finished("anorexia", True) / "evidence").results["change"]
    row = frame[(frame["measure"] == "mean_change") & (frame["n"] == 17)].iloc[0]
    assert (row["estimate"], row["df"]) == (pytest.approx(7.264706, abs=5e-6), 16)
    assert row["std_error"] == pytest.approx(7.157421 / np.sqrt(17), abs=5e-6)


@pytest.mark.parametrize("example", ["rossi", "fireworks"])
def test_a_release_says_by_the_error_what_the_interval_says(finished, example):
    """And no degrees of freedom, which would give away the exact number of people."""
    checked = 0
    for row in _all(finished(example)):
        assert np.isnan(row.df)
        if np.isnan(row.std_error):
            continue
        declared = analyses()[row.analysis].MEASURES[row.measure]
        low, high = (np.log([row.ci_low, row.ci_high])) if declared.number == "ratio" else (row.ci_low, row.ci_high)
        assert row.std_error == pytest.approx((high - low) / (2 * _Z), rel=6e-3)
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("example", ["rossi", "fireworks", "anorexia"])
def test_a_value_that_is_held_back_takes_its_error_along(finished, example):
    hidden = [row for row in _all(finished(example)) if row.status == "suppressed"]
    assert hidden and all(np.isnan(row.std_error) and np.isnan(row.df) for row in hidden)
