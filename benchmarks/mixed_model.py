"""Mixed models: ours against lme4 and statsmodels in one run, with the same estimates; then the other longitudinal analyses.

    python benchmarks/mixed_model.py [--quick]

Prints ratios (peer over ours: higher is better for us). lme4 is left out when Rscript or lme4 is missing. Bars: 20 times lme4 at
100,000 clients on a common visit grid, 5 times with real-valued times, 30 times statsmodels at 1,000 clients; all other analyses
linear in rows at 3 million measurements.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analyses.statistics.missing.multiple_imputation import impute  # noqa: E402
from analyses.statistics.missing.score_patterns import score_patterns  # noqa: E402
from analyses.statistics.models.gee import fit_gee  # noqa: E402
from analyses.statistics.models.mixed_model import MixedFit, contrast, fit_mixed  # noqa: E402
from analyses.statistics.single_case.autocorrelation import autocorrelation  # noqa: E402
from analyses.statistics.single_case.baseline_corrected_tau import baseline_corrected_tau  # noqa: E402
from analyses.statistics.single_case.nonoverlap import nonoverlap  # noqa: E402
from analyses.statistics.single_case.phases import phases  # noqa: E402
from analyses.statistics.single_case.piecewise_model import piecewise_model  # noqa: E402
from analyses.statistics.single_case.randomisation_test import randomisation_test  # noqa: E402
from analyses.statistics.single_case.tau_u import tau_u  # noqa: E402

_R = """
suppressMessages({library(lme4); library(jsonlite)})
folder <- commandArgs(trailingOnly = TRUE)[1]
answer <- lapply(c("intercept", "slope"), function(kind) {
  d <- read.csv(file.path(folder, "data.csv"))
  f <- if (kind == "slope") y ~ week * arm + age + (week | client) else y ~ week * arm + age + (1 | client)
  seconds <- system.time(fit <- lmer(f, d))[["elapsed"]]
  list(kind = kind, seconds = seconds, coefficients = unname(fixef(fit)), logLik = as.numeric(logLik(fit)))
})
cat(toJSON(answer, digits = NA, auto_unbox = TRUE))
"""


def trial(clients: int, real_times: bool) -> pd.DataFrame:
    """Clients measured at up to five visits, a third of the visits missed, with a random intercept and slope."""
    rng = np.random.default_rng(clients)
    client, visit = (part.ravel() for part in np.mgrid[:clients, :5])
    week = visit * 1.0
    if real_times:
        week = week + rng.normal(0, 0.3, week.size)
    arm, age = rng.integers(0, 2, clients), rng.normal(0, 1, clients)
    start, slope = rng.normal(0, 6, clients), rng.normal(0, 1, clients)
    y = 40 + start[client] + (slope - 1.0 - 0.5 * arm)[client] * week + age[client] + rng.normal(0, 4, client.size)
    kept = rng.random(client.size) < 0.66
    frame = pd.DataFrame({"client": client, "week": week, "arm": arm[client], "age": age[client], "y": y})
    return frame[kept].reset_index(drop=True)


def ours(frame: pd.DataFrame, kind: str) -> MixedFit:
    """The same model as the peers'."""
    week, arm = frame["week"].to_numpy(), frame["arm"].to_numpy(float)
    X = np.column_stack([np.ones(len(frame)), week, arm, frame["age"], week * arm])
    return fit_mixed(frame["y"].to_numpy(), X, frame["client"].to_numpy(), week if kind == "slope" else None)


