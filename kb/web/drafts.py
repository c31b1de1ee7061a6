"""Owns the addresses of a draft as a whole: the list of somebody's drafts, one of them, taking it back, giving it up. Never changes an answer."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.completeness import Completeness
from kb.content.folder import ContentFolder
from kb.content.questions import BY_ID
from kb.editorial import comments, draft_list, drafts, imports, reconciling, steps, submission, workflow
from kb.editorial.comments import Remark
from kb.editorial.draft_list import Listed
from kb.editorial.roles import scope_name
from kb.editorial.steps import Event
from kb.editorial.workflow import State
from kb.errors import ContentUnreadable
from kb.web.deps import ActorDep, DatabaseDep, SettingsDep
from kb.web.editing import HouseDep, TodayDep, VocabularyDep
from kb.web.forms import FieldsDep
from kb.web.pages import Page, render
from kb.web.standing import Standing, facts_of, standing
from kb.web.task_list import TaskGroup, task_groups

router = APIRouter(include_in_schema=False)

TITLES: Final = {question.id: question.title for question in BY_ID.values()}


@dataclass(frozen=True, slots=True)
class Row:
    """A draft in the list, with where it stands and whose it is in words."""

    draft: Listed
    standing: Standing
    home: str


@dataclass(frozen=True, slots=True)
class DraftsPage(Page):
    """What somebody writes: what they began, what belongs to their organisations, what has ended."""

    template = "drafts/drafts.html"
    own: tuple[Row, ...]
    others: tuple[Row, ...]
    ended: tuple[Row, ...]
    more: int
    turnround: int


@dataclass(frozen=True, slots=True)
class DraftPage(Page):
    """The task list of a draft. `base` is how the published case study differs by now: "", "changed" or "gone".

    `said` is the last step, where its words are what the writer has to read first.
    """

    template = "drafts/draft.html"
    id: str
    state: State
    home: str
    standing: Standing
    groups: tuple[TaskGroup, ...]
    completeness: Completeness
    remarks: tuple[Remark, ...]
    titles: dict[str, str]
    history: tuple[Event, ...]
    said: Event | None
    can: frozenset[str]
    editable: bool
    base: str
    base_slug: str
    may_merge: bool
    slug: str
    file: str
    offers: int


@dataclass(frozen=True, slots=True)
class DiscardPage(Page):
    """Are you sure?"""

    template = "drafts/discard.html"
    id: str
    draft_title: str


@router.get("/drafts")
def listing(
    request: Request,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    today: TodayDep,
    settings: SettingsDep,
) -> Response:
    """What somebody writes."""
    with database.reading() as session:
        written = draft_list.of_writer(session, actor)

    def rows(found: tuple[Listed, ...]) -> tuple[Row, ...]:
        return tuple(Row(one, standing(one, today), scope_name(one.home, vocabulary)) for one in found)

    own, others = (rows(tuple(one for one in written.open if one.own is mine)) for mine in (True, False))
    page = DraftsPage("Your drafts", own, others, rows(written.ended), written.more, settings.turnround_days)
    return render(request, page)


@router.get("/drafts/{id}")
def show(
    request: Request,
    id: str,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    today: TodayDep,
    settings: SettingsDep,
) -> Response:
    """The task list of a draft, for those who write it; its reviewers have a page of their own."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        if not opened.part.writer:
            return RedirectResponse(f"/reviews/{id}", 303)
        readiness = submission.readiness(session, opened, vocabulary, today)
        remarks = comments.of_draft(session, id)
        history = steps.history(session, id)
        facts = facts_of(session, opened, actor)
    left = imports.origin(opened)
    answered = opened.state in (State.CHANGES_REQUESTED, State.WITHDRAWN) and history and history[0].note
    page = DraftPage(
        opened.row.title, id, opened.state, scope_name(opened.row.home, vocabulary), standing(facts, today),
        task_groups(opened, readiness, remarks), readiness.completeness, remarks, TITLES, history, history[0] if answered else None,
        frozenset(step.name for step in workflow.possible(opened.state, actor, opened.part, opened.reach)), opened.editable,
        _base(opened, ContentFolder(settings.content)), opened.row.base_slug, reconciling.may(opened, actor),
        opened.row.slug if opened.state is State.PUBLISHED else "", left.name if left else "", left.waiting if left else 0,
    )  # fmt: skip
    return render(request, page)


@router.post("/drafts/{id}/recall")
def recall(id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, house: HouseDep) -> Response:
    """Takes a draft back that nobody has begun to review. Asking twice is no mistake."""
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        if not (opened.part.writer and opened.editable):
            steps.take(session, actor, opened, "recall", house)
    return RedirectResponse(f"/drafts/{id}", 303)


@router.get("/drafts/{id}/discard")
def ask_discard(
    request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep
) -> Response:
    """Asks whether the draft is to be given up."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
    workflow.check("discard", opened.state, actor, opened.part, opened.reach, "")
    return render(request, DiscardPage("Do you want to give this draft up?", id, opened.row.title))


@router.post("/drafts/{id}/discard")
def discard(
    id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, house: HouseDep
) -> Response:
    """Gives the draft up; its text stays where it is. Asking twice is no mistake."""
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        if not (opened.part.writer and opened.state is State.WITHDRAWN):
            steps.take(session, actor, opened, "discard", house, fields.text("note")[: submission.MAX_REASON])
    return RedirectResponse("/drafts", 303)


def _base(opened: drafts.Opened, folder: ContentFolder) -> str:
    """How the published case study differs from what this new version began with."""
    if opened.state not in workflow.OPEN:
        return ""
    try:
        there = reconciling.published_now(folder, opened.row)
    except ContentUnreadable:  # whoever publishes will be told; whoever writes can go on
        return ""
    return "" if there is None else "changed" if there else "gone"
