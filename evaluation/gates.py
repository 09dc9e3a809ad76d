"""The plan's gates: checked first; where one fails the effect stays closed, and the evidence says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analyses.cohort import Cohort, Selection, events_outcome, first_events, pairs
from analyses.gating import Gate, gates
from data_schemas.evidence import NUMERIC_COLUMNS, GateOutcome
from data_schemas.plan import Plan
from data_schemas.rules import rules
from data_schemas.submission import Label, Submission

_NAMES = {
    "attrition": ("verschil in uitval tussen de groepen", "difference in attrition between the arms"),
    "largest_baseline_difference": ("grootste verschil tussen de groepen bij de start", "largest difference between the arms at baseline"),
    "smallest_overlap": ("overlap van de groepen bij de start", "overlap of the arms at baseline"),
    "largest_warning_share": ("aandeel rijen met een waarschuwing", "share of rows with a warning"),
    "smallest_measured": ("aandeel met beide metingen, of gevolgd", "share with both measurements, or followed"),
}  # fmt: skip
_OF_EFFECTS = [column for column in NUMERIC_COLUMNS if column not in ("n", "events")]
_DESCRIBES = r"^(?:attrition|smd_|n_|received|eligible|started|finished|measured|analysed|ended_|lost_|share$|at_risk|dropped_out|integrity)"
_OF_EVERYONE = ("smallest_measured", "largest_warning_share")


def gate_outcomes(cohort: Cohort, plan: Plan, submissions: Sequence[Submission] = ()) -> tuple[GateOutcome, ...]:
    """Every gate for every planned outcome and moment, before any effect is looked at."""
    return tuple(
        _outcome(gate, outcome, time)
        for outcome, time, selection, measure in _selections(cohort, plan)
        for gate in (*gates(cohort, plan, selection, measure), *_quality(submissions, plan))
    )


def _quality(submissions: Sequence[Submission], plan: Plan) -> Iterator[Gate]:
    """Of the rule that warns most often, the rows that it warns about as a share of all rows that were handed in."""
    allowed = plan.gates.largest_warning_share
    if allowed is not None and submissions:
        warned: Counter[str] = Counter()
        for submission in submissions:
            warned.update({code: rows for code, rows in submission.warnings if rules()[code].severity == "warning"})
        every = sum(len(table) for submission in submissions for table in submission.tables.values())
        found = max(warned.values(), default=0) / max(every, 1)
        yield Gate("largest_warning_share", found, allowed, found <= allowed)


def told(outcomes: tuple[GateOutcome, ...], results: Mapping[str, pd.DataFrame]) -> tuple[GateOutcome, ...]:
    """Gates with what was found as far as released rows say it: a figure of its own would narrow the counts that it rests on."""
    return tuple(gate.model_copy(update={"found": _released(gate, results)}) for gate in outcomes)


def _released(gate: GateOutcome, results: Mapping[str, pd.DataFrame]) -> float | None:
    analysis, wanted = {
        "smallest_measured": ("flow", ("analysed", "eligible")),
        "attrition": ("attrition", ("attrition_differential",)),
    }.get(gate.name, ("", ()))
    if analysis not in results:
        return None
    frame = results[analysis]
    mine = frame[(frame["outcome"] == gate.outcome) & (frame["time"] == gate.time)]
    mine = mine[(mine["arm"] == "all") | mine["arm"].str.contains(" - ", regex=False)].drop_duplicates("measure")
    values = [float(v) for v in mine.set_index("measure")["estimate"].reindex(list(wanted))]
    if not np.isfinite(values).all():
        return None
    return round(min(values[0] / values[1], 1.0) if len(values) == 2 else abs(values[0]), 2)


def _selections(cohort: Cohort, plan: Plan) -> Iterator[tuple[str, str, Selection, object]]:
    for measure in plan.measures:
        for moment in measure.moments:
            yield f"{measure.instrument}:{measure.informant}", moment, pairs(cohort, plan, measure, moment).selection, measure
    if plan.events is not None:
        yield events_outcome(plan.events), "", first_events(cohort, plan, plan.events).selection, None


def _outcome(gate: Gate, outcome: str, time: str) -> GateOutcome:
    nl, en = _NAMES.get(gate.name, (gate.name, gate.name))
    held = ("gehaald", "met") if gate.open else ("niet gehaald; het effect blijft gesloten", "not met; the effect stays closed")
    return GateOutcome(
        name=gate.name,
        outcome=outcome,
        time=time,
        open=gate.open,
        found=round(gate.found, 4) if np.isfinite(gate.found) else None,
        allowed=round(gate.allowed, 2) if np.isfinite(gate.allowed) and gate.name != "attrition" else None,
        reason=Label(nl=f"{nl}: {held[0]}", en=f"{en}: {held[1]}"),
    )


def closed(results: Mapping[str, pd.DataFrame], outcomes: tuple[GateOutcome, ...]) -> dict[str, pd.DataFrame]:
    """Results with the effects behind a closed gate taken out: `not_estimable`, reason `gate_closed`.

    Gates on the arms close what compares arms; those on what was measured and on the quality of the data close every effect of that
    outcome and moment. What describes people, flow and attrition stays.
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
            shut |= mine & effect & (between | (gate.name in _OF_EVERYONE))
    shut &= (frame["status"] != "suppressed").to_numpy(bool)
    if not shut.any():
        return frame
    emptied = {column: frame[column].mask(shut) for column in _OF_EFFECTS}
    method = frame["method"].mask(shut, "gate_closed: " + frame["method"].str.replace(r"^[a-z_]+: ", "", regex=True))
    return frame.assign(**emptied, method=method, status=frame["status"].mask(shut, "not_estimable"))