def lme4(frame: pd.DataFrame) -> list[dict] | None:
    """Seconds and estimates of lme4, without the time to read; None when it is not there."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder) / "data.csv", index=False)
        (Path(folder) / "run.R").write_text(_R, encoding="utf-8")
        done = subprocess.run(["Rscript", str(Path(folder) / "run.R"), folder], capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def seconds(run: Callable[[], object], repeat: int = 3) -> float:
    """The shortest of some runs."""
    times = []
    for _ in range(repeat):
        begin = perf_counter()
        run()
        times.append(perf_counter() - begin)
    return min(times)


def against_lme4(clients: int, real_times: bool) -> None:
    frame = trial(clients, real_times)
    peers = lme4(frame)
    grid = "real-valued times" if real_times else "common visit grid"
    for number, kind in enumerate(("intercept", "slope")):
        fit, mine = ours(frame, kind), seconds(lambda kind=kind: ours(frame, kind))
        line = f"{clients:>7} clients, {len(frame):>8} rows, {grid}, random {kind}: ours {mine:7.3f} s"
        if peers is not None:
            peer = peers[number]
            # lme4 orders its columns week, arm, age, week:arm as we do
            apart = np.abs(fit.coefficients / np.array(peer["coefficients"]) - 1).max()
            line += f", lme4 {peer['seconds']:7.3f} s, ratio {peer['seconds'] / mine:6.1f}, coefficients apart {apart:.0e}"
            line += f", our log likelihood higher by {fit.log_likelihood - peer['logLik']:.1e}"
        print(line, flush=True)


def against_statsmodels(clients: int) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    frame = trial(clients, real_times=False)
    formula = "y ~ week * arm + age"
    for kind in ("intercept", "slope"):
        mine = seconds(lambda kind=kind: ours(frame, kind))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = MixedLM.from_formula(formula, frame, groups="client", re_formula="~ week" if kind == "slope" else None)
            theirs = seconds(lambda model=model: model.fit(reml=True), repeat=1)
        print(
            f"{clients:>7} clients, random {kind}: ours {mine:7.4f} s, statsmodels {theirs:7.3f} s, ratio {theirs / mine:6.1f}"
        )


def tasks(n: int) -> dict[str, Callable[[], object]]:
    """The analyses on n rows: people at three moments with gaps, and series of 24 measurements."""
    rng = np.random.default_rng(n)
    scores = rng.normal(30, 8, (n // 3, 1)) + rng.normal(0, 5, (n // 3, 3)) - np.arange(3) * 3
    scores[rng.random(scores.shape) < 0.2] = np.nan
    scores[:, 0] = np.where(np.isnan(scores[:, 0]), 30, scores[:, 0])
    person, moment = np.nonzero(~np.isnan(scores))
    y, X = scores[person, moment], np.eye(3)[moment]
    series = n // 24
    given = phases(np.repeat(np.arange(series), 24), np.tile(np.arange(-7, 17), series), rng.integers(0, 40, series * 24))
    fit = fit_mixed(y, X, person)
    return {
        "mixed model": lambda: fit_mixed(y, X, person),
        "Kenward-Roger": lambda: contrast(fit, [-1.0, 0.0, 1.0], "kenward-roger"),
        "twenty imputations": lambda: impute(score_patterns(scores), 20, np.random.default_rng(1)),
        "sorting series": lambda: phases(given.client, given.time, given.score),
        "NAP": lambda: nonoverlap(given),
        "Tau-U": lambda: tau_u(given),
        "baseline-corrected Tau": lambda: baseline_corrected_tau(given),
        "autocorrelation": lambda: autocorrelation(given),
        "randomisation test": lambda: randomisation_test(given, 3, 3, 10_000, np.random.default_rng(1)),
        "piecewise model": lambda: piecewise_model(given),
    }


def gee(clients: tuple[int, ...]) -> None:
    """Seconds of GEE, which goes over clients one by one: the analysis leaves it out above a number of them."""
    for n in clients:
        person, moment = np.divmod(np.arange(3 * n), 3)
        y = np.random.default_rng(n).normal(0, 5, n)[person] + np.random.default_rng(0).normal(0, 5, 3 * n)
        print(f"{n:>7} clients, GEE {seconds(lambda y=y, m=moment, p=person: fit_gee(y, np.eye(3)[m], p), repeat=1):7.2f} s")


def linear_in_rows(rows: tuple[int, ...]) -> None:
    """Seconds of the other analyses; they should grow as the rows do."""
    found: dict[str, list[float]] = {}
    for n in rows:
        for name, run in tasks(n).items():
            found.setdefault(name, []).append(seconds(run, repeat=2))
    print(f"{'':24}" + "".join(f"{n:>12,} rows" for n in rows) + "   time grows   rows grow")
    for name, times in found.items():
        growth = f"{times[-1] / times[0]:13.1f}{rows[-1] / rows[0]:12.1f}"
        print(f"{name:24}" + "".join(f"{time:15.3f} s" for time in times) + growth)


def main() -> None:
    quick = "--quick" in sys.argv
    clients = 5_000 if quick else 100_000
    against_lme4(clients, real_times=False)
    against_lme4(clients, real_times=True)
    against_statsmodels(1_000)
    gee((1_000,) if quick else (1_000, 10_000))
    linear_in_rows((30_000, 300_000) if quick else (300_000, 3_000_000))


if __name__ == "__main__":
    main()
