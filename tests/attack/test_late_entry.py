"""Attack on who was followed from a later week, by somebody who has the program and knows everybody else: a few of them show as nobody does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from analyses.shared.cohort import Cohort, first_events
from analyses.shared.event_histories import with_late_ones
from benchmarks.releases import example_cohort, one_arm, part_of
from data_schemas.plan import Plan
from evaluation.release.door import release_all
from evaluation.release.edition import committee, public

WEEK = 12
KEYS = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]
MODELS = ("model", "test")
EDITIONS = pytest.mark.parametrize("edition", [public(10), committee(5)], ids=["public", "committee"])


def _dossier(*, count: bool | None) -> tuple[Cohort, Plan]:
    """People of whom many were arrested again, in two arms, nobody late."""
    cohort, plan = example_cohort("rossi")
    events = plan.events.model_copy(update={"late_entry": count, "horizons_weeks": (26, 52), "restricted_mean_weeks": 52})
    return part_of(cohort, 120, 3), plan.model_copy(update={"events": events})


def _late(cohort: Cohort, count: int) -> Cohort:
    """So many in the first arm who came in a week before which nothing had happened to them."""
    first = np.full(cohort.size, np.inf)
    np.minimum.at(first, cohort.events["person"].to_numpy(), cohort.events["week_to"].to_numpy(float))
    able = np.flatnonzero((cohort.arm_codes == 0) & (first > 52))
    weeks = pd.array([pd.NA] * cohort.size, "Int32")
    weeks[able[:count]] = WEEK
    return replace(cohort, treatments=cohort.treatments.assign(follow_up_from_week=weeks))


def _told(cohort: Cohort, plan: Plan, edition) -> pd.DataFrame:
    names = ("revictimisation", "event_rates", "competing_events", "event_sensitivity")
    answers = {name: analyses()[name].run(cohort, plan) for name in names}
    return pd.concat(release_all(answers, edition).values(), ignore_index=True)


@EDITIONS
def test_curves_are_the_same_whether_nobody_came_late_or_a_few(edition):
    """Before: one who came late gave all curves another form, of the other arm too, and took limits and tests away."""
    cohort, plan = _dossier(count=True)
    nobody, few = (_told(_late(cohort, count), plan, edition) for count in (0, 4))
    kinds = [analyses()[name].MEASURES[measure].kind for name, measure in zip(nobody["analysis"], nobody["measure"])]
    follows = ~np.isin(kinds, MODELS)
    assert follows.sum() > 100 and nobody[follows & nobody["ci_low"].notna()]["measure"].eq("survival").any()
    assert nobody[[*KEYS, "n", "events", "status", "method"]].equals(few[[*KEYS, "n", "events", "status", "method"]])
    assert nobody[follows].equals(few[follows])


@EDITIONS
def test_a_few_who_came_late_are_told_as_somebody_else_who_is_lost(edition):
    """A plan that does not say leaves a few out: the release is the same as with as many of whom nothing is known after the start."""
    cohort, plan = _dossier(count=None)
    late = _late(cohort, 3)
    weeks = late.treatments["follow_up_weeks"].mask(late.treatments["follow_up_from_week"].notna())
    lost = replace(cohort, treatments=cohort.treatments.assign(follow_up_weeks=weeks))
    pd.testing.assert_frame_equal(_told(late, plan, edition), _told(lost, plan, edition))


@EDITIONS
def test_the_limits_of_a_curve_hold_the_exact_ones_of_people_who_came_late(edition):
    from benchmarks.containment import missed
    from benchmarks.releases import beside

    cohort, plan = one_arm(*_dossier(count=True))
    for count in (0, 2, 4):
        one = _late(cohort, count)
        both = beside({name: analyses()[name].run(one, plan) for name in ("revictimisation", "event_rates")}, edition)
        assert both["ci_low_released"].notna().sum() > 10 and missed(both).empty


def test_exact_figures_count_a_few_who_came_late_unless_the_plan_leaves_them_out():
    cohort, plan = _dossier(count=None)
    late = _late(cohort, 3)
    asked = with_late_ones(plan, late)
    assert first_events(late, asked.events).selection.analysed.all() and asked.events.late_entry
    assert first_events(late, plan.events).selection.analysed.sum() == late.size - 3
    without = plan.model_copy(update={"events": plan.events.model_copy(update={"late_entry": False})})
    assert with_late_ones(without, late) is without
    # with nobody late there is nothing to allow for
    assert first_events(cohort, with_late_ones(plan, cohort).events).entry is None
