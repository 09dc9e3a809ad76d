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
    assert all(cell.outputs for cell in notebook.cells if cell.cell_type == "code" and not cell.source.startswith("from"))


def test_there_are_notebooks():
    assert NOTEBOOKS
