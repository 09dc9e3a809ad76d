"""Killed at any moment while somebody uploads: nothing lost that had a receipt, nothing half there. Hundreds on demand: see `killing`."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal.conftest import DATABASES, SERVER, own_database

KILLS = 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_is_lost_and_nothing_is_half_there(kind, tmp_path):
    with contextlib.ExitStack() as stack:
        database = ""
        if kind == "postgresql":
            if not os.environ.get(SERVER):
                pytest.skip(f"no PostgreSQL to try it on: set {SERVER}")
            database = stack.enter_context(own_database(os.environ[SERVER]))
        command = [sys.executable, "-m", "tests.portal.killing", str(tmp_path), str(KILLS), "1", database]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]
        assert json.loads(done.stdout)["kills"] == KILLS
