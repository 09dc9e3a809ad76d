"""The one name that nobody else has: sees whether a file of the user's own hides ours, and only then starts the command.

A file `evaluation.py`, or a folder `reports` with an `__init__.py`, that stands before our packages on Python's path is imported instead
of them, and so is a `pandas.py` instead of pandas. What goes wrong then is unreadable. This module needs nothing but Python itself.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

PACKAGES = ("evaluation", "data_schemas", "analyses", "reports")
# what our packages import from others, by module
_BASE = (
    "babel",
    "defusedxml",
    "filelock",
    "numpy",
    "openpyxl",
    "pandas",
    "pandera",
    "platformdirs",
    "pyarrow",
    "pydantic",
    "pyreadstat",
    "rich",
    "tomlkit",
    "typer",
)
_MORE = (
    "scipy",
    "statsmodels",
    "lifelines",
    "matplotlib",
    "pypandoc",
    "typst",
    "jupytext",
    "nbclient",
    "nbformat",
    "ipykernel",
)
LIBRARIES = (*_BASE, "xlsxwriter", *_MORE)
HOME = Path(__file__).resolve().parent


class Hidden(ImportError):
    """A file of the user's own is imported instead of ours; the message names it, in Dutch and in English."""

    def __init__(self, found: list[Path]) -> None:
        names = ", ".join(str(path) for path in found)
        one = len(found) == 1
        self.nl = (
            f"{names}: {'deze naam gebruikt' if one else 'deze namen gebruiken'} dit programma ook, en Python neemt dan het verkeerde bestand. "
            f"Geef {'het' if one else 'ze'} een andere naam, of werk in een andere map."
        )
        self.en = (
            f"{names}: this program uses {'that name' if one else 'those names'} too, and Python then takes the wrong file. "
            f"Give {'it' if one else 'them'} another name, or work in another folder."
        )
        super().__init__(self.en)

    def _render_traceback_(self) -> list[str]:
        """What IPython and Jupyter show: the message."""
        return [f"{self.nl}\n{self.en}"]


def hiding() -> list[Path]:
    """Files and folders on Python's path that are imported instead of our packages, or of a library that these need."""
    found, names = [], (*PACKAGES, *LIBRARIES)
    for place in _before_python():
        if place == HOME:
            names = LIBRARIES  # what stands behind us can still hide a library from us
        else:
            found += would_hide(place, names)
    return found


def would_hide(folder: Path, names: Sequence[str] = (*PACKAGES, *LIBRARIES)) -> list[Path]:
    """What in a folder is imported instead of ours when the folder comes first on Python's path."""
    found = []
    for name in names if folder != HOME else ():
        package, module = folder / name, folder / f"{name}.py"
        hides = [path for path, file in ((package, package / "__init__.py"), (module, module)) if file.is_file()]
        found += [] if hides and _is_installed(folder, name) else hides
    return found


def refuse_hidden() -> None:
    """Raise `Hidden` when something hides ours."""
    if found := hiding():
        raise Hidden(found)


def main() -> None:
    """Entry point of the console script."""
    try:
        refuse_hidden()
    except Hidden as hidden:
        english = "--lang=en" in sys.argv or ("--lang", "en") in zip(sys.argv, sys.argv[1:])
        sys.exit(_said(hidden.en if english else hidden.nl))
    from evaluation.command_line import main as command

    command()


def _said(text: str) -> int:
    print(text, file=sys.stderr)
    return 2


def _before_python() -> Iterator[Path]:
    """The folders on the path that come before Python's own: the place of the script, the working folder, and PYTHONPATH."""
    own = {_real(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    for entry in sys.path:
        place = _real(entry or os.getcwd())
        if place in own:
            return
        if place.is_dir():
            yield place


def _is_installed(folder: Path, name: str) -> bool:
    """Whether a library was put here by an installer: then it is the library itself."""
    return name not in PACKAGES and any(any(folder.glob(f"{name}*.{kind}-info")) for kind in ("dist", "egg"))


def _real(path: str) -> Path:
    return Path(path).resolve()


if __name__ == "__main__":
    main()
