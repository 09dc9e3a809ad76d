"""A small run of the simulation of intervals by provider; the large one makes docs/simulation-providers.md."""

from tests.simulation.providers_coverage import between, within

RUNS = 80
LEAST = 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5


def test_intervals_by_provider_cover_where_others_do_not():
    found = within((75, 75), 0.15, RUNS, 5)
    assert found["mean change, by provider"][0] > LEAST and found["g, by provider"][0] > LEAST
    assert found["mean change, people as independent"][0] < LEAST and found["g, people as independent"][0] < LEAST
    assert all(none < 0.05 for _, none in found.values())


def test_a_difference_between_arms_by_provider_covers():
    found = between(8, 30, True, 0.15, RUNS, 5)
    assert found["adjusted difference, by provider"][0] > LEAST
    assert found["adjusted difference, people as independent"][0] < LEAST
