"""Attack on weighted comparisons: a weight of nearly one for everyone must not give their number away, nor a balance those of a rare category."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.evidence.running import run
from evaluation.validation.validating import validate
from tests.cohorts import small_cohort, small_plan

SHOWN = ("released", "rounded")


def _released(folder, sizes: tuple[int, int], events: tuple[int, int], rare: int = 0, **weighting):
    """Two arms of these sizes with so many events; `rare`: how many of the first arm are in a setting that nobody else is in."""
    people, happened = [], []
    for arm, size, count in zip(("new", "old"), sizes, events):
        for k in range(size):
            client = f"c{len(people)}"
            setting = "closed" if arm == "new" and k < rare else "open"
            people.append(
                {"client": client, "arm": arm, "setting": setting, "gender": ("girl", "boy")[k % 2], "follow_up_weeks": 52}
            )
            if k < count:
                happened.append(
                    {"client": client, "event": "arrest", "week_from": 5 + k % 9, "week_to": 5 + k % 9, "certainty": "actual"}
                )
    small_cohort(folder, people, (), happened)
    plan = small_plan(
        measures=[],
        events={"event": ["arrest"], "horizons_weeks": [26], "restricted_mean_weeks": 26},
        comparison={"arms": ("new", "old"), "covariates": ("setting", "gender")},
        weighting={"estimand": "att", "resamples": 199} | weighting,
    )
    return run(validate(folder).submission, plan, exploratory=True).results["weighted_comparison"]


def _seen(frame, *measures: str) -> list[str]:
    mine = frame[frame["measure"].isin(measures)]
    return [
        str(row)
        for row in mine[["measure", "arm", "subgroup", "time", "estimate", "ci_low", "ci_high", "n", "status"]].to_numpy()
    ]


def test_the_effective_number_is_that_of_a_band(tmp_path):
    """With `att` everybody in the first arm weighs 1, so that the effective number is the number of people: 51 and 58 look the same."""
    one, other = (_released(tmp_path / str(size), (size, 64), (20, 24)) for size in (51, 58))
    measures = ("effective_n", "effective_share", "preference_overlap", "shared_provider_share")
    assert _seen(one, *measures) == _seen(other, *measures)
    row = one[(one["measure"] == "effective_n") & (one["arm"] == "new")].iloc[0]
    assert row["status"] in SHOWN and row["estimate"] % 5 == 0


@pytest.mark.parametrize(
    ("sizes", "events"), [((9, 60), (4, 30)), ((60, 60), (3, 30)), ((60, 60), (57, 30)), ((60, 60), (0, 30))]
)
def test_where_few_stand_behind_it_nothing_weighted_leaves(tmp_path, sizes, events):
    """A small arm, few events, nearly all, or none: no curve, no difference, no ratio, and nothing that follows from these."""
    found = _released(tmp_path / "few", sizes, events)
    told = found[found["status"].isin(SHOWN) & found["estimate"].notna()]
    compared = told[told["arm"].str.contains(" - ") & ~told["measure"].str.startswith("smd_")]
    assert compared.empty, compared[["measure", "arm", "time"]]
    curves = told[told["measure"].str.startswith("weighted_") & (told["arm"] == "new")]
    assert curves.empty


def test_a_rare_category_is_not_counted_by_its_balance(tmp_path):
    """Differences per category stay inside; that of a trait as a whole before weighting follows from counts that are held back."""
    for rare in (0, 1, 3):
        found = _released(tmp_path / str(rare), (60, 60), (20, 24), rare)
        told = found[found["status"].isin(SHOWN)]
        assert not told["subgroup"].str.contains("category=").any()
        assert not ((told["measure"] == "smd_before") & (told["subgroup"] == "covariate=setting")).any()
        # after weighting too 0 would say that nobody is in another setting: the largest of all traits leaves
        assert "smd_after" not in set(found["measure"]) and (told["measure"] == "smd_largest_after").any()


def test_one_event_more_is_not_seen(tmp_path):
    """Of 52 events of 120 and of 53 the same leaves, to within a step: the steps of a share are those of ten people."""
    one, other = (_released(tmp_path / str(count), (120, 120), (count, 60), estimand="overlap") for count in (52, 53))
    for measure in ("weighted_survival", "risk_difference"):
        values = [
            frame[(frame["measure"] == measure) & (frame["time"] == "26")]["estimate"].to_numpy() for frame in (one, other)
        ]
        steps = np.abs(values[0] - values[1])
        assert np.all((steps < 1e-9) | (steps > 0.1)), measure
