"""k and l against a count by hand and against comparing every pair of people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data_schemas.codelists import code_list
from data_schemas.tables import tables
from evaluation.privacy.anonymity import anonymity

TABLE = tables()["treatments"]
CODES = {"age_group": "age_group", "gender": "gender", "setting": "setting", "victim_status": "victim_status"}


def people(rows: list[tuple], columns=("age_group", "gender", "setting", "victim_status")) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return frame.astype({name: pd.CategoricalDtype(code_list(CODES[name]).values) for name in columns})


def test_a_table_that_can_be_counted_by_hand():
    frame = people(
        [
            ("16_17", "girl", "open", "actual"),
            ("16_17", "girl", "open", "actual"),
            ("16_17", "girl", "open", "actual"),
            ("16_17", "girl", None, "presumed"),
            ("14_15", "boy", "open", "actual"),
            ("14_15", "unknown", "open", "presumed"),
        ]
    )
    found = anonymity(TABLE, frame, wanted=2)
    # own value: 3 girls alike; the one without a setting, the boy and the unknown each alone
    assert (found.groups, found.own.k, found.own.small_groups, found.own.small_people) == (4, 1, 3, 3)
    # anything: the girl without a setting fits the three (and they her); boy and unknown fit each other
    assert (found.any.k, found.any.small_groups) == (2, 0)
    # without setting the fourth girl joins the others; without gender boy and unknown join each other
    assert dict(found.without) == {"age_group": 3, "gender": 1, "setting": 2}
    assert found.smallest == ("gender",) and found.repair.k >= 2
    (status,) = found.diversity
    assert (status.l_own, status.l_any, status.uniform_groups) == (1, 1, 1)


def test_nobody_and_nothing_known_have_no_k():
    assert anonymity(TABLE, people([])) is None
    assert anonymity(TABLE, people([(None, None, None, "actual")] * 3)) is None


def test_all_alike_hide_among_all():
    found = anonymity(TABLE, people([("16_17", "girl", "open", "actual")] * 7))
    assert (found.own.k, found.any.k, found.groups, found.repair, found.smallest) == (7, 7, 1, None, ())
    assert found.diversity[0].uniform_groups == 1


def test_too_few_people_cannot_be_repaired():
    assert anonymity(TABLE, people([("16_17", "girl", "open", "actual"), ("14_15", "boy", "open", "actual")])).repair is None


ROWS = st.lists(
    st.tuples(
        st.sampled_from([None, "14_15", "16_17", "unknown"]),
        st.sampled_from([None, "girl", "boy"]),
        st.sampled_from([None, "open", "closed"]),
        st.sampled_from([None, "actual", "presumed"]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=ROWS, wanted=st.integers(2, 6))
def test_every_pair_compared_gives_the_same(rows, wanted):
    frame = people(rows)
    found = anonymity(TABLE, frame, wanted=wanted)
    known = [[None if value in (None, "unknown") else value for value in row[:3]] for row in rows]
    used = [place for place in range(3) if any(row[place] is not None for row in known)]
    if not used:
        assert found is None
        return
    keys = [tuple(row[place] for place in used) for row in known]
    own = np.array([sum(other == key for other in keys) for key in keys])
    fits = np.array([sum(all(a == b or a is None or b is None for a, b in zip(key, other)) for other in keys) for key in keys])
    assert found.own.k == own.min() and found.own.small_people == (own < wanted).sum()
    assert found.any.k == fits.min() and found.any.small_people == (fits < wanted).sum()
    assert found.any.k >= found.own.k
    for place, name in enumerate(found.columns):
        rest = [tuple(value for at, value in enumerate(key) if at != place) for key in keys]
        assert dict(found.without)[name] == sum(sum(other == key for other in rest) < wanted for key in rest)
    if found.repair:
        assert found.repair.k >= wanted
    elif found.own.k < wanted:
        assert len(rows) < wanted


@settings(max_examples=20, deadline=None, derandomize=True)
@given(rows=ROWS, seed=st.integers(0, 100))
def test_the_order_of_people_does_not_matter(rows, seed):
    frame = people(rows)
    assert anonymity(TABLE, frame) == anonymity(TABLE, frame.sample(frac=1, random_state=seed).reset_index(drop=True))
