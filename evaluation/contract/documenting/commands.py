"""The commands, from their own help."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from evaluation import failures
from evaluation.contract.documenting import made
from evaluation.failures import UserError
from evaluation.output.pages import Block, Code, Grid, Heading, Text, as_markdown


def pages() -> dict[str, str]:
    """One page, in English as the help is."""
    from evaluation.command_line import app

    root = typer.main.get_command(app)
    shared = [*root.params, root.get_help_option(root.context_class(root, info_name="evaluation", **root.context_settings))]
    blocks = [
        Heading(1, "Commands"),
        Text(
            "`evaluation COMMAND --help` says the same, and so does `python -m evaluation`. Messages are in Dutch, or in English with "
            "`--lang en`. Answers go to standard output; notes, errors and progress to standard error."
        ),
        Grid("Exit codes", ["Code", "Meaning"], list(_exit_codes())),
        Grid("For the program as a whole, or for every command", ["What", "Meaning"], [_parameter(one)[:2] for one in shared]),
    ]
    for name, command in root.commands.items():
        blocks += list(_command(name, command))
    return {"commands.md": as_markdown([*blocks, made("en")])}


def _exit_codes() -> Iterator[tuple[str, str]]:
    yield "0", "fine"
    kinds = [kind for kind in vars(failures).values() if isinstance(kind, type) and issubclass(kind, UserError)]
    for kind in sorted(kinds, key=lambda kind: kind.exit_code):
        if kind is not UserError:
            yield str(kind.exit_code), (kind.__doc__ or "").strip().rstrip(".").lower()
    yield "70", "a defect of the program itself, without showing data"


def _command(name: str, command: Any) -> Iterator[Block]:
    if inner := getattr(command, "commands", None):
        for below, sub in inner.items():
            yield from _command(f"{name} {below}", sub)
        return
    yield Heading(2, f"`evaluation {name}`")
    yield Text(" ".join((command.help or "").split()))
    context = command.context_class(command, info_name=f"evaluation {name}")
    yield Code(" ".join(command.get_usage(context).removeprefix("Usage:").split()))
    rows = [_parameter(parameter) for parameter in command.params if "--quiet" not in parameter.opts]
    if rows:
        yield Grid("", ["What", "Meaning", "Default"], rows)


def _parameter(parameter: Any) -> tuple[str, str, str]:
    name = (
        ", ".join(sorted(parameter.opts, key=len, reverse=True))
        if parameter.param_type_name == "option"
        else (parameter.name or "").upper()
    )
    default = getattr(parameter.default, "value", parameter.default)
    shown = "" if default is None or default is False or callable(default) else str(default)
    return f"`{name}`", getattr(parameter, "help", "") or "", "required" if parameter.required else shown
