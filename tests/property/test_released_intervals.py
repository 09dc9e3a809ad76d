"""What protection does to certainty: no released interval leaves out the exact estimate, and none is narrower where that can be promised."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analyses import competing_events, parametric_survival, revictimisation
from analyses.shared.event_curves import comparison_records, curve_records
from analyses.shared.rows.share_rows import Share, compared_measures, share_tally
from analyses.statistics.proportions.proportion import exact_limits
from benchmarks.containment import missed, one_release
from benchmarks.releases import answers_of, beside, drawn
from data_schemas.plan import Events
from data_schemas.result import Declared, Result, rows
from data_schemas.words import Words
from evaluation.release.door import exact, release
from evaluation.release.edition import committee, public
from tests.attack._dossier import dossier, results

THRESHOLD = 10
KEYS = ["outcome", "measure", "arm", "subgroup", "time"]
EVENTS = Events(
    event=["sexual_exploitation"],
    certainty=["actual"],
    time_zero="end",
    horizons_weeks=[26, 52, 104],
    restricted_mean_weeks=104,
)


def _curves(seed: int, n: int) -> Result:
    """Two arms with different hazards, followed for 20 to 156 weeks."""
    rng = np.random.default_rng(seed)
    arm, ends = rng.integers(0, 2, n), rng.integers(20, 157, n)
    happens = np.ceil(rng.exponential(104 / (rng.uniform(0.2, 1.5) * np.array([1, 0.6])[arm]))).astype(int)
    found = SimpleNamespace(week=np.minimum(happens, ends), happened=happens <= ends, entry=None, entry_of=lambda who: None)

    def records(groups, grid):
        yield from curve_records(groups, grid, EVENTS)
        yield from comparison_records(groups, grid, EVENTS, [(0, 1)])

    tally = revictimisation.weekly_tally(SimpleNamespace(events=EVENTS), found, np.ones(n, bool), arm, ("a", "b"), records)
    return Result("revictimisation", revictimisation.MEASURES, rows("revictimisation", []), weekly=(tally,))


def _beside(result: Result) -> pd.DataFrame:
    """Released rows with limits, and the exact ones beside them."""
    both = release(result, public(THRESHOLD)).merge(
        exact(result)[[*KEYS, "estimate", "ci_low", "ci_high"]], on=KEYS, suffixes=("", "_exact")
    )
    return both[both["ci_low"].notna() & both["estimate_exact"].notna()]


@pytest.mark.parametrize("n", [34, 60, 150, 432])
def test_the_interval_of_a_released_curve_holds_the_exact_estimate(n):
    """Before: with 60 people, half the intervals of restricted means and of differences left it out."""
    both = pd.concat([_beside(_curves(seed, n)) for seed in range(8)])
    assert len(both) > 60
    # an upper limit in weeks that is empty was not reached
    holds = (both["ci_low"] <= both["estimate_exact"] + 1e-9) & ~(both["ci_high"] < both["estimate_exact"] - 1e-9)
    assert holds.all()
    means = both[both["measure"].str.startswith("restricted_mean") | (both["measure"] == "survival_difference")]
    wider = (means["ci_high"] - means["ci_low"]) / (means["ci_high_exact"] - means["ci_low_exact"])
    assert n < 150 or (len(means) > 20 and wider.min() > 1 and wider.median() < 4)


@pytest.mark.parametrize("n", [60, 150, 432])
def test_nothing_that_is_not_so_becomes_significant(n):
    """p of a difference between curves is the largest that the bands allow, and none where they leave its side open."""
    for seed in range(8):
        result = _curves(seed, n)
        both = release(result, public(THRESHOLD)).merge(exact(result)[[*KEYS, "p_value"]], on=KEYS, suffixes=("", "_exact"))
        both = both[both["p_value"].notna() & both["p_value_exact"].notna()]
        assert not ((both["p_value"] < 0.05) & (both["p_value_exact"] > 0.05)).any()


@pytest.mark.parametrize("batch", range(4))
def test_the_interval_of_a_released_share_holds_the_exact_one(batch):
    """The analysis behind these dossiers gives every share the widest interval; here they get the exact one of their counts."""

    for seed in range(batch * 10, batch * 10 + 10):
        answer = results(dossier(seed))["attack"]
        both = release(answer, public(THRESHOLD)).merge(exact(answer)[[*KEYS, "n", "events"]], on=KEYS, suffixes=("", "_exact"))
        both = both[both["measure"].isin(["share", "attrition"]) & both["ci_low"].notna()]
        low, high = exact_limits(both["events_exact"].to_numpy(), both["n_exact"].to_numpy())
        assert (both["ci_low"] <= low + 1e-12).all() and (both["ci_high"] >= high - 1e-12).all()


def _shares(seed: int, n: int) -> Result:
    """Two arms with different shares of yes, and their difference."""
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, 2, n)
    yes = rng.random(n) < rng.uniform(0.25, 0.75, 2)[arm]
    cohort = SimpleNamespace(arms=("a", "b"), arm_codes=arm, size=n)
    asked = Share("better", np.ones(n, bool), yes, {"outcome": "score"}, "share", compared=True)
    measures = {"better": Declared("share", Words("x", "x"), "share"), **compared_measures("better", "x", "x")}
    plan = SimpleNamespace(comparison=SimpleNamespace(arms=("a", "b")))
    return Result("shares", measures, rows("shares", []), (share_tally(cohort, plan, asked),))


@pytest.mark.parametrize("n", [60, 110, 150, 432])
def test_the_interval_of_a_released_difference_of_shares_holds_the_exact_one(n):
    """Before: limits of the band middles, which left out the exact difference."""
    both = pd.concat([_beside(_shares(seed, n)) for seed in range(30)])
    apart = both[both["measure"] == "better_difference"]
    assert len(apart) >= 5
    assert (apart["ci_low"] <= apart["ci_low_exact"] + 0.005).all() and (
        apart["ci_high"] >= apart["ci_high_exact"] - 0.005
    ).all()
    assert (apart["ci_low"] >= -1).all() and (apart["ci_high"] <= 1).all()


@pytest.mark.parametrize("n", [34, 60])
def test_a_share_without_an_estimate_lies_between_its_limits(n):
    """Where the band of events holds nobody the limits say what is known; they have no error and no p, and the exact share is in them."""
    answers = [_curves(seed, n) for seed in range(4)]
    frames = [
        release(one, public(THRESHOLD)).merge(exact(one)[[*KEYS, "estimate"]], on=KEYS, suffixes=("", "_exact"))
        for one in answers
    ]
    both = pd.concat(frames)
    both = both[both["estimate"].isna() & (both["unit"] == "share")]
    assert both[["p_value", "std_error"]].isna().all().all()
    assert (both["ci_low"].isna() == both["ci_high"].isna()).all()
    told = both[both["ci_low"].notna()]
    assert n < 60 or len(told) > 20
    assert told["estimate_exact"].between(told["ci_low"] - 1e-9, told["ci_high"] + 1e-9).all()


@pytest.mark.parametrize("seed", [15, 31])
def test_what_the_committee_reads_of_several_providers_holds_the_exact_interval(seed):
    """Before: limits of shares by provider were rounded to the nearest, and those of a curve by provider were no wider than at its extremes."""
    found = one_release(seed)
    assert found["measure"].str.endswith("_clustered").any() and missed(found).empty


def test_what_is_supposed_of_those_lost_ends_where_hardly_anybody_is_followed():
    """Before: with nobody followed to the last week a number stood there, as of a group of which nobody had left."""
    cohort, plan = drawn("consortium", 63)
    plan = plan.model_copy(update={"events": plan.events.model_copy(update={"late_entry": None})})
    found = beside(answers_of(cohort, plan), committee())
    worst = found[(found["measure"] == "bound_worst") & found["ci_low_released"].notna()]
    assert missed(found).empty and set(worst["time"]) == {"26", "52"} and (worst["estimate"] > 0).all()


def test_who_is_at_risk_holds_who_goes_in_the_weeks_before():
    """Before: who went between two weeks of the grid was still counted at the second, and the exact number lay below the limits."""
    found = one_release(414)
    at_risk = found[(found["measure"] == "at_risk") & (found["arm"] == "all") & (found["time"] == "26")].iloc[0]
    assert at_risk["ci_low_released"] <= at_risk["estimate"] <= at_risk["ci_high_released"] and missed(found).empty


@pytest.mark.parametrize("seed", [1, 5, 16])
def test_what_the_committee_reads_at_a_given_week_where_nobody_left_is_as_wide_as_the_exact_interval(seed):
    """Before: who left was guarded as events are, and the intervals were those of four who might have. Of incidences the variance by Aalen is larger
    where events fall in weeks of their own than where all are in one, as in the extremes: their limits lay 0.1 per cent too far inwards.
    Beside the public edition a total can be told between limits."""
    cohort, plan = drawn("rossi", seed)
    both = beside({one.NAME: one.run(cohort, plan) for one in (revictimisation, competing_events)}, committee(5), ())
    both = both[both["estimate_released"].notna() & both["ci_low_released"].notna() & (both["time"] != "")]
    width, told = (both[f"ci_high{of}"] - both[f"ci_low{of}"] for of in ("", "_released"))
    shares = both["measure"] == "survival"
    assert missed(both).empty and shares.any() and np.allclose(told[shares], width[shares])
    incidences = (both["measure"] == "cumulative_incidence") & (both["time"] == "52")
    assert incidences.any() and (told[incidences] < 1.1 * width[incidences]).all()


def test_limits_of_a_ratio_are_written_outwards():
    """Before: 0.2469 stood as 0.25 where nothing else made the interval longer."""
    found = one_release(216)
    assert (found["measure"] == "all_events_rate_ratio").any() and missed(found).empty


def test_limits_of_a_form_hold_it_where_events_lie_unevenly_between_the_weeks_that_are_told():
    """Before: limits 15 per cent longer than the extremes, of which a log-normal curve of 177 people lay 1 per cent outside."""
    cohort, plan = drawn("consortium", 93)
    both = beside({"parametric_survival": parametric_survival.run(cohort, plan)}, public(THRESHOLD))
    both = both[both["ci_low_released"].notna()]
    assert len(both) > 5 and missed(both).empty


def test_who_left_before_the_last_week_at_which_an_event_can_have_happened_had_gone():
    """Before: up to the week at which the most that can have happened was more; where a number is given later, the first of them can be later too."""
    cohort, plan = drawn("consortium", 447)
    both = beside({one.NAME: one.run(cohort, plan) for one in (revictimisation, competing_events)}, committee(5))
    both = both[both["ci_low_released"].notna()]
    assert len(both) > 10 and missed(both).empty
