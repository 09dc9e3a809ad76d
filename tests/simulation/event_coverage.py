"""Coverage of every interval and size of every test of the event estimators, by simulation.

    .venv/bin/python -m tests.simulation.event_coverage [--runs 5000]

writes `docs/simulation-events.md`. The tests run the same with a few hundred runs.

Each of two arms has n people. Time goes by in steps of four weeks, so that events are heavily tied; 60 % of the second arm has
the event within 52 weeks, 30 % drops out by then, everybody else is followed for 52 weeks. Under "equal" the arms have one
hazard; under "different" the survival of the first is that of the second to the power 0.6 (a hazard ratio of 0.6).
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from analyses.statistics.events.curve_bootstrap import curve_bootstrap
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.rates import WEEKS_PER_YEAR, rate, rate_ratio
from analyses.statistics.events.restricted_mean import restricted_mean, restricted_mean_difference, restricted_mean_ratio
from analyses.statistics.events.survival_contrast import survival_difference, survival_ratio
from analyses.statistics.events.survival_curve import (
    quantile_weeks,
    survival_at,
    survival_curve,
)
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.firth_cox import firth_cox
from analyses.statistics.hazards.predicted_survival import predicted_survival
from analyses.statistics.hazards.proportional_hazards import proportional_hazards

STEP, STEPS, WEEK, RATIO = 4, 13, 28, 0.6
END = STEP * STEPS
EVENT, LOST = 1 - 0.4 ** (1 / STEPS), 1 - 0.7 ** (1 / STEPS)
SIZES = (20, 50, 200)
TESTS = (
    ("log-rank", {}),
    ("gehan", {}),
    ("tarone-ware", {}),
    ("peto-peto", {}),
    ("modified-peto-peto", {}),
    ("fleming-harrington", {"rho": 0, "gamma": 1}),
)


@dataclass
class Count:
    """How often an interval held the truth (or a test rejected), of how many times that there was one."""

    hits: int = 0
    made: int = 0
    runs: int = 0

    def add(self, hit: bool | None) -> None:
        self.runs += 1
        self.made += hit is not None
        self.hits += bool(hit)

    @property
    def share(self) -> float:
        return self.hits / self.made if self.made else np.nan

    def standard_error(self, nominal: float) -> float:
        return float(np.sqrt(nominal * (1 - nominal) / max(self.made, 1)))


@dataclass
class Table:
    """Counts per (size, name)."""

    coverage: dict[tuple[int, str], Count] = field(default_factory=partial(defaultdict, Count))
    size: dict[tuple[int, str], Count] = field(default_factory=partial(defaultdict, Count))


def simulate(runs: int, seed: int, sizes: tuple[int, ...] = SIZES, slow: bool = True) -> Table:
    """Both scenarios at every size; `slow` includes the estimators that refit in every run."""
    table = Table()
    for n in sizes:
        rng = np.random.default_rng([seed, n])
        for run in range(runs):
            for name, truth, low, high in _intervals(*_arms(rng, n, RATIO), run, slow):
                # an interval that is open at the top (a median not reached) covers everything above its lower limit
                known = not np.isnan(low) or not np.isnan(high)
                inside = not (low > truth + 1e-9) and not (high < truth - 1e-9)
                table.coverage[n, name].add(inside if known else None)
            for name, p in _tests(*_arms(rng, n, 1.0)):
                table.size[n, name].add(None if np.isnan(p) else p < 0.05)
    return table


def _arms(rng: np.random.Generator, n: int, ratio: float) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    arms = []
    for power in (ratio, 1.0):
        event, end = rng.geometric(1 - (1 - EVENT) ** power, n), np.minimum(rng.geometric(LOST, n), STEPS)
        arms.append((STEP * np.minimum(event, end), (event <= end).astype(np.int64)))
    return tuple(arms)


def _true(week: int, power: float) -> float:
    return (1 - EVENT) ** (power * (week // STEP))


def _true_mean(power: float) -> float:
    return STEP * sum(_true(STEP * step, power) for step in range(STEPS))


def _true_rate(power: float) -> float:
    return (1 - (1 - EVENT) ** power) / STEP * WEEKS_PER_YEAR


def _intervals(first, second, run: int, slow: bool) -> Iterator[tuple[str, float, float, float]]:
    counts = [event_counts(*arm, table_weeks=END + 1) for arm in (first, second)]
    one, other = (survival_curve(group) for group in counts)
    a, b = (_true(WEEK, power) for power in (RATIO, 1.0))
    mean_a, mean_b = _true_mean(RATIO), _true_mean(1.0)
    median = STEP * int(np.ceil(np.log(0.5) / np.log(1 - EVENT)))
    answers = [
        (f"survival at week {WEEK}, {kind}", b, survival_at(survival_curve(counts[1], conf_type=kind), WEEK))
        for kind in ("log-log", "log", "plain")
    ]
    answers += [
        ("median, log-log", median, quantile_weeks(other, 0.5)),
        ("restricted mean, normal", mean_b, restricted_mean(other, END)),
        (f"survival difference at week {WEEK}, normal", a - b, survival_difference(one, other, WEEK)),
        (f"survival ratio at week {WEEK}, log", a / b, survival_ratio(one, other, WEEK)),
        ("restricted mean difference, normal", mean_a - mean_b, restricted_mean_difference(one, other, END)),
        ("restricted mean ratio, log", mean_a / mean_b, restricted_mean_ratio(one, other, END)),
    ]
    years = [arm[0].sum() / WEEKS_PER_YEAR for arm in (first, second)]
    events = [int(arm[1].sum()) for arm in (first, second)]
    answers += [
        ("rate, exact", _true_rate(1.0), rate(events[1], years[1])),
        ("rate ratio, exact", _true_rate(RATIO) / _true_rate(1.0), rate_ratio(events[0], years[0], events[1], years[1])),
    ]
    yield from ((name, truth, answer.ci_low, answer.ci_high) for name, truth, answer in answers)
    yield from _model_intervals(first, second, slow)
    if slow:
        low, high = curve_bootstrap(counts[1], [WEEK], END, replicates=400, seed=run).restricted_mean_interval()
        yield "restricted mean, bootstrap percentile", mean_b, low, high


def _stacked(first, second) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    week, event = (np.concatenate(parts) for parts in zip(first, second))
    return week, event, np.repeat([1.0, 0.0], [len(first[0]), len(second[0])])


def _model_intervals(first, second, slow: bool) -> Iterator[tuple[str, float, float, float]]:
    given = _stacked(first, second)
    fits = [("hazard ratio, Cox, normal", cox_model(*given)), ("hazard ratio, Cox, robust", cox_model(*given, robust=True))]
    if slow:
        fits.append(("hazard ratio, Firth, profile", firth_cox(*given)))
    yield from ((name, RATIO, fit.hazard_ratio_ci_low[0], fit.hazard_ratio_ci_high[0]) for name, fit in fits)
    curve = predicted_survival(cox_model(*given), [0.0])
    place = np.searchsorted(curve.week, WEEK, side="right") - 1
    if place >= 0:
        yield f"predicted survival at week {WEEK}, log-log", _true(WEEK, 1.0), curve.ci_low[place], curve.ci_high[place]


def _tests(first, second) -> Iterator[tuple[str, float]]:
    counts = [event_counts(*arm, table_weeks=END + 1) for arm in (first, second)]
    one, other = (survival_curve(group) for group in counts)
    for weighting, exponents in TESTS:
        test = log_rank(counts, weighting=weighting, **exponents)
        yield test.weighting, test.p_value
    yield "survival difference, normal", survival_difference(one, other, WEEK).p_value
    yield "restricted mean difference, normal", restricted_mean_difference(one, other, END).p_value
    years, events = [arm[0].sum() / WEEKS_PER_YEAR for arm in (first, second)], [int(arm[1].sum()) for arm in (first, second)]
    yield "rate ratio, exact", rate_ratio(events[0], years[0], events[1], years[1]).p_value
    given = _stacked(first, second)
    model = cox_model(*given)
    yield "Cox, Wald", model.p_value[0]
    yield "Cox, likelihood ratio", model.likelihood_ratio_test.p_value
    yield "Cox, robust Wald", cox_model(*given, robust=True).p_value[0]
    for transform in ("km", "identity"):
        yield f"proportional hazards, {transform}", proportional_hazards(*given, transform=transform).overall.p_value


def page(table: Table, runs: int, seed: int) -> str:
    """The tables as Markdown."""
    lines = [
        "# Simulation: intervals and tests of events in time",
        "",
        "Made by `python -m tests.simulation.event_coverage`; change the code, not this page.",
        "",
        " ".join((__doc__ or "").split("\n\n")[-1].split()),
        "",
        f"{runs:,} runs per size, seed {seed}. The Monte Carlo standard error is {100 * np.sqrt(0.05 * 0.95 / runs):.1f} percentage "
        "points. Where an interval or test could not be made in some runs (no event, say), the share is of the others, "
        "and the share made stands in brackets.",
        "",
        "**Bold**: more than three standard errors, and at least one percentage point, too low (coverage) or too high (size).",
        "",
    ]
    for title, counts, nominal, sign in (
        ("Coverage of nominal 95 % intervals, arms different", table.coverage, 0.95, -1),
        ("Size of nominal 5 % tests, arms equal", table.size, 0.05, 1),
    ):
        names = list(dict.fromkeys(name for _, name in counts))
        sizes = sorted({n for n, _ in counts})
        lines += [
            f"## {title}",
            "",
            "| | " + " | ".join(f"n = {n} per arm" for n in sizes) + " |",
            "|---|" + "---:|" * len(sizes),
        ]
        lines += [f"| {name} | " + " | ".join(_cell(counts[n, name], nominal, sign) for n in sizes) + " |" for name in names]
        lines.append("")
    return "\n".join(lines)


def _cell(count: Count, nominal: float, sign: int) -> str:
    off = sign * (count.share - nominal)
    text = f"{100 * count.share:.1f}"
    text = f"**{text}**" if off > max(3 * count.standard_error(nominal), 0.01) else text
    return text if count.made == count.runs else f"{text} ({100 * count.made / count.runs:.1f})"


def _one_size(runs: int, seed: int, n: int) -> Table:
    return simulate(runs, seed, (n,))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    table = Table()
    with ProcessPoolExecutor(len(SIZES)) as pool:
        for part in pool.map(partial(_one_size, chosen.runs, chosen.seed), SIZES):
            table.coverage |= part.coverage
            table.size |= part.size
    text = page(table, chosen.runs, chosen.seed)
    (Path(__file__).parents[2] / "docs" / "simulation-events.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
