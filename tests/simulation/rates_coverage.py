"""Coverage of intervals and size of tests of rates, of curves from ranges, and of curves with a fixed form, by simulation.

    .venv/bin/python -m tests.simulation.rates_coverage [--runs 2000]

writes `docs/simulation-rates.md`. The tests run the same with few runs.

Two arms of n people that do not differ. By week 52 a share of 0.1, 0.3 or 0.6 has the event, at a constant rate; 30 % drops out by then
and everybody else is followed for 52 weeks. Time is in whole weeks, so that events are tied. For curves from ranges half of the people
are seen every 13 weeks only, so that their event lies in a range. Events that recur come at the same rate, for everybody alike or (people
differ) times a gamma variable with variance 1.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from analyses.statistics.inference.blocks import worked
from analyses.statistics.interval_censored.interval_score_test import interval_score_test
from analyses.statistics.interval_censored.turnbull import event_free_with_interval
from analyses.statistics.parametric.parametric_survival import parametric_median, parametric_survival, parametric_survival_at
from analyses.statistics.parametric.time_ratio import time_ratio
from analyses.statistics.rates.rate_model import rate_model
from analyses.statistics.rates.rates import WEEKS_PER_YEAR, rate, rate_ratio

END, VISIT, READ = 52, 13, 26
SIZES, SHARES = (11, 34, 150), (0.1, 0.3, 0.6)
FORMS = ("weibull", "log_normal", "log_logistic")
PAGE = Path(__file__).parents[2] / "docs" / "simulation-rates.md"
Cell = tuple[float, int]
Counts = dict[tuple[str, str], dict[Cell, list[int]]]


def people(rng: np.random.Generator, n: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Week of the event, whenever that is, and the last week of follow-up; an event in that week is seen."""
    event = rng.exponential(-END / np.log1p(-share), n)
    lost = rng.exponential(-END / np.log(0.7), n)
    return np.ceil(event).astype(int), np.ceil(np.minimum(lost, END)).astype(int)


