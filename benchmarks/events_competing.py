"""Competing, recurrent and interval-censored events: ours against R's cmprsk and survival (and statsmodels), in one run.

    .venv/bin/python benchmarks/events_competing.py [--sizes 1000 10000 100000 1000000] [--repeats 5]

A row is one task on the same records in whole weeks: milliseconds of ours, and how many times longer a peer takes. A peer is run up to
the size at which it still ends within a minute or so ("-" beyond). R times itself in a process of its own. The estimates of the
tasks that both sides do are compared, and the run stops when they differ by more than 1e-6.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyses.statistics.censoring.censoring_weights import censoring_weighted_survival  # noqa: E402
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence  # noqa: E402
from analyses.statistics.competing_events.gray_test import gray_test  # noqa: E402
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group  # noqa: E402
from analyses.statistics.hazards.fine_gray import fine_gray  # noqa: E402
from analyses.statistics.hazards.recurrent_cox import recurrent_cox  # noqa: E402
from analyses.statistics.interval_censored.interval_score_test import interval_score_test  # noqa: E402
from analyses.statistics.interval_censored.turnbull import event_free_with_interval, turnbull  # noqa: E402
from analyses.statistics.recurrent_events.mean_cumulative_function import mean_cumulative_function  # noqa: E402

LIMITS = {
    "incidence and Gray": 1_000_000,
    "Fine-Gray": 2_000,
    "mean events": 100_000,
    "Andersen-Gill": 100_000,
    "Turnbull": 2_000,
}
TRUSTED = 100_000
"""Beyond this cmprsk is only timed: it squares the number at risk of a group as an integer, which overflows from 46,341 on."""
_R = """
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
a <- commandArgs(trailingOnly = TRUE); folder <- a[1]; tasks <- strsplit(a[2], ",")[[1]]; repeats <- as.integer(a[3])
d <- read.csv(file.path(folder, "people.csv")); r <- read.csv(file.path(folder, "spells.csv"))
run <- list(
  "incidence and Gray" = function() cuminc(d$week, d$cause, d$arm)$Tests[1, 1],
  "Fine-Gray" = function() crr(d$week, d$cause, cbind(d$arm, d$x), gtol = 1e-12)$coef[[1]],
  "mean events" = function() { f <- survfit(Surv(start, stop, event) ~ 1, r, id = id, robust = TRUE, timefix = FALSE); tail(f$std.chaz, 1) },
  "Andersen-Gill" = function() coef(coxph(Surv(start, stop, event) ~ arm, r, cluster = id, control = coxph.control(timefix = FALSE)))[[1]],
  "Turnbull" = function() { f <- survfit(Surv(ifelse(d$left > 0, d$left, NA), d$right, type = "interval2") ~ 1); min(f$surv) })
