"""Counting and drawing at the workers of a scheduler: the same bytes whatever their number, and when one of them is killed."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analyses.statistics.weighting.bootstrap import bootstrap
from evaluation.aggregates.spreading import cluster, counts_of_parts, parts_of
from evaluation.contract.examples import write_example
from evaluation.planning.file import read_plan
from evaluation.planning.lock import lock_plan
from tests.commands import call
from tests.simulation.event_coverage import simulate

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")
PARTS = 9


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Path:
    """The re-arrest trial in nine parts, as Parquet, with the plan beside them."""
    folder = tmp_path_factory.mktemp("parts")
    write_example("rossi", folder / "whole")
    lock_plan(folder / "whole" / "plan.toml")
    (folder / "whole" / "plan.toml").rename(folder / "plan.toml")
    frames = {
        name: pd.read_csv(folder / "whole" / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("treatments", "events")
    }
    clients = frames["treatments"]["client"].to_numpy()
    for number in range(PARTS):
        target = folder / "nation" / f"part-{number}"
        target.mkdir(parents=True)
        own = set(clients[np.arange(len(clients)) % PARTS == number])
        for name, frame in frames.items():
            frame[frame["client"].isin(own)].to_parquet(target / f"{name}.parquet", index=False)
        manifest = (folder / "whole" / "submission.toml").read_text().replace('name = "rossi"', f'name = "part-{number}"')
        (target / "submission.toml").write_text(manifest)
    return folder


@pytest.fixture(scope="module")
def clusters():
    """Schedulers with one worker, two and three, each a process of its own."""
    settings = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with ExitStack() as stack:
        yield [stack.enter_context(distributed.LocalCluster(n_workers=count, **settings)) for count in (1, 2, 3)]


def written(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_bytes_whatever_the_number_of_workers(parts, clusters, tmp_path):
    found = []
    for number, one in enumerate(clusters):
        out = tmp_path / str(number)
        arguments = ["run", parts / "nation", "--plan", parts / "plan.toml", "--internal", "--out", out]
        done = call([*arguments, "--scheduler", one.scheduler_address])
        assert done.code == 0, done.text
        found.append(written(out))
    assert found[0] == found[1] == found[2]
    call(["run", parts / "whole", "--plan", parts / "plan.toml", "--internal", "--out", tmp_path / "alone"])
    key = ["outcome", "measure", "arm", "subgroup", "time"]
    for analysis in ("revictimisation", "hazards", "competing_events"):
        ours, alone = (pd.read_csv(tmp_path / place / "results" / f"{analysis}.csv").set_index(key) for place in ("0", "alone"))
        alone = alone.loc[ours.index]
        for column in ("estimate", "ci_low", "ci_high", "p_value", "n"):
            np.testing.assert_allclose(ours[column], alone[column], rtol=1e-6, atol=1e-9)


def test_a_killed_worker_costs_time_and_not_correctness(parts, clusters):
    plan, paths = read_plan(parts / "plan.toml"), parts_of([parts / "nation"])
    with distributed.Client(clusters[1]) as client:
        undisturbed = counts_of_parts(client, paths, plan)[1]
        victim = next(iter(client.run(os.getpid).values()))
        killer = threading.Timer(0.3, os.kill, (victim, signal.SIGKILL))
        killer.start()
        # so many parts that the worker dies while they are counted
        counted = counts_of_parts(client, paths, plan)[1]
        killer.join()
        assert victim not in client.run(os.getpid).values()
    pd.testing.assert_frame_equal(counted.people, undisturbed.people)
    pd.testing.assert_frame_equal(counted.events, undisturbed.events)


def test_a_plan_that_weights_has_its_draws_made_by_workers(parts, clusters, tmp_path, monkeypatch):
    """Rows are read here, and the draws of people, in a dozen blocks, are made there: the bytes of a run without a scheduler."""
    monkeypatch.setattr(import_module("analyses.statistics.weighting.bootstrap"), "_AT_ONCE", 20_000)
    plan = tmp_path / "plan.toml"
    text = (parts / "plan.toml").read_text().partition("[lock]")[0]
    text = text.replace("[comparison]\n", '[comparison]\ncovariates = ["age_group"]\n')
    plan.write_text(text + '[weighting]\nestimand = "overlap"\nresamples = 199\n')
    lock_plan(plan)
    arguments = ["run", "--plan", plan, "--internal", "--out"]
    done = call([*arguments, tmp_path / "there", parts / "whole", "--scheduler", clusters[1].scheduler_address])
    assert done.code == 0, done.text
    call([*arguments, tmp_path / "here", parts / "whole"])
    here = written(tmp_path / "here")
    assert "results/weighted_comparison.csv" in here and written(tmp_path / "there") == here


def _slow_mean(counts: np.ndarray) -> np.ndarray:
    time.sleep(0.1)
    return (counts @ np.arange(20_000.0) / counts.sum(axis=1))[:, None]


def test_draws_are_the_same_however_many_make_them_and_when_one_is_killed(clusters):
    here = bootstrap(_slow_mean, 20_000, draws=1000, seed=5)
    for one in clusters[:2]:
        with cluster(one.scheduler_address):
            assert np.array_equal(bootstrap(_slow_mean, 20_000, draws=1000, seed=5), here)
    with cluster(clusters[2].scheduler_address) as client:
        victim = next(iter(client.run(os.getpid).values()))
        killer = threading.Timer(0.4, os.kill, (victim, signal.SIGKILL))
        killer.start()
        assert np.array_equal(bootstrap(_slow_mean, 20_000, draws=1000, seed=5), here)
        killer.join()
        assert victim not in client.run(os.getpid).values()


def test_a_simulation_is_the_same_wherever_its_cells_are(clusters):
    cells = ((11, 0.3), (34, 0.1), (11, 0.1))
    here = simulate(2, 7, cells)
    with cluster(clusters[2].scheduler_address):
        there = simulate(2, 7, cells)
    assert there == here and len({cell for cell, _ in here.coverage}) == len(cells)


def test_a_practice_passes_the_ledger_at_its_own_word_only(parts, clusters, tmp_path):
    """Before: whoever counted by workers had an edition that was compared with none, without having asked for that."""
    own = tmp_path / "own"
    shutil.copytree(parts / "nation" / "part-0", own)
    (own / "submission.toml").write_text('contract = "1"\nname = "own"\nnature = "practice"\n')
    arguments = ["run", own, "--plan", parts / "plan.toml", "--scheduler", clusters[0].scheduler_address, "--lang", "en"]
    refused = call([*arguments, "--out", tmp_path / "one"])
    assert refused.code == 2 and "compared with no ledger" in refused.text and not (tmp_path / "one").exists()
    assert call([*arguments, "--out", tmp_path / "two", "--no-ledger"]).code == 0
    assert "Made without a ledger" in (tmp_path / "two" / "evidence.json").read_text()


def test_what_goes_wrong_is_said(parts, clusters, tmp_path):
    address = clusters[0].scheduler_address
    arguments = ["run", "--plan", parts / "plan.toml", "--internal", "--out", tmp_path / "x", "--lang", "en"]
    twice = call([*arguments, parts / "nation" / "part-0", parts / "whole", "--scheduler", address])
    assert twice.code == 2 and "same young people" in twice.text
    nobody = call([*arguments, parts / "whole", "--scheduler", "tcp://127.0.0.1:1"])
    assert nobody.code == 3 and "No scheduler answers" in nobody.text
    both = call([*arguments, parts / "whole", "--scheduler", address, "--aggregate"])
    assert both.code == 2
    (tmp_path / "bad").mkdir()
    for name in ("treatments.csv", "submission.toml"):
        (tmp_path / "bad" / name).write_bytes((parts / "whole" / name).read_bytes())
    text = (tmp_path / "bad" / "treatments.csv").read_text()
    (tmp_path / "bad" / "treatments.csv").write_text(text.replace("52", "abc"))
    bad = call([*arguments, tmp_path / "bad", "--scheduler", address])
    assert bad.code == 1 and "not accepted" in bad.text and "abc" not in bad.text
