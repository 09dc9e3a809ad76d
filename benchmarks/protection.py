"""What the protection costs: rows held back, intervals against exact ones, the released curve, and the time of the release.

Run:  python -m benchmarks.protection

Random parts of Rossi (re-arrests of 432 people) and of fireworks (questionnaires of 52 children), as one arm and as two, in both editions, the
committee's beside the public one, as a run makes it. Then the processor time of the release of every example, all its analyses together.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analyses.shared.cohort import Cohort
from benchmarks.releases import answers_of, beside, editions_with, example_cohort, one_arm, part_of
from evaluation.contract.examples import examples
from evaluation.release.door import release_all
from evaluation.release.edition import Edition, committee, public

SIZES = (11, 34, 60, 150)
REPEATS = 5
RELEASES = 10


def _cost(cohort: Cohort, plan, edition: Edition) -> dict[str, float]:
    """Of what can be estimated the share held back, and of estimates that leave the width against the exact ones.

    `between`: told by limits alone. `of the grid`: held back, or not offered, of all rows of a grid of every fourth week, for an edition
    that has rows only of the weeks at which it gives a curve.
    """
    answers = answers_of(cohort, plan)
    grid, both = (beside(answers, one) for one in (public(), edition))
    grid, both = (one[one["estimate"].notna()] for one in (grid, both))
    numbers = {name: both[name].to_numpy(float) for name in ("ci_low", "ci_high", "ci_low_released", "ci_high_released")}
    width, wide = numbers["ci_high"] - numbers["ci_low"], numbers["ci_high_released"] - numbers["ci_low_released"]
    held, told = (both["status_released"] == "suppressed"), both["estimate_released"].notna()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (wide / width)[(width > 0) & np.isfinite(wide) & told.to_numpy()]
    misses = (numbers["ci_low_released"] > numbers["ci_low"] + 1e-9) | (numbers["ci_high_released"] < numbers["ci_high"] - 1e-9)
    return {
        "rows": float(len(both)),
        "held back": held.mean(),
        "between": (~held & ~told).mean(),
        "width": float(np.median(ratio)) if len(ratio) else np.nan,
        "of the grid": 1 - (~held).sum() / len(grid),
        "narrower than exact": float(misses.mean()),
    }


def _release(name: str) -> Iterator[dict[str, object]]:
    """Per edition the least processor time of several releases of an example: other work on the machine makes it longer, never shorter."""
    cohort, plan = example_cohort(name)
    answers = answers_of(cohort, plan)
    for edition in (public(plan.disclosure.threshold), committee()):
        seconds = []
        for _ in range(RELEASES):
            start = time.process_time()
            released = release_all(answers, edition, beside=editions_with(edition))
            seconds.append(time.process_time() - start)
        rows = sum(map(len, released.values()))
        yield {"example": name, "edition": edition.name, "analyses": len(answers), "rows": rows, "seconds": min(seconds)}


def main() -> None:
    """Print two tables."""
    lines = []
    for name, whole in (("rossi", 432), ("fireworks", 52)):
        cohort, plan = example_cohort(name)
        for size in (n for n in SIZES if n < whole):
            parts = [part_of(cohort, size, seed) for seed in range(REPEATS)]
            for arms, asked in (("two", parts), ("one", None)):
                pairs = [(part, plan) for part in asked] if asked else [one_arm(part, plan) for part in parts]
                for edition in (public(plan.disclosure.threshold), committee()):
                    found = pd.DataFrame([_cost(*pair, edition) for pair in pairs]).mean()
                    lines.append({"data": name, "n": size, "arms": arms, "edition": edition.name, **found.to_dict()})
    print(pd.DataFrame(lines).round(3).to_string(index=False))
    print()
    print(pd.DataFrame([line for name in examples() for line in _release(name)]).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
