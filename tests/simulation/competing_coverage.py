"""How often the printed intervals of competing, recurrent and weighted curves hold the truth, and their tests reject although nothing differs.

    python -m tests.simulation.competing_coverage [--runs 1000]

writes `docs/simulation-competing-events.md`. The tests run the same with few runs.

Two arms of n people each, alike. A share has the event first within 52 weeks and half as many a competing event; what happens in a
week is known as that week. Three in ten drop out, at any week; everybody else is followed for 52 weeks. Events that recur come so
often that the same share has any within 52 weeks, at a rate that differs between people (gamma, variance 1). For weighted curves half
of the people drop out three times as often as the others, and have the event twice as often.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from analyses.competing_events import EVENTS_PER_PARAMETER
from analyses.shared.event_tests import FEWEST_EXPECTED
from analyses.statistics.censoring.censoring_weights import censoring_weighted_survival, weighted_difference
from analyses.statistics.competing_events.cumulative_incidence import cumulative_incidence, incidence_at, incidence_difference
from analyses.statistics.competing_events.gray_test import gray_test
from analyses.statistics.events.event_counts import event_counts_by_group
from analyses.statistics.events.shuffled_test import shuffled_gray_p
from analyses.statistics.hazards.fine_gray import fine_gray
from analyses.statistics.hazards.recurrent_cox import recurrent_cox
from analyses.statistics.inference.blocks import worked
from analyses.statistics.interval_censored.interval_score_test import interval_score_test
from analyses.statistics.recurrent_events.mean_cumulative_function import (
    mean_cumulative_function,
    mean_events_at,
    mean_events_difference,
    mean_events_ratio,
)
from tests.simulation._cells import CELLS, END, LOST, Cell, Table, followed, legend, table_lines, together

PAGE = Path(__file__).parents[2] / "docs" / "simulation-competing-events.md"
WEEK, WEIGHTED_EVERY, DRAWS = 40, 10, 200
"""Weighted curves in one run of ten, and only Gray's test is shuffled in as few: they take long."""


def simulate(runs: int, seed: int, cells: tuple[Cell, ...] = CELLS, every: int = WEIGHTED_EVERY) -> Table:
    """Every cell, so often."""
    return together(worked(partial(_cell, runs, seed, every), cells))


def _cell(runs: int, seed: int, every: int, cell: Cell) -> Table:
    table, (n, share) = Table(), cell
    rng = np.random.default_rng([seed, n, int(100 * share)])
    for run in range(runs):
        _competing(table, cell, rng)
        _recurrent(table, cell, rng)
        if run % every == 0:
            _weighted(table, cell, rng)
    return table


