"""Owns the page that takes a published case study off the site. Never deletes what git keeps of it."""

import logging
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content import case_study, patient_identifiers, writing
from kb.content.vocabulary import Vocabulary
from kb.editorial import publications
from kb.editorial.publishing import Publisher, may_withdraw
from kb.editorial.roles import Actor
from kb.errors import (
    CaseStudyInvalid,
    ContentUnreadable,
    DatabaseUnavailable,
    EditConflict,
    NotFound,
    RepositoryUnavailable,
)
from kb.web.deps import ActorDep
from kb.web.editing import PublisherDep, TodayDep, VocabularyDep
from kb.web.forms import FieldsDep
from kb.web.pages import Page, render

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

MAX_REASON: Final = 1_000  # characters: a paragraph on the page that stays


@dataclass(frozen=True, slots=True)
class WithdrawPage(Page):
    """Why is it withdrawn? `typed` is what was typed."""

    template = "withdrawals/withdraw.html"
    slug: str
    name: str
    typed: str = ""
    problems: tuple[tuple[str, str], ...] = ()


@router.get("/case-studies/{slug}/withdraw")
def ask(request: Request, slug: str, actor: ActorDep, publisher: PublisherDep, vocabulary: VocabularyDep) -> Response:
    """Why, and what will happen."""
    return render(request, _page(publisher, actor, slug, vocabulary))


@router.post("/case-studies/{slug}/withdraw")
def withdraw(
    request: Request, slug: str, fields: FieldsDep, actor: ActorDep, publisher: PublisherDep, vocabulary: VocabularyDep, today: TodayDep
) -> Response:  # fmt: skip
    """Withdraws it and goes to the page that stays."""
    reason = " ".join(fields.text("reason").split())
    page = _page(publisher, actor, slug, vocabulary, reason)
    if problem := _wrong(reason):
        return render(request, _page(publisher, actor, slug, vocabulary, reason, problem), 422)
    try:
        publisher.withdraw(actor, slug, reason, vocabulary, today)
    except EditConflict:
        told = (
            f"\u201c{page.name}\u201d was changed while you were on this page. Look at it again before you withdraw it."
        )
        return render(request, _page(publisher, actor, slug, vocabulary, reason, told), 409)
    except (RepositoryUnavailable, ContentUnreadable, DatabaseUnavailable) as error:
        # What keeps the site from writing may name its folders: that is in the log, for whoever runs it.
        log.error("%s %s: %s", request.method, request.url.path, error)
        told = "The site cannot write at the moment. Withdraw it again in a minute. If it goes on, tell the people who run this service."
        page = WithdrawPage(page.title, slug, page.name, reason, (("reason", told),))
        return render(request, page, 503, {"Retry-After": "60"})
    return RedirectResponse(f"/case-studies/{slug}", 303)


def _page(
    publisher: Publisher, actor: Actor, slug: str, vocabulary: Vocabulary, typed: str = "", problem: str = ""
) -> WithdrawPage:
    """The page, for an editor of those who did the work.

    Raises:
        NotFound: nothing is published there, or this person may not withdraw it.
    """
    try:
        text = writing.read(publisher.folder, slug)
    except CaseStudyInvalid:
        text = None
    found = case_study.read(text, slug).case_study if text is not None else None
    with publisher.database.reading() as session:
        allowed = found is not None and may_withdraw(session, actor, found, vocabulary)
        begun = publications.unfinished_at(session, slug)
    if found is not None and allowed:
        problems = (("reason", problem),) if problem else ()
        return WithdrawPage("Withdraw this case study", slug, found.title, typed, problems)
    if text is None and begun is not None and begun.user_id == actor.id:  # its file is gone, its commit not there yet
        return WithdrawPage("Withdraw this case study", slug, slug, typed or begun.note)
    raise NotFound("There is no such case study.")


def _wrong(reason: str) -> str:
    """What is wrong with a reason that readers will see; "" for nothing."""
    if not reason:
        return "Say in a sentence why. Readers will see it."
    if len(reason) > MAX_REASON:
        return f"Keep the reason to {MAX_REASON:,} characters. It has {len(reason):,}."
    if any(identifier.certain for identifier in patient_identifiers.find(reason)):
        return "Your reason holds a patient\u2019s detail. Write it without."
    return ""
