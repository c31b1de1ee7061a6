"""Owns the rows that note what is to be published or withdrawn, before and after it is done. Never touches a file."""

import datetime
from typing import TYPE_CHECKING

from kb.editorial.roles import Actor
from kb.editorial.workflow import State

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Draft, Publication


def note(session: "Session", actor: Actor, **values: object) -> "Publication":
    """A new row, with an id."""
    from kb.editorial.models import Publication  # noqa: PLC0415

    row = Publication(user_id=actor.id, started_at=datetime.datetime.now(datetime.UTC), **values)
    session.add(row)
    session.flush()
    return row


def last(session: "Session", draft_id: str) -> "Publication | None":
    """The latest publication of a draft, finished or not."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Publication  # noqa: PLC0415

    return session.scalar(
        select(Publication)
        .where(Publication.draft_id == draft_id, Publication.kind == "publish")
        .order_by(Publication.id.desc())
        .limit(1)
    )


def unfinished_at(session: "Session", slug: str) -> "Publication | None":
    """A withdrawal at this address that was begun and not ended."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Publication  # noqa: PLC0415

    return session.scalar(
        select(Publication).where(
            Publication.slug == slug, Publication.kind == "withdraw", Publication.finished_at.is_(None)
        )
    )


def published(session: "Session", slug: str) -> "Draft | None":
    """The draft that is published at this address, if it came through here."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Draft  # noqa: PLC0415

    return session.scalar(select(Draft).where(Draft.slug == slug, Draft.state == State.PUBLISHED))


def summary(session: "Session", draft_id: str) -> str:
    """What the contributor said about this version when it was handed in."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import TransitionRow  # noqa: PLC0415

    note = session.scalar(
        select(TransitionRow.note)
        .where(TransitionRow.draft_id == draft_id, TransitionRow.name == "submit")
        .order_by(TransitionRow.id.desc())
        .limit(1)
    )
    return note or ""


def unfinished(session: "Session") -> "list[tuple[Publication, str | None]]":
    """Everything that was begun and not ended, with the title of its draft, the oldest first."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Draft, Publication  # noqa: PLC0415

    rows = session.execute(
        select(Publication, Draft.title)
        .outerjoin(Draft, Draft.id == Publication.draft_id)
        .where(Publication.finished_at.is_(None))
        .order_by(Publication.id)
    )
    return [(row, title) for row, title in rows]
