"""Flow: received, eligible, started, finished, measured, analysed per outcome and moment, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from analyses.baseline import filled
from analyses.shared.cohort import OUTSIDE, Cohort, Selection, scores
from analyses.shared.recording import ONE_SIDED, arm_counts, cell_counts, outcome_name, selections
from data_schemas.codelists import code_list
from data_schemas.plan import Plan
from data_schemas.result import Declared, Record, Result, Tally, rows
from data_schemas.words import Words

NAME = "flow"
_ENDINGS = tuple(ending for ending in code_list("ending").codes if ending.code != "completed")
_OF_THE_LATE = ("followed_late", "event_before_follow_up", "not_followed_after_entry")
"""Reasons of those who were followed from a later week stay inside: how many came late is guarded, how many are lost is told."""
MEASURES = {
    "received": Declared("count", Words("ontvangen", "received"), "count"),
    "eligible": Declared("count", Words("in aanmerking", "eligible"), "count"),
    "started": Declared("count", Words("gestart", "started"), "count"),
    "finished": Declared("count", Words("volgens plan afgerond", "finished as planned"), "count"),
    "measured": Declared("count", Words("gemeten", "measured"), "count"),
    "analysed": Declared("count", Words("geanalyseerd", "analysed"), "count"),
    **{f"ended_{ending.code}": Declared("count", ending.label, "count") for ending in _ENDINGS},
    "ended_missing": Declared("count", Words("einde niet ingevuld", "ending not filled in"), "count"),
    **{
        f"lost_{reason.code}": Declared("internal" if reason.code in _OF_THE_LATE else "count", reason.label, "count")
        for reason in code_list("loss").codes
    },
}
_RECEIVED = "people in the submissions, once per treatment"
_ELIGIBLE = "of those received, those whom the plan is about"
_ANALYSED = "of those eligible, those who have all that this outcome needs"
_LOST = "people under the first reason that fits why they are not analysed for this outcome"
_STARTED = "of those eligible, those not known to have had no session at all"
_ENDED = "of those started, by how treatment ended"
_HAD_BASELINE = ("analysed", "other_instrument_later", "no_later_measurement")
_HAD_LATER = ("analysed", "no_baseline")
_FATES = ("not_started", "finished", *(f"ended_{ending.code}" for ending in _ENDINGS), "ended_missing")


def wanted(plan: Plan) -> bool:
    """Always: a result without its flow is not to be shown."""
    return True


def run(cohort: Cohort, plan: Plan) -> Result:
    """Counts per outcome, moment and arm; people are counted once, as analysed or under their first reason of loss.

    `received` is everybody in the submissions, `eligible` whom the plan is about; between them stand those of another programme or arm,
    with a plan that orders editions those whom a later submission holds once more, and with one that says who is eligible all others.

    The outcome `ending`, where anyone's ending was filled in, tells how treatment went for everyone: started (anyone eligible,
    but for those with no session at all), finished, or ended otherwise. `measured` counts scores at each moment, the baseline
    included.
    """
    asked = (True, plan.editions is not None and bool(plan.editions.order), plan.eligibility is not None)
    outside = tuple(name for name, told in zip(OUTSIDE, asked) if told)
    tallies = [_tally(cohort, outcome, time, selection, outside) for outcome, time, selection in selections(cohort, plan)]
    known = cohort.treatments["ending"].notna().any()
    treatment = [_treatment(cohort, outside)] if known else []
    tallies = (*treatment, *_measured(cohort, plan), *tallies)
    return Result(NAME, MEASURES, rows(NAME, []), tallies, filled=filled(cohort, "ending"))


def _tally(cohort: Cohort, outcome: str, time: str, selection: Selection, outside: tuple[str, ...]) -> Tally:
    base = {"outcome": outcome, "time": time}
    return _flow(cohort, selection.loss, ("analysed", *selection.reasons), outside, base, _records)


def _flow(
    cohort: Cohort,
    fate: np.ndarray,
    fates: tuple[str, ...],
    outside: tuple[str, ...],
    base: dict,
    records: Callable[[dict, dict[str, int]], Iterator[dict]],
) -> Tally:
    """Counts of everybody who was received, by arm and by what became of them; people of an arm that the plan has not are in all only."""
    arms = cohort.arms
    inside = cell_counts(cohort.arm_codes, fate, len(arms), len(fates)).reshape(len(arms), len(fates))
    left = (
        np.zeros((len(outside), len(arms) + 1), np.int64)
        if cohort.outside is None
        else cohort.outside[[OUTSIDE.index(name) for name in outside]]
    )
    elsewhere = left[:, -1] if left[:, -1].any() else left[:0, -1]
    by_arm = np.column_stack([left[:, :-1].T, inside])
    names = (*outside, *fates)

    def derive(counts: np.ndarray) -> list[Record]:
        groups = arm_counts(arms, counts[: by_arm.size].reshape(by_arm.shape))
        groups[0][1][: len(elsewhere)] += counts[by_arm.size :]
        return [record for arm, cells in groups for record in records(base | {"arm": arm}, dict(zip(names, cells)))]

    labels = (*(f"{arm}/{name}" for arm in arms for name in names), *(f"/{name}" for name in outside[: len(elsewhere)]))
    mine = np.append(np.tile(names, len(arms)), np.repeat("", len(elsewhere)))
    parts = {"eligible": ~np.isin(mine, (*outside, "")), **({"analysed": mine == "analysed"} if "analysed" in fates else {})}
    lists = {"baseline": _HAD_BASELINE, base.get("time", ""): _HAD_LATER} if "no_baseline" in fates else {}
    measured = {moment: np.isin(mine, had) for moment, had in lists.items()}
    endings = "analysed" not in fates
    also = {ONE_SIDED: np.isin(mine, ("ended_stopped_by_client", "ended_stopped_by_provider"))} if endings else {}
    return Tally(np.concatenate([by_arm.ravel(), elsewhere]), derive, labels, "everyone", parts, also=also, measured=measured)


def _received(base: dict, cells: dict[str, int]) -> Iterator[dict]:
    """Those received and those of them whom the plan is about."""
    base = base | {"unit": "people", "n": sum(cells.values())}
    yield base | {"measure": "received", "estimate": base["n"], "method": _RECEIVED}
    within = base["n"] - sum(cells[name] for name in OUTSIDE if name in cells)
    yield base | {"measure": "eligible", "estimate": within, "method": _ELIGIBLE}


def _records(base: dict, cells: dict[str, int]) -> Iterator[dict]:
    received, in_scope = _received(base, cells)
    yield from (received, in_scope)
    for name, count in sorted(cells.items(), key=lambda cell: cell[0] != "analysed"):
        measure, method = (name, _ANALYSED) if name == "analysed" else (f"lost_{name}", _LOST)
        yield in_scope | {"measure": measure, "estimate": count, "method": method}


def _treatment(cohort: Cohort, outside: tuple[str, ...]) -> Tally:
    return _flow(cohort, _fate(cohort), _FATES, outside, {"outcome": "ending"}, _treatment_records)


def _fate(cohort: Cohort) -> np.ndarray:
    """Per person the position in `_FATES`."""
    ending, sessions = cohort.treatments["ending"], cohort.treatments["sessions_attended"]
    names = ["ended_missing" if code == "" else f"ended_{code}" for code in ("", *map(str, ending.cat.categories))]
    places = np.array([_FATES.index("finished" if name == "ended_completed" else name) for name in names])
    fate = places[ending.cat.codes.to_numpy() + 1]
    none = sessions.to_numpy(dtype=float, na_value=np.nan) == 0
    return np.where(none, _FATES.index("not_started"), fate)


def _treatment_records(base: dict, cells: dict[str, int]) -> Iterator[dict]:
    received, in_scope = _received(base, cells)
    yield from (received, in_scope)
    started = in_scope["estimate"] - cells["not_started"]
    yield in_scope | {"measure": "started", "estimate": started, "method": _STARTED}
    for name in _FATES[1:]:
        yield in_scope | {"measure": name, "estimate": cells[name], "method": _ENDED}


def _measured(cohort: Cohort, plan: Plan) -> Iterator[Tally]:
    for measure in plan.measures:
        for moment in ("baseline", *measure.moments):
            has = ~np.isnan(scores(cohort, measure.instrument, measure.informant, moment))
            yield _measured_tally(cohort, has, {"outcome": outcome_name(measure), "time": moment})


def _measured_tally(cohort: Cohort, has: np.ndarray, base: dict) -> Tally:
    arms = cohort.arms
    counts = cell_counts(cohort.arm_codes, has, len(arms), 2)

    def derive(counts: np.ndarray) -> list[Record]:
        fixed = base | {"measure": "measured", "unit": "people", "method": "eligible people with a score at this moment"}
        groups = arm_counts(arms, counts.reshape(len(arms), 2))
        return [fixed | {"arm": arm, "estimate": cell[1], "n": cell.sum()} for arm, cell in groups]

    labels = tuple(f"{arm}/{cell}" for arm in arms for cell in ("not measured", "measured"))
    return Tally(counts, derive, labels, "eligible", {"measured": np.tile([False, True], len(arms))}, sensitive=False)
