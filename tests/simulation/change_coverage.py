"""How often the intervals and tests of change are right: simulated trials with drop-out, in the sizes that the field has.

    .venv/bin/python -m tests.simulation.change_coverage 4000 > docs/simulation-change.md

A score has mean 0 and SD 1 at baseline; later scores correlate 0.5 with it, fall by 0.5 SD (coverage) or not at all (size), and have
SD 1, or 1.5. "Whole points" are scores with SD 4, rounded, as those of a questionnaire, so that many are alike. People drop out at random
(30 %), or more often the worse off they are at baseline (`by baseline`: 45 % above the mean, 15 % below). "True" is the effect in everyone,
those who dropped out included; n is of those who started, so that with drop-out fewer are analysed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from scipy.special import ndtr

from analyses.statistics.change.between_effect import (
    difference_by_pooled_sd,
    difference_by_pooled_sd_exact,
    difference_of_changes,
    difference_of_changes_exact_variance,
    hedges_g_exact,
)
from analyses.statistics.change.bootstrap import change_by_baseline_sd_bootstrap
from analyses.statistics.change.effect_size import (
    EffectSize,
    change_by_average_sd,
    change_by_average_sd_unequal,
    change_by_baseline_sd,
    change_by_baseline_sd_unequal,
    change_by_change_sd,
    change_by_residual_sd,
)
from analyses.statistics.change.friedman import friedman
from analyses.statistics.change.hodges_lehmann import middle_of_changes, shift_between
from analyses.statistics.change.norm_distance import distance_from_norm
from analyses.statistics.change.paired_change import correlation_interval, mean_with_interval, paired_moments
from analyses.statistics.change.rank_comparison import cliffs_delta, mann_whitney
from analyses.statistics.change.signed_ranks import sign_test, signed_ranks
from analyses.statistics.change.welch import welch
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


def whole_points(scores: np.ndarray) -> np.ndarray:
    """Scores with SD 4, as of a questionnaire, on the same scale."""
    return np.round(4 * scores) / 4


def one_group(rng: np.random.Generator, n: int, drop_out: str, sd_later: float) -> dict[str, float]:
    """Whether each interval holds the truth, for one simulated group."""
    before, later = trial(rng, n, drop_out, FALL, sd_later)
    moments, norm = paired_moments(before, later), rng.normal(0, 1 / np.sqrt(40))
    change_sd = np.sqrt(1 + sd_later**2 - 2 * CORRELATION * sd_later)
    low, high = correlation_interval(moments.correlation, moments.n)
    truths = {
        "mean at baseline, t": (mean_with_interval(moments.mean_before, moments.sd_before, moments.n), 0.0),
        "mean change, t": (mean_with_interval(moments.mean_change, moments.sd_change, moments.n), -FALL),
        "middle of the changes, signed ranks": (middle_of_changes(later - before), -FALL),
        "g, normal": (change_by_baseline_sd(moments), -FALL),
        "g, normal for unequal SDs": (change_by_baseline_sd_unequal(moments), -FALL),
        "d_av, normal": (change_by_average_sd(moments), -FALL / np.sqrt((1 + sd_later**2) / 2)),
        "d_av, normal for unequal SDs": (change_by_average_sd_unequal(moments), -FALL / np.sqrt((1 + sd_later**2) / 2)),
        "d_rm, normal": (change_by_residual_sd(moments), -FALL / change_sd * np.sqrt(2 * (1 - CORRELATION))),
        "d_z, noncentral t": (change_by_change_sd(moments), -FALL / change_sd),
        "share improved, exact": (sign_test(before - later), float(ndtr(FALL / change_sd))),
        "distance from a norm of 40 people, Welch": (
            distance_from_norm(moments.mean_later, moments.sd_later, moments.n, norm, 1.0, 40),
            -FALL,
        ),
        "correlation, Fisher z": (EffectSize(moments.correlation, ci_low=low, ci_high=high), CORRELATION),
    }
    return {name: _holds(answer, truth) for name, (answer, truth) in truths.items()}


def bootstrapped(rng: np.random.Generator, n: int, drop_out: str, sd_later: float) -> dict[str, float]:
    """The same for the bootstrap, 2,000 replicates."""
    before, later = trial(rng, n, drop_out, FALL, sd_later)
    answer = change_by_baseline_sd_bootstrap(before, later, int(rng.integers(2**32)), replicates=2_000)
    return {f"g, BCa bootstrap, SD {sd_later:g} later": _holds(answer, -FALL)}


def _holds(answer, truth: float) -> float:
    """1 when the limits hold the truth, 0 when not, NaN when there are none."""
    return np.nan if np.isnan(answer.ci_low) else float(answer.ci_low <= truth <= answer.ci_high)


def _rejects(answer) -> float:
    return np.nan if np.isnan(answer.p_value) else float(answer.p_value < 0.05)


def no_change(rng: np.random.Generator, n: int, drop_out: str, whole: bool = False) -> dict[str, float]:
    """Whether each test rejects at 5 % when nothing changed."""
    before, later = trial(rng, n, drop_out, 0.0)
    before, later = (whole_points(before), whole_points(later)) if whole else (before, later)
    change, moments = later - before, paired_moments(before, later)
    third = CORRELATION * before + np.sqrt(1 - CORRELATION**2) * rng.normal(size=len(before))
    three = np.column_stack([before, later, whole_points(third) if whole else third])
    found = {
        "paired t": mean_with_interval(moments.mean_change, moments.sd_change, moments.n),
        "Wilcoxon signed ranks": signed_ranks(change),
        "Wilcoxon, zeros ranked (Pratt)": signed_ranks(change, "pratt"),
        "sign test": sign_test(change),
        "Friedman, three moments": friedman(three),
    }
    return {name: _rejects(answer) for name, answer in found.items()} | {
        "0 outside the limits of the middle of the changes": 1 - _holds(middle_of_changes(change), 0.0)
    }


def two_groups(rng: np.random.Generator, n: int, drop_out: str) -> dict[str, float]:
    """Whether each interval holds the difference of half a SD between two groups of n."""
    (before, later), (other_before, other_later) = trial(rng, n, drop_out, FALL), trial(rng, n, drop_out, 0.0)
    one, other = paired_moments(before, later), paired_moments(other_before, other_later)
    start, end = np.concatenate([before, other_before]), np.concatenate([later, other_later])
    first = np.arange(len(start)) < len(before)
    answers = {
        "ANCOVA, t": adjusted_difference(start, end, first).one(DIFFERENCE),
        "ANCOVA, HC3": adjusted_difference(start, end, first, errors="HC3").one(DIFFERENCE),
        "g_between, normal": difference_by_pooled_sd(one, other),
        "d_between, noncentral t": difference_by_pooled_sd_exact(one, other),
        "g_between, noncentral t times J": hedges_g_exact(one, other),
        "d_ppc2, normal": difference_of_changes(one, other),
        "d_ppc2, Morris' variance": difference_of_changes_exact_variance(one, other),
        "change, Welch": welch(later - before, other_later - other_before),
        "shift of the changes, Hodges-Lehmann": shift_between(later - before, other_later - other_before),
    }
    delta = cliffs_delta(later - before, other_later - other_before)
    return {name: _holds(answer, -FALL) for name, answer in answers.items()} | {
        "Cliff's delta": _holds(delta, float(2 * ndtr(-FALL / np.sqrt(2)) - 1))
    }


def no_difference(rng: np.random.Generator, n: int, drop_out: str, whole: bool = False) -> dict[str, float]:
    """Whether each test rejects at 5 % when two groups changed alike."""
    groups = [trial(rng, n, drop_out, FALL) for _ in range(2)]
    one, other = (whole_points(later) - whole_points(before) if whole else later - before for before, later in groups)
    return {
        "Welch": _rejects(welch(one, other)),
        "Mann-Whitney": _rejects(mann_whitney(one, other)),
        "0 outside the limits of Cliff's delta": 1 - _holds(cliffs_delta(one, other), 0.0),
        "0 outside the limits of the shift": 1 - _holds(shift_between(one, other), 0.0),
    }


def shares(simulate, runs: int, seed: int) -> dict[str, float]:
    """The share of runs in which each came out true, of those that gave an answer; `simulate` takes a generator."""
    streams = np.random.default_rng(seed).spawn(runs)
    outcomes = [simulate(stream) for stream in streams]
    return {name: float(np.nanmean([outcome[name] for outcome in outcomes])) for name in outcomes[0]}


def _tables(runs: int) -> Iterator[str]:
    boot = max(runs // 4, 1)
    parts = [
        (f"Coverage of 95 % intervals, one group, {runs} runs", lambda n, d: lambda g: one_group(g, n, d, 1.0), runs, DROP_OUT),
        (f"The same with SD 1.5 later, {runs} runs", lambda n, d: lambda g: one_group(g, n, d, 1.5), runs, DROP_OUT),
        (f"With the bootstrap, {boot} runs", lambda n, d: lambda g: bootstrapped(g, n, d, 1.0), boot, DROP_OUT[:2]),
        (f"The same with SD 1.5 later, {boot} runs", lambda n, d: lambda g: bootstrapped(g, n, d, 1.5), boot, DROP_OUT[:2]),
        (f"Size of tests at 5 % when nothing changed, {runs} runs", lambda n, d: lambda g: no_change(g, n, d), runs, DROP_OUT),
        (f"The same in whole points, {runs} runs", lambda n, d: lambda g: no_change(g, n, d, True), runs, DROP_OUT[:2]),
        (f"Coverage between two groups of n each, {runs} runs", lambda n, d: lambda g: two_groups(g, n, d), runs, DROP_OUT),
        (
            f"Size of tests between two groups of n each, {runs} runs",
            lambda n, d: lambda g: no_difference(g, n, d),
            runs,
            DROP_OUT[:2],
        ),
        (f"The same in whole points, {runs} runs", lambda n, d: lambda g: no_difference(g, n, d, True), runs, DROP_OUT[:2]),
    ]
    for title, simulation, count, losses in parts:
        yield f"\n## {title}\n"
        cells = {(n, d): shares(simulation(n, d), count, seed=n) for n in SIZES for d in losses}
        yield "| | " + " | ".join(f"n = {n}, drop-out {d}" for n, d in cells) + " |"
        yield "|---" * (len(cells) + 1) + "|"
        for name in next(iter(cells.values())):
            yield f"| {name} | " + " | ".join(f"{100 * found[name]:.1f}" for found in cells.values()) + " |"


READING = """
## What this says

- By t, mean changes, means and distances from a norm do what they promise with 11 people, in whole points and when the spread changes.
- The normal interval of g does not when treatment changes the spread; `g_unequal_sd` does, and so does `d_av_unequal_sd` beside `d_av`.
- The bootstrap is a little too sure with 11 people, the sign test and its limits are too cautious with any number, and limits by rank
  are too cautious when many scores are alike: an interval then is wider than it need be, never narrower.
- Between two arms every interval and test does what it promises with 11 people in either; Cliff's delta is a little too cautious.
- When people leave by how they are, nothing of this holds (`by baseline`): no interval knows of those who are gone, and more people make it
  only surer of the wrong answer. That is what `missing_data` is for."""


def main() -> None:
    """Print the page."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print("# Simulation: how often the intervals and tests of change are right\n")
    print("Made by `tests/simulation/change_coverage.py`; percentages, and 95 (or 5) is what they should be.")
    print("\n".join((__doc__ or "").split("\n\n")[2:]).strip())
    for line in _tables(runs):
        print(line)
    print(READING)


if __name__ == "__main__":
    main()
