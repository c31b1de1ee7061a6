"""Owns the preview of a draft: the page that readers will see, for those who write or review it. Never publishes it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kb.editorial import drafts
from kb.errors import CaseStudyInvalid
from kb.web.case_study_page import CaseStudyPage, shown
from kb.web.deps import ActorDep, DatabaseDep, SettingsDep
from kb.web.editing import VocabularyDep
from kb.web.pages import render

router = APIRouter(include_in_schema=False)


@router.get("/drafts/{id}/preview")
def preview(
    request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, settings: SettingsDep
) -> Response:
    """The page as it would be if the draft were published now."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
    parsed = opened.parsed()
    if parsed.case_study is None:
        raise CaseStudyInvalid("The draft cannot be shown as a page.", parsed.findings)
    told = shown(parsed.case_study, vocabulary, settings.service_name, f"/drafts/{id}/files/", parts=False)
    page = CaseStudyPage(parsed.case_study.title, told, preview=id)
    return render(request, page, headers={"X-Robots-Tag": "noindex"})
