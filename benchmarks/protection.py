"""What the protection costs: the released curve against the exact one, intervals against exact ones, and the time of the release.

Run:  python -m benchmarks.protection

Rossi's 432 people as they are, and random parts of 150 and 34 of them (their re-arrests: first event, 52 weeks). Then the processor
time of the release of every example, all its analyses together; the consortium's is promised to stay under a second.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort, pool
from evaluation.contract.examples import examples, write_example
from evaluation.planning.lock import lock_plan
from evaluation.release.door import exact, release_all
from evaluation.release.edition import public
from evaluation.validation.validating import validate

SIZES = (34, 150, 432)
REPEATS = 20
RELEASES = 10
_KEYS = ["outcome", "measure", "arm", "subgroup", "time"]
_ANALYSES = ("revictimisation", "flow", "baseline", "change")


def _example(name: str):
    folder = Path(tempfile.mkdtemp()) / name
    write_example(name, folder)
    plan = lock_plan(folder / "plan.toml", at=datetime(2026, 1, 1, tzinfo=UTC))
    return pool([validate(folder).submission]), plan


def _part(cohort: Cohort, size: int, seed: int) -> Cohort:
    """A random part of a cohort."""
    rng = np.random.default_rng(seed)
    keep = np.sort(rng.permutation(cohort.size)[:size])
    place = np.full(cohort.size, -1)
    place[keep] = np.arange(len(keep))

    def mine(table: pd.DataFrame) -> pd.DataFrame:
        person = place[table["person"].to_numpy()]
        return table.assign(person=person)[person >= 0].reset_index(drop=True)

    return Cohort(
        cohort.treatments.iloc[keep].reset_index(drop=True), mine(cohort.measurements), mine(cohort.events), cohort.instruments
    )


def _distances(cohort: Cohort, plan) -> dict[str, float]:
    answers = {
        name: module.run(cohort, plan) for name, module in analyses().items() if name in _ANALYSES and module.wanted(plan)
    }
    start = time.perf_counter()
    released = release_all(answers, public(plan.disclosure.threshold))
    seconds = time.perf_counter() - start
    before = pd.concat([exact(answer) for answer in answers.values()])
    after = pd.concat(released.values())
    both = before.drop_duplicates(_KEYS).merge(after.drop_duplicates(_KEYS), on=_KEYS, suffixes=("", "_released"))
    curve = both[(both["measure"] == "survival") & both["estimate_released"].notna()]
    every = curve[curve["arm"] == "all"]
    gap = (every["estimate"] - every["estimate_released"]).abs()
    width, wide = both["ci_high"] - both["ci_low"], both["ci_high_released"] - both["ci_low_released"]
    ratio = (wide / width)[(width > 0) & wide.notna()]
    return {
        "largest": gap.max(),
        "mean": gap.mean(),
        "weeks shown": float(len(every)),
        "interval ratio": ratio.median(),
        "rows shown": both["estimate_released"].notna().mean(),
        "seconds": seconds,
    }


def _release(name: str) -> dict[str, object]:
    """The least processor time of several releases of an example: other work on the machine makes it longer, never shorter."""
    cohort, plan = _example(name)
    answers = {name: module.run(cohort, plan) for name, module in analyses().items() if module.wanted(plan)}
    seconds = []
    for _ in range(RELEASES):
        start = time.process_time()
        released = release_all(answers, public(plan.disclosure.threshold))
        seconds.append(time.process_time() - start)
    return {"example": name, "analyses": len(answers), "rows": sum(map(len, released.values())), "seconds": min(seconds)}


def main() -> None:
    """Print two tables."""
    cohort, plan = _example("rossi")
    lines = []
    for size in SIZES:
        repeats = 1 if size >= cohort.size else REPEATS
        found = pd.DataFrame([_distances(_part(cohort, size, seed), plan) for seed in range(repeats)])
        shown = found["largest"].notna()
        lines.append({"n": size, "curve shown": shown.mean(), **found.mean().to_dict(), "largest": found["largest"].max()})
    print(pd.DataFrame(lines).round(3).to_string(index=False))
    print()
    print(pd.DataFrame([_release(name) for name in examples()]).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
