"""Owns where and when a draft is to be published: its address, and the day before which it stays back. Never publishes it."""

import datetime
from typing import TYPE_CHECKING

from kb.content import addresses, writing
from kb.content.folder import ContentFolder
from kb.content.markdown import slugify
from kb.content.stored_names import is_slug
from kb.editorial import audit, publications
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor, Role
from kb.editorial.workflow import WAITING, State
from kb.errors import FormInvalid, NotAllowed, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Draft


def address(draft: "Draft") -> str:
    """The slug that a draft is published at: the one that was chosen, else the one it has, else its title's."""
    return draft.slug or draft.base_slug or slugify(draft.title)


def choose(
    session: "Session",
    actor: Actor,
    opened: Opened,
    folder: ContentFolder,
    slug: str,
    on: datetime.date | None,
    today: datetime.date,
) -> None:
    """Notes the address that a draft is to have, "" for its title's, and the day before which it is not published.

    Without a day, it is no longer going to publish itself.

    Raises:
        NotAllowed: the actor does not review for this organisation.
        StepImpossible: the draft is not waiting, or is being published at this moment.
        FormInvalid: the address is none, or another case study has or had it; the day is over.
    """
    draft = opened.row
    if not actor.may(Role.REVIEWER, opened.reach):
        raise NotAllowed("This takes the role of reviewer for this organisation.")
    if opened.state not in WAITING:
        raise StepImpossible("This can be chosen while the case study waits for its review or for being published.")
    if opened.state is State.APPROVED and (last := publications.last(session, draft.id)) and not last.finished_at:
        raise StepImpossible("Publishing this was begun and has not ended.", "Publish it again to complete it.")
    problems = {}
    if slug and slug != address(draft) and (problem := _taken(folder, draft, slug)):
        problems["slug"] = problem
    if on is not None and on < today and on != draft.publish_on:
        problems["on"] = "This day is over. Give a day from today on, or none."
    if problems:
        raise FormInvalid(problems)
    draft.slug, draft.publish_on = slug, on
    if on is None:
        draft.scheduled_by = None
    audit.record(session, actor, "draft.destination", f"draft:{draft.id}", slug=slug, on=on.isoformat() if on else "")


def _taken(folder: ContentFolder, draft: "Draft", slug: str) -> str:
    """Why a draft cannot have this address; "" when it can."""
    if not is_slug(slug):
        return "Use small letters, digits and single hyphens, such as fewer-falls-at-night."
    if slug == draft.base_slug:
        return ""
    if writing.read(folder, slug) is not None:
        return "Another case study has this address."
    known = addresses.load(folder.path).addresses
    if slug in known.moved and known.moved[slug] != draft.base_slug:
        return "Another case study had this address, which still leads to it."
    if slug in known.withdrawn:
        return "A case study that was withdrawn had this address. Its page stays, so that readers see why."
    return ""
