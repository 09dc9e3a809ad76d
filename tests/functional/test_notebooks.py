"""The notebooks run from start to end, and are kept without their outputs."""

from __future__ import annotations

from pathlib import Path

import nbclient
import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("ignore")
def test_a_notebook_runs(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")], "strip the outputs"
    client = nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": tmp_path}})
    client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if not cell.source.startswith(("from", "import", "def", "rng"))]
    assert all(cell.outputs for cell in shown), "a step that shows nothing"
    assert not [
        out for cell in code for out in cell.outputs if out.get("name") == "stderr" and "Traceback" in out.get("text", "")
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_may_be_said_and_how_r_does_it(path):
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    assert all(words in text for words in ("**May be said:**", "**May not be said:**", "**In R you would**"))


def test_there_are_seven_notebooks():
    assert [path.name[0] for path in NOTEBOOKS] == list("1234567")
