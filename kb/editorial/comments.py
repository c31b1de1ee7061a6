"""Owns remarks on the parts of a draft: adding, answering, marking as dealt with. Never decides anything about the draft."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.content.questions import BY_ID
from kb.editorial import audit, notices
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.editorial.steps import House
from kb.editorial.workflow import OPEN
from kb.errors import FormInvalid, NotFound, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MAX_TEXT: Final = 5_000  # characters: a page and a half
WHOLE: Final = "whole"  # instead of a question: about the draft as a whole


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark with its answers, the oldest first."""

    id: int
    question: str
    who: str
    at: datetime.datetime
    text: str
    resolved_by: str
    replies: tuple["Remark", ...] = ()


def add(
    session: "Session", actor: Actor, opened: Opened, question: str, text: str, house: House, parent: int | None = None
) -> int:
    """The id of a new remark on a question, or of an answer to `parent`; the other side is told by e-mail.

    Raises:
        NotFound: there is no such question or remark.
        FormInvalid: nothing was written, or too much.
        StepImpossible: the draft is published or given up, so that nobody would answer.
    """
    from kb.editorial.models import Comment, User  # noqa: PLC0415

    if opened.state not in OPEN:
        raise StepImpossible(
            "This version is closed, so nothing can be added to its comments.", "Begin a new version instead."
        )
    text = text.strip()
    if not text:
        raise FormInvalid({"text": "Write your comment."})
    if len(text) > MAX_TEXT:
        raise FormInvalid({"text": f"Keep a comment to {MAX_TEXT:,} characters. This one has {len(text):,}."})
    above = session.get(Comment, parent) if parent is not None else None
    if parent is not None and (above is None or above.draft_id != opened.row.id or above.parent_id is not None):
        raise NotFound("There is no such comment.")
    question = above.question if above else question
    if question != WHOLE and question not in BY_ID:
        raise NotFound("There is no such question.")
    row = Comment(
        draft_id=opened.row.id, question=question, parent_id=parent, user_id=actor.id,
        at=datetime.datetime.now(datetime.UTC), text=text,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor, "comment.add", f"draft:{opened.row.id}", comment=row.id)
    other = opened.row.reviewer_id if actor.id == opened.row.owner_id else opened.row.owner_id
    user = session.get(User, other) if other and other != actor.id else None
    if user is not None:
        place = BY_ID[question].title if question in BY_ID else "the whole case study"
        folder = "drafts" if user.id == opened.row.owner_id else "reviews"
        body = f"{actor.name} commented on \u201c{place}\u201d in {opened.row.title}:\n\n{text}\n\nAnswer here: {house.site}/{folder}/{opened.row.id}\n\n{house.name}\n"
        notices.queue(session, user.email, f"Comment on: {opened.row.title}", body)
    return row.id


def resolve(session: "Session", actor: Actor, opened: Opened, id_: int, done: bool = True) -> None:
    """Marks a remark as dealt with, or not.

    Raises:
        NotFound: there is no such remark on this draft.
    """
    from kb.editorial.models import Comment  # noqa: PLC0415

    row = session.get(Comment, id_)
    if row is None or row.draft_id != opened.row.id or row.parent_id is not None:
        raise NotFound("There is no such comment.")
    row.resolved_at = datetime.datetime.now(datetime.UTC) if done else None
    row.resolved_by = actor.id if done else None
    audit.record(session, actor, "comment.resolve" if done else "comment.open", f"draft:{opened.row.id}", comment=id_)


def of_draft(session: "Session", draft_id: str) -> tuple[Remark, ...]:
    """Every remark on a draft with its answers, the oldest first; two statements, however many there are."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Comment, User  # noqa: PLC0415

    rows = session.scalars(select(Comment).where(Comment.draft_id == draft_id).order_by(Comment.id)).all()
    people = {id_ for row in rows for id_ in (row.user_id, row.resolved_by) if id_}
    users = session.scalars(select(User).where(User.id.in_(people))) if people else ()
    names = {user.id: user.name for user in users}

    def remark(row: Comment, replies: tuple[Remark, ...] = ()) -> Remark:
        resolved = names.get(row.resolved_by, "") if row.resolved_by else ""
        return Remark(row.id, row.question, names[row.user_id], row.at, row.text, resolved, replies)

    return tuple(
        remark(row, tuple(remark(other) for other in rows if other.parent_id == row.id))
        for row in rows
        if row.parent_id is None
    )
