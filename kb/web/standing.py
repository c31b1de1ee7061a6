"""Owns how it is told where a draft stands: for whom it waits and since when, and what its writer does next. Never changes it."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.editorial.workflow import State
from kb.web.moments import ago, days
from kb.web.pages import date

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Stands(Protocol):
    """What has to be known of a draft: `draft_list.Listed` has it, and so has `Facts`."""

    @property
    def state(self) -> State: ...
    @property
    def own(self) -> bool: ...
    @property
    def owner(self) -> str: ...
    @property
    def reviewer(self) -> str: ...
    @property
    def changed_at(self) -> datetime.datetime: ...
    @property
    def promised_on(self) -> datetime.date | None: ...
    @property
    def publish_on(self) -> datetime.date | None: ...
    @property
    def scheduled(self) -> bool: ...
    @property
    def slug(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """The same of one draft that was opened."""

    state: State
    own: bool
    owner: str
    reviewer: str
    changed_at: datetime.datetime
    promised_on: datetime.date | None = None
    publish_on: datetime.date | None = None
    scheduled: bool = False
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`waits`: for whom and since when. `following`: what its writer does next, "" for nothing."""

    waits: str
    following: str = ""


def standing(of: Stands, today: datetime.date) -> Standing:
    """Where a draft stands, for those who write it."""
    reviewer = of.reviewer or "A reviewer"
    match of.state:
        case State.DRAFT:
            waits = "It waits for you." if of.own else f"{of.owner} began it. You can write on it too."
            return Standing(waits, "Answer the questions, then send it for review.")
        case State.CHANGES_REQUESTED:
            asked = f"{reviewer} asked for changes {ago(of.changed_at)}."
            return Standing(asked, "Change what is asked for, then send it again.")
        case State.SUBMITTED:
            waits = f"It has been waiting {days(of.changed_at)} for a reviewer. {_promised(of, today)}".strip()
            return Standing(waits, "There is nothing that you have to do. To change something, take it back first.")
        case State.IN_REVIEW:
            waits = f"{reviewer} began to review it {ago(of.changed_at)}. {_promised(of, today)}".strip()
            return Standing(waits, "There is nothing that you have to do.")
        case State.APPROVED:
            return Standing(_approved(of), "There is nothing that you have to do.")
        case State.PUBLISHED:
            return Standing(f"Published {ago(of.changed_at)}.")
        case State.SUPERSEDED:
            return Standing(f"A newer version took its place {ago(of.changed_at)}.")
        case State.WITHDRAWN:
            ended = "Withdrawn from the site" if of.slug else "Closed without being published"
            return Standing(f"{ended} {ago(of.changed_at)}.")


def facts_of(session: "Session", opened: Opened, actor: Actor) -> Facts:
    """What has to be known of a draft that was opened."""
    from kb.editorial.models import User  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    draft = opened.row
    owner = session.get_one(User, draft.owner_id)
    reviewer = session.get(User, draft.reviewer_id) if draft.reviewer_id else None
    return Facts(
        opened.state, draft.owner_id == actor.id, owner.name, reviewer.name if reviewer else "", draft.changed_at, draft.promised_on,
        draft.publish_on, draft.scheduled_by is not None, draft.slug,
    )  # fmt: skip


def _promised(of: Stands, today: datetime.date) -> str:
    if of.promised_on is None:
        return ""
    if of.promised_on < today:
        return f"An answer was promised by {date(of.promised_on)}. It is late."
    return f"An answer is promised by {date(of.promised_on)}."


def _approved(of: Stands) -> str:
    if of.publish_on is not None:
        by_itself = "It will be published" if of.scheduled else "An editor can publish it from"
        return f"Approved. {by_itself} {'on ' if of.scheduled else ''}{date(of.publish_on)}{'' if of.scheduled else ' on'}."
    return f"Approved. It has been waiting {days(of.changed_at)} for an editor to publish it."
