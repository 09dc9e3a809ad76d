"""The `evaluation` command: its commands gathered, and no traceback for anything a user did."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import typer

from data_schemas.words import Words
from evaluation.commands import commands
from evaluation.failures import UserError
from evaluation.output.screen import say_failure

app = typer.Typer(
    name="evaluation",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="From a provider's anonymised data to a dossier for the recognition committee.",
)
for _name, _module in commands().items():
    if hasattr(_module, "GROUP"):
        app.add_typer(_module.GROUP, name=_name)
    else:
        app.command(_name)(_module.command)


@contextmanager
def _no_traceback() -> Iterator[None]:
    """A user's error becomes a message and an exit code; an error of ours says so without showing data."""
    lang = "en" if _wants_english(sys.argv) else "nl"
    try:
        yield
    except UserError as error:
        say_failure(error.words, lang)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:  # the last line of defence: an exception's text can hold data, its place in our code cannot
        say_failure(_bug(error), lang)
        sys.exit(70)


def _bug(error: Exception) -> Words:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    kind = type(error).__name__
    return Words(
        f"Dit is een fout in het programma, niet in uw gegevens ({kind}, {place}). Meld deze regel; stuur geen gegevens mee.",
        f"This is an error in the program, not in your data ({kind}, {place}). Report this line; do not send any data.",
    )


def _wants_english(arguments: list[str]) -> bool:
    return "--lang=en" in arguments or any(pair == ("--lang", "en") for pair in pairwise(arguments))


def main() -> None:
    """Entry point of the console script."""
    # our matrices are small: threads would wait for each other, and the last digits would depend on the number of cores
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with _no_traceback():
        app()
