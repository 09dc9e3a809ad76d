"""Young people of one provider resemble each other: the intervals that allow for it, and what the others say of themselves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from analyses import change, comparison
from evaluation.release.door import release
from evaluation.release.edition import public
from tests.cohorts import compare, small_cohort, small_plan


def _cohort(folder, rows):
    """Rows of provider, arm, baseline and later score."""
    people = [{"client": f"c{k:03d}", "provider": row[0], "arm": row[1]} for k, row in enumerate(rows)]
    scores = [
        {"client": f"c{k:03d}", "moment": moment, "score": score}
        for k, row in enumerate(rows)
        for moment, score in zip(("baseline", "end"), row[2:])
    ]
    return small_cohort(folder, people, scores)


def _rows(analysis, cohort, plan, arm):
    frame = analysis.run(cohort, plan).estimates
    return frame[(frame["time"] == "end") & (frame["arm"] == arm)].set_index("measure")


def test_the_change_of_equal_providers_is_that_of_their_means(tmp_path):
    """Mean changes of three providers with four people each: -3, -7 and -5, so -5 with the error 2 / sqrt(3) and two degrees of freedom."""
    changes = {"east": (-1, -5, -4, -2), "west": (-6, -8, -7, -7), "north": (-5, -5, -1, -9)}
    rows = [(provider, "care", 30 + k, 30 + k + d) for provider, part in changes.items() for k, d in enumerate(part)]
    found = _rows(change, _cohort(tmp_path / "s", rows), small_plan(), "all")
    row, half = found.loc["mean_change_clustered"], stats.t.ppf(0.975, 2) * 2 / 3**0.5
    assert (row["estimate"], row["ci_low"], row["ci_high"], row["df"]) == pytest.approx((-5, -5 - half, -5 + half, 2))
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(5 / (2 / 3**0.5), 2))
    assert found.loc["g_clustered", "estimate"] == pytest.approx(found.loc["g", "estimate"])
    assert found.loc["g_clustered", "ci_low"] < found.loc["g", "ci_low"]
    for measure in ("mean_change", "g"):
        assert "too narrow where providers differ" in found.loc[measure, "method"]


def test_with_one_provider_the_interval_says_what_is_not_in_it(tmp_path):
    rows = [("east", arm, 30 - k, 24 + k % 3) for arm in ("new", "usual") for k in range(6)]
    cohort, plan = _cohort(tmp_path / "s", rows), small_plan(**compare("new", "usual"))
    found = _rows(change, cohort, plan, "all")
    for measure in ("mean_change_clustered", "g_clustered"):
        assert found.loc[measure, "method"].startswith("one_group: ") and np.isnan(found.loc[measure, "estimate"])
    for frame in (found, _rows(change, cohort, plan, "new - usual"), _rows(comparison, cohort, plan, "new - usual")):
        for measure in {"mean_change", "g", "adjusted_difference", "adjusted_difference_hc3", "g_between"} & set(frame.index):
            assert "of one provider" in frame.loc[measure, "method"], measure


def test_an_arm_that_one_provider_decides_has_no_interval_by_provider(tmp_path):
    rows = [(provider, arm, 30 - k, 24 + k % 3) for provider, arm in (("east", "new"), ("west", "usual")) for k in range(6)]
    found = _rows(comparison, _cohort(tmp_path / "s", rows), small_plan(**compare("new", "usual")), "new - usual")
    assert found.loc["adjusted_difference_cr2", "method"].startswith("no_residual_df: ")
    assert "too narrow where providers differ" in found.loc["adjusted_difference_hc3", "method"]


@pytest.mark.parametrize(
    ("sizes", "shown"), [((30, 30), True), ((40, 6), False), ((24, 22, 8), False), ((20, 20, 20, 6), True)]
)
def test_the_mean_of_a_small_provider_does_not_leave_by_the_error(tmp_path, sizes, shown):
    """Of two or three providers the error is nearly the difference between their means: the smallest must be large enough for its own."""
    rng = np.random.default_rng(2)
    rows = [
        (f"provider-{p}", "care", int(rng.integers(24, 38)), int(rng.integers(14, 30)))
        for p, size in enumerate(sizes)
        for _ in range(size)
    ]
    result = change.run(_cohort(tmp_path / "s", rows), small_plan())
    frame = release(result, public(10))
    row = frame[(frame["measure"] == "mean_change_clustered") & (frame["time"] == "end")].iloc[0]
    assert (row["status"] == "released") == shown and np.isfinite(row["ci_low"]) == shown


def test_everyone_changes_by_exactly_five(tmp_path):
    """R's lm calls it an essentially perfect fit: the difference is 0 by hand, and nothing is tested on rounding."""
    before = [30, 34, 22.3, 41 - 2, 33, 25, 36, 24, 38, 28.1]
    rows = [("east" if k % 2 else "west", "a" if k < 6 else "b", score, round(score - 5, 1)) for k, score in enumerate(before)]
    cohort, plan = _cohort(tmp_path / "s", rows), small_plan(**compare("a", "b"), multiplicity="holm")
    found = _rows(comparison, cohort, plan, "a - b")
    for measure in ("adjusted_difference_hc3", "adjusted_difference_cr2", "adjusted_difference_holm"):
        row = found.loc[measure]
        assert row["method"].startswith("no_variance: ") and row["estimate"] == 0, measure
        assert np.isnan(row[["ci_low", "ci_high", "p_value"]].to_numpy(float)).all(), measure
    row = _rows(change, cohort, plan, "all").loc["mean_change_clustered"]
    assert row["estimate"] == pytest.approx(-5) and row["method"].startswith("no_variance: ") and np.isnan(row["ci_low"])
