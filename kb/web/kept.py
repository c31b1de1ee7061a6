"""Owns the text of a form whose sign-in ran out: carried through signing in, given back, never stored.

It is in the page alone, as hidden fields. Files cannot be carried like that: the page says that they must be chosen again.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from kb.web.uploads import Uploads

PREFIX: Final = "kept."
_MOST: Final = 800_000  # characters in all: the longest draft takes a quarter of it
_FIELDS: Final = 200  # the longest form has fewer
_SMALL: Final = 1_000_000  # bytes of a form without files
_BODY: Final = 12_000_000  # bytes that are read of a form with files; the files are dropped
_SECONDS: Final = 60  # to send it
MOST_BYTES: Final = 4 * _MOST + 200_000  # of a sign-in form that carries it all

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, and where it was sent to. `files`: whether some were with it. `whole`: whether all fitted."""

    to: str
    fields: Fields = ()
    files: bool = False
    whole: bool = True


async def of_request(request: Request) -> Kept:
    """What the form of this request holds; nothing where it is no form, or too large to be read."""
    to = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _BODY:
        return Kept(to, whole=False)
    if int(length) <= _SMALL:
        return await _read(request, to)
    uploads: Uploads = request.app.state.uploads
    with uploads.place() as free:  # few at once, for nobody who sends this is known
        return await _read(request, to) if free else Kept(to, whole=False)


async def _read(request: Request, to: str) -> Kept:
    try:
        async with asyncio.timeout(_SECONDS):
            form = await request.form(max_files=20, max_fields=_FIELDS, max_part_size=_MOST)
    except (HTTPException, MultiPartException, ClientDisconnect, TimeoutError, RuntimeError):
        return Kept(to, whole=False)
    try:
        return _kept(to, form, "")
    finally:
        await form.close()


def of_form(to: str, form: FormData) -> Kept:
    """What a sign-in form carries."""
    return _kept(to, form, PREFIX)


def _kept(to: str, form: FormData, prefix: str) -> Kept:
    fields: list[tuple[str, str]] = []
    files, whole, room = False, True, _MOST
    for name, value in form.multi_items():
        if not name.startswith(prefix):
            continue
        if isinstance(value, UploadFile):
            files = files or bool(value.filename)
            continue
        room -= len(name) + len(value)
        if room < 0 or len(fields) >= _FIELDS:
            whole = False
            continue
        fields.append((name.removeprefix(prefix), value))
    return Kept(to, tuple(fields), files or form.get("kept-files") == "yes", whole)
