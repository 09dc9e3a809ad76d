"""How long one dossier takes, against what its parts need by themselves: the kernel, the figures, pandoc and typst.

    python benchmarks/dossier.py EVIDENCE_DIR

Processor time of this process and its helpers, so that what else the machine does counts for nothing. The floor is a kernel that
only imports what the documents import, the same figures drawn alone, and pandoc and typst on the same trees.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from evaluation.rendering import DOCUMENTS, render
from evaluation.rendering import pandoc as engine
from evaluation.rendering.executing import executed
from evaluation.rendering.parting import parted
from evaluation.rendering.workspace import check_evidence, fill

_FORMATS = ("html", "pdf", "docx")


def main(evidence: Path) -> None:
    """Print each part, and the ratio."""
    with tempfile.TemporaryDirectory() as temporary:
        # the first time loads what the parts load too
        render(evidence, formats=_FORMATS, out=Path(temporary) / "out")
        whole = seconds(lambda: render(evidence, formats=_FORMATS, out=Path(temporary) / "out"))
        place, empty = Path(temporary, "place"), Path(temporary, "empty")
        for folder in (place, empty):
            folder.mkdir()
            fill(folder, evidence, check_evidence(evidence))
        markdown = executed(place, DOCUMENTS["committee"], "nl")
        trees = parted(engine.tree(place, "nl", markdown), "nl")
        first = (empty / "sections" / "setting.qmd").read_text(encoding="utf-8")
        (empty / "committee.qmd").write_text(first, encoding="utf-8")
        parts = {
            "kernel and imports": seconds(lambda: executed(empty, ("committee",), "nl")),
            "figures": _figures(place),
            "pandoc, the tree": seconds(lambda: engine.tree(place, "nl", markdown)),
            "pandoc and typst, the files": seconds(lambda: engine.written(place, trees, _FORMATS, "nl")),
        }
    for name, took in parts.items():
        print(f"{name:<30}{took:6.2f} s")
    floor = sum(parts.values())
    print(f"{'together':<30}{floor:6.2f} s\n{'one dossier':<30}{whole:6.2f} s, {whole / floor:.2f} times the floor")


def _figures(place: Path) -> float:
    """The processor time within `canvas`, which draws, when the cells are run here."""
    from contextlib import contextmanager

    import pytest

    from reports.figures import bars, curve, drawing, flow_diagram, forest, love_plot, means
    from tests.documents import assembled

    spent, canvas = [0.0], drawing.canvas

    @contextmanager
    def timed(*given, **options):
        since = time.process_time()
        with canvas(*given, **options) as made:
            yield made
        spent[0] += time.process_time() - since

    with pytest.MonkeyPatch.context() as patch:
        for module in (bars, curve, flow_diagram, forest, love_plot, means):
            patch.setattr(module, "canvas", timed)
        assembled(place, "committee", "nl")
    return spent[0]


def seconds(act: Callable[[], object]) -> float:
    """Processor time of this process and its helpers."""
    before = _used()
    act()
    return _used() - before


def _used() -> float:
    who = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in who)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
