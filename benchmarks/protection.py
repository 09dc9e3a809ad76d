"""What the protection costs: rows held back, intervals against exact ones, the released curve, and the time of the release.

Run:  python -m benchmarks.protection

Random parts of Rossi (re-arrests of 432 people) and of fireworks (questionnaires of 52 children), as one arm and as two, in both editions. Then
the processor time of the release of every example, all its analyses together; the consortium's is promised to stay under a second.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from analyses import analyses
from analyses.shared.cohort import Cohort, pool
from data_schemas.plan import Gates
from evaluation.contract.examples import examples, write_example
from evaluation.planning.lock import lock_plan
from evaluation.release.door import exact, release_all
from evaluation.release.edition import Edition, committee, public
from evaluation.validation.validating import validate

SIZES = (11, 34, 60, 150)
REPEATS = 5
RELEASES = 10
_KEYS = ["outcome", "measure", "arm", "subgroup", "time"]


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


def _one_arm(cohort: Cohort, plan):
    """The same people without arms, and the plan without a comparison."""
    together = cohort.treatments.assign(arm=pd.Categorical(np.full(cohort.size, "all-together")))
    return replace(cohort, treatments=together), plan.model_copy(update={"comparison": None, "gates": Gates()})


def _cost(cohort: Cohort, plan, edition: Edition) -> dict[str, float]:
    """Of what can be estimated the share held back, and of limits that leave the width against the exact ones."""
    answers = {name: module.run(cohort, plan) for name, module in analyses().items() if module.wanted(plan)}
    keys = ["analysis", *_KEYS]
    before = pd.concat([exact(answer) for answer in answers.values()]).drop_duplicates(keys)
    after = pd.concat(release_all(answers, edition).values()).drop_duplicates(keys)
    both = before.merge(after, on=keys, suffixes=("", "_released"), how="left")
    both = both[both["estimate"].notna()]
    numbers = {name: both[name].to_numpy(float) for name in ("ci_low", "ci_high", "ci_low_released", "ci_high_released")}
    width, wide = numbers["ci_high"] - numbers["ci_low"], numbers["ci_high_released"] - numbers["ci_low_released"]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (wide / width)[(width > 0) & np.isfinite(wide)]
    misses = (numbers["ci_low_released"] > numbers["ci_low"] + 1e-9) | (numbers["ci_high_released"] < numbers["ci_high"] - 1e-9)
    return {
        "rows": float(len(both)),
        "held back": (both["status_released"] == "suppressed").mean(),
        "width": float(np.median(ratio)) if len(ratio) else np.nan,
        "narrower than exact": float(misses.mean()),
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
    lines = []
    for name, whole in (("rossi", 432), ("fireworks", 52)):
        cohort, plan = _example(name)
        for size in (n for n in SIZES if n < whole):
            parts = [_part(cohort, size, seed) for seed in range(REPEATS)]
            for arms, asked in (("two", parts), ("one", None)):
                pairs = [(part, plan) for part in asked] if asked else [_one_arm(part, plan) for part in parts]
                for edition in (public(plan.disclosure.threshold), committee()):
                    found = pd.DataFrame([_cost(*pair, edition) for pair in pairs]).mean()
                    lines.append({"data": name, "n": size, "arms": arms, "edition": edition.name, **found.to_dict()})
    print(pd.DataFrame(lines).round(3).to_string(index=False))
    print()
    print(pd.DataFrame([_release(name) for name in examples()]).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
