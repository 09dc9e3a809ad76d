"""The young people of one or more submissions as one set of tables, and who of them an analysis can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data_schemas.covariates import OwnCovariate
from data_schemas.instruments import Instrument, registry
from data_schemas.plan import Events, Measure
from data_schemas.submission import Submission

NAMES = ("arm", "provider", "programme")
"""Columns of names that people make up."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Tables of all submissions together; a person is the number of a row of `treatments`.

    `measurements` and `events` have a column `person` with that number.

    Parameters
    ----------
    people
        Position of each person among everybody in the submissions; None when nobody was left out.
    outside
        Of everybody in the submissions, those who are not in this cohort: a row per reason (`OUTSIDE`), a column per arm, and a last one
        for arms that the cohort has not. None when nobody was left out.
    own
        Covariates of the providers' own as declared: columns of `treatments` like any other.
    """

    treatments: pd.DataFrame
    measurements: pd.DataFrame
    events: pd.DataFrame
    instruments: Mapping[str, Instrument] = field(repr=False)
    people: np.ndarray | None = field(default=None, repr=False)
    outside: np.ndarray | None = None
    own: Mapping[str, OwnCovariate] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Number of treatment trajectories."""
        return len(self.treatments)

    @property
    def confounders(self) -> tuple[str, ...]:
        """Covariates of the providers' own that a plan may use; all others only describe."""
        return tuple(name for name, one in self.own.items() if one.role == "confounder")

    @property
    def coded(self) -> frozenset[str]:
        """Covariates of the providers' own that divide people into categories, as descriptors do."""
        return frozenset(name for name, one in self.own.items() if one.kind == "code")

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms that occur, in alphabetical order."""
        return tuple(str(arm) for arm in self.treatments["arm"].cat.categories)

    @property
    def arm_codes(self) -> np.ndarray:
        """Per person the position of the arm in `arms`."""
        return self.treatments["arm"].cat.codes.to_numpy()


OUTSIDE = ("other_programme", "earlier_edition", "not_eligible")
"""Why someone in the submissions is not in the cohort: not of the plan's programme, there once more in a later submission, not eligible."""


def pool(submissions: Sequence[Submission]) -> Cohort:
    """Everybody in the submissions as one cohort; whether someone is in two of them is for `evaluation.planning.people`."""
    offsets = np.cumsum([0, *(len(submission.tables["treatments"]) for submission in submissions)])
    frames = {
        name: pd.concat(
            [_with_person(submission.tables[name], offset) for submission, offset in zip(submissions, offsets)],
            ignore_index=True,
        )
        for name in ("measurements", "events")
    }
    treatments = pd.concat(
        [submission.tables["treatments"].drop(columns="client") for submission in submissions], ignore_index=True
    )
    instruments: dict[str, Instrument] = dict(registry())
    for submission in submissions:
        instruments.update(submission.manifest.instruments)
    treatments = treatments.assign(**_own_codes(submissions, treatments))
    names = {
        column: pd.Categorical(treatments[column], categories=sorted(treatments[column].dropna().unique())) for column in NAMES
    }
    own = {name: one for submission in submissions for name, one in submission.manifest.covariates.items()}
    return Cohort(treatments.assign(**names), frames["measurements"], frames["events"], instruments, own=own)


def _own_codes(submissions: Sequence[Submission], treatments: pd.DataFrame) -> dict[str, pd.Categorical]:
    """Coded covariates of the providers' own, over the codes that any of them declares: apart they have categories of their own."""
    codes: dict[str, dict[str, None]] = {}
    for submission in submissions:
        for name, one in submission.manifest.covariates.items():
            if one.kind == "code":
                codes.setdefault(name, {}).update(dict.fromkeys(one.codes))
    return {name: pd.Categorical(treatments[name].astype(object), categories=list(mine)) for name, mine in codes.items()}


def _with_person(table: pd.DataFrame, offset: int) -> pd.DataFrame:
    return table.assign(person=table["client"].cat.codes.to_numpy().astype(np.int64) + offset).drop(columns="client")


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Who of the cohort an analysis can use, and why the others not.

    `reasons[k]` belongs to the people whose `loss` is k + 1; a `loss` of 0 is analysed.
    """

    loss: np.ndarray
    reasons: tuple[str, ...]

    @property
    def analysed(self) -> np.ndarray:
        """Boolean per person."""
        return self.loss == 0


def select(size: int, conditions: Sequence[tuple[str, np.ndarray]]) -> Selection:
    """The selection from conditions in order: a person is lost for the first one that does not hold.

    >>> select(3, [("no_baseline", np.array([True, False, True])), ("no_end", np.array([True, False, False]))]).loss
    array([0, 1, 2], dtype=int8)
    """
    loss = np.zeros(size, np.int8)
    for number, (_, holds) in enumerate(conditions, start=1):
        loss[(loss == 0) & ~holds] = number
    return Selection(loss, tuple(reason for reason, _ in conditions))


def scores(cohort: Cohort, instrument: str, informant: str, moment: str) -> np.ndarray:
    """Each person's score at one moment, NaN where there is none."""
    table = cohort.measurements
    mine = table[(table["instrument"] == instrument) & (table["informant"] == informant) & (table["moment"] == moment)]
    values = np.full(cohort.size, np.nan)
    values[mine["person"].to_numpy()] = mine["score"].to_numpy(float)
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Scores before and later per person (NaN where missing), and who has both."""

    before: np.ndarray
    later: np.ndarray
    selection: Selection


def pairs(cohort: Cohort, measure: Measure, moment: str) -> Pairs:
    """Baseline against one later moment."""
    before = scores(cohort, measure.instrument, measure.informant, "baseline")
    later = scores(cohort, measure.instrument, measure.informant, moment)
    has_before, has_later = ~np.isnan(before), ~np.isnan(later)
    return Pairs(
        before,
        later,
        select(
            cohort.size,
            [
                ("never_measured", has_before | has_later),
                ("no_baseline", has_before),
                ("other_instrument_later", has_later | ~_switched(cohort, measure, moment, has_before & ~has_later)),
                ("no_later_measurement", has_later),
            ],
        ),
    )


def _switched(cohort: Cohort, measure: Measure, moment: str, missing: np.ndarray) -> np.ndarray:
    """Who of the missing answered an instrument at that moment that they did not have at baseline, as at 18 (CRIES to IES-R).

    Two instruments are different scales, which nobody may subtract.
    """
    table = cohort.measurements
    answered = (table["informant"] == measure.informant) & table["moment"].isin(["baseline", moment]) & table["score"].notna()
    # few are left of millions of rows: these alone are copied
    others = table[missing[table["person"].to_numpy()] & (answered & (table["instrument"] != measure.instrument)).to_numpy()]
    at_baseline = (others["moment"] == "baseline").to_numpy()
    instrument, names = pd.factorize(others["instrument"])
    key = others["person"].to_numpy() * max(len(names), 1) + instrument
    new = ~at_baseline & ~np.isin(key, key[at_baseline])
    switched = np.zeros(cohort.size, bool)
    switched[others["person"].to_numpy()[new]] = True
    return switched


MANY_LATE = 20
"""More than any usual smallest count of a release (10, or 15), which hides fewer."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstEvents:
    """Week of the first event or of the end of follow-up per person, which of the two it is, and who can be followed.

    `entry` is the last week before the person was followed, from time zero; None when who came late is left out.
    """

    week: np.ndarray
    happened: np.ndarray
    selection: Selection
    entry: np.ndarray | None = None

    def entry_of(self, who: np.ndarray) -> np.ndarray | None:
        """The entry of some people; None when who came late is left out."""
        return None if self.entry is None else self.entry[who]


