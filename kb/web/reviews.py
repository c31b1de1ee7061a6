"""Owns the addresses of reviews: the queue, one draft with all that a reviewer needs, deciding about it. Never changes an answer."""

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.editorial import comments, destination, queue, reviewing
from kb.editorial.drafts import Opened
from kb.editorial.roles import scope_name
from kb.editorial.workflow import State
from kb.errors import (
    CaseStudyExists,
    ContentUnreadable,
    DatabaseUnavailable,
    EditConflict,
    FormInvalid,
    KbError,
    NotAllowed,
    NotFound,
    RepositoryUnavailable,
    StepImpossible,
)
from kb.web import review_page
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import HouseDep, PublisherDep, TodayDep, VocabularyDep
from kb.web.errors import status_of
from kb.web.forms import FieldsDep
from kb.web.pages import Page, address, render
from kb.web.review_page import APPROVE_AND_PUBLISH, Typed
from kb.web.typed_dates import day
from kb.web.waiting import publishing, waiting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

_STEPS: Final = frozenset({"review", "request", "approve", "publish", "reopen", "decline", APPROVE_AND_PUBLISH})
_UNWRITABLE: Final = (RepositoryUnavailable, ContentUnreadable, DatabaseUnavailable)
# What was done, for the page that comes next; the name stands in its address.
_DONE: Final = {
    "review": "You have begun the review. Others see that you are on it.",
    "request": "The contributor is told what to change.",
    "approve": "Approved.",
    "reopen": "The approval is taken back. It is in review again.",
    "decline": "Declined. The contributor is told why.",
    "settings": "Address and day are saved.",
    "comment": "Your comment is added.",
    "published": "Published. It can be found within a minute.",
    "scheduled": "It will be published by itself on its day.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A draft in the queue, with what is to be said of it in words."""

    draft: queue.Waiting
    home: str
    waits: str
    late: bool
    publishing: str


@dataclass(frozen=True, slots=True)
class QueuePage(Page):
    """What waits for this person, the longest wait first."""

    template = "reviews/queue.html"
    rows: tuple[Row, ...]
    total: int
    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class NotPublishedPage(Page):
    """Publishing did not end for a reason that passes: what to do. `approved`: whether the approval is kept."""

    template = "reviews/not_published.html"
    id: str
    draft_title: str
    approved: bool


@router.get("/reviews")
def waiting_for_me(
    request: Request, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, today: TodayDep, page: int = 1
) -> Response:
    """The queue."""
    if page < 1:
        raise NotFound("There is no such page.")
    with database.reading() as session:
        found = queue.queue(session, actor, vocabulary, page)
    if page > 1 and not found.waiting:
        raise NotFound(f"The list has no page {page}.")
    rows = tuple(
        Row(
            one, scope_name(one.home, vocabulary), waiting(one.since, one.promised_on, today), one.overdue(today),
            publishing(one.state, one.publish_on, one.scheduled, one.begun, today),
        )
        for one in found.waiting
    )  # fmt: skip
    pages = range(1, -(-found.total // queue.PAGE) + 1)
    earlier, later = (address("/reviews", [("page", n)]) if n in pages else "" for n in (page - 1, page + 1))
    return render(request, QueuePage("Reviews", rows, found.total, earlier, later))


@router.get("/reviews/{id}")
def show(
    request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, today: TodayDep,
    done: str = "",
) -> Response:  # fmt: skip
    """One draft."""
    with database.reading() as session:
        opened = reviewing.open_(session, actor, id, vocabulary)
        page = review_page.page(request, session, actor, opened, vocabulary, today)
    return render(request, dataclasses.replace(page, done=_DONE.get(done, "")))


@router.post("/reviews/{id}/settings")
def settle(
    request: Request, id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, today: TodayDep,
    publisher: PublisherDep,
) -> Response:  # fmt: skip
    """The address that it is to have, and the day before which it is not published."""
    on = (fields.text("on-day"), fields.text("on-month"), fields.text("on-year"))
    slug = fields.text("slug")

    def save(session: "Session", opened: Opened) -> None:
        problems, chosen = {}, None
        try:
            chosen = day(*on)
        except ValueError as error:
            problems["on"] = str(error)
        try:
            destination.choose(session, actor, opened, publisher.folder, slug, chosen, today)
        except FormInvalid as error:
            problems = error.problems | problems
        if problems:
            raise FormInvalid(problems)

    return _do(request, id, actor, database, vocabulary, today, Typed(slug=slug, on=on), save, "settings")


@router.post("/reviews/{id}/comments")
def comment(
    request: Request, id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, today: TodayDep,
    house: HouseDep,
) -> Response:  # fmt: skip
    """A new remark, or an answer to one."""
    parent, question, text = fields.text("parent"), fields.text("question"), fields.typed("text")
    made: list[int] = []

    def add(session: "Session", opened: Opened) -> None:
        above = int(parent) if parent.isdecimal() and len(parent) < 10 else None
        try:
            made.append(comments.add(session, actor, opened, question, text, house, above))
        except FormInvalid as error:
            place = f"answer-{parent}" if above else f"comment-on-{question}"
            raise FormInvalid({place: error.problems["text"]}) from error

    typed = Typed(comment=(question, parent, text))
    return _do(
        request, id, actor, database, vocabulary, today, typed, add, "comment",
        lambda: f"comment-{parent or made[0]}",
    )  # fmt: skip


@router.post("/reviews/{id}/comments/{number}")
def resolve(
    request: Request, id: str, number: int, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep,
    today: TodayDep,
) -> Response:  # fmt: skip
    """Marks a remark as dealt with, or not."""

    def mark(session: "Session", opened: Opened) -> None:
        comments.resolve(session, actor, opened, number, done=fields.text("do") != "open")

    return _do(
        request, id, actor, database, vocabulary, today, Typed(), mark, "", lambda: f"comment-{number}"
    )  # fmt: skip


@router.post("/reviews/{id}/{step}")
def decide(
    request: Request, id: str, step: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep,
    today: TodayDep, publisher: PublisherDep,
) -> Response:  # fmt: skip
    """Takes a step of the review, or publishes."""
    if step not in _STEPS:
        raise NotFound("There is no such step.")
    note = fields.typed("note")
    done = [step]

    def take(session: "Session", opened: Opened) -> None:
        if step == "publish":
            return
        name = "approve" if step == APPROVE_AND_PUBLISH else step
        if step == APPROVE_AND_PUBLISH and opened.state in (State.APPROVED, State.PUBLISHED):
            return  # somebody has just done the first half, or both
        reviewing.decide(session, actor, opened, name, publisher.house, note, vocabulary, today)

    def publish() -> None:
        if step in ("publish", APPROVE_AND_PUBLISH):
            came = publisher.publish(actor, id, vocabulary, today)
            done[0] = "scheduled" if came.on else "published"

    return _do(
        request, id, actor, database, vocabulary, today, Typed(note=note), take, lambda: done[0], after=publish
    )  # fmt: skip


def _do(
    request: Request,
    id_: str,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    today: TodayDep,
    typed: Typed,
    change: "Callable[[Session, Opened], None]",
    done: str | Callable[[], str],
    anchor: Callable[[], str] = lambda: "",
    after: Callable[[], None] = lambda: None,
) -> Response:
    """Makes a change, then goes back to the page; what stands in its way is said there, with what was typed."""
    begun = False
    try:
        with database.writing() as session:
            change(session, reviewing.open_(session, actor, id_, vocabulary))
        begun = True
        after()
    except FormInvalid as error:
        return _again(request, id_, actor, database, vocabulary, today, typed, error, tuple(error.problems.items()))
    except CaseStudyExists as error:
        return _again(request, id_, actor, database, vocabulary, today, typed, error, (("slug", str(error)),))
    except (NotAllowed, StepImpossible, EditConflict) as error:
        place = error.field if isinstance(error, StepImpossible) else ""
        return _again(request, id_, actor, database, vocabulary, today, typed, error, ((place, str(error)),))
    except _UNWRITABLE as error:
        if not begun:
            raise
        return _not_published(request, id_, actor, database, vocabulary, error)
    name = done if isinstance(done, str) else done()
    there = address(f"/reviews/{id_}", [("done", name)])
    return RedirectResponse(f"{there}#{anchor()}" if anchor() else there, 303)


def _again(
    request: Request,
    id_: str,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    today: TodayDep,
    typed: Typed,
    error: KbError,
    problems: tuple[tuple[str, str], ...],
) -> Response:
    with database.reading() as session:
        opened = reviewing.open_(session, actor, id_, vocabulary)
        typed = dataclasses.replace(typed, problems=problems)
        conflict = isinstance(error, EditConflict)
        page = review_page.page(request, session, actor, opened, vocabulary, today, typed, conflict)
    status = 409 if isinstance(error, CaseStudyExists) else status_of(error)
    return render(request, page, status)


def _not_published(
    request: Request, id_: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, error: KbError
) -> Response:
    """What keeps the site from writing may name its folders: that is in the log, for whoever runs it."""
    log.error("%s %s: %s", request.method, request.url.path, error)
    with database.reading() as session:
        opened = reviewing.open_(session, actor, id_, vocabulary)
    page = NotPublishedPage("It is not published yet", id_, opened.row.title, opened.state is State.APPROVED)
    return render(request, page, 503, {"Retry-After": "60"})
