"""Owns what a reviewer does with a draft: opening it as one, deciding about it after a last look at the text. Never publishes."""

import datetime
from typing import TYPE_CHECKING

from kb.content.vocabulary import Vocabulary
from kb.editorial import drafts, steps, submission
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor, Role
from kb.editorial.steps import House
from kb.errors import NotFound, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def open_(session: "Session", actor: Actor, id_: str, vocabulary: Vocabulary) -> Opened:
    """The draft, for somebody who reviews for its organisation, once it was handed in.

    Raises:
        NotFound: there is none, or this person may not know of it.
    """
    opened = drafts.open_(session, actor, id_, vocabulary)
    if opened.row.submitted_at is None or not actor.may(Role.REVIEWER, opened.reach):
        raise NotFound("There is no such draft.")
    return opened


def decide(
    session: "Session",
    actor: Actor,
    opened: Opened,
    name: str,
    house: House,
    note: str,
    vocabulary: Vocabulary,
    today: datetime.date,
) -> None:
    """Takes a reviewer's step; what certainly holds a patient's detail, or cannot be read, is never approved.

    Raises:
        NotAllowed, StepImpossible: as in `steps.take`.
    """
    if name == "approve":
        found = submission.readiness(session, opened, vocabulary, today)
        if found.blocking:
            raise StepImpossible(
                "There is a patient\u2019s detail in it.", "Ask for changes: it is named under what to look at."
            )
        if found.problems:
            raise StepImpossible(found.problems[0].message, "Ask for changes.")
    steps.take(session, actor, opened, name, house, note)
