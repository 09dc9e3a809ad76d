"""The parts of a server in their order: guard, language, what is caught, and then the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from evaluation.failures import UserError
from evaluation.web.failing import Answer, Caught, Refused, explained
from evaluation.web.guarding import Guarded
from evaluation.web.languages import InOwnLanguage
from evaluation.web.pages import Pages

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[Any]]


def application(
    routes: Sequence[BaseRoute],
    pages: Pages,
    *,
    hosts: frozenset[str],
    origins: frozenset[str],
    middleware: Sequence[Middleware] = (),
    lifespan: Lifespan | None = None,
    static: Sequence[tuple[str, str]] = (),
    failed: Answer | None = None,
    programs: str | None = None,
) -> Starlette:
    """A server of pages.

    Parameters
    ----------
    hosts, origins
        What is ours: see `Guarded`.
    middleware
        Of the server itself, within the guard and the language (who is signed in, for example).
    static
        More packages with a folder of files that anybody may have; under `/static` as the style sheet is.
    failed
        Makes the page for what went wrong; that of `pages` when it is not given.
    programs
        The path below which only a token counts: see `Guarded`.
    """
    answer = failed or pages.failed

    def refuse(scope: Scope, reason: Refused) -> ASGIApp:
        return answer(Request(scope), reason.status, reason.words)

    def explain(request: Request, error: Exception) -> Response:
        return answer(request, *explained(error))

    files = Mount("/static", _Static(packages=[("evaluation.web", "static"), *static]), name="static")
    return Starlette(
        routes=[files, *routes],
        middleware=[
            Middleware(InOwnLanguage),
            Middleware(Guarded, hosts=hosts, origins=origins, refuse=refuse, programs=programs),
            Middleware(Caught, answer=answer),
            *middleware,
        ],
        exception_handlers={404: explain, 405: explain, UserError: explain},
        lifespan=lifespan,
    )


class _Static(StaticFiles):
    """Files without data: a browser may keep them, and asks whether they changed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
