"""Dutch or English: what was asked for in the address, what was chosen before, or what the browser prefers."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_schemas.words import LANGS, Lang

COOKIE = "lang"
_YEAR = 365 * 24 * 3600


class InOwnLanguage:
    """ASGI middleware: `request.state.lang` for every page; a language asked for by `?lang=` is remembered in a cookie."""

    def __init__(self, app: ASGIApp, default: Lang = "nl") -> None:
        self.app, self.default = app, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        asked = request.query_params.get("lang")
        lang = chosen(asked, request.cookies.get(COOKIE), request.headers.get("accept-language", ""), self.default)
        scope.setdefault("state", {})["lang"] = lang

        async def remembering(message: Message) -> None:
            if message["type"] == "http.response.start" and asked == lang:
                MutableHeaders(scope=message).append("Set-Cookie", _cookie(lang, scope["scheme"] == "https"))
            await send(message)

        await self.app(scope, receive, remembering)


def chosen(asked: str | None, before: str | None, preferred: str, default: Lang = "nl") -> Lang:
    """The language of a page; the first of these that is one of ours.

    >>> chosen(None, None, "de-DE,en;q=0.8,nl;q=0.5"), chosen("xx", "nl", "en"), chosen(None, None, "fr")
    ('en', 'nl', 'nl')
    """
    wished = sorted(
        (part.strip().split(";q=") for part in preferred[:200].split(",")), key=lambda part: _weight(part[1:]), reverse=True
    )
    candidates = [asked, before, *(part[0][:2].lower() for part in wished)]
    return next((lang for lang in candidates if lang in LANGS), default)


def _weight(after: list[str]) -> float:
    try:
        return float(after[0]) if after else 1.0
    except ValueError:
        return 0.0


def _cookie(lang: Lang, secure: bool) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = lang
    cookie[COOKIE].update({"path": "/", "max-age": _YEAR, "samesite": "Strict", "httponly": True, "secure": secure})
    return cookie[COOKIE].OutputString()
