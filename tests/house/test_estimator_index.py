"""The rooms of estimators are indexes: what a module has is there under its room, and nothing slow is loaded to show it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from analyses.statistics import estimators
from evaluation.contract.documenting._stubs import homes, modules, rooms
from evaluation.contract.documenting.estimators import libraries, own_because

ROOT = Path(__file__).parents[2]
MODULES = [path for room in rooms() for path in modules(room)]


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_a_room_gives_what_its_modules_have(room):
    package = import_module(f"analyses.statistics.{room.name}")
    for name, module in homes(room):
        assert name in dir(package)
        assert getattr(package, name) is getattr(import_module(f"analyses.statistics.{room.name}.{module}"), name)
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_the_kind'"):
        _ = package.nothing_of_the_kind


@pytest.mark.parametrize("room", rooms(), ids=lambda room: room.name)
def test_a_name_is_in_one_module_of_a_room(room):
    twice = [name for name, times in Counter(name for name, _ in homes(room)).items() if times > 1]
    assert not twice


@pytest.mark.parametrize("lines", [
    ["from analyses.statistics import events"],
    ["from analyses.statistics.events.log_rank import log_rank", "from analyses.statistics import events"],
    ["from analyses.statistics import events", "events.log_rank", "import analyses.statistics.events.log_rank"],
    ["import importlib", "importlib.import_module('analyses.statistics.events.log_rank')", "from analyses.statistics import events"],
], ids=["room", "module-first", "module-last", "by-machine"])  # fmt: skip
def test_a_function_is_not_hidden_by_its_module_of_the_same_name(lines):
    check = [
        "from analyses.statistics.events import log_rank as one",
        "from analyses.statistics.events.log_rank import log_rank as other",
        "assert callable(events.log_rank) and events.log_rank is one is other",
        "import sys, types",
        "assert isinstance(sys.modules['analyses.statistics.events.log_rank'], types.ModuleType)",
    ]
    _run([*lines, *check])


def test_showing_the_rooms_loads_nothing():
    _run([
        "import sys",
        "import analyses.statistics as statistics",
        "for room in dir(statistics): assert dir(getattr(statistics, room)), room",
        "assert statistics.estimators()",
        "slow = {'numpy', 'scipy', 'pandas', 'statsmodels', 'lifelines', 'matplotlib'}",
        "assert not slow & set(sys.modules), slow & set(sys.modules)",
    ])  # fmt: skip


def test_every_estimator_has_its_line():
    assert len(estimators()) > 100
    for name, line in estimators().items():
        assert line.endswith((".", ":")) and len(line) < 250, (name, line)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_a_module_says_why_it_is_own_code_or_leaves_the_work_to_a_library(path):
    assert own_because(path) or libraries(path)


def _run(lines: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
