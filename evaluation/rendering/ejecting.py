"""A report as a Quarto project of its own: the documents, their styles and the evidence, to be changed and rendered by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path

from data_schemas.words import Lang
from evaluation.output.files import whole_folder
from evaluation.rendering.workspace import EVIDENCE, FIGURES, check_evidence, fill

_PROJECT = """\
project:
  type: default
  render:
{documents}
lang: {lang}
execute:
  freeze: auto
"""
_ABOUT = """\
# A report to change

Made by `evaluation report --eject`. Render it with `quarto render`, for one format with `quarto render committee.qmd --to docx`.

* `*.qmd` and `sections/` are the text; `style/` is how it looks; `evidence/` is what it shows, and nothing else can be seen from here.
* The cells call `reports`, which comes with `pip install 'intervention-evaluation[reports]'`.
* `_environment` says which evidence is shown and in which language.
{private}"""
_PRIVATE = """
**Confidential.** This folder holds results that were not released to everyone. It is its owner's alone; keep it so.
"""


def eject(evidence_dir: str | Path, out: str | Path, names: tuple[str, ...], lang: Lang) -> Path:
    """Write a folder that Quarto renders as it stands; for its owner's eyes only when the evidence is.

    Raises
    ------
    evaluation.failures.CannotRead
        The evidence is not whole, or the folder cannot be written.
    evaluation.failures.WrongUse
        The folder is there and holds something.
    """
    folder, target = Path(evidence_dir), Path(out)
    record = check_evidence(folder)
    private = record.edition != "released"
    with tempfile.TemporaryDirectory(prefix="eject-") as temporary:
        place = fill(Path(temporary), folder, record)
        files: dict[str, str | bytes] = {
            path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()
        }
    documents = "\n".join(f"    - {name}.qmd" for name in names)
    files["_quarto.yml"] = _PROJECT.format(documents=documents, lang=lang)
    files["_environment"] = f"EVALUATION_EVIDENCE={EVIDENCE}\nEVALUATION_FIGURES={FIGURES}\nEVALUATION_LANG={lang}\n"
    files["README.md"] = _ABOUT.format(private=_PRIVATE if private else "")
    return whole_folder(target, files, replaces="_quarto.yml", private=private)
