"""Two arms of which one at least is a few, of all who filled in a list: everybody is told, and of neither arm anything."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from analyses import analyses
from benchmarks.reconstruction import without_scores
from benchmarks.releases import example_cohort, part_of
from evaluation.release.door import opened, release_all
from evaluation.release.edition import committee, public

OUTCOME = ("props", "parent")
ASKED = ("flow", "attrition", "change", "comparison")


@cache
def _answers(first: int, second: int):
    """Thirty-four children, of whom so many of each arm filled in a list after treatment."""
    cohort, plan = example_cohort("fireworks")
    part = part_of(cohort, 34, 1)
    table = part.measurements
    mine = (table["instrument"] == OUTCOME[0]) & (table["informant"] == OUTCOME[1])
    moments = table[mine].groupby("person")["moment"].nunique()
    whole = np.isin(np.arange(part.size), moments[moments == moments.max()].index)
    stay = [np.flatnonzero(whole & (part.arm_codes == arm))[:count] for arm, count in enumerate((first, second))]
    assert [*map(len, stay)] == [first, second]
    gone = mine & (table["moment"] != "baseline") & ~table["person"].isin(np.concatenate(stay))
    asked = replace(part, measurements=table[~gone].reset_index(drop=True))
    return {name: analyses()[name].run(asked, plan) for name in ASKED}


def _folder(first: int, second: int) -> tuple[str, pd.DataFrame]:
    rows = pd.concat(release_all(_answers(first, second), public(10)).values())
    rows = without_scores(rows)
    return rows.to_csv(index=False), rows[rows["outcome"] == ":".join(OUTCOME)]


@pytest.mark.parametrize("arms", [((1, 7), (2, 6), (3, 5)), ((9, 9), (10, 8), (11, 7))])
def test_of_which_arm_they_are_is_not_told(arms):
    """Whether both are a few, or one of them is and the other is not, the folder is the same."""
    assert len({_folder(*both)[0] for both in arms}) == 1


def test_everybody_is_told_where_both_arms_are_a_few():
    """Before, nothing was: that both are a few, and everybody are ten, would have left each arm nine values."""
    _, rows = _folder(7, 6)
    means = rows[(rows["measure"] == "g") & (rows["arm"] == "all")]
    assert len(means) and (means["status"] == "released").all()
    told = rows[(rows["measure"] == "n_pairs")].set_index(["time", "arm"])["estimate"].unstack()
    assert told["all"].notna().all() and told.drop(columns="all").isna().all(axis=None)


@pytest.mark.parametrize(("first", "second"), [(7, 6), (9, 1), (4, 4), (11, 2)])
def test_each_arm_keeps_ten_values_and_five_beside_the_committee(first, second):
    """What is counted in by the audit is what the rule says of such arms."""
    answers = _answers(first, second)
    _, whole = opened(answers, public(10))
    found = [[whole.network.width(node) for node in arms] for arms in whole.network.together]
    assert found and np.min(found) >= 10
    _, told = opened(answers, committee(5), (public(10),))
    hidden = [
        node for arms in (told.people.together(who) for who in told.together) for node in arms if told.network.exact[node] < 5
    ]
    assert all(told.network.width(node) >= told.network.need[node] for node in hidden)
