"""Do the answers to "which arm did better" cover and keep their size, with drop-out, few people and few providers?

    .venv/bin/python -m tests.simulation.arms_coverage 2000 > docs/simulation-between-arms.md

Three moments; the first arm falls 4 points further than the second (coverage) or not at all (size). The worse the last score, the
likelier someone has gone at the next moment, and in the second arm more have gone: 26 and 36 % at the last moment. Scores as in
`over_time_coverage.py`. In the second table people are in eight providers that each give one treatment, and a provider's young
people do better or worse together (SD 2.5 points).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from analyses.statistics.missing.multiple_imputation import imputable, impute
from analyses.statistics.missing.rubin_pooling import Pooled, pool_rubin
from analyses.statistics.missing.score_patterns import score_patterns
from analyses.statistics.missing.tipping_point import imputed_change_sums, shifted_difference
from analyses.statistics.models.cluster_robust import cr2
from analyses.statistics.models.gee import fit_gee
from analyses.statistics.models.linear_model import DIFFERENCE, difference_design, least_squares
from analyses.statistics.models.mixed_model import contrast, fit_mixed
from analyses.statistics.models.model import Contrast, weighted
from analyses.subgroups import SMALLEST_CELL

SIZES = (11, 34, 150)
EFFECT = -4.0
WEEKS = np.array([0.0, 10.0, 22.0])
MEANS = np.array([35.0, 32.0, 31.0])
COURSES = {"equal correlations": 0.0, "people differ in their course": 0.35}
PROVIDERS = 8
INTERACTION = "interaction with a category, HC3"


def trial(rng: np.random.Generator, n: int, effect: float, slope_sd: float, provider_sd: float = 0.0) -> tuple[np.ndarray, ...]:
    """Scores (2 n, 3) with those who left missing, who is in the first arm, and provider."""
    first = np.arange(2 * n) < n
    provider = np.where(first, 0, PROVIDERS // 2) + np.arange(2 * n) % (PROVIDERS // 2)
    means = MEANS + effect * first[:, None] * np.array([0.0, 0.6, 1.0])
    course = rng.normal(0, slope_sd, (2 * n, 1)) * WEEKS + rng.normal(0, provider_sd, PROVIDERS)[provider, None] * (WEEKS > 0)
    scores = means + rng.normal(0, 7, (2 * n, 1)) + course + rng.normal(0, 5, (2 * n, 3))
    gone = np.zeros(2 * n, bool)
    for k in (1, 2):
        risk = 1.62 + 0.6 * first - 0.12 * (scores[:, k - 1] - means[:, k - 1])
        gone |= rng.random(2 * n) < 1 / (1 + np.exp(risk))
        scores[gone, k] = np.nan
    return scores, first, provider


def answers(
    scores: np.ndarray, first: np.ndarray, provider: np.ndarray, rng: np.random.Generator, slow: bool = True
) -> dict[str, object]:
    """The difference at the last moment, first minus second, by everything that the analyses give; `slow`: what takes long as well."""
    person, moment = np.nonzero(~np.isnan(scores))
    y, X = scores[person, moment], np.eye(6)[moment + 3 * ~first[person]]
    L = np.array([-1.0, 0.0, 1.0, 1.0, 0.0, -1.0])
    slope = fit_mixed(y, X, person, WEEKS[moment])
    chosen = slope if slope.reason is None else fit_mixed(y, X, person)
    both = ~np.isnan(scores[:, 2])
    design = difference_design(scores[both, 0], first[both])
    later = scores[both, 2]
    found = {"mixed model, Kenward-Roger": contrast(chosen, L, "kenward-roger")}
    if slow:
        found["GEE, Mancl-DeRouen"] = weighted(fit_gee(y, X, person).model, L)
        found["difference after multiple imputation, m = 20"] = _imputed(scores, first, rng)
    return found | {
        "ANCOVA of complete pairs, t": least_squares(later, design.columns, design.names).one(DIFFERENCE),
        "ANCOVA, HC3": least_squares(later, design.columns, design.names, "HC3").one(DIFFERENCE),
        "difference in mean change, complete pairs": _raw(later - scores[both, 0], first[both]),
        INTERACTION: _interaction(later, scores[both, 0], first[both], np.arange(len(first))[both] % 4 < 2),
        "ANCOVA, CR2 by provider": cr2(later, design.columns, provider[both], design.names).one(DIFFERENCE),
    }


def _raw(change: np.ndarray, first: np.ndarray) -> Contrast:
    return least_squares(change, np.column_stack([np.ones(len(first)), first]), ["intercept", "first"]).one("first")


def _imputed(scores: np.ndarray, first: np.ndarray, rng: np.random.Generator) -> Pooled:
    arms = [score_patterns(scores[first]), score_patterns(scores[~first])]
    if any(imputable(arm).reason for arm in arms):
        return Pooled(np.nan, reason="too_few")
    shifted = shifted_difference(*(imputed_change_sums(impute(arm, 20, rng), 0, 2) for arm in arms))
    return pool_rubin(shifted.estimates, shifted.constant, shifted.complete_df)


def _interaction(later: np.ndarray, before: np.ndarray, first: np.ndarray, inside: np.ndarray) -> Contrast:
    """Difference between the arms in one half of the people less that in the other; there is none. Fewer than ten in a cell: refused."""
    if np.bincount(2 * first + inside, minlength=4).min() < SMALLEST_CELL:
        return Contrast(np.nan, reason="too_few")
    columns = {"one": np.ones(len(first)), "both": first * inside, "first": first, "inside": inside, "before": before}
    return least_squares(later, np.column_stack(list(columns.values())).astype(float), list(columns), "HC3").one("both")


def table(n: int, slope_sd: float, provider_sd: float, runs: int, seed: int) -> dict[str, tuple[float, float, float, float]]:
    """By approach: coverage of the effect, size where there is none, bias, and the share of trials without an answer."""
    rng = np.random.default_rng([seed, n])
    found = {
        effect: [answers(*trial(rng, n, effect, slope_sd, provider_sd), rng, n < 100 or k % 4 == 0) for k in range(runs)]
        for effect in (EFFECT, 0.0)
    }
    rows = {}
    for name in found[0.0][0]:
        with_effect, without = (
            np.array([_numbers(one[name]) for one in found[effect] if name in one]) for effect in (EFFECT, 0.0)
        )
        given, none = (rows[~np.isnan(rows).any(axis=1)] for rows in (with_effect, without))
        truth = 0.0 if name == INTERACTION else EFFECT
        if not len(given) or not len(none):
            rows[name] = (np.nan, np.nan, np.nan, 1.0)
            continue
        covered = ((given[:, 1] <= truth) & (given[:, 2] >= truth)).mean()
        size = ((none[:, 1] > 0) | (none[:, 2] < 0)).mean()
        rows[name] = (covered, size, given[:, 0].mean() - truth, 1 - len(given) / len(with_effect))
    return rows


def _numbers(answer) -> tuple[float, float, float]:
    return answer.estimate, answer.ci_low, answer.ci_high


def _lines(runs: int) -> Iterator[str]:
    yield "# Simulation: the difference between arms, with drop-out and few providers\n"
    yield f"Made by `tests/simulation/arms_coverage.py` with {runs} trials per cell (a coverage of 95 % has a Monte Carlo error of "
    yield f"{100 * np.sqrt(0.0475 / runs):.1f} points; GEE and imputation with 150 people per arm in a quarter of them)."
    yield "\n".join((__doc__ or "").split("\n\n")[2:]).strip()
    for title, sizes, courses, provider_sd in (
        ("People independent of each other", SIZES, COURSES, 0.0),
        ("People who do better or worse by provider", SIZES[:2], {"equal correlations": 0.0}, 2.5),
    ):
        yield f"\n## {title}\n"
        yield "| people per arm | truth | approach | coverage | size at 5 % | bias | no answer |\n|---:|---|---|---:|---:|---:|---:|"
        for n in sizes:
            for course, slope_sd in courses.items():
                for name, (covered, size, bias, none) in table(n, slope_sd, provider_sd, runs, 7).items():
                    yield f"| {n} | {course} | {name} | {covered:.1%} | {size:.1%} | {bias:+.2f} | {none:.1%} |"


READING = """
## What this says

- With people independent of each other every approach is near what it should be, with 11 people per arm as well; the mixed model uses
  those who left, complete pairs do not.
- Where young people of one provider do better or worse together, everything that takes people as independent is too sure of itself,
  and more people do not help. Only errors by provider (CR2, `adjusted_difference_cr2`) hold: read those when there are providers."""


def main() -> None:
    """Print the page."""
    for line in _lines(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000):
        print(line)
    print(READING)


if __name__ == "__main__":
    main()
