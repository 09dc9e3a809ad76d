"""A report as pandoc's tree, assembled in this process: what a kernel does in seconds, for tests that look at many reports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupytext import reads

from evaluation.rendering import DOCUMENTS
from evaluation.rendering.executing import included
from evaluation.rendering.parting import marker
from evaluation.rendering.workspace import EVIDENCE, FIGURES, check_evidence, fill
from reports.text.markdown import Block


def assembled(place: Path, reader: str, lang: str) -> str:
    """The Markdown that the cells of a reader's documents make of the evidence in a filled folder, each after its marker."""
    shown: list[str] = []
    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALUATION_EVIDENCE", str(place / EVIDENCE))
        patch.setenv("EVALUATION_FIGURES", FIGURES)
        patch.setenv("EVALUATION_LANG", lang)
        patch.chdir(place)
        for name in DOCUMENTS[reader]:
            shown.append(marker(name))
            cells = reads(included(place, f"{name}.qmd"), fmt="Rmd").cells
            for cell in (cell for cell in cells if cell.cell_type in ("markdown", "code")):
                shown.append(_shown(cell.source, names) if cell.cell_type == "code" else cell.source)
    return "\n\n".join(shown) + "\n"


def filled(place: Path, evidence: Path) -> Path:
    """A folder with the documents and the evidence, as a report is made in."""
    place.mkdir(parents=True)
    return fill(place, evidence, check_evidence(evidence))


def elements(node: object) -> Iterator[dict]:
    """Every element of a tree, from the outside in."""
    if isinstance(node, dict):
        if "t" in node:
            yield node
        for part in node.values():
            yield from elements(part)
    elif isinstance(node, list):
        for part in node:
            yield from elements(part)


def text_of(node: object) -> str:
    """The words of a tree as they are read, each paragraph and cell on a line of its own."""
    spaces = {"Space": " ", "SoftBreak": " ", "LineBreak": " ", "Plain": "\n", "Para": "\n", "Header": "\n"}
    return "".join(
        found["c"] if found["t"] == "Str" else found["c"][1] if found["t"] == "Code" else spaces.get(found["t"], "")
        for found in elements(node)
    )


def _shown(source: str, names: dict[str, object]) -> str:
    """What a cell shows: the value of its last line."""
    code = ast.parse(source)
    last = code.body.pop()
    assert isinstance(last, ast.Expr), source
    exec(compile(code, "cell", "exec"), names)
    block = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    assert isinstance(block, Block), source
    return block._repr_markdown_()
