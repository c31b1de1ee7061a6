"""Owns the page that brings an earlier version of a case study back as a draft. Never publishes it."""

import secrets
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.history import Version
from kb.editorial import restoring
from kb.errors import CaseStudyInvalid, NotFound
from kb.web.deps import ActorDep
from kb.web.editing import PublisherDep, VocabularyDep
from kb.web.forms import FieldsDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)

_SHOWN = 30  # versions to choose from: an older one is in the history


@dataclass(frozen=True, slots=True)
class RestorePage(Page):
    """The versions that may be brought back; `chosen` is the one that somebody comes from. `published`: one is on the site."""

    template = "restorations/restore.html"
    slug: str
    name: str
    versions: tuple[Version, ...]
    chosen: str
    published: bool
    form: str


@router.get("/case-studies/{slug}/restore")
def ask(
    request: Request, slug: str, actor: ActorDep, publisher: PublisherDep, vocabulary: VocabularyDep, commit: str = ""
) -> Response:
    """Which version, and what will happen."""
    versions = _versions(publisher, slug)
    version = _named(versions, commit) if commit else versions[0]
    found = restoring.at(publisher, actor, slug, version, vocabulary)
    shown = tuple(versions[:_SHOWN]) if version in versions[:_SHOWN] else (*versions[:_SHOWN], version)
    page = RestorePage(
        "Start a draft from an earlier version", slug, found.title, shown, version.commit, _published(publisher, slug),
        secrets.token_urlsafe(12),
    )  # fmt: skip
    return render(request, page)


@router.post("/case-studies/{slug}/restore")
def restore(
    slug: str, fields: FieldsDep, actor: ActorDep, publisher: PublisherDep, vocabulary: VocabularyDep
) -> Response:  # fmt: skip
    """Begins the draft and goes to it; a form that comes twice begins one."""
    version, form = _named(_versions(publisher, slug), fields.text("commit")), fields.text("form")[:40]
    id_ = restoring.start(actor, publisher, slug, version, vocabulary, form)
    return RedirectResponse(f"/drafts/{id_}", 303)


def _versions(publisher: PublisherDep, slug: str) -> list[Version]:
    try:
        versions = restoring.versions(publisher, slug)
    except CaseStudyInvalid:
        versions = []
    if not versions:
        raise NotFound("There is no such case study.")
    return versions


def _named(versions: list[Version], commit: str) -> Version:
    for version in versions:
        if version.commit == commit:
            return version
    raise NotFound("There is no such version.")


def _published(publisher: PublisherDep, slug: str) -> bool:
    from kb.content import writing  # noqa: PLC0415

    return writing.read(publisher.folder, slug) is not None
