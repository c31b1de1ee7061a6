"""Owns what is answered where a case study is no longer: the way to its new address, or that it was taken down. Never decides which are."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.addresses import AddressBook
from kb.content.case_study import CaseStudy
from kb.errors import NotFound, Withdrawn
from kb.search.index import Index
from kb.web.pages import date


class Moved(Exception):
    """The same page of the same case study is at another address now."""

    def __init__(self, href: str) -> None:
        super().__init__(href)
        self.href = href


def at(request: Request, index: Index, slug: str) -> CaseStudy:
    """The case study at the address that was asked for, on any page about it.

    Raises:
        Moved: it is at another one.
        Withdrawn: it was taken down. That holds at once, before the index is built again.
        NotFound: there never was one.
    """
    book: AddressBook = request.app.state.addresses
    addresses = book.current()
    if (left := addresses.withdrawn.get(slug)) is not None:
        said = f"\u201c{left.title}\u201d was withdrawn on {date(left.on)}."
        raise Withdrawn(
            said, f"The reason: {left.reason}" if left.reason else "", left.title, str(left.on), left.reason
        )
    try:
        return index.case_study(slug)
    except NotFound:
        now = addresses.resolve(slug)
        if now == slug:
            raise
        raise Moved(_same_page(request, now)) from None


def _same_page(request: Request, slug: str) -> str:
    """The address that was asked for, with another slug in it."""
    values = {name: quote(str(value), safe="") for name, value in request.path_params.items()} | {"slug": slug}
    path = request.scope["route"].path.format(**values)
    return f"{path}?{request.url.query}" if request.url.query else path


async def _moved(request: Request, error: Exception) -> Response:  # noqa: ARG001 - as handlers of errors are called
    assert isinstance(error, Moved)  # noqa: S101 - registered for that class only
    return RedirectResponse(error.href, 308)


def register(app: FastAPI) -> None:
    """Answers Moved with the way there, for good."""
    app.add_exception_handler(Moved, _moved)
