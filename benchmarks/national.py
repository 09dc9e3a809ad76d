"""A whole country: 500,000 clients, ours beside R on the same files, task by task, and the whole road.

    python benchmarks/national.py [--clients 500000] [--folder DIR] [--no-r] [--parts 8 --scheduler ADDRESS]

Each side is a process of its own on one thread; seconds are those of the processor, not of the clock, so that other work on the machine
does not count. Of each task R's numbers are compared with ours. R needs data.table, survival, cmprsk and lme4 (national.R). Multiple
imputation and disclosure control have no part in R: they are in the road, printed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from _national_data import make  # noqa: E402

from analyses.shared.cohort import first_events, pairs, pool  # noqa: E402
from analyses.shared.event_histories import causes  # noqa: E402
from analyses.shared.longitudinal import longitudinal  # noqa: E402
from analyses.statistics.change.paired_change import paired_moments  # noqa: E402
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at  # noqa: E402
from analyses.statistics.competing_events.gray_test import gray_test  # noqa: E402
from analyses.statistics.events.event_counts import event_counts_by_group  # noqa: E402
from analyses.statistics.events.log_rank import log_rank  # noqa: E402
from analyses.statistics.events.restricted_mean import restricted_mean  # noqa: E402
from analyses.statistics.events.survival_curve import survival_at, survival_curve  # noqa: E402
from analyses.statistics.hazards.cox_model import cox_model  # noqa: E402
from analyses.statistics.models.linear_model import least_squares  # noqa: E402
from analyses.statistics.models.mixed_model import fit_mixed  # noqa: E402
from evaluation.planning.file import read_plan  # noqa: E402
from evaluation.planning.lock import lock_plan  # noqa: E402
from evaluation.reading import read_sheets  # noqa: E402
from evaluation.validation import validating  # noqa: E402

AT = (26, 52, 104)
PLANS = {"plan.toml": "whole road", "weighted.toml": "whole road with a weighted comparison"}
FURTHEST = 1e-6
_COPIES = ("scores-not-copied", "treatments-not-copied")


Kept = dict[str, Any]


def _read(kept: Kept) -> list[int]:
    kept["raw"] = read_sheets(kept["folder"])
    return [
        len(sheet.lines)
        for name in ("treatments", "measurements", "events")
        for sheet in kept["raw"].sheets
        if sheet.table == name
    ]


def _rules(kept: Kept) -> list[int]:
    """All of validation but the reading, which was a task of its own."""
    validating.read_sheets = lambda path: kept.pop("raw")
    found = validating.validate(kept["folder"])
    lines = {name: sum(len(one.lines) for one in found.findings if one.rule.code == name) for name in _COPIES}
    errors = sum(len(one.lines) for one in found.findings if one.rule.severity == "error")
    hidden, submission = found.privacy.anonymity, found.submission
    kept["cohort"] = cohort = pool([submission])
    kept["outpatient"] = (cohort.treatments["setting"] == "outpatient").to_numpy()
    kept["girl"] = (cohort.treatments["gender"] == "girl").to_numpy()
    kept["new"] = cohort.arm_codes == 0
    return [errors, *lines.values(), hidden.own.k, hidden.groups]


def _first_events(kept: Kept) -> int:
    cohort, plan = kept["cohort"], kept["plan"]
    kept["first"], kept["causes"] = first_events(cohort, plan.events), causes(cohort, plan, plan.events)
    return int(kept["first"].happened.sum())


def _counts(kept: Kept, week: np.ndarray, cause: np.ndarray, several: int) -> tuple:
    return event_counts_by_group(week, cause, kept["cohort"].arm_codes, 2, entry=None, causes=several)


def _curves(kept: Kept) -> list[float]:
    kept["counts"] = _counts(kept, kept["first"].week, kept["first"].happened.astype(np.int64), 1)
    found = [survival_curve(one) for one in kept["counts"]]
    read = [survival_at(one, week) for one in found for week in AT]
    each = [[getattr(answer, name) for answer in read] for name in ("estimate", "ci_low", "ci_high")]
    means = [restricted_mean(one, 104) for one in found]
    return [*np.ravel(each), *(one.estimate for one in means), *(one.std_error for one in means)]


def _log_rank(kept: Kept) -> float:
    return log_rank(kept["counts"]).statistic


def _incidence(kept: Kept) -> list[float]:
    found = _counts(kept, kept["causes"].week, kept["causes"].cause, 3)
    read = [incidence_at(cumulative_incidence(one), 1, week).estimate for one in found for week in AT]
    return [*read, gray_test(found, cause=1).statistic]


def _cox(kept: Kept) -> list[float]:
    columns = np.column_stack([kept["new"], kept["outpatient"], kept["girl"]]).astype(float)
    fit = cox_model(kept["first"].week, kept["first"].happened, columns)
    return [*fit.coefficients, *fit.std_error]


def _change(kept: Kept) -> list[float]:
    kept["pairs"] = found = pairs(kept["cohort"], kept["plan"].measures[0], "end")
    by_arm = [found.selection.analysed & who for who in (kept["new"], ~kept["new"])]
    moments = [paired_moments(found.before[who], found.later[who]) for who in by_arm]
    return [getattr(one, name) for name in ("mean_change", "sd_before", "sd_later", "correlation") for one in moments]


def _ancova(kept: Kept) -> list[float]:
    found = kept["pairs"]
    who = found.selection.analysed
    columns = [np.ones(who.sum()), kept["new"][who], found.before[who], kept["outpatient"][who], kept["girl"][who]]
    fit = least_squares(
        found.later[who], np.column_stack(columns).astype(float), ["intercept", "arm", "baseline", "setting", "gender"]
    )
    return [*fit.coefficients, *fit.std_error]


def _mixed(kept: Kept) -> list[float]:
    table = longitudinal(kept["cohort"], kept["plan"].measures[0])
    person, moment = np.nonzero(~np.isnan(table.scores))
    columns = ((table.arm[person] * 4 + moment)[:, None] == np.arange(8)).astype(float)
    fit = fit_mixed(table.scores[person, moment], columns, person)
    return [*fit.coefficients, *fit.std_error, fit.residual_variance, fit.random_covariance[0, 0]]


TASKS: dict[str, Callable[[Kept], object]] = {
    "read": _read,
    "rules": _rules,
    "first events": _first_events,
    "curves": _curves,
    "log-rank": _log_rank,
    "incidence": _incidence,
    "Cox": _cox,
    "change": _change,
    "ANCOVA": _ancova,
    "mixed model": _mixed,
}


def ours(folder: Path, out: Path) -> None:
    """The tasks of national.R with the estimators, one after the other."""
    # R loads its libraries before the first task, and so do we
    for name in ("statsmodels.api", "scipy.stats", "scipy.optimize", "lifelines", "pandera.backends.pandas.register"):
        import_module(name)
    kept: Kept = {"folder": folder, "plan": read_plan(folder / "plan.toml")}
    told: dict[str, Any] = {}
    for name, code in TASKS.items():
        before = time.process_time()
        answer = code(kept)
        told[name] = {"seconds": time.process_time() - before, "found": np.ravel(answer).astype(float).tolist()}
    told["peak_gb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    out.write_text(json.dumps(told))


def child(arguments: list[str]) -> tuple[float, float]:
    """Run a process to its end: seconds of the processor, and peak memory in GB."""
    process = subprocess.Popen(
        arguments, env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments[0]} {arguments[1]} failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def compared(ours: dict, theirs: dict) -> bool:
    """Print a line per task; whether all numbers agree."""
    agree = True
    print(f"{'task':14}{'ours s':>9}{'R s':>9}{'ratio':>8}{'furthest':>11}")
    names = [name for name in theirs if name != "peak_gb"]
    for name in names:
        mine, other = np.array(ours[name]["found"]), np.array(theirs[name]["found"])
        apart = float(np.max(np.abs(mine - other) / np.maximum(np.abs(other), 1e-3)))
        agree &= apart <= FURTHEST
        times = ours[name]["seconds"], theirs[name]["seconds"]
        print(f"{name:14}{times[0]:9.2f}{times[1]:9.2f}{times[1] / max(times[0], 1e-3):8.1f}{apart:11.1e}")
    for words, counted in (("all", names), ("but reading", names[1:]), ("the answers", names[2:])):
        total = [sum(side[name]["seconds"] for name in counted) for side in (ours, theirs)]
        print(f"{words:14}{total[0]:9.2f}{total[1]:9.2f}{total[1] / total[0]:8.1f}")
    print(
        "rules: ours all of validation, the search for names among it; R lists, ranges, keys, links, order and slips of the same columns"
    )
    print(f"peak memory: ours {ours['peak_gb']:.2f} GB, R {theirs['peak_gb']:.2f} GB")
    return agree


def main() -> int:
    """Make the nation, run both, and the road."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=500_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--no-r", action="store_true")
    parser.add_argument("--parts", type=int, default=1)
    parser.add_argument("--scheduler")
    parser.add_argument("--tasks", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.tasks is not None:
        ours(given.folder, given.tasks)
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = given.folder or Path(place)
        nation = folder / f"nation-{given.clients}-{given.parts}"
        if not nation.exists():
            make(nation, given.clients, given.parts, csv=given.parts == 1)
            for name in PLANS:
                lock_plan(nation / name)
        agree = True
        if given.parts == 1 and not given.no_r:
            child([sys.executable, __file__, "--folder", str(nation), "--tasks", str(folder / "ours.json")])
            child(["Rscript", str(ROOT / "benchmarks" / "national.R"), str(nation), str(folder / "r.json")])
            agree = compared(*(json.loads((folder / f"{side}.json").read_text()) for side in ("ours", "r")))
        for name, words in PLANS.items():
            run = [
                sys.executable,
                "-m",
                "evaluation",
                "run",
                str(nation),
                "--plan",
                str(nation / name),
                "--internal",
                "--quiet",
            ]
            run += ["--out", str(folder / "evidence"), *(["--scheduler", given.scheduler] if given.scheduler else [])]
            seconds, peak = child(run)
            print(f"{words}, {given.clients} clients: {seconds:.1f} s of the processor, {peak:.2f} GB", flush=True)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
