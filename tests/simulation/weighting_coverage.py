"""Do weighted comparisons hold the truth under confounding, and how far off is one without weights?

    .venv/bin/python -m tests.simulation.weighting_coverage 300 > docs/simulation-weighting.md

Who is worse off at the start (a score with SD 1) and who is in a closed setting (40 %) comes into the first arm more often, has higher scores
later and has the event sooner: of 100 people with a score one SD higher, 69 instead of 50 are in the first arm. Later scores have SD 3 beside
that, and the first arm is 2 points lower. Events do not differ between the arms; some 40 % have one by week 26, and a quarter is lost at
any week. Intervals are those of the analysis itself, with 199 resamples.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial

import numpy as np

from analyses.shared.weighing.event_rows import event_records
from analyses.shared.weighing.history import History
from analyses.shared.weighing.people import Trait, Weighed
from analyses.shared.weighing.score_rows import score_records
from analyses.statistics.inference.blocks import worked
from data_schemas.plan import Plan

SIZES = (34, 150, 400)
WAYS = (("overlap", "propensity"), ("ate", "propensity"), ("att", "propensity"), ("att", "entropy"))
EFFECT, WEEK = -2.0, 26
NAMES = {
    "weighted_mean_difference": "weighted mean difference",
    "aipw_difference score": "doubly robust difference in score",
    "g_computation_difference score": "g-computation, score",
    "weighted_g": None,
    "risk_difference": "difference in risk at week 26",
    "aipw_difference": "doubly robust difference in risk",
    "g_computation_difference": "g-computation, risk",
    "weighted_restricted_mean_difference": "difference in restricted mean",
    "weighted_hazard_ratio": "hazard ratio, robust error",
    "weighted_hazard_ratio_bootstrap": "hazard ratio, resampling",
    "weighted_risk_ratio": "ratio of risks",
    "without weights, score": "score, without weights (Welch)",
}


def plan_of(estimand: str, method: str, resamples: int, seed: int) -> Plan:
    """A plan that weights two arms."""
    words = dict.fromkeys(("population", "treatment", "intercurrent_events", "outcome", "summary"), "as simulated")
    return Plan(
        contract="1",
        title="Simulated",
        question="Does the interval hold the truth?",
        programme="care",
        design="quasi_experimental",
        estimand=words,
        events={"event": ["arrest"], "horizons_weeks": [WEEK], "restricted_mean_weeks": WEEK, "competing": ["died"]},
        comparison={"arms": ("first", "second")},
        weighting={"estimand": estimand, "method": method, "resamples": resamples},
        seed=seed,
    )


def people(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Arm (0 first), columns of the design, later score, week and event; both arms have somebody."""
    while True:
        severity, closed = rng.normal(size=n), (rng.random(n) < 0.4).astype(float)
        first = rng.random(n) < 1 / (1 + np.exp(0.3 - 0.8 * severity - 0.7 * closed))
        if 3 <= first.sum() <= n - 3:
            break
    later = 14 + 2 * severity + 2 * closed + EFFECT * first + rng.normal(0, 3, n)
    hazard = 1 / (1 + np.exp(4.2 - 0.5 * severity - 0.5 * closed))
    event_week = rng.geometric(hazard)
    last = np.where(rng.random(n) < 0.25, rng.integers(1, 53, n), 52)
    return (~first).astype(int), np.column_stack([severity, closed]), later, np.minimum(event_week, last), event_week <= last


def given_of(plan: Plan, arm: np.ndarray, columns: np.ndarray) -> Weighed:
    """The people as the analysis has them."""
    everyone = np.ones(len(arm), bool)
    traits = (
        Trait("severity", numbers=columns[:, 0]),
        Trait("closed", codes=columns[:, 1].astype(int), names=("open", "closed")),
    )
    design = np.column_stack([np.ones(len(arm)), columns])
    return Weighed(plan, everyone, everyone, ("first", "second"), arm, design, traits, np.zeros(len(arm), int), ())


