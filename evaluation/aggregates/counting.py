"""People reduced to what the analyses of a plan need of them: how many, when what happened, and sums and cross-products of scores.

Three tables, each a number of people per kind: `people` per cell (provider, programme, arm, and the descriptors that the plan uses), `events`
per cell and course (week of entry, week of the first event or of the end of follow-up), `scores` per cell and moments measured, with
means and cross-products. One person is such a table with a count of one: counting is adding (`adding.py`).
"""

from __future__ import annotations

from typing import get_args

import numpy as np
import pandas as pd

from analyses.baseline import DESCRIPTORS
from analyses.shared.cohort import Cohort, first_events, pairs
from analyses.shared.event_histories import first_week
from analyses.shared.longitudinal import longitudinal
from analyses.shared.recording import outcome_name
from data_schemas.codelists import code_list
from data_schemas.plan import EventCode, Measure, OverTime, Plan
from data_schemas.words import Words
from evaluation.aggregates.adding import KEYS, NO_WEEK, Counted, mean_columns, scatter_columns, together
from evaluation.failures import WrongUse
from evaluation.planning.scope import eligible

_WEIGHTED = Words(
    "Dit plan weegt de groepen: gewichten zijn van personen, en sommen kunnen hen niet vervangen. Maak voor het samenvoegen een plan zonder "
    "[weighting].",
    "This plan weights its arms: weights are of persons, and no sums stand in for them. Make a plan without [weighting] for pooling.",
)
TOGETHER = (
    ("ending", "sessions_attended"),
    ("goal_attainment",),
    ("satisfaction",),
    ("integrity",),
    ("continues_without_help",),
    ("housing_start", "housing_end"),
    ("daytime_start", "daytime_end"),
    ("police_report",),
    ("after_care", "after_care_by", "after_care_weeks"),
)
"""Columns of which how many there are of each answer, or of each answer to all of them, is all that an analysis asks."""
JOIN, SEPARATOR = "+", "|"
_OWN = Words(
    "Dit plan gebruikt {names}. Tellingen om samen te voegen kennen alleen de kenmerken van het contract: eigen kenmerken verschillen per "
    "aanbieder. Maak voor het samenvoegen een plan zonder.",
    "This plan uses {names}. Counts for pooling know the descriptors of the contract alone: covariates of a provider's own differ between "
    "providers. Make a plan without them for pooling.",
)
_WITHOUT_WEEKS = ("not_followed", "followed_late", "no_known_end", "not_followed_after_end")


def check_plan(plan: Plan) -> None:
    """Refuse a plan that asks what no counts can tell, and that would close or open gates by it."""
    if plan.weighting is not None:
        raise WrongUse(_WEIGHTED)
    if own := sorted(plan.traits - {*DESCRIPTORS}):
        raise WrongUse(_OWN.fill(names=", ".join(own)))


def descriptors(plan: Plan) -> tuple[str, ...]:
    """The descriptors that the plan divides people by: all of them where a gate compares those analysed."""
    asked = plan.eligibility
    used = {*plan.subgroups, *(plan.comparison.covariates if plan.comparison else ()), *(asked.asked if asked else ())}
    if asked is not None and (asked.start_from or asked.start_until):
        used.add("start_period")
    if plan.comparison is not None and plan.gates.largest_baseline_difference is not None:
        used.update(DESCRIPTORS)
    return tuple(sorted(used))


def keeps_baselines(plan: Plan) -> bool:
    """Whether a gate asks how baselines of two arms overlap, so that people differ by them."""
    return plan.comparison is not None and plan.gates.smallest_overlap is not None


def uses_weeks(plan: Plan) -> bool:
    """Whether a model of the plan runs over the weeks of measurement, so that people differ by them."""
    modelled = plan.over_time is not None or "mixed_model" in plan.missing_data.approaches
    return modelled and (plan.over_time or OverTime()).slope == "random"


def competing_events(plan: Plan) -> tuple[str, ...]:
    """The competing events of the plan that are events, not ends of follow-up."""
    return () if plan.events is None else tuple(name for name in plan.events.competing if name in get_args(EventCode))


def counted(cohort: Cohort, plan: Plan) -> Counted:
    """Everybody in the cohort, each as a count of one, added up.

    Of who is neither in the plan's programme nor in an arm that it compares, or is not eligible, only that they are there.

    Raises
    ------
    WrongUse
        The plan weights its arms: weights are of persons, and no sums stand in for them.
    """
    check_plan(plan)
    keys = [*KEYS, *descriptors(plan)]
    people = cohort.treatments[keys].astype("str").astype(object)
    people = people.where(cohort.treatments[keys].notna(), "").assign(n=1)
    arms = () if plan.comparison is None else plan.comparison.arms
    asked = ((people["programme"] == plan.programme) | people["arm"].isin(arms)).to_numpy() & eligible(cohort, plan)
    people.loc[~asked, list(descriptors(plan))] = ""
    described = _described(cohort, plan, people, asked)
    events = None if plan.events is None else _courses(cohort, plan)[asked]
    scores = {outcome_name(measure): _scores(cohort, plan, measure, asked) for measure in plan.measures}
    paired = {outcome_name(measure): _pairs(cohort, plan, measure, people, asked) for measure in plan.measures}
    return together(Counted(people.assign(cell=np.arange(cohort.size)), described, events, scores, paired))


