"""Who may ask anything of a server, and the headers that go with every answer.

Three doors, each enough against one attack: the *host* a browser believes it speaks to (DNS rebinding: a foreign name that
points at this machine), the *origin* of the page that sends a form (cross-site request forgery), and what the browser says of
the page that asks at all (`Sec-Fetch-Site`: a foreign page that embeds or fetches).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data_schemas.words import Words
from evaluation.web.failing import Refused

READING = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        # not no-referrer: under that a browser sends its own forms with the origin null
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
KEPT_APART = "no-store"
_HOST = Words(
    "Dit adres hoort niet bij dit programma. Open het adres dat bij het starten is genoemd.",
    "This address does not belong to this program. Open the address that was named when it started.",
)
_ORIGIN = Words(
    "Deze opdracht kwam van een andere website en is niet uitgevoerd.",
    "This request came from another website and was not carried out.",
)


class Guarded:
    """ASGI middleware: refuses what comes from elsewhere, and adds the headers.

    Parameters
    ----------
    hosts
        Every value of the `Host` header that is ours, in lower case, with its port where that is not the usual one.
    origins
        Every origin whose forms are ours, such as `http://127.0.0.1:8001`.
    refuse
        Makes the answer to a refused request.
    programs
        Below this path a request counts for nothing but the token it carries, which no page of another site has: it need not say where
        it comes from.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str],
        origins: frozenset[str],
        refuse: Callable[[Scope, Refused], ASGIApp],
        programs: str | None = None,
    ) -> None:
        self.app, self.hosts, self.origins, self.refuse, self.programs = app, hosts, origins, refuse, programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)  # a page may have its own: a report has its style in itself
                headers.setdefault("Cache-Control", KEPT_APART)
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        method = "GET" if self.programs and scope["path"].startswith(self.programs) else scope["method"]
        reason = refused(method, Headers(scope=scope), self.hosts, self.origins)
        app = self.app if reason is None else self.refuse(scope, reason)
        await app(scope, receive, dressed)


def refused(method: str, headers: Headers, hosts: frozenset[str], origins: frozenset[str]) -> Refused | None:
    """Why a request is not answered; None when it is.

    A form must say where it comes from: a browser does, and what is no browser can.

    >>> ours = frozenset({"127.0.0.1:80"}), frozenset({"http://127.0.0.1:80"})
    >>> refused("GET", Headers({"host": "evil.example:80"}), *ours).status
    421
    >>> refused("POST", Headers({"host": "127.0.0.1:80", "origin": "http://evil.example"}), *ours).status
    403
    >>> refused("POST", Headers({"host": "127.0.0.1:80", "origin": "http://127.0.0.1:80"}), *ours) is None
    True
    """
    if [host.lower() for host in headers.getlist("host")] not in [[host] for host in hosts]:
        return Refused(421, _HOST)
    site = headers.get("sec-fetch-site", "none")
    if method in READING:
        # a link on another page may be followed; nothing of ours may be embedded or fetched from there
        followed = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest", "document") == "document"
        return None if site in ("none", "same-origin") or followed else Refused(403, _ORIGIN)
    origin = headers.get("origin")
    same = origin in origins if origin is not None else site == "same-origin"
    return None if same and site in ("none", "same-origin") else Refused(403, _ORIGIN)
