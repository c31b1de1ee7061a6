"""Owns publishing that nobody stands by: what was scheduled and is due, what was begun and did not end. Never decides that anything is published.

Whoever scheduled or began it is the one who acts, with the roles they have by then. Several processes may do this at
once: a publication that is done already is not done again.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kb.content.vocabulary import Vocabulary
from kb.editorial import accounts, audit, notices, publications
from kb.editorial.publishing import Published, Publisher
from kb.editorial.roles import Actor
from kb.editorial.workflow import State
from kb.errors import (
    CaseStudyExists,
    CaseStudyInvalid,
    EditConflict,
    KbError,
    NotAllowed,
    NotFound,
    StepImpossible,
)

# What does not pass by waiting: somebody has to look at it.
_LASTING: Final = (CaseStudyExists, CaseStudyInvalid, EditConflict, NotAllowed, NotFound, StepImpossible)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one of them: `done`, or the `problem` that kept it from that."""

    title: str
    done: Published | None = None
    problem: KbError | None = None


def publish_due(publisher: Publisher, vocabulary: Vocabulary, today: datetime.date) -> Iterator[Outcome]:
    """Publishes what was scheduled for today or before, each whatever becomes of the others.

    What cannot be published until somebody has looked at it is no longer scheduled, and whoever scheduled it is told.

    Raises:
        DatabaseUnavailable: nobody can tell what is due.
    """
    from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy is loaded by those who write

    from kb.editorial.models import Draft  # noqa: PLC0415

    due = select(Draft.id, Draft.title, Draft.scheduled_by).where(
        Draft.state == State.APPROVED, Draft.scheduled_by.is_not(None), Draft.publish_on <= today
    )
    with publisher.database.reading() as session:
        waiting = [
            (id_, title, accounts.actor(session, int(by or 0)))
            for id_, title, by in session.execute(due.order_by(Draft.publish_on, Draft.submitted_at))
        ]
    for id_, title, actor in waiting:
        try:
            yield Outcome(title, publisher.publish(actor, id_, vocabulary, today))
        except _LASTING as error:
            _give_up(publisher, id_, actor, error)
            yield Outcome(title, problem=error)
        except KbError as error:
            yield Outcome(title, problem=error)


def complete(
    publisher: Publisher, vocabulary: Vocabulary, today: datetime.date, before: datetime.datetime
) -> Iterator[Outcome]:
    """Completes the publications and withdrawals that were begun before this moment and have not ended.

    Raises:
        DatabaseUnavailable: nobody can tell what they are.
    """
    with publisher.database.reading() as session:
        left = [
            (row.id, title or row.slug, accounts.actor(session, row.user_id))
            for row, title in publications.unfinished(session)
            if row.started_at < before
        ]
    for id_, title, actor in left:
        try:
            yield Outcome(title, publisher.resume(id_, actor, vocabulary, today))
        except NotFound:
            continue  # another process has completed it meanwhile
        except KbError as error:
            yield Outcome(title, problem=error)


def _give_up(publisher: Publisher, id_: str, actor: Actor, error: KbError) -> None:
    from kb.editorial.models import Draft  # noqa: PLC0415

    with publisher.database.writing() as session:
        draft = session.get_one(Draft, id_)
        if draft.state != State.APPROVED or draft.scheduled_by is None:
            return  # another process was here first
        draft.scheduled_by = None
        audit.record(session, actor, "draft.unschedule", f"draft:{id_}", reason=error.message)
        house = publisher.house
        body = f"{draft.title}\n\nThis was to be published by itself today, and was not. {error}\n\nOpen it: {house.site}/reviews/{id_}\n\n{house.name}\n{house.site}\n"
        notices.queue(session, actor.email, f"Not published: {draft.title}", body)
