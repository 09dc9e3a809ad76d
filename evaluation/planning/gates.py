"""The plan's gates: checked first; where one fails the effect stays closed, and the evidence says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, Selection, events_outcome, first_events, pairs
from analyses.shared.gating import Gate, allowed_after_weighting, gates
from data_schemas.evidence import NUMERIC_COLUMNS, GateOutcome
from data_schemas.finding import TableRule
from data_schemas.plan import Plan
from data_schemas.rules import rules
from data_schemas.submission import Label, Submission
from data_schemas.words import Words
from evaluation.planning.parts import lower
from evaluation.release.edition import Edition
from evaluation.release.rules import LARGEST_STEP

_NAMES = {
    "attrition": ("verschil in uitval tussen de groepen", "difference in attrition between the arms"),
    "largest_baseline_difference": ("grootste verschil tussen de groepen bij de start", "largest difference between the arms at baseline"),
    "smallest_overlap": ("overlap van de groepen bij de start", "overlap of the arms at baseline"),
    "largest_weighted_difference": ("grootste verschil tussen de groepen na weging", "largest difference between the arms after weighting"),
    "smallest_preference_overlap": ("aandeel dat in elke groep had kunnen komen", "share that could have come into either arm"),
    "largest_warning_share": ("aandeel rijen met een waarschuwing", "share of rows with a warning"),
    "smallest_measured": ("aandeel met beide metingen, of gevolgd", "share with both measurements, or followed"),
}  # fmt: skip
_DESCRIPTIONS = (
    "attrition smd_ n_ received eligible started finished measured analysed ended_ lost_ share$ at_risk dropped_out integrity "
    "effective_ preference_ shared_provider_ overlap"
)
_DESCRIBES = rf"^(?:{'|'.join(_DESCRIPTIONS.split())})"
_HELD = ("gehaald", "met")
_NOT_HELD = (
    "niet gehaald, of niet vast te stellen; het effect wordt niet gegeven",
    "not met, or it cannot be told; the effect stays closed",
)
_NOT_MET = ("niet gehaald; het effect wordt niet gegeven", "not met; the effect stays closed")
_UNTOLD = (
    "niet vast te stellen uit wat over zo weinig jongeren naar buiten mag; het effect wordt niet gegeven",
    "cannot be told from what may be published about so few young people; the effect stays closed",
)
_SCORE, _TRAITS = Words("de score zelf", "the score itself"), Words("{n} kenmerken", "{n} traits")
_MOST_NAMED = 4
_OF_EVERYONE = ("smallest_measured", "largest_warning_share")


def gate_outcomes(cohort: Cohort, plan: Plan, submissions: Sequence[Submission] = ()) -> tuple[GateOutcome, ...]:
    """Every gate for every planned outcome and moment, before any effect is looked at."""
    quality = tuple(_quality(submissions, plan))
    found = [
        _outcome(gate, outcome, time)
        for outcome, time, selection, measure in _selections(cohort, plan)
        for gate in (*gates(cohort, plan, selection, measure), *quality)
    ]
    if plan.single_case is not None:
        found += [_outcome(gate, f"{plan.single_case.instrument}:{plan.single_case.informant}", "") for gate in quality]
    return tuple(found)


def _quality(submissions: Sequence[Submission], plan: Plan) -> Iterator[Gate]:
    """Of the rule that warns most often, the rows that it warns about as a share of the rows of the table that it looks at.

    A rule that warns about several columns counts the column with most rows: a row would otherwise count twice.
    """
    allowed = plan.gates.largest_warning_share
    if allowed is not None and submissions:
        warned: Counter[str] = Counter()
        for submission in submissions:
            most: Counter[str] = Counter()
            for code, rows in submission.warnings:
                if rules()[code].severity == "warning":
                    most[code] = max(most[code], rows)
            warned += most
        shares = (rows / max(_looked_at(code, submissions), 1) for code, rows in warned.items())
        found = max(shares, default=0.0)
        yield Gate("largest_warning_share", found, allowed, found <= allowed)


def _looked_at(code: str, submissions: Sequence[Submission]) -> int:
    """Rows of the table that a rule is about; of all tables for a rule about any cell."""
    rule = rules()[code]
    wanted = {rule.table} if isinstance(rule, TableRule) else None
    return sum(
        len(table)
        for submission in submissions
        for name, table in submission.tables.items()
        if wanted is None or name in wanted
    )


def published_gates(
    outcomes: tuple[GateOutcome, ...],
    results: Mapping[str, pd.DataFrame],
    plan: Plan,
    edition: Edition,
) -> tuple[GateOutcome, ...]:
    """The same conditions, decided on released numbers alone.

    Decided on exact ones, a condition that is met is one exact bit: `smallest_measured = 1.0` would say that nobody was lost. What the
    released numbers do not say cannot be told, and stays closed: so does how many rows have a warning, which no edition says.
    """
    return tuple(_published(gate, results, plan, exact=edition.exact) for gate in outcomes)


def _published(gate: GateOutcome, results: Mapping[str, pd.DataFrame], plan: Plan, *, exact: bool) -> GateOutcome:
    found, allowed = None, gate.allowed
    if gate.name == "smallest_measured":
        analysed, every = (_released(gate, results, "flow", name, ("all",)) for name in ("analysed", "eligible"))
        found = None if analysed is None or not every else round(min(analysed / every, 1.0), 2)
    elif plan.comparison is not None:
        arms = (" - ".join(plan.comparison.arms),)
        if gate.name == "attrition":
            found = _released(gate, results, "attrition", "attrition_differential", arms)
            found = None if found is None else round(abs(found), 2)
            allowed = _released(gate, results, "attrition", "attrition_boundary", arms, f"assumption={plan.gates.attrition}")
            allowed = None if allowed is None else round(allowed, 3)
        elif gate.name == "smallest_overlap":
            found = _released(gate, results, "baseline", "overlap", ("all",))
            found = None if found is None else round(found, 2)
        elif gate.name == "largest_baseline_difference":
            return _baseline(gate, results, arms[0], exact=exact)
        elif gate.name == "largest_weighted_difference":
            allowed = allowed_after_weighting(plan)
            found, step = _after_weighting(gate, results, "smd_largest_after", max)
            found = None if found is not None and found <= allowed < found + step else found
        elif gate.name == "smallest_preference_overlap":
            found, _ = _after_weighting(gate, results, "preference_overlap", min)
            found = None if found is not None and found - LARGEST_STEP / 2 < allowed <= found else found
    known = found is not None and allowed is not None
    return _said(
        gate, found, allowed, open=known and (found >= allowed if gate.name.startswith("smallest") else found <= allowed)
    )


def _said(
    gate: GateOutcome, found: float | None, allowed: float | None, *, open: bool, about: Sequence[str] = ()
) -> GateOutcome:
    """`about`: the traits, or scores, of which it cannot be told."""
    nl, en = _NAMES[gate.name]
    held = _HELD if open else _NOT_MET if found is not None and allowed is not None else _UNTOLD
    if about:
        names = [lower(name) for name in about if ":" not in name] + [_SCORE] * any(":" in name for name in about)
        names = names if len(names) <= _MOST_NAMED else [_TRAITS.fill(n=len(names))]
        nl, en = f"{nl} ({', '.join(one.nl for one in names)})", f"{en} ({', '.join(one.en for one in names)})"
    reason = Label(nl=f"{nl}: {held[0]}", en=f"{en}: {held[1]}")
    return gate.model_copy(update={"found": found, "allowed": allowed, "open": open, "reason": reason})


def _baseline(gate: GateOutcome, results: Mapping[str, pd.DataFrame], arms: str, *, exact: bool) -> GateOutcome:
    """The largest of all differences at baseline: not met where one is above what is allowed whatever the released numbers leave open, met where
    none can be. Otherwise it cannot be told, and the words say of which traits.

    Of categories the limits are what their counts allow; a difference of scores leaves on steps of its standard error, about 2 / root of n: half a
    step more or less is what it can have been.
    """
    frame = results.get("baseline")
    if frame is None or gate.allowed is None:
        return _said(gate, None, gate.allowed, open=False)
    about = frame["outcome"].str.contains(":", regex=False) & (frame["outcome"] != gate.outcome)
    mine = frame[(frame["measure"] == "smd_baseline") & (frame["arm"] == arms) & ~about]
    size, half = mine["estimate"].abs(), 0.0 if exact else 1 / np.sqrt(mine["n"].to_numpy(float))
    of_scores = mine["outcome"].str.contains(":", regex=False).to_numpy(bool)
    least = np.where(of_scores, size - half, mine["ci_low"])
    most = np.where(of_scores, size + half, mine["ci_high"])
    above = least > gate.allowed
    if above.any():
        return _said(gate, round(float(size[above].max()), 2), gate.allowed, open=False)
    unsure = mine["outcome"][~(most <= gate.allowed)].tolist()
    if unsure or not len(mine):
        return _said(gate, None, gate.allowed, open=False, about=unsure)
    return _said(gate, round(float(size.max()), 2), gate.allowed, open=True)


def _after_weighting(
    gate: GateOutcome, results: Mapping[str, pd.DataFrame], measure: str, of: Callable
) -> tuple[float | None, float]:
    """The largest or smallest of what weighting left, when all of it was released; and how far it may be from it by rounding.

    A difference in SDs leaves on steps of its standard error, about 2 / root of n: half a step more is what it can have been.
    """
    if "weighted_comparison" not in results:
        return None, np.inf
    frame = results["weighted_comparison"]
    mine = frame[(frame["outcome"] == gate.outcome) & (frame["time"] == gate.time) & (frame["measure"] == measure)]
    values, n = mine["estimate"].abs(), mine["n"]
    if not len(values) or values.isna().any() or n.isna().any():
        return None, np.inf
    return round(float(of(values)), 2), float(1 / np.sqrt(n.min()))


def _released(
    gate: GateOutcome,
    results: Mapping[str, pd.DataFrame],
    analysis: str,
    measure: str,
    arms: tuple[str, ...],
    subgroup: str = "",
) -> float | None:
    """The one released number that answers to a name; None when it was held back or is not there."""
    if analysis not in results:
        return None
    frame = results[analysis]
    mine = frame[(frame["outcome"] == gate.outcome) & (frame["time"] == gate.time) & (frame["measure"] == measure)]
    values = mine[mine["arm"].isin(arms) & (mine["subgroup"] == subgroup)]["estimate"].dropna()
    return float(values.iloc[0]) if len(values) else None


def _selections(cohort: Cohort, plan: Plan) -> Iterator[tuple[str, str, Selection, object]]:
    for measure in plan.measures:
        for moment in measure.moments:
            yield f"{measure.instrument}:{measure.informant}", moment, pairs(cohort, measure, moment).selection, measure
    if plan.events is not None:
        yield events_outcome(plan.events), "", first_events(cohort, plan.events).selection, None


def _outcome(gate: Gate, outcome: str, time: str) -> GateOutcome:
    nl, en = _NAMES.get(gate.name, (gate.name, gate.name))
    held = _HELD if gate.open else _NOT_HELD
    return GateOutcome(
        name=gate.name,
        outcome=outcome,
        time=time,
        open=gate.open,
        found=round(gate.found, 4) if np.isfinite(gate.found) else None,
        allowed=round(gate.allowed, 2) if np.isfinite(gate.allowed) and gate.name != "attrition" else None,
        reason=Label(nl=f"{nl}: {held[0]}", en=f"{en}: {held[1]}"),
    )


def closed(
    results: Mapping[str, pd.DataFrame], outcomes: tuple[GateOutcome, ...], plan: Plan, *, internal: bool = False
) -> dict[str, pd.DataFrame]:
    """Results with the effects behind a closed gate taken out: `not_estimable`, reason `gate_closed`; in a release whatever the door said of
    them, and without how many people they are of: what is held back and what is closed are the same there.

    Gates on the arms close what compares arms, in every analysis; what is said of one arm by itself stays. The gate on what was measured
    closes every effect of that outcome and moment, that on the quality of the data every effect of all. What describes people, flow
    and attrition stays.
    """
    emptied = [column for column in NUMERIC_COLUMNS if column != "n" or not internal]
    return {name: _closed(frame, outcomes, plan, emptied) for name, frame in results.items()}


def _closed(frame: pd.DataFrame, outcomes: tuple[GateOutcome, ...], plan: Plan, columns: Sequence[str]) -> pd.DataFrame:
    shut = np.zeros(len(frame), bool)
    effect = ~frame["measure"].str.contains(_DESCRIBES).to_numpy(bool) & (frame["time"] != "baseline").to_numpy(bool)
    between = frame["arm"].str.contains(" - ", regex=False).to_numpy(bool) | _over_all_arms(frame)
    # two weighted curves are a comparison, also when each is a row of one arm
    between |= frame["measure"].str.startswith("weighted_").to_numpy(bool)
    for gate in outcomes:
        if not gate.open:
            same_time = frame["time"].isin((gate.time, "")).to_numpy(bool) if gate.time else np.ones(len(frame), bool)
            mine = frame["outcome"].isin(_about(gate, plan)).to_numpy(bool) & same_time
            mine |= gate.name == "largest_warning_share"
            shut |= mine & effect & (between | (gate.name in _OF_EVERYONE))
    if not shut.any():
        return frame
    emptied = {column: frame[column].mask(shut) for column in columns}
    method = frame["method"].mask(shut, "gate_closed: " + frame["method"].str.replace(r"^[a-z_]+: ", "", regex=True))
    return frame.assign(**emptied, method=method, status=frame["status"].mask(shut, "not_estimable"))


def _about(gate: GateOutcome, plan: Plan) -> tuple[str, ...]:
    """The outcomes that a gate speaks of: what competes with an event is told of the same people, in the same comparison."""
    if plan.events is not None and gate.outcome == events_outcome(plan.events):
        return (gate.outcome, *plan.events.competing)
    return (gate.outcome,)


def _over_all_arms(frame: pd.DataFrame) -> np.ndarray:
    """Tests of several arms at once, which stand under `all`; one within a descriptor names that as its subgroup."""
    test = (frame["arm"] == "all") & (frame["subgroup"] == "") & (frame["unit"] == "chi-squared")
    return (test & ~frame["measure"].str.contains(r"^(?:stuart|mcnemar|friedman)")).to_numpy(bool)
