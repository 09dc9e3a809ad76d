"""Write the manual pages: `python -m evaluation.contract.documenting [FOLDER]`, by default `docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from evaluation.contract.documenting import manual_pages, stale_pages
from evaluation.output.files import whole_file


def main(folder: Path) -> None:
    """Write what is stale."""
    stale = stale_pages(folder)
    for name, text in manual_pages().items():
        if name in stale:
            whole_file(folder / name, text)
            print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
