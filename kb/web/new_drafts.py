"""Owns the pages that begin a draft: with questions, with a file, as a new version of what is published. Never changes one that is there."""

import secrets
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content import importing, writing
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.stored_names import is_slug
from kb.content.vocabulary import Vocabulary
from kb.editorial import copies, draft_list, drafts, imports
from kb.editorial.db import Database
from kb.editorial.roles import EVERYWHERE, Actor, Role, reach, scope_name
from kb.errors import DocumentUnreadable, FormInvalid, NotFound, SearchUnavailable
from kb.search.index import Index
from kb.web import pickers
from kb.web.deps import ActorDep, DatabaseDep, SearcherDep, SettingsDep
from kb.web.editing import VocabularyDep
from kb.web.errors import status_of
from kb.web.listing import Listed, listed
from kb.web.pages import Page, render
from kb.web.uploads import MAX_DROPPED, ImportedDep, Received, Uploads

router = APIRouter(include_in_schema=False)

MAX_MEGABYTES: Final = importing.MAX_BYTES // 1_000_000
_ANOTHER: Final = "another"  # the answer of whoever writes for all: an organisation that is named
_NAMED: Final = 12  # organisations that go by a name
_SHOWN: Final = 20  # case studies found by their titles: more is no choice
_BUSY: Final = "Other people are sending documents at the moment. Try again in a minute: your file is not read yet."


@dataclass(frozen=True, slots=True)
class NewDraftPage(Page):
    """Whose work it is, and how to begin. `scopes` are pairs of scope and name; `found` are
    those that go by the name that was typed."""

    template = "drafts/new.html"
    form: str  # names this very form: sent twice, it begins one draft
    scopes: tuple[tuple[str, str], ...]
    home: str
    everywhere: bool
    typed: str
    found: tuple[tuple[str, str], ...]
    how: str
    most_megabytes: int
    turnround: int
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewVersionPage(Page):
    """Of which published case study it is to be a new version. `chosen` is the only one there is to confirm, if any."""

    template = "drafts/version.html"
    form: str
    q: str
    hits: tuple[Listed, ...]
    more: int
    chosen: CaseStudy | None
    open: tuple[tuple[str, str], ...]
    searchable: bool


@dataclass(frozen=True, slots=True)
class _Given:
    """What somebody chose and typed, and what is wrong with it."""

    home: str = ""
    name: str = ""
    how: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


@router.get("/drafts/new")
def ask(request: Request, actor: ActorDep, vocabulary: VocabularyDep) -> Response:
    """How to begin."""
    return render(request, _new_page(request, actor, vocabulary))


@router.get("/drafts/new/version")
def ask_version(
    request: Request, actor: ActorDep, vocabulary: VocabularyDep, settings: SettingsDep, searcher: SearcherDep,
    database: DatabaseDep, slug: str = "", q: str = "",
) -> Response:  # fmt: skip
    """Which case study: those found by what was typed, or the one that somebody comes from."""
    form = secrets.token_urlsafe(12)
    if slug:
        found = _published(ContentFolder(settings.content), slug, actor, vocabulary)
        with database.reading() as session:
            begun = draft_list.versions_of(session, actor, slug)
        page = NewVersionPage(f"Improve \u201c{found.title}\u201d", form, "", (), 0, found, begun, True)
        return render(request, page)
    try:
        hits, more = _titled(searcher.store.current(), q, actor, vocabulary)
    except SearchUnavailable:
        return render(request, NewVersionPage("Which case study?", form, q, (), 0, None, (), False))
    return render(request, NewVersionPage("Which case study?", form, q, listed(hits, vocabulary), more, None, (), True))


