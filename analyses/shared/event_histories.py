"""From a cohort and a plan to histories: what ended follow-up, every event of a client, and the range in which the first one lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort, Selection, first_events, late_ones_count, select
from data_schemas.codelists import code_list
from data_schemas.plan import Events, Plan
from data_schemas.result import WITHHELD

ON_TIME = "people followed from the start only"
"""For what has no form for those who came under observation later: if that was by chance, leaving them out costs people and no more."""


def of_the_punctual(cohort: Cohort, wanted: Events) -> dict[str, str]:
    """Whom such rows are about: where who came late counts elsewhere they stay inside, as beside all others they tell how many came late."""
    return {"population": WITHHELD} if late_ones_count(cohort, wanted) else {}


def with_late_ones(plan: Plan, cohort: Cohort) -> Plan:
    """The plan as whoever holds the data asks it: where it does not say, those who came late count as soon as there is anybody."""
    if plan.events is None or plan.events.late_entry is not None:
        return plan
    counted = plan.events.model_copy(update={"late_entry": True})
    anybody = bool(first_events(cohort, counted).entry.any())
    return plan.model_copy(update={"events": counted.model_copy(update={"late_entry": anybody})})


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """Per person what came first: the week, and 0 (nothing), 1 (the event) or a competing event (2, 3, ...); `names` from 1 on."""

    week: np.ndarray
    cause: np.ndarray
    entry: np.ndarray | None
    names: tuple[str, ...]
    selection: Selection

    def entry_of(self, who: np.ndarray) -> np.ndarray | None:
        """The entry of some people; None when who came late is left out."""
        return None if self.entry is None else self.entry[who]


@dataclass(frozen=True, slots=True, eq=False)
class Recurrences:
    """Follow-up (entry, until] per person, and person and week of every event in it, over those analysed."""

    entry: np.ndarray
    until: np.ndarray
    person: np.ndarray
    week: np.ndarray
    selection: Selection

    def of(self, who: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Entry, until, person and week of some people, numbered anew from 0."""
        number = np.cumsum(who) - 1
        theirs = who[self.person]
        return self.entry[who], self.until[who], number[self.person[theirs]], self.week[theirs]


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """The first event of each person lies in (left, right]; right is infinite when there was none."""

    left: np.ndarray
    right: np.ndarray
    late: np.ndarray
    selection: Selection


def causes(cohort: Cohort, plan: Plan, wanted: Events) -> Causes:
    """What came first for each person: the event, a competing event, or the end of follow-up.

    An end of follow-up counts as a competing event in the last week of follow-up when the plan names its reason. In one week the
    event comes before competing events, and these in the plan's order. Someone whose competing event came before they were
    followed is lost.
    """
    found = first_events(cohort, wanted)
    week, cause = found.week.copy(), found.happened.astype(np.int64)
    reasons = set(code_list("follow_up_end").values)
    for number, name in enumerate(wanted.competing, start=2):
        if name in reasons:
            ended = (cohort.treatments["follow_up_end"] == name).to_numpy()
            cause[(cause == 0) & ended] = number
        else:
            first = first_week(cohort, wanted, (name,))
            earlier = (first < week) | ((first == week) & (cause == 0))
            week = np.where(earlier, np.where(earlier, first, 0), week).astype(np.int64)
            cause[earlier] = number
    names = ("event", *wanted.competing)
    if found.entry is None:
        return Causes(week, cause, None, names, found.selection)
    seen = (week > found.entry) | (found.entry == 0)
    return Causes(week, cause, found.entry, names, _without(found.selection, "event_before_follow_up", seen))


def _without(selection: Selection, reason: str, holds: np.ndarray) -> Selection:
    """The selection with one more condition, under a reason that may be there already."""
    reasons = selection.reasons if reason in selection.reasons else (*selection.reasons, reason)
    loss = np.where((selection.loss == 0) & ~holds, reasons.index(reason) + 1, selection.loss)
    return Selection(loss.astype(np.int8), reasons)


def first_week(cohort: Cohort, wanted: Events, codes: tuple[str, ...]) -> np.ndarray:
    """Week from time zero of the first event of some kinds, infinite when there is none."""
    person, _, to = _counted(cohort, wanted, codes)
    first = np.full(cohort.size, np.inf)
    np.minimum.at(first, person, to)
    return first


