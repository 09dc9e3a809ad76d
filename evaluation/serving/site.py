"""The pages: what was dropped, what was found beside the cells, what is mended, and what can be taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from data_schemas.tables import tables
from data_schemas.words import Words
from evaluation.serving.helper import Helper
from evaluation.serving.snippets import changed_cells, of_finding, of_sheet
from evaluation.serving.works import Work, Works
from evaluation.web.failing import Refused, status_words
from evaluation.web.pages import Pages, language
from evaluation.web.uploading import receive, small_form

MOST_BYTES = 200_000_000
NAME = Words("Controleren en anonimiseren", "Check and anonymise")
_NO_FILE = Words("Er is geen bestand gekozen.", "No file was chosen.")
_NOTHING_CHANGED = Words(
    "Er is niets veranderd: elke cel bleef zoals zij was.", "Nothing changed: every cell stayed as it was."
)
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWERS = ("name", "nature", "source")
# what can be taken away: the task that makes it, what it is called, its ending
_DOWNLOADS: dict[str, tuple[str, Words, str]] = {
    "marked": ("mark", Words("nagekeken", "checked"), ".xlsx"),
    "page": ("page", Words("bevindingen", "findings"), ".html"),
    "receipt": ("prove", Words("bewijs", "receipt"), ".html"),
}


class Site:
    """The routes over what lies on the desk."""

    def __init__(self, works: Works, helper: Helper, pages: Pages, stop: Callable[[], None]) -> None:
        self.works, self.helper, self.pages, self.stop = works, helper, pages, stop

    def routes(self) -> list[Route]:
        """Every route, with the one method that it answers."""
        return [
            Route("/", self.home, methods=["GET"]),
            Route("/works", self.drop, methods=["POST"]),
            Route("/works/{id}", self.findings, methods=["GET"]),
            Route("/works/{id}/mend", self.mend, methods=["POST"]),
            Route("/works/{id}/undo", self.undo, methods=["POST"]),
            Route("/works/{id}/kind", self.other_kind, methods=["POST"]),
            Route("/works/{id}/away", self.away, methods=["POST"]),
            Route("/works/{id}/sheet/{table}", self.sheet, methods=["GET"]),
            Route("/works/{id}/download/{what}", self.download, methods=["GET"]),
            Route("/explain/{code}", self.explain, methods=["GET"]),
            Route("/template", self.template, methods=["GET"]),
            Route("/stop", self.end, methods=["POST"]),
        ]

    async def ask(self, task: str, **given: Any) -> Any:
        """A task of the helper, without holding up other requests."""
        return await run_in_threadpool(partial(self.helper.ask, task, **given))

    def work(self, request: Request) -> Work:
        """The work of the address.

        Raises
        ------
        Refused
            404: there is none.
        """
        work = self.works.get(request.path_params["id"])
        if work is None:
            raise Refused(404, status_words(404))
        return work

    async def home(self, request: Request) -> Response:
        return self.pages.page(request, "home.html", works=list(self.works), most=MOST_BYTES // 1_000_000)

    async def drop(self, request: Request) -> Response:
        """Take in what was dropped; what cannot be read leaves nothing behind."""
        folder = self.works.desk.place()
        kept = False
        try:
            form = await receive(request, folder, most_bytes=MOST_BYTES, most_files=50)
            if not form.files:
                raise Refused(400, _NO_FILE)
            files = [[one.name, str(one.path)] for one in form.files]
            taken = await self.ask("take_in", files=files, folder=str(folder / "inzending"))
            work = self.works.add(form.files[0].name, folder, Path(taken["path"]), taken["export"])
            kept = True
        finally:
            if not kept:
                from evaluation.serving.desk import clear

                clear(folder)
        try:
            await self._checked(work)
        except Exception:
            self.works.remove(work)
            raise
        return to(work)

    async def _checked(self, work: Work) -> Any:
        if work.result is None and not work.export:
            work.result = await self.ask("check", path=str(work.path))
        return work.result

    async def findings(self, request: Request) -> Response:
        work = self.work(request)
        if work.export:
            return RedirectResponse(f"/works/{work.id}/columns", 303)
        result = await self._checked(work)
        groups = [
            {**group, "shown": [(finding, of_finding(result["tables"], finding)) for finding in group["findings"][:8]]}
            for group in result["groups"]
        ]
        before = request.query_params.get("before", "")
        return self.pages.page(
            request,
            "findings.html",
            work=work,
            result=result,
            groups=groups,
            tables=tables(),
            offers=sum(
                bool(one["offer"]) and not one["offer"]["empties"] for group in result["groups"] for one in group["findings"]
            ),
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 7 else None,
        )

    async def sheet(self, request: Request) -> Response:
        work = self.work(request)
        result = await self._checked(work)
        first = request.query_params.get("from", "1")
        first_line = int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 1
        snippet = of_sheet(result["tables"], request.path_params["table"], result["groups"], first_line) if result else None
        if snippet is None:
            raise Refused(404, status_words(404))
        table = result["tables"][snippet.table]
        return self.pages.page(request, "sheet.html", work=work, table=table, snippet=snippet, first=first_line)

    async def mend(self, request: Request) -> Response:
        """Answers into a new copy, which is then checked."""
        work = self.work(request)
        fields = await small_form(request)
        async with work.busy:
            result = await self._checked(work)
            if result is None:
                raise Refused(404, status_words(404))
            taken = {text for key, text in fields if key == "take"}
            offers = [finding["offer"] for group in result["groups"] for finding in group["findings"] if finding["offer"]]
            everything = ("all", "on") in fields
            chosen = [one for one in offers if one["name"] in taken or (everything and not one["empties"])]
            offered_cells = [cell for one in chosen for cell in one["cells"]]
            cells = [*offered_cells, *changed_cells(result["tables"], result["groups"], fields)]
            answers = {key: text for key, text in fields if key in _ANSWERS and text.strip()}
            offered = {finding["seen"] for group in result["groups"] for finding in group["findings"]} - {""}
            seen = [text for key, text in fields if key == "seen" and text in offered]
            if not cells and not answers and not seen:
                raise Refused(400, _NOTHING_CHANGED)
            target = work.next_path()
            given = {"cells": cells, "answers": answers, "seen": seen, "lang": language(request)}
            await self.ask("mend", path=str(work.path), target=str(target), **given)
            before = result["errors"]
            work.become(target)
            await self._checked(work)
        return RedirectResponse(f"/works/{work.id}?before={before}#content", 303)

    async def undo(self, request: Request) -> Response:
        """Back to the version before the last answers."""
        work = self.work(request)
        async with work.busy:
            if work.changed:
                work.versions.pop()
                work.path, work.result = work.versions[-1], None
        return to(work)

    async def other_kind(self, request: Request) -> Response:
        """The owner knows better whether it is an export."""
        work = self.work(request)
        work.export, work.result, work.pointed = not work.export, None, None
        return to(work)

    async def away(self, request: Request) -> Response:
        self.works.remove(self.work(request))
        return RedirectResponse("/", 303)

    async def download(self, request: Request) -> Response:
        work, what, lang = self.work(request), request.path_params["what"], language(request)
        if what == "workbook" and work.path.suffix == ".xlsx":
            return _file(work.path, f"{work.stem}.xlsx")
        if what in work.extras:
            return _file(work.extras[what], work.extras[what].name)
        if what not in _DOWNLOADS or work.export:
            raise Refused(404, status_words(404))
        task, called, ending = _DOWNLOADS[what]
        target = self.works.desk.place() / f"made{ending}"
        more = {"moment": datetime.now().isoformat()} if task == "prove" else {}
        await self.ask(task, path=str(work.path), target=str(target), lang=lang, **more)
        return _file(target, f"{work.stem}-{called[lang]}{ending}", once=True)

    async def explain(self, request: Request) -> Response:
        """What a finding means, with a case that keeps the rule and one that breaks it."""
        text = await self.ask("explain", code=request.path_params["code"][:80], lang=language(request))
        return self.pages.page(request, "explain.html", text=text)

    async def template(self, request: Request) -> Response:
        lang, target = language(request), self.works.desk.place() / "made.xlsx"
        await self.ask("empty", target=str(target), lang=lang)
        return _file(target, Words("inzending.xlsx", "submission.xlsx")[lang], once=True)

    async def end(self, request: Request) -> Response:
        answer = self.pages.page(request, "ended.html")
        answer.background = BackgroundTask(self.stop)
        return answer


def to(work: Work) -> Response:
    """To the page of a work."""
    return RedirectResponse(f"/works/{work.id}", 303)


def _file(path: Path, name: str, *, once: bool = False) -> Response:
    """A file to be kept, never to be opened in the page; what was made for this answer alone goes with it."""
    from evaluation.serving.desk import clear

    kinds: dict[str, str] = {".xlsx": _BOOK, ".html": "text/html; charset=utf-8", ".zip": "application/zip"}
    kind = kinds.get(path.suffix, "application/octet-stream")
    gone = BackgroundTask(clear, path.parent) if once else None
    return FileResponse(path, media_type=kind, filename=name, background=gone)
