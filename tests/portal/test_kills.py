"""Killed at any moment while somebody uploads: nothing lost that had a receipt, nothing half there. Hundreds on demand: see `killing`."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal.conftest import DATABASES, SERVER

KILLS = 15


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
@pytest.mark.parametrize("kind", DATABASES)
def test_nothing_is_lost_and_nothing_is_half_there(kind, tmp_path):
    database = ""
    if kind == "postgresql":
        server = os.environ.get(SERVER)
        if not server:
            pytest.skip(f"no PostgreSQL to try it on: set {SERVER}")
        from sqlalchemy import create_engine, text

        name = f"portal_{secrets.token_hex(6)}"
        admin = create_engine(f"{server.rstrip('/')}/postgres", isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        database = f"{server.rstrip('/')}/{name}"
    try:
        command = [sys.executable, "-m", "tests.portal.killing", str(tmp_path), str(KILLS), "1", database]
        done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]
        assert json.loads(done.stdout)["kills"] == KILLS
    finally:
        if database:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            admin.dispose()
