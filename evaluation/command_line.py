"""The `evaluation` command. Each command is a thin layer over a function; heavy imports wait until they are needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from data_schemas.words import Words
from evaluation.failures import UserError, WrongUse
from evaluation.screen import say, say_failure, steps

app = typer.Typer(
    name="evaluation",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="From a provider's anonymised data to a dossier for the recognition committee.",
)
plan_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Draft, lock and show a plan.")
app.add_typer(plan_app, name="plan")


class LangChoice(StrEnum):
    """Languages of messages and reports."""

    nl = "nl"
    en = "en"


class ReaderChoice(StrEnum):
    """For whom a report is."""

    committee = "committee"
    provider = "provider"


class EngineChoice(StrEnum):
    """What renders a report."""

    auto = "auto"
    quarto = "quarto"
    pandoc = "pandoc"


Lang = Annotated[LangChoice, typer.Option("--lang", help="Language of messages and reports: nl or en.")]
Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]


@app.command()
def demo(out: Out = Path("demo"), lang: Lang = LangChoice.nl) -> None:
    """The whole road on real public data: validate, plan, run, release, report."""
    from evaluation.demonstrating import demonstrate

    demonstrate(out, lang.value)


@app.command()
def example(
    name: Annotated[str, typer.Argument(help="Which example; without a match the names are listed.")],
    out: Out,
    lang: Lang = LangChoice.nl,
) -> None:
    """Write an example submission with its plan."""
    from evaluation.examples import examples, write_example

    if name not in examples():
        names = ", ".join(examples())
        raise WrongUse(
            Words(
                f"Er is geen voorbeeld met die naam. Kies uit: {names}.",
                f"There is no example of that name. Choose from: {names}.",
            )
        )
    write_example(name, out)
    say(
        Words(
            f"Geschreven: {out}. Verder met:  evaluation validate {out}",
            f"Written: {out}. Go on with:  evaluation validate {out}",
        ),
        lang.value,
    )


@app.command()
def validate(
    submission: Annotated[Path, typer.Argument(help="Folder or workbook.")],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the findings as JSON.")] = None,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check a submission; exit code 0 when accepted, 1 when not."""
    from evaluation.screen import show_validation
    from evaluation.validation.validating import validate as validate_submission
    from evaluation.writing import whole_file

    validation = validate_submission(submission)
    if json_file is not None:
        whole_file(json_file, json.dumps(validation.as_json(), ensure_ascii=False, indent=2) + "\n")
    show_validation(validation, lang.value)
    raise typer.Exit(0 if validation.accepted else 1)


@app.command()
def explain(code: Annotated[str, typer.Argument(help="The code of a rule.")], lang: Lang = LangChoice.nl) -> None:
    """One rule in words, with an example that keeps it and one that breaks it."""
    from evaluation.explaining import explanation

    print(explanation(code, lang.value))


@plan_app.command("new")
def plan_new(
    file: Annotated[Path, typer.Argument(help="The plan to write.")],
    submission: Annotated[Path, typer.Option("--for", help="The submission whose shape to draft it from.")],
    lang: Lang = LangChoice.nl,
) -> None:
    """Draft a plan from a submission's shape, without looking at any outcome."""
    from evaluation.planning import draft_plan
    from evaluation.writing import whole_file

    if file.exists():
        raise WrongUse(Words(f"{file.name} bestaat al.", f"{file.name} exists already."))
    whole_file(file, draft_plan(_accepted(submission, lang.value)))
    say(
        Words(
            f"Geschreven: {file}. Vul elke regel met <...> in, en dan:  evaluation plan lock {file}",
            f"Written: {file}. Fill in every line with <...>, and then:  evaluation plan lock {file}",
        ),
        lang.value,
    )


@plan_app.command("lock")
def plan_lock(file: Annotated[Path, typer.Argument(help="The plan to lock.")], lang: Lang = LangChoice.nl) -> None:
    """Lock a plan: write its hash, the time and the version of the contract into it."""
    from evaluation.planning import lock_plan

    plan = lock_plan(file)
    say(
        Words(
            f"Vergrendeld: {plan.lock.sha256[:12]} om {plan.lock.locked_at}.",
            f"Locked: {plan.lock.sha256[:12]} at {plan.lock.locked_at}.",
        ),
        lang.value,
    )


@plan_app.command("show")
def plan_show(file: Annotated[Path, typer.Argument(help="The plan to show.")], lang: Lang = LangChoice.nl) -> None:
    """Show a plan as a page for a supervisor."""
    from evaluation.plan_page import plan_page
    from evaluation.planning import read_plan

    print(plan_page(read_plan(file), lang.value))


@app.command()
def run(
    submissions: Annotated[list[Path], typer.Argument(help="One or more submissions.")],
    plan: Annotated[Path, typer.Option("--plan", help="The locked plan.")],
    out: Out,
    internal: Annotated[bool, typer.Option("--internal", help="Exact figures; not for publication.")] = False,
    exploratory: Annotated[bool, typer.Option("--exploratory", help="Without a locked plan; marks every output.")] = False,
    lang: Lang = LangChoice.nl,
) -> None:
    """Run a plan and release the results through disclosure control."""
    from evaluation.planning import check_lock, read_plan

    read = read_plan(plan)
    if not exploratory:
        check_lock(read, plan.name)
    accepted = [_accepted(path, lang.value) for path in submissions]
    from evaluation.running import run as run_plan
    from evaluation.running import write_evidence

    with steps(lang.value) as step:
        evidence = run_plan(
            accepted,
            read,
            internal=internal,
            exploratory=exploratory,
            tell=lambda name: step(Words(f"analyse {name}", f"analysis {name}")),
        )
        write_evidence(evidence, out)
    say(
        Words(
            f"Geschreven: {out}. Verder met:  evaluation report {out}", f"Written: {out}. Go on with:  evaluation report {out}"
        ),
        lang.value,
    )


@app.command()
def report(
    evidence: Annotated[Path, typer.Argument(help="The evidence folder.")],
    reader: Annotated[ReaderChoice, typer.Option("--reader", help="For whom.")] = ReaderChoice.committee,
    to: Annotated[str, typer.Option("--to", help="html, pdf, docx, or several with commas.")] = "html,pdf",
    lang: Lang = LangChoice.nl,
    engine: Annotated[EngineChoice, typer.Option("--engine", help="What renders.")] = EngineChoice.auto,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to (default: the evidence folder).")] = None,
) -> None:
    """Make the documents from an evidence folder."""
    from evaluation.rendering import render

    formats = tuple(part.strip() for part in to.split(",") if part.strip())
    unknown = [part for part in formats if part not in ("html", "pdf", "docx")]
    if unknown or not formats:
        raise WrongUse(
            Words("--to kent html, pdf en docx, met komma's ertussen.", "--to knows html, pdf and docx, with commas.")
        )
    for path in render(evidence, reader=reader.value, formats=formats, lang=lang.value, engine=engine.value, out=out):
        print(path)


@app.command()
def doctor(lang: Lang = LangChoice.nl) -> None:
    """Versions, engines found, and whether the packages in use are ours."""
    from evaluation.doctor import diagnosis

    sound, text = diagnosis(lang.value)
    print(text)
    raise typer.Exit(0 if sound else 2)


def _accepted(path: Path, lang: str):
    """The submission, or its findings and exit code 1."""
    from evaluation.screen import show_validation
    from evaluation.validation.validating import validate as validate_submission

    validation = validate_submission(path)
    if validation.submission is None:
        show_validation(validation, lang)
        raise typer.Exit(1)
    return validation.submission


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
    with _no_traceback():
        app()