def ranges(rng: np.random.Generator, event: np.ndarray, until: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same people when half of them are seen every 13 weeks only: an event is found at the next visit, if they still come."""
    visited = rng.random(len(event)) < 0.5
    after = np.where(visited, (event - 1) // VISIT * VISIT, event - 1)
    upto = np.where(visited, after + VISIT, event)
    last = np.minimum(np.where(visited, until // VISIT * VISIT, until), after)
    seen = upto <= until
    return np.where(seen, after, last), np.where(seen, upto, np.inf)


def one_run(rng: np.random.Generator, n: int, share: float, run: int) -> Iterator[tuple[str, str, bool | None]]:
    """(kind, name, whether the interval held or the test rejected; None when there was none)."""
    event, until = people(rng, 2 * n, share)
    happened, week = event <= until, np.minimum(event, until)
    first = np.arange(2 * n) < n
    hazard, free = -np.log1p(-share) / END, (1 - share) ** (READ / END)
    years = [week[arm].sum() / WEEKS_PER_YEAR for arm in (first, ~first)]
    events = [int(happened[arm].sum()) for arm in (first, ~first)]
    # a week of follow-up has a chance of one event at most
    yield "interval", "rate of first events, exact", _holds(rate(events[0], years[0]), -np.expm1(-hazard) * WEEKS_PER_YEAR)
    yield "test", "ratio of rates of first events, exact", _rejects(rate_ratio(events[0], years[0], events[1], years[1]))
    left, right = ranges(rng, event, until)
    [curve] = event_free_with_interval(left[first], right[first], [READ], seed=run)
    yield "interval", f"curve from ranges at week {READ}", _holds(curve, free)
    yield "test", "score test for ranges", _rejects(interval_score_test(left, right, first.astype(int), 2))
    known = np.where(happened, week - 1, week), np.where(happened, week, np.inf)
    for form in FORMS:
        fit = parametric_survival(known[0][first], known[1][first], distribution=form)
        yield "interval", f"{form} curve at week {READ}", _holds(parametric_survival_at(fit, READ), free)
        if form == "weibull" and share > 0.5:
            yield "interval", "weibull median", _holds(parametric_median(fit), np.log(2) / hazard)
        if form != "log_logistic":
            yield "test", f"{form} ratio of times", _rejects(time_ratio(*known, first, distribution=form))
    yield from _recurring(rng, until, first, hazard)


def _recurring(
    rng: np.random.Generator, until: np.ndarray, first: np.ndarray, hazard: float
) -> Iterator[tuple[str, str, bool | None]]:
    for who, own in (("people alike", np.ones(len(until))), ("people differ", rng.gamma(1, 1, len(until)))):
        count = rng.poisson(hazard * own * until)
        events = [int(count[arm].sum()) for arm in (first, ~first)]
        years = [until[arm].sum() / WEEKS_PER_YEAR for arm in (first, ~first)]
        yield "interval", f"rate of all events, {who}: exact", _holds(rate(events[0], years[0]), hazard * WEEKS_PER_YEAR)
        yield "test", f"all events, {who}: exact ratio", _rejects(rate_ratio(events[0], years[0], events[1], years[1]))
        for name, family in (("Poisson, HC3, t", "poisson"), ("negative binomial, t", "negative_binomial")):
            model = rate_model(count, until, first, family=family)
            yield "test", f"all events, {who}: {name}", None if model.reason else bool(model.p_value[1] < 0.05)


def _holds(answer, truth: float) -> bool | None:
    """None without any limit; a limit that was not reached (NaN) holds everything on its side."""
    if answer.reason == "not_reached" or (np.isnan(answer.ci_low) and np.isnan(answer.ci_high)):
        return None
    return not (answer.ci_low > truth + 1e-12) and not (answer.ci_high < truth - 1e-12)


def _rejects(test) -> bool | None:
    return None if np.isnan(test.p_value) else bool(test.p_value < 0.05)


def simulate(runs: int, seed: int, cells: list[Cell] | None = None) -> Counts:
    """Per (kind, name) and (share, n): hits, runs with an answer, runs."""
    wanted = cells or [(share, n) for share in SHARES for n in SIZES]
    found: Counts = {}
    for cell, counted in zip(wanted, worked(partial(_of_cell, runs, seed), wanted)):
        for key, counts in counted.items():
            found.setdefault(key, {one: [0, 0, 0] for one in wanted})[cell] = counts
    return found


def _of_cell(runs: int, seed: int, cell: Cell) -> dict[tuple[str, str], list[int]]:
    share, n = cell
    found: dict[tuple[str, str], list[int]] = {}
    rng = np.random.default_rng([seed, n, round(100 * share)])
    for run in range(runs):
        for kind, name, hit in one_run(rng, n, share, run):
            counts = found.setdefault((kind, name), [0, 0, 0])
            counts[0] += bool(hit)
            counts[1] += hit is not None
            counts[2] += 1
    return found


def page(found: Counts, seed: int) -> str:
    """The tables as Markdown."""
    lines = ["# Simulation: rates, curves from ranges, and curves with a fixed form", ""]
    lines += ["Made by `python -m tests.simulation.rates_coverage`; change the code, not this page.", ""]
    lines += [" ".join(part.split()) for part in (__doc__ or "").split("\n\n")[3:]]
    lines += [
        "",
        f"Seed {seed}. With 500 runs the Monte Carlo error is 1.0 percentage point, with 100 runs 2.2. In brackets how often there was an "
        "answer, where that is not always: intervals and tests are judged by those. **Bold**: below 94 or above 6 % by more than twice "
        "that error.",
    ]
    for kind, title in (
        ("interval", "Intervals: per cent that hold the truth (95 is meant)"),
        ("test", "Tests: per cent that reject (5 is meant)"),
    ):
        cells = sorted({cell for (k, _), by_cell in found.items() if k == kind for cell in by_cell})
        lines += ["", f"## {title}", ""]
        lines += [
            "| share with the event | " + " | ".join(f"{share:g}" for share, _ in cells) + " |",
            "|---|" + "---:|" * len(cells),
        ]
        runs = {
            cell: max(by_cell[cell][2] for (k, _), by_cell in found.items() if k == kind and cell in by_cell) for cell in cells
        }
        lines += ["| **people per arm** | " + " | ".join(f"**{n}**" for _, n in cells) + " |"]
        lines += ["| runs | " + " | ".join(str(runs[cell]) for cell in cells) + " |"]
        for (which, name), by_cell in found.items():
            if which == kind:
                shown = (_cell(by_cell.get(cell, [0, 0, 0]), kind) for cell in cells)
                lines.append(f"| {name.replace('_', '-')} | " + " | ".join(shown) + " |")
    return "\n".join([*lines, READING, ""])


def _cell(counts: list[int], kind: str) -> str:
    hits, made, runs = counts
    if made <= runs / 50:
        return "-"
    share = 100 * hits / made
    error = 100 * np.sqrt(0.0475 / made)
    off = share < 94 - 2 * error if kind == "interval" else share > 6 + 2 * error
    text = f"**{share:.1f}**" if off else f"{share:.1f}"
    return text if made == runs else f"{text} ({100 * made / runs:.0f})"


READING = """
## What this says

- **Rates of first events** are exact: with few events the interval is wider than it need be, and the test of a ratio rejects in 0 to 4 %.
- **All events, when some people have many**: the exact interval of a rate holds the truth in 85 to 93 of a hundred cases once events are
  frequent, and more people do not help; the exact ratio rejects up to 15 % of true ratios of 1. The negative binomial model and robust
  errors, both by t, stay near 5 %, and below it with few events.
- **Curves from ranges** hold the truth in 95 to 100 of a hundred cases.
- **Curves with a fixed form** hold it in 92 to 97 when the form is right (here Weibull) and there are events enough; the log-normal one, which is
  wrong here, in 88 to 92 with many people: a wrong form is not mended by more people. With one event in ten and 11 people there is
  mostly no answer.
- **Ratios of times** reject in 4 to 7 % with some fifteen events or more, and less with fewer.
"""


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    PAGE.write_text(page(simulate(options.runs, options.seed), options.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
