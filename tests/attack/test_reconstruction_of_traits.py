"""Attack on hidden counts of traits, scores and care: no row, word, reason, status or order may follow from how many there are of something rare.

Each was told before by what its test says. On random dossiers: `python -m benchmarks.reconstruction`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from analyses.shared.by_provider import clustered_rows
from analyses.shared.cohort import Cohort
from benchmarks.hidden_counts import HIDDEN, MEASURE, base, variants
from benchmarks.reconstruction import attacked
from data_schemas.evidence import GateOutcome
from data_schemas.plan import OverTime, Plan
from data_schemas.result import Declared, Result, rows
from data_schemas.submission import Label
from data_schemas.words import Words
from evaluation.planning.gates import closed
from evaluation.release.door import release, release_all
from evaluation.release.edition import committee, public

EDITIONS = pytest.mark.parametrize("edition", [public(10), committee(5)], ids=["public", "committee"])


def _told(worlds: Iterator[Cohort], plan: Plan, analysis: str, edition) -> list[pd.DataFrame]:
    return [release(analyses()[analysis].run(one, plan), edition) for one in worlds]


def _alike(frames: list[pd.DataFrame], *columns: str) -> bool:
    first, *others = (frame[list(columns)].reset_index(drop=True) for frame in frames)
    return all(first.equals(other) for other in others)


KEYS = ("outcome", "measure", "arm", "subgroup", "time")


def _goals(cohort: Cohort, moment: str, people: np.ndarray) -> Cohort:
    """Goal scores of these people at a moment."""
    table = cohort.measurements.astype({name: object for name in ("instrument", "informant", "moment")})
    new = table.iloc[np.zeros(len(people), int)].assign(
        person=people, instrument="gas-t", informant="professional", moment=moment, score=50.0 + np.arange(len(people)) % 9
    )
    whole = pd.concat([table, new], ignore_index=True)
    return replace(cohort, measurements=whole.astype({name: "category" for name in ("instrument", "informant", "moment")}))


@EDITIONS
@pytest.mark.parametrize("moment", ["baseline", "follow_up_6m"])
def test_goals_at_one_moment_say_nothing_of_those_at_another(moment, edition):
    """Before: goals of a single young person at follow-up, or at the start, took the rows of all goals at the end with them."""
    cohort, plan = base(34, 1, "complete", 1)
    ended = _goals(cohort, "end", np.arange(30))
    told = _told((_goals(ended, moment, np.arange(some)) for some in (0, 1, 4)), plan, "indicators", edition)
    assert _alike(told, *KEYS, "status") and (told[0]["measure"] == "gas_t").any()


@EDITIONS
def test_no_slope_over_weeks_tells_that_a_week_is_missing(edition):
    """Before: the change per week had a row only where every score had its week, and the words said whether they had."""
    cohort, plan = base(34, 1, "complete", 1)
    plan = plan.model_copy(update={"over_time": OverTime(slope="random")})

    def without(some: int) -> Cohort:
        table = cohort.measurements
        mine = (table["instrument"] == MEASURE.instrument) & (table["moment"] == "end") & (table["person"] < some)
        return replace(cohort, measurements=table.assign(week=table["week"].mask(mine)))

    told = _told((without(some) for some in (0, 1, 4)), plan, "over_time", edition)
    assert _alike(told, *KEYS, "status", "method") and (told[0]["measure"] == "mixed_slope").any()


@EDITIONS
def test_a_cut_off_has_its_row_whoever_was_measured(edition):
    """Before: the cut-offs from these young people had rows where two were measured, and the published ones where one was."""
    cohort, plan = base(11, 1, "complete", 1)
    first = cohort.measurements["person"].to_numpy()
    worlds = [replace(cohort, measurements=cohort.measurements[first < some].reset_index(drop=True)) for some in (0, 1, 2)]
    assert _alike(_told(worlds, plan, "individual_change", edition), *KEYS, "status")


@EDITIONS
def test_what_nobody_can_be_weighted_by_says_nothing_of_who_was_measured(edition):
    """Before: without anybody analysed no covariate had rows of balance, with one all had."""
    cohort, plan = base(34, 2, "complete", 1)
    first = cohort.measurements["person"].to_numpy()
    worlds = [replace(cohort, measurements=cohort.measurements[first < some].reset_index(drop=True)) for some in (0, 1, 2)]
    assert _alike(_told(worlds, plan, "weighted_comparison", edition), *KEYS, "status")


@EDITIONS
def test_no_category_is_compared_with_one_that_hardly_anybody_is_in(edition):
    """Before: the ratios of a covariate were against the first category that anybody was in, and which that is showed in the rows."""
    cohort, plan = base(34, 2, "staggered", 1)
    told = _told(
        variants(cohort, HIDDEN["mild intellectual disability"], 4, np.random.default_rng(0)), plan, "hazards", edition
    )
    assert len(told) > 3 and _alike(told, *KEYS, "status", "method")


@pytest.mark.parametrize(
    ("hidden", "only"),
    [
        ("short series", ("single_case",)),
        ("own category", ("baseline", "attrition")),
        ("after-care by", ("outcomes",)),
        ("of two rare settings", ("baseline", "attrition", "hazards")),
        ("of two rare endings", ("flow", "indicators")),
    ],
)
def test_more_hidden_counts_are_told_by_nothing_but_the_counts(hidden, only):
    found = list(attacked(1, (34,), ("committee 5",), (hidden,), only))
    assert found and all(one.by_folder == one.by_bands and one.nobody == one.nobody_left for one in found)
    assert not hidden.startswith("of two") or min(one.by_bands for one in found) > 1


@EDITIONS
@pytest.mark.parametrize("size", [34, 150])
def test_what_weights_leave_of_an_arm_is_told_where_few_are_a_small_part_of_it(size, edition):
    """Before: on steps of a tenth, and to three digits for the committee, it said of small arms how many are in a category that is held back."""
    cohort, plan = base(size, 2, "complete", 3)
    found = release(analyses()["weighted_comparison"].run(cohort, plan), edition)
    shares = found["estimate"][
        found["measure"].isin(("effective_share", "preference_overlap", "shared_provider_share"))
    ].dropna()
    step = 0.2 if edition.name == "public" else 0.1
    assert bool(len(shares)) == (size > 34 or edition.exact) and np.allclose(shares / step, np.round(shares / step))


def test_a_week_that_is_missing_takes_the_mean_of_its_moment_in_the_slope_of_each():
    """By hand: two weeks of a moment, 10 and 14, so 12 for the third; with as many missing as the threshold the order of moments is taken."""
    from analyses.over_time import _Cells, _weeks

    week, moment = np.array([0.0, 10, 14, np.nan]), np.array([0, 1, 1, 1])
    cells = _Cells(np.zeros(4), np.arange(4), moment, week, np.zeros(4, int), {})
    assert _weeks(cells, 2).tolist() == [0, 10, 14, 12] and _weeks(cells, 1) is None


def test_who_was_never_measured_at_the_start_is_told_by_no_row_that_is_there():
    """Before: design effects, cut-offs and differences after weighting, each where there was somebody; and means of ten whose number is held back."""
    only = ("indicators", "individual_change", "weighted_comparison", "baseline")
    found = list(attacked(100, (11,), ("public 10",), ("without baseline",), only))
    assert found and all(one.by_folder == one.by_bands for one in found)


def _leaves(**row) -> str:
    """The status of one estimate."""
    measures = {"m": Declared("magnitude", Words("x", "x"), "score")}
    fixed = {"measure": "m", "arm": "all", "outcome": "x", "time": "end", "estimate": 1.0, "ci_low": 0.0, "ci_high": 2.0}
    return release(Result("a", measures, rows("a", [fixed | row])), public(10))["status"].iloc[0]


def test_whether_degrees_of_freedom_are_left_follows_from_the_band_of_people():
    """Before: of 14 people with nine left a row left, and of 13 with eight none: that somebody had no baseline."""
    told = {_leaves(n=n, df=float(n - 5), std_error=0.5) for n in range(10, 20)}
    assert told == {"suppressed"} and {_leaves(n=n, df=float(n - 5), std_error=0.5) for n in range(20, 30)} == {"released"}
    assert {_leaves(n=n, df=float(n - 1), std_error=0.5) for n in range(10, 20)} == {"released"}


def test_what_is_left_beside_providers_says_of_none_whether_it_has_anybody():
    """Before: the first young person at a provider took a degree of freedom, and a row with it."""
    before, later = np.arange(14.0), np.arange(14.0)[::-1]
    of_five, of_six = np.arange(14) % 5, np.append(np.arange(13) % 5, 5)
    left = {
        record["residual_df"]
        for provider in (of_five, of_six)
        for record in clustered_rows(before, later, provider, 1, (0, 40), providers=6)
    }
    assert left == {8.0}


def test_a_closed_condition_hides_whether_there_was_anything_to_close():
    """Before: what was closed and what was held back differed, and so did whether six providers had anybody."""
    cohort, plan = base(60, 2, "complete", 1)
    told = release(analyses()["comparison"].run(cohort, plan), public(10))
    held = told.assign(status="suppressed", estimate=np.nan, n=np.nan)
    gate = GateOutcome(
        name="attrition",
        outcome="cries-13:self",
        time="end",
        open=False,
        found=None,
        allowed=None,
        reason=Label(nl="x", en="x"),
    )
    first, second = (closed({"comparison": one}, (gate,), plan)["comparison"] for one in (told, held))
    mine = (first["time"] == "end").to_numpy()
    assert mine.any() and (told["status"] == "released").any()
    assert first[mine][["status", "method", "n", "estimate"]].equals(second[mine][["status", "method", "n", "estimate"]])


@EDITIONS
def test_who_has_two_later_scores_is_counted_where_rows_are_about_them(edition):
    """Before: their number was that of any table of the same size, or in no table, and left or not as it was ten."""
    cohort, plan = base(60, 1, "early drop-out", 2)
    found = release(analyses()["change"].run(cohort, plan), edition)
    for count, about in (("n_after_end", ["mean_change_after_end", "g_after_end"]), ("n_all_moments", ["friedman"])):
        told = found[found["measure"] == count].set_index(["arm", "time"])["n"]
        of_them = found[found["measure"].isin(about) & found["n"].notna()]
        assert len(of_them) and all(told[tuple(key)] == n for *key, n in of_them[["arm", "time", "n"]].itertuples(index=False))


def test_who_is_outside_a_category_is_told_by_bands_or_a_mean_of_the_category_does_not_leave():
    """Before: of 34, a mean of those in a category left where ten or more were outside it, which no table said."""
    cohort, plan = base(34, 1, "complete", 1)
    kinds = cohort.treatments["gender"].cat.categories

    def with_boys(some: int) -> Cohort:
        names = np.array(["girl"] * (cohort.size - some) + ["boy"] * some, object)
        return replace(cohort, treatments=cohort.treatments.assign(gender=pd.Categorical(names, categories=kinds)))

    told = _told((with_boys(some) for some in (9, 10, 14)), plan, "subgroups", public(10))
    girls = [one[(one["subgroup"] == "gender=girl") & (one["measure"] == "mean_change")]["status"].tolist() for one in told]
    boys = [one[(one["subgroup"] == "gender=boy") & (one["measure"] == "n_pairs")]["n"].notna().any() for one in told]
    assert boys == [False, True, True] and [set(one) for one in girls] == [{"suppressed"}, {"released"}, {"released"}]


@pytest.mark.parametrize("analysis", ["revictimisation", "hazards"])
def test_which_categories_have_rows_of_events_does_not_tell_who_came_late(analysis):
    """Before: a category with fifteen followed from the start had rows, and one with fourteen of them and a late one had none."""
    cohort, plan = base(60, 2, "complete", 102)
    hidden = HIDDEN["late entry"]
    boys = np.where(np.arange(60) % 4 == 0, "boy", "girl").astype(object)
    cohort = replace(cohort, treatments=cohort.treatments.assign(gender=pd.Categorical(boys)))
    cohort = hidden.none(cohort)
    late = np.flatnonzero((boys == "boy") & (cohort.treatments["follow_up_weeks"] > 20).to_numpy(bool))
    worlds = [cohort, hidden.make(cohort, late[:1]), hidden.make(cohort, late[:4])]
    told = _told(worlds, plan, analysis, public(15))
    assert _alike(told, *KEYS) and told[0]["subgroup"].str.startswith("gender=").any()


def test_whether_enough_were_lost_to_describe_them_follows_from_what_is_told():
    """Before: fifteen with a baseline who were not analysed left with their number, and fourteen did not, whatever the bands say."""
    cohort, plan = base(34, 1, "complete", 306)
    hidden = HIDDEN["lost at the end"]
    gone = np.arange(20)
    told = {}
    for some in range(8, 20):
        lost = hidden.make(cohort, gone[:some])
        answers = {name: analyses()[name].run(lost, plan) for name in ("attrition", "baseline", "change")}
        rows_ = pd.concat(release_all(answers, public(10)).values())
        row = rows_[(rows_["arm"] == "stayed - lost") & (rows_["time"] == "end") & (rows_["subgroup"] == "baseline")].iloc[0]
        counts = rows_[rows_["measure"].isin(("n_pairs", "n_measured"))]["n"].tolist()
        told.setdefault(str(counts), set()).add((row["status"], row["n"], row["events"]))
    assert len(told) > 1 and all(len({status for status, *_ in found}) == 1 for found in told.values())
