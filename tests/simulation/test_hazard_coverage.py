"""A small run of the simulation of hazard ratios; a large one writes its page."""

import pytest
from scipy.special import bdtrc

from tests.simulation.hazard_coverage import MODELS, page, simulate

RUNS = 12


@pytest.fixture(scope="module")
def tables():
    return simulate(RUNS, 7, (34,))


def test_intervals_cover_and_tests_keep_their_size(tables):
    """Not so many misses or rejections that nominal 95 % and 5 % would give them once in 100,000 times."""
    coverage, size = tables
    for key, count in coverage.items():
        assert bdtrc(count.made - count.hits - 1, count.made, 0.05) > 1e-5, key
    for key, count in size.items():
        assert bdtrc(count.hits - 1, count.made, 0.05) > 1e-5, key


def test_the_analysis_has_an_answer_wherever_firth_has_with_two_events(tables):
    for counts in tables:
        for (setting, share, model, n), count in counts.items():
            if model == MODELS[2] and share > 0.1:
                assert count.made == count.runs, (setting, share, n)


def test_the_page_has_every_model(tables):
    text = page(*tables, RUNS, 7)
    assert all(f"| 0.3 | {model} |" in text for model in MODELS)
