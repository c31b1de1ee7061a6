"""Owns the audit: a row for everything that somebody did, with who it was. Never read to decide anything: it may be pruned."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.editorial.roles import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever runs the command line: no account, but a name on that machine."""

    name: str


def record(session: "Session", actor: Actor | Operator, action: str, object_: str, **detail: Any) -> None:
    """Adds a row in the transaction of what is done, so that neither is ever there without the other.

    Args:
        action: such as draft.submit or user.disable.
        object_: what it was done to, such as draft:k3x9 or user:7.
        detail: whatever JSON can hold; never a password, a token or a case study's text.

    Raises:
        ValueError: the actor has no name.
    """
    from kb.editorial.models import AuditEntry  # noqa: PLC0415 - SQLAlchemy is loaded by those who write

    if not actor.name.strip():
        raise ValueError("An audit row needs the name of whoever acted.")
    person = actor if isinstance(actor, Actor) else None
    session.add(
        AuditEntry(
            at=datetime.datetime.now(datetime.UTC),
            user_id=person.id if person else None,
            actor=f"{person.name} <{person.email}>" if person else f"{actor.name} (command line)",
            action=action,
            object=object_,
            detail=detail,
        )
    )
