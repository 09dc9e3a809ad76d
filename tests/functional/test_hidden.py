"""A file of the user's own that hides ours is named, from whichever side one comes in; what hides nothing is left alone."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import intervention_evaluation
from intervention_evaluation import Hidden, hiding, would_hide

ROOT = Path(__file__).parents[2]
CONSOLE = "import sys; sys.path[:1] = [{first!r}]; sys.argv[0] = 'evaluation'; from intervention_evaluation import main; main()"
HIDING = (
    "reports/__init__.py",
    "analyses/__init__.py",
    "data_schemas/__init__.py",
    "pandas.py",
    "typer.py",
    "scipy/__init__.py",
)


def python(*arguments: object, folder: Path, path: str = str(ROOT)):
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run([sys.executable, *map(str, arguments)], cwd=folder, env=environment, capture_output=True, text=True)


def put(folder: Path, name: str) -> Path:
    """The user's own file; what stands in the way is the file or the folder that is a package."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine = 1\n", encoding="utf-8")
    return file.parent if file.name == "__init__.py" else file


@pytest.mark.parametrize("name", HIDING)
def test_as_a_module_the_command_names_the_file(tmp_path, name):
    file = put(tmp_path, name)
    for lang, words in (("nl", "neemt dan het verkeerde bestand"), ("en", "takes the wrong file")):
        done = python("-m", "evaluation", "doctor", "--lang", lang, folder=tmp_path)
        assert done.returncode == 2 and str(file) in done.stderr and words in done.stderr, done.stderr
        assert len(done.stderr.splitlines()) == 1 and not done.stdout


@pytest.mark.parametrize("name", ["evaluation.py", "evaluation/__init__.py", *HIDING])
def test_the_console_script_names_the_file_on_the_path_of_python(tmp_path, name):
    file = put(tmp_path / "mine", name)
    done = python(
        "-c", CONSOLE.format(first=str(tmp_path)), "doctor", folder=tmp_path, path=f"{tmp_path / 'mine'}{os.pathsep}{ROOT}"
    )
    assert done.returncode == 2 and str(file) in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr


@pytest.mark.parametrize("name", HIDING)
def test_an_import_names_the_file(tmp_path, name):
    file = put(tmp_path, name)
    done = python("-c", "import evaluation", folder=tmp_path)
    assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith(
        f"intervention_evaluation.Hidden: {file}: this program"
    )


def test_in_jupyter_it_is_two_lines(tmp_path, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    put(tmp_path, "reports.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    shell = InteractiveShell()
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        shell.run_cell("import intervention_evaluation\nintervention_evaluation.refuse_hidden()")
    assert len(said.getvalue().strip().splitlines()) == 2 and "reports.py: this program uses that name too" in said.getvalue()


def test_a_report_is_refused_before_its_kernel_takes_the_wrong_file(tmp_path, finished):
    file = put(tmp_path / "mine", "reports/__init__.py")
    arguments = ("report", finished("anorexia") / "evidence", "--to", "html", "--out", tmp_path / "out")
    done = python(
        "-c", CONSOLE.format(first=str(tmp_path)), *arguments, folder=tmp_path, path=f"{tmp_path / 'mine'}{os.pathsep}{ROOT}"
    )
    assert done.returncode == 2 and str(file) in done.stderr


def test_doctor_says_what_would_hide_ours_in_a_notebook_there(tmp_path, monkeypatch, command):
    file = put(tmp_path, "evaluation.py")
    for lang, words in (("nl", "verbergt in deze map iets"), ("en", "in this folder it hides something")):
        done = command("doctor", "--lang", lang, folder=tmp_path)
        assert done.code == 0 and str(file) in done.out and words in done.out
    monkeypatch.syspath_prepend(str(tmp_path))
    assert hiding() == [file]
    done = command("doctor", folder=tmp_path)
    assert done.code == 2 and "VERBERGT" in done.out


def test_what_hides_nothing_is_left_alone(tmp_path, monkeypatch):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "2025.pdf").touch()
    (tmp_path / "evaluation").mkdir()
    (tmp_path / "pypandoc.py").touch()
    (tmp_path / "pypandoc_binary-1.0.dist-info").mkdir()
    put(tmp_path, "mine.py")
    assert would_hide(tmp_path) == [] and would_hide(ROOT) == []
    assert python("-m", "evaluation", "--version", folder=tmp_path).returncode == 0
    put(tmp_path, "data_schemas.py")
    monkeypatch.setattr(sys, "path", [str(ROOT), str(tmp_path), *sys.path])
    assert hiding() == []


def test_several_files_are_named_together(tmp_path):
    files = [put(tmp_path, "pandas.py"), put(tmp_path, "numpy.py")]
    text = str(Hidden(files))
    assert all(str(file) in text for file in files) and "those names" in text


def test_the_libraries_are_those_that_we_ask_for():
    import tomllib
    from importlib.metadata import packages_distributions

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = {
        line.partition(">")[0].lower().replace("_", "-")
        for line in (*project["dependencies"], *extras["analyses"], *extras["reports"])
    }
    home = packages_distributions()
    named = {name.lower().replace("_", "-") for module in intervention_evaluation.LIBRARIES for name in home[module]}
    assert asked <= named
