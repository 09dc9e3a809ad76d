"""Rendering: an evidence folder in, the reader's document out, as HTML, PDF and Word.

Quarto renders where it is on the path. Elsewhere the parts that Quarto itself stands on do: jupytext reads the document, nbclient
runs its cells, pandoc writes HTML and docx, typst writes PDF. Either way it happens in a clean folder that holds the documents and
the evidence, nothing else: a report cannot reach a submission.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from data_schemas.words import LANGS, Lang, Words
from evaluation.failures import RenderingFailed, WrongUse
from evaluation.installation.extras import needs
from evaluation.output.files import whole_file
from evaluation.rendering import pandoc, quarto
from evaluation.rendering.workspace import check_evidence, fill

Reader = Literal["committee", "provider", "validation"]
Format = Literal["html", "pdf", "docx"]
Engine = Literal["auto", "quarto", "pandoc"]
# what each reader gets: the document itself, and what stands beside it
DOCUMENTS: dict[str, tuple[str, ...]] = {
    "committee": ("committee", "committee-annex"),
    "provider": ("provider",),
    "validation": ("validation",),
}


def render(
    evidence_dir: str | Path,
    *,
    reader: Reader = "committee",
    formats: Sequence[Format] = ("html", "pdf"),
    lang: Lang = "nl",
    engine: Engine = "auto",
    out: str | Path | None = None,
) -> list[Path]:
    """Write `<reader>-<lang>.<format>` for every format, and for the committee `committee-annex-<lang>.<format>` beside it.

    Parameters
    ----------
    evidence_dir
        An evidence folder, as `evaluation run` writes it.
    out
        Folder to write to; made when it is not there. The evidence folder itself when not given.

    Returns
    -------
    list of Path
        The files: the report in the order of `formats`, then what stands beside it.

    Raises
    ------
    evaluation.failures.WrongUse
        There is no such choice, or the privacy officer's edition is asked of results that were released.
    evaluation.failures.CannotRead
        The evidence folder is not there or not whole, or the target cannot be written.
    evaluation.failures.RenderingFailed
        The engine is not there, or could not make the document.
    """
    _check_use(reader, formats, lang, engine)
    needs("reports")
    folder = Path(evidence_dir)
    record = check_evidence(folder)
    if reader == "validation" and record.edition != "internal":
        raise WrongUse(
            Words(
                "Een verslag voor de privacyfunctionaris geeft alle aantallen. Die staan alleen in interne resultaten: evaluation run --internal",
                "A report for the privacy officer gives all counts. Only internal results hold them: evaluation run --internal",
            )
        )
    chosen = _engine(engine)
    with tempfile.TemporaryDirectory(prefix="report-", ignore_cleanup_errors=True) as temporary:
        place = fill(Path(temporary), folder, record)
        made = chosen.documents(place, DOCUMENTS[reader], tuple(dict.fromkeys(formats)), lang)
    target = Path(out) if out is not None else folder
    private = record.edition != "released"
    return [whole_file(target / f"{name}-{lang}.{kind}", content, private=private) for (name, kind), content in made.items()]


def _engine(engine: Engine):
    found = shutil.which("quarto") is not None
    if engine == "quarto" and not found:
        raise RenderingFailed(
            Words(
                "Quarto staat niet op deze computer. Laat --engine weg: het rapport wordt dan zonder Quarto gemaakt.",
                "Quarto is not on this computer. Leave out --engine: the report is then made without Quarto.",
            )
        )
    return quarto if engine == "quarto" or (engine == "auto" and found) else pandoc


def _check_use(reader: str, formats: Sequence[str], lang: str, engine: str) -> None:
    chosen = [(reader, get_args(Reader)), (lang, LANGS), (engine, get_args(Engine)), *((f, get_args(Format)) for f in formats)]
    for value, known in chosen:
        if value not in known:
            raise WrongUse(Words(f"Kies uit: {', '.join(known)}.", f"Choose from: {', '.join(known)}."))
    if not formats:
        raise WrongUse(Words("Noem minstens één bestandssoort.", "Name at least one format."))
