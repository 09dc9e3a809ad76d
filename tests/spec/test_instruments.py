"""The registry of questionnaires and of published effects: what was read in a source, and what must not be used."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from data_schemas.benchmarks import Benchmark, benchmarks
from data_schemas.instruments import Instrument, registry

# Published values, typed here from the publications: instrument, informant, range, reliability, cut-off.
PUBLISHED = [
    ("cries-13", "self", (0, 65), 0.89, 30),
    ("cries-13", "parent", (0, 65), 0.87, 31),
    ("cats-2", "self", (0, 60), 0.89, 21),
    ("cats-2", "parent", (0, 60), 0.91, 21),
    ("cptci", "self", (25, 100), 0.78, 46),
    ("cptci-s", "self", (10, 40), 0.92, 16),
    ("ies-r", "self", (0, 88), 0.96, 23),
    ("kidscreen-10", "self", (None, None), 0.82, None),
    ("kidscreen-10", "parent", (None, None), 0.78, None),
    ("cbcl", "parent", (None, None), 0.97, None),
    ("ysr", "self", (None, None), 0.95, None),
    ("ors", "self", (0, 40), None, 25),
]


@pytest.mark.parametrize(("name", "informant", "ends", "reliability", "cutoff"), PUBLISHED)
def test_published_values(name, informant, ends, reliability, cutoff):
    instrument = registry()[name]
    assert (instrument.minimum, instrument.maximum) == ends
    found, boundary = instrument.reliability(informant), instrument.cutoff(informant)
    assert (found and found.value) == reliability
    assert (boundary and boundary.value) == cutoff


def test_direction():
    better = {name for name, instrument in registry().items() if instrument.higher_is_better}
    assert better == {
        "body-weight",
        "body-weight-kg",
        "c-ors",
        "empo-parent",
        "empo-youth",
        "gas-t",
        "kidscreen-10",
        "ors",
        "rses",
        "rses-0-30",
        "sdq-prosocial",
        "srs",
    }


def test_what_was_not_read_is_never_used():
    """The cut-offs of the PROPS and CROPS and the norms of T scores stand in the registry unverified."""
    for name, informant in (("props", "parent"), ("crops", "self")):
        assert registry()[name].cutoffs and registry()[name].cutoff(informant) is None
    assert registry()["kidscreen-10"].norms and registry()["kidscreen-10"].norm("self") is None
    assert registry()["rses"].reliability("self").value == 0.81  # .86 comes first in the file, unverified


def test_dutch_norm_of_the_sdq():
    norm = registry()["sdq"].norm("self")
    assert (norm.mean, norm.sd, norm.n) == (8.6, 5.0, 993)


def test_numbers_lie_within_the_range():
    for name, instrument in registry().items():
        low = instrument.minimum if instrument.minimum is not None else float("-inf")
        high = instrument.maximum if instrument.maximum is not None else float("inf")
        assert all(low < cutoff.value < high for cutoff in instrument.cutoffs), name
        assert all(low < norm.mean < high for norm in instrument.norms), name
        named = {entry.informant for entry in (*instrument.reliabilities, *instrument.norms, *instrument.cutoffs)} - {None}
        assert named <= set(instrument.informants), name


def test_a_range_that_runs_backwards_is_refused():
    with pytest.raises(ValidationError, match="minimum must lie below maximum"):
        Instrument(nl="x", en="x", minimum=5, maximum=5, higher_is_better=True, source="none given")


def test_benchmarks_as_published():
    found = benchmarks()
    assert (found["residential-internalising"].estimate, found["residential-externalising"].estimate) == (0.45, 0.60)
    trial = found["tf-cbt-caps-ca"]
    assert (trial.estimate, trial.ci_low, trial.ci_high) == (20.2, 12.2, 28.1)
    assert {benchmark.instrument for benchmark in found.values()} - {None} <= set(registry())
    assert all(benchmark.words.nl != benchmark.words.en for benchmark in found.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"ci_low": 0.5},
        {"ci_low": 0.5, "ci_high": 0.6},
        {"unit": "share"},
        {"unit": "share", "estimate": 1.2, "weeks": 26},
        {"unit": "points"},
        {"instrument": "cries-13"},
    ],
)
def test_a_benchmark_that_contradicts_itself_is_refused(wrong):
    sound = dict(
        nl="x",
        en="y",
        domain="internalising",
        unit="standardised_mean_change",
        estimate=0.45,
        population="youth",
        design="pre/post",
        source="Somebody (2000)",
        verified=True,
    )
    assert Benchmark(**sound).estimate == 0.45
    with pytest.raises(ValidationError):
        Benchmark(**(sound | wrong))