out <- lapply(tasks, function(t) {
  s <- sapply(seq_len(repeats), function(i) system.time(v <<- run[[t]]())[["elapsed"]])
  list(task = t, seconds = median(s), value = v)
})
cat(toJSON(out, digits = NA, auto_unbox = TRUE))
"""


def records(n: int) -> dict[str, np.ndarray]:
    """People in two arms with two kinds of event, up to three recurrences each, and events seen at visits every four weeks."""
    rng = np.random.default_rng(n)
    arm, x = rng.integers(0, 2, n), rng.normal(size=n)
    hazard = 0.008 * np.exp(-0.4 * arm + 0.3 * x)
    event, other, end = rng.exponential(1 / hazard), rng.exponential(300, n), rng.uniform(20, 104, n)
    week = np.ceil(np.minimum(np.minimum(event, other), end)).astype(np.int64)
    cause = np.where(event <= np.minimum(other, end), 1, np.where(other <= end, 2, 0))
    until = np.ceil(end).astype(np.int64)
    times = np.cumsum(rng.exponential(1 / np.repeat(hazard[:, None], 3, axis=1)), axis=1)
    times = np.ceil(times).astype(np.int64)
    seen = (times <= until[:, None]) & (np.diff(times, axis=1, prepend=0) > 0)
    visit = (week - 1) // 4 * 4
    left = np.where(cause == 1, visit, week).astype(float)
    right = np.where(cause == 1, visit + 4.0, np.inf)
    person, recurrence = np.nonzero(seen)[0], times[seen]
    return {
        "week": week, "cause": cause, "arm": arm, "x": x, "until": until, "entry": np.zeros(n, np.int64), "person": person,
        "recurrence": recurrence, "left": left, "right": right,
    }  # fmt: skip


def ours(d: dict[str, np.ndarray]) -> dict[str, Callable[[], object]]:
    """Every task, giving the number that R gives where it does the same."""
    follow_up = (d["entry"], d["until"], d["person"], d["recurrence"])
    arm = d["arm"].astype(float)[:, None]

    def both():
        groups = event_counts_by_group(d["week"], d["cause"], d["arm"], 2)
        for group in groups:
            cumulative_incidence(group)
        return gray_test(groups).statistic

    return {
        "counting alone": lambda: np.bincount((d["week"] * 3 + d["cause"]) * 2 + d["arm"]),
        "incidence": lambda: cumulative_incidence(event_counts(d["week"], d["cause"])).incidence[0, -1],
        "incidence and Gray": both,
        "Fine-Gray": lambda: fine_gray(d["week"], d["cause"], np.column_stack([d["arm"], d["x"]])).coefficients[0],
        "mean events": lambda: mean_cumulative_function(*follow_up).std_error[-1],
        "Andersen-Gill": lambda: recurrent_cox(*follow_up, arm).coefficients[0],
        "PWP gap time": lambda: recurrent_cox(*follow_up, arm, model="pwp-gap").coefficients[0],
        "WLW": lambda: recurrent_cox(*follow_up, arm, model="wlw").coefficients[0],
        "Turnbull": lambda: 1 - turnbull(d["left"], d["right"]).mass[:-1].sum(),
        "Turnbull, 200 draws": lambda: event_free_with_interval(d["left"], d["right"], [52], seed=1)[0].estimate,
        "score test": lambda: interval_score_test(d["left"], d["right"], d["arm"], 2).statistic,
        "weights, 500 draws": lambda: censoring_weighted_survival(
            d["week"], (d["cause"] == 1).astype(int), {"arm": d["arm"], "x": np.digitize(d["x"], [-1, 0, 1])}, [52], seed=1
        ).answers[0].estimate,
    }  # fmt: skip


def statsmodels(d: dict[str, np.ndarray]) -> Callable[[], object]:
    from statsmodels.duration.survfunc import CumIncidenceRight

    return lambda: CumIncidenceRight(d["week"].astype(float), d["cause"]).cinc[0][-1]


def timed(task: Callable[[], object], repeats: int) -> tuple[float, object]:
    """Median seconds, and the answer."""
    seconds, answer = [], None
    for _ in range(repeats):
        start = perf_counter()
        answer = task()
        seconds.append(perf_counter() - start)
    return median(seconds), answer


def in_r(d: dict[str, np.ndarray], tasks: list[str], repeats: int) -> dict[str, dict]:
    """Seconds and answers of R for some tasks; nothing when R or its packages are missing."""
    if not tasks or shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        columns = np.column_stack([d[key] for key in ("week", "cause", "arm", "x", "left", "right")])
        np.savetxt(folder / "people.csv", columns, "%.17g", ",", header="week,cause,arm,x,left,right", comments="")
        text = (folder / "people.csv").read_text().replace("inf", "Inf")
        (folder / "people.csv").write_text(text)
        _write_spells(folder / "spells.csv", d)
        (folder / "run.R").write_text(_R)
        done = subprocess.run(
            ["Rscript", str(folder / "run.R"), name, ",".join(tasks), str(repeats)], capture_output=True, text=True, check=False
        )
    return {row["task"]: row for row in json.loads(done.stdout)} if done.returncode == 0 else {}


def _write_spells(path: Path, d: dict[str, np.ndarray]) -> None:
    person = np.concatenate([d["person"], np.arange(len(d["until"]))])
    stop = np.concatenate([d["recurrence"], d["until"]])
    event = np.concatenate([np.ones(len(d["person"]), int), np.zeros(len(d["until"]), int)])
    order = np.lexsort((1 - event, stop, person))
    person, stop, event = person[order], stop[order], event[order]
    start = np.where(np.diff(person, prepend=-1) > 0, 0, np.concatenate([[0], stop[:-1]]))
    kept = stop > start
    rows = np.column_stack([person, start, stop, event, d["arm"][person]])[kept]
    np.savetxt(path, rows, "%d", ",", header="id,start,stop,event,arm", comments="")


def main() -> None:
    """Run all tasks at all sizes and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"{'people':>9}  {'task':22}{'ours, ms':>12}{'R / ours':>12}{'statsmodels / ours':>20}")
    for n in options.sizes:
        data = records(n)
        tasks = ours(data)
        reference = in_r(data, [task for task, limit in LIMITS.items() if n <= limit], options.repeats)
        for name, task in tasks.items():
            task()
            seconds, answer = timed(task, options.repeats)
            found = reference.get(name)
            if found and name != "Turnbull" and n <= TRUSTED and abs(answer - found["value"]) > 1e-6 * max(1, abs(answer)):
                sys.exit(f"{name} differs from R at {n} people: {answer} against {found['value']}")
            peer = f"{found['seconds'] / seconds:.1f}" if found else "-"
            second = f"{timed(statsmodels(data), options.repeats)[0] / seconds:.1f}" if name == "incidence" else "-"
            print(f"{n:>9}  {name:22}{1000 * seconds:>12.2f}{peer:>12}{second:>20}")


if __name__ == "__main__":
    main()
