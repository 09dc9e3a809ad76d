"""What the terminal shows. Messages and progress go to standard error, answers to standard output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from data_schemas.words import Lang, Words

if TYPE_CHECKING:
    from data_schemas.finding import Finding
    from evaluation.validation.validation import Validation

_COLOUR = {"error": "bold red", "warning": "bold yellow", "notice": "bold cyan"}


def say(words: Words, lang: Lang) -> None:
    """One line for the person at the keyboard."""
    print(words[lang])


def say_failure(words: Words, lang: Lang) -> None:
    """What went wrong, on standard error."""
    print(words[lang], file=sys.stderr)


@contextmanager
def steps(lang: Lang) -> Iterator[Callable[[Words], None]]:
    """Name each step as it starts, with the seconds that the one before it took."""
    state: dict[str, object] = {}

    def done() -> None:
        if state:
            print(f"  {state['name']:<58} {time.perf_counter() - state['since']:6.1f} s", file=sys.stderr)

    def step(words: Words) -> None:
        done()
        state.update(name=words[lang], since=time.perf_counter())
        if sys.stderr.isatty():
            print(f"  {words[lang]} ...", end="\r", file=sys.stderr, flush=True)

    yield step
    done()


# Findings told in full; what lies beyond is named in one line each, and stands whole in the files.
IN_FULL = 6
_ALL = Words(
    "Alles in woorden, met alle regels: --html BESTAND.html, of in het eigen werkboek: --annotate BESTAND.xlsx.",
    "Everything in words, with every line: --html FILE.html, or in your own workbook: --annotate FILE.xlsx.",
)


def show_validation(validation: Validation, lang: Lang) -> None:
    """Verdict, findings and what was guessed, in colour where the terminal has it."""
    from rich.console import Console
    from rich.markup import escape

    from evaluation.validation.telling import skipped_words

    console = Console(highlight=False, soft_wrap=True)
    for note in validation.notes:
        console.print(escape(note[lang]), style="dim")
    for place, finding in enumerate(validation.findings):
        for line in _finding_lines(finding, lang, in_full=place < IN_FULL):
            console.print(line)
    if len(validation.findings) > IN_FULL:
        console.print(f"\n{escape(_ALL[lang])}", style="dim")
    skipped = skipped_words(validation.skipped)
    if skipped is not None:
        console.print(f"\n{escape(skipped[lang])}", style="dim")
    console.print(f"\n{escape(validation.verdict()[lang])}", style="bold green" if validation.accepted else "bold red")


def _finding_lines(finding: Finding, lang: Lang, *, in_full: bool) -> Iterator[str]:
    from rich.markup import escape

    from evaluation.validation.telling import PARTS, SEVERITY, where

    severity = f"[{_COLOUR[finding.rule.severity]}]{SEVERITY[finding.rule.severity][lang]}[/]"
    yield f"\n{severity} [bold]{escape(finding.rule.title[lang])}[/]  {escape(where(finding, lang))}"
    if in_full:
        yield f"  {escape(finding.expectation[lang])}"
        yield f"  {PARTS['repair'][lang]}: {escape(finding.repair[lang])}"
        yield f"  {PARTS['effect'][lang]}: {escape(finding.rule.effect[lang])}"
        yield f"  [dim]{PARTS['more'][lang]}: evaluation explain {finding.rule.code}[/]"
