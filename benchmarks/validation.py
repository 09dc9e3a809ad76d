"""Validation against its peers: from files of text to typed tables with every finding located, privacy included.

    python benchmarks/validation.py [--treatments 200000] [--measurements 1000000] [--rounds 5] [--peers PYTHON]

Each runner is a process of its own and times its second run, so that imports and first calls do not count for anyone; runners
take turns. `--peers` names a Python that has frictionless and pointblank installed. Prints a table of ratios to
`pandas.read_csv(dtype=str)` of the same files in the same turn (smallest, median, largest; wall clock and processor),
and the peak memory as a multiple of the bytes of the files.

What each does: `own` everything (types, code lists, ranges, keys, references, all rules, direct identifiers, k-anonymity, hash).
`pandera` the reading, coercion and the rules that a schema can express (types, code lists, ranges, unique keys), lazily.
`pointblank` the same rules on polars frames. `frictionless` the same rules from the files, on a tenth of the rows, times ten.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
MOMENTS = ("baseline", "interim", "end", "follow_up_6m", "follow_up_12m")
RUNNERS = ("pandas", "own", "pandera", "pointblank", "frictionless")


def make(folder: Path, clients: int, rows: int, wrong: float) -> None:
    """A submission that keeps every rule, or of which a share of the rows breaks one."""
    rng = np.random.default_rng(1)
    per = rows // clients
    folder.mkdir(parents=True)

    def some(*values: str) -> np.ndarray:
        return rng.choice(values, clients)

    ids = np.array([f"K-{number:06d}" for number in range(clients)])
    ending = rng.choice(["completed", "stopped_by_client", "by_agreement"], clients, p=[0.7, 0.2, 0.1])
    planned = rng.integers(10, 60, clients)
    duration = rng.integers(20, 32, clients)
    treatments = pd.DataFrame(
        {
            "client": ids,
            "provider": some(*(f"aanbieder-{number:02d}" for number in range(40))),
            "programme": "spoor",
            "arm": some("a", "b"),
            "start_period": some(*(f"{year}-{half}" for year in range(2019, 2025) for half in (1, 2))),
            "age_group": some("12_13", "14_15", "16_17", "18_20"),
            "gender": some("girl", "girl", "boy"),
            "mild_intellectual_disability": some("yes", "no", "no"),
            "psychiatric_problems": some("yes", "no", "unknown"),
            "honour_context": some("yes", "no", "unknown"),
            "victim_status": some("actual", "presumed"),
            "exploitation_type": some("sexual", "criminal", "unknown"),
            "setting": some("outpatient", "open"),
            "treatment_weeks": duration,
            "ending": ending,
            "sessions_planned": planned,
            "sessions_attended": (planned * rng.random(clients)).astype(int),
            "integrity": np.round(rng.random(clients) * 100, 1),
            "goal_attainment": rng.integers(0, 101, clients),
            "satisfaction": rng.integers(1, 11, clients),
            "continues_without_help": some("yes", "no"),
            "follow_up_weeks": rng.integers(104, 209, clients),
            "follow_up_end": "end_of_study",
        }
    ).astype(str)
    week = np.array([0, 13, 26, 52, 78])[:per]
    measurements = pd.DataFrame(
        {
            "client": np.repeat(ids, per),
            "instrument": "cries-13",
            "informant": "self",
            "moment": np.tile(np.array(MOMENTS[:per]), clients),
            "week": np.tile(week, clients) + rng.integers(0, 3, clients * per),
            "score": rng.integers(0, 66, clients * per),
        }
    ).astype(str)
    if wrong:
        bad = rng.random(len(measurements)) < wrong
        measurements.loc[bad, "score"] = rng.choice(["99", "abc", "-4", "12,5x"], bad.sum())
        bad = rng.random(clients) < wrong
        treatments.loc[bad, "age_group"] = "onzin"
        treatments.loc[bad, "satisfaction"] = "11"
    treatments.to_csv(folder / "treatments.csv", index=False)
    measurements.to_csv(folder / "measurements.csv", index=False)
    (folder / "submission.toml").write_text('contract = "1"\nname = "groot"\nnature = "fictional"\n')


def run_pandas(folder: Path) -> int:
    return sum(len(pd.read_csv(folder / f"{name}.csv", dtype=str)) for name in ("treatments", "measurements"))


def run_own(folder: Path) -> int:
    from evaluation.validation.validating import validate

    return sum(len(finding.lines) for finding in validate(folder).findings)


def _fields() -> dict[str, dict]:
    """The rules that every peer can express, as plain data: kept beside the files so that a peer need not have our packages."""
    from data_schemas.tables import tables

    return {
        name: {
            "key": list(tables()[name].key),
            "columns": {
                column.name: {
                    "kind": column.kind,
                    "needed": column.needed,
                    "filled": column.filled,
                    "codes": list(column.codes.values) if column.codes else None,
                    "minimum": column.minimum,
                    "maximum": column.maximum,
                }
                for column in tables()[name].columns
            },
        }
        for name in ("treatments", "measurements")
    }


def _contract(folder: Path) -> dict[str, dict]:
    return json.loads((folder / "contract.json").read_text())


def run_pandera(folder: Path) -> int:
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    found = 0
    for name, table in _contract(folder).items():
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str)
        columns = {}
        for column, rule in table["columns"].items():
            if column not in frame:
                continue
            checks = []
            if rule["codes"]:
                checks.append(pa.Check.isin(rule["codes"]))
            if rule["minimum"] is not None:
                checks.append(pa.Check.in_range(rule["minimum"], rule["maximum"]))
            number = rule["kind"] in ("whole", "number")
            columns[column] = pa.Column(float if number else str, checks, nullable=not rule["filled"], coerce=number)
        try:
            pa.DataFrameSchema(columns, unique=table["key"]).validate(frame, lazy=True)
        except SchemaErrors as errors:
            found += len(errors.failure_cases)
    return found


def run_pointblank(folder: Path) -> int:
    import pointblank as pb
    import polars as pl

    found = 0
    for name, table in _contract(folder).items():
        frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
        numbers = [c for c in frame.columns if table["columns"][c]["kind"] in ("whole", "number")]
        frame = frame.with_columns(pl.col(numbers).cast(pl.Float64, strict=False))
        checks = pb.Validate(frame)
        for column in frame.columns:
            rule = table["columns"][column]
            if rule["filled"]:
                checks = checks.col_vals_not_null(column)
            if rule["codes"]:
                checks = checks.col_vals_in_set(column, rule["codes"])
            if rule["minimum"] is not None:
                checks = checks.col_vals_between(column, rule["minimum"], rule["maximum"], na_pass=True)
        checks = checks.rows_distinct(columns_subset=table["key"])
        found += sum(checks.interrogate().n_failed().values())
    return found


def run_frictionless(folder: Path) -> int:
    from frictionless import Resource, Schema, system, validate

    found = 0
    for name, table in _contract(folder).items():
        source = folder / f"{name}.csv"
        tenth = folder / f"{name}-tenth.csv"
        lines = source.read_text().splitlines(keepends=True)
        tenth.write_text("".join(lines[: 1 + len(lines) // 10]))
        fields = []
        for column in lines[0].strip().split(","):
            rule = table["columns"][column]
            field = {"name": column, "type": {"whole": "integer", "number": "number"}.get(rule["kind"], "string")}
            limits = {"enum": rule["codes"], "minimum": rule["minimum"], "maximum": rule["maximum"], "required": rule["filled"]}
            field["constraints"] = {key: value for key, value in limits.items() if value not in (None, False)}
            fields.append(field)
        schema = Schema.from_descriptor({"fields": fields, "primaryKey": table["key"]})
        with system.use_context(trusted=True):
            report = validate(Resource(path=str(tenth), schema=schema), limit_errors=10_000_000)
        found += sum(task.stats["errors"] for task in report.tasks)
    return found


def _peak() -> int:
    """Peak memory of this process in bytes; `ru_maxrss` would carry the parent's over."""
    try:
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def child(runner: str, folder: Path) -> None:
    """Run twice: the first shows the peak memory in bytes, the second is timed."""
    work = globals()[f"run_{runner}"]
    work(folder)
    peak = _peak()
    start, spent = time.perf_counter(), time.process_time()
    found = work(folder)
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    whole = 10 if runner == "frictionless" else 1
    print(json.dumps({"seconds": seconds * whole, "cpu": spent * whole, "found": found, "peak": peak}))


