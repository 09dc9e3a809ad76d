"""The whole road on examples: public or fictional file, submission, validation, locked plan, results, release, report."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from data_schemas.words import Lang, Words
from evaluation.contract.examples import examples, write_example
from evaluation.failures import WrongUse
from evaluation.output.screen import say, steps, took

# a demonstration is not a registration: a fixed time lets it give the same bytes twice
_LOCKED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_FORMATS = ("html", "pdf")
# the programs that make a report run beside the analysis of the next example
_REPORTS_AT_ONCE = 2


def demonstrate(out: Path, lang: Lang) -> list[Path]:
    """Write a folder per example with the submission, its locked plan, the evidence and the committee's report.

    Takes every example with `shown_in_demo`. Progress, with the seconds of each step, goes to standard error; the files to open
    are printed and returned.

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
    shown = [name for name, example in examples().items() if example.shown_in_demo]
    seconds: dict[str, float] = {}
    with steps(lang) as step, ThreadPoolExecutor(_REPORTS_AT_ONCE) as pool:
        step(Words("programma's laden", "loading programs"))
        from evaluation.rendering import render

        waiting: dict[str, Future[list[Path]]] = {}
        for name in shown:
            evidence = _evidence(name, out / name, lang, step)
            waiting[name] = pool.submit(
                _timed, seconds, name, lambda at=evidence, to=out / name: render(at, formats=_FORMATS, lang=lang, out=to)
            )
        step(Words("wachten op de laatste rapporten", "waiting for the last reports"))
        files = [path for name in shown for path in waiting[name].result()]
    for name in shown:
        took(_about(name, "rapport (ernaast gemaakt)", "report (made alongside)"), seconds[name], lang)
    say(Words("Klaar. Open:", "Done. Open:"), lang)
    for path in files:
        print(f"  {path}")
    return files


def _evidence(name: str, place: Path, lang: Lang, step: Callable[[Words], None]) -> Path:
    """From the example's own file to released results; each step is named as it starts."""
    from evaluation.evidence.folder import write_evidence
    from evaluation.evidence.running import run
    from evaluation.planning.lock import lock_plan
    from evaluation.validation.validating import validate

    step(_about(name, "inzending en plan schrijven", "write submission and plan"))
    folder = write_example(name, place / "submission", lang)
    plan = lock_plan(folder / "plan.toml", at=_LOCKED_AT)
    step(_about(name, "valideren", "validate"))
    validation = validate(folder)
    step(_about(name, "analyseren en vrijgeven", "analyse and release"))
    return write_evidence(run(validation.submission, plan), place / "evidence")


def _timed(seconds: dict[str, float], name: str, make: Callable[[], list[Path]]) -> list[Path]:
    since = time.perf_counter()
    files = make()
    seconds[name] = time.perf_counter() - since
    return files


def _about(name: str, nl: str, en: str) -> Words:
    return Words(f"{name}: {nl}", f"{name}: {en}")
