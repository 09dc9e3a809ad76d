"""How many names, numbers and telling codes are found, on names that are in no list of ours; how often a clean cell is blamed."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.identifier_cells import CLEAN_CODES, CLEAN_TEXTS, NAMES, code_of, named
from benchmarks.identifiers import NUMBERS, PLANTED, found_among, refused
from data_schemas.names import given_names, names_that_are_words
from data_schemas.names.people import naming
from data_schemas.rules import rules
from data_schemas.words import LANGS

LEAST = 0.93  # of 300 cells per origin; the whole benchmark, ten times as large, keeps 0.95 over all


@pytest.mark.parametrize("origin", NAMES)
def test_held_out_names_are_in_no_list(origin):
    held_out = {name.casefold() for name in NAMES[origin]["held_out"]}
    assert not held_out & (given_names() | names_that_are_words())


@pytest.mark.parametrize("origin", NAMES)
def test_names_that_no_list_knows_are_found(origin):
    rng = random.Random(f"names {origin}")
    found = naming(pa.array([named(rng, origin, held_out=True) for _ in range(300)])).maybe
    assert found.mean() >= LEAST


def test_over_all_origins_recall_is_at_least_95_per_cent():
    rng = random.Random(11)
    texts = [named(rng, origin, held_out=True) for origin in NAMES for _ in range(300)]
    assert naming(pa.array(texts)).maybe.mean() >= 0.95


@pytest.mark.parametrize("origin", NAMES)
def test_codes_that_are_no_codes_are_found(origin):
    rng = random.Random(f"codes {origin}")
    assert found_among([code_of(rng, origin) for _ in range(25)], CLEAN_CODES["pseudonym"], "client", rng, 30) >= 0.95


@pytest.mark.parametrize("kind", NUMBERS)
def test_one_number_in_a_remark_is_found(kind):
    rng = random.Random(kind)
    assert found_among([PLANTED[kind](rng) for _ in range(10)], CLEAN_TEXTS["reason"], "extra", rng, 20) == 1


@pytest.mark.parametrize(("header", "makers"), [("extra", CLEAN_TEXTS), ("client", CLEAN_CODES)])
def test_fewer_than_one_in_a_thousand_clean_cells_is_blamed(header, makers):
    rng = random.Random(5)
    blamed = [refused([maker(rng) for _ in range(60)], header).mean() for maker in makers.values() for _ in range(8)]
    assert 1000 * np.mean(blamed) < 1


def test_no_message_of_ours_names_anyone():
    """They stand in workbooks that are checked again."""
    texts = [
        words[lang] for rule in rules().values() for words in (rule.title, rule.expectation, rule.repair) for lang in LANGS
    ]
    found = naming(pa.array(texts)).maybe
    assert not [text for text, blamed in zip(texts, found) if blamed]
