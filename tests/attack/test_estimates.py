"""Attack on estimates that are counts in disguise: shares, numbers of events, tests of few, differences from a group of few.

The attacker knows how the door rounds, and asks which exact counts would have given the row that was published.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from analyses import analyses
from analyses.shared.rows.change_rows import sign_row
from data_schemas.result import Declared, Result, Tally, rows
from data_schemas.words import Words
from evaluation.release.door import release, release_all
from evaluation.release.edition import committee, public
from tests.cohorts import compare, small_cohort, small_plan

THRESHOLD = 10
_WORDS = Words("x", "x")
_MEASURES = {
    name: Declared(kind, _WORDS, number)
    for name, kind, number in (
        ("survival", "model", "share"),
        ("mean_events", "magnitude", "effect"),
        ("hazard_ratio", "model", "ratio"),
        ("mcnemar_chi2", "test", "statistic"),
        ("mcnemar_exact", "test", "ratio"),
        ("mean", "magnitude", "score"),
        ("sign_test", "derived", "share"),
        ("n_pairs", "count", "count"),
    )
}
_NUMBERS = ["n", "events", "estimate", "ci_low", "ci_high", "p_value"]


def _row(**row) -> dict:
    frame = release(Result("a", _MEASURES, rows("a", [{"arm": "all", "method": "m"} | row])), public(THRESHOLD))
    return frame.iloc[0].to_dict()


def _seen(row: dict) -> str:
    return str([row["status"], *(row[name] for name in _NUMBERS)])


def _share(count: int, n: int) -> dict:
    share = count / n
    error = np.sqrt(share * (1 - share) / n)
    limits = {"ci_low": share - 1.96 * error, "ci_high": share + 1.96 * error}
    return {"measure": "survival", "unit": "share", "n": n, "estimate": share, "std_error": error, **limits}


def _mean_events(count: int, n: int) -> dict:
    mean, error = count / n, np.sqrt(count) / n
    limits = {"ci_low": mean * np.exp(-1.96 * error / mean), "ci_high": mean * np.exp(1.96 * error / mean)}
    return {"measure": "mean_events", "unit": "events", "n": n, "events": count, "estimate": mean, "std_error": error, **limits}


@pytest.mark.parametrize("n", [60, 112, 216, 432])
@pytest.mark.parametrize("make", [_share, _mean_events])
def test_a_share_or_a_mean_number_of_events_fits_as_many_counts_as_the_threshold(n, make):
    """Before: 22 of 216 left as 0.10 with a standard error of 0.02, which only 20 to 23 events give."""
    records = [make(count, n) | {"arm": "all", "time": str(count), "method": "m"} for count in range(THRESHOLD, n - THRESHOLD)]
    published = release(Result("a", _MEASURES, rows("a", records)), public(THRESHOLD))["estimate"].dropna()
    fits = published.groupby(published).size()
    # at both ends the step is cut off by the threshold itself
    assert (fits.iloc[1:-1] >= THRESHOLD - 1).all()


@pytest.mark.parametrize("count", [0, 4, 56, 60])
def test_a_share_of_few_or_of_nearly_all_does_not_leave(count):
    row = {"measure": "survival", "unit": "share", "n": 60, "estimate": count / 60, "std_error": 0.02}
    assert _row(**row)["status"] == "suppressed"


def _signs(worse: int, same: int, better: int) -> dict:
    """The sign test of so many, as it leaves."""
    tally = Tally(np.array([worse, same, better]), _of_signs, population="analysed")
    frame = release(Result("a", _MEASURES, rows("a", []), (tally,)), public(THRESHOLD))
    return frame[frame["measure"] == "sign_test"].iloc[0].to_dict()


def _of_signs(counts: np.ndarray) -> list[dict]:
    worse, _, better = counts
    everyone = {"measure": "n_pairs", "arm": "all", "unit": "people", "estimate": counts.sum(), "n": counts.sum()}
    return [everyone, {"arm": "all", "time": "end"} | sign_row(worse, better)]


def test_who_got_worse_cannot_be_counted_from_a_sign_test():
    """Before: 30 of 39 left with a p of 0.0027, which only 7 to 12 who got worse give."""
    seen: dict[str, set[int]] = {}
    for worse, same, better in product(range(THRESHOLD, 30), (10, 19), (30, 39, 40, 49, 50, 59)):
        row = _signs(worse, same, better)
        if row["status"] != "suppressed":
            seen.setdefault(_seen(row), set()).add(worse)
    assert len(seen) > 3 and min(map(len, seen.values())) >= THRESHOLD - 1


def test_a_sign_test_with_few_on_one_side_does_not_leave():
    """Those without a change count on neither side: 30 of 39 got better and 9 worse, whatever others there are."""
    assert {_signs(9, same, 30)["status"] for same in (0, 5, 20)} == {"suppressed"}


@pytest.mark.parametrize("start", [60, 160, 400])
def test_how_many_are_missing_cannot_be_told_from_guesses_about_them(start):
    """The best less the worst case is the range times the share missing; the baseline carried forward over the complete cases is the share measured.

    `start` people at baseline on a scale of 0 to 40, mean 26, of whom n were measured later and changed by -8. The attacker knows the
    scale and `start`, and the step on which each number was published (the smallest distance between two of them).
    """
    measured = np.arange(30, start + 1)
    share = measured / start
    exact = {
        "best": (-8 * share - 26 * (1 - share), "score, filled in at an end"),
        "worst": (-8 * share + 14 * (1 - share), "score, filled in at an end"),
        "baseline": (-8 * share, "score, filled in"),
        "complete": (np.full(len(share), -8.0), "score"),
    }
    records = [
        {
            "measure": "mean",
            "arm": "all",
            "outcome": "worry",
            "subgroup": name,
            "time": str(n),
            "unit": unit,
            "n": n,
            "method": "m",
        }
        | {
            "estimate": value,
            "std_error": 6 / n**0.5,
            "ci_low": value - 12 / n**0.5,
            "ci_high": value + 12 / n**0.5,
            "df": n - 1,
        }
        for name, (values, unit) in exact.items()
        for n, value in zip(measured, values)
    ]
    frame = release_all({"a": Result("a", _MEASURES, rows("a", records))}, public(THRESHOLD), {"worry": 40.0})["a"]
    seen = {name: part["estimate"].to_numpy(float) for name, part in frame.groupby("subgroup", sort=False)}
    step = {name: _grid(part) for name, part in frame.groupby("subgroup", sort=False)}
    for k in range(len(measured)):
        apart = (
            np.abs(40 * (1 - share) - (seen["worst"][k] - seen["best"][k])) <= (step["worst"][k] + step["best"][k]) / 2 + 1e-9
        )
        room = (step["baseline"][k] + share * step["complete"][k]) / 2
        scaled = np.abs(share * seen["complete"][k] - seen["baseline"][k]) <= room + 1e-9
        # near nobody missing there is one side only
        least = THRESHOLD - 1 if start - measured[k] >= THRESHOLD else THRESHOLD / 2
        assert min(apart.sum(), scaled.sum()) >= least, (measured[k], apart.sum(), scaled.sum())


def _grid(part) -> np.ndarray:
    """The step of every row: the largest number of which its estimate and limits are multiples, among those that the door uses."""
    steps = np.array(sorted(base * 10.0**power for base in (1, 2, 5) for power in range(-4, 4)))
    values = part[["estimate", "ci_low", "ci_high"]].to_numpy(float)[:, :, None]
    whole = (np.abs(values / steps - np.round(values / steps)) < 1e-6).all(axis=1)
    return np.array([steps[row].max() for row in whole])


def _ratio(one: int, other: int, n: int, m: int) -> dict:
    log, error = np.log(one / n * m / other), np.sqrt(1 / one + 1 / other)
    limits = {"estimate": np.exp(log), "ci_low": np.exp(log - 1.96 * error), "ci_high": np.exp(log + 1.96 * error)}
    p = 2 * stats.norm.sf(abs(log) / error)
    row = {"measure": "hazard_ratio", "unit": "ratio", "arm": "a - b", "n": n + m, "events": one + other, "p_value": p}
    return row | limits | {"time": f"{one}/{other}/{n}/{m}", "method": "m"}


def test_limits_and_p_of_a_ratio_say_no_more_than_the_ratio():
    """Before: estimate, limits and p were each rounded by themselves, and together said five times as much."""
    sizes = list(product((200, 209, 218), (210, 219, 228)))
    pairs = [(one, other, *n) for one in range(40, 50) for other in range(60, 70) for n in sizes]
    answer = Result("a", _MEASURES, rows("a", [_ratio(*pair) for pair in pairs]))
    frame = release(answer, public(THRESHOLD))
    frame["low"] = [(n + m) // THRESHOLD for _, _, n, m in pairs]
    together = frame.groupby(["low", "estimate"])[["ci_low", "ci_high", "p_value"]].nunique()
    # the width may fall in one of two classes, and p follows from it
    assert len(together) > 10 and together["p_value"].max() <= 2


def test_p_and_interval_agree_on_no_difference():
    """Both follow from the published estimate, so a reader sees one answer."""
    rng = np.random.default_rng(3)
    records = []
    for number, (mean, n) in enumerate(zip(rng.normal(0, 3, 400), rng.integers(20, 300, 400))):
        error = 8 / np.sqrt(n)
        t = stats.t.ppf(0.975, n - 1)
        row = {
            "outcome": "score",
            "measure": "mean",
            "arm": "all",
            "unit": "score",
            "n": n,
            "estimate": mean,
            "std_error": error,
        }
        limits = {"ci_low": mean - t * error, "ci_high": mean + t * error, "p_value": 2 * stats.t.sf(abs(mean) / error, n - 1)}
        records.append(row | limits | {"df": n - 1, "time": str(number), "method": "m"})
    exact = rows("a", records)
    frame = release(Result("a", _MEASURES, exact), public(THRESHOLD))
    excludes = (frame["ci_low"] > 0) | (frame["ci_high"] < 0)
    assert excludes.sum() > 50 and (~excludes).sum() > 50
    assert (frame["p_value"][~excludes] >= 0.05).all() and (frame["p_value"][excludes] <= 0.051).mean() > 0.95
    assert (frame["p_value"] >= exact["p_value"].clip(0.001) * 0.95).all()
    assert (frame["ci_low"] <= exact["ci_low"]).all() and (frame["ci_high"] >= exact["ci_high"]).all()


@pytest.mark.parametrize("p", [0.0001, 0.004, 0.03, 0.4])
def test_an_estimate_without_limits_keeps_a_coarse_p_that_is_not_too_small(p):
    """A randomisation test gives a difference and its p, and no interval from which a p could follow."""
    row = _row(measure="mean", unit="score", n=57, estimate=2.3, p_value=p)
    assert row["status"] == "released" and np.isnan(row["ci_low"])
    assert max(p, 0.001) * 0.95 <= row["p_value"] <= min(1.0, max(p, 0.001) * 8)


def _mcnemar(left: int, entered: int, n: int) -> tuple[dict, dict]:
    moved = left + entered
    chi2 = (left - entered) ** 2 / moved
    base = {"n": n, "events": moved}
    p = min(1.0, 2 * stats.binom.cdf(min(left, entered), moved, 0.5))
    return (
        base | {"measure": "mcnemar_chi2", "unit": "chi-squared", "estimate": chi2, "p_value": stats.chi2.sf(chi2, 1)},
        base | {"measure": "mcnemar_exact", "unit": "odds", "estimate": left / max(entered, 1), "p_value": p},
    )


def test_who_moved_cannot_be_read_from_two_tests_of_one_table():
    """Before: odds of 4 and a chi-squared of 3.6 are 8 against 2, and odds of 0 say that nobody moved back."""
    assert {_row(**one)["status"] for one in _mcnemar(8, 1, 120)} == {"suppressed"}
    shown = [_row(**_mcnemar(20, 10, 120)[k]) for k in (0, 1)]
    assert np.isnan(shown[1]["estimate"]) and all(np.isnan(one["events"]) for one in shown)


@pytest.mark.parametrize(("ratio", "error"), [(0.95, 0.6), (0.2, 1.1), (3.0, 2.0)])
def test_limits_of_a_ratio_stay_above_zero_and_outside_the_exact_ones(ratio, error):
    low, high = ratio * np.exp(-1.96 * error), ratio * np.exp(1.96 * error)
    row = _row(measure="hazard_ratio", unit="ratio", n=57, events=20, estimate=ratio, ci_low=low, ci_high=high, df=12)
    assert 0 < row["ci_low"] <= low * 1.006 and row["ci_high"] >= high * 0.994
    assert row["ci_high"] / row["ci_low"] < (high / low) ** 2.5


def _counted(arms: dict[str, int], time: str) -> Tally:
    def derive(counts):
        base = {"outcome": "score", "time": time, "measure": "n_pairs", "unit": "people"}
        found = [base | {"arm": arm, "estimate": count, "n": count} for arm, count in zip(arms, counts)]
        return [base | {"arm": "all", "estimate": counts.sum(), "n": counts.sum()}, *found]

    return Tally(np.array(list(arms.values())), derive, population="analysed")


def _mean(arm: str, n: int) -> dict:
    error = 8 / np.sqrt(n)
    base = {"outcome": "score", "time": "end", "measure": "mean", "unit": "x", "arm": arm, "method": "m"}
    return base | {"n": n, "estimate": 4.0, "std_error": error, "df": n - 1, "ci_low": 4 - 2 * error, "ci_high": 4 + 2 * error}


def _status(arms: dict[str, int], *means: dict) -> list[str]:
    answer = Result("a", _MEASURES, rows("a", list(means)), (_counted(arms, "end"),))
    frame = release_all({"a": answer}, public(THRESHOLD))["a"]
    return frame[frame["measure"] == "mean"]["status"].tolist()


def test_a_difference_from_a_group_of_few_does_not_leave():
    """With 60 and 3 people a difference of means is about the three."""
    assert _status({"new": 60, "usual": 40}, _mean("new - usual", 100)) == ["released"]
    assert _status({"new": 60, "usual": 3}, _mean("new - usual", 63)) == ["suppressed"]


def test_everybody_and_all_but_a_few_do_not_both_leave():
    """The mean of all and the mean of all but three together give the mean of the three."""
    assert _status({"new": 60, "usual": 40}, _mean("all", 100), _mean("new", 60)) == ["released", "released"]
    assert _status({"new": 60, "usual": 3}, _mean("all", 63), _mean("new", 60)) == ["released", "suppressed"]


def test_one_size_has_one_number_wherever_it_stands():
    """The same people under another variant of the method are not rounded into another band."""
    arms = {"new": 34, "usual": 27}
    variant = _mean("all", 61) | {"subgroup": "model:other"}
    answer = Result("a", _MEASURES, rows("a", [_mean("all", 61), variant]), (_counted(arms, "end"),))
    frame = release_all({"a": answer}, public(THRESHOLD))["a"]
    assert frame[frame["arm"] == "all"]["n"].nunique() == 1


def test_tests_of_who_moved_and_the_number_needed_to_treat_stay_inside(tmp_path):
    """Beside the shares at the start a test of who moved tells those afterwards, finer than their bands do; 1 over a difference of exact
    shares would be a second, finer copy of the released one."""
    moves = [("none", "school")] * 60 + [("school", "none")] * 30 + [("school", "school")] * 40 + [("none", "none")] * 40
    people = [
        {
            "client": f"c{k:03d}",
            "arm": "xy"[k % 2],
            "daytime_start": a,
            "daytime_end": b,
            "continues_without_help": ("yes", "no")[k % 3 == 0],
        }
        for k, (a, b) in enumerate(moves)
    ]
    cohort, plan = small_cohort(tmp_path, people), small_plan(**compare("x", "y"))
    released = release_all(
        {name: analyses()[name].run(cohort, plan) for name in ("outcomes", "indicators", "flow")}, public(THRESHOLD)
    )
    told = released["outcomes"].set_index(["measure", "subgroup", "arm"])["status"]
    assert not {measure for measure, *_ in told.index if measure.startswith(("mcnemar", "stuart_maxwell"))}
    assert told["share_end", "school", "all"] == "rounded"
    helped = released["indicators"].groupby("measure")["status"].agg(set)
    assert helped["continues_without_help_difference"] == {"rounded"}
    assert "continues_without_help_needed" not in helped


def test_what_a_model_of_hazards_says_of_itself_stays_inside(tmp_path):
    """Two arms without covariates: concordance is a second rounding of the counts behind the ratio, and AIC holds the log of all at risk."""
    people = [{"client": f"c{k:03d}", "arm": "xy"[k % 2], "follow_up_weeks": 52} for k in range(160)]
    weeks = {k: 2 + (k * 7) % 50 for k in range(160) if k % 5 < 2 + k % 2}
    events = [
        {"client": f"c{k:03d}", "event": "arrest", "week_from": week, "week_to": week, "certainty": "actual"}
        for k, week in weeks.items()
    ]
    wanted = {"event": ["arrest"], "horizons_weeks": [26], "restricted_mean_weeks": 26}
    cohort, plan = small_cohort(tmp_path, people, (), events), small_plan(measures=[], events=wanted, **compare("x", "y"))
    answers = {name: analyses()[name].run(cohort, plan) for name in ("hazards", "revictimisation", "flow")}
    exact = answers["hazards"].estimates.set_index("measure")
    assert exact.loc[["concordance", "aic", "hazard_ratio"], "estimate"].notna().all()
    shown = release_all(answers, public(THRESHOLD))["hazards"].set_index("measure")
    assert shown.loc["hazard_ratio", "status"] == "released"
    assert not {"concordance", "aic"} & set(shown.index)


def test_what_the_data_chose_is_not_said():
    """Cox or Firth beside a band of events says whether an arm had none; the words in brackets are for whoever holds the data."""
    shown = [
        _row(measure="mean", n=57, estimate=2.3, method=f"Cox [here {which}]; more")["method"] for which in ("with", "without")
    ]
    assert shown == ["Cox; more", "Cox; more"]


def test_how_wide_an_interval_by_provider_is_does_not_say_where_in_its_band_a_share_lies(tmp_path):
    """Before: six providers left six of the ten values that a band promises, for steps of the design effect are those of exact counts."""
    told, provider = set(), np.random.default_rng(1).integers(0, 6, 60)
    for count in range(10, 20):
        people = [
            {"client": f"c{k:03d}", "provider": f"p{provider[k]}", "ending": "stopped_by_client" if k < count else "completed"}
            for k in range(60)
        ]
        cohort = small_cohort(tmp_path / str(count), people)
        answers = {"indicators": analyses()["indicators"].run(cohort, small_plan())}
        exact = answers["indicators"].tallies[0].derive(answers["indicators"].tallies[0].counts)
        assert any(row["measure"] == "dropped_out_clustered" and row.get("estimate") for row in exact)
        told.add(release_all(answers, public(THRESHOLD))["indicators"].to_csv())
    assert len(told) == 1


def test_nor_does_it_say_to_the_committee_where_those_are_who_stopped(tmp_path):
    """Twelve of sixty stopped, none to four of them at one provider: before, three of these five had an interval of their own."""
    told, place = set(), np.arange(60) // 10
    for here in range(5):
        stopped = [*range(here), *range(10, 22 - here)]
        people = [
            {"client": f"c{k:03d}", "provider": f"p{place[k]}", "ending": "stopped_by_client" if k in stopped else "completed"}
            for k in range(60)
        ]
        answers = {"indicators": analyses()["indicators"].run(small_cohort(tmp_path / str(here), people), small_plan())}
        told.add(release_all(answers, committee(5), beside=[public(THRESHOLD)])["indicators"].to_csv())
    assert len(told) == 1


def test_a_test_of_all_categories_does_not_tell_who_is_in_the_rarest(tmp_path):
    """Before: of eleven people the committee read a chi-squared of 5.6, to three digits, which is that of one table among few."""
    people = [
        {"client": f"c{k:02d}", "daytime_start": "school", "daytime_end": "none" if k < 6 else "work" if k < 7 else "school"}
        for k in range(11)
    ]
    answers = {"outcomes": analyses()["outcomes"].run(small_cohort(tmp_path, people), small_plan())}
    exact = answers["outcomes"].estimates.set_index(["measure", "subgroup", "arm"])["estimate"]
    assert np.isfinite(exact["stuart_maxwell_chi2", "", "all"])
    told = release_all(answers, committee(5), beside=[public(THRESHOLD)])["outcomes"]["measure"]
    assert not told.str.startswith("stuart_maxwell").any()
