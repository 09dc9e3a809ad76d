"""What many tests need: a command to run, and finished examples to look at."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands import Done, call

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, as the command does


@pytest.fixture
def command() -> Callable[..., Done]:
    """`command("validate", path)` runs `evaluation validate path`."""
    return lambda *arguments, folder=None: call(arguments, folder)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Callable[[str, bool], Path]:
    """A folder with submission, locked plan and evidence of an example, made once per session."""
    made: dict[tuple[str, bool], Path] = {}

    def make(name: str, internal: bool = False) -> Path:
        if (name, internal) not in made:
            home = tmp_path_factory.mktemp(name)
            for arguments in (
                ["example", name, "--out", home / "submission"],
                ["plan", "lock", home / "submission" / "plan.toml"],
                ["run", home / "submission", "--plan", home / "submission" / "plan.toml", "--out", home / "evidence"]
                + ["--internal"] * internal,
            ):
                done = call(arguments)
                assert done.code == 0, (arguments, done.text)
            made[name, internal] = home
        return made[name, internal]

    return make
