"""The wheel holds the four packages with their data, the command's own module and nothing else, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("evaluation", "data_schemas", "analyses", "reports", "intervention_evaluation.py")
KEPT = {
    ".py",
    ".pyi",
    ".toml",
    ".txt",
    ".csv",
    ".md",
    ".qmd",
    ".lua",
    ".typ",
    ".css",
    ".html",
    ".js",
    ".json",
    ".docx",
    ".template",
    ".xz",
    ".typed",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out, ROOT]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_what_the_packages_hold(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(["git", "ls-files", *PACKAGES], cwd=ROOT, capture_output=True, text=True)
    expected = set(tracked.stdout.split()) if tracked.returncode == 0 else names
    assert expected <= names | {name for name in expected if not (ROOT / name).exists()}
    assert {name.split("/")[0] for name in names} == set(PACKAGES)
    assert {Path(name).suffix for name in names} <= KEPT


def test_the_wheel_works_without_the_checkout(wheel, tmp_path):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONWARNINGS": ""}
    run = [sys.executable, "-c", "from intervention_evaluation import main; main()"]
    home = tmp_path / "somewhere"
    home.mkdir()
    for arguments in (
        ["doctor"],
        ["example", "fireworks", "--out", "ex"],
        ["validate", "ex", "--lang", "en"],
        ["plan", "show", "ex/plan.toml"],
    ):
        done = subprocess.run([*run, *arguments], cwd=home, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    assert not list(home.glob("*.py"))
