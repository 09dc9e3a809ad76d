"""Sizes behind estimates that no table counts: everybody is published as the sum of the arms.

A band of everybody beside the bands of the arms would make each more precise: 70 to 79 in all, with 30 to 39 in both arms, leaves
each arm nine possibilities. Their sum says nothing that the arms do not say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from data_schemas.result import Result
from evaluation.release.counts.network import People
from evaluation.release.counts.system import System, of_events
from evaluation.release.curves import ALL

Sums = dict[tuple[People, int], set[tuple[tuple[str, int], ...]]]


def add_up(one: System, results: Mapping[str, Result]) -> None:
    """Write into the system what stands on the page for sizes, and numbers of events, that are sums of the arms'.

    Where one size is the sum of different arms in different rows, and these have different numbers, no number stands there.
    """
    for (people, size), made_of in _sums(one, results, "n").items():
        found = [[one.people_number(people._replace(group=arm), n) for arm, n in arms] for arms in made_of]
        numbers = {_together(one, [number for number, _ in arms]) for arms in found}
        low = min(sum(low for _, low in arms) for arms in found)
        one.read[people, size] = (numbers.pop() if len(numbers) == 1 else 0), low
    for (people, size), made_of in _sums(one, results, "events").items():
        numbers = {_together(one, [one.events_number(people._replace(group=arm), n) for arm, n in arms]) for arms in made_of}
        one.read[of_events(people), size] = (numbers.pop() if len(numbers) == 1 else 0), 0


def _sums(one: System, results: Mapping[str, Result], column: str) -> Sums:
    """Every size of everybody that is the sum of the arms beside it, with these arms; arms below the threshold do not count."""
    found: Sums = defaultdict(set)
    for (outcome, subgroup, time, population), sizes in _families(results, column):
        arms = tuple(sorted((arm, int(n)) for arm, n in sizes.items() if arm != ALL))
        whole = sizes.get(ALL, 0)
        if len(arms) > 1 and whole == sum(n for _, n in arms) and min(n for _, n in arms) >= one.threshold:
            found[one.group(ALL, outcome, subgroup, time, population), int(whole)].add(arms)
    return found


def _families(results: Mapping[str, Result], column: str) -> Iterator[tuple[tuple[str, str, str, str], dict[str, float]]]:
    """The sizes of everybody and of the arms in the rows of one measure."""
    for result in results.values():
        families: dict[tuple[str, ...], dict[str, float]] = {}
        rows = (
            result.estimates[name].tolist() for name in ("measure", "outcome", "subgroup", "time", "population", "arm", column)
        )
        for *key, arm, size in zip(*rows):
            if size == size and " - " not in arm:
                families.setdefault(tuple(key), {})[arm] = size
        for (_, *people), sizes in families.items():
            yield tuple(people), sizes


def _together(one: System, numbers: Sequence[int]) -> int:
    """What stands on the page for several groups together; told exactly, nothing where one of them has no number."""
    return 0 if one.edition.exact and 0 in numbers else sum(numbers)
