"""Attack on a hidden count by somebody who knows everything else and has the program; on many dossiers: `python -m benchmarks.reconstruction`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analyses.shared.cohort import pairs
from benchmarks.reconstruction import attacked
from benchmarks.releases import answers_of, example_cohort
from evaluation.release.door import release_all
from evaluation.release.edition import public


@pytest.mark.parametrize("hidden", ["events", "gender"])
def test_both_editions_together_tell_no_more_of_a_hidden_count_than_their_counts(hidden):
    """Every value of a hidden number that fits the counts of both gives the very same two folders."""
    only = ("flow", "baseline", "revictimisation", "hazards", "event_rates")
    found = list(attacked(1, (60,), ("public 10 and committee 5",), (hidden,), only))
    assert all(one.by_folder == one.by_bands and one.nobody == one.nobody_left for one in found)


def test_what_is_held_back_does_not_tell_that_nobody_was_lost():
    """Rows went empty only where an arm had lost nobody: cells tied to a total of the same size, and the tipping point of no one missing."""
    whole, plan = example_cohort("fireworks")
    measure = plan.measures[0]
    plan = plan.model_copy(update={"measures": (measure,)})
    complete = [pairs(whole, measure, moment).selection.analysed for moment in measure.moments]
    cohort = _only(whole, np.all(complete, axis=0))
    mine = np.flatnonzero(cohort.arm_codes == 1)
    told = []
    for lost in range(4):
        gone = cohort.measurements["person"].isin(mine[:lost]) & (cohort.measurements["moment"] != "baseline")
        answers = answers_of(replace(cohort, measurements=cohort.measurements[~gone].reset_index(drop=True)), plan)
        frame = pd.concat(release_all(answers, public()).values())
        told.append((frame[["n", "events"]].to_csv(), frame[["measure", "arm", "status"]].to_csv()))
    assert len(set(told)) == 1


def _only(cohort, who: np.ndarray):
    """Some of the people."""
    place = np.where(who, np.cumsum(who) - 1, -1)

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        person = place[table["person"].to_numpy()]
        return table.assign(person=person)[person >= 0].reset_index(drop=True)

    return replace(
        cohort,
        treatments=cohort.treatments[who].reset_index(drop=True),
        measurements=mine(cohort.measurements),
        events=mine(cohort.events),
    )
