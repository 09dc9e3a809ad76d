"""Attack on who was followed, by somebody who has the program and knows everybody else: no row, reason or number of one group's events says it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from analyses.shared.covariates import covariate_columns
from benchmarks.hidden_counts import HIDDEN, base, variants
from benchmarks.releases import answers_of, example_cohort
from data_schemas.result import Result
from evaluation.release.coarse import _z_step
from evaluation.release.door import exact, release_all
from evaluation.release.edition import committee, public

ROW = ["analysis", "measure", "arm", "outcome", "subgroup", "time"]


def _worlds(hidden: str, most: int, arms: int, names: Sequence[str], size: int = 60) -> list[dict[str, Result]]:
    """What some analyses find of the same people with nobody, one, ... of a kind in the first arm."""
    cohort, plan = base(size, arms, "staggered", 4)
    some = variants(cohort, HIDDEN[hidden], most, np.random.default_rng(4))
    return [{name: analyses()[name].run(one, plan) for name in names} for one in some]


@pytest.mark.parametrize("edition", [public(10), public(15), committee(5)], ids=["10", "15", "committee"])
def test_which_categories_have_rows_does_not_say_how_many_of_them_were_followed(edition):
    """Before: a category had its rows where as many were analysed as the threshold."""
    told = [release_all(one, edition)["revictimisation"] for one in _worlds("not followed", 14, 1, ("revictimisation",), 34)]
    if edition.exact:
        # weeks at which counts are given are told by these
        told = [frame[pd.to_numeric(frame["time"], errors="coerce").isna()] for frame in told]
    assert len(told) == 15 and len({frame[ROW].to_csv() for frame in told}) == 1


def test_what_a_covariate_is_compared_with_does_not_say_how_many_of_them_were_followed():
    """Before: hazard ratios of a category, and the one they are against, followed how many of each were analysed."""
    cohort, plan = base(60, 2, "staggered", 4)
    who, found = np.ones(cohort.size, bool), set()
    for person in np.random.default_rng(4).permutation(cohort.size)[:20]:
        who[person] = False
        given = covariate_columns(cohort, plan, who)
        found.add(str([(one.name, one.reference, one.people) for each in given.categories.values() for one in each]))
    assert len(found) == 1


@pytest.mark.parametrize("hidden", ["not followed", "late entry", "second events"])
def test_of_one_group_with_few_events_the_public_edition_has_what_bands_say_and_no_more(hidden):
    """Before: rates of all events and mean numbers of them crossed a step with one person more who was not followed, or an event more."""
    names = ("revictimisation", "event_rates", "recurrent_events", "interval_censored_events", "event_sensitivity")
    for one in _worlds(hidden, 5, 1, names):
        found = pd.concat(release_all(one, public(10)).values())
        whole = pd.concat(map(exact, one.values()))
        for measure in ("all_events_per_person_year", "mean_cumulative_events", "mean_cumulative_reports"):
            assert whole[whole["measure"] == measure]["estimate"].notna().all()
            assert found[found["measure"] == measure]["status"].eq("suppressed").all()
        beside = found[(found["analysis"] == "interval_censored_events") | (found["subgroup"] == "censoring_weights")]
        assert beside[beside["measure"] == "survival"]["estimate"].isna().all()


def test_of_one_group_with_many_events_rates_leave():
    """114 of 432 were arrested again: as many as are hidden are a small part of these."""
    cohort, plan = example_cohort("rossi")
    found = pd.concat(release_all(answers_of(cohort, plan), public(10)).values())
    rates = found[found["measure"].isin(["all_events_per_person_year", "mean_cumulative_events"]) & found["arm"].eq("all")]
    assert rates["estimate"].notna().any()


def test_a_test_between_categories_is_as_coarse_as_bands_of_their_events():
    """Before: one person more who came late was another step of its statistic, for these were finer than between arms."""
    rows = {
        "arm": np.array(["all", "a - b"], object),
        "unit": np.array(["chi-squared"] * 2, object),
        "events": np.array([64.0, 64.0]),
    }
    steps = _z_step(rows, 10)
    assert steps[0] == steps[1] == 10 / np.sqrt(60)
