"""More hidden counts: of single-case series, goals, weeks, sessions and a provider's own traits, of what was not filled in, and of two rare kinds.

Of two rare kinds as many have one as have not the other: no total that is told says which, so that an exact edition leaves every value too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from analyses.shared.cohort import OUTSIDE, Cohort
from benchmarks import hidden_counts
from benchmarks.hidden_counts import (
    MEASURE,
    OF_CARE,
    OF_CLASSES,
    OF_TRAITS,
    Hidden,
    changed_to,
    column,
    everyone,
    filled_with,
    measured,
    of_class,
    unchanged,
)
from data_schemas.covariates import OwnCovariate, OwnLabel

_NAMES = ("instrument", "informant", "moment")
_SERIES = ((-8, 14), (-6, 15), (-4, 14), (-2, 16), (2, 18), (4, 20), (6, 22), (8, 25), (10, 26), (12, 28))
"""Weeks and scores of a series: before and after the first week of treatment."""
_LABEL = OwnLabel(nl="eigen", en="own")
_OWN = {
    "own_code": OwnCovariate(nl="eigen", en="own", kind="code", codes=dict.fromkeys("abc", _LABEL), role="description", risk="sensitive"),
    "own_number": OwnCovariate(nl="eigen", en="own", kind="number", minimum=0, maximum=40, role="description", risk="sensitive"),
}  # fmt: skip


def _added(cohort: Cohort, people: np.ndarray, instrument: str, moment: str, weeks: np.ndarray, scores: np.ndarray) -> Cohort:
    """A measurement more of each of these people."""
    table = cohort.measurements
    row = table.iloc[np.zeros(len(people), int)].assign(person=people, instrument=instrument, moment=moment, score=scores)
    row = row.assign(week=pd.array(weeks, table["week"].dtype), informant="self" if moment == "repeated" else "professional")
    whole = pd.concat([one.astype(dict.fromkeys(_NAMES, object)) for one in (table, row)], ignore_index=True)
    kinds = {name: pd.Categorical(whole[name], categories=sorted(set(whole[name]))) for name in _NAMES}
    return replace(cohort, measurements=whole.assign(**kinds))


def _with_series(cohort: Cohort) -> Cohort:
    table = cohort.measurements
    cohort = replace(cohort, measurements=table[table["moment"] != "repeated"])
    who, (weeks, scores) = np.arange(cohort.size), np.array(_SERIES).T
    people = np.repeat(who, len(weeks))
    noise = np.random.default_rng(5).normal(0, 4, len(people)).round()
    found = np.clip(np.tile(scores, cohort.size) + noise, 0, 40)
    return _added(cohort, people, "ors", "repeated", np.tile(weeks, cohort.size), found)


def _short(cohort: Cohort, mine: np.ndarray) -> Cohort:
    table = cohort.measurements
    gone = table["person"].isin(mine) & (table["moment"] == "repeated") & (table["week"] < -2).fillna(False)
    return replace(cohort, measurements=table[~gone].reset_index(drop=True))


def _goals(moment: str) -> Callable[[Cohort, np.ndarray], Cohort]:
    return lambda cohort, mine: _added(cohort, mine, "gas-t", moment, np.full(len(mine), 30), 50.0 + mine % 9)


def _without_week(cohort: Cohort, mine: np.ndarray) -> Cohort:
    table = cohort.measurements
    gone = table["person"].isin(mine) & (table["moment"] == "end") & (table["instrument"] == MEASURE.instrument)
    return replace(cohort, measurements=table.assign(week=table["week"].mask(gone)))


def _with_own(cohort: Cohort) -> Cohort:
    codes = pd.Categorical(np.where(np.arange(cohort.size) % 3, "a", "b"), categories=list("abc"))
    own = {"own_code": codes, "own_number": 10.0 + np.arange(cohort.size) % 17}
    return replace(cohort, treatments=cohort.treatments.assign(**own), own=_OWN)


def _elsewhere(cohort: Cohort, mine: np.ndarray) -> Cohort:
    """So many more who are of another programme, in the first arm."""
    outside = np.zeros((len(OUTSIDE), len(cohort.arms) + 1), np.int64)
    outside[0, 0] = len(mine)
    return replace(cohort, outside=outside)


def _of_two(name: str, one: str, other: str, usual: str) -> Hidden:
    """Four in the first arm are one thing or the other, and nobody else is."""

    def none(cohort: Cohort) -> Cohort:
        values = cohort.treatments[name]
        cohort = filled_with(cohort, name, values.isin([one, other]), usual)
        return changed_to(name, other)(cohort, np.flatnonzero(cohort.arm_codes == 0)[:4])

    return Hidden(changed_to(name, one), lambda cohort: (cohort.treatments[name] == other).fillna(False).to_numpy(bool), none)


def _told_by_whom(cohort: Cohort) -> Cohort:
    """Everybody had after-care, of one kind."""
    all_, column = np.ones(cohort.size, bool), cohort.treatments["after_care_by"]
    cohort = filled_with(cohort, "after_care", pd.Series(all_), "yes")
    return filled_with(cohort, "after_care_by", pd.Series(all_), column.cat.categories[0])


def _by_another(cohort: Cohort, mine: np.ndarray) -> Cohort:
    return changed_to("after_care_by", cohort.treatments["after_care_by"].cat.categories[1])(cohort, mine)


MORE: dict[str, tuple[Hidden, tuple[str, ...]]] = {
    "short series": (Hidden(_short, everyone, _with_series), ("single_case",)),
    "goals at follow-up": (Hidden(_goals("follow_up_6m"), everyone, lambda c: _goals("end")(c, np.arange(c.size))), ("indicators",)),
    "goals at the start": (Hidden(_goals("baseline"), everyone, lambda c: _goals("end")(c, np.arange(c.size))), ("indicators",)),
    "week not filled in": (Hidden(_without_week, measured), ("over_time",)),
    "sessions not filled in": (Hidden(changed_to("sessions_attended", pd.NA), everyone), ("over_time", "flow")),
    "never started": (Hidden(changed_to("sessions_attended", 0), everyone), OF_CARE),
    "never clinical": (Hidden(of_class(8, 8), unchanged), OF_CLASSES),
    "own category": (Hidden(changed_to("own_code", "c"), everyone, _with_own), ("baseline", "attrition")),
    "own number not filled in": (Hidden(changed_to("own_number", np.nan), everyone, _with_own), ("baseline", "attrition")),
    "other programme": (Hidden(_elsewhere, everyone), ("flow", "attrition")),
    "gender not filled in": (column("gender", np.nan, "girl"), OF_TRAITS),
    "housing not known": (column("housing_end", "unknown", "with_family"), OF_CARE),
    "ending not filled in": (column("ending", np.nan, "completed"), OF_CARE),
    "after-care by": (Hidden(_by_another, everyone, _told_by_whom), OF_CARE),
    "of two rare settings": (_of_two("setting", "crisis", "other", "open"), OF_TRAITS),
    "of two rare endings": (_of_two("ending", "stopped_by_client", "external", "completed"), OF_CARE),
    "of two rare ages": (_of_two("age_group", "12_13", "16_17", "14_15"), OF_TRAITS),
    "of two rare kinds of housing": (_of_two("housing_end", "independent", "unknown", "with_family"), OF_CARE),
}  # fmt: skip
HIDDEN: dict[str, Hidden] = hidden_counts.HIDDEN | {name: hidden for name, (hidden, _) in MORE.items()}


def shown_by(of: str) -> tuple[str, ...]:
    """The analyses that read anything of a hidden count."""
    return MORE[of][1] if of in MORE else hidden_counts.shown_by(of)
