"""Synthetic submissions: made from the contract, the same with the same seed, and accepted whatever their size."""

from __future__ import annotations

import pandas as pd
import pytest

from data_schemas.instruments import registry
from data_schemas.tables import tables
from evaluation.contract.synthesising import synthetic, write_synthetic
from evaluation.validation.validating import validate


@pytest.mark.parametrize(("clients", "seed"), [(1, 1), (2, 2), (10, 3), (40, 4), (2_000, 5)])
def test_a_synthetic_submission_is_accepted(clients, seed, tmp_path):
    validation = validate(write_synthetic(tmp_path / "made", synthetic(clients, seed)))
    assert [finding.rule.code for finding in validation.findings if finding.rule.severity == "error"] == []
    assert len(validation.submission.tables["treatments"]) == clients
    assert validation.submission.manifest.nature == "fictional"


def test_what_is_written_is_what_was_made(tmp_path):
    frames = synthetic(60, 6)
    submission = validate(write_synthetic(tmp_path / "made", frames)).submission
    for name, frame in frames.items():
        pd.testing.assert_frame_equal(
            submission.tables[name].astype(str).fillna(""), frame.astype(str).fillna(""), check_dtype=False
        )


def test_every_column_of_the_contract_is_there_and_of_its_kind():
    frames = synthetic(500, 7)
    for name, table in tables().items():
        assert tuple(frames[name].columns) == table.names
        for column in table.columns:
            values = frames[name][column.name].dropna()
            if column.codes:
                assert set(values) <= set(column.codes.values) and values.nunique() > 1
            if column.minimum is not None:
                assert values.astype(float).between(column.minimum, column.maximum).all()


def test_the_same_seed_gives_the_same_data():
    first, again, other = synthetic(30, 8), synthetic(30, 8), synthetic(30, 9)
    assert all(first[name].equals(again[name]) for name in first)
    assert not first["treatments"].equals(other["treatments"])


def test_the_mean_numbers_are_as_asked():
    """5 measurements and 2 events per client, of 3,000 clients of whom a tenth is not followed."""
    frames = synthetic(3_000, 10, measurements=5, events=2)
    assert abs(len(frames["measurements"]) / 3_000 - 5) < 0.2
    assert abs(len(frames["events"]) / 3_000 - 0.9 * 2) < 0.15


def test_scores_lie_within_the_instrument():
    measurements = synthetic(300, 11)["measurements"].dropna(subset=["score"])
    for name, rows in measurements.groupby("instrument", observed=True):
        assert rows["score"].between(registry()[name].minimum, registry()[name].maximum).all()
        assert set(rows["informant"].astype(str)) <= set(registry()[name].informants)
