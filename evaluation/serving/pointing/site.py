"""The pages on which columns of an export are pointed at, and from there to an anonymised submission."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from evaluation.serving.desk import clear
from evaluation.serving.pointing import pointed
from evaluation.serving.site import Site, to
from evaluation.serving.works import Work
from evaluation.web.failing import Refused, status_words
from evaluation.web.pages import language
from evaluation.web.uploading import receive

# A recipe and a key are small.
MOST_BYTES = 1_000_000


class PointingSite:
    """The routes for exports, beside those of the site."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """Every route, with the one method that it answers."""
        return [
            Route("/works/{id}/columns", self.columns, methods=["GET"]),
            Route("/works/{id}/columns", self.point, methods=["POST"]),
        ]

    async def _export(self, request: Request) -> Work:
        """The export of the address, with a proposal for its columns."""
        work = self.site.work(request)
        if not work.export:
            raise Refused(404, status_words(404))
        if work.pointed is None:
            work.pointed = await self.site.ask("point", path=str(work.path))
        return work

    async def columns(self, request: Request) -> Response:
        return self._page(request, await self._export(request))

    def _page(self, request: Request, work: Work, *, status: int = 200, asked: bool = False) -> Response:
        given = work.pointed or {}
        pointing = pointed.pointing_of(given["pointing"])
        lacking = pointed.missing(pointing)
        return self.site.pages.page(
            request,
            "columns.html",
            status,
            work=work,
            pointing=pointing,
            examples=given["examples"],
            rows=given["rows"],
            lacking=lacking if asked else [],
            count=len(lacking),
            choices=pointed.choices(),
            p=pointed,
        )

    async def point(self, request: Request) -> Response:
        """What the form says; and when it asks for that and nothing lacks, the submission."""
        work = await self._export(request)
        folder = self.site.works.desk.place()
        kept = False
        try:
            form = await receive(request, folder, most_bytes=MOST_BYTES, most_files=2)
            given = {one.field: str(one.path) for one in form.files if one.field in ("key", "recipe")}
            pointing = pointed.answered(pointed.pointing_of((work.pointed or {})["pointing"]), form.fields)
            work.pointed = {**(work.pointed or {}), "pointing": pointed.plain(pointing)}
            if form.fields.get("do") != "make":
                return RedirectResponse(f"/works/{work.id}/columns#{_anchor(form.fields.get('do', ''))}", 303)
            if "recipe" not in given and pointed.missing(pointing):
                return self._page(request, work, status=422, asked=True)
            done = await self.site.ask(
                "anonymise",
                path=str(work.path),
                pointed=work.pointed["pointing"],
                target=str(folder / "made"),
                lang=language(request),
                given=given,
            )
            book = Path(done["book"])
            submission = self.site.works.add(book.name, folder, book, False)
            kept = True
            submission.origin = work.id
            submission.extras = {name: Path(path) for name, path in done["extras"].items()}
            submission.cost, submission.unread = done["cost"], done["unread"]
            return to(submission)
        finally:
            if not kept:
                clear(folder)


def _anchor(asked: str) -> str:
    place = asked.removeprefix("block-")
    return f"block-{place}" if place.isascii() and place.isdigit() else "content"
