"""Same input, same bytes, on another machine too: another language, clock, hash seed, number of threads, umask, folder, and row order."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from evaluation.contract.examples import write_example
from evaluation.planning.draft import draft_plan
from evaluation.validation.validating import validate

HERE = {"LC_ALL": "C.UTF-8", "TZ": "Europe/Amsterdam", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
ELSEWHERE = {"LC_ALL": "C", "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "4711", "OPENBLAS_NUM_THREADS": "2", "PYTHONUTF8": "0"}


def _shuffled(folder: Path, ends: str = "\r\n") -> None:
    """The rows of every table in another order, with the line ends of Windows."""
    for file in folder.glob("*.csv"):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        random.Random(8).shuffle(rows)
        file.write_bytes((ends.join([head, *rows]) + ends).encode())


def _evidence(data: Path, out: Path, environment: dict[str, str], folder: Path, umask: int) -> dict[str, bytes]:
    """The files that `evaluation run` writes, in a process of its own."""
    code = "import sys; from evaluation.command_line import main; sys.argv[0] = 'evaluation'; main()"
    arguments = ["run", data, "--plan", data / "plan.toml", "--out", out, "--exploratory"]
    inherited = {name: value for name, value in os.environ.items() if name not in {*HERE, *ELSEWHERE, "LANG", "LANGUAGE"}}
    subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env=inherited | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        cwd=folder,
        umask=umask,
        check=True,
        capture_output=True,
    )
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("name", ["anorexia"])
def test_another_machine_writes_the_same_bytes(tmp_path, name):
    write_example(name, tmp_path / "data")
    other = shutil.copytree(tmp_path / "data", tmp_path / "elders" / "gegevens é")
    _shuffled(other)
    home = _evidence(tmp_path / "data", tmp_path / "evidence", HERE, tmp_path, 0o022)
    away = _evidence(other, tmp_path / "elders" / "bewijs", ELSEWHERE, other, 0o077)
    assert list(home) == list(away) and "evidence.json" in home
    assert [file for file in home if home[file] != away[file]] == []


def test_a_draft_knows_no_outcome(tmp_path):
    """Scores dealt out anew, events moved, and all that happened to people exchanged: the draft has the same bytes."""
    write_example("anorexia", tmp_path / "data")
    write_example("rossi", tmp_path / "rossi")
    for home, table, columns in (
        ("data", "measurements", ["score"]),
        ("rossi", "treatments", ["follow_up_weeks", "follow_up_end"]),
    ):
        folder = tmp_path / home
        before = validate(folder).submission
        frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
        order = list(range(len(frame)))
        random.Random(3).shuffle(order)
        there = [column for column in columns if column in frame]
        frame[there] = frame[there].iloc[order].to_numpy()
        frame.to_csv(folder / f"{table}.csv", index=False)
        if home == "rossi":
            # one event is left: which kinds are kept track of is shape
            (folder / "events.csv").write_text("\n".join((folder / "events.csv").read_text().splitlines()[:2]) + "\n")
        after = validate(folder).submission
        assert after is not None and after.sha256 != before.sha256
        assert draft_plan(after) == draft_plan(before), home
