"""Owns the history of a case study: its versions, an old one as a page, what differs between two. Never brings one back."""

import logging
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kb.content import case_study, changes, writing
from kb.content.changes import Changes
from kb.content.folder import ContentFolder
from kb.content.history import Version
from kb.content.repository import Repository
from kb.editorial import copies
from kb.errors import NotFound, RepositoryUnavailable
from kb.web import addresses
from kb.web.case_study_page import Shown, named, shown
from kb.web.deps import IndexDep, SettingsDep, VisitorDep
from kb.web.pages import Page, render

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

_PER_PAGE: Final = 20  # versions on a page: two screens on a phone; few case studies have more
_MOST: Final = 10_000  # versions that are looked through; a page edited every day for 27 years has as many


@dataclass(frozen=True, slots=True)
class HistoryPage(Page):
    """The versions, newest first, each with the commit of the one before it, "" for the first.

    `newer` and `older` lead to the others; `kept` is False where no history is known; `cut`: there was more before.
    """

    template = "history/history.html"
    slug: str
    versions: tuple[tuple[Version, str], ...]
    total: int
    newer: str
    older: str
    kept: bool
    cut: bool
    restore: bool


@dataclass(frozen=True, slots=True)
class VersionPage(Page):
    """An old version as readers saw it."""

    template = "history/version.html"
    slug: str
    shown: Shown
    version: Version
    before: str
    newest: bool


@dataclass(frozen=True, slots=True)
class ChangesPage(Page):
    """What differs between two versions; None where there is only one."""

    template = "history/changes.html"
    slug: str
    before: Version | None
    after: Version | None
    changes: Changes | None


@router.get("/case-studies/{slug}/history")
def history(request: Request, slug: str, index: IndexDep, visitor: VisitorDep, page: int = 1) -> HTMLResponse:
    """Who changed what, and when."""
    found = addresses.at(request, index, slug)
    try:
        versions, cut, kept = *_versions(request, slug), True
    except RepositoryUnavailable as error:
        log.warning("%s: %s", request.url.path, error)
        versions, cut, kept = [], False, False
    pages = max(-(-len(versions) // _PER_PAGE), 1)
    if not 1 <= page <= pages:
        raise NotFound(f"The history has no page {page}.")
    start = (page - 1) * _PER_PAGE
    befores = [version.commit for version in versions[1:]] + [""] * bool(versions)
    rows = tuple(zip(versions, befores, strict=True))[start : start + _PER_PAGE]
    newer, older = (
        f"/case-studies/{slug}/history?page={number}" if 1 <= number <= pages else "" for number in (page - 1, page + 1)
    )
    restore = visitor.actor is not None and copies.may(found, visitor.actor, index.vocabulary)
    title = f"History of \u201c{found.title}\u201d"
    return render(request, HistoryPage(title, slug, rows, len(versions), newer, older, kept, cut, restore))


@router.get("/case-studies/{slug}/history/{commit}")
def version(request: Request, slug: str, commit: str, index: IndexDep, settings: SettingsDep) -> HTMLResponse:
    """One version as a page."""
    addresses.at(request, index, slug)
    versions = _known(request, slug)
    place = _place(versions, commit)
    repository: Repository = request.app.state.repository
    parsed = case_study.read(repository.text_at(commit, versions[place].name), slug).case_study
    if parsed is None:
        raise NotFound("This version cannot be shown as a page.", "Compare it with another: that shows its text.")
    told = shown(parsed, index.vocabulary, settings.service_name, f"/case-studies/{slug}/files/", parts=False)
    before = versions[place + 1].commit if place + 1 < len(versions) else ""
    return render(request, VersionPage(parsed.title, slug, told, versions[place], before, place == 0))


@router.get("/case-studies/{slug}/changes")
def compared(request: Request, slug: str, index: IndexDep) -> HTMLResponse:
    """What differs between two versions: those of `from` and `to`, else the last two."""
    found = addresses.at(request, index, slug)
    versions = _known(request, slug)
    title = f"Changes to \u201c{found.title}\u201d"
    asked = {name: request.query_params.get(name, "") for name in ("from", "to")}
    if len(versions) < 2 and not any(asked.values()):
        return render(request, ChangesPage(title, slug, None, versions[0] if versions else None, None))
    after = versions[_place(versions, asked["to"])] if asked["to"] else versions[0]
    earlier = versions.index(after) + 1
    before = versions[_place(versions, asked["from"] or versions[min(earlier, len(versions) - 1)].commit)]
    repository: Repository = request.app.state.repository
    old, new = (repository.text_at(version.commit, version.name) for version in (before, after))
    made = changes.compare(old, new, named(index.vocabulary))
    return render(request, ChangesPage(title, slug, before, after, made))


def _known(request: Request, slug: str) -> list[Version]:
    try:
        return _versions(request, slug)[0]
    except RepositoryUnavailable as error:
        log.warning("%s: %s", request.url.path, error)
        raise NotFound("The history of this case study cannot be read.", "Try again in a few minutes.") from None


def _versions(request: Request, slug: str) -> tuple[list[Version], bool]:
    """The versions that readers may see, newest first, and whether there are older ones.

    What was taken down and later published again begins anew: nobody should read in the history what was withdrawn.
    """
    repository: Repository = request.app.state.repository
    path = writing.place(ContentFolder(repository.folder), slug)
    found = repository.history(path, _MOST)
    removed = next((place for place, version in enumerate(found) if version.removed), len(found))
    return found[:removed], removed < len(found)


def _place(versions: list[Version], commit: str) -> int:
    """Where the version of this commit stands; only commits that changed this very file have one."""
    for place, version in enumerate(versions):
        if version.commit == commit:
            return place
    raise NotFound(f"This case study has no version {commit[:64]!r}.")
