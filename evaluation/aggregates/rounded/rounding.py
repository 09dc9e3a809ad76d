"""Counts as they may leave: what the door lets through of a provider's own results, put back into the same tables.

Weekly counts are the middles of the bands that a release would show, at the weeks of its grid; means, SDs and correlations are those that it
would release, of a group as large as its band says. Per arm as a whole: cells of a covariate would be too small. What is held back in a
release is held back here, and said. So whoever has the aggregate has no more than whoever has the release.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, events_outcome
from analyses.shared.recording import outcome_name
from data_schemas.plan import Measure, Plan
from data_schemas.result import Result
from evaluation.aggregates.adding import KEYS, NO_WEEK, Counted, mean_columns, scatter_columns
from evaluation.aggregates.counting import check_plan, competing_events, descriptors
from evaluation.evidence.running import answers, editions_beside, spans
from evaluation.release.counts.system import System
from evaluation.release.curves import Curve
from evaluation.release.door import estimate_columns, opened, released
from evaluation.release.edition import Edition
from evaluation.release.estimates import estimate_rows, roughness
from evaluation.release.memory.populations import EVERYONE
from evaluation.release.rows import finished

BANDS = ("cell", "end", "week", "low", "high")
FLOW = ("outcome", "time", "arm", "received", "eligible", "analysed")
OFF = {name: f"off_{name}" for name in ("mean_baseline", "mean_change", "sd_baseline", "sd_later", "correlation")}
"""How far each exact number can lie from the rounded one."""
_MOMENTS = ("mean_baseline", "mean_change", "sd_baseline", "sd_later", "correlation")
"""The later mean follows from the change, which is rounded once: the difference of two rounded means would be off by two roundings."""


@dataclass(frozen=True, slots=True, eq=False)
class Rounded:
    """Counts that may leave, and what was held back: outcome, moment and arm, joined by a comma.

    `bands`: per cell, end and week of the grid how many there can have been at least and at most; `flow`: by outcome, moment and arm who was
    eligible and who of them is analysed, as released. Both empty in what is not rounded.
    """

    counts: Counted
    held_back: tuple[str, ...]
    bands: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(BANDS)))
    flow: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FLOW)))


def rounded(
    mine: Cohort, plan: Plan, edition: Edition, found: Mapping[str, Result] | None = None, close: frozenset[str] = frozenset()
) -> Rounded:
    """The counts of the plan's people, as this edition shows them in the release of the whole plan.

    Parameters
    ----------
    found
        What the analyses found, where they were run already (`answerable`).
    close
        Groups that differ too little from an earlier edition: nothing of them is told.
    """
    check_plan(plan)
    asked = answerable(plan, mine)
    results = dict(found) if found is not None else answers(mine, asked, lambda name: None)
    leaving, counts = opened(results, edition, editions_beside(plan, edition), mine.coded)
    held: list[str] = []
    courses, steps = None, []
    if plan.events is not None:
        courses = list(_courses(mine, plan, counts.curves, close, held, steps))
    scores = {}
    if plan.measures:
        changes = _held_back(_changes(leaving["change"], counts, spans(plan, mine)), close)
        scores = {outcome_name(one): list(_scores(mine, one, changes, held)) for one in plan.measures}
    size = np.zeros(len(mine.arms), np.int64)
    for rows in ([] if courses is None else courses, *scores.values()):
        for cell in range(len(size)):
            size[cell] = max(size[cell], sum(row["n"] for row in rows if row["cell"] == cell))
    there = np.flatnonzero(size)
    bands = _frame([row for row in steps if size[row["cell"]]], list(BANDS), {int(cell): k for k, cell in enumerate(there)})
    flow = _flow(released(leaving["flow"], counts, {}), mine)
    return Rounded(_tables(mine, plan, size, courses, scores), tuple(held), bands, flow)


def answerable(plan: Plan, mine: Cohort) -> Plan:
    """The plan as these people can answer it: without a comparison of which an arm is elsewhere."""
    there = plan.comparison is None or set(plan.arms) <= set(mine.arms)
    return plan if there else plan.model_copy(update={"comparison": None})


def _changes(result: Result, counts: System, known: dict[str, float]) -> pd.DataFrame:
    """The rows of which scores are made, as they leave, with how rough each is."""
    kept = result.estimates["measure"].isin(_MOMENTS) & (result.estimates["subgroup"] == "")
    estimates = result.estimates[kept].reset_index(drop=True)
    mine = replace(result, estimates=estimates)
    shown = finished("change", [estimate_rows(estimate_columns(mine), counts, known)], result.measures)
    return shown.assign(**roughness(estimate_columns(mine), counts, known))


def _held_back(shown: pd.DataFrame, close: frozenset[str]) -> pd.DataFrame:
    """Scores of a group that differs too little from an earlier edition are held back as in a release."""
    keys = zip(shown["outcome"], shown["time"], shown["arm"])
    hidden = [bool({f"{outcome}|{time}|{arm}", f"{EVERYONE}|{arm}"} & close) for outcome, time, arm in keys]
    return shown.assign(status=shown["status"].mask(pd.Series(hidden, index=shown.index, dtype=bool), "suppressed"))


def _flow(shown: pd.DataFrame, mine: Cohort) -> pd.DataFrame:
    """Who was received, eligible and analysed, by outcome, moment and arm; nothing where it is held back."""
    rows = shown[shown["measure"].isin(FLOW[3:])]
    rows = rows[rows["status"].isin(["rounded", "released"]) & (rows["outcome"] != "ending")]
    rows = rows.assign(arm=rows["arm"].where(rows["arm"] != "all", mine.arms[0])) if len(mine.arms) == 1 else rows
    rows = rows[rows["arm"] != "all"].drop_duplicates(["outcome", "time", "arm", "measure"])
    wide = rows.pivot(index=["outcome", "time", "arm"], columns="measure", values="estimate")
    wide = wide.reindex(columns=list(FLOW[3:])).dropna(subset=["received", "eligible"]).fillna({"analysed": 0})
    return wide.astype(np.int64).reset_index()[list(FLOW)]


def _courses(
    mine: Cohort, plan: Plan, curves: dict[str, list[Curve]], close: frozenset[str], held: list[str], steps: list[dict]
) -> Iterator[dict]:
    """A row per arm, week of the grid and outcome; their bands are put in `steps`."""
    first = curves["revictimisation"][0]
    causes = curves["competing_events"][0] if "competing_events" in curves else None
    of_all = causes is not None and not causes.held and not causes.pooled and causes.base is first
    best, names = (causes, plan.events.competing) if of_all else (first, ())
    # bands of a few arms together tell of no arm; who came late would have to be matched to when they left
    if best.held or best.pooled or best.weekly.entered is not None or (competing_events(plan) and of_all):
        best, names = first, ()
    if best.held or (best.pooled and len(mine.arms) > 1) or best.weekly.entered is not None:
        held.append(events_outcome(plan.events))
        return
    for cell, arm in enumerate(mine.arms):
        if {f"{events_outcome(plan.events)}||{arm}", f"{EVERYONE}|{arm}"} & close:
            held.append(f"{events_outcome(plan.events)}, {arm}")
            continue
        for cause, end in enumerate(("event", *names)):
            yield from _steps(best, cell, best.bands.middle.events[cell, cause], end)
            steps += _bands(best, cell, end, *(part.events[cell, cause] for part in (best.bands.low, best.bands.high)))
        yield from _steps(best, cell, best.bands.middle.left[cell], "")
        # who left without the first event: of these the bands of causes that divide them follow
        whole = first.bands
        steps += _bands(first, cell, "", whole.low.left[cell], whole.high.left[cell])


def _bands(one: Curve, cell: int, end: str, low: np.ndarray, high: np.ndarray) -> Iterator[dict]:
    for week, least, most in zip(one.grid.tolist(), low.tolist(), high.tolist()):
        yield {"cell": cell, "end": end, "week": week, "low": int(least), "high": int(most)}


def _steps(one: Curve, cell: int, cumulative: np.ndarray, end: str) -> Iterator[dict]:
    for week, n in zip(one.grid.tolist(), np.diff(cumulative, prepend=0).tolist()):
        if n > 0:
            happened = end == "event"
            yield {
                "cell": cell,
                "lost": "",
                "entry": 0,
                "week": week,
                "event": int(happened),
                "end": "" if happened else end,
                "n": int(n),
            }


def _scores(mine: Cohort, measure: Measure, shown: pd.DataFrame, held: list[str]) -> Iterator[dict]:
    """A row per arm and later moment: those with both scores. People of two moments are counted at each."""
    moments = ("baseline", *measure.moments)
    outcome = outcome_name(measure)
    rows = shown[shown["outcome"] == outcome].set_index(["time", "arm", "measure"])
    for cell, arm in enumerate(mine.arms):
        for place, moment in enumerate(measure.moments, start=1):
            found = [_row(rows, (moment, arm if len(mine.arms) > 1 else "all", name)) for name in _MOMENTS]
            if any(row is None for row in found):
                held.append(f"{outcome}, {moment}, {arm}")
                continue
            before, change, sd_before, sd_later, correlation = (float(row["estimate"]) for row in found)
            n = int(found[0]["n"])
            scatter = np.zeros((len(moments), len(moments)))
            part = (
                (n - 1)
                * np.array([sd_before, sd_later])[:, None]
                * [sd_before, sd_later]
                * [[1, correlation], [correlation, 1]]
            )
            scatter[np.ix_([0, place], [0, place])] = part
            means = np.zeros(len(moments))
            means[[0, place]] = before, before + change
            sums = dict(zip(mean_columns(len(moments)), means.tolist()))
            sums |= dict(zip(scatter_columns(len(moments)), scatter[np.triu_indices(len(moments))].tolist()))
            rough = {OFF[name]: float(f"{row['off']:.6g}") for name, row in zip(_MOMENTS, found)}
            rough |= {"low": int(found[0]["low"]), "high": int(found[0]["high"])}
            yield {"cell": cell, "seen": 1 | 1 << place, "n": n} | sums | rough


def _row(rows: pd.DataFrame, key: tuple[str, str, str]) -> pd.Series | None:
    found = rows.loc[key]
    found = found.iloc[0] if isinstance(found, pd.DataFrame) else found
    return found if found["status"] == "released" and found[["estimate", "n"]].notna().all() else None


def _tables(mine: Cohort, plan: Plan, size: np.ndarray, courses: list[dict] | None, scores: dict[str, list[dict]]) -> Counted:
    """As many people per arm as the largest table has; arms of which nothing may leave are not there."""
    there = np.flatnonzero(size)
    place = {int(cell): number for number, cell in enumerate(there)}
    people = pd.DataFrame(
        {
            "provider": [_only(mine, "provider", cell) for cell in there],
            "programme": [_only(mine, "programme", cell) for cell in there],
            "arm": [mine.arms[cell] for cell in there],
            **{name: [""] * len(there) for name in descriptors(plan)},
            "n": size[there],
        },
        columns=[*KEYS, *descriptors(plan), "n"],
    )
    events = None
    if courses is not None:
        columns = ["cell", "lost", "entry", "week", "event", "end", *competing_events(plan), "n"]
        events = _frame([row | dict.fromkeys(competing_events(plan), NO_WEEK) for row in courses], columns, place)
    found = {}
    for measure in plan.measures:
        moments = len(measure.moments) + 1
        weeks = [f"week_{k}" for k in range(moments)]
        columns = ["cell", "seen", *weeks, "n", *mean_columns(moments), *scatter_columns(moments), "low", "high", *OFF.values()]
        rows = [row | dict.fromkeys(weeks, NO_WEEK) for row in scores[outcome_name(measure)]]
        found[outcome_name(measure)] = _frame(rows, columns, place)
    return Counted(people, pd.DataFrame(columns=[*KEYS, "column", "code", "n"]), events, found)


def _frame(rows: list[dict], columns: list[str], place: dict[int, int]) -> pd.DataFrame:
    frame = pd.DataFrame([row | {"cell": place[row["cell"]]} for row in rows], columns=columns)
    keys = [
        name for name in columns if name not in ("n",) and not name.startswith(("mean_", "scatter_", "off_", "low", "high"))
    ]
    return frame.sort_values(keys).reset_index(drop=True)


def _only(mine: Cohort, column: str, cell: int) -> str:
    """The name that most people of an arm have: where there are more, a rounded aggregate does not divide them."""
    names = mine.treatments.loc[mine.arm_codes == cell, column]
    return str(names.value_counts().index[0])
