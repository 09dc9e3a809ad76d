"""Coverage of intervals and size of tests for competing, recurrent and ranged events, by simulation.

    .venv/bin/python -m tests.simulation.competing_coverage [--runs 5000]

writes `docs/simulation-competing-events.md`. The tests run the same with few runs.

n people in two arms that do not differ. Time goes by in steps of four weeks, so that events are heavily tied. In a year 57 % have the
event first, 17 % the competing event, and 30 % drop out; whoever is left is followed for 52 weeks. Events that recur come at a rate of
0.03 per week, times a gamma frailty with variance 1.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analyses.statistics.events.cumulative_incidence import cumulative_incidence, incidence_at
from analyses.statistics.events.event_counts import event_counts, event_counts_by_group
from analyses.statistics.events.gray_test import gray_test
from analyses.statistics.events.mean_cumulative_function import mean_cumulative_function, mean_events_at
from analyses.statistics.hazards.fine_gray import fine_gray
from analyses.statistics.hazards.recurrent_cox import recurrent_cox
from analyses.statistics.interval_censored.interval_score_test import interval_score_test

SIZES = (20, 50, 200)
END, READ, STEP = 52, 40, 4
OWN, OTHER, RATE = 0.02, 0.006, 0.03
SHARE = (1 - np.exp(-(OWN + OTHER) * READ)) / (OWN + OTHER)
PAGE = Path(__file__).parents[2] / "docs" / "simulation-competing-events.md"
Counts = dict[tuple[str, str], dict[int, list[int]]]


def people(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Week and cause of n people."""
    own, other = rng.exponential(1 / OWN, n), rng.exponential(1 / OTHER, n)
    end = np.where(rng.random(n) < 0.3, rng.uniform(0, END, n), END)
    week = np.ceil(np.minimum(np.minimum(own, other), end) / STEP) * STEP
    cause = np.where(own <= np.minimum(other, end), 1, np.where(other <= end, 2, 0))
    return np.clip(week, STEP, END).astype(int), cause


def recurring(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Entry, until, person and week of recurring events of n people."""
    until = np.where(rng.random(n) < 0.3, rng.integers(1, END + 1, n), END)
    person = np.repeat(np.arange(n), rng.poisson(rng.gamma(1, 1, n) * RATE * until))
    return np.zeros(n, int), until, person, rng.integers(1, until[person] + 1)


def one_run(rng: np.random.Generator, n: int) -> Iterator[tuple[str, str, bool | None]]:
    """(kind, name, whether the interval held or the test rejected; None when there was none)."""
    week, cause = people(rng, n)
    arm = np.arange(n) % 2
    counts = event_counts(week, cause, causes=2)
    for variance in ("aalen", "greenwood"):
        for conf_type in ("log-log", "plain"):
            curve = cumulative_incidence(counts, variance=variance, conf_type=conf_type)
            for number, rate in ((1, OWN), (2, OTHER)):
                answer = incidence_at(curve, number, READ)
                name = f"incidence, {'57' if number == 1 else '17'} % event, {variance}, {conf_type}"
                yield "interval", name, _holds(answer.ci_low, answer.ci_high, rate * SHARE)
    test = gray_test(event_counts_by_group(week, cause, arm, 2, causes=2))
    yield "test", "Gray", _rejects(test)
    fit = fine_gray(week, cause, arm[:, None])
    yield "test", "Fine-Gray, robust", None if fit.reason else bool(fit.p_value[0] < 0.05)
    right = np.where(cause == 1, week, np.inf)
    yield "test", "score test for ranges", _rejects(interval_score_test(np.where(cause == 1, week - STEP, week), right, arm, 2))
    history = recurring(rng, n)
    answer = mean_events_at(mean_cumulative_function(*history), READ)
    yield "interval", "mean events, robust, log scale", _holds(answer.ci_low, answer.ci_high, RATE * READ)
    for model in ("andersen-gill", "pwp-total", "pwp-gap", "wlw"):
        fit = recurrent_cox(*history, arm[:, None], model=model)
        yield "test", f"recurrent, {model}", None if fit.reason else bool(fit.p_value[0] < 0.05)


def _holds(low: float, high: float, truth: float) -> bool | None:
    return bool(low <= truth <= high) if np.isfinite(low) and np.isfinite(high) else None


def _rejects(test) -> bool | None:
    return None if test.reason else bool(test.p_value < 0.05)


def simulate(runs: int, seed: int) -> Counts:
    """Per (kind, name) and size: hits, runs with an answer."""
    found: Counts = defaultdict(lambda: {n: [0, 0] for n in SIZES})
    for n in SIZES:
        rng = np.random.default_rng([seed, n])
        for _ in range(runs):
            for kind, name, hit in one_run(rng, n):
                if hit is not None:
                    found[kind, name][n][0] += hit
                    found[kind, name][n][1] += 1
    return dict(found)


def page(found: Counts, runs: int, seed: int) -> str:
    """The table for the docs."""
    lines = ["# How well the intervals and tests of competing, recurrent and ranged events do", ""]
    lines += [" ".join(part.split()) for part in __doc__.split("\n\n")[3:]]
    lines += [
        "",
        f"{runs} runs per size, seed {seed}; nominal 95 % and 5 %. An interval that does not exist (no event yet) is left out.",
    ]
    for kind, title in (("interval", "Intervals that hold the truth"), ("test", "Tests that reject although nothing differs")):
        lines += ["", f"## {title}", "", "| | " + " | ".join(f"n = {n}" for n in SIZES) + " |", "|---|" + "---|" * len(SIZES)]
        for (which, name), sizes in found.items():
            if which == kind:
                shares = " | ".join(f"{100 * hits / max(made, 1):.1f} %" for hits, made in sizes.values())
                lines.append(f"| {name} | {shares} |")
    lines += [
        "",
        "What the reports print is the incidence with Aalen's variance and log-log limits: it holds at n = 20. The robust errors of "
        "recurrent events are too small below some 50 people, as in R; the output says so in `method`.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    PAGE.write_text(page(simulate(options.runs, options.seed), options.runs, options.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
