"""The `evaluation` command: its commands gathered, and no traceback for anything a user did."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import pairwise
from typing import Annotated, Any

import typer

from evaluation.commands import commands
from evaluation.failures import UserError
from evaluation.installation.extras import absent, extra_of, missing
from evaluation.output.faults import fault_words
from evaluation.output.screen import hushed, say_failure

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Answers, notes and errors only: no progress, no closing lines.")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"evaluation {version('intervention-evaluation')}")
        raise typer.Exit


def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", is_eager=True, callback=_version)
    ] = False,
    quiet: Quiet = False,
) -> None:
    """From a provider's anonymised data to a dossier for the recognition committee."""
    context.with_resource(hushed(quiet))


def _can_hush(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--quiet` among its options."""
    signature = inspect.signature(command, eval_str=True)

    @wraps(command)
    def told(quiet: bool = False, **given: Any) -> None:
        with hushed(quiet):
            command(**given)

    quiet = inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Quiet)
    told.__signature__ = signature.replace(parameters=[*signature.parameters.values(), quiet])
    told.__annotations__ = {name: one.annotation for name, one in told.__signature__.parameters.items()}
    return told


def _gathered() -> typer.Typer:
    gathered = typer.Typer(
        name="evaluation",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        callback=_root,
    )
    for name, module in commands().items():
        if hasattr(module, "GROUP"):
            for command in module.GROUP.registered_commands:
                command.callback = _can_hush(command.callback)
            gathered.add_typer(module.GROUP, name=name)
        else:
            gathered.command(name)(_can_hush(module.command))
    return gathered


app = _gathered()


@contextmanager
def _no_traceback() -> Iterator[None]:
    """A user's error becomes a message and an exit code; an error of ours says so without showing data."""
    lang = "en" if _wants_english(sys.argv) else "nl"
    try:
        yield
    except UserError as error:
        say_failure(error.words, lang)
        sys.exit(error.exit_code)
    except typer.TyperException as error:
        _say_usage(error, lang)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except ModuleNotFoundError as error:
        extra = extra_of(error.name)
        say_failure(missing(extra, absent(extra)).words if extra else fault_words(error), lang)
        sys.exit(2 if extra else 70)
    except Exception as error:  # the last line of defence: an exception's text can hold data, its place in our code cannot
        say_failure(fault_words(error), lang)
        sys.exit(70)


def _say_usage(error: typer.TyperException, lang: str) -> None:
    from evaluation.output.usage import usage_words

    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
    else:
        say_failure(usage_words(error), lang)


def _wants_english(arguments: list[str]) -> bool:
    return "--lang=en" in arguments or any(pair == ("--lang", "en") for pair in pairwise(arguments))


def main() -> None:
    """Entry point of the console script."""
    # our matrices are small: threads would wait for each other, and the last digits would depend on the number of cores
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with _no_traceback():
        sys.exit(typer.main.get_command(app).main(prog_name="evaluation", standalone_mode=False))
