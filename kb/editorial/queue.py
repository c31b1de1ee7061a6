"""Owns what waits for reviewers and editors: which drafts are theirs to look at, the oldest first. Never takes a step.

Three statements, however many drafts wait and however many organisations they come from.
"""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kb.content.vocabulary import Vocabulary
from kb.editorial.roles import Actor, Role, reach
from kb.editorial.workflow import WAITING, State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PAGE: Final = 50  # of one page: more is a backlog, not a list to choose from


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that waits. `own`: this person wrote some of it. `begun`: publishing it was begun and has not ended."""

    id: str
    title: str
    home: str
    writer: str
    state: State
    since: datetime.datetime
    promised_on: datetime.date | None
    new_version: bool
    reviewer: str
    own: bool
    publish_on: datetime.date | None
    scheduled: bool
    begun: bool

    def overdue(self, today: datetime.date) -> bool:
        """Whether the answer was promised for a day that is over and has not been given."""
        return self.promised_on is not None and self.promised_on < today and self.state is not State.APPROVED


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what waits, and how much there is in all."""

    waiting: tuple[Waiting, ...]
    total: int


def queue(session: "Session", actor: Actor, vocabulary: Vocabulary, page: int = 1) -> Queue:
    """What waits for a review or for being published within this person's reach, the longest wait first."""
    from sqlalchemy import and_, exists, func, select  # noqa: PLC0415
    from sqlalchemy.orm import aliased  # noqa: PLC0415

    from kb.editorial.models import AnswerRow, Draft, Publication, TransitionRow, User  # noqa: PLC0415

    waits = and_(Draft.state.in_(WAITING), Draft.submitted_at.is_not(None))
    homes = session.scalars(select(Draft.home).where(waits).distinct())
    ours = [home for home in homes if actor.may(Role.REVIEWER, reach(home, vocabulary))]
    mine = and_(waits, Draft.home.in_(ours))
    total = session.scalar(select(func.count()).select_from(Draft).where(mine)) or 0
    writer, reviewer = aliased(User), aliased(User)
    own = (
        (Draft.owner_id == actor.id)
        | exists().where(AnswerRow.draft_id == Draft.id, AnswerRow.saved_by == actor.id)
        | exists().where(
            TransitionRow.draft_id == Draft.id, TransitionRow.name == "submit", TransitionRow.user_id == actor.id
        )
    )
    begun = exists().where(Publication.draft_id == Draft.id, Publication.finished_at.is_(None))
    columns: list[Any] = [
        Draft.id, Draft.title, Draft.home, writer.name, Draft.state, Draft.submitted_at, Draft.promised_on, Draft.base_slug != "",
        func.coalesce(reviewer.name, ""), own, Draft.publish_on, Draft.scheduled_by.is_not(None), begun,
    ]  # fmt: skip
    rows = session.execute(
        select(*columns)
        .join(writer, writer.id == Draft.owner_id)
        .outerjoin(reviewer, reviewer.id == Draft.reviewer_id)
        .where(mine)
        .order_by(Draft.submitted_at, Draft.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return Queue(tuple(Waiting(*[*row[:4], State(row[4]), *row[5:]]) for row in rows), total)
