"""Owns the list of what somebody writes: their own drafts and those of their organisations, open and ended. Never loads an answer.

Four statements, however many drafts there are.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kb.content.questions import questions
from kb.editorial.roles import EVERYWHERE, Actor, Role
from kb.editorial.workflow import OPEN, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

# An organisation with more open drafts than this has not finished any for years; ended ones are there to be found again.
MOST_OPEN: Final = 200
MOST_ENDED: Final = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A draft in the list. `begun` of the `asked` questions that are required have something typed.

    `remarks` are those that nobody has dealt with. `own`: this person began it. `changed_at` is when something was
    typed last or, once it waits, when it began to wait for whom it waits now.
    """

    id: str
    title: str
    state: State
    home: str
    own: bool
    owner: str
    reviewer: str
    changed_at: datetime.datetime
    submitted_at: datetime.datetime | None
    promised_on: datetime.date | None
    publish_on: datetime.date | None
    scheduled: bool
    base_slug: str
    slug: str
    begun: int
    asked: int
    remarks: int

    @property
    def open(self) -> bool:
        """Whether it is on its way."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody writes: open, what they began themselves first; and ended, the latest first.

    `more` says how many that have ended are not listed.
    """

    open: tuple[Listed, ...]
    ended: tuple[Listed, ...]
    more: int = 0


def of_writer(session: "Session", actor: Actor) -> Written:
    """The drafts that somebody began, and those that belong to the organisations they write for by name.

    Whoever may write for all organisations is shown their own here: the others would be everybody's.
    """
    from sqlalchemy import func, or_, select  # noqa: PLC0415
    from sqlalchemy.orm import aliased  # noqa: PLC0415

    from kb.editorial.models import Draft, User  # noqa: PLC0415

    homes = [scope for scope in actor.scopes(Role.CONTRIBUTOR) if scope != EVERYWHERE]
    theirs = or_(Draft.owner_id == actor.id, Draft.home.in_(homes))
    owner, reviewer = aliased(User), aliased(User)
    columns = (
        select(
            Draft.id, Draft.title, Draft.state, Draft.home, Draft.owner_id, owner.name, func.coalesce(reviewer.name, ""), Draft.changed_at,
            Draft.submitted_at, Draft.promised_on, Draft.publish_on, Draft.scheduled_by.is_not(None), Draft.base_slug, Draft.slug,
            func.coalesce(Draft.carried["kind"].as_string(), "case-study"), func.count().over(),
        )
        .join(owner, owner.id == Draft.owner_id)
        .outerjoin(reviewer, reviewer.id == Draft.reviewer_id)
        .where(theirs)
        .order_by((Draft.owner_id != actor.id).asc(), Draft.changed_at.desc(), Draft.id)
    )  # fmt: skip
    open_ = session.execute(columns.where(Draft.state.in_(OPEN)).limit(MOST_OPEN)).all()
    ended = session.execute(columns.where(Draft.state.not_in(OPEN)).limit(MOST_ENDED)).all()
    shown = [row[0] for row in open_]
    begun, remarks = _begun(session, shown), _remarks(session, shown)

    def listed(row: Any) -> Listed:
        required = {question.id for question in questions(row[14]) if question.required}
        started, own = len(required & begun.get(row[0], set())), row[4] == actor.id
        counted = (started, len(required), remarks.get(row[0], 0))
        return Listed(*(*row[:2], State(row[2]), row[3], own, *row[5:14], *counted))

    more = ended[0][15] - len(ended) if ended else 0
    return Written(tuple(map(listed, open_)), tuple(map(listed, ended)), more)


def versions_of(session: "Session", actor: Actor, slug: str) -> tuple[tuple[str, str], ...]:
    """Id and writer of each new version of a published case study that is on its way and that this person may see."""
    from sqlalchemy import or_, select, true  # noqa: PLC0415

    from kb.editorial.models import Draft, User  # noqa: PLC0415

    theirs = or_(Draft.owner_id == actor.id, Draft.home.in_(actor.scopes(Role.CONTRIBUTOR)))
    begun = (
        select(Draft.id, User.name)
        .join(User, User.id == Draft.owner_id)
        .where(Draft.base_slug == slug, Draft.state.in_(OPEN), true() if actor.may(Role.CONTRIBUTOR) else theirs)
        .order_by(Draft.changed_at.desc())
    )
    return tuple((row[0], row[1]) for row in session.execute(begun))


def _begun(session: "Session", ids: "Iterable[str]") -> dict[str, set[str]]:
    """The questions of each draft that hold something, without what they hold."""
    from sqlalchemy import Text, cast, select  # noqa: PLC0415

    from kb.editorial.models import AnswerRow  # noqa: PLC0415

    held = select(AnswerRow.draft_id, AnswerRow.question).where(
        AnswerRow.draft_id.in_(list(ids)), cast(AnswerRow.data, Text) != "{}"
    )
    found: dict[str, set[str]] = {}
    for draft, question in session.execute(held):
        found.setdefault(draft, set()).add(question)
    return found


def _remarks(session: "Session", ids: "Iterable[str]") -> dict[str, int]:
    """How many remarks on each draft nobody has dealt with."""
    from sqlalchemy import func, select  # noqa: PLC0415

    from kb.editorial.models import Comment  # noqa: PLC0415

    waiting = (
        select(Comment.draft_id, func.count())
        .where(Comment.draft_id.in_(list(ids)), Comment.parent_id.is_(None), Comment.resolved_at.is_(None))
        .group_by(Comment.draft_id)
    )
    return {row[0]: row[1] for row in session.execute(waiting)}
