"""Coarsening reaches k whatever the combinations, changes nothing that is common enough, and touches only the columns it may."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from evaluation.anonymising.coarsening import coarsen

PEOPLE = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.sampled_from("12")), max_size=60)
EMPTY = {"one": "", "two": "unknown"}


@given(PEOPLE, st.integers(2, 8))
def test_every_combination_is_shared_by_k_people(people, k):
    before = pd.DataFrame(people, columns=["one", "two", "other"])
    done = coarsen(before, ["one", "two"], k, EMPTY)
    sizes = done.table.groupby(["one", "two"]).size()
    assert len(people) < k or sizes.min() >= k
    assert done.smallest_after == (sizes.min() if len(sizes) else 0)
    assert done.table["other"].equals(before["other"])
    changed = (done.table != before).any(axis=1)
    assert (done.table.loc[changed] == before.loc[changed]).drop(columns="other").sum().sum() < 2 * max(changed.sum(), 1) + 1
    if before.groupby(["one", "two"]).size().ge(k).all():
        assert not changed.any()
