"""Change: the bootstrap of g against a bare resampling in numpy, and all analyses of change at up to 3 million measurements.

    .venv/bin/python benchmarks/change.py [--quick]

Bars: 10,000 BCa replicates of g at n = 300 within 3 times a bare numpy resampling (draw, count, counts @ moments); every
analysis linear in rows, so that ten times the rows take at most about ten times as long. Prints ratios; lower is better.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyses import analyses  # noqa: E402
from analyses.shared.cohort import Cohort  # noqa: E402
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap  # noqa: E402
from data_schemas.instruments import registry  # noqa: E402
from data_schemas.plan import Plan  # noqa: E402
from data_schemas.tables import tables  # noqa: E402

MINE = (
    "flow",
    "baseline",
    "attrition",
    "change",
    "individual_change",
    "comparison",
    "benchmark",
    "indicators",
    "outcomes",
    "subgroups",
)
PLAN = Plan(
    contract="1",
    title="Benchmark",
    question="How long does this take?",
    programme="care",
    design="quasi_experimental",
    estimand=dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "-"),
    measures=[
        {"instrument": "cries-13", "informant": "self", "moments": ["end", "follow_up_6m"], "non_inferiority_margin": 3},
        {
            "instrument": "sdq",
            "informant": "parent",
            "moments": ["end", "follow_up_6m"],
            "benchmark": "residential-internalising",
        },
    ],
    comparison={"arms": ["a", "b"], "covariates": ["gender"]},
    subgroups=["gender", "setting"],
    seed=1,
)


def fastest(call: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def bare(before: np.ndarray, later: np.ndarray, replicates: int) -> np.ndarray:
    """What any bootstrap from counts must do: draw people, count them, multiply by their moments."""
    n = len(before)
    drawn = np.random.default_rng(1).integers(0, n, (replicates, n)) + np.arange(0, replicates * n, n)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=replicates * n).reshape(replicates, n).astype(float)
    return counts @ np.column_stack([later - before, before, before**2])


def empty(name: str, rows: int) -> pd.DataFrame:
    """A table of the contract without a value in it."""
    kinds = {"whole": "Int32", "number": "float64", "code": None}
    columns = {}
    for column in tables()[name].columns:
        if column.kind == "code":
            columns[column.name] = pd.Categorical([None] * rows, categories=list(column.codes.values))
        else:
            columns[column.name] = pd.array([None] * rows, dtype=kinds.get(column.kind) or "str")
    return pd.DataFrame(columns).drop(columns="client")


def cohort(people: int) -> Cohort:
    """People in two arms at 20 providers, measured on two instruments at three moments; a fifth of the scores missing."""
    rng = np.random.default_rng(people)
    treatments = empty("treatments", people)
    for column, values in {
        "gender": ("girl", "boy", "unknown"),
        "setting": ("open", "closed", "outpatient"),
        "ending": ("completed", "stopped_by_client"),
    }.items():
        treatments[column] = pd.Categorical(rng.choice(values, people), categories=treatments[column].cat.categories)
    for column in ("housing_start", "housing_end"):
        treatments[column] = pd.Categorical(
            rng.choice(["with_family", "residential", "independent"], people), categories=treatments[column].cat.categories
        )
    treatments["satisfaction"] = rng.integers(1, 11, people).astype(float)
    treatments["arm"] = pd.Categorical(rng.choice(["a", "b"], people))
    treatments["provider"] = pd.Categorical([f"p{k:02d}" for k in rng.integers(0, 20, people)])
    treatments["programme"] = pd.Categorical(["care"] * people)
    return Cohort(treatments, _measurements(rng, people), empty("events", 0).assign(person=np.empty(0, int)), registry())


def _measurements(rng: np.random.Generator, people: int) -> pd.DataFrame:
    frames = []
    template = empty("measurements", 0)
    for instrument, informant, largest in (("cries-13", "self", 65), ("sdq", "parent", 40)):
        for number, moment in enumerate(("baseline", "end", "follow_up_6m")):
            kept = np.flatnonzero(rng.random(people) > 0.2)
            score = np.clip(np.round(largest / 2 - number * 3 + rng.normal(0, largest / 6, len(kept))), 0, largest)
            frames.append(
                pd.DataFrame(
                    {"person": kept, "instrument": instrument, "informant": informant, "moment": moment, "score": score}
                )
            )
    table = pd.concat(frames, ignore_index=True)
    codes = {name: pd.Categorical(table[name], categories=template[name].cat.categories) for name in ("informant", "moment")}
    return table.assign(**codes)


def main() -> None:
    """Print both parts."""
    quick = "--quick" in sys.argv
    rng = np.random.default_rng(0)
    before = rng.normal(30, 8, 300)
    later = before - rng.normal(5, 7, 300)
    own = fastest(lambda: change_by_baseline_sd_bootstrap(before, later, 1), 7)
    peer = fastest(lambda: bare(before, later, 10_000), 7)
    print(
        f"g, BCa, n = 300, 10,000 replicates: {1000 * own:.0f} ms; bare resampling {1000 * peer:.0f} ms; ratio {own / peer:.2f} (bar 3)"
    )
    sizes = (5_000, 50_000) if quick else (50_000, 500_000)
    worlds = [cohort(people) for people in sizes]
    print("rows of measurements: " + " and ".join(f"{len(world.measurements):,}" for world in worlds))
    for name in MINE:
        times = [
            fastest(lambda world=world, name=name: analyses()[name].run(world, PLAN), 2 if quick else 1) for world in worlds
        ]
        print(f"{name:18s} {times[0]:7.2f} s {times[1]:7.2f} s; {times[1] / times[0]:5.1f} times as long for 10 times the rows")


if __name__ == "__main__":
    main()
