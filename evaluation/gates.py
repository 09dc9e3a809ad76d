"""The plan's gates: checked first; where one fails the effect stays closed, and the evidence says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, Selection, events_outcome, first_events, pairs
from analyses.gating import Gate, gates
from data_schemas.evidence import NUMERIC_COLUMNS, GateOutcome
from data_schemas.plan import Plan
from data_schemas.submission import Label

_STEP = 0.05
_NAMES = {
    "attrition": ("verschil in uitval tussen de groepen", "difference in attrition between the arms"),
    "largest_baseline_difference": ("grootste verschil tussen de groepen bij de start", "largest difference between the arms at baseline"),
    "smallest_overlap": ("overlap van de groepen bij de start", "overlap of the arms at baseline"),
    "smallest_measured": ("aandeel met beide metingen, of gevolgd", "share with both measurements, or followed"),
}  # fmt: skip
_OF_EFFECTS = [column for column in NUMERIC_COLUMNS if column not in ("n", "events")]
_DESCRIBES = r"^(?:attrition|smd_|n_|received|eligible|analysed|lost_|share$|at_risk)"


def gate_outcomes(cohort: Cohort, plan: Plan) -> tuple[GateOutcome, ...]:
    """Every gate for every planned outcome and moment, before any effect is looked at."""
    return tuple(
        _outcome(gate, outcome, time, int(selection.analysed.sum()), plan)
        for outcome, time, selection, measure in _selections(cohort, plan)
        for gate in gates(cohort, plan, selection, measure)
    )


def _selections(cohort: Cohort, plan: Plan) -> Iterator[tuple[str, str, Selection, object]]:
    for measure in plan.measures:
        for moment in measure.moments:
            yield f"{measure.instrument}:{measure.informant}", moment, pairs(cohort, plan, measure, moment).selection, measure
    if plan.events is not None:
        yield events_outcome(plan.events), "", first_events(cohort, plan, plan.events).selection, None


def _outcome(gate: Gate, outcome: str, time: str, people: int, plan: Plan) -> GateOutcome:
    told = np.isfinite(gate.found) and people >= 2 * plan.disclosure.threshold
    nl, en = _NAMES.get(gate.name, (gate.name, gate.name))
    held = ("gehaald", "met") if gate.open else ("niet gehaald; het effect blijft gesloten", "not met; the effect stays closed")
    return GateOutcome(
        name=gate.name,
        outcome=outcome,
        time=time,
        open=gate.open,
        found=round(round(gate.found / _STEP) * _STEP, 2) if told else None,
        allowed=round(gate.allowed, 2) if np.isfinite(gate.allowed) else None,
        reason=Label(nl=f"{nl}: {held[0]}", en=f"{en}: {held[1]}"),
    )


def closed(results: Mapping[str, pd.DataFrame], outcomes: tuple[GateOutcome, ...]) -> dict[str, pd.DataFrame]:
    """Results with the effects behind a closed gate taken out: `not_estimable`, reason `gate_closed`.

    Gates on the arms close what compares arms; the gate on what was measured closes every effect of that outcome and moment. What
    describes people, flow and attrition stays.
    """
    return {name: _closed(frame, outcomes) for name, frame in results.items()}


def _closed(frame: pd.DataFrame, outcomes: tuple[GateOutcome, ...]) -> pd.DataFrame:
    shut = np.zeros(len(frame), bool)
    effect = ~frame["measure"].str.contains(_DESCRIBES).to_numpy(bool) & (frame["time"] != "baseline").to_numpy(bool)
    between = frame["arm"].str.contains(" - ", regex=False).to_numpy(bool)
    for gate in outcomes:
        if not gate.open:
            same_time = (frame["time"] == gate.time).to_numpy(bool) if gate.time else np.ones(len(frame), bool)
            mine = (frame["outcome"] == gate.outcome).to_numpy(bool) & (same_time | (frame["time"] == "").to_numpy(bool))
            shut |= mine & effect & (between | (gate.name == "smallest_measured"))
    shut &= (frame["status"] != "suppressed").to_numpy(bool)
    if not shut.any():
        return frame
    emptied = {column: frame[column].mask(shut) for column in _OF_EFFECTS}
    method = frame["method"].mask(shut, "gate_closed: " + frame["method"].str.replace(r"^[a-z_]+: ", "", regex=True))
    return frame.assign(**emptied, method=method, status=frame["status"].mask(shut, "not_estimable"))
