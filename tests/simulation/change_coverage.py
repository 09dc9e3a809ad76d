"""How often the intervals and tests of change are right: simulated trials with drop-out, in the sizes that the field has.

    .venv/bin/python -m tests.simulation.change_coverage 20000 > docs/simulation-change.md

A score has mean 0 and SD 1 at baseline; later scores correlate 0.5 with it, fall by 0.5 SD (coverage) or not at all (size), and have
SD 1, or 1.5. People drop out at random (30 %), or more often the worse off they are at baseline (`by baseline`: 45 % above
the mean, 15 % below). "True" is the effect in everyone, those who dropped out included.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from analyses.statistics.change.between_effect import (
    difference_by_pooled_sd,
    difference_by_pooled_sd_exact,
    difference_of_changes,
)
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap
from analyses.statistics.change.effect_size import (
    change_by_average_sd,
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_change_sd,
    change_by_residual_sd,
)
from analyses.statistics.change.paired_change import mean_with_interval, paired_moments
from analyses.statistics.change.signed_ranks import sign_test, signed_ranks
from analyses.statistics.models.linear_model import DIFFERENCE, adjusted_difference

SIZES = (11, 34, 150)
DROP_OUT = ("none", "at random", "by baseline")
CORRELATION = 0.5
FALL = 0.5


def trial(rng: np.random.Generator, n: int, drop_out: str, fall: float, sd_later: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of those who stayed, at baseline and later."""
    before = rng.normal(size=n)
    later = -fall + sd_later * (CORRELATION * before + np.sqrt(1 - CORRELATION**2) * rng.normal(size=n))
    if drop_out == "none":
        return before, later
    risk = 0.3 if drop_out == "at random" else np.where(before > 0, 0.45, 0.15)
    stays = rng.random(n) >= risk
    return before[stays], later[stays]


def one_group(rng: np.random.Generator, n: int, drop_out: str, sd_later: float, replicates: int) -> dict[str, bool]:
    """Whether each interval holds the truth, for one simulated group."""
    before, later = trial(rng, n, drop_out, FALL, sd_later)
    moments = paired_moments(before, later)
    change_sd = np.sqrt(1 + sd_later**2 - 2 * CORRELATION * sd_later)
    truths = {
        "mean change, t": (mean_with_interval(moments.mean_change, moments.sd_change, moments.n), -FALL),
        "g, normal": (change_by_baseline_sd(moments), -FALL),
        "g, normal for unequal SDs": (change_by_baseline_sd_unequal(moments), -FALL),
        "d_av, normal": (change_by_average_sd(moments), -FALL / np.sqrt((1 + sd_later**2) / 2)),
        "d_rm, normal": (change_by_residual_sd(moments), -FALL / change_sd * np.sqrt(2 * (1 - CORRELATION))),
        "d_z, noncentral t": (change_by_change_sd(moments), -FALL / change_sd),
    }
    if replicates:
        seed = int(rng.integers(2**32))
        truths["g, BCa bootstrap"] = (change_by_baseline_sd_bootstrap(before, later, seed, replicates=replicates), -FALL)
    return {name: bool(answer.ci_low <= truth <= answer.ci_high) for name, (answer, truth) in truths.items()}


def no_change(rng: np.random.Generator, n: int, drop_out: str) -> dict[str, bool]:
    """Whether each test rejects at 5 % when nothing changed."""
    before, later = trial(rng, n, drop_out, 0.0)
    change, moments = later - before, paired_moments(before, later)
    return {
        "paired t": mean_with_interval(moments.mean_change, moments.sd_change, moments.n).p_value < 0.05,
        "Wilcoxon signed ranks": signed_ranks(change).p_value < 0.05,
        "sign test": sign_test(change).p_value < 0.05,
    }


def two_groups(rng: np.random.Generator, n: int, drop_out: str) -> dict[str, bool]:
    """Whether each interval holds the difference of half a SD between two groups of n."""
    (before, later), (other_before, other_later) = trial(rng, n, drop_out, FALL), trial(rng, n, drop_out, 0.0)
    one, other = paired_moments(before, later), paired_moments(other_before, other_later)
    start, end = np.concatenate([before, other_before]), np.concatenate([later, other_later])
    first = np.arange(len(start)) < len(before)
    answers = {
        "ANCOVA, t": adjusted_difference(start, end, first).one(DIFFERENCE),
        "ANCOVA, HC3": adjusted_difference(start, end, first, errors="HC3").one(DIFFERENCE),
        "g_between, normal": difference_by_pooled_sd(one, other),
        "g_between, noncentral t": difference_by_pooled_sd_exact(one, other),
        "d_ppc2, normal": difference_of_changes(one, other),
    }
    return {name: bool(answer.ci_low <= -FALL <= answer.ci_high) for name, answer in answers.items()}


def shares(simulate, runs: int, seed: int) -> dict[str, float]:
    """The share of runs in which each came out true; `simulate` takes a generator."""
    streams = np.random.default_rng(seed).spawn(runs)
    outcomes = [simulate(stream) for stream in streams]
    return {name: float(np.mean([outcome[name] for outcome in outcomes])) for name in outcomes[0]}


def _tables(runs: int) -> Iterator[str]:
    boot = max(runs // 10, 1)
    parts = [
        (f"Coverage of 95 % intervals, one group, {runs} runs", lambda n, d: lambda g: one_group(g, n, d, 1.0, 0), runs),
        (f"The same with SD 1.5 later, {runs} runs", lambda n, d: lambda g: one_group(g, n, d, 1.5, 0), runs),
        (f"With the bootstrap (2,000 replicates), {boot} runs", lambda n, d: lambda g: one_group(g, n, d, 1.0, 2_000), boot),
        (f"Size of tests at 5 % when nothing changed, {runs} runs", lambda n, d: lambda g: no_change(g, n, d), runs),
        (f"Coverage between two groups of n each, {runs} runs", lambda n, d: lambda g: two_groups(g, n, d), runs),
    ]
    for title, simulation, count in parts:
        yield f"\n## {title}\n"
        cells = {(n, d): shares(simulation(n, d), count, seed=n) for n in SIZES for d in DROP_OUT}
        yield "| | " + " | ".join(f"n = {n}, drop-out {d}" for n, d in cells) + " |"
        yield "|---" * (len(cells) + 1) + "|"
        for name in next(iter(cells.values())):
            yield f"| {name} | " + " | ".join(f"{100 * found[name]:.1f}" for found in cells.values()) + " |"


def main() -> None:
    """Print the page."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print("# Simulation: how often the intervals and tests of change are right\n")
    print("Made by `tests/simulation/change_coverage.py`; percentages, and 95 (or 5) is what they should be.")
    print("\n".join((__doc__ or "").split("\n\n")[2:]).strip())
    for line in _tables(runs):
        print(line)


if __name__ == "__main__":
    main()
