"""A small run of the simulation of differences between arms; the large one makes docs/simulation-between-arms.md."""

from tests.simulation.arms_coverage import INTERACTION, table

RUNS = 60
LEAST = 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5


def test_intervals_between_arms_cover_with_drop_out():
    for name, (covered, size, _, none) in table(34, 0.0, 0.0, RUNS, 3).items():
        assert covered > LEAST, name
        assert size < 0.05 + 4 * (0.95 * 0.05 / RUNS) ** 0.5, name
        # fewer than ten people in a cell are refused
        assert none < (0.6 if name == INTERACTION else 0.1), name


def test_only_errors_by_provider_hold_when_providers_differ():
    found = table(60, 0.0, 4.0, RUNS, 3)
    assert found["ANCOVA, CR2 by provider"][0] > LEAST
    assert found["ANCOVA of complete pairs, t"][0] < LEAST
