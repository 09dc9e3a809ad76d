"""Missing data against mice: pooling and tipping points on fixed imputations, and where the imputations lie (r/imputation.R)."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import missing_data
from analyses.shared.cohort import pool
from analyses.statistics.missing.multiple_imputation import imputable, impute
from analyses.statistics.missing.rubin_pooling import pool_rubin
from analyses.statistics.missing.tipping_point import (
    change_sums,
    shifted_difference,
    shifted_mean,
    tipping_point,
    together,
)
from data_schemas.plan import Plan
from evaluation.contract.examples import write_example
from evaluation.contract.examples._example import public_rows
from evaluation.validation.validating import validate

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
    draws = np.array(list(impute(scores, 600, np.random.default_rng(3))))
    assert (draws[:, ~np.isnan(scores)] == scores[~np.isnan(scores)]).all()
    changes = (draws[:, :, 1:] - draws[:, :, :1]).mean(axis=1)
    many = VALUES["many"]
    sd = np.array(many["sd"])
    # four Monte Carlo errors of ours and of theirs together
    assert (np.abs(changes.mean(axis=0) - many["mean"]) <= 4 * sd * np.sqrt(1 / 600 + 1 / 2000) + 1e-12).all()
    assert changes.std(axis=0, ddof=1)[1:] == pytest.approx(sd[1:], rel=0.12)
    spread = (draws[:, :, [2, 4]] - draws[:, :, :1]).var(axis=1, ddof=1).mean(axis=0)
    assert spread == pytest.approx(np.array(many["spread"]), rel=0.03)


@cache
def _rows(folder: Path) -> pd.DataFrame:
    write_example("beat-the-blues", folder)
    document = tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))
    approaches = ["complete_cases", "mixed_model", "multiple_imputation", "tipping_point", "locf"]
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
        ("locf", "mean_change"),
    ):
        part = frame.loc[(approach, measure)]
        assert len(part) == 16
        unknown = part["estimate"].isna()
        assert part.loc[unknown, "method"].str.match(r"nothing_missing: |nothing_to_tip: ").all()
        assert not part.loc[~unknown, "method"].str.match(r"[a-z]+_[a-z_]+: ").any()


def test_what_cannot_be_imputed_is_said():
    assert imputable(np.full((4, 2), np.nan)).reason == "empty_group"
    assert imputable(np.array([[1.0, 2.0], [2.0, np.nan]])).reason == "too_few"
    never = np.column_stack([np.arange(6.0), np.full(6, np.nan)])
    assert imputable(never).reason is None
    assert np.isnan(next(impute(never, 1, np.random.default_rng(0)))[:, 1]).all()
    equal = np.column_stack([np.full(8, 3.0), [4.0] * 6 + [np.nan] * 2])
    assert next(impute(equal, 1, np.random.default_rng(0)))[:, 1] == pytest.approx(np.full(8, 4.0), rel=1e-4)
    with pytest.raises(ValueError):
        next(impute(np.array([[1.0, 2.0], [2.0, np.nan]]), 1, np.random.default_rng(0)))


def test_tipping_without_anything_to_tip():
    hole = np.array([False, False, False, True])
    changes = np.array([[-2.0, -2.5, -1.5, -2.2], [-2.0, -2.5, -1.5, -1.8]])
    assert tipping_point(shifted_mean(change_sums(changes, ~hole & False))).reason == "nothing_missing"
    assert tipping_point(shifted_mean(change_sums(changes + 2, hole))).reason == "nothing_to_tip"
    assert tipping_point(shifted_mean(change_sums(np.full((2, 4), -2.0), hole))).reason == "no_variance"
    everyone = tipping_point(shifted_mean(change_sums(changes, np.ones(4, bool))))
    assert 0 < everyone.delta < 2
