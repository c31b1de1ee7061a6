"""Owns taking a step of the workflow: state, history, audit and who is told, all in one transaction. Never writes content."""

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.editorial import audit, notices, workflow
from kb.editorial.drafts import Opened
from kb.editorial.roles import EVERYWHERE, Actor, Role
from kb.editorial.workflow import WORDS, State, Transition
from kb.errors import StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import User


@dataclass(frozen=True, slots=True)
class House:
    """What the steps need to know of the place: the site's address for links, its name, the days a review may take."""

    site: str
    name: str
    turnround: int = 14


@dataclass(frozen=True, slots=True)
class Event:
    """A row of a draft's history: who took which step when, and why."""

    words: str
    who: str
    at: datetime.datetime
    note: str


# Who hears of a step, and in which words. The reviewers of an organisation hear of what waits for them.
_SUBJECT: Final = {
    "submit": "Waiting for review", "recall": "Taken back to be changed", "review": "Review begun", "request": "Changes requested",
    "approve": "Approved", "reopen": "Back in review", "publish": "Published", "supersede": "", "withdraw": "Withdrawn",
    "discard": "Given up", "decline": "Declined",
}  # fmt: skip
_NEXT: Final = {
    "request": "Open the draft, change what is asked for and send it again.",
    "approve": "It will be published soon. There is nothing that you have to do.",
    "publish": "It can be found on the site within a minute.",
    "withdraw": "Its page now says that it was withdrawn, and search leaves it out.",
    "decline": "Your text is still there: you can copy it.",
}


def take(
    session: "Session", actor: Actor, opened: Opened, name: str, house: House, note: str = "", tell: bool = True
) -> Transition:
    """Takes a step in the caller's writing transaction, in which `opened` was opened.

    Without `tell` nobody hears of it: it is one of several that are taken at once.

    Raises:
        NotAllowed: this actor may not take it.
        StepImpossible: not from this state, not without a reason, or not while it is being published.
    """
    from kb.editorial.models import TransitionRow  # noqa: PLC0415

    step = workflow.check(name, opened.state, actor, opened.part, opened.reach, note)
    if name != "publish" and opened.state is State.APPROVED and _being_published(session, opened.row.id):
        raise StepImpossible("Publishing this was begun and has not ended.", "Publish it again to complete it.")
    now = datetime.datetime.now(datetime.UTC)
    draft = opened.row
    before, draft.state, draft.changed_at = draft.state, step.after, now
    if name in ("submit", "discard"):
        # What was read from a file may hold what was taken out of the draft since, such as a patient's detail.
        draft.origin = {key: value for key, value in draft.origin.items() if key != "imported"}
    if name == "submit":
        draft.submitted_at = now
        draft.promised_on = now.date() + datetime.timedelta(days=house.turnround)
    elif name == "review":
        draft.reviewer_id = actor.id
    elif name == "reopen":
        draft.scheduled_by = None
    note = note.strip()
    session.add(
        TransitionRow(
            draft_id=draft.id, name=name, before=before, after=step.after, user_id=actor.id, at=now, note=note
        )
    )
    audit.record(session, actor, f"draft.{name}", f"draft:{draft.id}", note=note)
    if tell:
        _tell(session, actor, opened, step, house, note)
    return step


def history(session: "Session", draft_id: str) -> tuple[Event, ...]:
    """Every step of a draft, the latest first."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import TransitionRow, User  # noqa: PLC0415

    rows = session.execute(
        select(TransitionRow, User.name)
        .join(User, User.id == TransitionRow.user_id)
        .where(TransitionRow.draft_id == draft_id)
        .order_by(TransitionRow.id.desc())
    )
    return tuple(Event(workflow.TRANSITIONS[row.name].words, who, row.at, row.note) for row, who in rows)


def reviewers(session: "Session", reach: tuple[str, ...]) -> "list[User]":
    """Everybody who may review what lies within this reach, in order of name."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Grant, User  # noqa: PLC0415

    roles = [role for role in Role if Role.REVIEWER.rank <= role.rank < Role.ADMIN.rank]
    return list(
        session.scalars(
            select(User)
            .join(Grant, Grant.user_id == User.id)
            .where(Grant.role.in_(roles), Grant.scope.in_([EVERYWHERE, *reach]), User.disabled_at.is_(None))
            .distinct()
            .order_by(User.name)
        )
    )


def _being_published(session: "Session", draft_id: str) -> bool:
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Publication  # noqa: PLC0415

    begun = select(Publication.id).where(Publication.draft_id == draft_id, Publication.finished_at.is_(None))
    return session.scalar(begun.limit(1)) is not None


def _tell(session: "Session", actor: Actor, opened: Opened, step: Transition, house: House, note: str) -> None:
    from kb.editorial.models import User  # noqa: PLC0415

    subject = _SUBJECT[step.name]
    if not subject:
        return
    draft = opened.row
    title = draft.title
    owner = session.get_one(User, draft.owner_id)
    told: dict[str, str] = {}
    promised = f"{draft.promised_on.day} {draft.promised_on:%B %Y}" if draft.promised_on else ""
    if step.name in ("submit", "recall", "discard"):
        # Somebody who has begun to review it hears of it alone; else all who could.
        known = session.get(User, draft.reviewer_id) if draft.reviewer_id else None
        waiting = [known] if known else (reviewers(session, opened.reach) if step.name == "submit" else [])
        about = f"{actor.name} {step.words}."
        due = f" An answer was promised by {promised}." if step.name == "submit" and promised else ""
        for user in waiting:
            told[user.email] = f"{about}{due}\n\nRead it: {house.site}/reviews/{draft.id}"
    if step.name == "submit":
        told[owner.email] = (
            f"Thank you for sharing your work. It waits for a reviewer, who will answer by {promised}.\n\n"
            f"See where it stands: {house.site}/drafts/{draft.id}"
        )
    elif step.after is not State.DRAFT and step.name != "discard":
        link = f"{house.site}/drafts/{draft.id}"
        reason = f"\n\nTheir words:\n{note}" if note else ""
        advice = f"\n\n{_NEXT[step.name]}" if step.name in _NEXT else ""
        told[owner.email] = f"{actor.name} {step.words}.{reason}{advice}\n\nSee it: {link}"
    told.pop(actor.email, None) if step.name != "submit" else None
    for email, body in told.items():
        text = f"{title}\n\n{body}\n\n{house.name}\n{house.site}\n"
        notices.queue(session, email, f"{subject}: {title}", text)


def words(state: State | str) -> str:
    """A state in words, for pages."""
    return WORDS[State(state)]
