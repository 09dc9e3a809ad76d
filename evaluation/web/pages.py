"""Pages by Jinja2: every value escaped, a forgotten one an error, and every text a pair of languages.

In a template `say("Verder", "Continue")` or `say(words)` is the text in the reader's language, with `{name}` filled by `name=...`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from data_schemas.words import LANGS, Lang, Words

PRODUCT = Words("Interventie-evaluatie", "Intervention evaluation")


@dataclass(frozen=True, slots=True)
class Link:
    """A place that every page leads to."""

    href: str
    words: Words


class Pages:
    """The templates of one server.

    Parameters
    ----------
    room
        The package whose folder `templates` holds them; they extend `layout.html`, which is here.
    name
        What the server is called, above every page.
    links
        From a request, the places that every page leads to: by who is signed in, for example.
    note
        From a request, words for the band above a page (confidential, for example); None for no band.
    """

    def __init__(
        self,
        room: str,
        name: Words,
        links: Callable[[Request], Sequence[Link]] = lambda request: (),
        note: Callable[[Request], Words | None] = lambda request: None,
    ) -> None:
        self.name, self._links, self._note = name, links, note
        self._environment = Environment(
            loader=ChoiceLoader([PackageLoader(room), PackageLoader("evaluation.web")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """The answer to a request: a template filled."""
        return HTMLResponse(self.text(request, template, **values), status)

    def text(self, request: Request, template: str, **values: Any) -> str:
        """A template filled, as text."""
        lang = language(request)
        return self._environment.get_template(template).render(
            lang=lang,
            say=_saying(lang),
            product=PRODUCT,
            server=self.name,
            links=self._links(request),
            note=self._note(request),
            here=request.url.path,
            other_languages=[(one, _in_language(request, one)) for one in LANGS],
            **values,
        )

    def failed(self, request: Request, status: int, words: Words) -> HTMLResponse:
        """The page for what went wrong."""
        return self.page(request, "failed.html", status, words=words, fault=status >= 500)


def language(request: Request) -> Lang:
    """The language of the page that answers a request."""
    lang = request.scope.get("state", {}).get("lang", "nl")
    return lang if lang in LANGS else "nl"


def _saying(lang: Lang) -> Callable[..., str]:
    def say(words: Words | str, english: str | None = None, /, **values: object) -> str:
        """One text of a pair, with its placeholders filled."""
        pair = words if isinstance(words, Words) else Words(words, english or words)
        return (pair.fill(**values) if values else pair)[lang]

    return say


def _in_language(request: Request, lang: Lang) -> str:
    """The same page in another language; what was sent by a form cannot be asked for again, so that is the first page."""
    if request.method not in ("GET", "HEAD"):
        return f"/?lang={lang}"
    asked: Mapping[str, str] = {**request.query_params, "lang": lang}
    return f"{request.url.path}?{urlencode(asked)}"
