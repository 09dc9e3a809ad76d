"""Flow: received, eligible, started, finished, measured, analysed per outcome and moment, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analyses.shared.cohort import Cohort, Selection, eligible, scores
from analyses.shared.recording import arm_counts, cell_counts, outcome_name, selections
from data_schemas.codelist import code_list
from data_schemas.plan import Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "flow"
_ENDINGS = tuple(ending for ending in code_list("ending").codes if ending.code != "completed")
MEASURES = {
    "received": Declared("count", Words("ontvangen", "received"), "count"),
    "eligible": Declared("count", Words("in aanmerking", "eligible"), "count"),
    "started": Declared("count", Words("gestart", "started"), "count"),
    "finished": Declared("count", Words("volgens plan afgerond", "finished as planned"), "count"),
    "measured": Declared("count", Words("gemeten", "measured"), "count"),
    "analysed": Declared("count", Words("geanalyseerd", "analysed"), "count"),
    **{f"ended_{ending.code}": Declared("count", ending.label, "count") for ending in _ENDINGS},
    "ended_missing": Declared("count", Words("einde niet ingevuld", "ending not filled in"), "count"),
    **{f"lost_{reason.code}": Declared("count", reason.label, "count") for reason in code_list("loss").codes},
}
_FATES = ("other_programme", "not_started", "finished", *(f"ended_{ending.code}" for ending in _ENDINGS), "ended_missing")


def wanted(plan: Plan) -> bool:
    """Always: a result without its flow is not to be shown."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Counts per outcome, moment and arm; people are counted once, as analysed or under their first reason of loss.

    The outcome `ending`, where anyone's ending was filled in, tells how treatment went for everyone: started (anyone eligible,
    but for those with no session at all), finished, or ended otherwise. `measured` counts scores at each moment, the baseline
    included.
    """
    tallies = [_tally(cohort, outcome, time, selection) for outcome, time, selection in selections(cohort, plan)]
    known = cohort.treatments["ending"].notna().any()
    treatment = [_treatment(cohort, plan)] if known else []
    return Result(NAME, MEASURES, rows(NAME, []), (*treatment, *_measured(cohort, plan), *tallies))


def _tally(cohort: Cohort, outcome: str, time: str, selection: Selection) -> Tally:
    fates = len(selection.reasons) + 1
    counts = cell_counts(cohort.arm_codes, selection.loss, len(cohort.arms), fates)
    arms = cohort.arms

    def derive(counts: np.ndarray) -> list[Record]:
        groups = arm_counts(arms, counts.reshape(len(arms), fates))
        return [record for arm, fate in groups for record in _records(outcome, time, arm, fate, selection.reasons)]

    return Tally(counts, derive, tuple(f"{arm}/{fate}" for arm in arms for fate in ("analysed", *selection.reasons)))


def _records(outcome: str, time: str, arm: str, fate: np.ndarray, reasons: tuple[str, ...]) -> Iterator[dict]:
    received = fate.sum()
    base = {"outcome": outcome, "time": time, "arm": arm, "unit": "people", "method": "count"}
    yield base | {"measure": "received", "estimate": received, "n": received}
    yield base | {"measure": "eligible", "estimate": received - fate[1], "n": received}
    yield base | {"measure": "analysed", "estimate": fate[0], "n": received}
    for reason, count in zip(reasons, fate[1:]):
        yield base | {"measure": f"lost_{reason}", "estimate": count, "n": received}


def _treatment(cohort: Cohort, plan: Plan) -> Tally:
    counts = cell_counts(cohort.arm_codes, _fate(cohort, plan), len(cohort.arms), len(_FATES))
    arms = cohort.arms

    def derive(counts: np.ndarray) -> list[Record]:
        groups = arm_counts(arms, counts.reshape(len(arms), len(_FATES)))
        return [record for arm, fate in groups for record in _treatment_records(arm, fate)]

    return Tally(counts, derive, tuple(f"{arm}/{fate}" for arm in arms for fate in _FATES))


def _fate(cohort: Cohort, plan: Plan) -> np.ndarray:
    """Per person the position in `_FATES`."""
    ending, sessions = cohort.treatments["ending"], cohort.treatments["sessions_attended"]
    names = ["ended_missing" if code == "" else f"ended_{code}" for code in ("", *map(str, ending.cat.categories))]
    places = np.array([_FATES.index("finished" if name == "ended_completed" else name) for name in names])
    fate = places[ending.cat.codes.to_numpy() + 1]
    none = sessions.to_numpy(dtype=float, na_value=np.nan) == 0
    fate = np.where(none, _FATES.index("not_started"), fate)
    return np.where(eligible(cohort, plan), fate, _FATES.index("other_programme"))


def _treatment_records(arm: str, fate: np.ndarray) -> Iterator[dict]:
    received = fate.sum()
    base = {"outcome": "ending", "arm": arm, "unit": "people", "n": received, "method": "count"}
    yield base | {"measure": "received", "estimate": received}
    yield base | {"measure": "eligible", "estimate": received - fate[0]}
    yield base | {"measure": "started", "estimate": received - fate[0] - fate[1]}
    for name, count in zip(_FATES[2:], fate[2:]):
        yield base | {"measure": name, "estimate": count}


def _measured(cohort: Cohort, plan: Plan) -> Iterator[Tally]:
    who = eligible(cohort, plan)
    for measure in plan.measures:
        for moment in ("baseline", *measure.moments):
            has = ~np.isnan(scores(cohort, measure.instrument, measure.informant, moment))
            yield _measured_tally(cohort, who, has, {"outcome": outcome_name(measure), "time": moment})


def _measured_tally(cohort: Cohort, who: np.ndarray, has: np.ndarray, base: dict) -> Tally:
    arms = cohort.arms
    counts = cell_counts(cohort.arm_codes[who], has[who], len(arms), 2)

    def derive(counts: np.ndarray) -> list[Record]:
        fixed = base | {"measure": "measured", "unit": "people", "method": "eligible people with a score at this moment"}
        groups = arm_counts(arms, counts.reshape(len(arms), 2))
        return [fixed | {"arm": arm, "estimate": cell[1], "n": cell.sum()} for arm, cell in groups]

    return Tally(counts, derive, tuple(f"{arm}/{cell}" for arm in arms for cell in ("not measured", "measured")))
