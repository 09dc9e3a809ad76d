"""Checking, anonymising and the template run where statistics and documents are not installed; what cannot run says what to install.

The modules of the extras are refused in a process of its own, as if they were not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from evaluation.evidence.provenance import constraints_hash
from evaluation.installation.extras import EXTRAS, WITH
from tests.functional.test_anonymise import write_export

ROOT = Path(__file__).parents[2]
# with what comes along: none of these is in a light installation
ABSENT = {
    *(name for modules in EXTRAS.values() for name in modules),
    *("IPython", "jupyter_client", "jupyter_core", "nbformat", "traitlets", "patsy", "formulaic", "autograd", "PIL"),
}
REFUSING = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ABSENT!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refuse())
"""
COMMANDS = """
import contextlib, io, json
from intervention_evaluation import main
done = []
for arguments in json.loads(sys.argv[1]):
    sys.argv[:] = ["evaluation", *arguments]
    code, out, err = 0, io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    done.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(done))
"""


def refusing(code: str, folder: Path, *arguments: str) -> str:
    """What a program prints where the extras are not installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": ""}
    command = [sys.executable, "-c", REFUSING + code, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def light(tmp_path):
    """Commands in a light installation, in an empty folder: of each its exit code, answer and messages."""

    def run(*commands: list[object]) -> list[tuple[int, str, str]]:
        asked = json.dumps([[str(part) for part in command] for command in commands])
        return [tuple(one) for one in json.loads(refusing(COMMANDS, tmp_path, asked))]

    return run


RAW = "naam;start;soort\nAnna Voorbeeld;2024-01-08;a\n"


def test_what_a_provider_does_needs_no_statistics_and_no_documents(light, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "treatments.csv").write_text(RAW, encoding="utf-8")
    write_export(tmp_path)
    commands = (
        ["--version"],
        ["template", "fill.xlsx"],
        ["codebook", "--out", "codebook.html"],
        ["example", "fireworks", "--out", "ex"],
        ["example", "consortium", "--out", "group"],
        ["validate", "ex", "--json", "f.json", "--html", "f.html", "--annotate", "f.xlsx"],
        ["validate", "group", "--plan", "group/plan.toml"],
        ["anonymise", "raw", "--draft", "recipe.toml"],
        ["anonymise", "export", "--recipe", "recept.toml", "--out", "submission"],
        ["validate", "submission"],
        ["explain", "threshold"],
        ["explain", "--list"],
        ["plan", "new", "draft.toml", "--for", "ex"],
        ["plan", "lock", "ex/plan.toml"],
        ["plan", "show", "ex/plan.toml"],
        ["doctor"],
        ["doctor", "--json", "-"],
    )
    done = light(*commands)
    for arguments, (code, out, err) in zip(commands, done, strict=True):
        assert code == 0, (arguments, out, err)
    assert "niet geïnstalleerd: matplotlib" in done[-2][1]
    found = json.loads(done[-1][1])
    assert found["sound"] and set(found["extras"]["analyses"]["absent"]) == set(EXTRAS["analyses"])


def test_what_cannot_run_says_what_to_install(light, finished, tmp_path):
    home = finished("fireworks")
    plan = home / "submission" / "plan.toml"
    for lang, words in (("nl", "is meer nodig"), ("en", "needs more")):
        commands = (
            ["run", home / "submission", "--plan", plan, "--out", "evidence"],
            ["report", home / "evidence", "--to", "html", "--out", "report"],
            ["power", "--people", "100", "--share", "0.5", "--weeks", "52"],
            ["evidence", "verify", home / "evidence", "--submission", home / "submission", "--plan", plan],
            ["evidence", "verify", home / "evidence"],
            ["ledger", "check", "ledger.json", home / "submission", "--plan", plan],
            ["demo"],
            ["serve", "--no-browser"],
        )
        for arguments, (code, out, err) in zip(commands, light(*([*one, "--lang", lang] for one in commands)), strict=True):
            assert code == 2 and not out, (arguments, err)
            assert 'pip install "intervention-evaluation[complete]"' in err and words in err and len(err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


NOTEBOOK = """
import evaluation
evidence = evaluation.read_evidence({folder!r})
assert len(evidence.tidy("nl")) and "g = " in evidence.html("en")
for call in (lambda: evidence.figure("change", "props:parent"), lambda: evaluation.run("x", "y"), lambda: evaluation.report({folder!r})):
    try:
        call()
    except evaluation.UserError as error:
        print("intervention-evaluation[complete]" in str(error))
"""


def test_a_notebook_reads_evidence_and_is_told_the_same(finished, tmp_path):
    said = refusing(NOTEBOOK.format(folder=str(finished("fireworks") / "evidence")), tmp_path)
    assert said.split() == ["True"] * 3


def test_the_extras_are_those_of_the_project():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = declared["optional-dependencies"]
    assert extras["complete"] == [f"intervention-evaluation[{','.join(name for name in EXTRAS if name not in WITH)}]"]
    assert set(EXTRAS) == set(extras) - {"complete", "dev"}
    home = {
        module: {name.lower().replace("_", "-") for name in names}
        for module, names in metadata.packages_distributions().items()
    }
    for extra, modules in EXTRAS.items():
        asked = {re.match(r"[\w-]+", line).group().lower().replace("_", "-") for line in extras[extra]} - {declared["name"]}
        assert asked == set().union(*(home[module] for module in modules))
        assert not asked & {re.match(r"[\w-]+", line).group() for line in declared["dependencies"]}


def test_the_hash_of_versions_is_over_what_is_used_and_there(monkeypatch):
    """A wheel repeats under `complete` what it has under the other extras; only what is installed, and not for developing, counts."""
    base, more = ["numpy>=2", "pandas<4,>=3"], ["scipy>=1.15", "statsmodels>=0.15", "no-such-library>=1"]
    extras = [f"{one}; extra == '{name}'" for name in ("analyses", "complete", "reports") for one in more]
    expected = "".join(f"{name}=={metadata.version(name)}\n" for name in ("numpy", "pandas", "scipy", "statsmodels"))
    for asked in ([*base, *more], [*base, *extras, "pytest>=8; extra == 'dev'"]):
        monkeypatch.setattr(metadata, "requires", lambda name, asked=asked: asked)
        assert constraints_hash() == hashlib.sha256(expected.strip().encode()).hexdigest()
