"""A document with cells in, Markdown with the answers of its cells out."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupytext import reads
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from data_schemas.words import Lang, Words
from evaluation.failures import RenderingFailed
from evaluation.rendering.parting import marker
from evaluation.rendering.workspace import environment

_INCLUDE = re.compile(r"^\{\{< include (\S+) >\}\}$", re.MULTILINE)
_SECONDS_PER_CELL = 300
# a socket's file name may have some 100 characters
_LONGEST_SOCKET = 80


def executed(place: Path, names: Sequence[str], lang: Lang) -> str:
    """The bodies of documents as Markdown, every cell replaced by what it shows, each after its marker; one kernel runs them all.

    Raises
    ------
    RenderingFailed
        A cell failed; the message names the kind of error, for its text can hold data.
    """
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python"}})
    cells = notebook.cells
    for name in names:
        found = reads(included(place, f"{name}.qmd"), fmt="Rmd").cells
        cells += [
            nbformat.v4.new_markdown_cell(marker(name)),
            *(cell for cell in found if cell.cell_type in ("markdown", "code")),
        ]
    try:
        _run(_client(notebook, place), environment(place, lang), place)
    except CellExecutionError as error:
        raise _failed(error.ename) from None
    except (CellTimeoutError, DeadKernelError, RuntimeError) as error:
        raise _failed(type(error).__name__) from None
    return "\n\n".join(cell.source if cell.cell_type == "markdown" else _shown(cell) for cell in cells) + "\n"


def included(place: Path, name: str) -> str:
    """A document's text with the files that it includes in their place, as Quarto does it."""
    text = (place / name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda found: included(place, found.group(1)).strip(), text)


class _OwnKernel(AsyncKernelManager):
    """A kernel of the Python that runs now: no kernel that is installed elsewhere can take its place."""

    @property
    def kernel_spec(self) -> KernelSpec:
        argv = [
            sys.executable,
            "-P",
            "-s",
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
        ]
        return KernelSpec(argv=argv, display_name="Python", language="python")

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: object) -> None:
        # what a kernel says for itself is not for the person at the keyboard, and could hold data
        await super()._async_launch_kernel(kernel_cmd, **options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _run(client: NotebookClient, env: dict[str, str], place: Path) -> None:
    """Run every cell in a loop of its own thread, closed afterwards: a notebook that asks for a report has a running loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(client.async_execute(env=env, cwd=str(place)))).result()


def _client(notebook: nbformat.NotebookNode, place: Path) -> NotebookClient:
    sockets = place / ".k"
    sockets.mkdir()
    short = os.name == "posix" and len(str(sockets)) < _LONGEST_SOCKET
    own = Config(transport="ipc" if short else "tcp", connection_file=str(sockets / "k.json"))
    return NotebookClient(
        notebook,
        kernel_manager_class=_OwnKernel,
        config=Config(_OwnKernel=own),
        timeout=_SECONDS_PER_CELL,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(place)}},
    )


def _shown(cell: nbformat.NotebookNode) -> str:
    shown = [output["data"]["text/markdown"] for output in cell.outputs if "text/markdown" in output.get("data", {})]
    return "\n\n".join(shown)


def _failed(kind: str) -> RenderingFailed:
    return RenderingFailed(
        Words(
            f"Het rapport kon niet worden gemaakt: een onderdeel ervan liep vast ({kind}).",
            f"The report could not be made: a part of it failed ({kind}).",
        )
    )
