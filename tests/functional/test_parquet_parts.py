"""A table in parts: a folder of Parquet files, as programs for large data write them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evaluation.contract.examples import write_example
from evaluation.validation.validating import validate
from tests.commands import call

TABLES = ("treatments", "events")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "rossi"
    write_example("rossi", folder)
    return folder


@pytest.fixture
def bare(whole, tmp_path) -> Path:
    """A folder with the submission's words, and no table."""
    shutil.copy(whole / "submission.toml", tmp_path / "submission.toml")
    return tmp_path


def frame(whole: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(whole / f"{name}.csv")


def test_parts_are_the_table(whole, bare):
    """In any number of parts, with what other programs leave beside them: the content of the CSV, by its hash."""
    for name in TABLES:
        (bare / f"{name}.parquet").mkdir()
        for part in range(11):
            frame(whole, name).iloc[part::11].to_parquet(bare / f"{name}.parquet" / f"part.{part}.parquet", index=False)
        (bare / f"{name}.parquet" / "_SUCCESS").touch()
    assert validate(bare).submission.sha256 == validate(whole).submission.sha256


def test_folders_with_a_value_are_a_column(whole, bare):
    """As Hive, Spark and Arrow write them; and types that differ between parts, or that pandas makes of numbers with gaps."""
    table = pa.Table.from_pandas(frame(whole, "treatments"), preserve_index=False)
    pq.write_to_dataset(table, bare / "treatments", partition_cols=["arm", "provider"])
    events = frame(whole, "events")
    (bare / "events").mkdir()
    events.iloc[::2].astype({"week_from": float, "event": "category"}).to_parquet(bare / "events" / "a.parquet", index=False)
    events.iloc[1::2].astype({"week_from": str, "week_to": "Int16"}).to_parquet(bare / "events" / "b.parquet", index=False)
    assert validate(bare).submission.sha256 == validate(whole).submission.sha256


def test_a_finding_counts_rows_through_all_parts(whole, bare):
    people = frame(whole, "treatments")
    (bare / "treatments").mkdir()
    for place, part in enumerate((people.iloc[:100], people.iloc[100:].assign(follow_up_weeks="veel"))):
        part.to_parquet(bare / "treatments" / f"{place}.parquet", index=False)
    [found] = [one for one in validate(bare).findings if one.rule.code == "cell-not-whole"]
    assert found.file == "treatments" and found.lines[0] == 101 and len(found.lines) == len(people) - 100


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda part, people: people.drop(columns="arm").to_parquet(part, index=False),
            "does not have the same columns as a.parquet",
        ),
        (lambda part, people: people.to_csv(part.with_suffix(".csv"), index=False), "holds Parquet files only"),
        (lambda part, people: part.write_bytes(b"PAR1 and no more"), "not a (complete) Parquet file"),
        (lambda part, people: part.symlink_to("a.parquet"), "holds Parquet files only"),
    ],
)
def test_what_is_no_part_is_said(whole, bare, spoil, words):
    people = frame(whole, "treatments")
    (bare / "treatments").mkdir()
    people.to_parquet(bare / "treatments" / "a.parquet", index=False)
    spoil(bare / "treatments" / "b.parquet", people)
    done = call(["validate", bare, "--lang", "en"])
    assert done.code == 3 and words in done.text


def test_a_folder_without_parts_is_not_passed_over(whole, bare):
    shutil.copy(whole / "treatments.csv", bare)
    (bare / "events.parquet").mkdir()
    done = call(["validate", bare, "--lang", "en"])
    assert done.code == 3 and "holds no part of a table" in done.text
    (bare / "events.parquet").rename(bare / "events")
    shutil.copy(whole / "events.csv", bare / "events")
    done = call(["validate", bare, "--lang", "en"])
    assert done.code == 3 and "Parquet files only" in done.text