def measure(runner: str, folder: Path, python: str) -> dict | None:
    done = subprocess.run([python, __file__, "--child", runner, str(folder)], capture_output=True, text=True, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def spread(runs: list[dict], base: list[dict], what: str) -> str:
    """Smallest, median and largest ratio to the base in the same turn: a busy machine slows both."""
    ratios = sorted(one[what] / other[what] for one, other in zip(runs, base))
    return f"{ratios[0]:.2f} {statistics.median(ratios):.2f} {ratios[-1]:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="validation against its peers")
    parser.add_argument("--treatments", type=int, default=200_000)
    parser.add_argument("--measurements", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default=sys.executable, help="a Python with frictionless and pointblank")
    parser.add_argument("--runners", default=",".join(RUNNERS), help="which of " + ", ".join(RUNNERS))
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options.child[0], Path(options.child[1]))
    print(f"{'rows':<10} {'runner':<14} {'seconds':>9} {'ratio':>16} {'ratio cpu':>16} {'peak/file':>10} {'found':>9}")
    with tempfile.TemporaryDirectory() as place:
        for label, wrong in (("clean", 0.0), ("10% wrong", 0.1)):
            folder = Path(place) / label.replace("%", "").replace(" ", "-")
            make(folder, options.treatments, options.measurements, wrong)
            (folder / "contract.json").write_text(json.dumps(_fields()))
            size = sum(path.stat().st_size for path in folder.glob("*.csv"))
            seen: dict[str, list[dict]] = {}
            for turn in range(options.rounds):
                for runner in options.runners.split(","):
                    if turn and runner in ("frictionless", "pointblank", "pandera") and (turn > 1 or runner not in seen):
                        continue
                    python = options.peers if runner in ("pointblank", "frictionless") else sys.executable
                    if (one := measure(runner, folder, python)) is not None:
                        seen.setdefault(runner, []).append(one)
            for runner, runs in seen.items():
                seconds = statistics.median(one["seconds"] for one in runs)
                clock, cpu = (spread(runs, seen["pandas"], what) for what in ("seconds", "cpu"))
                peak = max(one["peak"] for one in runs) / size
                print(
                    f"{label:<10} {runner:<14} {seconds:9.2f} {clock:>16} {cpu:>16} {peak:10.1f} {runs[0]['found']:9d}",
                    flush=True,
                )
    return None


if __name__ == "__main__":
    main()