def _described(cohort: Cohort, plan: Plan, people: pd.DataFrame, asked: np.ndarray) -> pd.DataFrame:
    """How many per provider, programme and arm in each category of a column that stands by itself, or of several that stand together."""
    block, blocks = people.loc[asked, list(KEYS)], None
    alone = [(name,) for name in DESCRIPTORS if name not in descriptors(plan)]
    parts = []
    for names in (*alone, *TOGETHER):
        values = [_texts(cohort, name)[asked] for name in names]
        if not any((value != "").any() for value in values):
            continue
        if blocks is None:
            blocks, kinds = pd.factorize(pd.MultiIndex.from_frame(block))
        codes, texts = pd.factorize(values[0] if len(values) == 1 else pd.MultiIndex.from_arrays(values))
        cells, n = np.unique(blocks.astype(np.int64) * len(texts) + codes, return_counts=True)
        of, which = np.divmod(cells, len(texts))
        told = [text if len(names) == 1 else SEPARATOR.join(text) for text in texts]
        frame = pd.DataFrame([kinds[k] for k in of], columns=list(KEYS))
        parts.append(frame.assign(column=JOIN.join(names), code=np.array(told, object)[which], n=n))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*KEYS, "column", "code", "n"])


def _texts(cohort: Cohort, name: str) -> np.ndarray:
    """A column as text, empty where nothing was filled in; of attended sessions only whether there were none."""
    values = cohort.treatments[name]
    if name == "sessions_attended":
        return np.where(values.to_numpy(dtype=float, na_value=np.nan) == 0, "0", "").astype(object)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return np.array([*values.cat.categories.astype(str), ""], object)[values.cat.codes.to_numpy()]
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    texts, place = np.unique(numbers, return_inverse=True)
    return np.array(["" if np.isnan(one) else repr(float(one)) for one in texts], object)[place]


def pair_keys(plan: Plan) -> list[str]:
    """What pairs of scores are counted by."""
    covariates = () if plan.comparison is None else plan.comparison.covariates
    return [*KEYS, *sorted({*plan.subgroups, *covariates})]


def _pairs(cohort: Cohort, plan: Plan, measure: Measure, people: pd.DataFrame, asked: np.ndarray) -> pd.DataFrame:
    parts = []
    for moment in measure.moments:
        found = pairs(cohort, measure, moment)
        who = found.selection.analysed & asked
        both = {"moment": moment, "before": found.before[who], "later": found.later[who], "n": 1}
        parts.append(people.loc[who, pair_keys(plan)].assign(**both))
    return pd.concat(parts, ignore_index=True)


def _courses(cohort: Cohort, plan: Plan) -> pd.DataFrame:
    wanted = plan.events
    # whether those who came late count is decided when all are together
    found = first_events(cohort, wanted.model_copy(update={"late_entry": wanted.late_entry is not False}))
    lost = np.array(["", *found.selection.reasons], object)[found.selection.loss]
    known = ~np.isin(lost, _WITHOUT_WEEKS)
    entry = np.zeros(cohort.size, np.int64) if found.entry is None else found.entry
    columns = {
        "cell": np.arange(cohort.size),
        "lost": lost,
        "entry": np.where(known, entry, 0),
        "week": np.where(known, found.week, 0),
        "event": (found.happened & known).astype(np.int64),
    }
    ends = set(code_list("follow_up_end").values) & set(wanted.competing)
    end = cohort.treatments["follow_up_end"].astype("str").astype(object).to_numpy()
    columns["end"] = np.where(known & ~found.happened & np.isin(end, list(ends)), end, "")
    for name in competing_events(plan):
        first = first_week(cohort, wanted, (name,))
        columns[name] = np.where(known & (first <= found.week), np.where(np.isfinite(first), first, 0), NO_WEEK).astype(
            np.int64
        )
    return pd.DataFrame(columns | {"n": 1})


def _scores(cohort: Cohort, plan: Plan, measure: Measure, asked: np.ndarray) -> pd.DataFrame:
    table = longitudinal(cohort, measure)
    table = table.only(asked[table.people])
    moments = len(table.moments)
    seen = ~np.isnan(table.scores)
    columns: dict[str, np.ndarray] = {"cell": table.people, "seen": seen @ (1 << np.arange(moments, dtype=np.int64))}
    weeks = np.where(seen & ~np.isnan(table.weeks), table.weeks, NO_WEEK) if uses_weeks(plan) else np.full(seen.shape, NO_WEEK)
    columns |= {f"week_{k}": weeks[:, k].astype(np.int64) for k in range(moments)}
    if keeps_baselines(plan):
        columns["before"] = np.where(seen[:, 0], table.scores[:, 0], NO_WEEK)
    columns["n"] = np.ones(len(table.people), np.int64)
    columns |= dict(zip(mean_columns(moments), np.where(seen, table.scores, 0.0).T))
    columns |= {name: np.zeros(len(table.people)) for name in scatter_columns(moments)}
    return pd.DataFrame(columns)
