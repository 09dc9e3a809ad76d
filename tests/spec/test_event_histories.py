"""From rows to histories: what comes first, what recurs, where a first event lies; by hand, through files and validation."""

import numpy as np
import pytest

from analyses import competing_events, event_sensitivity, interval_censored_events, parametric_survival, recurrent_events
from analyses.shared.event_histories import causes, ranges, recurrences
from evaluation.release.door import exact, release
from evaluation.release.edition import public
from tests.cohorts import compare, small_cohort, small_plan

EVENTS = {
    "event": ["sexual_exploitation", "criminal_exploitation"],
    "horizons_weeks": [10, 20],
    "restricted_mean_weeks": 20,
    "competing": ["died", "moved_abroad", "arrest"],
    "late_entry": True,
}


def plan(**more):
    return small_plan(measures=[], events=EVENTS | more.pop("events", {}), **more)


def person(client, weeks, end="lost", **more):
    return {"client": client, "follow_up_weeks": weeks, "follow_up_end": end} | more


def event(client, week_from, week_to=None, kind="sexual_exploitation", certainty="actual", source="self_report"):
    week_to = week_from if week_to is None else week_to
    return {
        "client": client,
        "event": kind,
        "week_from": week_from,
        "week_to": week_to,
        "certainty": certainty,
        "source": source,
    }


PEOPLE = [
    person("a", 20, "end_of_study"),
    person("b", 12, "died"),
    person("c", 15, "moved_abroad"),
    person("d", 18, "lost"),
    person("e", 20, "end_of_study"),
    person("f", 9, "came_of_age"),
    person("g", 20, "end_of_study", follow_up_from_week=5),
]
EVENTS_OF = [
    event("a", 7),
    event("a", 7, source="police"),
    event("a", 7, kind="criminal_exploitation"),
    event("a", 9, 13, certainty="presumed"),
    event("b", 12),
    event("d", 6, kind="arrest"),
    event("d", 8),
    event("e", 4, certainty="signal"),
    event("e", 3, 10),
    event("e", 8),
    event("g", 6),
]


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return small_cohort(tmp_path_factory.mktemp("histories") / "s", PEOPLE, events=EVENTS_OF)


def test_what_comes_first(cohort):
    """b died in the week of the event: the event counts. d was arrested first. f came of age, which this plan does not name."""
    found = causes(cohort, plan(), plan().events)
    assert found.names == ("event", "died", "moved_abroad", "arrest")
    assert found.week.tolist() == [7, 12, 15, 6, 8, 9, 6]
    assert found.cause.tolist() == [1, 1, 3, 4, 1, 0, 1]
    assert found.entry.tolist() == [0, 0, 0, 0, 0, 0, 5]
    assert found.selection.analysed.all()


def test_reports_of_one_event_count_once_and_kinds_apart(cohort):
    found = recurrences(cohort, plan().events)
    mine = {client: found.week[found.person == number].tolist() for number, client in enumerate("abcdefg")}
    assert {client: sorted(weeks) for client, weeks in mine.items()} == {
        "a": [7, 7, 13],
        "b": [12],
        "c": [],
        "d": [8],
        "e": [8, 10],
        "f": [],
        "g": [6],
    }
    entry, until, number, week = found.of(np.array([True, False, False, False, True, False, True]))
    assert (entry.tolist(), until.tolist()) == ([0, 0, 5], [20, 20, 20])
    assert sorted(zip(number.tolist(), week.tolist())) == [(0, 7), (0, 7), (0, 13), (1, 8), (1, 10), (2, 6)]


def test_every_report_can_count(cohort):
    """Two sources told of one week of a: one event, or two."""
    found = recurrences(cohort, plan().events, every_report=True)
    assert sorted(found.week[found.person == 0].tolist()) == [7, 7, 7, 13]
    frame = exact(recurrent_events.run(cohort, plan()))
    each = numbers(frame, measure="mean_cumulative_reports", time="10").iloc[0]
    once = numbers(frame, measure="mean_cumulative_events", time="10").iloc[0]
    assert (each["events"], once["events"]) == (7, 6) and each["estimate"] == pytest.approx(once["estimate"] + 1 / 7)
    merged = numbers(frame, measure="merged_reports")
    assert merged["estimate"].tolist() == [1] and each["subgroup"] == "reports:each"
    assert not release(recurrent_events.run(cohort, plan()), public())["measure"].eq("merged_reports").any()


