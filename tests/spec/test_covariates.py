"""Covariates of a comparison: a missing value is a category of its own in every model, and what nobody filled in is not adjusted for."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import comparison, hazards, over_time
from analyses.shared.covariates import covariate_columns
from evaluation.planning.deviations import deviations
from evaluation.release.door import exact
from tests.cohorts import small_cohort, small_plan

EVENTS = {"event": ["running_away"], "horizons_weeks": [26], "restricted_mean_weeks": 26}
SETTINGS = ("open", "closed", "")


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """Sixty people in two arms; a third has no setting, and the same third has no gender; nobody has an age group."""
    people = [
        {
            "client": f"c{k}",
            "arm": "new" if k % 2 else "old",
            "setting": SETTINGS[k // 2 % 3],
            "gender": ("girl", "boy" if k > 40 else "girl", "")[k // 2 % 3],
            "follow_up_weeks": 52,
        }
        for k in range(60)
    ]
    scores = [
        {"client": f"c{k}", "moment": moment, "score": 20 + (7 * k + 3 * later * (k % 5)) % 11 - 3 * later * (k % 2)}
        for k in range(60)
        for moment, later in (("baseline", 0), ("end", 1))
    ]
    events = [
        {"client": f"c{k}", "event": "running_away", "week_from": 2 + k % 40, "week_to": 2 + k % 40, "certainty": "actual"}
        for k in range(60)
        if k % 7 and k % 9
    ]
    return small_cohort(tmp_path_factory.mktemp("covariates") / "data", people, scores, events)


def _plan(*covariates: str):
    return small_plan(
        measures=[{"instrument": "worry", "informant": "self", "moments": ["end"]}],
        events=EVENTS,
        comparison={"arms": ("new", "old"), "covariates": covariates},
        over_time={},
    )


def _rows(module, cohort, plan, measure):
    frame = exact(module.run(cohort, plan))
    return frame[frame["measure"] == measure]


def test_a_missing_value_is_a_category_of_its_own(cohort):
    """Counted by hand: twenty people in each of open, closed and not filled in."""
    found = covariate_columns(cohort, _plan("setting"), np.ones(60, bool))
    assert found.columns.sum(axis=0).tolist() == [20, 20]
    named = {category.name: category for category in found.categories["setting"]}
    assert named["setting=missing"].reason is None and named["setting=missing"].reference == "open"
    assert named["setting=crisis"].reason == "empty_group"


def test_nobody_is_dropped_for_a_missing_covariate(cohort):
    """ANCOVA and Cox are about the same sixty people, with or without covariates."""
    for covariates in ((), ("setting",), ("setting", "gender", "age_group")):
        plan = _plan(*covariates)
        assert _rows(hazards, cohort, plan, "hazard_ratio")["n"].unique().tolist() == [60]
        assert _rows(comparison, cohort, plan, "adjusted_difference_hc3")["n"].tolist() == [60]


def test_what_two_covariates_lack_for_the_same_people_counts_once(cohort):
    """As R's `lm`, which leaves the second of two equal columns out; the arm's answer does not hang on which."""
    found = covariate_columns(cohort, _plan("setting", "gender"), np.ones(60, bool))
    again = {category.name: category for category in found.categories["gender"]}
    assert again["gender=missing"].reason == "collinear" and again["gender=boy"].reason is None
    assert np.linalg.matrix_rank(np.column_stack([np.ones(60), found.columns])) == found.columns.shape[1] + 1
    one, other = (
        _rows(hazards, cohort, _plan(*names), "hazard_ratio") for names in (("setting", "gender"), ("gender", "setting"))
    )
    arm = one["arm"] == "new - old"
    assert one.loc[arm, "estimate"].tolist() == pytest.approx(other.loc[other["arm"] == "new - old", "estimate"].tolist())


@pytest.mark.parametrize(("module", "measure"), [
    (comparison, "adjusted_difference_hc3"), (hazards, "hazard_ratio"), (over_time, "mixed_change")
])  # fmt: skip
def test_what_nobody_filled_in_is_not_reported_as_adjusted_for(cohort, module, measure):
    both, without = (_rows(module, cohort, _plan(*names), measure) for names in (("setting", "age_group"), ("setting",)))
    assert both["estimate"].tolist() == pytest.approx(without["estimate"].tolist(), rel=1e-14, nan_ok=True)
    told = both.loc[both["arm"] == "new - old", "method"]
    assert told.str.contains("setting (left out, filled in by nobody or hardly anybody: age_group)", regex=False).all()
    assert not both["method"].str.contains(", age_group", regex=False).any()


def test_with_no_covariate_filled_in_the_hazard_ratio_is_unadjusted(cohort):
    method = _rows(hazards, cohort, _plan("age_group"), "hazard_ratio")["method"].tolist()
    assert (
        len(method) == 1 and "unadjusted (left out, filled in by nobody or hardly anybody: age_group); Efron ties" in method[0]
    )


@pytest.mark.parametrize("modules", [(comparison,), (hazards,), (comparison, hazards, over_time)])
def test_it_is_a_deviation_once(cohort, modules):
    plan = _plan("setting", "age_group")
    found = deviations(plan, {module.NAME: exact(module.run(cohort, plan)) for module in modules}, exploratory=False)
    told = [one.reason.en for one in found if "djustment for" in one.reason.en]
    assert told == [
        "Planned: adjustment for age group. Nobody or hardly anybody in the compared groups has it filled in; nothing was adjusted for it."
    ]


def test_every_category_has_its_row_whether_anyone_is_in_it_or_not(cohort):
    rows = _rows(hazards, cohort, _plan("setting"), "hazard_ratio")
    assert rows["subgroup"].nunique() == 1 + len(cohort.treatments["setting"].cat.categories)
    assert rows.loc[rows["subgroup"] == "setting=crisis", "method"].str.startswith("empty_group: ").all()
