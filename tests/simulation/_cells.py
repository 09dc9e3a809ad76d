"""What the simulations of events share: sizes and shares, counts of hits, and the table on the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

SIZES = (11, 34, 150)
SHARES = (0.1, 0.3, 0.6)
CELLS = tuple((n, share) for n in SIZES for share in SHARES)
END = 52
LOST = 0.3

Cell = tuple[int, float]


@dataclass
class Count:
    """How often an interval held the truth (or a test rejected), of how many times that there was one."""

    hits: int = 0
    made: int = 0
    runs: int = 0

    def add(self, hit: bool | None) -> None:
        self.runs += 1
        self.made += hit is not None
        self.hits += bool(hit)

    @property
    def share(self) -> float:
        return self.hits / self.made if self.made else np.nan


@dataclass
class Table:
    """Counts per cell and name: intervals that hold the truth, and tests that reject although nothing differs."""

    coverage: dict[tuple[Cell, str], Count] = field(default_factory=partial(defaultdict, Count))
    size: dict[tuple[Cell, str], Count] = field(default_factory=partial(defaultdict, Count))

    def interval(self, cell: Cell, name: str, truth: float, answer) -> None:
        """An interval that is open at the top (a median not reached) covers everything above its lower limit."""
        known = not np.isnan(answer.ci_low) or not np.isnan(answer.ci_high)
        inside = not (answer.ci_low > truth + 1e-9) and not (answer.ci_high < truth - 1e-9)
        self.coverage[cell, name].add(inside if known else None)

    def test(self, cell: Cell, name: str, p_value: float) -> None:
        self.size[cell, name].add(None if np.isnan(p_value) else bool(p_value < 0.05))


def together(parts: Iterable[Table]) -> Table:
    """Tables of different cells as one."""
    whole = Table()
    for part in parts:
        whole.coverage |= part.coverage
        whole.size |= part.size
    return whole


def followed(rng: np.random.Generator, n: int) -> np.ndarray:
    """Last week of follow-up: three in ten drop out at any week, the others stay to the end."""
    return np.where(rng.random(n) < LOST, rng.integers(1, END + 1, n), END)


def table_lines(table: Table) -> Iterable[str]:
    """Both tables as Markdown, a column per size and share."""
    heads = " | ".join(f"{n}, {share:.0%}" for n, share in CELLS)
    parts = (
        ("Intervals that hold the truth, in %", table.coverage, 0.95, -1),
        ("Tests that reject although nothing differs, in %", table.size, 0.05, 1),
    )
    for title, counts, nominal, sign in parts:
        yield from (
            "",
            f"## {title}",
            "",
            f"| people per arm, share with the event | {heads} |",
            "|---|" + "---:|" * len(CELLS),
        )
        for name in dict.fromkeys(name for _, name in counts):
            yield f"| {name} | " + " | ".join(_cell(counts[cell, name], nominal, sign) for cell in CELLS) + " |"


def _cell(count: Count, nominal: float, sign: int) -> str:
    if not count.made:
        return "none"
    off, error = sign * (count.share - nominal), np.sqrt(nominal * (1 - nominal) / count.made)
    text = f"{100 * count.share:.1f}"
    text = f"**{text}**" if off > 0.01 + 2 * error else f"*{text}*" if off < -0.01 - 2 * error else text
    return text if count.made == count.runs else f"{text} ({100 * count.made / count.runs:.0f})"


def legend(runs: int, seed: int) -> str:
    """What the numbers and their print mean."""
    return (
        f"{runs:,} runs per cell, seed {seed}: a number is right to about 1.4 (two standard errors). 95 and 5 are promised. **Bold**: worse than "
        "promised by more than one point and chance, intervals too narrow or tests that reject too often. *Italic*: better than promised "
        "by as much, intervals wider than they need be or tests that see little; with a dozen people and one event in ten it cannot be "
        "otherwise, since hardly any outcome is possible. In brackets: in how many of 100 runs there was an interval or test at all."
    )
