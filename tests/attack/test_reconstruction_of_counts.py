"""Attack on one hidden count after another, by somebody who has the folder, the program and everybody else: a folder is the same for all that fit.

Each has its own small part of the consortium and the analyses in which it was seen to tell; on all of them: `python -m benchmarks.reconstruction`.
"""

from __future__ import annotations

import numpy as np
import pytest

from analyses import analyses
from benchmarks.hidden_counts import HIDDEN, base, variants
from benchmarks.reconstruction import attacked
from evaluation.release.door import release
from evaluation.release.edition import committee, public

TOLD = {
    "victim status filled in": ("baseline", "attrition"),
    "marks given": ("indicators",),
    "endings filled in": ("flow", "indicators"),
    "daytime filled in": ("outcomes",),
    "after-care filled in": ("outcomes",),
    "gender": ("baseline", "revictimisation"),
    "events": ("pooling", "flow"),
    "never measured": ("flow", "attrition", "baseline"),
}
"""What hidden count was told by which analyses, before: by a row that was there where anybody had it, by a word of a method, by a number."""


@pytest.mark.parametrize(("hidden", "edition"), [*((one, "public 10") for one in TOLD), ("gender", "committee 5")])
def test_a_hidden_count_is_told_by_nothing_but_the_counts(hidden, edition):
    found = list(attacked(0, (34,), (edition,), (hidden,), TOLD[hidden]))
    assert found and all(one.by_folder == one.by_bands > 1 and one.nobody == one.nobody_left for one in found)


@pytest.mark.parametrize(("hidden", "seed"), [("events", 8), ("competing: died", 4)])
def test_how_many_left_tells_of_nobody_why_or_with_what(hidden, seed):
    """The committee reads how many left before a week, where the events are told too: neither an event of one of these nor a reason follows."""
    only = ("flow", "attrition", "revictimisation", "event_sensitivity", "competing_events")
    (found,) = attacked(seed, (34,), ("committee 5",), (hidden,), only)
    assert found.by_folder == found.by_bands > 1 and found.nobody == found.nobody_left


@pytest.mark.parametrize("edition", ["public 10", "committee 5"])
def test_where_people_live_is_told_by_no_test_of_who_moved(edition):
    """Before: McNemar's test of another category told how many of it had moved, and with that how many lived by themselves, one by one."""
    (found,) = attacked(0, (150,), (edition,), ("housing",), ("outcomes",))
    assert found.by_folder == found.by_bands > 1 and found.nobody == found.nobody_left


@pytest.mark.parametrize("edition", [public(10), committee(5)], ids=["public", "committee"])
def test_no_row_of_the_flow_is_there_because_somebody_came_late(edition):
    """Before: two reasons for loss had rows where anybody was followed from a later week, and nowhere else."""
    cohort, plan = base(60, 1, "staggered", 4)
    worlds = variants(cohort, HIDDEN["late entry"], 4, np.random.default_rng(0))
    told = [release(analyses()["flow"].run(one, plan), edition) for one in worlds]
    rows = [set(zip(one["outcome"], one["measure"], one["arm"])) for one in told]
    assert len(rows) == 5 and all(one == rows[0] for one in rows)
