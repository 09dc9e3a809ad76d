"""How often the printed intervals of a first event hold the truth, and its tests reject although nothing differs.

    python -m tests.simulation.event_coverage [--runs 1000]

writes `docs/simulation-events.md`. The tests run the same with few runs.

Two arms of n people each. A share of the second arm has the event within 52 weeks, at an even hazard; what happens in a week is known
as that week, so that events are tied. Three in ten drop out, at any week; everybody else is followed for 52 weeks. For tests the arms
are alike; for intervals the hazard of the first is half that of the second.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from analyses.shared.event_tests import FEWEST_EXPECTED
from analyses.statistics.events.event_counts import event_counts
from analyses.statistics.events.fixed_time_test import fixed_time_test
from analyses.statistics.events.log_rank import log_rank
from analyses.statistics.events.nelson_aalen import hazard_at, nelson_aalen
from analyses.statistics.events.observed_expected import hazard_ratio_peto
from analyses.statistics.events.restricted_mean import (
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
    time_lost_ratio,
)
from analyses.statistics.events.shuffled_test import shuffled_log_rank_p
from analyses.statistics.events.survival_contrast import survival_difference, survival_ratio
from analyses.statistics.events.survival_curve import Estimate, quantile_weeks, survival_at, survival_curve
from analyses.statistics.hazards.cox_model import cox_model
from analyses.statistics.hazards.firth_cox import firth_cox
from analyses.statistics.hazards.proportional_hazards import proportional_hazards
from analyses.statistics.inference.blocks import worked
from analyses.statistics.rates.rates import WEEKS_PER_YEAR, rate, rate_ratio
from tests.simulation._cells import CELLS, END, Cell, Table, followed, legend, table_lines, together

PAGE = Path(__file__).parents[2] / "docs" / "simulation-events.md"
WEEKS, RATIO = (26, 52), 0.5
EVENTS_PER_PARAMETER = 10


def simulate(runs: int, seed: int, cells: tuple[Cell, ...] = CELLS) -> Table:
    """Every cell, so often."""
    return together(worked(partial(_cell, runs, seed), cells))


def _cell(runs: int, seed: int, cell: Cell) -> Table:
    table, (n, share) = Table(), cell
    rng = np.random.default_rng([seed, n, int(100 * share)])
    hazard = -np.log(1 - share) / END
    for _ in range(runs):
        _intervals(table, cell, hazard, *(_arm(rng, n, power * hazard) for power in (RATIO, 1.0)))
        _tests(table, cell, *(_arm(rng, n, hazard) for _ in range(2)))
    return table


def _arm(rng: np.random.Generator, n: int, hazard: float) -> tuple[np.ndarray, np.ndarray]:
    happens, until = np.ceil(rng.exponential(1 / hazard, n)).astype(int), followed(rng, n)
    return np.minimum(happens, until), (happens <= until).astype(np.int64)


def _intervals(table: Table, cell: Cell, hazard: float, first, second) -> None:
    counts = [event_counts(*arm, table_weeks=END + 1) for arm in (first, second)]
    one, other = (survival_curve(group) for group in counts)

    def true(week, power: float = 1.0):
        return np.exp(-power * hazard * week)

    mean_a, mean_b = (true(np.arange(END), power).sum() for power in (RATIO, 1.0))
    weekly = 1 - true(1)
    for week in WEEKS:
        table.interval(cell, f"survival, week {week}", true(week), survival_at(other, week))
    median = np.ceil(np.log(2) / hazard)
    if median <= END:
        table.interval(cell, "median, where half have the event", median, quantile_weeks(other, 0.5))
    table.interval(cell, "restricted mean, weeks lost", mean_b, restricted_mean(other, END))
    table.interval(cell, "Nelson-Aalen, week 52", END * weekly, hazard_at(nelson_aalen(counts[1]), END))
    for week in WEEKS:
        a, b = true(week, RATIO), true(week)
        table.interval(cell, f"survival difference, week {week}", a - b, survival_difference(one, other, week))
        table.interval(cell, f"survival ratio, week {week}", a / b, survival_ratio(one, other, week))
    table.interval(cell, "restricted mean difference", mean_a - mean_b, restricted_mean_difference(one, other, END))
    table.interval(cell, "restricted mean ratio", mean_a / mean_b, restricted_mean_ratio(one, other, END))
    table.interval(cell, "ratio of weeks lost", (END - mean_a) / (END - mean_b), time_lost_ratio(one, other, END))
    years, events = zip(*((arm[0].sum() / WEEKS_PER_YEAR, int(arm[1].sum())) for arm in (first, second)))
    rates = [(1 - true(1, power)) * WEEKS_PER_YEAR for power in (RATIO, 1.0)]
    table.interval(cell, "rate", rates[1], rate(events[1], years[1]))
    table.interval(cell, "rate ratio", rates[0] / rates[1], rate_ratio(events[0], years[0], events[1], years[1]))
    table.interval(cell, "hazard ratio, Cox, or Firth with fewer than ten events", RATIO, _hazard_ratio(first, second))
    few = min(log_rank(counts).expected) < FEWEST_EXPECTED
    table.interval(cell, "hazard ratio, Peto", RATIO, Estimate(np.nan) if few else hazard_ratio_peto(*counts))


def _stacked(first, second) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    week, event = (np.concatenate(parts) for parts in zip(first, second))
    return week, event, np.repeat([1.0, 0.0], [len(first[0]), len(second[0])])


def _hazard_ratio(first, second) -> Estimate:
    """The hazard ratio that is printed."""
    given = _stacked(first, second)
    if given[1].sum() < 2:
        return Estimate(np.nan)
    fit = cox_model(*given)
    if given[1].sum() < EVENTS_PER_PARAMETER or fit.reason == "monotone_likelihood":
        fit = firth_cox(*given)
    return Estimate(fit.hazard_ratio[0], np.nan, fit.hazard_ratio_ci_low[0], fit.hazard_ratio_ci_high[0], fit.p_value[0])


def _tests(table: Table, cell: Cell, first, second) -> None:
    counts = [event_counts(*arm, table_weeks=END + 1) for arm in (first, second)]
    one, other = (survival_curve(group) for group in counts)
    test = log_rank(counts)
    few = test.reason is None and min(test.expected) < FEWEST_EXPECTED
    table.test(cell, "log-rank", shuffled_log_rank_p(*counts, seed=int(first[0].sum()), draws=199) if few else test.p_value)
    for name, weighting, gamma in (("Gehan-Breslow", "gehan", 0), ("Fleming-Harrington (0, 1)", "fleming-harrington", 1)):
        kind = {"weighting": weighting, "gamma": gamma}
        test = log_rank(counts, **kind)
        p = shuffled_log_rank_p(*counts, seed=1, draws=199, **kind) if few and test.reason is None else test.p_value
        table.test(cell, name, p)
    for week in WEEKS:
        table.test(cell, f"survival difference and ratio, week {week}", survival_difference(one, other, week).p_value)
    for scale in ("log", "log-log", "logit", "arcsine"):
        table.test(cell, f"curves equal at week 52, {scale}", fixed_time_test(one, other, END, scale=scale).p_value)
    table.test(cell, "restricted mean difference and ratio", restricted_mean_difference(one, other, END).p_value)
    table.test(cell, "ratio of weeks lost", time_lost_ratio(one, other, END).p_value)
    years, events = zip(*((arm[0].sum() / WEEKS_PER_YEAR, int(arm[1].sum())) for arm in (first, second)))
    table.test(cell, "rate ratio", rate_ratio(events[0], years[0], events[1], years[1]).p_value)
    table.test(cell, "hazard ratio, Cox, or Firth with fewer than ten events", _hazard_ratio(first, second).p_value)
    given = _stacked(first, second)
    enough = given[1].sum() >= EVENTS_PER_PARAMETER
    table.test(cell, "proportional hazards", proportional_hazards(*given).overall.p_value if enough else np.nan)


def page(table: Table, runs: int, seed: int) -> str:
    """The page for the docs."""
    told = " ".join((__doc__ or "").split("\n\n")[-1].split())
    lines = [
        "# Simulation: intervals and tests of a first event",
        "",
        "Made by `python -m tests.simulation.event_coverage`; change the code, not this page.",
    ]
    return "\n".join([*lines, "", told, "", legend(runs, seed), *table_lines(table), ""])


def main() -> None:
    """Run, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    PAGE.write_text(page(simulate(chosen.runs, chosen.seed), chosen.runs, chosen.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
