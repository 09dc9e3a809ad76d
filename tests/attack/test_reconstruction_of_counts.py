"""Attack on one hidden count after another, by somebody who has the folder, the program and everybody else: a folder is the same for all that fit.

Each has its own small part of the consortium and the analyses in which it was seen to tell; on all of them: `python -m benchmarks.reconstruction`.
"""

from __future__ import annotations

import pytest

from benchmarks.reconstruction import attacked

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


@pytest.mark.parametrize("edition", ["public 10", "committee 5"])
def test_where_people_live_is_told_by_no_test_of_who_moved(edition):
    """Before: McNemar's test of another category told how many of it had moved, and with that how many lived by themselves, one by one."""
    (found,) = attacked(0, (150,), (edition,), ("housing",), ("outcomes",))
    assert found.by_folder == found.by_bands > 1 and found.nobody == found.nobody_left
