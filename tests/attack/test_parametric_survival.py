"""Attack on curves with a form: three forms, several weeks and a median of the same people, each a function of the same hidden counts.

The attacker tries every cohort that could stand behind a page, and asks whether the rows of the forms tell apart cohorts of which the
published counts are the same.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyses import parametric_survival, revictimisation
from analyses.shared.cohort import Cohort
from evaluation.release.door import release_all
from evaluation.release.edition import public
from tests.cohorts import compare, small_plan

EVENTS = {"event": ["arrest"], "certainty": ["actual"], "horizons_weeks": [26, 52], "restricted_mean_weeks": 52}
NUMBERS = ["n", "events", "estimate", "ci_low", "ci_high"]


def _cohort(seed: int, moved: int) -> Cohort:
    """120 people in two arms; `moved` of those with an event in weeks 5 to 8 have it elsewhere within these weeks."""
    rng = np.random.default_rng(seed)
    week = np.minimum(np.ceil(rng.exponential(70, 120)), 53).astype(int)
    inside = np.flatnonzero((week >= 5) & (week <= 8))[:moved]
    week[inside] = 13 - week[inside]
    happened = np.flatnonzero(week <= 52)
    numbers = {
        "follow_up_weeks": pd.array([52] * 120, dtype="Int64"),
        "treatment_weeks": pd.array([pd.NA] * 120, dtype="Int64"),
    }
    arm = pd.Categorical(np.array(["new", "old"])[np.arange(120) % 2])
    treatments = pd.DataFrame({"arm": arm, "programme": "care", "provider": pd.Categorical(["one"] * 120)} | numbers)
    weeks = pd.array(week[happened], dtype="Int64")
    events = {"person": happened, "event": "arrest", "certainty": "actual", "week_from": weeks, "week_to": weeks}
    return Cohort(treatments, pd.DataFrame(), pd.DataFrame(events), {})


def _released(cohort: Cohort) -> dict[str, pd.DataFrame]:
    plan = small_plan(measures=[], events=EVENTS, **compare("new", "old"))
    return release_all({module.NAME: module.run(cohort, plan) for module in (revictimisation, parametric_survival)}, public())


@pytest.mark.parametrize("seed", range(5))
def test_forms_do_not_tell_cohorts_with_one_page_apart(seed):
    one, other = (_released(_cohort(seed, moved)) for moved in (0, 4))
    pages = [found["revictimisation"].query("measure in ('events', 'at_risk', 'survival')")[NUMBERS] for found in (one, other)]
    pd.testing.assert_frame_equal(*pages)
    curves = [found["parametric_survival"].query("measure != 'time_ratio'") for found in (one, other)]
    assert curves[0]["estimate"].notna().sum() >= 12
    pd.testing.assert_frame_equal(*curves)


def test_what_is_finer_than_the_published_counts_stays_inside():
    """A likelihood is a fine-grained sum over everybody, and a curve from exact ranges would be told beside that from the counts."""
    assert set(_released(_cohort(1, 0))["parametric_survival"]["measure"]) == {"survival", "median_weeks", "time_ratio"}


def test_a_ratio_of_times_is_as_coarse_as_a_ratio_of_hazards():
    """Steps of the logarithm of about the standard error, which moving a few people does not get over."""
    ratios = [
        _released(_cohort(2, moved))["parametric_survival"].query("measure == 'time_ratio'")["estimate"] for moved in range(6)
    ]
    assert all(len(set(values)) == 1 for values in zip(*ratios))
