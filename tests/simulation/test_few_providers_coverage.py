"""A small run of the simulation of few providers of eleven; the large one makes docs/simulation-few-providers.md."""

from tests.simulation.few_providers_coverage import coverage

RUNS = 60
LEAST = 0.95 - 4 * (0.95 * 0.05 / RUNS) ** 0.5


def test_intervals_by_provider_hold_where_a_fifth_lies_between_six():
    found = coverage(6, 0.2, RUNS, 3)
    held = (
        "mean change, by provider",
        "g, by provider",
        "share, by provider",
        "without an event, by provider",
        "hazard ratio, by provider",
    )
    assert all(found[name][0] > LEAST for name in (*held, "adjusted difference, by provider", "pooled change, Hartung & Knapp"))
    assert found["mean change, people as independent"][0] < 0.95 and all(none < 0.1 for _, none in found.values())


def test_two_providers_hold_too():
    found = coverage(2, 0.05, RUNS, 3)
    assert found["mean change, by provider"][0] > LEAST and found["hazard ratio, by provider"][0] > LEAST
