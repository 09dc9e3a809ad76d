"""What many tests need: a command to run, and finished examples to look at."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands import Done, call

_NUMBER = itertools.count()

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, as the command does


@pytest.fixture(autouse=True, scope="session")
def no_ledger_of_the_user(tmp_path_factory) -> Iterator[None]:
    """What is made once for many tests is not remembered in the ledger of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_LEDGER", str(tmp_path_factory.mktemp("ledger") / "ledger.json"))
        yield


@pytest.fixture(autouse=True)
def own_ledger(monkeypatch, tmp_path_factory, no_ledger_of_the_user) -> None:
    """No test meets the ledger of another one."""
    monkeypatch.setenv("EVALUATION_LEDGER", str(tmp_path_factory.getbasetemp() / f"ledger-{next(_NUMBER)}" / "ledger.json"))


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
