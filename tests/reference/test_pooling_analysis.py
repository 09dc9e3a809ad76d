"""The analysis `pooling` on real people of several providers, against R's metafor and by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import pooling
from evaluation.release.door import exact, release_all
from evaluation.release.edition import public
from evaluation.release.memory.earlier import Earlier
from tests.cohorts import compare, small_cohort, small_plan

SCHOOLS = pd.read_csv(Path(__file__).parent / "data" / "six_schools.csv")


def _cohort(folder, provider, before, later, arm=None):
    names = [f"c{k:04d}" for k in range(len(before))]
    people = [
        {"client": name, "provider": str(p)} | ({"arm": arm[k]} if arm is not None else {})
        for k, (name, p) in enumerate(zip(names, provider))
    ]
    scores = [
        {"client": name, "moment": moment, "score": score}
        for name, *both in zip(names, before, later)
        for moment, score in zip(("baseline", "end"), both)
    ]
    return small_cohort(folder, people, scores)


def _schools(folder, frame=SCHOOLS):
    """As people with scores of `worry`, whose scale their language scores do not fit: put in after validation."""
    cohort = _cohort(folder, "s" + frame["school"].astype(str), [20] * len(frame), [10] * len(frame))
    table = cohort.measurements
    person = table["person"].to_numpy()
    scores = np.where(table["moment"] == "baseline", frame["before"].to_numpy()[person], frame["later"].to_numpy()[person])
    return replace(cohort, measurements=table.assign(score=scores.astype(float)))


def _of(rows, **wanted):
    found = rows
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found


def test_six_schools_have_one_honest_answer(tmp_path):
    """metafor: 7.25 (5.21 to 9.29), prediction interval 2.50 to 12.01, I squared 74.87."""
    rows = exact(pooling.run(_schools(tmp_path / "s"), small_plan()))
    mine = _of(rows, time="end", arm="all", subgroup="").set_index("measure")
    limits = mine.loc["pooled_effect", ["estimate", "ci_low", "ci_high"]].to_numpy(float)
    assert limits.round(2).tolist() == [7.25, 5.21, 9.29]
    assert mine.loc["prediction_interval", ["ci_low", "ci_high"]].to_numpy(float).round(2).tolist() == [2.5, 12.01]
    assert round(mine.loc["i2", "estimate"], 2) == 74.87
    each = _of(rows, time="end", measure="provider_effect", arm="all")
    means = SCHOOLS.assign(change=SCHOOLS["later"] - SCHOOLS["before"]).groupby("school")["change"].mean()
    assert set(each["subgroup"].str.count(";")) == {0, 1}
    own = each[~each["subgroup"].str.contains(";")]
    assert sorted(own["estimate"]) == pytest.approx(sorted(means))
    assert not set(own["subgroup"].str.partition("=")[2]) & set("s" + SCHOOLS["school"].astype(str))


def test_providers_are_named_when_the_plan_says_so(tmp_path):
    rows = exact(pooling.run(_schools(tmp_path / "s"), small_plan(providers={"named": True})))
    names = set("provider=s" + SCHOOLS["school"].astype(str))
    assert names == set(rows["subgroup"].str.partition(";")[0][rows["measure"] == "provider_effect"])


def test_numbers_do_not_follow_the_names(tmp_path):
    """With other data another order, so that nobody can look a number up."""
    orders = set()
    for extra in range(4):
        frame = SCHOOLS.iloc[extra:]
        cohort = _schools(tmp_path / f"s{extra}", frame)
        rows = exact(pooling.run(cohort, small_plan()))
        each = rows[(rows["measure"] == "provider_effect") & (rows["time"] == "end") & ~rows["subgroup"].str.contains(";")]
        orders.add(tuple(each["estimate"].round(3)))
    assert len(orders) > 1


def test_two_providers_stand_side_by_side(tmp_path):
    frame = SCHOOLS[SCHOOLS["school"].isin(SCHOOLS["school"].unique()[:2])]
    cohort = _schools(tmp_path / "s", frame)
    rows = _of(exact(pooling.run(cohort, small_plan())), time="end", arm="all", subgroup="").set_index("measure")
    for measure in ("pooled_effect", "prediction_interval", "tau2", "i2", "q"):
        assert rows.loc[measure, "method"].startswith("too_few_providers: ") and np.isnan(rows.loc[measure, "estimate"])
    each = exact(pooling.run(cohort, small_plan()))
    own = each[(each["measure"] == "provider_effect") & (each["time"] == "end")]
    assert own["estimate"].notna().all() and len(own) == 4
    released = release_all({"pooling": pooling.run(cohort, small_plan())}, public(10))["pooling"]
    said = _of(released, measure="pooled_effect", time="end", subgroup="")
    assert said["status"].tolist() == ["not_estimable"] and said["method"].str.startswith("too_few_providers: ").all()


def test_one_provider_has_no_rows(tmp_path):
    cohort = _cohort(tmp_path / "s", ["one"] * 12, range(20, 32), range(10, 22))
    assert exact(pooling.run(cohort, small_plan())).empty


@pytest.mark.parametrize(("smallest", "shown"), [(12, True), (6, False)])
def test_single_providers_leave_together_or_not_at_all(tmp_path, smallest, shown):
    """What the others leave of everybody is the mean of the one that is held back."""
    rng = np.random.default_rng(3)
    provider = [f"p{k}" for k, size in enumerate((30, 30, 30, smallest)) for _ in range(size)]
    before = rng.integers(20, 36, len(provider))
    cohort = _cohort(tmp_path / "s", provider, before, before - rng.integers(0, 15, len(provider)))
    released = release_all({"pooling": pooling.run(cohort, small_plan())}, public(10))["pooling"]
    each = released[released["measure"].isin(["provider_effect", "pooled_without"]) & (released["time"] == "end")]
    assert (each["status"] == "released").all() == shown and each["estimate"].notna().any() == shown
    together = _of(released, measure="pooled_effect", time="end", arm="all")
    assert (together["status"] == "released").all()


def test_arms_are_compared_within_providers(tmp_path):
    """Five providers that give both; the pooled difference is that of R's lm per provider in metafor's formula, written out for equal ones."""
    rng = np.random.default_rng(8)
    provider = np.repeat([f"p{k}" for k in range(5)], 24)
    arm = np.tile(["new", "usual"], 60)
    before = rng.integers(20, 36, 120)
    later = before - rng.integers(0, 9, 120) - 3 * (arm == "new")
    rows = exact(pooling.run(_cohort(tmp_path / "s", provider, before, later, arm), small_plan(**compare("new", "usual"))))
    mine = _of(rows, time="end", arm="new - usual", subgroup="").set_index("measure")
    assert mine.loc["pooled_effect", "ci_low"] < -3 < mine.loc["pooled_effect", "ci_high"]
    each = rows[(rows["measure"] == "provider_effect") & (rows["arm"] == "new - usual") & ~rows["subgroup"].str.contains(";")]
    each = each[each["time"] == "end"]
    tau2 = mine.loc["tau2", "estimate"]
    weight = 1 / (each["std_error"] ** 2 + tau2)
    assert mine.loc["pooled_effect", "estimate"] == pytest.approx((weight * each["estimate"]).sum() / weight.sum())


def test_few_events_are_pooled_by_their_likelihood(tmp_path):
    """One of four providers has no event: no half is added, and the rate lies near all events over all years."""
    events, people = [0, 2, 3, 4], []
    happened = []
    for place, count in enumerate(events):
        for k in range(15):
            name = f"c{place}{k:02d}"
            people.append({"client": name, "provider": f"p{place}", "follow_up_weeks": 52})
            if k < count:
                event = {"client": name, "event": "sexual_exploitation", "week_from": 20 + k, "week_to": 20 + k}
                happened.append(event | {"certainty": "actual", "source": "professional"})
    cohort = small_cohort(tmp_path / "s", people, events=happened)
    asked = {"event": ["sexual_exploitation"], "horizons_weeks": [26, 52], "restricted_mean_weeks": 52}
    rows = exact(pooling.run(cohort, small_plan(measures=[], events=asked)))
    rate = _of(rows, measure="pooled_effect", subgroup="effect=rate").iloc[0]
    risk = _of(rows, measure="pooled_effect", time="52").iloc[0]
    assert "likelihood of the counts" in rate["method"] and rate["events"] == 9
    assert rate["estimate"] == pytest.approx(
        9 / ((60 * 52 - sum(52 - 20 - k for n in events for k in range(n))) * 7 / 365.25), rel=0.15
    )
    assert risk["estimate"] == pytest.approx(9 / 60, rel=0.2) and 0 < risk["ci_low"] < risk["estimate"] < risk["ci_high"] < 0.6


def test_a_later_edition_about_the_same_people_shows_no_single_provider(tmp_path):
    """Of a provider fewer may be new than of any other group."""
    released = release_all({"pooling": pooling.run(_schools(tmp_path / "s"), small_plan())}, public(10))
    single = released["pooling"]["subgroup"].str.startswith("provider=")
    later = Earlier(again=True).held_back(released)["pooling"]
    assert released["pooling"].loc[single, "estimate"].notna().any() and later.loc[single, "estimate"].isna().all()
    assert set(later.loc[single, "status"]) == {"suppressed"} and later[~single].equals(released["pooling"][~single])