@router.post("/drafts", max_body_size=MAX_DROPPED)
def begin(
    request: Request,
    received: ImportedDep,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    settings: SettingsDep,
) -> Response:
    """Begins a draft and goes to it; a form that comes twice begins one."""
    if received.failure:
        return _failed(request, received, actor, vocabulary)
    fields = received.fields
    form, how = fields.get("form", "")[:40], fields.get("how", "") or ("file" if received.data else "")
    given = _Given(fields.get("home", ""), fields.get("name", ""), how)
    with database.reading() as session:
        if id_ := drafts.begun_by(session, actor, form):
            return _to(id_, imported=how == "file")
    if how == "version":
        slug = fields.get("slug", "")
        folder = ContentFolder(settings.content)
        return (
            _begin_version(actor, database, vocabulary, folder, slug, form)
            if slug
            else RedirectResponse("/drafts/new/version", 303)
        )
    try:
        home = _asked(given, received, actor, vocabulary)
    except FormInvalid as error:
        return _again(request, actor, vocabulary, replace(given, problems=error.problems), 422)
    if how == "questions":
        with database.writing() as session:
            id_ = drafts.begun_by(session, actor, form) or drafts.start(session, actor, home, origin={"form": form})
        return _to(id_)
    try:
        ready = _read(request, received, vocabulary)
    except DocumentUnreadable as error:
        told = {"file": f"{error} No draft was begun. Choose the file again, or another."}
        return _again(request, actor, vocabulary, replace(given, problems=told), status_of(error))
    if ready is None:
        return _again(request, actor, vocabulary, replace(given, problems={"file": _BUSY}), 503)
    with database.writing() as session:
        id_ = drafts.begun_by(session, actor, form) or imports.start(session, actor, home, ready, form)
    return _to(id_, imported=True)


def _to(id_: str, imported: bool = False) -> RedirectResponse:
    return RedirectResponse(f"/drafts/{id_}/import" if imported else f"/drafts/{id_}", 303)


def _read(request: Request, received: Received, vocabulary: Vocabulary) -> imports.Ready | None:
    """What the file says, with its pictures made safe; None when there was no turn to read it."""
    from kb.content.documents import shown  # noqa: PLC0415

    uploads: Uploads = request.app.state.uploads
    with uploads.turn() as ours:
        if not ours:
            return None
        return imports.ready(importing.read(received.data or b"", received.name, vocabulary), shown(received.name))


def _begin_version(
    actor: Actor, database: Database, vocabulary: Vocabulary, folder: ContentFolder, slug: str, form: str
) -> Response:
    found = _published(folder, slug, actor, vocabulary)
    text = writing.read(folder, slug) or ""
    files = copies.ready(database, found, copies.beside(folder, slug))
    with database.writing() as session:
        id_ = drafts.begun_by(session, actor, form) or copies.start(
            session,
            actor,
            found,
            copies.home(found, actor, vocabulary),
            vocabulary,
            (slug, text),
            files,
            {"form": form},
        )
    return _to(id_)


def _published(folder: ContentFolder, slug: str, actor: Actor, vocabulary: Vocabulary) -> CaseStudy:
    """The case study at this address as it is on the disk, for somebody who may write a new version of it."""
    text = writing.read(folder, slug) if is_slug(slug) else None
    if text is None:
        raise NotFound("There is no such case study.")
    found = CaseStudy.parse(text, slug)
    if not copies.may(found, actor, vocabulary):
        raise NotFound("There is no such case study.")
    return found


def _titled(index: Index, q: str, actor: Actor, vocabulary: Vocabulary) -> tuple[tuple[CaseStudy, ...], int]:
    """The case studies with all of these words in their title or address that this person may write for, and how many more."""
    words = q.lower().split()
    ours = _ours(index, actor, vocabulary)
    named = sorted(
        (title.lower(), position)
        for position, (slug, title) in enumerate(zip(index.catalogue.slugs(), index.catalogue.titles(), strict=True))
        if position in ours and all(word in f"{title.lower()} {slug}" for word in words)
    )
    first = index.catalogue.case_studies([position for _, position in named[:_SHOWN]])
    return tuple(first), max(len(named) - _SHOWN, 0)


def _ours(index: Index, actor: Actor, vocabulary: Vocabulary) -> Container[int]:
    """The positions of the case studies that somebody may write for; the same as asking `copies.may` of each."""
    if actor.may(Role.CONTRIBUTOR):
        return range(len(index.catalogue.slugs()))
    return {
        int(position)
        for kind in ("organisation", "collaborative")
        for id_, positions in index.facets.get(kind, {}).items()
        if actor.may(Role.CONTRIBUTOR, reach(f"{kind}:{id_}", vocabulary))
        for position in positions
    }


