"""What the rows over time say of the model that was possible."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import over_time
from tests.cohorts import small_cohort, small_plan


def _cohort(folder, before, later):
    people = [{"client": f"c{k:03d}"} for k in range(len(before))]
    scores = [
        {"client": person["client"], "moment": moment, "score": score}
        for moment, values in (("baseline", before), ("end", later))
        for person, score in zip(people, values)
    ]
    return small_cohort(folder, people, scores)


def _rows(cohort, **over):
    plan = small_plan(over_time={"slope": "fixed"} | over)
    frame = over_time.run(cohort, plan).estimates
    return frame[frame["time"] == "end"].set_index("measure")


def test_a_variance_at_its_bound_is_said(tmp_path):
    """Who starts high ends low, so that nobody is high throughout: the change is a difference between two independent means."""
    before, later = np.array([10.0, 20, 12, 18, 14, 16, 11, 19]), np.array([14.0, 6, 12, 8, 11, 8, 13, 8])
    assert np.corrcoef(before, later)[0, 1] < -0.9
    row = _rows(_cohort(tmp_path / "s", before, later)).loc["mixed_change"]
    assert "variance 0" in row["method"] and "slopes" not in row["method"]
    assert row["estimate"] == pytest.approx(later.mean() - before.mean())
    # the error is then that of two independent groups of 8, before Kenward and Roger widen it a little
    apart = np.sqrt((before.var(ddof=1) + later.var(ddof=1)) / 8)
    assert apart <= row["std_error"] < 1.1 * apart


def test_everyone_changes_alike_is_no_test(tmp_path):
    rows = _rows(_cohort(tmp_path / "s", [10.0, 20, 12.3, 18, 14, 16], [5.0, 15, 7.3, 13, 9, 11]))
    for measure in ("mixed_change", "gee_change"):
        assert rows.loc[measure, "method"].startswith("no_variance: "), measure
        assert np.isnan(rows.loc[measure, ["ci_low", "ci_high", "p_value"]].to_numpy(float)).all()


def test_gee_is_left_to_small_samples(tmp_path, monkeypatch):
    cohort = _cohort(tmp_path / "s", [10.0, 20, 12, 18, 14, 16], [5.0, 16, 7, 14, 9, 11])
    assert _rows(cohort).loc["gee_change", "std_error"] > 0
    monkeypatch.setattr(over_time, "GEE_CLIENTS", 5)
    assert _rows(cohort).loc["gee_change", "method"].startswith("too_many: ")
