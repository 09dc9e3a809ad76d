"""Events known only within a range: does it matter that the main analysis counts them in their last week?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort, events_outcome, late_ones_count
from analyses.shared.event_curves import fields, planned_pairs
from analyses.shared.event_histories import ON_TIME, Ranges, of_the_punctual, ranges
from analyses.statistics.events.survival_curve import Estimate
from analyses.statistics.interval_censored.interval_score_test import interval_score_test
from analyses.statistics.interval_censored.turnbull import DRAWS, event_free_with_interval
from data_schemas.plan import Events, Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "interval_censored_events"
MEASURES = {
    "events_in_known_week": Declared("count", Words("gebeurtenis in een bekende week", "event in a known week"), "count"),
    "events_in_range": Declared("count", Words("gebeurtenis binnen een reeks weken", "event within a range of weeks"), "count"),
    "survival": Declared("model", Words("zonder gebeurtenis", "without an event"), "share"),
    "interval_score_chi2": Declared(
        "test", Words("log-rangtoets voor reeksen weken", "log-rank test for ranges of weeks"), "statistic"
    ),
}


LIMITS = (
    f"exact limits of as many people as the curve is worth (error from a bootstrap of {DRAWS} draws), wider than they need be where few "
    "had the event"
)
"""Hold the truth in 95 to 100 of a hundred trials: docs/simulation-rates.md."""


def wanted(plan: Plan) -> bool:
    """When the plan names events."""
    return plan.events is not None


def run(cohort: Cohort, plan: Plan) -> Result:
    """How many first events are known only within a range, and the curve and test that use the ranges.

    Curve and test are there without ranges as well, and then repeat Kaplan-Meier: were they left out, a release would tell that nobody
    has a range from that a few have. They are of the people who were followed from the start: what a range means for someone who came
    later depends on when that was.
    """
    found = ranges(cohort, plan.events)
    code = np.where(found.selection.analysed, cohort.arm_codes, -1)
    tally = _tally(cohort, found, code, plan.events)
    code = np.where(found.late, -1, code)
    records = [*_curves(cohort, found, code, plan), *_tests(cohort, found, code, plan)]
    base = {"outcome": events_outcome(plan.events), **of_the_punctual(cohort, plan.events)}
    return Result(NAME, MEASURES, rows(NAME, [base | record for record in records]), tallies=(tally,))


def _words(wanted: Events) -> str:
    return f"weeks from {wanted.time_zero} of treatment; {', '.join(wanted.certainty)}; ranges half-open, a known week is (week - 1, week]"


def _tally(cohort: Cohort, found: Ranges, code: np.ndarray, wanted: Events) -> Tally:
    """Known week, range and no event per arm."""
    kind = np.where(np.isinf(found.right), 2, np.where(found.right - found.left > 1, 1, 0))
    used = code >= 0
    arms, kinds = cohort.arms, ("events_in_known_week", "events_in_range")
    counts = np.bincount(code[used] * 3 + kind[used], minlength=3 * len(arms)).reshape(len(arms), 3)
    outcome = events_outcome(wanted)

    def derive(counts: np.ndarray) -> list[Record]:
        groups = {"all": counts.sum(axis=0)} | (dict(zip(arms, counts)) if len(arms) > 1 else {})
        return [
            {
                "outcome": outcome,
                "measure": measure,
                "arm": name,
                "estimate": group[number],
                "n": group.sum(),
                "events": group[:2].sum(),
                "unit": "people",
                "method": f"people whose first event is of this kind; {_words(wanted)}",
            }
            for name, group in groups.items()
            for number, measure in enumerate(kinds)
        ]

    labels = tuple(f"{arm}: {kind}" for arm in arms for kind in (*kinds, "no_event"))
    return Tally(counts, derive, labels, "seen in time" if late_ones_count(cohort, wanted) else "analysed")


def _sizes(found: Ranges, who: np.ndarray) -> dict:
    n, events = int(who.sum()), int(np.isfinite(found.right[who]).sum())
    return {"n": n, "events": events}


def _curves(cohort: Cohort, found: Ranges, code: np.ndarray, plan: Plan) -> Iterator[dict]:
    groups = {"all": code >= 0}
    if len(cohort.arms) > 1:
        groups |= {arm: code == number for number, arm in enumerate(cohort.arms)}
    weeks = plan.events.horizons_weeks
    method = f"NPMLE (Turnbull), a range counts in its last week, {LIMITS}; {_words(plan.events)}; {ON_TIME}"
    for name, who in groups.items():
        sizes = _sizes(found, who)
        answers = event_free_with_interval(found.left[who], found.right[who], weeks, seed=plan.seed)
        for week, answer in zip(weeks, answers):
            row = {"measure": "survival", "arm": name, "time": str(week), "residual_df": sizes["n"] - 1, "unit": "share"}
            yield row | sizes | fields(answer, method)


def _tests(cohort: Cohort, found: Ranges, code: np.ndarray, plan: Plan) -> Iterator[dict]:
    compared = {f"{cohort.arms[a]} - {cohort.arms[b]}": (a, b) for a, b in planned_pairs(cohort.arms, plan)}
    if len(cohort.arms) > 2:
        compared["all"] = tuple(range(len(cohort.arms)))
    for name, arms in compared.items():
        number = np.full(len(cohort.arms) + 1, -1)
        number[list(arms)] = np.arange(len(arms))
        group = number[code]
        who = group >= 0
        test = interval_score_test(found.left[who], found.right[who], group[who], len(arms))
        answer = Estimate(test.statistic, p_value=test.p_value, reason=test.reason)
        method = (
            f"score test with Sun's log-rank scores, permutation variance, {len(arms) - 1} df; {_words(plan.events)}; {ON_TIME}"
        )
        row = {"measure": "interval_score_chi2", "arm": name, "unit": "chi-squared"}
        yield row | _sizes(found, who) | {"residual_df": int(who.sum()) - len(arms)} | fields(answer, method)
