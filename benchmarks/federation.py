"""What rounding costs: six providers pooled from rounded aggregates, beside the same people stacked, by the number of people per provider.

    python benchmarks/federation.py [--clients 50 200 1000 5000]

Prints per measure the largest difference over arms and times, in its own unit; how many of the intervals hold the stacked one, and how many times
wider the middle one of them is; and how much was held back. "exact" is the largest difference of the pooling of exact aggregates, relative to the
stacked answer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
KEY = ["analysis", "outcome", "measure", "arm", "subgroup", "time"]
SHOWN = {
    ("revictimisation", "survival"): "share",
    ("revictimisation", "restricted_mean_weeks"): "weeks",
    ("competing_events", "cumulative_incidence"): "share",
    ("hazards", "hazard_ratio"): "ratio",
    ("change", "mean_change"): "points",
    ("change", "g"): "SD",
    ("change", "adjusted_difference"): "points",
}
PROVIDERS = 6


def rows(evidence) -> pd.DataFrame:
    """The estimates of what is shown with their limits, at the plan's weeks."""
    frame = pd.concat(evidence.results.values())
    frame = frame[[pair in SHOWN for pair in zip(frame["analysis"], frame["measure"])]]
    weeks = frame["measure"].isin(["survival", "cumulative_incidence"])
    return frame[~weeks | frame["time"].isin(["26", "52", "104"])].set_index(KEY)[["estimate", "ci_low", "ci_high"]]


def measured(folder: Path, clients: int) -> None:
    """Make, pool and compare."""
    from _national_data import PLAN, make

    from evaluation.aggregates.making import made
    from evaluation.aggregates.pooling import pooled
    from evaluation.evidence.running import run
    from evaluation.planning.file import read_plan
    from evaluation.planning.lock import lock_plan
    from evaluation.release.edition import public
    from evaluation.validation.validating import validate

    places = make(folder, PROVIDERS * clients, PROVIDERS)
    text = PLAN.replace('covariates = ["setting", "gender"]\n', "").split("[over_time]")[0]
    (folder / "plan.toml").write_text(text)
    lock_plan(folder / "plan.toml")
    plan, parts = read_plan(folder / "plan.toml"), [validate(place).submission for place in places]
    stacked = rows(run(parts, plan, internal=True))
    found, held = {}, 0
    for form, edition in (("exact", None), ("rounded", public(10))):
        given = [made([part], plan, edition) for part in parts]
        held = sum(bool(one.held_back) for one in given)
        sealed = [(str(number), one.model_copy(update={"sha256": one.digest()})) for number, one in enumerate(given)]
        found[form] = rows(pooled(sealed, plan, internal=edition is None).evidence)
    print(f"\n{clients} people per provider, {PROVIDERS} providers; something held back by {held}")
    print(
        f"| {'measure':45} | rounded, largest difference | told | limits hold | times as wide | exact, relative |\n|---|---|---|---|---|---|"
    )
    for (analysis, measure), unit in SHOWN.items():
        ours = stacked[(stacked.index.get_level_values(0) == analysis) & (stacked.index.get_level_values(2) == measure)].dropna(
            subset="estimate"
        )
        exact, rounded = (found[form].reindex(ours.index) for form in ("exact", "rounded"))
        apart = (rounded["estimate"] - ours["estimate"]).abs()
        relative = ((exact["estimate"] - ours["estimate"]).abs() / ours["estimate"].abs().clip(lower=1e-3)).max()
        worst = f"{apart.max():.2g} {unit}" if np.isfinite(apart.max()) else "nothing told"
        limited = rounded["ci_low"].notna() & rounded["ci_high"].notna()
        hold = limited & (rounded["ci_low"] <= ours["ci_low"] + 1e-9) & (rounded["ci_high"] >= ours["ci_high"] - 1e-9)
        wider = ((rounded["ci_high"] - rounded["ci_low"]) / (ours["ci_high"] - ours["ci_low"]))[limited].median()
        told = f"{int(apart.notna().sum())}/{len(ours)} | {int(hold.sum())}/{int(limited.sum())} | {wider:.1f}"
        print(f"| {analysis + ', ' + measure:45} | {worst:27} | {told} | {relative:.0e} |", flush=True)


def main() -> None:
    """Every size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, nargs="+", default=[50, 200, 1000, 5000])
    for clients in parser.parse_args().clients:
        with tempfile.TemporaryDirectory() as place:
            measured(Path(place), clients)


if __name__ == "__main__":
    main()
