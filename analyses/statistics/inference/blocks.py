"""Random work cut into blocks, each with random numbers of its own: the answer does not hang on who does which block, nor on how many do.

Own code because every library that spreads work leaves the seeds to its user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Mapper = Callable[[Callable[[Part], Answer], Sequence[Part]], Iterable[Answer]]


@dataclass(frozen=True, slots=True)
class Block:
    """Some of the draws of one seed: the number of the block, how many draws it has, and the seed of all."""

    number: int
    draws: int
    seed: int | Sequence[int]

    def generator(self) -> np.random.Generator:
        """Of this block alone. The first has the seed itself, so that work of one block is what it is without blocks."""
        if self.number == 0:
            return np.random.default_rng(self.seed)
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(self.number - 1,)))


def blocks(draws: int, at_once: int, seed: int | Sequence[int]) -> list[Block]:
    """The draws in blocks of `at_once`, which must follow from the data and not from the machine.

    From the second on a block has a child of the seed, as `numpy.random.SeedSequence.spawn` makes them.

    >>> [block.draws for block in blocks(5, 2, seed=1)]
    [2, 2, 1]
    >>> child = np.random.SeedSequence(1).spawn(1)[0]
    >>> bool(blocks(5, 2, seed=1)[1].generator().random() == np.random.default_rng(child).random())
    True
    """
    at_once = max(1, at_once)
    return [Block(number, min(at_once, draws - at), seed) for number, at in enumerate(range(0, draws, at_once))]


_MAPPER: ContextVar[Mapper] = ContextVar("mapper", default=map)


def worked(work: Callable[[Part], Answer], several: Sequence[Part]) -> list[Answer]:
    """What the work makes of each block, in their order; here, or wherever `spread_by` sends it.

    Anything else that has its random numbers from itself alone, such as a cell of a simulation, is as good as a block.

    >>> worked(lambda block: block.draws, blocks(5, 2, seed=1))
    [2, 2, 1]
    """
    # one block is not worth the way
    return list(map(work, several) if len(several) == 1 else _MAPPER.get()(work, several))


@contextmanager
def spread_by(mapper: Mapper) -> Iterator[None]:
    """Within it, blocks of work go through a `map` of the caller's, such as that of a cluster; in this thread only.

    >>> with spread_by(lambda work, several: [work(block) for block in reversed(several)][::-1]):
    ...     worked(lambda block: block.number, blocks(3, 1, seed=1))
    [0, 1, 2]
    """
    before = _MAPPER.set(mapper)
    try:
        yield
    finally:
        _MAPPER.reset(before)
