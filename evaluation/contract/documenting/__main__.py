"""Write the manual pages and the stubs of the estimators: `python -m evaluation.contract.documenting [FOLDER]`, by default `docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from evaluation.contract.documenting import manual_pages, stale_pages, stale_stubs
from evaluation.output.files import whole_file


def main(folder: Path) -> None:
    """Write what is stale."""
    for path, text in stale_stubs().items():
        whole_file(path, text, replace=True)
        print(path)
    stale = stale_pages(folder)
    for name, text in manual_pages().items():
        if name in stale:
            whole_file(folder / name, text, replace=True)
            print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