def late_ones_count(cohort: Cohort, wanted: Events) -> bool:
    """Whether people who were followed from a later week are at risk from then on, by the plan; when it does not say, where many are in some arm.

    A few are left out as nobody is: all that follows would tell whether there is anybody. Arms of few do not decide, also not together.
    """
    if wanted.late_entry is not None:
        return wanted.late_entry
    late = np.nan_to_num(_weeks(cohort, "follow_up_from_week")) > 0
    return bool(np.bincount(cohort.arm_codes[late & (cohort.arm_codes >= 0)], minlength=len(cohort.arms)).max() >= MANY_LATE)


def first_events(cohort: Cohort, wanted: Events) -> FirstEvents:
    """First event of the planned kind and certainty, in weeks from the plan's time zero.

    An event known only within a range counts in its last week: by then it had happened. With time zero at the end of
    treatment, events up to the end do not count and people without a known end are lost. Who was followed from a later week
    (`follow_up_from_week`) is left out, or where these people count (`late_ones_count`) at risk after it: then a first event known from before is
    no first event any more, and that person is lost.
    """
    followed = _weeks(cohort, "follow_up_weeks")
    duration = _weeks(cohort, "treatment_weeks")
    zero = duration if wanted.time_zero == "end" else np.zeros(cohort.size)
    events = cohort.events
    mine = events[events["event"].isin(wanted.event) & events["certainty"].isin(wanted.certainty)]
    person = mine["person"].to_numpy()
    since = mine["week_to"].to_numpy(dtype=float, na_value=np.nan) - zero[person]
    counts = since > 0 if wanted.time_zero == "end" else since >= 0
    first = np.full(cohort.size, np.inf)
    np.minimum.at(first, person[counts], since[counts])
    until = followed - zero
    happened = np.isfinite(first)
    week = np.nan_to_num(np.where(happened, first, np.where(until >= 0, until, 0))).astype(np.int64)
    entry = np.maximum(np.nan_to_num(_weeks(cohort, "follow_up_from_week") - zero), 0).astype(np.int64)
    conditions, count = [("not_followed", ~np.isnan(followed))], late_ones_count(cohort, wanted)
    if not count:
        conditions.append(("followed_late", entry == 0))
    if wanted.time_zero == "end":
        conditions += [("no_known_end", ~np.isnan(duration)), ("not_followed_after_end", happened | (until > 0))]
    if not count:
        return FirstEvents(week, happened, select(cohort.size, conditions))
    conditions += [
        ("event_before_follow_up", ~happened | (week > entry) | (entry == 0)),
        ("not_followed_after_entry", (week > entry) | (entry == 0)),
    ]
    return FirstEvents(week, happened, select(cohort.size, conditions), entry)


def _weeks(cohort: Cohort, column: str) -> np.ndarray:
    """A column of weeks as numbers, NaN where it is empty or absent."""
    if column not in cohort.treatments:
        return np.full(cohort.size, np.nan)
    return cohort.treatments[column].to_numpy(dtype=float, na_value=np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class Subgroup:
    """People who share one category of a descriptor; written `setting=open` in results."""

    column: str
    code: str
    members: np.ndarray

    @property
    def name(self) -> str:
        return f"{self.column}={self.code}"


def subgroups(cohort: Cohort, column: str) -> tuple[Subgroup, ...]:
    """The categories of a descriptor that occur, in the order of the code list; people without one are in none of them."""
    values = cohort.treatments[column]
    codes = values.cat.codes.to_numpy()
    present = np.bincount(codes[codes >= 0], minlength=len(values.cat.categories)) > 0
    return tuple(
        Subgroup(column, str(code), codes == number) for number, code in enumerate(values.cat.categories) if present[number]
    )


def events_outcome(wanted: Events) -> str:
    """The outcome's name in results: the events that count, joined."""
    return "+".join(wanted.event)
