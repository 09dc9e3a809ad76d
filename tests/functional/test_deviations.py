"""Everything that a plan asks and that could not be run, and everything beyond it, is listed with its reason and no number of people."""

from __future__ import annotations

import re

import numpy as np
import pytest

import evaluation
from data_schemas.evidence import Deviation
from data_schemas.plan import Plan
from evaluation.planning.deviations import deviations
from evaluation.planning.lock import lock_hash
from evaluation.validation.validating import validate
from tests.cohorts import compare, small_cohort, small_plan

END = [{"instrument": "worry", "informant": "self", "moments": ["end"]}]
EVENTS = {"event": ["running_away"], "horizons_weeks": [26], "restricted_mean_weeks": 26}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Sixty people in two arms, all girls, scores before and after; followed for a year, half of them ran away."""
    rng = np.random.default_rng(5)
    people = [
        {
            "client": f"c{k}",
            "arm": "new" if k % 2 else "care",
            "gender": "girl",
            "setting": ("open", "outpatient")[k // 30],
            "follow_up_weeks": 52,
            "follow_up_end": "end_of_study",
            "satisfaction": 7 + k % 3,
        }
        for k in range(60)
    ]
    scores = [
        {"client": f"c{k}", "moment": moment, "score": int(np.clip(rng.normal(mean, 4), 0, 40))}
        for k in range(60)
        for moment, mean in (("baseline", 20), ("end", 16))
    ]
    events = [
        {"client": f"c{k}", "event": "running_away", "week_from": 2 + k % 40, "week_to": 2 + k % 40, "certainty": "actual"}
        for k in range(0, 60, 2)
    ]
    folder = tmp_path_factory.mktemp("deviating") / "data"
    small_cohort(folder, people, scores, events)
    return validate(folder).submission


def _locked(plan: Plan) -> Plan:
    lock = {"sha256": lock_hash(plan, "2026-01-01T00:00:00Z"), "locked_at": "2026-01-01T00:00:00Z", "contract": "1"}
    return Plan(**plan.model_dump(exclude={"lock"}), lock=lock)


def _found(data, internal: bool = False, **plan) -> tuple[Deviation, ...]:
    return evaluation.run(data, _locked(small_plan(**({"measures": END} | plan))), internal=internal).record.deviations


def _reasons(found, outcome: str | None = None) -> str:
    return " | ".join(one.reason.en for one in found if outcome is None or one.outcome == outcome)


def test_a_plan_that_could_be_run_has_only_what_is_described_for_everyone(data):
    found = _found(data, missing_data={"approaches": ["complete_cases"]})
    assert {one.outcome for one in found} == {"satisfaction"}
    assert found[0].analysis == "indicators" and found[0].reason.en.startswith("Beyond the plan")


@pytest.fixture(scope="module")
def too_much(data) -> tuple[Deviation, ...]:
    """A plan that asks for more than there is, in every part."""
    return _found(
        data,
        measures=[
            END[0] | {"moments": ["end", "follow_up_6m"], "non_inferiority_margin": 2, "benchmark": "no-such-study"},
            END[0] | {"informant": "parent"},
            END[0] | {"instrument": "cries-13"},
        ],
        events=EVENTS | {"horizons_weeks": [26, 104], "restricted_mean_weeks": 300, "competing": ["died"]},
        single_case={"instrument": "worry", "informant": "clinician"},
        over_time={"slope": "random", "dose": ["sessions_attended"]},
        missing_data={"approaches": ["complete_cases"]},
        subgroups=["gender", "honour_context", "setting"],
        gates={"attrition": "cautious", "smallest_measured": 0.1},
    )


@pytest.mark.parametrize(("outcome", "words"), [
    pytest.param("worry:self, follow_up_6m", "a condition of the plan was not met", id="moment"),
    pytest.param("worry:parent, end", "a condition of the plan was not met", id="informant"),
    pytest.param("cries-13:self, end", "a condition of the plan was not met", id="instrument"),
    pytest.param("worry:self, end", "subgroups by gender", id="one-level"),
    pytest.param("worry:self, end", "subgroups by honour", id="descriptor-empty"),
    pytest.param("worry:self, end", "the plan names no comparison", id="margin"),
    pytest.param("worry:self, end", "published care", id="benchmark"),
    pytest.param("running_away, 104", "too few", id="horizon"),
    pytest.param("running_away, 300", "mean time", id="restricted-mean"),
    pytest.param("died", "makes the event impossible", id="competing"),
    pytest.param("worry:clinician", "too few", id="single-case"),
    pytest.param("worry:self", "association with", id="dose"),
    pytest.param("", "a condition on differences between groups was not checked", id="gate-without-arms"),
    pytest.param("worry:clinician", "completeness was not checked", id="gate-on-repeated-measurements"),
    pytest.param("satisfaction", "beyond the plan", id="beyond"),
])  # fmt: skip
def test_what_could_not_be_run_has_its_own_reason(too_much, outcome, words):
    assert words in _reasons(too_much, outcome).lower(), [(one.outcome, one.reason.en) for one in too_much]


@pytest.mark.parametrize("outcome", ("worry:self, follow_up_6m", "worry:parent, end", "cries-13:self, end"))
def test_what_nobody_filled_in_is_of_too_few_where_no_condition_is_asked(data, outcome):
    """Behind a condition that is not met, what is of too few and what is not look alike."""
    asked = [
        END[0] | {"moments": ["end", "follow_up_6m"]},
        END[0] | {"informant": "parent"},
        END[0] | {"instrument": "cries-13"},
    ]
    assert "too few" in _reasons(_found(data, measures=asked), outcome).lower()


def test_that_a_course_was_not_modelled_is_said_inside_only(data):
    """It follows from how many scores there are of each."""
    inside, released = (_found(data, internal=inside, over_time={"slope": "random"}) for inside in (True, False))
    assert "course per young person" in _reasons(inside).lower()
    assert "course per young person" not in _reasons(released).lower()


def test_what_could_be_run_is_not_listed(too_much):
    assert "by setting" not in _reasons(too_much, "worry:self, end")
    listed = " | ".join(f"{one.outcome}: {one.reason.en}" for one in too_much)
    assert "running_away, 26" not in listed and "complete cases" not in listed


def test_no_reason_has_a_number(too_much):
    assert not [one for one in too_much if re.search(r"\d", one.reason.en + one.reason.nl)]


@pytest.mark.parametrize(("plan", "words"), [
    ({"design": "experimental"}, "comparison group, but no comparison"),
    ({"design": "quasi_experimental"}, "comparison group, but no comparison"),
    ({"design": "single_case"}, "no repeated measurements"),
    ({"design": "norm_related_change"}, "no norm or published figure"),
    ({"events": EVENTS, "gates": {"smallest_overlap": 0.5}, **compare("a", "b")}, "overlap was not checked"),
    ({"measures": [], "events": EVENTS, "over_time": {}}, "names no questionnaire"),
])  # fmt: skip
def test_a_plan_that_contradicts_itself_says_so(plan, words):
    assert words in _reasons(deviations(small_plan(**({"measures": END} | plan)), {}, exploratory=False))


def test_a_comparison_that_a_condition_closed_says_so(data):
    found = _found(
        data,
        gates={"largest_baseline_difference": 0.0001},
        missing_data={"approaches": ["complete_cases"]},
        **compare("new", "care"),
    )
    assert "comparison of the groups. Closed: a condition" in _reasons(found, "worry:self, end")


def test_what_goes_without_saying_is_not_said_again(data):
    """Without a single score, subgroups and ways to handle missing scores are not listed beside the outcome itself."""
    found = _found(data, measures=[END[0] | {"informant": "parent"}], subgroups=["gender", "setting"])
    assert [one.reason.en for one in found if one.outcome.startswith("worry")] == [
        "Planned. It cannot be calculated or shown, mostly because too few young people have these data."
    ]


def test_nobody_and_a_few_have_the_same_reason(tmp_path, data):
    """A reason that told them apart would tell of one person who was measured."""
    people = [{"client": f"c{k}"} for k in range(40)]
    both = [
        {"client": f"c{k}", "moment": moment, "score": 10 + (7 * k + 3 * (k % 5) * (moment == "end")) % 11}
        for k in range(40)
        for moment in ("baseline", "end")
    ]
    plan = small_plan(missing_data={"imputations": 2})
    found = []
    for name, later in (("none", []), ("one", [{"client": "c1", "moment": "follow_up_6m", "score": 9}])):
        small_cohort(tmp_path / name, people, both + later)
        found.append(evaluation.run(validate(tmp_path / name).submission, plan, exploratory=True).record.deviations)
    assert found[0] == found[1] and len(found[0]) > 1


@pytest.mark.parametrize(("how", "words"), [
    ("unlocked", "without a locked plan"), ("changed", "changed after it was locked"), ("locked", "although the plan was locked")
])  # fmt: skip
def test_exploratory_runs_say_in_which_way(data, how, words):
    plan = small_plan(measures=END)
    plan = plan if how == "unlocked" else _locked(plan)
    plan = plan.model_copy(update={"seed": 99}) if how == "changed" else plan
    assert words in _reasons(deviations(plan, {}, exploratory=True), "")
    assert "exploratory" not in _reasons(deviations(plan, {}, exploratory=False), "")


def test_what_the_ledger_holds_back_is_not_blamed_on_few_people(data):
    from evaluation.release.memory.earlier import held_back
    from evaluation.release.memory.populations import populations

    plan = _locked(small_plan(measures=END, missing_data={"approaches": ["complete_cases"]}))
    results = evaluation.run(data, plan).results
    from analyses.shared.cohort import pool

    groups = populations([data], pool([data]), plan, b"key")
    empty = {name: held_back(frame, frozenset(groups), groups) for name, frame in results.items()}
    assert "differs too little from an earlier edition" in _reasons(
        deviations(plan, empty, False, close=frozenset(groups)), "worry:self, end"
    )


def test_an_internal_edition_may_say_why(data):
    found = _found(data, internal=True, events=EVENTS | {"horizons_weeks": [26, 104]})
    assert "nobody was followed that long" in _reasons(found, "running_away, 104")


def test_the_report_lists_them_in_words(data):
    from reports.deviations import deviations as told

    measures = [END[0] | {"moments": ["end", "follow_up_6m", "follow_up_12m"]}]
    plan = small_plan(measures=measures, missing_data={"approaches": ["complete_cases"]})
    result = evaluation.run(data, _locked(plan))
    assert "worry:self, follow_up_6m, follow_up_12m" in {one.outcome for one in result.record.deviations}
    for lang, words in (("nl", "Piekeren (jongere zelf), follow-up na 6 maanden, follow-up na 12 maanden"), ("en", "Worry")):
        text = told(result, lang).markdown().replace("\\", "")
        assert words in text and "worry:self" not in text and "follow_up" not in text


def test_an_event_that_the_data_never_record_is_questioned(data):
    """A curve that stays at 1 looks like success; in a release so few events have no curve, and nobody and a few the same reason."""
    arrests = EVENTS | {"event": ["arrest"]}
    assert "Was it kept track of?" in _reasons(_found(data, internal=True, events=arrests), "arrest")
    assert "Was it kept track of?" not in _reasons(_found(data, internal=True, events=EVENTS))
    assert "kept track of" not in _reasons(_found(data, events=arrests))
