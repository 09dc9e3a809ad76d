"""The socket, the browser, and the end: on request, after an hour in which nothing was asked, or with the terminal."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from data_schemas.words import Lang, Words
from evaluation.failures import CannotRead
from evaluation.output.screen import say
from evaluation.serving.desk import Desk
from evaluation.serving.gate import KEY, AtTheGate, Gate
from evaluation.serving.helper import Helper
from evaluation.serving.pointing.site import PointingSite
from evaluation.serving.site import NAME, Site
from evaluation.serving.works import Works
from evaluation.web.application import application
from evaluation.web.pages import Link, Pages

LOOPBACK = "127.0.0.1"
_LINKS = (Link("/", Words("Begin", "Start")), Link("/template", Words("Lege werkmap", "Empty workbook")))
_NO_PORT = Words(
    "Poort {port} is bezet of niet toegestaan. Kies een andere met --port, of laat --port weg.",
    "Port {port} is taken or not allowed. Choose another with --port, or leave --port out.",
)
_OPENED = Words(
    "Het programma draait op deze computer, en er gaat niets naar buiten. Opent uw browser niet vanzelf? Ga dan naar:\n\n  {address}\n\n"
    "Dat adres werkt één keer. Druk op Enter voor een nieuw venster, of op Ctrl-C om te stoppen.",
    "The program runs on this computer, and nothing leaves it. Does your browser not open by itself? Then go to:\n\n  {address}\n\n"
    "That address works once. Press Enter for a new window, or Ctrl-C to stop.",
)
_ENDED = Words("Gestopt. De tijdelijke bestanden zijn weg.", "Stopped. The temporary files are gone.")


def site(desk: Desk, helper: Helper, gate: Gate, port: int, stop: Callable[[], None], watch=None) -> Starlette:
    """The whole as an ASGI application on this port."""
    pages = Pages("evaluation.serving", NAME, lambda request: _LINKS if gate.open_to(request) else ())
    hosts = frozenset(f"{name}:{port}" for name in (LOOPBACK, "localhost"))
    made = Site(Works(desk), helper, pages, stop)
    return application(
        [*made.routes(), *PointingSite(made).routes()],
        pages,
        hosts=hosts,
        origins=frozenset(f"http://{host}" for host in hosts),
        middleware=[Middleware(AtTheGate, gate=gate, answer=pages.failed)],
        lifespan=watch,
        static=[("evaluation.serving", "static")],
    )


def serve(lang: Lang, *, port: int = 0, browser: bool = True, idle_minutes: float = 60) -> None:
    """Serve until the end.

    Raises
    ------
    evaluation.failures.CannotRead
        The port is taken, or there is no place for temporary files.
    """
    listening = _listening(port)
    port = listening.getsockname()[1]
    desk = Desk()
    helper, gate = Helper(desk.folder), Gate(port)
    server: uvicorn.Server

    def stop() -> None:
        server.should_exit = True

    @asynccontextmanager
    async def watch(app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_idle(gate, idle_minutes * 60, stop))
        yield
        task.cancel()

    def address() -> str:
        return f"http://{LOOPBACK}:{port}/open?{KEY}={gate.new_key()}&lang={lang}"

    app = site(desk, helper, gate, port, stop, watch)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        http="h11",
        loop="asyncio",
        limit_concurrency=64,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    try:
        helper.warm()
        first = address()
        say(_OPENED.fill(address=first), lang)
        sys.stdout.flush()
        _begin(browser, first, address)
        if hasattr(signal, "SIGHUP"):
            with suppress(ValueError):
                signal.signal(signal.SIGHUP, lambda *_: stop())  # the terminal was closed
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    finally:
        helper.close()
        desk.close()
    say(_ENDED, lang)


def _begin(browser: bool, first: str, address: Callable[[], str]) -> None:
    if browser:
        threading.Thread(target=webbrowser.open, args=(first,), daemon=True).start()
    if sys.stdin is not None and sys.stdin.isatty():

        def again() -> None:
            for _ in sys.stdin:
                new = address()
                print(f"  {new}", flush=True)
                if browser:
                    webbrowser.open(new)

        threading.Thread(target=again, daemon=True).start()


def _listening(port: int) -> socket.socket:
    """A socket that this computer alone can reach; port 0 is any that is free."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets another take the port otherwise
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen(64)
    except (OSError, OverflowError):
        listening.close()
        raise CannotRead(_NO_PORT.fill(port=port)) from None
    listening.setblocking(False)
    return listening


async def _idle(gate: Gate, most: float, stop: Callable[[], None]) -> None:
    """End when nobody asks for anything any more: what was dropped does not lie about."""
    while gate.idle_seconds() < most:
        await asyncio.sleep(min(5.0, max(0.05, most - gate.idle_seconds())))
    stop()
