"""Without Quarto: pandoc writes HTML and docx, typst writes a tagged PDF from what pandoc wrote for it."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from data_schemas.words import Lang, Words
from evaluation.failures import RenderingFailed
from evaluation.rendering.parting import parted
from evaluation.rendering.workspace import EPOCH, FIGURES, environment

# what a document is written in, less everything by which a text from outside could be more than a text
_MARKDOWN = "markdown-raw_html-raw_tex-raw_attribute-tex_math_dollars-yaml_metadata_block"
_SECONDS = 300
_SMALL = re.compile(rb'srcset="figures/([a-z0-9-]+\.png)"')
_WORDS = {
    "reader": {
        "committee": Words("Rapport voor de erkenningscommissie", "Report for the recognition committee"),
        "committee-annex": Words(
            "Bijlagen bij het rapport voor de erkenningscommissie", "Annexes to the report for the recognition committee"
        ),
        "validation": Words(
            "Verslag voor de privacyfunctionaris: alle aantallen", "Report for the privacy officer: all counts"
        ),
        "provider": Words("Kort verslag voor de aanbieder", "Short report for the provider"),
    },
    "skip": Words("Naar de inhoud", "Skip to content"),
    "toc-title": Words("Inhoud", "Contents"),
    "page-word": Words("bladzijde", "page"),
    "of-word": Words("van", "of"),
    "region": Words("NL", "GB"),
}


def documents(place: Path, names: Sequence[str], formats: Sequence[str], lang: Lang) -> dict[tuple[str, str], bytes]:
    """Each document in every format, as bytes by name and format; the cells of all of them are run once, together."""
    from evaluation.rendering.executing import executed

    return written(place, parted(tree(place, lang, executed(place, names, lang)), lang), formats, lang)


def tree(place: Path, lang: Lang, markdown: str) -> bytes:
    """pandoc's tree of all documents: what is meant for this language and this evidence, numbered, with references resolved."""
    filters = ["--lua-filter=style/choose.lua", "--lua-filter=style/number.lua"]
    return run_pandoc(place, lang, ["-f", _MARKDOWN, "-t", "json", *filters], markdown.encode())


def written(place: Path, trees: Mapping[str, bytes], formats: Sequence[str], lang: Lang) -> dict[tuple[str, str], bytes]:
    """Trees in every format, as bytes by name and format."""
    with ThreadPoolExecutor(len(formats) * len(trees)) as pool:
        waiting = {
            (name, kind): pool.submit(_WRITERS[kind], place, name, lang, document)
            for name, document in trees.items()
            for kind in formats
        }
        return {key: done.result() for key, done in waiting.items()}


def run_pandoc(place: Path, lang: Lang, arguments: list[str], given: bytes) -> bytes:
    """What pandoc answers.

    Raises
    ------
    RenderingFailed
        pandoc refused or took too long; what it said stays inside, for it can hold parts of the document.
    """
    import pypandoc

    command = [pypandoc.get_pandoc_path(), *arguments]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, cwd=place, env=environment(place, lang), timeout=_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        raise _failed("pandoc") from None
    return done.stdout


def _html(place: Path, reader: str, lang: Lang, tree: bytes) -> bytes:
    style = (place / "style" / "report.css").read_text(encoding="utf-8")
    page = run_pandoc(
        place,
        lang,
        ["-f", "json", "-t", "html5", "-s", "--embed-resources", "--shift-heading-level-by=1", "--wrap=none"]
        + ["--template=style/page.html", "--lua-filter=style/html.lua", "-V", f"style={style}", *_variables(reader, lang)]
        + (["--toc", "--toc-depth=2"] if reader.startswith("committee") else []),
        tree,
    )
    # pandoc takes into a page what `src` names, not what `srcset` does
    return _SMALL.sub(lambda found: b'srcset="data:image/png;base64,' + b64encode(_figure(place, found)) + b'"', page)


def _figure(place: Path, found: re.Match[bytes]) -> bytes:
    return (place / FIGURES / found.group(1).decode()).read_bytes()


def _docx(place: Path, reader: str, lang: Lang, tree: bytes) -> bytes:
    from evaluation.rendering import word

    styles, header = f"{reader}-reference.docx", word.header_text(json.loads(tree)["meta"])
    default = run_pandoc(place, lang, ["--print-default-data-file", "reference.docx"], b"")
    (place / styles).write_bytes(word.reference(default, header, lang))
    arguments = ["-f", "json", "-t", "docx", "--lua-filter=style/docx.lua", f"--reference-doc={styles}", "-o", "-"]
    return word.finished(run_pandoc(place, lang, [*arguments, "-M", f"subtitle={_WORDS['reader'][reader][lang]}"], tree))


def _pdf(place: Path, reader: str, lang: Lang, tree: bytes) -> bytes:
    import typst

    arguments = ["-f", "json", "-t", "typst", "-s", "--wrap=none", "--template=style/page.typ", "--lua-filter=style/typst.lua"]
    source = run_pandoc(place, lang, [*arguments, *_variables(reader, lang)], tree)
    file = place / f"{reader}.typ"
    file.write_bytes(source)
    try:
        return typst.compile(
            str(file), root=str(place), format="pdf", ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=EPOCH
        )
    except RuntimeError:
        raise _failed("typst") from None


_WRITERS: dict[str, Callable[[Path, str, Lang, bytes], bytes]] = {"html": _html, "docx": _docx, "pdf": _pdf}


def _variables(reader: str, lang: Lang) -> list[str]:
    named = {name: words[reader] if name == "reader" else words for name, words in _WORDS.items()}
    return [part for name, words in named.items() for part in ("-V", f"{name}={words[lang]}")]


def _failed(program: str) -> RenderingFailed:
    return RenderingFailed(
        Words(
            f"Het rapport kon niet worden gemaakt: {program} gaf een fout. Kijk met `evaluation doctor` of alles er is.",
            f"The report could not be made: {program} gave an error. See with `evaluation doctor` whether everything is there.",
        )
    )
