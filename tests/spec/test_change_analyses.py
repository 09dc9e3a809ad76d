"""The analyses of change on cohorts small enough to work out by hand, and on degenerate ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from analyses.individual_change import _cutoff_rows
from analyses.shared.classification import cutoffs
from analyses.shared.cohort import Cohort, pairs
from analyses.shared.gating import Gate, gates, overlap
from data_schemas.codelists import code_list
from data_schemas.instruments import Instrument
from data_schemas.plan import Plan
from data_schemas.result import Result
from evaluation.release.door import exact
from tests.cohorts import compare, small_cohort, small_plan

MINE = (
    "attrition",
    "baseline",
    "benchmark",
    "change",
    "comparison",
    "flow",
    "indicators",
    "individual_change",
    "outcomes",
    "subgroups",
)
REASONS = tuple(f"{code}: " for code in code_list("not_estimable").values)


def run(name: str, cohort: Cohort, plan: Plan) -> Result:
    return analyses()[name].run(cohort, plan)


def table(name: str, cohort: Cohort, plan: Plan) -> pd.DataFrame:
    return exact(run(name, cohort, plan))


def only(frame: pd.DataFrame, **where: str) -> pd.Series:
    """The one row in which every named column has the given value; `subgroup` and `time` are empty unless given."""
    for column, value in ({"subgroup": ""} | where).items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, where
    return frame.iloc[0]


def scored(*rows: tuple[str, str, float]) -> list[dict]:
    return [{"client": client, "moment": moment, "score": score} for client, moment, score in rows]


def trajectories(*people: tuple[str, list[float | None]]) -> list[dict]:
    """Scores at baseline, end and half a year later; None where there is none."""
    moments = ("baseline", "end", "follow_up_6m")
    return [
        {"client": client, "moment": moment, "score": score}
        for client, scores in people
        for moment, score in zip(moments, scores)
        if score is not None
    ]


def test_flow_counts_everyone_once_and_says_why(tmp_path):
    people = [
        {"client": "a", "ending": "completed"},
        {"client": "b", "ending": "stopped_by_client"},
        {"client": "c", "ending": "completed", "sessions_attended": 0},
        {"client": "d", "ending": "ongoing"},
        {"client": "e"},
    ]
    scores = trajectories(("a", [20, 10, 10]), ("b", [20, None, None]), ("c", [None, 10, None]))
    other = [
        {"client": "d", "moment": "baseline", "score": 9},
        {"client": "d", "moment": "end", "score": 9, "instrument": "cries-13"},
    ]
    flow = table("flow", small_cohort(tmp_path, people, [*scores, *other]), small_plan())
    treatment = {row.measure: row.estimate for row in flow[flow["outcome"] == "ending"].itertuples()}
    assert treatment["received"] == treatment["eligible"] == 5
    assert (treatment["started"], treatment["finished"], treatment["ended_stopped_by_client"]) == (4, 1, 1)
    assert (treatment["ended_ongoing"], treatment["ended_missing"]) == (1, 1)
    end = {row.measure: row.estimate for row in flow[(flow["outcome"] == "worry:self") & (flow["time"] == "end")].itertuples()}
    lost = {
        name: end[f"lost_{name}"]
        for name in ("no_baseline", "other_instrument_later", "no_later_measurement", "never_measured")
    }
    assert lost == {"no_baseline": 1, "other_instrument_later": 1, "no_later_measurement": 1, "never_measured": 1}
    assert end["analysed"] + sum(lost.values()) == end["eligible"] == 5
    assert only(flow, outcome="worry:self", time="baseline", measure="measured")["estimate"] == 3


def test_change_by_hand(tmp_path):
    """Changes of -2, -4 and -6 from 10, 14 and 18: mean -4, SD at baseline 4, J(2) = 0.5642; better at follow-up by 1 each."""
    scores = trajectories(("a", [10, 8, 7]), ("b", [14, 10, 9]), ("c", [18, 12, 11]))
    change = table("change", small_cohort(tmp_path, [{"client": c} for c in "abc"], scores), small_plan())
    at_end = {row.measure: row for row in change[(change["time"] == "end") & (change["arm"] == "all")].itertuples()}
    assert at_end["mean_change"].estimate == -4
    assert at_end["g"].estimate == pytest.approx(0.564190, abs=1e-6)
    assert at_end["d_z"].estimate == pytest.approx(2)
    assert at_end["t_paired"].estimate == pytest.approx(-4 / (2 / np.sqrt(3)))
    assert (at_end["wilcoxon_signed_rank"].estimate, at_end["wilcoxon_signed_rank"].p_value) == (0, 0.25)
    assert (at_end["sign_test"].estimate, at_end["sign_test"].p_value) == (1, 0.25)
    assert at_end["t_score_baseline"].estimate == 50 + 10 * (14 - 8) / 4
    assert "BCa" in at_end["g_bootstrap"].method
    middle = at_end["change_hodges_lehmann"]
    assert (middle.estimate, middle.method.split(":")[0]) == (-4, "too_few"), "no limits of three changes reach 95 %"
    moved = only(change, measure="friedman", time="")
    assert (moved["estimate"], moved["df"], moved["n"]) == (pytest.approx(6), 2, 3), "all three fall from moment to moment"
    after = only(change, time="follow_up_6m", measure="mean_change_after_end")
    assert (after["estimate"], after["method"].split(":")[0]) == (-1, "no_variance")
    assert "g_after_end" not in set(change.loc[change["time"] == "end", "measure"])


def test_classes_name_their_cutoff_and_its_source(tmp_path):
    """Norm 8 (4) and these young people: criterion c, since nothing was published."""
    scores = trajectories(
        ("a", [30, 8, None]), ("b", [28, 27, None]), ("c", [26, 36, None]), ("d", [4, 4, None]), ("e", [20, 19, None])
    )
    cohort = small_cohort(tmp_path, [{"client": c} for c in "abcde"], scores)
    change, individual = table("change", cohort, small_plan()), table("individual_change", cohort, small_plan())
    at_end = change[change["time"] == "end"]
    counts = {
        name: only(at_end, measure=name)["events"]
        for name in ("recovered", "improved", "unchanged", "deteriorated", "never_clinical")
    }
    assert counts == {"recovered": 1, "improved": 0, "unchanged": 3, "deteriorated": 0, "never_clinical": 1}
    assert (
        "criterion c" in only(at_end, measure="recovered")["method"]
        and "r = 0.8" in only(at_end, measure="recovered")["method"]
    )
    before = np.array([30, 28, 26, 4, 20])
    c = (4 * before.mean() + before.std(ddof=1) * 8) / (4 + before.std(ddof=1))
    assert only(individual, time="end", measure="cutoff", subgroup="criterion=c")["estimate"] == pytest.approx(c)
    assert only(individual, time="end", measure="cutoff", subgroup="criterion=b")["estimate"] == 16
    assert "the one in use" in only(individual, time="end", measure="cutoff", subgroup="criterion=c")["method"]
    clinical = only(individual, time="end", measure="clinical_at_baseline")
    recovered = only(individual, time="end", measure="recovered_of_clinical")
    assert (clinical["events"], clinical["n"], recovered["events"], recovered["n"]) == (4, 5, 1, 4)
    bands = individual[(individual["measure"] == "before_after") & (individual["time"] == "end")]
    assert bands["estimate"].sum() == 5
    assert only(bands, subgroup="before=1;later=4")["estimate"] == 1, "from the worst quarter of 0 to 40 to the best: 30 to 8"


def test_a_cutoff_outside_the_scale_is_said_and_not_used(tmp_path):
    """Lower is better on a scale from 0 to 40: two SDs below a mean of 6 lie below nought, and nobody could recover."""
    bounds = {"nl": "x", "en": "x", "minimum": 0, "maximum": 40, "higher_is_better": False, "source": "made up"}
    found = cutoffs(Instrument(**bounds), "self", np.array([2.0, 6.0, 10.0]))
    assert (found.values["a"], found.outside, found.used, found.value) == (-2.0, {"a"}, "a", None)
    inside = cutoffs(Instrument(**bounds), "self", np.array([22.0, 26.0, 30.0]))
    assert (inside.value, inside.words) == (18.0, found.words), "the words do not tell which of the two it was"
    published = Instrument(**bounds, cutoffs=[{"value": 50, "source": "made up", "verified": True}])
    assert cutoffs(published, "self", np.array([22.0, 26.0, 30.0])).used == "a"
    rows = list(_cutoff_rows(Instrument(**bounds), np.array([2.0, 6.0, 10.0]), found))
    assert [row["method"].split(":")[0] for row in rows] == ["cutoff_outside_scale"] and "estimate" not in rows[0]


def test_limits_lie_within_the_scale(tmp_path):
    """Three of four at the lowest score there is: the t interval of 1, -2.2 to 4.2, begins at 0."""
    scores = trajectories(*((c, [score, 0, None]) for c, score in zip("abcd", (0, 0, 0, 4))))
    change = table("change", small_cohort(tmp_path, [{"client": c} for c in "abcd"], scores), small_plan())
    mean = only(change, time="end", measure="mean_baseline")
    assert (mean["estimate"], mean["ci_low"]) == (1, 0) and mean["ci_high"] == pytest.approx(1 + 3.182446305)


def test_attrition_is_set_against_the_boundary(tmp_path):
    """10 of 40 lost in one arm and 4 of 40 in the other: 17.5 % overall, 15 points apart, where 5.4 (10.0) is low."""
    people = [{"client": f"{arm}{k}", "arm": arm, "gender": "girl"} for arm in ("x", "y") for k in range(40)]
    lost = {*(f"x{k}" for k in range(10)), *(f"y{k}" for k in range(4))}
    scores = trajectories(
        *((p["client"], [10 + k % 7, None if p["client"] in lost else 8 + k % 5, None]) for k, p in enumerate(people))
    )
    cohort, plan = (
        small_cohort(tmp_path, people, scores),
        small_plan(**compare("x", "y"), gates={"attrition": "cautious", "smallest_measured": 0.8}),
    )
    found = table("attrition", cohort, plan)
    at_end = found[found["time"] == "end"]
    assert only(at_end, measure="attrition_overall", arm="all")["estimate"] == 0.175
    difference = only(at_end, measure="attrition_differential")
    assert (difference["arm"], difference["estimate"]) == ("x - y", pytest.approx(0.15))
    assert only(at_end, measure="attrition_boundary", subgroup="assumption=cautious")["estimate"] == 0.054
    assert only(at_end, measure="attrition_boundary", subgroup="assumption=optimistic")["estimate"] == 0.1
    measure = plan.measures[0]
    closed = gates(cohort, plan, pairs(cohort, measure, "end").selection, measure)
    assert closed == (Gate("attrition", pytest.approx(0.15), 0.054, False), Gate("smallest_measured", 0.825, 0.8, True))


def test_gates_on_balance_and_overlap(tmp_path):
    people = [{"client": f"{arm}{k}", "arm": arm} for arm in ("x", "y") for k in range(4)]
    start = {"x": [10, 12, 14, 16], "y": [14, 16, 18, 20]}
    scores = [row for p in people for row in trajectories((p["client"], [start[p["arm"]][int(p["client"][1])], 9, None]))]
    cohort = small_cohort(tmp_path, people, scores)
    plan = small_plan(**compare("x", "y"), gates={"largest_baseline_difference": 0.25, "smallest_overlap": 0.4})
    measure, selection = plan.measures[0], pairs(cohort, plan.measures[0], "end").selection
    assert overlap(cohort, plan, selection.analysed, measure) == 0.5
    balance, common = gates(cohort, plan, selection, measure)
    assert (balance.found, balance.open, common.found, common.open) == (pytest.approx(4 / np.sqrt(20 / 3)), False, 0.5, True)


def test_baseline_describes_arms_without_a_test(tmp_path):
    people = [
        {"client": f"{arm}{k}", "arm": arm, "gender": "girl" if k < n else "boy"}
        for arm, n in (("x", 2), ("y", 3))
        for k in range(4)
    ]
    cohort = small_cohort(tmp_path, people, trajectories(*((p["client"], [k, None, None]) for k, p in enumerate(people[:6]))))
    found = table("baseline", cohort, small_plan(**compare("x", "y")))
    gender = only(found, outcome="gender", measure="smd_baseline")
    assert (gender["arm"], gender["estimate"]) == ("x - y", pytest.approx(0.25 / np.sqrt((0.25 + 0.1875) / 2)))
    score = only(found, outcome="worry:self", measure="smd_baseline")
    assert score["estimate"] == pytest.approx((1.5 - 4.5) / np.sqrt((5 / 3 + 0.5) / 2))
    assert found["p_value"].isna().all()
    assert only(found, measure="n_missing", arm="y")["estimate"] == 2


def test_comparison_with_providers_and_a_margin(tmp_path):
    people = [{"client": f"c{k:02d}", "arm": "x" if k % 2 else "y", "provider": f"p{k % 5}"} for k in range(40)]
    rng = np.random.default_rng(3)
    scores = trajectories(*((p["client"], [float(rng.integers(10, 30)), float(rng.integers(5, 25)), None]) for p in people))
    measure = {"instrument": "worry", "informant": "self", "moments": ["end"], "non_inferiority_margin": 4}
    cohort, plan = small_cohort(tmp_path, people, scores), small_plan(**compare("x", "y"), measures=[measure])
    found = table("comparison", cohort, plan)
    plain = only(table("change", cohort, plan), measure="adjusted_difference")
    margin = only(found, measure="non_inferiority")
    assert margin["estimate"] == pytest.approx(-plain["estimate"]), "lower is better: turned so that + favours the first arm"
    assert (margin["ci_low"], margin["ci_high"]) == pytest.approx((-plain["ci_high"], -plain["ci_low"]))
    assert (margin["p_value"] < 0.025) == (margin["ci_low"] > -4)
    for name in ("adjusted_difference_hc3", "adjusted_difference_cr2"):
        assert only(found, measure=name)["estimate"] == pytest.approx(plain["estimate"])
    assert set(found["arm"]) == {"x - y"}
    assert only(found, measure="adjusted_difference_holm")["p_value"] == pytest.approx(plain["p_value"]), "a family of one"


def test_arms_are_compared_by_means_ranks_and_shares(tmp_path):
    """Changes of -10 to -5 against -4 to 1, each one apart, from baselines of 20 and 30: every pair differs, six points by six."""
    people = [{"client": f"{arm}{k}", "arm": arm} for arm in "xy" for k in range(6)]
    scores = trajectories(
        *((f"x{k}", [20 + 10 * (k % 2), 10 + k + 10 * (k % 2), None]) for k in range(6)),
        *((f"y{k}", [20 + 10 * (k % 2), 16 + k + 10 * (k % 2), None]) for k in range(6)),
    )
    cohort, plan = small_cohort(tmp_path, people, scores), small_plan(**compare("x", "y"))
    found = table("comparison", cohort, plan)
    rows = {row.measure: row for row in found[found["time"] == "end"].itertuples()}
    welch = rows["change_difference_welch"]
    assert (welch.estimate, welch.df) == (-6, pytest.approx(10))
    assert welch.std_error == pytest.approx(np.sqrt(3.5 / 6 + 3.5 / 6))
    assert rows["change_difference_hodges_lehmann"].estimate == -6
    assert (rows["mann_whitney"].estimate, rows["mann_whitney"].p_value) == (0, pytest.approx(2 / 924)), "1 of 924 ways, twice"
    assert (rows["cliffs_delta"].estimate, rows["cliffs_delta"].ci_high) == (1, 1), (
        "lower is better: the first arm always gained more"
    )
    assert rows["d_ppc2"].estimate == rows["d_ppc2_morris"].estimate
    shares = table("indicators", cohort, plan)
    at_end = shares[shares["time"] == "end"]
    difference = only(at_end, measure="problems_reduced_difference")
    better = [only(at_end, measure="problems_reduced", arm=arm)["events"] for arm in "xy"]
    assert difference["estimate"] == pytest.approx((better[0] - better[1]) / 6) and better[0] > better[1]
    needed = only(at_end, measure="problems_reduced_needed")
    assert needed["estimate"] == pytest.approx(1 / difference["estimate"])
    limits = [
        only(at_end, measure="problems_reduced_needed", subgroup=f"limit={gain}_gain")["estimate"] for gain in ("most", "least")
    ]
    assert limits == pytest.approx([1 / difference["ci_high"], 1 / difference["ci_low"]])


def test_subgroups_are_told_by_interaction_only_when_cells_are_large_enough(tmp_path):
    people = [
        {
            "client": f"c{k:02d}",
            "arm": "x" if k % 2 else "y",
            "gender": "girl" if k < 24 else "boy",
            "setting": "open" if k < 36 else "closed",
        }
        for k in range(48)
    ]
    scores = trajectories(
        *((p["client"], [20 + k % 3, 12 + k % 5 - 3 * (k < 24) * (k % 2), None]) for k, p in enumerate(people))
    )
    cohort, plan = small_cohort(tmp_path, people, scores), small_plan(**compare("x", "y"), subgroups=["gender", "setting"])
    found = table("subgroups", cohort, plan)
    interactions = found[(found["measure"] == "interaction") & (found["time"] == "end")]
    gender = only(interactions, subgroup="gender=girl")
    assert gender["estimate"] == pytest.approx(-3, abs=0.6) and gender["arm"] == "x - y"
    assert only(interactions, subgroup="setting=open")["method"].startswith("too_few: "), (
        "six people per arm in the closed setting"
    )
    mirrored = only(interactions, subgroup="gender=boy")
    assert (mirrored["estimate"], mirrored["p_value"]) == (pytest.approx(-gender["estimate"]), gender["p_value"])
    assert "Holm" in gender["method"]
    assert only(interactions, subgroup="gender=other")["method"].startswith("too_few: ")
    assert only(found, time="end", measure="n_pairs", subgroup="gender=girl")["estimate"] == 24


def test_benchmark_is_a_difference_of_intervals_with_its_caveat(tmp_path):
    scores = trajectories(*((c, [20 + k, 12 + k % 3, None]) for k, c in enumerate("abcdef")))
    measure = {"instrument": "worry", "informant": "self", "moments": ["end"], "benchmark": "residential-internalising"}
    cohort = small_cohort(tmp_path, [{"client": c} for c in "abcdef"], scores)
    found = table("benchmark", cohort, small_plan(measures=[measure]))
    g = only(table("change", cohort, small_plan(measures=[measure])), measure="g", time="end")
    row = only(found, measure="benchmark_difference")
    assert row["estimate"] == pytest.approx(g["estimate"] - 0.45)
    assert "not a control group" in row["method"] and "none was published" in row["method"]
    assert only(found, measure="norm_distance_baseline")["estimate"] == pytest.approx(-(22.5 - 8) / 4)
    points = measure | {"benchmark": "emdr-caps-ca"}
    refused = only(table("benchmark", cohort, small_plan(measures=[points])), measure="benchmark_difference")
    assert refused["method"].startswith("unit_differs: ")


def test_indicators_count_only_what_is_known(tmp_path):
    endings = ["completed", "stopped_by_client", "stopped_by_provider", "by_agreement", "ongoing", "unknown"]
    people = [
        {
            "client": f"c{k}",
            "ending": ending,
            "continues_without_help": help,
            "satisfaction": mark,
            "goal_attainment": goals,
            "integrity": 80,
        }
        for k, (ending, help, mark, goals) in enumerate(
            zip(
                endings,
                ["yes", "no", "yes", "unknown", None, "yes"],
                [8, 6, None, 7, None, None],
                [100, 50, None, 60, None, None],
            )
        )
    ]
    scores = [{"client": "c0", "moment": "end", "score": 61, "instrument": "gas-t", "informant": "professional"}]
    found = table("indicators", small_cohort(tmp_path, people, scores), small_plan())
    dropped = only(found, measure="dropped_out")
    assert (dropped["events"], dropped["n"]) == (2, 4)
    helped = only(found, measure="continues_without_help")
    assert (helped["events"], helped["n"]) == (3, 4)
    assert (only(found, measure="satisfaction")["estimate"], only(found, measure="goal_attainment")["estimate"]) == (7, 70)
    assert only(found, measure="integrity")["method"].startswith("no_variance: ")
    assert only(found, measure="gas_t")["method"].startswith("too_few: ")


def test_other_outcomes_change_in_the_same_people(tmp_path):
    moves = (
        [("none", "school")] * 9
        + [("school", "none")]
        + [("school", "school")] * 5
        + [("none", "none")] * 4
        + [("none", "unknown")]
    )
    people = [
        {"client": f"c{k:02d}", "daytime_start": a, "daytime_end": b, "police_report": "yes" if k < 5 else "no"}
        for k, (a, b) in enumerate(moves)
    ]
    found = table("outcomes", small_cohort(tmp_path, people), small_plan())
    assert only(found, measure="n_both_known")["estimate"] == 19
    assert only(found, measure="mcnemar_chi2", subgroup="school")["estimate"] == 6.4
    assert only(found, measure="mcnemar_exact", subgroup="none")["p_value"] == 0.021484375
    assert only(found, measure="mcnemar_mid_p", subgroup="none")["p_value"] == pytest.approx(0.021484375 - 10 / 1024)
    assert only(found, measure="stuart_maxwell_chi2")["estimate"] == pytest.approx(6.4)
    assert only(found, measure="share_end", subgroup="school")["events"] == 14
    assert only(found, measure="mcnemar_chi2", subgroup="work")["method"].startswith("no_variance: ")
    assert "not an outcome" in only(found, measure="share_reported")["method"]


SHAPES = {
    "all equal": lambda k, moment: 5,
    "all missing": lambda k, moment: None,
    "no later score": lambda k, moment: k if moment == "baseline" else None,
    "no baseline": lambda k, moment: None if moment == "baseline" else k,
    "same change for all": lambda k, moment: k + (3 if moment == "baseline" else 0),
    "anything": lambda k, moment: (7 * k) % 11 + {"baseline": 9, "end": 4, "follow_up_6m": 2}[moment],
}


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_degenerate_cohorts_get_a_reason_and_never_a_bare_nan(tmp_path, shape, n):
    people = [
        {
            "client": f"c{k}",
            "arm": "xy"[k % 2],
            "gender": "girl",
            "ending": "ongoing",
            "housing_start": "shelter",
            "housing_end": "shelter",
        }
        for k in range(n)
    ]
    scores = trajectories(*((f"c{k}", [SHAPES[shape](k, m) for m in ("baseline", "end", "follow_up_6m")]) for k in range(n)))
    cohort = small_cohort(tmp_path, people, scores)
    plans = [small_plan(subgroups=["gender"])]
    plans += [small_plan(**compare("x", "y"), subgroups=["gender"])] if n > 1 else [small_plan(programme="another")]
    for plan in plans:
        for name in MINE:
            if analyses()[name].wanted(plan):
                frame = table(name, cohort, plan)
                bare = frame["estimate"].isna() & ~frame["method"].str.startswith(REASONS)
                assert not bare.any(), (name, frame.loc[bare, ["measure", "arm", "method"]].to_dict("records"))
                assert not np.isinf(frame[["estimate", "ci_low", "ci_high", "p_value"]].to_numpy(float)).any()


def test_no_method_is_computed_from_the_data(tmp_path):
    """Two cohorts of the same shape with other scores and sizes give the same methods."""
    texts = []
    for number, (n, factor) in enumerate(((24, 3), (25, 5))):
        people = [
            {"client": f"c{k:02d}", "arm": "xy"[k % 2], "provider": f"p{k % 4}", "gender": ("girl", "boy")[k % 3 == 0]}
            for k in range(n)
        ]
        scores = trajectories(
            *((f"c{k:02d}", [(k * factor) % 17 + 12, (k * factor) % 13 + 4, (k * factor) % 7 + 2]) for k in range(n))
        )
        cohort, plan = (
            small_cohort(tmp_path / str(number), people, scores),
            small_plan(**compare("x", "y"), subgroups=["gender"]),
        )
        # a reason is no part of the words: the door takes it off
        words = {
            name: table(name, cohort, plan)["method"].str.replace(r"^no_(?:difference|variance): ", "", regex=True)
            for name in MINE
        }
        texts.append({name: set(methods) for name, methods in words.items()})
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", MINE)
def test_the_page_of_methods_names_every_measure(name):
    page = (Path(__file__).parents[2] / "docs" / "methods-change.md").read_text(encoding="utf-8")
    assert not [
        measure
        for measure in analyses()[name].MEASURES
        if f"`{measure}`" not in page and not measure.startswith(("lost_", "ended_"))
    ]
