"""Missing data against mice: pooling and tipping points on fixed imputations, and where the imputations lie (r/imputation.R)."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from analyses import missing_data
from analyses.shared.cohort import pool
from analyses.statistics.missing.multiple_imputation import imputable, impute
from analyses.statistics.missing.rubin_pooling import pool_rubin
from analyses.statistics.missing.score_patterns import score_patterns
from analyses.statistics.missing.single_imputation import last_carried_forward
from analyses.statistics.missing.tipping_point import (
    change_sums,
    imputed_change_sums,
    shifted_difference,
    shifted_mean,
    tipping_point,
    together,
)
from data_schemas.plan import MissingData, Plan
from evaluation.contract.examples import write_example
from evaluation.contract.examples._example import public_rows
from evaluation.validation.validating import validate
from tests.cohorts import small_cohort, small_plan

VALUES = json.loads((Path(__file__).parent / "values" / "imputation.json").read_text(encoding="utf-8"))
FIRST = np.array([drawn["first"] for drawn in VALUES["changes"]])
SECOND = np.array([drawn["second"] for drawn in VALUES["changes"]])
HOLE = [np.array(hole) for hole in VALUES["hole"]]


def estimates():
    one, two = change_sums(FIRST, HOLE[0]), change_sums(SECOND, HOLE[1])
    shown = change_sums(FIRST - 12, HOLE[0])
    return {
        "all": shifted_mean(together([one, two])),
        "first": shifted_mean(one),
        "difference": shifted_difference(one, two),
        "shown": shifted_difference(shown, two),
    }


@pytest.mark.parametrize("name", ["all", "first", "difference", "shown"])
def test_pooling_and_tipping_equal_mice(name):
    ours, theirs = estimates()[name], VALUES["pooled"][name]
    pooled = pool_rubin(ours.estimates, ours.constant, ours.complete_df)
    assert ours.complete_df == theirs["dfcom"]
    for ours_name, name_there in (
        ("estimate", "estimate"),
        ("std_error", "std_error"),
        ("df", "df"),
        ("p_value", "p"),
        ("ci_low", "low"),
        ("ci_high", "high"),
        ("within", "ubar"),
        ("between", "b"),
        ("fraction_missing", "fmi"),
    ):
        assert getattr(pooled, ours_name) == pytest.approx(theirs[name_there], rel=1e-8), ours_name
    tipped = tipping_point(ours)
    if theirs["tipping"] in (None, "NA"):
        assert tipped.reason == "nothing_to_tip"
    else:
        # R runs the regressions again at every step and stops at 1e-12
        assert tipped.delta == pytest.approx(theirs["tipping"], rel=1e-8)


def test_imputations_lie_where_those_of_mice_do():
    rows = [row for row in public_rows("beat_the_blues.csv") if row["treatment"] == "BtheB"]
    columns = ("bdi.pre", "bdi.2m", "bdi.3m", "bdi.5m", "bdi.8m")
    scores = np.array([[float(row[c]) if row[c] else np.nan for c in columns] for row in rows])
    patterns = score_patterns(scores)
    found = impute(patterns, 600, np.random.default_rng(3))
    seen = np.array([pattern.seen for pattern in patterns])
    assert (found.means[:, seen] == np.array([pattern.means for pattern in patterns])[seen]).all()
    sums = [imputed_change_sums(found, 0, k) for k in range(1, 5)]
    changes = np.column_stack([one.means for one in sums])
    many = VALUES["many"]
    sd = np.array(many["sd"])
    # four Monte Carlo errors of ours and of theirs together
    assert (np.abs(changes.mean(axis=0) - many["mean"]) <= 4 * sd * np.sqrt(1 / 600 + 1 / 2000) + 1e-12).all()
    assert changes.std(axis=0, ddof=1)[1:] == pytest.approx(sd[1:], rel=0.12)
    spread = [(sums[k].squares / (sums[k].n - 1)).mean() for k in (1, 3)]
    assert spread == pytest.approx(many["spread"], rel=0.03)


def test_sums_are_drawn_as_those_of_people_are():
    """One, two and 40 people without the later score, of whom y = 1 + x + e, e with SD 2 known from 4000 others.

    Sum of y: mean sum(1 + x), variance 4 n; sum of squares around the mean of n normal numbers with means 1 + x: 4 (n - 1) plus the scatter of x.
    """
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, 4000)
    whole = np.column_stack([x, 1 + x + rng.normal(0, 2, 4000)])
    beta = np.polynomial.polynomial.polyfit(whole[:, 0], whole[:, 1], 1)
    variance = np.sum((whole[:, 1] - beta[0] - beta[1] * whole[:, 0]) ** 2) / 3998
    for n in (1, 2, 40):
        some = np.column_stack([np.linspace(-1, 1, n) if n > 1 else [0.5], np.full(n, np.nan)])
        found = impute(score_patterns(np.vstack([whole, some])), 4000, np.random.default_rng(7))
        place = next(k for k, pattern in enumerate(found.patterns) if not pattern.seen[1])
        assert found.patterns[place].n == n
        means, squares = found.means[:, place, 1], found.scatter[:, place, 1, 1]
        around = beta[1] ** 2 * np.sum((some[:, 0] - some[:, 0].mean()) ** 2)
        assert means.mean() == pytest.approx(beta[0] + beta[1] * some[:, 0].mean(), abs=4 * np.sqrt(variance / n / 4000) + 0.01)
        assert means.var() == pytest.approx(variance / n, rel=0.12)
        assert squares.mean() == pytest.approx(variance * (n - 1) + around, rel=0.12, abs=1e-9)


@cache
def _rows(folder: Path) -> pd.DataFrame:
    write_example("beat-the-blues", folder)
    document = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    approaches = get_args(get_args(MissingData.model_fields["approaches"].annotation)[0])
    document["missing_data"] = {"approaches": approaches, "imputations": 5}
    cohort = pool([validate(folder).submission])
    one, two = (missing_data.run(cohort, Plan(**document)).estimates for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    return one.set_index(["subgroup", "measure", "arm", "time"]).sort_index()


@pytest.fixture(scope="module")
def frame(tmp_path_factory) -> pd.DataFrame:
    return _rows(tmp_path_factory.mktemp("missing") / "beat-the-blues")


def test_complete_cases_and_carrying_forward_equal_r(frame):
    arms = ("beat-the-blues", "usual-care")
    for arm, theirs in zip(arms, VALUES["observed"]):
        for approach, name in (("complete cases", "complete"), ("locf", "locf")):
            row = frame.loc[(approach, "mean_change", arm, "follow_up_6m")]
            ours = row[["estimate", "ci_low", "ci_high", "p_value"]].tolist()
            assert ours == pytest.approx(theirs[name], rel=1e-8)
    row = frame.loc[("complete cases", "mean_change", " - ".join(arms), "follow_up_6m")]
    assert row[["estimate", "ci_low", "ci_high", "p_value"]].tolist() == pytest.approx(VALUES["difference"], rel=1e-8)


def test_every_approach_stands_at_every_moment(frame):
    for approach, measure in (
        ("complete cases", "mean_change"),
        ("mixed model", "mixed_change"),
        ("multiple imputation", "imputed_change"),
        ("tipping point", "tipping_delta"),
        ("best case", "mean_change"),
        ("worst case", "mean_change"),
        ("baseline carried forward", "mean_change"),
        ("locf", "mean_change"),
    ):
        part = frame.loc[(approach, measure)]
        assert len(part) == 16
        unknown = part["estimate"].isna()
        assert part.loc[unknown, "method"].str.match(r"nothing_missing: |nothing_to_tip: ").all()
        assert not part.loc[~unknown, "method"].str.match(r"[a-z]+_[a-z_]+: ").any()


SMALL = [
    {"client": "a", "arm": "new", "baseline": 30, "end": 20, "follow_up_6m": 15},
    {"client": "b", "arm": "new", "baseline": 28, "end": 22},
    {"client": "c", "arm": "new", "baseline": 24},
    {"client": "d", "arm": "usual", "baseline": 26, "end": 24},
    {"client": "e", "arm": "usual", "baseline": 20, "follow_up_6m": 21},
    {"client": "f", "arm": "usual", "end": 10},
]


def test_guesses_equal_a_calculation_by_hand(tmp_path):
    """Six people on a scale of 0 to 40 where lower is better; f has no baseline and never counts.

    Changes at half a year. Best case: a -15, b 0 - 28, c 0 - 24, d 0 - 26, e +1: mean -92 / 5. Worst case (40): -15, 12, 16, 14, 1: 28 / 5.
    Baseline carried forward: -15, 0, 0, 0, 1: -14 / 5. Last carried forward: -15, -6, 0, -2, 1: -22 / 5. Between the arms the best case has
    the first arm at its best and the second at its worst: (-15 - 28 - 24) / 3 - (14 + 1) / 2.
    """
    people = [{"client": row["client"], "arm": row["arm"]} for row in SMALL]
    scores = [
        {"client": row["client"], "moment": moment, "score": row[moment]}
        for row in SMALL
        for moment in ("baseline", "end", "follow_up_6m")
        if moment in row
    ]
    approaches = ["best_case", "worst_case", "baseline_carried_forward", "locf"]
    cohort = small_cohort(tmp_path / "s", people, scores)
    plan = small_plan(missing_data={"approaches": approaches}, comparison={"arms": ["new", "usual"]})
    rows = missing_data.run(cohort, plan).estimates
    rows = rows[rows["time"] == "follow_up_6m"].set_index(["subgroup", "arm"])["estimate"]
    by_hand = {
        ("best case", "all"): -92 / 5,
        ("worst case", "all"): 28 / 5,
        ("baseline carried forward", "all"): -14 / 5,
        ("locf", "all"): -22 / 5,
        ("best case", "new"): -67 / 3,
        ("best case", "new - usual"): -67 / 3 - 15 / 2,
        ("worst case", "new - usual"): 13 / 3 - (-26 + 1) / 2,
        ("locf", "new - usual"): -21 / 3 - (-1) / 2,
    }
    assert {key: rows[key] for key in by_hand} == pytest.approx(by_hand, rel=1e-12)


def test_the_last_score_is_carried_over_more_than_one_moment():
    """As na.locf of R's zoo on 1, -, -, 2, - and -, 3, -: a hole before any score stays."""
    rows = np.array([[1, np.nan, np.nan, 2, np.nan], [np.nan, 3, np.nan, np.nan, np.nan]])
    assert last_carried_forward(rows).tolist()[0] == [1, 1, 1, 2, 2]
    assert last_carried_forward(rows)[1] == pytest.approx([np.nan, 3, 3, 3, 3], nan_ok=True)


