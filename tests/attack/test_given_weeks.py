"""Attack on a curve of the committee, alone and beside the public one, by somebody who has the program and tries every course that fits."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations_with_replacement

import numpy as np
import pytest

from evaluation.release.counts.given_weeks import given_weeks, last_counts

LEAST, TEN = 5, 10


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
    both = given_weeks(counts, np.array([], int), LEAST, bands, bands + 9, (counts[-1], counts[-1]))
    assert alone.given.tolist() == [False, True, False, True, True]
    assert not both.given[1] and (both.low <= counts).all() and (counts <= both.high).all()


def _bands(courses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The public edition's: of ten, none above that of the end."""
    low = courses // TEN * TEN
    return low, np.minimum(low + TEN - 1, low[:, -1:] + TEN - 1)


def _pair(courses: np.ndarray, others: np.ndarray, planned: tuple[int, ...]) -> tuple[list, list]:
    """What the public edition tells of events and of others, and what the committee's tells beside it, as keys; the number of people is one."""
    public = [_bands(part) for part in (courses, others)]
    lows, highs = (np.stack([part[side] for part in public], axis=1) for side in (0, 1))
    counts = np.stack([courses, others], axis=1)
    under, over = last_counts(counts[..., -1], lows[..., :-1].max(axis=2), lows[..., -1], highs[..., -1], LEAST)
    few = (under == over) & (counts[..., -1] < LEAST)
    ends = np.where(few, 0, under), np.where(few, LEAST - 1, over)
    found = given_weeks(counts, planned, LEAST, lows, highs, ends)
    assert (found.low <= counts).all() and (counts <= found.high).all()
    return [one.tobytes() for one in lows], [b"".join(p.tobytes() for p in said) for said in zip(lows, *found)]


def _left(numbers: np.ndarray) -> list[int]:
    """How many values each number has that could be few."""
    return [len(set(column)) if min(column) < LEAST else LEAST for column in numbers.T]


def _told_together(courses: np.ndarray, others: np.ndarray, planned: tuple[int, ...]) -> int:
    """How many numbers the pair leaves fewer values than five, and than the public edition and the number of people do: by a week, between any two,
    and from any on."""
    public, pair = defaultdict(list), defaultdict(list)
    for number, keys in enumerate(zip(*_pair(courses, others, planned))):
        for found, key in zip((public, pair), keys):
            found[key].append(number)
    weeks = [(a, b) for b in range(courses.shape[1]) for a in range(b)]
    numbers = np.stack([c[:, b] - c[:, a] for c in (courses, others) for a, b in weeks], axis=1)
    before = {number: _left(numbers[mine]) for mine in public.values() for number in mine[:1]}
    first = {number: mine[0] for mine in public.values() for number in mine}
    return sum(
        after < min(LEAST, had) for mine in pair.values() for after, had in zip(_left(numbers[mine]), before[first[mine[0]]])
    )


@pytest.mark.parametrize(
    ("weeks", "planned", "people"), [(3, (), 30), (3, (), 36), (3, (2,), 33), (3, (1, 2), 36), (4, (2,), 44)], ids=str
)
def test_both_editions_together_tell_of_no_few_that_neither_tells(weeks, planned, people):
    """All courses of up to 19 events, or of 15 over more weeks: of each number that could be few, by a week, between two, or from one to the end,
    who holds both is left with five values, or with as many as the public edition and the number of people leave."""
    courses = np.concatenate(
        [_courses(weeks, events) for events in range(TEN, 20 if weeks < 4 else 16) if people - events >= TEN]
    )
    others = np.zeros_like(courses)
    others[:, -1] = people - courses[:, -1]
    assert _told_together(courses, others, planned) == 0


def test_the_attack_on_both_finds_what_tells_too_much():
    """Of 12 events ten by the second week, as the public edition says: a total that is given leaves three values."""
    courses = _courses(2, 12)
    assert _left(courses[courses[:, 2] >= TEN][:, -1:] - courses[courses[:, 2] >= TEN][:, 2:3]) == [3]
    one, other = np.array([[12, 28]]), np.array([[10, 0]])
    under, over = last_counts(one, other, np.array([[10, 20]]), np.array([[19, 29]]), LEAST)
    assert (under[0, 0], over[0, 0]) == (11, 15)