def _asked(given: _Given, received: Received, actor: Actor, vocabulary: Vocabulary) -> str:
    """Whose work it is.

    Raises:
        FormInvalid: that is not clear, or how to begin is not.
    """
    problems: dict[str, str] = {}
    home = ""
    try:
        home = _home(given.home, given.name, actor, vocabulary)
    except FormInvalid as error:
        problems |= error.problems
    if given.how not in ("questions", "file"):
        problems["how"] = "Choose how you want to begin."
    elif given.how == "file" and not received.data:
        problems["file"] = (
            "Choose a file." if received.data is None else "There is nothing in this file. Choose another."
        )
    if problems:
        raise FormInvalid(problems)
    return home


def _home(chosen: str, name: str, actor: Actor, vocabulary: Vocabulary) -> str:
    """The scope that the new draft belongs to.

    Raises:
        FormInvalid: none was chosen, or what was typed is none, or could be several.
    """
    scopes = actor.scopes(Role.CONTRIBUTOR)
    if not chosen and len(scopes) == 1:
        chosen = _ANOTHER if scopes[0] == EVERYWHERE else scopes[0]
    if chosen in scopes and chosen != EVERYWHERE:
        return chosen
    if EVERYWHERE not in scopes or not chosen:
        raise FormInvalid({"home": "Choose whose work it is."})
    if chosen in dict(_named(chosen.partition(":")[2], vocabulary)):
        return chosen  # one of those that were found by the name
    found = _named(name, vocabulary)
    if len(found) == 1:
        return found[0][0]
    if not name.strip():
        raise FormInvalid({"name": "Give the name of the organisation or collaborative."})
    if not found:
        raise FormInvalid(
            {
                "name": f"We know no organisation or collaborative called \u201c{name.strip()[:60]}\u201d. Check the spelling, or give its code."
            }
        )
    raise FormInvalid({"home": "Several go by this name. Choose one."})


def _named(typed: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """Scope and name of whatever goes by this name or code; those that are closed lead to what they are today."""
    exact = typed.strip()
    if exact.upper() in vocabulary.organisations:
        return [(f"organisation:{exact.upper()}", vocabulary.organisations[exact.upper()].name)]
    if exact in vocabulary.collaboratives:
        return [(f"collaborative:{exact}", vocabulary.collaboratives[exact].name)]
    found = [(f"organisation:{one.id}", one.label) for one in pickers.find("organisations", exact, vocabulary)]
    found += [(f"collaborative:{one.id}", one.label) for one in pickers.find("collaboratives", exact, vocabulary)]
    same = [one for one in found if one[1].lower() == exact.lower()]
    return same if len(same) == 1 else found[:_NAMED]


def _new_page(request: Request, actor: Actor, vocabulary: Vocabulary, given: _Given = _Given()) -> NewDraftPage:
    scopes = actor.scopes(Role.CONTRIBUTOR)
    everywhere = EVERYWHERE in scopes
    named = tuple(
        sorted(
            ((scope, scope_name(scope, vocabulary)) for scope in scopes if scope != EVERYWHERE), key=lambda one: one[1]
        )
    )
    found = tuple(_named(given.name, vocabulary)) if everywhere and given.name.strip() else ()
    title = "Share your work"
    return NewDraftPage(
        title, secrets.token_urlsafe(12), named if everywhere or len(named) > 1 else (), given.home, everywhere, given.name,
        found if len(found) > 1 else (), given.how, MAX_MEGABYTES, request.app.state.settings.turnround_days, tuple(given.problems.items()),
    )  # fmt: skip


def _again(request: Request, actor: Actor, vocabulary: Vocabulary, given: _Given, status: int) -> Response:
    headers = {"Retry-After": "60"} if status == 503 else None
    return render(request, _new_page(request, actor, vocabulary, given), status, headers)


def _failed(request: Request, received: Received, actor: Actor, vocabulary: Vocabulary) -> Response:
    """What was sent could not even be taken in."""
    told, status = {
        "busy": (_BUSY, 503),
        "large": (f"This file is larger than {MAX_MEGABYTES} MB. Make its pictures smaller, or take them out and add them later.", 413),
    }.get(received.failure, ("What you sent could not be read. Choose the file again.", 422))  # fmt: skip
    return _again(request, actor, vocabulary, _Given(how="file", problems={"file": told}), status)