def test_without_a_scale_there_is_no_best_or_worst(tmp_path):
    people, scores = [{"client": f"c{k}"} for k in range(5)], []
    for k in range(5):
        scores.append({"client": f"c{k}", "moment": "baseline", "score": 30 + k})
    cohort = small_cohort(tmp_path / "s", people, scores)
    unbounded = cohort.instruments["worry"].model_copy(update={"maximum": None})
    cohort = replace(cohort, instruments=dict(cohort.instruments) | {"worry": unbounded})
    rows = missing_data.run(cohort, small_plan(missing_data={"approaches": ["best_case", "worst_case"]})).estimates
    assert len(rows) == 4 and rows["method"].str.startswith("no_range: ").all() and rows["estimate"].isna().all()


def test_what_cannot_be_imputed_is_said():
    assert imputable(score_patterns(np.full((4, 2), np.nan))).reason == "empty_group"
    few = score_patterns(np.array([[1.0, 2.0], [2.0, np.nan]]))
    assert imputable(few).reason == "too_few"
    never = np.column_stack([np.arange(6.0), np.full(6, np.nan)])
    assert imputable(score_patterns(never)).reason is None
    assert imputed_change_sums(impute(score_patterns(never), 2, np.random.default_rng(0)), 0, 1) is None
    equal = score_patterns(np.column_stack([np.full(8, 3.0), [4.0] * 6 + [np.nan] * 2]))
    assert impute(equal, 1, np.random.default_rng(0)).means[0, :, 1] == pytest.approx([4.0, 4.0], rel=1e-4)
    with pytest.raises(ValueError):
        impute(few, 1, np.random.default_rng(0))


def test_tipping_without_anything_to_tip():
    hole = np.array([False, False, False, True])
    changes = np.array([[-2.0, -2.5, -1.5, -2.2], [-2.0, -2.5, -1.5, -1.8]])
    assert tipping_point(shifted_mean(change_sums(changes, ~hole & False))).reason == "nothing_missing"
    assert tipping_point(shifted_mean(change_sums(changes + 2, hole))).reason == "nothing_to_tip"
    assert tipping_point(shifted_mean(change_sums(np.full((2, 4), -2.0), hole))).reason == "no_variance"
    everyone = tipping_point(shifted_mean(change_sums(changes, np.ones(4, bool))))
    assert 0 < everyone.delta < 2
