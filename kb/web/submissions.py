"""Owns the addresses for checking and sending a draft: the page, reasons given on it, sending, what is said afterwards. Never judges a draft itself."""

import datetime
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.vocabulary import Vocabulary
from kb.editorial import drafts, submission, workflow
from kb.editorial.db import Database
from kb.editorial.roles import Actor
from kb.editorial.submission import Declaration
from kb.errors import DatabaseBusy, FormInvalid, StepImpossible
from kb.web import typed_dates
from kb.web.check_page import Typed, check_page
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import HouseDep, TodayDep, VocabularyDep
from kb.web.errors import status_of
from kb.web.forms import Fields, FieldsDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)

REASON: Final = "reason-"  # before the digest, in the name of the field


@dataclass(frozen=True, slots=True)
class SentPage(Page):
    """It is on its way: what happens next and by when."""

    template = "drafts/sent.html"
    id: str
    draft_title: str
    promised_on: datetime.date | None
    publish_on: datetime.date | None


@router.get("/drafts/{id}/check")
def check(request: Request, id: str, actor: ActorDep, vocabulary: VocabularyDep, today: TodayDep) -> Response:
    """What is to be looked at before a draft is sent."""
    return _page(request, id, actor, vocabulary, today)


@router.post("/drafts/{id}/check")
def give_reasons(
    request: Request,
    id: str,
    fields: FieldsDep,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    today: TodayDep,
) -> Response:
    """Keeps the reasons why words are nobody's detail. Whatever else was typed on the page stays on it."""
    typed = _typed(fields)
    try:
        problems = _confirm(database, actor, id, vocabulary, typed)
    except (StepImpossible, DatabaseBusy) as error:
        return _page(request, id, actor, vocabulary, today, typed, (("", str(error)),), status_of(error))
    if problems:
        return _page(request, id, actor, vocabulary, today, typed, problems, 422)
    if typed.more:
        return _page(request, id, actor, vocabulary, today, typed)
    return RedirectResponse(f"/drafts/{id}/check#patients", 303)


@router.post("/drafts/{id}/submit")
def submit(
    request: Request, id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, today: TodayDep,
    house: HouseDep,
) -> Response:  # fmt: skip
    """Sends a draft for review, with the reasons that are on the page. Sending it twice is no mistake."""
    typed = _typed(fields)
    on, problems = _day(typed)
    try:
        with database.reading() as session:
            opened = drafts.open_(session, actor, id, vocabulary)
            editable = opened.editable
        if opened.part.writer and opened.state in workflow.WAITING:
            return RedirectResponse(f"/drafts/{id}/sent", 303)
        problems += _confirm(database, actor, id, vocabulary, typed)
        if not problems:
            declaration = Declaration(typed.declared, fields.text("fingerprint"), typed.note, on)
            with database.writing() as session:
                opened = drafts.open_(session, actor, id, vocabulary)
                if not (opened.part.writer and opened.state in workflow.WAITING):
                    submission.hand_in(session, actor, opened, vocabulary, today, house, declaration)
    except FormInvalid as error:
        problems = tuple(error.problems.items())
    except (StepImpossible, DatabaseBusy) as error:
        if not editable:
            raise
        told = ((error.field if isinstance(error, StepImpossible) else "", str(error)),)
        return _page(request, id, actor, vocabulary, today, typed, told, status_of(error))
    if problems:
        return _page(request, id, actor, vocabulary, today, typed, problems, 422)
    return RedirectResponse(f"/drafts/{id}/sent", 303)


@router.get("/drafts/{id}/sent")
def sent(request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep) -> Response:
    """That it was sent, and what happens next."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
    if opened.state not in workflow.WAITING:
        return RedirectResponse(f"/drafts/{id}", 303)
    row = opened.row
    return render(request, SentPage("Sent for review", id, row.title, row.promised_on, row.publish_on))


def _page(
    request: Request, id: str, actor: Actor, vocabulary: Vocabulary, today: datetime.date, typed: Typed | None = None,
    problems: tuple[tuple[str, str], ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    state = request.app.state
    with state.database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        if not opened.editable:
            return RedirectResponse(f"/drafts/{id}", 303)
        page = check_page(session, opened, vocabulary, today, state.similar.looked_for, typed, problems)
    return render(request, page, status)


def _confirm(
    database: Database, actor: Actor, id: str, vocabulary: Vocabulary, typed: Typed
) -> tuple[tuple[str, str], ...]:
    """Keeps what was typed as reasons, and gives what is wrong with the others."""
    given = {digest: reason for digest, reason in typed.reasons.items() if reason.strip()}
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        found = submission.confirm_all(session, actor, opened, given) if given else {}
    return tuple((f"{REASON}{digest}", sentence) for digest, sentence in found.items())


def _typed(fields: Fields) -> Typed:
    return Typed(
        dict(fields.under(REASON)), fields.text("note"), fields.text("on-day"), fields.text("on-month"), fields.text("on-year"),
        fields.text("declared") == "yes",
    )  # fmt: skip


def _day(typed: Typed) -> tuple[datetime.date | None, tuple[tuple[str, str], ...]]:
    """The day before which it is not to be published, and what is wrong with it."""
    try:
        return typed_dates.day(typed.day, typed.month, typed.year), ()
    except ValueError as error:
        return None, (("on-day", str(error)),)