def _competing(table: Table, cell: Cell, rng: np.random.Generator) -> None:
    n, share = cell
    # F1(52) = share and F2(52) = share / 2 with even hazards
    total = -np.log(1 - 1.5 * share) / END
    own = total / 1.5
    either, until = rng.exponential(1 / total, 2 * n), followed(rng, 2 * n)
    week = np.minimum(np.ceil(either), until).astype(int)
    cause = np.where(np.ceil(either) <= until, np.where(rng.random(2 * n) < 2 / 3, 1, 2), 0)
    arm = np.repeat([0, 1], n)
    counts = event_counts_by_group(week, cause, arm, 2, causes=2, table_weeks=END + 1)
    one, other = (cumulative_incidence(group) for group in counts)
    for at in (WEEK, END):
        true = own / total * (1 - np.exp(-total * at))
        table.interval(cell, f"incidence, week {at}", true, incidence_at(other, 1, at))
        table.interval(cell, f"incidence of the competing event, week {at}", true / 2, incidence_at(other, 2, at))
        difference = incidence_difference(one, other, 1, at)
        table.interval(cell, f"incidence difference, week {at}", 0.0, difference)
        table.test(cell, f"incidence difference, week {at}", difference.p_value)
    test = gray_test(counts)
    few = test.reason is None and (cause == 1).sum() / 2 < FEWEST_EXPECTED
    p = test.p_value
    if few:
        # to see whether 5 % are rejected, a hundred divisions are enough, and only where chi-squared would reject or nearly
        p = shuffled_gray_p(*counts, seed=int(week.sum()), draws=99) if p < 0.3 else 1.0
    table.test(cell, "Gray", p)
    # the event known only as within four weeks, the competing one as the end of follow-up
    since = np.where(cause == 1, (week - 1) // 4 * 4, week).astype(float)
    table.test(
        cell,
        "score test, known within four weeks",
        interval_score_test(since, np.where(cause == 1, since + 4, np.inf), arm, 2).p_value,
    )
    events = (cause == 1).sum()
    fit = fine_gray(week, cause, arm[:, None]) if events >= EVENTS_PER_PARAMETER else None
    table.test(cell, "Fine-Gray, from ten events", np.nan if fit is None or fit.reason else fit.p_value[0])


def _recurrent(table: Table, cell: Cell, rng: np.random.Generator) -> None:
    n, share = cell
    # with a gamma frailty of variance 1, P(none) = 1 / (1 + rate x 52)
    rate = (1 / (1 - share) - 1) / END
    until = followed(rng, 2 * n)
    person = np.repeat(np.arange(2 * n), rng.poisson(rng.gamma(1, 1, 2 * n) * rate * until))
    week, entry, arm = rng.integers(1, until[person] + 1), np.zeros(2 * n, int), np.repeat([0, 1], n)
    parts = []
    for group in (0, 1):
        mine = arm[person] == group
        parts.append(mean_cumulative_function(entry[:n], until[arm == group], person[mine] - group * n, week[mine]))
    table.interval(cell, "mean number of events", rate * END, mean_events_at(parts[1], END))
    difference, ratio = mean_events_difference(*parts, END), mean_events_ratio(*parts, END)
    table.interval(cell, "difference of mean numbers of events", 0.0, difference)
    table.interval(cell, "ratio of mean numbers of events", 1.0, ratio)
    table.test(cell, "difference of mean numbers of events", difference.p_value)
    table.test(cell, "ratio of mean numbers of events", ratio.p_value)
    for model in ("andersen-gill", "pwp-total", "pwp-gap", "wlw"):
        fit = (
            recurrent_cox(entry, until, person, week, arm[:, None], model=model) if len(week) >= EVENTS_PER_PARAMETER else None
        )
        table.test(cell, f"recurrent, {model}, from ten events", np.nan if fit is None or fit.reason else fit.p_value[0])


def _weighted(table: Table, cell: Cell, rng: np.random.Generator) -> None:
    n, share = cell
    # half have the hazard times 2/3 and half times 4/3, so that about the share has the event; the truth is exact
    hazard = -np.log(1 - share) / END
    true = 1 - np.mean([1 - np.exp(-hazard * part * END) for part in (2 / 3, 4 / 3)])
    curves = []
    for seed in (1, 2):
        high = rng.random(n) < 0.5
        happens = np.ceil(rng.exponential(1 / (hazard * np.where(high, 4 / 3, 2 / 3)))).astype(int)
        gone = rng.random(n) < LOST * np.where(high, 1.5, 0.5)
        until = np.where(gone, rng.integers(1, END + 1, n), END)
        week, event = np.minimum(happens, until), (happens <= until).astype(int)
        labels = {"half": np.where(high, "b", "a")}
        curves.append(censoring_weighted_survival(week, event, labels, [END], seed=[seed, int(week.sum())], draws=DRAWS))
    table.interval(cell, "weighted survival", true, curves[0].answers[0])
    table.interval(cell, "difference of weighted survival", 0.0, weighted_difference(*curves, 0))


def page(table: Table, runs: int, seed: int) -> str:
    """The page for the docs."""
    told = " ".join((__doc__ or "").split("\n\n")[-1].split())
    lines = ["# Simulation: competing, recurrent and weighted curves", ""]
    lines += ["Made by `python -m tests.simulation.competing_coverage`; change the code, not this page.", "", told, ""]
    lines += [f"{legend(runs, seed)} Weighted curves: one run of {WEIGHTED_EVERY}, right to about 4."]
    return "\n".join([*lines, *table_lines(table), ""])


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    PAGE.write_text(page(simulate(options.runs, options.seed), options.runs, options.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
