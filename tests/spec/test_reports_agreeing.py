"""Numbers that belong together, rounded together: what adds up in the results adds up in a report."""

from __future__ import annotations

import pytest

from data_schemas.evidence import Evidence
from reports.text.agreeing import agreed
from tests.spec.test_reports_cells import evidence


def together(edition: str = "released", **analyses: list[dict]) -> Evidence:
    """The evidence of these rows by analysis, as a report takes it in."""
    made = {
        name: evidence([{"analysis": name, "unit": "", **row} for row in rows]).results["invented"]
        for name, rows in analyses.items()
    }
    record = evidence([{}]).record.model_copy(update={"edition": edition})
    return agreed(Evidence(record, made))


def share(subgroup: str, estimate: float | None, **more) -> dict:
    status = "suppressed" if estimate is None else "rounded"
    return {"outcome": "gender", "measure": "share", "subgroup": subgroup, "estimate": estimate, "status": status} | more


def estimates(seen: Evidence, analysis: str, **where) -> list[float]:
    return seen.select(analysis, **where)["estimate"].tolist()


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        # 60 % and 60 % of one whole are half and half
        ([0.6, 0.6], [0.5, 0.5]),
        # with one held back they are no more than all; and left alone when they are less
        ([0.6, 0.6, None], [0.5, 0.5]),
        ([0.6, 0.3, None], [0.6, 0.3]),
        # thirds make a whole
        ([1 / 3, 1 / 3, 1 / 3], [0.34, 0.33, 0.33]),
    ],
)
def test_shares_of_a_whole_make_a_whole(given, printed):
    seen = together(baseline=[share(str(place), value) for place, value in enumerate(given)])
    assert [value for value in estimates(seen, "baseline") if value == value] == pytest.approx(printed)


def test_recovered_and_improved_make_up_the_indicator_that_counts_both():
    one = {"outcome": "cries-13:self", "time": "end", "arm": "b", "status": "rounded"}
    classes = {"recovered": 0.2, "improved": 0.2, "unchanged": 0.3}
    change = [one | {"measure": name, "estimate": value} for name, value in classes.items()]
    change.append(one | {"measure": "deteriorated", "estimate": None, "status": "suppressed"})
    seen = together(change=change, indicators=[one | {"measure": "problems_reduced", "estimate": 1 / 3}])
    assert estimates(seen, "change", measure=("recovered", "improved")) == [0.17, 0.16]
    assert estimates(seen, "indicators") == [0.33]


def test_a_difference_is_that_of_the_two_shares_beside_it():
    at = {"outcome": "arrest", "time": "52", "status": "rounded"}
    rows = [at | {"measure": "survival", "arm": arm, "estimate": value} for arm, value in (("b", 0.7857), ("a", 0.7045))]
    seen = together(revictimisation=[*rows, at | {"measure": "survival_difference", "arm": "b - a", "estimate": 0.0812}])
    first, second, apart = (round(100 * value) for value in estimates(seen, "revictimisation"))
    assert (first, second, apart) == (79, 71, 8)


def test_with_and_without_an_event_make_a_whole_and_what_came_first_only_lowers():
    at = {"outcome": "arrest", "time": "52", "arm": "a", "status": "rounded"}
    competing = [at | {"measure": name, "estimate": 0.25} for name in ("one_minus_survival", "cumulative_incidence")]
    seen = together(revictimisation=[at | {"measure": "survival", "estimate": 0.7692}], competing_events=competing)
    assert estimates(seen, "competing_events") == pytest.approx([0.23, 0.23])


def test_there_are_as_many_people_everywhere():
    flow = [
        {"outcome": "arrest", "measure": measure, "arm": arm, "estimate": value, "unit": "people", "status": "rounded"}
        for measure in ("eligible", "analysed")
        for arm, value in (("all", 180.0), ("b", 110.0))
    ]
    curve = [
        {
            "outcome": "arrest",
            "measure": "at_risk",
            "arm": "all",
            "time": week,
            "estimate": value,
            "unit": "people",
            "status": "rounded",
        }
        for week, value in (("0", 175.0), ("26", 150.0))
    ]
    known = {"outcome": "housing", "measure": "n_both_known", "arm": "b", "estimate": 115.0, "n": 115, "unit": "people"}
    seen = together(flow=flow, revictimisation=curve, outcomes=[known | {"status": "rounded"}])
    assert estimates(seen, "revictimisation") == [180.0, 150.0]
    assert estimates(seen, "outcomes") == [110.0] and seen.results["outcomes"]["n"].tolist() == [110.0]


def test_exact_means_before_and_after_differ_by_the_change_and_exact_counts_stay():
    one = {"outcome": "cries-13:self", "time": "end", "status": "exact"}
    means = {"mean_baseline": 31.24, "mean_later": 18.37, "mean_change": -12.87}
    rows = [one | {"measure": name, "estimate": value} for name, value in means.items()]
    counted = [{"measure": "n_pairs", "estimate": 43.0, "unit": "people", "status": "exact"}]
    seen = together("internal", change=[*rows, *counted])
    assert estimates(seen, "change") == [31.24, 18.3, -12.87, 43.0]


def test_numbers_that_agree_are_left_as_they_are():
    rows = [share("girl", 0.6), share("boy", 0.4)]
    before = together(baseline=rows)
    assert agreed(before).results["baseline"].equals(before.results["baseline"])
