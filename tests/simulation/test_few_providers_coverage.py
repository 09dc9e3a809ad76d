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
        "hazard ratio, by provider; one arm each",
        "mean time, by provider",
        "incidence, by provider",
        "rate, by provider",
        "without an event, difference, by provider",
        "without an event, difference, by provider; one arm each",
        "mean time, difference, by provider",
        "mean time, difference, by provider; one arm each",
        "incidence, difference, by provider; one arm each",
        "rate ratio, by provider; one arm each",
        "log-rank test, by provider",
        "log-rank test, by provider; one arm each",
        "g between arms, by provider; one arm each",
        "a category against the others, by provider",
        "categories at once, by provider",
        "categories at once, difference between arms, by provider",
    )
    assert all(found[name][0] > LEAST for name in (*held, "adjusted difference, by provider", "pooled change, Hartung & Knapp"))
    assert found["mean change, people as independent"][0] < 0.95 and all(none < 0.1 for _, none in found.values())
    assert found["mean time, difference, people as independent; one arm each"][0] < 0.95


def test_two_providers_hold_too():
    found = coverage(2, 0.05, RUNS, 3)
    for name in (
        "mean change",
        "hazard ratio",
        "without an event, difference",
        "mean time, difference",
        "log-rank test",
        "g between arms",
    ):
        assert found[f"{name}, by provider"][0] > LEAST, name
    # three categories of two providers: no test, and no crash
    assert found["categories at once, by provider"][1] == 1.0