def _counted(
    cohort: Cohort, wanted: Events, codes: tuple[str, ...], *, every_report: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Person, first and last week (from time zero) of the events of some kinds after time zero; reports of one event once."""
    events = cohort.events
    mine = events[events["event"].isin(codes) & events["certainty"].isin(wanted.certainty)]
    if not every_report:
        mine = mine.drop_duplicates(["person", "event", "week_from", "week_to"])
    person = mine["person"].to_numpy()
    zero = time_zero(cohort, wanted)[person]
    since, to = (mine[name].to_numpy(dtype=float, na_value=np.nan) - zero for name in ("week_from", "week_to"))
    counts = to > 0 if wanted.time_zero == "end" else to >= 0
    earliest = 1.0 if wanted.time_zero == "end" else 0.0
    return person[counts], np.maximum(since[counts], earliest), to[counts]


def time_zero(cohort: Cohort, wanted: Events) -> np.ndarray:
    """The week from which each person's weeks are counted: 0, or the end of treatment (NaN when it is not known)."""
    return weeks(cohort, "treatment_weeks") if wanted.time_zero == "end" else np.zeros(cohort.size)


def weeks(cohort: Cohort, column: str) -> np.ndarray:
    """A column of weeks as numbers, NaN where it is empty or absent."""
    if column not in cohort.treatments:
        return np.full(cohort.size, np.nan)
    return cohort.treatments[column].to_numpy(dtype=float, na_value=np.nan)


def recurrences(cohort: Cohort, wanted: Events, *, every_report: bool = False) -> Recurrences:
    """Every event of each person while they were followed, in the last week in which it can have happened.

    Reports of the same kind of event in the same weeks are one event, whatever their sources; with `every_report` each is an event of
    its own, as they are if they told of different happenings. Events from before someone was followed do not count, and do not
    matter.
    """
    zero = time_zero(cohort, wanted)
    followed = weeks(cohort, "follow_up_weeks")
    until = followed - zero
    entry = np.maximum(np.nan_to_num(weeks(cohort, "follow_up_from_week") - zero), 0.0)
    conditions = [("not_followed", ~np.isnan(followed))]
    count = late_ones_count(cohort, wanted)
    if not count:
        conditions.append(("followed_late", entry == 0))
    if wanted.time_zero == "end":
        conditions += [("no_known_end", ~np.isnan(zero)), ("not_followed_after_end", until > 0)]
    if count:
        conditions.append(("not_followed_after_entry", (until > entry) | (entry == 0)))
    selection = select(cohort.size, conditions)
    person, _, week = _counted(cohort, wanted, wanted.event, every_report=every_report)
    seen = selection.analysed[person] & (week <= until[person]) & ((week > entry[person]) | (entry[person] == 0))
    whole = np.where(selection.analysed, until, 0.0), np.where(selection.analysed, entry, 0.0)
    until, entry = (values.astype(np.int64) for values in whole)
    return Recurrences(entry, until, person[seen], week[seen].astype(np.int64), selection)


def ranges(cohort: Cohort, wanted: Events) -> Ranges:
    """In which weeks the first event of each person lies.

    With several events, each in its own range, the first lies between the earliest first week and the earliest last week. A known
    week w is (w - 1, w]. `late` marks people who were followed from a later week: for them the range has another meaning.
    """
    found = first_events(cohort, wanted)
    person, since, to = _counted(cohort, wanted, wanted.event)
    earliest, latest = np.full(cohort.size, np.inf), np.full(cohort.size, np.inf)
    np.minimum.at(earliest, person, since)
    np.minimum.at(latest, person, to)
    left = np.where(found.happened, np.where(found.happened, earliest, 0.0) - 1.0, found.week)
    right = np.where(found.happened, latest, np.inf)
    late = np.zeros(cohort.size, bool) if found.entry is None else found.entry > 0
    return Ranges(left, right, late, found.selection)


def descriptor(cohort: Cohort, column: str) -> pd.Categorical:
    """A descriptor with its missing cells as `unknown`, only the categories that occur."""
    values = cohort.treatments[column].astype(object)
    return pd.Categorical(values.where(values.notna(), "unknown")).remove_unused_categories()
