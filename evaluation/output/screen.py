"""What the terminal shows. Messages and progress go to standard error, answers to standard output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from data_schemas.words import Lang, Words

if TYPE_CHECKING:
    from data_schemas.finding import Finding
    from evaluation.validation.validation import Validation

_COLOUR = {"error": "bold red", "warning": "bold yellow", "notice": "bold cyan"}


_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def hushed(wanted: bool = True) -> Iterator[None]:
    """Within this block no progress and no closing lines are shown; answers, notes and failures are."""
    token = _quiet.set(wanted or _quiet.get())
    try:
        yield
    finally:
        _quiet.reset(token)


def say(words: Words, lang: Lang) -> None:
    """One line for the person at the keyboard, when that one wants to hear."""
    if not _quiet.get():
        print(words[lang])


def say_failure(words: Words, lang: Lang) -> None:
    """What went wrong, on standard error."""
    print(words[lang], file=sys.stderr)


def took(words: Words, seconds: float, lang: Lang) -> None:
    """How long a step took, on standard error."""
    if not _quiet.get():
        print(f"  {words[lang]:<58} {seconds:6.1f} s", file=sys.stderr)


@contextmanager
def steps(lang: Lang) -> Iterator[Callable[[Words], None]]:
    """Name each step as it starts, with the seconds that the one before it took."""
    if _quiet.get():
        yield lambda words: None
        return
    state: dict[str, Any] = {}

    def done() -> None:
        if state:
            took(state["words"], time.perf_counter() - state["since"], lang)

    def step(words: Words) -> None:
        done()
        state.update(words=words, since=time.perf_counter())
        if sys.stderr.isatty():
            print(f"  {words[lang]} ...", end="\r", file=sys.stderr, flush=True)

    yield step
    done()


# Points of attention told in full; what lies beyond is named in one line each. Errors are always told in full: they stand in the way.
IN_FULL = 6
# Places shown of one finding; all of them stand in the files.
PLACES = 8
_ALL = Words("Alles in woorden, met alle rijen: --html BESTAND.html.", "Everything in words, with every row: --html FILE.html.")
_MORE_PLACES = Words("en op nog {count} plaatsen", "and at {count} more places")


def show_validation(validation: Validation, lang: Lang, next_step: Words | None = None) -> None:
    """Verdict, findings, what was guessed, and what to do next, in colour where the terminal has it."""
    from rich.console import Console
    from rich.markup import escape

    from evaluation.validation.telling import grouped, skipped_words

    console = Console(highlight=False, soft_wrap=True)
    for note in validation.notes:
        console.print(escape(note[lang]), style="dim")
    all_told = True
    for number, group in enumerate(grouped(validation.findings)):
        in_full = number < IN_FULL or group[0].rule.severity == "error"
        all_told = all_told and in_full and len(group) <= PLACES
        for line in _group_lines(group, lang, in_full=in_full):
            console.print(line)
    if not all_told:
        console.print(f"\n{escape(_ALL[lang])}", style="dim")
    skipped = skipped_words(validation.skipped)
    if skipped is not None:
        console.print(f"\n{escape(skipped[lang])}", style="dim")
    console.print(f"\n{escape(validation.verdict()[lang])}", style="bold green" if validation.accepted else "bold red")
    if next_step is not None:
        console.print(escape(next_step[lang]))


def _group_lines(group: tuple[Finding, ...], lang: Lang, *, in_full: bool) -> Iterator[str]:
    from rich.markup import escape

    from evaluation.validation.telling import PARTS, SEVERITY, where

    rule = group[0].rule
    head = f"[{_COLOUR[rule.severity]}]{SEVERITY[rule.severity][lang]}[/] [bold]{escape(rule.title[lang])}[/]"
    if not in_full:
        more = f" {_MORE_PLACES.fill(count=len(group) - 1)[lang]}" if len(group) > 1 else ""
        yield f"\n{head}  {escape(where(group[0], lang))}{more}"
        return
    yield f"\n{head}"
    for finding in group[:PLACES]:
        yield f"  [bold]{escape(where(finding, lang))}[/]"
        yield f"    {escape(finding.expectation[lang])}"
    if len(group) > PLACES:
        yield f"  {_MORE_PLACES.fill(count=len(group) - PLACES)[lang]}"
    yield f"  {PARTS['repair'][lang]}: {escape(group[0].repair[lang])}"
    yield f"  {PARTS['effect'][lang]}: {escape(rule.effect[lang])}"
    yield f"  [dim]{PARTS['more'][lang]}: evaluation explain {rule.code}[/]"