def test_the_first_of_two_events_lies_between_the_earliest_first_and_the_earliest_last_week(cohort):
    found = ranges(cohort, plan().events)
    assert found.left.tolist() == [6, 11, 15, 7, 2, 9, 5]
    assert found.right.tolist() == [7, 12, np.inf, 8, 8, np.inf, 6]
    assert found.late.tolist() == [False] * 6 + [True]


def test_time_zero_at_the_end_moves_everything(tmp_path):
    people = [person("a", 30, treatment_weeks=10), person("b", 30), person("c", 12, treatment_weeks=12)]
    people.append(person("d", 30, "died", treatment_weeks=10, follow_up_from_week=14))
    cohort = small_cohort(tmp_path / "s", people, events=[event("a", 8), event("a", 9, 15), event("a", 20)])
    end = plan(events={"time_zero": "end"})
    again = recurrences(cohort, end.events)
    reasons = [("analysed", *again.selection.reasons)[loss] for loss in again.selection.loss]
    assert reasons == ["analysed", "no_known_end", "not_followed_after_end", "analysed"]
    assert (again.until[[0, 3]].tolist(), again.entry[[0, 3]].tolist()) == ([20, 20], [0, 4])
    assert again.week[again.person == 0].tolist() == [5, 10]
    assert not (again.person == 3).any()
    found = ranges(cohort, end.events)
    assert (found.left[0], found.right[0]) == (0, 5)


def numbers(frame, **where):
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def test_rows_by_hand(cohort):
    """Six people from the start and one from week 6: by week 10 events in weeks 6 (g), 7 and 8, arrest in week 6, f leaves in 9."""
    frame = exact(competing_events.run(cohort, plan()))
    outcome = "sexual_exploitation+criminal_exploitation"
    share = numbers(frame, measure="cumulative_incidence", outcome=outcome, arm="all", time="10")["estimate"].item()
    after_six = 5 / 7
    assert share == pytest.approx(1 / 7 + after_six / 5 + after_six * (4 / 5) / 4)
    arrest = numbers(frame, measure="cumulative_incidence", outcome="arrest", arm="all", time="10")["estimate"].item()
    assert arrest == pytest.approx(1 / 7)
    plain = numbers(frame, measure="one_minus_survival", arm="all", time="10")["estimate"].item()
    assert plain == pytest.approx(1 - (6 / 7) * (4 / 5) * (3 / 4)) and plain > share
    mean = numbers(exact(recurrent_events.run(cohort, plan())), measure="mean_cumulative_events", time="10")
    assert mean["estimate"].item() == pytest.approx(1 / 7 + 2 / 7 + 2 / 7 + 1 / 6)
    assert mean["events"].item() == 6
    known = exact(interval_censored_events.run(cohort, plan()))
    counts = {row.measure: row.estimate for row in known.itertuples() if row.arm == "all" and "events_in" in row.measure}
    assert counts == {"events_in_known_week": 4, "events_in_range": 1}
    from_start = numbers(known, measure="survival", time="10").iloc[0]
    assert from_start["n"] == 6 and "people followed from the start only" in from_start["method"]


