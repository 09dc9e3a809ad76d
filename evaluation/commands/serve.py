"""`evaluation serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from evaluation.commands._options import Lang, LangChoice

PLACE = 45


def command(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 is any that is free.")] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
    idle: Annotated[
        float, typer.Option("--idle", min=0.01, max=1440, help="Stop after so many minutes without a request.")
    ] = 60,
    lang: Lang = LangChoice.nl,
) -> None:
    """Check and anonymise in the browser, on the own computer; nothing leaves it."""
    from evaluation.installation.extras import needs

    needs("serve")
    from evaluation.serving.running import serve

    serve(lang.value, port=port, browser=browser, idle_minutes=idle)
