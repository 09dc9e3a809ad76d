"""With Quarto: it renders the same documents as they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from data_schemas.words import Lang, Words
from evaluation.failures import RenderingFailed
from evaluation.rendering.workspace import environment

_TARGETS = {"html": ("html", "html"), "pdf": ("typst", "pdf"), "docx": ("docx", "docx")}
_SECONDS = 600


def documents(place: Path, names: Sequence[str], formats: Sequence[str], lang: Lang) -> dict[tuple[str, str], bytes]:
    """Each document in every format, as bytes by name and format."""
    return {(name, kind): _document(place, name, kind, lang) for name in names for kind in formats}


def _document(place: Path, name: str, kind: str, lang: Lang) -> bytes:
    target, extension = _TARGETS[kind]
    command = ["quarto", "render", f"{name}.qmd", "--to", target, "-M", f"lang:{lang}", "--quiet"]
    # Quarto finds its own parts by variables of its own, and the kernel through the installed Jupyter
    env = {**environment(place, lang), "QUARTO_PYTHON": sys.executable}
    env |= {key: value for key, value in os.environ.items() if key.startswith(("QUARTO_", "DENO_"))}
    env.pop("JUPYTER_DATA_DIR")
    try:
        subprocess.run(command, cwd=place, env=env, capture_output=True, timeout=_SECONDS, check=True)
        return (place / f"{name}.{extension}").read_bytes()
    except (OSError, subprocess.SubprocessError):
        raise RenderingFailed(
            Words(
                "Quarto kon het rapport niet maken. Probeer het zonder Quarto: --engine pandoc",
                "Quarto could not make the report. Try it without Quarto: --engine pandoc",
            )
        ) from None
