"""Who may come in: whoever has the address that the program itself opened, once. A cookie holds the door open from then on.

Another user of the same computer can reach the port, and so can every page in the browser; neither has the cookie.
"""

from __future__ import annotations

import secrets
import time
from hmac import compare_digest
from http.cookies import SimpleCookie

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from data_schemas.words import Words
from evaluation.web.failing import Answer

KEY = "key"
_BITS = 32
_NOT_YOU = Words(
    "Dit venster hoort niet (meer) bij het programma.\nGa naar het venster waarin u het programma startte en druk daar op Enter: dan "
    "opent een nieuw venster. Of sluit het en start opnieuw.",
    "This window does not belong to the program (any more).\nGo to the window in which you started the program and press Enter there: "
    "a new window will open. Or close it and start again.",
)


class Gate:
    """The keys of one run. Cookies are shared by all ports of a computer, so the port is in the cookie's name."""

    def __init__(self, port: int, started: float | None = None) -> None:
        self.cookie = f"evaluation-{port}"
        self._secret = secrets.token_urlsafe(_BITS)
        self._once: set[str] = set()
        self.seen = time.monotonic() if started is None else started

    def new_key(self) -> str:
        """A key that opens the door once."""
        key = secrets.token_urlsafe(_BITS)
        self._once.add(key)
        return key

    def open_to(self, request: Request) -> bool:
        """Whether the request has the cookie."""
        return compare_digest(request.cookies.get(self.cookie, "").encode(), self._secret.encode())

    def entered(self, key: str) -> bool:
        """Whether the key opens the door; it never does so again."""
        fitting = [one for one in self._once if compare_digest(one.encode(), key.encode())]
        self._once.difference_update(fitting)
        return bool(fitting)

    def let_in(self) -> Response:
        """To the first page, with the cookie. The address with the key is left behind."""
        answer = RedirectResponse("/", 303)
        cookie: SimpleCookie = SimpleCookie()
        cookie[self.cookie] = self._secret
        cookie[self.cookie].update({"path": "/", "samesite": "Strict", "httponly": True})
        answer.headers.append("Set-Cookie", cookie[self.cookie].OutputString())
        return answer

    def idle_seconds(self) -> float:
        """How long nobody asked for anything."""
        return time.monotonic() - self.seen


class AtTheGate:
    """ASGI middleware: nothing is answered to who has neither key nor cookie, but for the style sheet."""

    def __init__(self, app: ASGIApp, gate: Gate, answer: Answer) -> None:
        self.app, self.gate, self.answer = app, gate, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        app: ASGIApp = self.app
        if scope["path"] == "/open" and scope["method"] == "GET" and self.gate.entered(request.query_params.get(KEY, "")):
            app = self.gate.let_in()
        elif not self.gate.open_to(request):
            app = self.answer(request, 401, _NOT_YOU)
        else:
            self.gate.seen = time.monotonic()
        await app(scope, receive, send)
