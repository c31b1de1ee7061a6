"""Owns the addresses of case studies: the page, and the pictures and tables beside it. Never changes one."""

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from kb.content import writing
from kb.content.case_study import CaseStudy
from kb.content.folder import ContentFolder
from kb.content.stored_names import file_type
from kb.content.vocabulary import Vocabulary
from kb.editorial import copies
from kb.editorial.publishing import case_study_reach
from kb.editorial.roles import Role
from kb.errors import CaseStudyInvalid, NotFound
from kb.search.facets import BY_NAME, label
from kb.web import addresses
from kb.web.case_study_page import CaseStudyPage, Related, shown
from kb.web.deps import IndexDep, SettingsDep, VisitorDep
from kb.web.listing import listed
from kb.web.pages import render
from kb.web.payloads import inside
from kb.web.security import NOTHING

router = APIRouter(include_in_schema=False)

_REASONS = 3  # why two pieces of work are related: enough for a line


@router.get("/case-studies/{slug}")
def case_study(
    request: Request, slug: str, index: IndexDep, settings: SettingsDep, visitor: VisitorDep
) -> HTMLResponse:
    """One case study."""
    found = addresses.at(request, index, slug)
    vocabulary = index.vocabulary
    related = tuple(
        Related(other, _in_common(found, other.case_study, vocabulary))
        for other in listed(index.related(slug), vocabulary)
    )
    told = shown(found, vocabulary, settings.service_name, f"/case-studies/{slug}/files/")
    improve = (
        f"/drafts/new/version?slug={slug}" if visitor.actor and copies.may(found, visitor.actor, vocabulary) else ""
    )
    editor = visitor.actor is not None and visitor.actor.may(Role.EDITOR, case_study_reach(found, vocabulary))
    withdraw = f"/case-studies/{slug}/withdraw" if editor else ""
    return render(request, CaseStudyPage(found.title, told, related, improve=improve, withdraw=withdraw))


@router.get("/case-studies/{slug}/files/{name}")
def file(request: Request, slug: str, name: str, index: IndexDep, settings: SettingsDep) -> Response:
    """A picture or table that lies beside a case study."""
    addresses.at(request, index, slug)  # what is not published has no files either
    try:
        path = writing.file_place(ContentFolder(settings.content), slug, name)
        if not path.resolve().is_relative_to(settings.content.resolve()):
            raise NotFound("There is no such file.")
        data = path.read_bytes()
    except (CaseStudyInvalid, OSError):
        raise NotFound("There is no such file.") from None
    return sent(request, name, data)


def sent(request: Request, name: str, data: bytes) -> Response:
    """A picture or table as an answer; a browser that has this one already is told so."""
    kind = file_type(name)
    headers = {
        "Content-Security-Policy": NOTHING,
        "ETag": f'"{hashlib.sha256(data).hexdigest()[:32]}"',
        "Cache-Control": "no-cache",
    }
    if not kind.startswith("image/"):
        headers["Content-Disposition"] = f'attachment; filename="{name}"'  # the name is plain, or it would have no type
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


def _in_common(found: CaseStudy, other: CaseStudy, vocabulary: Vocabulary) -> str:
    """What a reader would recognise, such as "Same topic: restrictive practice; same setting: acute ward"."""
    told = []
    for name, most in (("topic", 2), ("setting", 1), ("method", 1), ("organisation", 1)):
        facet = BY_NAME[name]
        shared = [value for value in getattr(found, facet.field) if value in getattr(other, facet.field)][:most]
        words = [label(facet, value, vocabulary) for value in shared]
        if words:
            words = [inside(word) for word in words] if name in ("topic", "setting") else words  # others are names
            told.append(f"same {name}{'s' if len(words) > 1 else ''}: {', '.join(words)}")
    said = "; ".join(told[:_REASONS])
    return said[:1].upper() + said[1:] if said else "Close in meaning"
