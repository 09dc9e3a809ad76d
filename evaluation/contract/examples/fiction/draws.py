"""Random draws that are the same on every machine and with every version of numpy.

Only the raw 64 bits of PCG64 are used, whose stream numpy promises to keep; its distributions carry no such promise (NEP 19).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draws:
    """A seeded source of draws, made with additions and multiplications only.

    >>> draws = Draws(1)
    >>> [draws.whole(1, 6) for _ in range(5)]
    [4, 6, 1, 6, 2]
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def share(self) -> float:
        """A number from 0 up to, not including, 1."""
        return (int(self._bits.random_raw()) >> 11) / 2**53

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.share() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low up to and including high."""
        return low + int(self.share() * (high - low + 1))

    def normal(self, mean: float, sd: float) -> float:
        """Nearly normal: the sum of twelve shares less six, which needs no function whose last digit differs by machine."""
        return mean + sd * (sum(self.share() for _ in range(12)) - 6)

    def pick(self, weights: Mapping[T, float]) -> T:
        """One of the keys, in proportion to its weight."""
        place = self.share() * sum(weights.values())
        for value, weight in weights.items():
            place -= weight
            if place < 0:
                return value
        return next(reversed(list(weights)))

    def from_curve(self, weeks: Sequence[float], reached: Sequence[float], speed: float = 1.0) -> float | None:
        """A moment from a cumulative curve given by points, by its inverse; None when it lies beyond the last point.

        A `speed` above 1 brings moments forward.
        """
        place = self.share() / speed
        for start, end, low, high in zip(weeks, weeks[1:], reached, reached[1:]):
            if place < high:
                return start + (end - start) * (place - low) / (high - low)
        return None