def study(way: tuple[str, str], n: int, runs: int, seed: int, resamples: int = 199) -> dict[str, tuple[float, float]]:
    """Per interval how often it holds the truth, and how often there is none."""
    rng = np.random.default_rng([seed, n])
    plan = plan_of(*way, resamples, seed)
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        arm, columns, later, week, event = people(rng, n)
        given = given_of(plan, arm, columns)
        history = History(week, event.astype(int), None, week, event.astype(int), 1)
        rows = [record | {"of": " score"} for record in score_records(given, later, -1, (-40, 40))]
        rows += [record | {"of": ""} for record in event_records(given, history, plan.events)]
        for row in rows:
            name = row["measure"] + row["of"] * (row["measure"] in ("aipw_difference", "g_computation_difference"))
            if NAMES.get(name):
                truth = EFFECT if row["of"] else 1.0 if row["unit"] == "ratio" else 0.0
                low, high = (row.get(limit, np.nan) for limit in ("ci_low", "ci_high"))
                found.setdefault(name, []).append(low <= truth <= high if np.isfinite(low) else np.nan)
        found.setdefault("without weights, score", []).append(_welch(later, arm))
    return {name: (float(np.nanmean(each)), float(np.isnan(each).mean())) for name, each in found.items()}


def _welch(later: np.ndarray, arm: np.ndarray) -> bool:
    from analyses.statistics.change.welch import welch

    answer = welch(later[arm == 0], later[arm == 1])
    return bool(answer.ci_low <= EFFECT <= answer.ci_high)


def _lines(runs: int) -> Iterator[str]:
    yield "# Simulation: weighted comparisons\n"
    yield f"Made by `tests/simulation/weighting_coverage.py` with {runs} studies per cell (a coverage of 95 % has a Monte Carlo error of "
    yield f"{100 * np.sqrt(0.0475 / runs):.1f} points). In brackets in how many of 100 studies there was no interval.\n"
    yield "\n".join((__doc__ or "").split("\n\n")[2:]).strip()
    cells = [(way, n) for way in WAYS for n in SIZES]
    found = dict(zip(cells, worked(partial(_cell_of, runs), cells)))
    for way in WAYS:
        tables = [found[way, n] for n in SIZES]
        yield f"\n## {way[0]}, {way[1]}: coverage of the 95 % interval\n"
        yield "| interval |" + "".join(f" {n} people |" for n in SIZES) + f"\n|---|{'---:|' * len(SIZES)}"
        for name, words in NAMES.items():
            if words:
                yield f"| {words} |" + "".join(f" {_cell(*table[name])} |" for table in tables)


def _cell_of(runs: int, cell: tuple[tuple[str, str], int]) -> dict[str, tuple[float, float]]:
    return study(*cell, runs, 17)


def _cell(covered: float, none: float) -> str:
    return f"{covered:.1%}" + (f" ({100 * none:.0f})" if none >= 0.005 else "")


READING = """
## What this says

- Without weights the interval of the score holds the truth in 70 % of studies of 34 people, and in none of 400: more people make it worse.
- Weighted intervals hold it in 93 to 98 % of studies, whatever the group that the difference is for; the robust error of the hazard ratio in 91 to 96 %
  of studies of 34 people, where the interval by resampling holds it in 97 to 99 %.
- A ratio of risks with few events has an interval that is too wide, or none.
- Entropy balancing of a dozen people to the means of others has no answer in 16 of 100 studies of 34 people: the arms are too unlike. A resample
  that cannot be balanced exactly comes as near as its people can; left out, three of four such studies had no interval.
- All of this where everything that matters was measured. What was not measured is what the E-value is about."""


def main() -> None:
    """Print the page."""
    for line in _lines(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        print(line, flush=True)
    print(READING)


if __name__ == "__main__":
    main()
