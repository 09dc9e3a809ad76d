"""A form with files, straight from the connection to private files: nothing whole in memory, nothing beyond a limit, nothing half.

The name that the browser gives a file is only shown: on disk it has a name of our own.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from data_schemas.words import Words
from evaluation.failures import CannotRead
from evaluation.web.failing import Refused, status_words

MAX_FIELD_BYTES = 200_000
MAX_FIELDS = 5_000
_LONGEST_NAME = 120
_TOO_LARGE = Words(
    "Dit is meer dan {most} MB. Bewaar de tabel opnieuw, zonder opmaak of lege rijen, of stuur minder bestanden tegelijk.",
    "This is more than {most} MB. Save the table again, without formatting or empty rows, or send fewer files at once.",
)
_NO_ROOM = Words(
    "Het bestand kan niet worden bewaard: de schijf is vol of niet te beschrijven.",
    "The file cannot be kept: the disk is full or cannot be written.",
)


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file of a form: the name of its field, the name its owner knows it by (fit to be shown), and where it is now."""

    field: str
    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Received:
    """A form: the last value of each field, every value, and its files in order."""

    fields: Mapping[str, str] = field(repr=False)
    values: tuple[tuple[str, str], ...] = field(repr=False)
    files: tuple[ReceivedFile, ...]


Opened = Callable[[Mapping[str, str], str], tuple[Path, BinaryIO]]
"""Opens a place for a file that begins: from the fields before it and the name it has, its path and what to write to."""


async def receive(
    request: Request, folder: Path, *, most_bytes: int, most_files: int = 20, opened: Opened | None = None
) -> Received:
    """The form of a request, its files in `folder`; when anything is wrong none of them is left there.

    `opened` opens each file instead, for who keeps them in another form; it may refuse by what the fields before it say.

    Raises
    ------
    Refused
        400: not a whole form; 413: more than `most_bytes` or `most_files`.
    evaluation.failures.CannotRead
        The folder cannot be written.
    """
    if _declared(request) > most_bytes + MAX_FIELD_BYTES:
        raise _too_large(most_bytes)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Refused(400, status_words(400))
    form = _Form(folder, most_bytes, most_files, opened)
    whole = False
    try:
        parser = MultipartParser(options[b"boundary"], form.callbacks())
        total = 0
        async for chunk in request.stream():
            total += len(chunk)
            if total > most_bytes + 2 * MAX_FIELD_BYTES:  # what stands before, between and after the parts has an end too
                raise _too_large(most_bytes)
            parser.write(chunk)
        parser.finalize()
        whole = form.ended
        if not whole:
            raise Refused(400, status_words(400))
    except FormParserError:
        raise Refused(400, status_words(400)) from None
    except OSError:
        raise CannotRead(_NO_ROOM) from None
    finally:
        form.close(keep=whole)
    return Received(dict(form.values), tuple(form.values), tuple(form.files))


async def small_form(request: Request, most_bytes: int = MAX_FIELD_BYTES) -> list[tuple[str, str]]:
    """The fields of a form without files, in order.

    Raises
    ------
    Refused
        400 or 413: not a form, or more than a form of this kind can hold.
    """
    from urllib.parse import parse_qsl

    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refused(400, status_words(400))
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise Refused(413, status_words(413))
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(body), max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refused(400, status_words(400)) from None


def own_name(given: str) -> str:
    r"""What a browser calls a file, without its folders and fit to be shown and offered again.

    >>> own_name("C:\\Users\\anna\\export 2024.xlsx"), own_name("../../etc/passwd"), own_name("a\r\nb<c>.csv"), own_name("..")
    ('export 2024.xlsx', 'passwd', 'abc.csv', 'bestand')
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*;').strip(" .")
    if len(plain) > _LONGEST_NAME:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: _LONGEST_NAME - 10]}{dot}{ending[:8]}"
    return plain or "bestand"


def _declared(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large(most_bytes: int) -> Refused:
    return Refused(413, _TOO_LARGE.fill(most=most_bytes // 1_000_000))


class _Form:
    """What the parser calls: fields are gathered, files written as they come."""

    def __init__(self, folder: Path, most_bytes: int, most_files: int, opened: Opened | None = None) -> None:
        self.folder, self.most_bytes, self.most_files = folder, most_bytes, most_files
        self._opened = opened or self._in_folder
        self.values: list[tuple[str, str]] = []
        self.files: list[ReceivedFile] = []
        self.ended = False
        self._written = self._field_bytes = 0
        self._headers: dict[bytes, bytes] = {}
        self._header, self._content = bytearray(), bytearray()
        self._name, self._shown = "", ""
        self._file: BinaryIO | None = None
        self._path, self._size = folder, 0
        self._paths: list[Path] = []

    def callbacks(self) -> dict:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._content.extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    def close(self, *, keep: bool) -> None:
        """Close what is open; unless it all is to be kept, leave nothing behind."""
        if self._file is not None:
            self._file.close()
        for path in () if keep else self._paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._headers, self._file = {}, None
        self._content.clear()

    def _header_end(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._content)
        self._header.clear()
        self._content.clear()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        if b"name" not in options or len(self.values) + len(self.files) >= MAX_FIELDS:
            raise Refused(400, status_words(400))
        self._name = options[b"name"].decode("utf-8", "replace")
        if b"filename" not in options:
            return
        if len(self._paths) >= self.most_files:
            raise Refused(413, status_words(413))
        self._shown, self._size = own_name(options[b"filename"].decode("utf-8", "replace")), 0
        self._path, self._file = self._opened(dict(self.values), self._shown)
        self._paths.append(self._path)

    def _in_folder(self, fields: Mapping[str, str], name: str) -> tuple[Path, BinaryIO]:
        path = self.folder / f"received-{secrets.token_hex(16)}"
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        return path, os.fdopen(place, "wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._written += end - start
            self._size += end - start
            if self._written > self.most_bytes:
                raise _too_large(self.most_bytes)
            self._file.write(memoryview(data)[start:end])
            return
        self._field_bytes += end - start
        if self._field_bytes > MAX_FIELD_BYTES:
            raise Refused(413, status_words(413))
        self._content.extend(data[start:end])

    def _end(self) -> None:
        if self._file is None:
            self.values.append((self._name, self._content.decode("utf-8", "replace")))
            return
        self._file.close()
        self._file = None
        if self._size or self._shown != "bestand":  # a form with no file chosen sends an empty one without a name
            self.files.append(ReceivedFile(self._name, self._shown, self._path, self._size))
        else:
            self._path.unlink()

    def _whole(self) -> None:
        self.ended = True
