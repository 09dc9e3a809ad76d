"""The whole road on real public data: public file, submission, validation, locked plan, results, release, report."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from data_schemas.words import Lang, Words
from evaluation.examples import examples, write_example
from evaluation.failures import WrongUse
from evaluation.screen import say, steps

SHOWN = ("fireworks", "rossi")
# a demonstration is not a registration: a fixed time lets it give the same bytes twice
_LOCKED_AT = datetime(2026, 1, 1, tzinfo=UTC)


def demonstrate(out: Path, lang: Lang) -> list[Path]:
    """Write a folder per example with the submission, its locked plan, the evidence and the committee's report.

    Returns the files to open. Progress, with the seconds of each step, goes to standard error.

    Raises
    ------
    evaluation.failures.WrongUse
        The folder holds something that no demonstration wrote.
    """
    if out.exists() and any(entry.name not in examples() for entry in (out.iterdir() if out.is_dir() else [out])):
        raise WrongUse(
            Words(
                f"{out.name} bestaat al en is niet leeg. Kies een andere map met --out.",
                f"{out.name} exists already and is not empty. Choose another folder with --out.",
            )
        )
    with steps(lang) as step:
        step(Words("programma's laden", "loading programs"))
        from evaluation.planning import lock_plan
        from evaluation.rendering import render
        from evaluation.running import run, write_evidence
        from evaluation.validation.validating import validate

        for name in SHOWN:
            title = examples()[name].TITLE
            step(_about(title, "inzending en plan schrijven", "write submission and plan"))
            folder = write_example(name, out / name / "submission", lang)
            plan = lock_plan(folder / "plan.toml", at=_LOCKED_AT)
            step(_about(title, "valideren", "validate"))
            validation = validate(folder)
            step(_about(title, "analyseren en vrijgeven", "analyse and release"))
            write_evidence(run(validation.submission, plan), out / name / "evidence")
        step(Words("rapporten maken (html en pdf)", "make the reports (html and pdf)"))
        with ThreadPoolExecutor(len(SHOWN)) as pool:
            reports = list(
                pool.map(
                    lambda name: render(out / name / "evidence", formats=("html", "pdf"), lang=lang, out=out / name), SHOWN
                )
            )
    files = [path for paths in reports for path in paths]
    say(Words("Klaar. Open:", "Done. Open:"), lang)
    for path in files:
        sys.stdout.write(f"  {path}\n")
    return files


def _about(title: Words, nl: str, en: str) -> Words:
    return Words(f"{title.nl}: {nl}", f"{title.en}: {en}")
