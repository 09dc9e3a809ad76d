"""Whether every released interval contains the exact one, on random releases.

Run:  python -m benchmarks.containment [RELEASES [FIRST]]

Parts of rossi (events), fireworks (questionnaires) and the consortium (both), of 9 to 300 people, with one arm and more, follow-up to the end
and of any length, thresholds 10 and 15, and the committee's edition. A limit that is not given leaves that side open.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from benchmarks.releases import answers_of, beside, drawn
from evaluation.release.edition import committee, public

DATA = ("rossi", "fireworks", "rossi", "fireworks", "rossi", "fireworks", "rossi", "consortium")
EDITIONS = (public(10), committee(5), public(15), committee(5))


def missed(both: pd.DataFrame) -> pd.DataFrame:
    """The rows of which the released interval leaves out the exact one, or an estimate that lies within its own."""
    low, high = both["ci_low_released"], both["ci_high_released"]
    slack = 1e-9 * np.maximum(1, both["estimate"].abs())
    wrong = pd.Series(False, both.index)
    # of a variance between few providers the estimate can lie outside its own interval (Q profile)
    inside = ~((both["estimate"] < both["ci_low"]) | (both["estimate"] > both["ci_high"]))
    for inner in ("ci_low", "ci_high", "estimate", "estimate_released"):
        misses = (low > both[inner] + slack) | (high < both[inner] - slack)
        wrong |= misses & (inside | inner.startswith("ci"))
    return both[wrong]


def one_release(seed: int) -> pd.DataFrame:
    """A random release beside the exact rows, of those that have a limit."""
    answers = answers_of(*drawn(DATA[seed % len(DATA)], seed))
    both = beside(answers, EDITIONS[seed // len(DATA) % len(EDITIONS)])
    return both[both["ci_low_released"].notna() | both["ci_high_released"].notna()]


def main(releases: int = 500, first: int = 0) -> None:
    """Print how many limits there were, and what was missed by analysis and measure; from the first seed on, so that several can share the work."""
    found = []
    for seed in range(first, first + releases):
        found.append(one_release(seed).assign(seed=seed))
        print(seed, len(found[-1]), len(missed(found[-1])), file=sys.stderr, flush=True)
    wrong = pd.concat([missed(one) for one in found])
    print(f"{releases} releases, {sum(map(len, found))} intervals, {len(wrong)} that leave out the exact one")
    if len(wrong):
        print(wrong.groupby(["analysis", "measure"]).agg(rows=("seed", "size"), example=("seed", "first")).to_string())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
