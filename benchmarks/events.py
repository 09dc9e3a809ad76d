"""Speed of the event estimators against lifelines, statsmodels, scikit-survival and R, in one run.

    .venv/bin/python benchmarks/events.py [--sizes 1000 10000 100000 1000000] [--repeats 5]

Every row is one task on the same records in whole weeks; a column says how many times longer a peer takes. Peers that are not
installed are left out, and so are those that would take minutes (their rows say "-"). R runs in one process of its own and times
itself; `coxph.fit` is its C core with the little that R needs around it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence  # noqa: E402
from analyses.statistics.events.curve_bootstrap import curve_bootstrap  # noqa: E402
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group  # noqa: E402
from analyses.statistics.events.log_rank import log_rank  # noqa: E402
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference  # noqa: E402
from analyses.statistics.events.survival_curve import survival_curve  # noqa: E402
from analyses.statistics.hazards.cox_model import cox_model  # noqa: E402

HORIZON = 104
LIMITS = {"lifelines incidence": 10_000, "lifelines Cox": 100_000, "statsmodels Cox": 10_000, "sksurv Cox": 10_000}
Task = dict[str, Callable[[], object]]


def records(n: int) -> dict[str, np.ndarray]:
    """People in two arms, followed up to three years, with two kinds of event and five covariates."""
    rng = np.random.default_rng(n)
    x = np.column_stack([rng.integers(0, 2, n), rng.integers(0, 2, n), rng.normal(size=(n, 3))]).astype(float)
    hazard = 0.006 * np.exp(x @ [-0.4, 0.2, 0.3, -0.1, 0.0])
    event, other, end = rng.exponential(1 / hazard), rng.exponential(300, n), rng.uniform(20, 156, n)
    week = np.ceil(np.minimum(np.minimum(event, other), end)).astype(np.int16)
    cause = np.where(event <= np.minimum(other, end), 1, np.where(other <= end, 2, 0)).astype(np.int8)
    return {"week": week, "cause": cause, "event": (cause == 1).astype(np.int8), "arm": x[:, 0].astype(np.int8), "x": x}


def ours(data: dict[str, np.ndarray]) -> Task:
    week, cause, event, arm, x = (data[name] for name in ("week", "cause", "event", "arm", "x"))

    def together():
        both = event_counts_by_group(week, cause, arm, 2)
        curves = [survival_curve(group) for group in both]
        return [cumulative_incidence(group) for group in both], log_rank(both), restricted_mean_difference(*curves, HORIZON)

    return {
        "four for two arms": together,
        "curve": lambda: survival_curve(event_counts(week, event)),
        "log-rank": lambda: log_rank(event_counts_by_group(week, event, arm, 2)),
        "restricted mean": lambda: restricted_mean(survival_curve(event_counts(week, event)), HORIZON),
        "incidence": lambda: cumulative_incidence(event_counts(week, cause)),
        "Cox": lambda: cox_model(week, event, x),
    }


def floor(data: dict[str, np.ndarray]) -> Task:
    """Counting the same columns, and nothing else: week, kind of event and arm in one bincount."""
    week, cause, arm = (data[name] for name in ("week", "cause", "arm"))
    return {"four for two arms": lambda: np.bincount((week * np.int16(3) + cause) * np.int16(2) + arm)}


def lifelines(data: dict[str, np.ndarray]) -> Task:
    import pandas as pd
    from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test
    from lifelines.utils import restricted_mean_survival_time

    week, cause, event, arm, x = (data[name] for name in ("week", "cause", "event", "arm", "x"))
    one, frame = arm == 0, pd.DataFrame(x).assign(week=week, event=event)
    return {
        "curve": lambda: KaplanMeierFitter().fit(week, event),
        "log-rank": lambda: logrank_test(week[one], week[~one], event[one], event[~one]),
        "restricted mean": lambda: restricted_mean_survival_time(
            KaplanMeierFitter().fit(week, event), t=HORIZON, return_variance=True
        ),
        "incidence": lambda: AalenJohansenFitter(seed=1).fit(week, cause, 1),
        "Cox": lambda: CoxPHFitter().fit(frame, "week", "event"),
    }


def statsmodels(data: dict[str, np.ndarray]) -> Task:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight, survdiff

    week, cause, event, arm, x = (data[name] for name in ("week", "cause", "event", "arm", "x"))
    return {
        "curve": lambda: SurvfuncRight(week, event),
        "log-rank": lambda: survdiff(week, event, arm),
        "incidence": lambda: CumIncidenceRight(week, cause),
        "Cox": lambda: PHReg(week, x, event, ties="efron").fit(),
    }


def sksurv(data: dict[str, np.ndarray]) -> Task:
    from sksurv.compare import compare_survival
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
    from sksurv.util import Surv

    week, cause, event, arm, x = (data[name] for name in ("week", "cause", "event", "arm", "x"))
    y = Surv.from_arrays(event == 1, week.astype(float))
    return {
        "curve": lambda: kaplan_meier_estimator(event == 1, week.astype(float), conf_type="log-log"),
        "log-rank": lambda: compare_survival(y, arm),
        "incidence": lambda: cumulative_incidence_competing_risks(cause.astype(int), week.astype(float), conf_type="log-log"),
        "Cox": lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y),
    }


R_SCRIPT = r"""
suppressMessages({library(survival); library(cmprsk)})
a <- commandArgs(TRUE); n <- as.integer(a[2]); k <- as.integer(a[3])
i <- file(a[1], "rb"); v <- matrix(readBin(i, "double", 9 * n), n); close(i)
week <- v[, 1]; cause <- v[, 2]; event <- v[, 3]; arm <- v[, 4]; x <- v[, 5:9]; y <- Surv(week, event); colnames(x) <- paste0("x", 1:5)
once <- function(f) { s <- proc.time()[[3]]; f(); proc.time()[[3]] - s }
median_of <- function(name, f) { f(); cat(name, median(sapply(seq_len(k), function(i) once(f))), "\n", sep = "\t") }
median_of("curve", function() survfit(y ~ 1, conf.type = "log-log"))
median_of("log-rank", function() survdiff(y ~ arm))
median_of("restricted mean", function() summary(survfit(y ~ 1), rmean = 104)$table)
median_of("incidence", function() cuminc(week, cause))
median_of("Cox", function() coxph(y ~ x))
control <- coxph.control()
median_of("Cox core", function() coxph.fit(x, y, NULL, NULL, NULL, control, NULL, "efron", seq_len(n)))
"""


def r_times(data: dict[str, np.ndarray], repeats: int) -> dict[str, float]:
    """Median seconds per task as R says itself; empty without R and the packages."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        columns = np.column_stack([data[name] for name in ("week", "cause", "event", "arm", "x")]).astype(float)
        (Path(folder) / "records.bin").write_bytes(columns.tobytes(order="F"))
        (Path(folder) / "times.R").write_text(R_SCRIPT, encoding="utf-8")
        command = ["Rscript", f"{folder}/times.R", f"{folder}/records.bin", str(len(columns)), str(repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return {}
    return {name: float(seconds) for name, seconds, *_ in (line.split("\t") for line in done.stdout.splitlines())}


def medians(tasks: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median seconds of each, one after the other in every round so that they share the machine's moods."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for round_number in range(repeats + 1):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            if round_number:
                times[name].append(time.perf_counter() - start)
    return {name: float(np.median(seconds)) for name, seconds in times.items()}


def compare(n: int, repeats: int) -> None:
    data = records(n)
    mine, peers = ours(data), {"bincount": floor(data), "lifelines": lifelines(data), "statsmodels": statsmodels(data)}
    if find_spec("sksurv"):
        peers["sksurv"] = sksurv(data)
    in_r = r_times(data, repeats)
    for task, own in mine.items():
        running = {name: tasks[task] for name, tasks in peers.items() if task in tasks and n <= LIMITS.get(f"{name} {task}", n)}
        seconds = medians({"own": own} | running, repeats)
        seconds |= {label: in_r[key] for label, key in (("R", task), ("R core", f"{task} core")) if in_r.get(key)}
        ratios = "  ".join(f"{name} {value / seconds['own']:9.2f}x" for name, value in seconds.items() if name != "own")
        print(f"{n:>9,}  {task:<18} {seconds['own'] * 1e3:10.3f} ms   {ratios}", flush=True)


def compare_bootstrap(repeats: int) -> None:
    """1,000 replicates of a curve at n = 300; a refit of lifelines and statsmodels is timed on 20 and multiplied."""
    from lifelines import KaplanMeierFitter
    from statsmodels.duration.survfunc import SurvfuncRight

    data = records(300)
    week, event, counts = data["week"], data["event"], event_counts(data["week"], data["event"])
    rng = np.random.default_rng(1)

    def refits(fit: Callable) -> Callable[[], None]:
        def run() -> None:
            for _ in range(20):
                who = rng.integers(0, 300, 300)
                fit(week[who], event[who])

        return run

    seconds = medians(
        {
            "own": lambda: curve_bootstrap(counts, [26, 52, 104], HORIZON, replicates=1000, seed=1),
            "lifelines": refits(lambda w, e: KaplanMeierFitter().fit(w, e)),
            "statsmodels": refits(SurvfuncRight),
        },
        repeats,
    )
    ratios = "  ".join(f"{name} {seconds[name] * 50 / seconds['own']:9.2f}x" for name in ("lifelines", "statsmodels"))
    print(f"{300:>9,}  {'1000 bootstraps':<18} {seconds['own'] * 1e3:10.3f} ms   {ratios}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    compare_bootstrap(chosen.repeats)
    for n in chosen.sizes:
        compare(n, chosen.repeats)


if __name__ == "__main__":
    main()
