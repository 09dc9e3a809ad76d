"""How often the intervals of shares and the tests of paired categories are right: counted over every outcome, not simulated.

    .venv/bin/python -m tests.simulation.shares_coverage > docs/simulation-shares.md

Of n people a share has a binomial distribution, so the chance that an interval holds the truth is a sum over all counts; for two groups
of n over all pairs of counts. Paired categories: a share of the n people moves, either way equally often, which is what the tests test.
The last two tests are simulated: people in four categories (four in ten, three, two and one) who move to any other equally often.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import gammaln, xlogy

from analyses.statistics.proportions.categorical_change import (
    MarginalTest,
    mcnemar,
    mcnemar_exact,
    mcnemar_mid_p,
    stuart_maxwell,
    stuart_maxwell_exact,
)
from analyses.statistics.proportions.proportion import exact_interval, jeffreys_interval, wilson_interval
from analyses.statistics.proportions.share_difference import difference_interval, miettinen_nurminen_difference

SIZES = (11, 34, 150)
SHARES = (0.1, 0.3, 0.6)
START = np.array([0.4, 0.3, 0.2, 0.1])


def binomial(n: int, p: float) -> np.ndarray:
    """Chance of each count from 0 to n."""
    k = np.arange(n + 1)
    return np.exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + xlogy(k, p) + xlogy(n - k, 1 - p))


def one_share(n: int, p: float) -> dict[str, float]:
    """The chance that each interval holds the share."""
    chances = binomial(n, p)
    kinds = {"exact": exact_interval, "Wilson": wilson_interval, "Jeffreys": jeffreys_interval}
    limits = {name: np.array([kind(count, n) for count in range(n + 1)]) for name, kind in kinds.items()}
    return {name: float(chances[(one[:, 0] <= p) & (p <= one[:, 1])].sum()) for name, one in limits.items()}


def two_shares(n: int, p: float, q: float) -> dict[str, float]:
    """The chance that each interval holds the difference of two shares, n people in either group."""
    chances = np.outer(binomial(n, p), binomial(n, q))
    kinds: dict[str, Callable] = {
        "Newcombe": lambda x, y: difference_interval(x, n, y, n),
        "Miettinen-Nurminen": lambda x, y: _limits(miettinen_nurminen_difference(x, n, y, n)),
    }
    likely = np.argwhere(chances > 1e-7)
    found = {}
    for name, kind in kinds.items():
        limits = np.array([kind(int(x), int(y)) for x, y in likely])
        holds = (limits[:, 0] <= p - q + 1e-12) & (p - q - 1e-12 <= limits[:, 1])
        found[name] = float(chances[tuple(likely[holds].T)].sum() / chances[tuple(likely.T)].sum())
    return found


def _limits(answer) -> tuple[float, float]:
    return answer.ci_low, answer.ci_high


def paired(n: int, moving: float) -> dict[str, float]:
    """The chance that each test rejects at 5 % when people move either way equally often."""
    tests = {"McNemar, chi-squared": mcnemar, "McNemar, exact": mcnemar_exact, "McNemar, mid-p": mcnemar_mid_p}
    found = dict.fromkeys(tests, 0.0)
    for moved, chance in enumerate(binomial(n, moving)):
        if moved and chance > 1e-7:
            halves = binomial(moved, 0.5)
            for name, test in tests.items():
                rejects = [test(np.array([[0, b], [moved - b, n - moved]])).p_value < 0.05 for b in range(moved + 1)]
                found[name] += chance * float(halves[rejects].sum())
    return found


def four_categories(n: int, moving: float, runs: int, seed: int) -> dict[str, float]:
    """How often both tests of more categories reject at 5 % when nothing changes in the shares of all together."""
    rng, found = np.random.default_rng([seed, n]), {"Stuart-Maxwell, chi-squared": 0, "Stuart-Maxwell, exact": 0}
    # symmetric: as many from one to another as back
    joint = np.outer(START, START) * (1 - np.eye(4))
    joint *= moving / joint.sum()
    joint += np.diag(START - joint.sum(axis=1))
    for table in rng.multinomial(n, joint.ravel(), runs):
        square = table.reshape(4, 4)
        answers: tuple[MarginalTest, ...] = (stuart_maxwell(square), stuart_maxwell_exact(square, seed))
        for name, answer in zip(found, answers):
            found[name] += bool(answer.p_value < 0.05)
    return {name: count / runs for name, count in found.items()}


def _table(title: str, cells: dict[str, dict[str, float]]) -> Iterator[str]:
    yield f"\n## {title}\n"
    yield "| | " + " | ".join(cells) + " |"
    yield "|---" * (len(cells) + 1) + "|"
    for name in next(iter(cells.values())):
        yield f"| {name} | " + " | ".join(f"{100 * found[name]:.1f}" for found in cells.values()) + " |"


def _tables(runs: int) -> Iterator[str]:
    each = [(n, p) for n in SIZES for p in SHARES]
    yield from _table("Coverage of 95 % intervals of a share", {f"n = {n}, share {p:g}": one_share(n, p) for n, p in each})
    apart = [(n, p, q) for n in SIZES for p, q in ((0.3, 0.3), (0.6, 0.3), (0.3, 0.1))]
    yield from _table(
        "Coverage of 95 % intervals of a difference of shares, n in either group",
        {f"n = {n}, {p:g} and {q:g}": two_shares(n, p, q) for n, p, q in apart},
    )
    yield from _table("Size at 5 % of tests of one category", {f"n = {n}, {p:g} moved": paired(n, p) for n, p in each})
    yield from _table(
        f"Size at 5 % of tests of four categories, {runs} runs",
        {f"n = {n}, {p:g} moved": four_categories(n, p, runs, 1) for n in SIZES for p in (0.3, 0.6)},
    )


READING = """
## What this says

- Exact limits of one share hold the truth more often than they promise, at every size; Wilson's and Jeffreys' do on average, not always.
- Of a difference, the limits of Miettinen and Nurminen do what they promise with 11 people in either group, Newcombe's nearly.
- With few people who moved, tests of paired categories hardly ever find anything, the exact one least: not found is then not absent. The mid-p is
  near what it promises as soon as some ten people moved."""


def main() -> None:
    """Print the page."""
    print("# Simulation: how often the intervals of shares and the tests of paired categories are right\n")
    print("Made by `tests/simulation/shares_coverage.py`; percentages, and 95 (or 5) is what they should be.")
    print("\n".join((__doc__ or "").split("\n\n")[2:]).strip())
    for line in _tables(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000):
        print(line)
    print(READING)


if __name__ == "__main__":
    main()
