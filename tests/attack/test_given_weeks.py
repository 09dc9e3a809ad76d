"""Attack on a curve of the committee by somebody who has the program and tries every course that fits what is given."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement

import numpy as np
import pytest

from evaluation.release.counts.given_weeks import given_weeks

LEAST = 5


def _courses(weeks: int, events: int) -> np.ndarray:
    """Every way in which so many events can add up over so many weeks, nobody at the start."""
    return np.array([(0, *course, events) for course in combinations_with_replacement(range(events + 1), weeks)])


@pytest.mark.parametrize(
    ("weeks", "planned", "most"), [(4, (), 16), (4, (2,), 16), (3, (1, 2), 20), (3, (2,), 20)], ids=lambda one: str(one)
)
def test_no_few_in_between_are_told_by_which_weeks_are_given(weeks, planned, most):
    """Of each count that is not given, and of each number between two weeks that could be few, the folder leaves five values."""
    for events in range(LEAST, most):
        courses = _courses(weeks, events)
        found = given_weeks(courses, np.array(planned, int), LEAST)
        assert (found.low <= courses).all() and (courses <= found.high).all()
        alike = defaultdict(list)
        for number, said in enumerate(zip(found.given, found.low, found.high)):
            alike[tuple(part.tobytes() for part in said)].append(number)
        for numbers in alike.values():
            mine, given = courses[numbers], found.given[numbers[0]]
            steps = np.diff(mine, axis=1)
            left = [len(set(column)) for column in mine.T[1:-1][~given[1:-1]]]
            left += [len(set(column)) for column in steps.T if min(column) < LEAST]
            assert min(left, default=LEAST) >= LEAST, (events, mine[:3].tolist())


def test_the_attack_finds_what_tells_too_much():
    """Exact at every week with five events: of seven events by the end and five before, two came after."""
    given, low, high = given_weeks(np.array([0, 5, 7]), np.array([], int), LEAST)
    assert given.tolist() == [False, False, True] and (low.tolist(), high.tolist()) == ([0, 0, 7], [7, 7, 7])


def test_another_edition_beside_it_is_counted_in():
    """Bands of ten say that by the second week fewer than ten, and by the third ten or more had one: 8 would leave 8 and 9 to the week after it."""
    counts = np.array([0, 8, 9, 16, 30])
    bands = counts // 10 * 10
    alone = given_weeks(counts, np.array([], int), LEAST)
    both = given_weeks(counts, np.array([], int), LEAST, bands, bands + 9)
    assert alone.given.tolist() == [False, True, False, True, True]
    assert not both.given[1] and (both.low <= counts).all() and (counts <= both.high).all()