def test_certainty_and_time_zero_stand_side_by_side(tmp_path):
    people = [person(f"k{n}", 40, "lost", treatment_weeks=10, ending="completed" if n % 2 else "external") for n in range(12)]
    happened = [event(f"k{n}", 5 + 2 * n, certainty=("actual", "presumed", "signal")[n % 3]) for n in range(12)]
    cohort = small_cohort(tmp_path / "s", people, events=happened)
    frame = exact(event_sensitivity.run(cohort, plan()))
    at = numbers(frame, measure="survival", arm="all", time="20").set_index("subgroup")["estimate"]
    assert at["certainty:actual"] == pytest.approx(9 / 12)
    assert at["certainty:actual+presumed"] == pytest.approx(6 / 12)
    assert at["certainty:actual+presumed+signal"] == pytest.approx(4 / 12)
    assert at["time_zero:start"] == pytest.approx(6 / 12)
    assert at["time_zero:end"] == pytest.approx((12 - 6) / 12)
    refused = numbers(frame, subgroup="ending, time_zero:start")
    assert refused["estimate"].isna().all() and refused["method"].str.startswith("immortal_time: ").all()
    landmark = numbers(frame, subgroup="ending, time_zero:end", time="20")
    assert set(landmark["arm"]) == {"completed", "stopped", "completed - stopped"}


def test_bounds_hold_the_curve_between_them(tmp_path):
    people = [person(f"k{n}", 6 if n < 3 else 30, arm="one" if n % 2 else "two") for n in range(12)]
    cohort = small_cohort(tmp_path / "s", people, events=[event(f"k{n}", 8) for n in range(6, 9)])
    frame = exact(event_sensitivity.run(cohort, plan(**compare("one", "two"))))
    best, worst = (numbers(frame, measure=f"bound_{name}", arm="all", time="10").iloc[0] for name in ("best", "worst"))
    assert (best["estimate"], worst["estimate"]) == pytest.approx((9 / 12, 6 / 12))
    curve = numbers(frame, measure="survival", arm="all", time="10", subgroup="time_zero:start")["estimate"].item()
    assert worst["estimate"] < curve < best["estimate"]
    differences = numbers(frame, arm="one - two", time="10", measure="bound_best")["estimate"].item()
    assert differences == pytest.approx(5 / 6 - 2 / 6)
    limits = numbers(frame, arm="one - two", time="10", measure="bound_best")[["ci_low", "ci_high"]].iloc[0]
    assert -1 <= limits["ci_low"] < 5 / 6 - 2 / 6 < limits["ci_high"] <= 1


@pytest.mark.parametrize(
    "people, happened",
    [
        ([person("a", 20)], []),
        ([person("a", 20)], [event("a", 1)]),
        ([person("a", 20), person("b", 20, arm="other")], []),
        ([person("a", 1), person("b", 1, arm="other")], [event("a", 1), event("b", 1)]),
        ([person("a", 0), person("b", 20, arm="other")], [event("a", 0)]),
        ([person("a", 20, "died"), person("b", 20, "died", arm="other"), person("c", 9, "died")], []),
        ([{"client": "a"}, {"client": "b", "arm": "other"}], []),
        ([person("a", 20, follow_up_from_week=3), person("b", 20, arm="other")], [event("a", 4, 9), event("b", 20)]),
        ([person(f"k{n}", 20, arm=("care", "other")[n % 2]) for n in range(11)], [event(f"k{n}", 1) for n in range(11)]),
    ],
    ids=["one person", "one event", "no event", "all in week 1", "week 0", "all died", "nobody followed", "late", "eleven"],
)
def test_thin_data_have_an_answer_in_words(people, happened, tmp_path):
    cohort = small_cohort(tmp_path / "s", people, events=happened)
    events = {"censoring_covariates": ["gender", "setting"]}
    thin = plan(events=events, **(compare("care", "other") if len(cohort.arms) > 1 else {}))
    for module in (competing_events, recurrent_events, interval_censored_events, parametric_survival, event_sensitivity):
        result = module.run(cohort, thin)
        frame = exact(result)
        assert len(frame) > 0
        without = frame[frame["estimate"].isna()]
        assert without["method"].str.match(r"^[a-z_]+: ").all(), without[["measure", "arm", "method"]].to_string()
        few = frame.loc[frame["n"] < 10, ["measure", "arm", "subgroup", "time", "outcome"]]
        released = release(result, public(10)).merge(few, on=list(few.columns))
        assert (released["status"] == "suppressed").all()
        assert released[["estimate", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)
