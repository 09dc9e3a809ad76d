"""Commands as a user runs them, in this process."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """How a command ended: exit code and everything it printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def call(arguments: Sequence[object], folder: Path | None = None) -> Done:
    """`call(["validate", path])` runs `evaluation validate path`, in `folder` when it is given."""
    from evaluation.command_line import main

    out, err = io.StringIO(), io.StringIO()
    before, argv = Path.cwd(), sys.argv
    code = 0
    try:
        os.chdir(folder or before)
        sys.argv = ["evaluation", *map(str, arguments)]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    finally:
        os.chdir(before)
        sys.argv = argv
    return Done(code, out.getvalue(), err.getvalue())
