"""What other programs rely on in the rows: the promised names, one row per name, and words by which a reader can tell variants apart."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from data_schemas.codelists import code_list
from tests.front_door import KEY, plan, results, row
from tests.spec.test_degenerate_submissions import EVERYTHING, MANIFEST, happened, measured, people, series, wander

PROMISED = {
    "flow": "received eligible analysed",
    "revictimisation": (
        "at_risk events survival median_weeks restricted_mean_weeks restricted_mean_difference survival_difference log_rank_chi2 "
        "survival_ratio quantile_25_weeks quantile_75_weeks"
    ),
    "competing_events": "cumulative_incidence gray_chi2 subdistribution_hazard_ratio hazard_ratio one_minus_survival",
    "hazards": "hazard_ratio ph_test_chi2",
    "recurrent_events": "mean_cumulative_events recurrent_hazard_ratio",
    "event_rates": "rate_per_person_year rate_ratio no_new_care",
    "event_sensitivity": "bound_best bound_worst",
    "parametric_survival": "survival median_weeks time_ratio",
    "event_subgroups": "interaction_hazard_ratio",
    "change": (
        "n_pairs mean_baseline sd_baseline mean_later sd_later correlation mean_change g d_av adjusted_difference recovered improved "
        "unchanged deteriorated d_rm t_paired wilcoxon_signed_rank never_clinical"
    ),
    "baseline": "smd_baseline",
    "attrition": "attrition_overall attrition_differential smd_baseline",
    "comparison": "g_between d_ppc2",
    "over_time": "mixed_change",
    "missing_data": "imputed_change tipping_delta",
    "single_case": "nap tau_u tau_baseline_corrected single_case_responders",
    "indicators": "dropped_out satisfaction goal_attainment",
    "outcomes": "mcnemar_chi2",
}
SUBGROUP = re.compile(
    r"([a-z_]+=[^;=]+(;[a-z_]+=[^;=]+)*"  # key=value, several joined
    r"|model:[a-z-]+|reports:each|certainty:[a-z+]+|time_zero:(start|end)|ending, time_zero:(start|end)|censoring_weights"
    r"|complete cases|mixed model|multiple imputation|tipping point|(best|worst) case|baseline carried forward|locf|(with|without) trend correction"
    r"|[a-z_0-9]+)?"
)


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """Everything that a plan can ask for, of 60 people of whom some left, some were arrested and some took new care."""
    who = people(60)
    stayed = who[who.index % 5 != 1]
    scores = pd.concat([measured(who, moments=("baseline",)), measured(stayed, moments=("end", "follow_up_6m"))])
    rows = pd.concat([scores, series(who, lambda person, week: wander(person, 0) - (week > 0) * 4 + week % 3)])
    weeks = 3 + np.arange(30) % 17
    events = pd.concat(
        [happened(who["client"][::2], weeks), happened(who["client"][1::4], weeks[:15]).assign(event="new_care")]
    )
    folder = tmp_path_factory.mktemp("everything") / "s"
    asked = plan(**EVERYTHING | {"gates": {}})
    return results(folder, {"treatments": who, "measurements": rows, "events": events}, asked, MANIFEST)


def test_every_promised_name_is_there(found):
    missing = {
        f"{analysis}: {name}"
        for analysis, names in PROMISED.items()
        for name in names.split()
        if name not in set(found[analysis]["measure"])
    }
    assert not missing
    lost = {f"lost_{code}" for code in code_list("loss").values}
    assert set(found["flow"]["measure"]) >= {"lost_no_later_measurement", "lost_other_programme"}
    assert {name for name in found["flow"]["measure"] if name.startswith("lost_")} <= lost


def test_five_columns_name_a_row(found):
    for name, frame in found.items():
        assert not frame.duplicated(KEY).any(), (name, frame.loc[frame.duplicated(KEY, keep=False), KEY])


def test_arms_and_subgroups_and_times_are_written_one_way(found):
    moments = {"", "baseline", *code_list("moment").values}
    for name, frame in found.items():
        assert set(frame["arm"]) <= {
            "all",
            "a",
            "b",
            "a - b",
            "stayed - lost",
            "completed",
            "stopped",
            "completed - stopped",
        }, name
        assert all(time in moments or time.isdigit() for time in frame["time"]), name
        assert all(SUBGROUP.fullmatch(subgroup) for subgroup in frame["subgroup"]), (name, set(frame["subgroup"]))


def test_every_measure_is_declared_and_every_number_has_a_unit(found):
    for name, frame in found.items():
        assert set(frame["measure"]) <= set(analyses()[name].MEASURES), name
        assert (frame.loc[frame["estimate"].notna(), "unit"] != "").all(), name
        assert (frame["method"] != "").all(), name


def test_event_methods_say_time_zero_certainty_and_ties(found):
    for name in ("revictimisation", "hazards", "competing_events", "recurrent_events", "event_rates", "event_subgroups"):
        method = found[name].loc[found[name]["measure"] != "no_new_care", "method"]
        assert method.str.contains("from start of treatment").all(), name
        assert method.str.contains("actual").all(), name
    for name in ("hazards", "event_subgroups"):
        ratios = found[name]["measure"].str.contains("hazard_ratio")
        assert found[name].loc[ratios, "method"].str.contains("Efron ties").all()


def test_a_method_tells_nothing_of_the_data(found):
    """Neither a number of people nor an estimate; numbers in methods come from plan, source or formula."""
    for name, frame in found.items():
        words = frame.groupby("measure")["method"].agg(
            lambda methods: methods.str.replace(r"^[a-z_]+: ", "", regex=True).nunique()
        )
        assert (words <= 24).all(), (name, words)
        assert not frame["method"].str.contains(r"\b(?:n|events) ?= ?\d").any(), name


def test_a_norm_of_girls_is_no_norm_of_boys(tmp_path):
    """T scores by hand: 14 is 50 + 10 (14 - 10) / 2 = 70 for a girl, 50 + 10 (14 - 12) / 4 = 55 for a boy; another gender has none."""
    norms = "".join(
        f'\n[[instruments.scale.norms]]\nmean = {mean}\nsd = {sd}\ngender = "{gender}"\nsource = "made up for this test"\nverified = true\n'
        for gender, mean, sd in (("girl", 10, 2), ("boy", 12, 4))
    )
    manifest = MANIFEST.split("\n[[instruments.scale.norms]]")[0] + norms
    who = people(9, "a", gender=["girl", "boy", "other"] * 3)
    scores = measured(who, lambda person, moment: 14 + person // 3 - 1 if moment == 0 else 10, informants=("self",))
    asked = plan(measures=[{"instrument": "scale", "informant": "self", "moments": ["end"]}])
    found = results(tmp_path / "s", {"treatments": who, "measurements": scores}, asked, manifest)
    at_baseline = row(found["change"], "t_score_baseline", time="end")
    assert at_baseline["estimate"] == pytest.approx((70 + 55) / 2)
    assert at_baseline["n"] == 6
    assert "their own gender" in at_baseline["method"]
    assert row(found["benchmark"], "norm_distance_baseline", time="end")["estimate"] == pytest.approx(-(2 + 0.5) / 2)
    assert set(found["individual_change"].query("measure == 'cutoff'")["subgroup"]) <= {
        "criterion=a",
        "criterion=published",
        "criterion=b",
        "criterion=c",
    }
    assert "criterion a" in row(found["change"], "recovered", time="end")["method"]


def test_secondary_outcomes_share_one_correction_when_nothing_is_compared(tmp_path):
    who = people(12, "a")
    measures = [{"instrument": "scale", "informant": name, "moments": ["end", "follow_up_6m"]} for name in ("self", "parent")]
    measures[0]["primary"] = True
    found = results(tmp_path / "s", {"treatments": who, "measurements": measured(who)}, plan(measures=measures), MANIFEST)[
        "change"
    ]
    corrected = found[found["measure"] == "mean_change_holm"]
    assert list(corrected["outcome"]) == ["scale:parent"] * 2
    plain = [row(found, "mean_change", time=time, outcome="scale:parent")["p_value"] for time in corrected["time"]]
    assert corrected["p_value"].min() == pytest.approx(2 * min(plain))


def test_an_interaction_of_too_few_is_refused(tmp_path):
    who = people(60)
    asked = EVERYTHING | {"measures": [], "over_time": None, "single_case": None, "gates": {}}
    found = results(tmp_path / "s", {"treatments": who, "events": happened(who["client"][:20], 5)}, plan(**asked), MANIFEST)
    reasons = found["event_subgroups"]["method"].str.extract(r"^([a-z_]+):")[0]
    assert set(reasons) <= {"too_few", "too_few_events"}
    assert found["event_subgroups"]["estimate"].isna().all()
