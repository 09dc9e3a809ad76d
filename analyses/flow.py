"""Flow: received, eligible, analysed per outcome and moment, and why the others are not analysed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, Selection, events_outcome, first_events, pairs
from data_schemas.codelist import code_list
from data_schemas.plan import Plan
from data_schemas.result import Declared, Result, Tally, rows
from data_schemas.words import Words

NAME = "flow"
MEASURES = {
    "received": Declared("count", Words("ontvangen", "received"), "count"),
    "eligible": Declared("count", Words("in aanmerking", "eligible"), "count"),
    "analysed": Declared("count", Words("geanalyseerd", "analysed"), "count"),
    **{f"lost_{reason.code}": Declared("count", reason.label, "count") for reason in code_list("loss").codes},
}


def wanted(plan: Plan) -> bool:
    """Always: a result without its flow is not to be shown."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Counts per outcome, moment and arm; people are counted once, as analysed or under their first reason of loss."""
    tallies = tuple(_tally(cohort, outcome, time, selection) for outcome, time, selection in _selections(cohort, plan))
    return Result(NAME, MEASURES, rows(NAME, []), tallies)


def _selections(cohort: Cohort, plan: Plan) -> Iterator[tuple[str, str, Selection]]:
    for measure in plan.measures:
        for moment in measure.moments:
            yield f"{measure.instrument}:{measure.informant}", moment, pairs(cohort, plan, measure, moment).selection
    if plan.events is not None:
        yield events_outcome(plan.events), "", first_events(cohort, plan, plan.events).selection


def _tally(cohort: Cohort, outcome: str, time: str, selection: Selection) -> Tally:
    fates = len(selection.reasons) + 1
    counts = np.bincount(cohort.arm_codes * fates + selection.loss, minlength=len(cohort.arms) * fates)
    arms = cohort.arms

    def derive(counts: np.ndarray) -> pd.DataFrame:
        by_arm = counts.reshape(len(arms), fates)
        groups = [("all", by_arm.sum(axis=0))] + list(zip(arms, by_arm)) * (len(arms) > 1)
        return rows(NAME, [record for arm, fate in groups for record in _records(outcome, time, arm, fate, selection.reasons)])

    return Tally(counts, derive, tuple(f"{arm}/{fate}" for arm in arms for fate in ("analysed", *selection.reasons)))


def _records(outcome: str, time: str, arm: str, fate: np.ndarray, reasons: tuple[str, ...]) -> Iterator[dict]:
    received = fate.sum()
    base = {"outcome": outcome, "time": time, "arm": arm, "unit": "people", "method": "count"}
    yield base | {"measure": "received", "estimate": received, "n": received}
    yield base | {"measure": "eligible", "estimate": received - fate[1], "n": received}
    yield base | {"measure": "analysed", "estimate": fate[0], "n": received}
    for reason, count in zip(reasons, fate[1:]):
        yield base | {"measure": f"lost_{reason}", "estimate": count, "n": received}
