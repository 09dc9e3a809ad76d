"""The vantage6 algorithm, in its own environment: `VANTAGE6_PYTHON` names a Python that has it (federated/README.md)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_algorithm_equals_pooling_by_file():
    python = os.environ.get("VANTAGE6_PYTHON")
    if python is None:
        pytest.skip("no VANTAGE6_PYTHON: vantage6 has an environment of its own, see federated/README.md")
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "federated")))
    done = subprocess.run(
        [python, str(ROOT / "federated" / "check.py")], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "equal" in done.stdout and "refused" in done.stdout
