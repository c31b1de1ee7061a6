"""Owns taking in a form with text and a file: in memory only, within bounds of size, time and number. Never reads what is in it."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from kb.content.documents import MAX_BYTES
from kb.web.security import refuse_other_sites

MAX_FORM: Final = MAX_BYTES + 1_100_000  # the file, the text, and what the form puts around them
MAX_IMPORT: Final = (
    25_000_000 + 100_000
)  # of a file that becomes a draft: a report with photographs that nobody made smaller
MAX_TEXT_BYTES: Final = 1_000_000
MAX_FIELDS: Final = 120  # besides the file: 20 pictures that are there already have five each
# A browser shows our page only when all was sent, so what is too large is taken in and dropped up to here.
MAX_DROPPED: Final = 200_000_000
_SECONDS: Final = 180  # to send it all: 10 MB at half a megabit a second
_SECONDS_IMPORT: Final = 400  # 25 MB likewise
_PLACES: Final = 8  # forms taken in at once: at most 90 MB in memory, 200 where all come from people with an account
_WORKERS: Final = 2  # documents read and compared at once, each with a core of its own
_WAIT: Final = 20.0  # seconds for one of those


class Uploads:
    """How many forms are taken in and worked on at once; one for the app."""

    def __init__(self, places: int = _PLACES, workers: int = _WORKERS, wait: float = _WAIT) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._workers = threading.BoundedSemaphore(workers)
        self._wait = wait

    @contextlib.contextmanager
    def place(self) -> Iterator[bool]:
        """Whether there is a place for one more form; it is held until the end of the block."""
        got = self._places.acquire(blocking=False)
        try:
            yield got
        finally:
            if got:
                self._places.release()

    @contextlib.contextmanager
    def turn(self) -> Iterator[bool]:
        """Whether our turn to work came in time; it is held until the end of the block."""
        got = self._workers.acquire(timeout=self._wait)
        try:
            yield got
        finally:
            if got:
                self._workers.release()


@dataclass(frozen=True, slots=True)
class Received:
    """A form: its text, and a file with the name that it came under. `failure` says why there is nothing: "" for no reason.

    `fields` are all its fields but the file, as they came.
    """

    text: str = ""
    name: str = ""
    data: bytes | None = field(default=None, repr=False)
    failure: str = ""  # busy, large, broken
    fields: Mapping[str, str] = field(default_factory=dict)


class _InMemory(MultiPartParser):
    spool_max_size = max(MAX_FORM, MAX_IMPORT)  # never to a file on the disk, however short its life


class _TooLarge(Exception):
    pass


def _receiving(most: int, seconds: int) -> Callable[[Request], AsyncIterator[Received]]:
    """Takes in forms of at most so many bytes within so many seconds."""

    async def received(request: Request) -> AsyncIterator[Received]:
        """The form of a request; refuses one that another site sent."""
        refuse_other_sites(request)
        uploads: Uploads = request.app.state.uploads
        with uploads.place() as free:
            if not free:
                yield Received(failure="busy")
                return
            try:
                async with asyncio.timeout(seconds):
                    form = await _form(request, most)
            except TimeoutError:
                raise HTTPException(408) from None
            yield form

    return received


async def _form(request: Request, most: int) -> Received:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    kind = kind.strip()
    if "charset" in parameters and "utf-8" not in parameters:
        await _drop(request)  # no browser does that, and some of Python's encodings take quadratic time to read
        return Received(failure="broken")
    body = _bounded(request, most)
    try:
        if kind == "multipart/form-data":
            parser = _InMemory(request.headers, body, max_files=1, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT_BYTES)
            form = await parser.parse()
        elif kind == "application/x-www-form-urlencoded":
            form = await FormParser(request.headers, body, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT_BYTES).parse()
        else:
            return Received(failure="broken")
        return await _read(form)
    except _TooLarge:
        await _drop(request)
        return Received(failure="large")
    except MultiPartException:
        await _drop(request)
        return Received(failure="broken")
    except ClientDisconnect:
        return Received(failure="broken")


async def _read(form: FormData) -> Received:
    file = form.get("file")
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        typed = fields.get("text", "")
        if not isinstance(file, UploadFile):
            return Received(typed, fields=fields)
        data = await file.read()
        # A browser sends an empty file without a name where none was chosen.
        return Received(typed, file.filename or "", data if data or file.filename else None, fields=fields)
    finally:
        await form.close()


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _TooLarge
        yield chunk


async def _drop(request: Request) -> None:
    with contextlib.suppress(RuntimeError, ClientDisconnect):  # it may have been read to the end
        async for _ in request.stream():
            pass


ReceivedDep = Annotated[Received, Depends(_receiving(MAX_FORM, _SECONDS))]
ImportedDep = Annotated[Received, Depends(_receiving(MAX_IMPORT, _SECONDS_IMPORT))]
