"""Owns putting together what a reviewer needs to see of a draft: where it stands, its text by part, findings, differences, buttons. Never takes a step."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi import Request
from markupsafe import Markup

from kb.content import changes
from kb.content.changes import Changes
from kb.content.folder import ContentFolder
from kb.content.questions import BY_ID
from kb.content.vocabulary import Vocabulary
from kb.editorial import comments, destination, publications, reconciling, steps, submission, workflow
from kb.editorial.answers import OTHER, File, question_of
from kb.editorial.comments import WHOLE, Remark
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor, Role, scope_name
from kb.editorial.steps import Event
from kb.editorial.submission import Readiness
from kb.editorial.workflow import EDITABLE, OPEN, TRANSITIONS, WAITING, State
from kb.errors import ContentUnreadable
from kb.web.case_study_page import Shown, named, shown
from kb.web.listing import Listed
from kb.web.moments import ago
from kb.web.pages import Page, date
from kb.web.waiting import publishing, waiting

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

APPROVE_AND_PUBLISH: Final = "approve-and-publish"
WHOLE_TITLE: Final = "The whole case study"
_PART: Final = re.compile(r'(?=<h2 id="([^"]+)")')
_HEADING: Final = re.compile(r"(</?h)([2-5])\b")

# What each step is called on its button. Which are there, and in which order, `_buttons` says.
_WORDS: Final = {
    "review": "Begin the review", "request": "Ask for changes", "approve": "Approve", "publish": "Publish",
    "reopen": "Take the approval back", "decline": "Decline",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A step that this person may take now."""

    step: str
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the text as it will look, its headings one level lower, with the question it answers."""

    html: Markup
    heading: str
    question: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The draft in a few words. `link` leads to the published case study, if there is one."""

    id: str
    state: State
    title: str
    writer: str
    home: str
    standing: tuple[str, ...]
    link: str
    new_version: bool
    own: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the forms of the page, and what is wrong with it; without it they hold what is stored."""

    note: str = ""
    slug: str | None = None
    on: tuple[str, str, str] | None = None
    comment: tuple[str, str, str] = ("", "", "")  # question, the remark it answers, text
    problems: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewPage(Page):
    """Everything about a draft that a reviewer decides by. `behind`: how the published text differs by now."""

    template = "reviews/review.html"
    draft: Reviewed
    readiness: Readiness
    files: tuple[File, ...]
    shown: Shown
    parts: tuple[Part, ...]
    changes: Changes | None
    behind: str
    may_merge: bool
    similar: tuple[Listed, ...]
    remarks: dict[str, list[Remark]]
    open_remarks: int
    titles: dict[str, str]
    history: tuple[Event, ...]
    buttons: tuple[Button, ...]
    others: tuple[Button, ...]
    note_for: str
    may_settle: bool
    slug: str
    on: tuple[str, str, str]
    stands_at: str
    typed: Typed = field(default_factory=Typed)
    done: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    conflict: bool = False


def page(
    request: Request,
    session: "Session",
    actor: Actor,
    opened: Opened,
    vocabulary: Vocabulary,
    today: datetime.date,
    typed: Typed | None = None,
    conflict: bool = False,
) -> ReviewPage:
    """The page of a draft, for somebody who may review it.

    Raises:
        CaseStudyInvalid: the draft cannot be read at all.
    """
    typed = typed or Typed()
    draft = opened.row
    settings = request.app.state.settings
    readiness = submission.readiness(session, opened, vocabulary, today)
    found = opened.parsed().case_study
    assert found is not None  # noqa: S101 - readiness has raised otherwise
    told = shown(found, vocabulary, settings.service_name, f"/drafts/{draft.id}/files/", parts=False)
    remarks = comments.of_draft(session, draft.id)
    behind = _behind(ContentFolder(settings.content), opened)
    buttons, others = _buttons(opened, actor, today, bool(behind))
    on = draft.publish_on
    return ReviewPage(
        f"Review: {draft.title}", _reviewed(session, opened, vocabulary, today), readiness, opened.files, told, tuple(_parts(told.body)),
        changes.compare(draft.base_text, opened.text(), named(vocabulary)) if draft.base_text else None,
        behind, reconciling.may(opened, actor), request.app.state.similar.to(found, draft.slug if opened.state is State.PUBLISHED else draft.base_slug), _by_question(remarks),
        sum(not remark.resolved_by for remark in remarks), {id_: question.title for id_, question in BY_ID.items()} | {WHOLE: WHOLE_TITLE},
        steps.history(session, draft.id), buttons, others, _note_for((*buttons, *others)), opened.state in WAITING and actor.may(Role.REVIEWER, opened.reach),
        draft.slug if typed.slug is None else typed.slug,
        ((str(on.day), str(on.month), str(on.year)) if on else ("", "", "")) if typed.on is None else typed.on,
        destination.address(draft), typed, problems=typed.problems, conflict=conflict,
    )  # fmt: skip


def _reviewed(session: "Session", opened: Opened, vocabulary: Vocabulary, today: datetime.date) -> Reviewed:
    from kb.editorial.models import User  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    draft = opened.row
    names = [
        user.name if (user := session.get(User, id_)) else "" for id_ in (draft.owner_id, draft.reviewer_id) if id_
    ]
    last = publications.last(session, draft.id)
    begun = last is not None and last.finished_at is None
    told = [_stands(opened, names[1] if len(names) > 1 else "", today)]
    if opened.state in OPEN:
        told.append(publishing(opened.state, draft.publish_on, draft.scheduled_by is not None, begun, today))
    published = opened.state is State.PUBLISHED or draft.base_slug
    link = f"/case-studies/{draft.slug if opened.state is State.PUBLISHED else draft.base_slug}" if published else ""
    return Reviewed(
        draft.id, opened.state, draft.title, names[0], scope_name(draft.home, vocabulary), tuple(filter(None, told)), link,
        bool(draft.base_slug), opened.part.author,
    )  # fmt: skip


def _stands(opened: Opened, reviewer: str, today: datetime.date) -> str:
    """For whom it waits, and since when."""
    draft = opened.row
    who = reviewer or "Nobody yet"
    if opened.state in (State.SUBMITTED, State.IN_REVIEW) and draft.submitted_at:
        waits = waiting(draft.submitted_at, draft.promised_on, today)
        reviews = f"{who} reviews it." if opened.state is State.IN_REVIEW else "Nobody reviews it yet."
        return f"{waits}. {reviews}"
    if opened.state is State.APPROVED:
        return f"Approved {ago(draft.changed_at)}. It waits for an editor to publish it."
    if opened.state in EDITABLE:
        return "It is with those who write it. You are told when they send it again."
    words = {
        State.PUBLISHED: "Published",
        State.SUPERSEDED: "A newer version took its place",
        State.WITHDRAWN: "Closed",
    }
    return f"{words[opened.state]} {ago(draft.changed_at)}."


def _buttons(
    opened: Opened, actor: Actor, today: datetime.date, behind: bool
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """What may be done now, the likeliest first; and apart from it what ends or undoes something."""
    possible = {step.name for step in workflow.possible(opened.state, actor, opened.part, opened.reach)}
    on = opened.row.publish_on
    later = f" on {date(on)}" if on and on > today else ""
    if behind:  # first the two texts have to be brought together
        possible -= {"approve", "publish"}
    main = []
    if "approve" in possible and actor.may(Role.EDITOR, opened.reach):
        main.append(Button(APPROVE_AND_PUBLISH, f"Approve, and publish{later}" if later else "Approve and publish"))
    for step in ("review", "approve", "publish", "request"):
        if step in possible and not (step == "publish" and later and opened.row.scheduled_by):
            main.append(Button(step, f"Publish{later}" if step == "publish" else _WORDS[step]))
    return tuple(main), tuple(Button(step, _WORDS[step]) for step in ("reopen", "decline") if step in possible)


def _note_for(buttons: tuple[Button, ...]) -> str:
    """What takes a note, in words: "ask for changes or to decline"; "" for nothing."""
    taking = [
        button.words.lower() for button in buttons if button.step in TRANSITIONS and TRANSITIONS[button.step].note
    ]
    return " or to ".join(taking)


def _behind(folder: ContentFolder, opened: Opened) -> str:
    """How the published text differs from what the draft began with: "", changed or gone."""
    if opened.state not in OPEN:
        return ""
    try:
        there = reconciling.published_now(folder, opened.row)
    except ContentUnreadable:
        return ""
    return "" if there is None else "changed" if there else "gone"


def _parts(body: str) -> Iterator[Part]:
    """The text cut before each heading; each question once, at its first part."""
    seen: set[str] = set()
    first, *rest = _PART.split(body)
    cut = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
    for anchor, html in cut:
        if not html.strip():
            continue
        words = re.match(r"<h2[^>]*>(.*?)</h2>", html, re.S)
        heading = Markup(words[1]).striptags() if words else ""  # noqa: S704 - sanitised
        question = question_of("", heading) if anchor else OTHER
        lower = _HEADING.sub(lambda mark: f"{mark[1]}{int(mark[2]) + 1}", html)
        yield Part(Markup(lower), str(heading), "" if question in seen else question)  # noqa: S704 - sanitised
        seen.add(question)


def _by_question(remarks: tuple[Remark, ...]) -> dict[str, list[Remark]]:
    found: dict[str, list[Remark]] = {}
    for remark in remarks:
        found.setdefault(remark.question, []).append(remark)
    return found
