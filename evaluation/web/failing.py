"""What went wrong, as a page: words for a person, never a value of a cell, never a traceback.

An exception of ours keeps its words. Of any other only its kind and its place in our code are said and logged: its text can
hold data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_schemas.words import Words
from evaluation.failures import UserError
from evaluation.output.faults import fault_place, fault_words

LOG = logging.getLogger("evaluation.web")
Answer = Callable[[Request, int, Words], Response]
_STATUS = {
    400: Words("De browser stuurde iets dat niet te lezen is.", "The browser sent something that cannot be read."),
    401: Words("Meld u eerst aan.", "Sign in first."),
    403: Words("Dit mag u niet zien of doen.", "You may not see or do this."),
    404: Words("Deze pagina is er niet (meer).", "This page is not there (any more)."),
    405: Words("Dat kan op deze pagina niet.", "This cannot be done on this page."),
    413: Words("Dit bestand is te groot.", "This file is too large."),
    429: Words("Dat waren te veel pogingen. Wacht even.", "That were too many attempts. Wait a while."),
}
_OTHER = Words("Dat is niet gelukt.", "That did not succeed.")


class Refused(UserError):
    """A request that is not carried out: the status by which a browser knows it, and why, for a person."""

    def __init__(self, status: int, words: Words) -> None:
        super().__init__(words)
        self.status = status


def status_words(status: int) -> Words:
    """What a status means to a person."""
    return _STATUS.get(status, _OTHER)


class Caught:
    """ASGI middleware: nothing that is raised gets further, for a server would write it to its log with what it says."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self.app, self.answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception as error:
            if scope["type"] != "http":
                raise
            status, words = explained(error)
            if status >= 500:
                LOG.error("%s %s", type(error).__name__, fault_place(error))
            if not begun:
                await self.answer(Request(scope, receive), status, words)(scope, receive, send)


def explained(error: Exception) -> tuple[int, Words]:
    """Status and words for whatever was raised."""
    match error:
        case Refused():
            return error.status, error.words
        case UserError():
            return 422, error.words
        case HTTPException():
            return error.status_code, status_words(error.status_code)
    return 500, fault_words(error)
