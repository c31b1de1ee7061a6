"""Owns the words of a draft's pictures and tables as a form sends them: alternative texts, titles, where a picture is shown. Never takes a file in.

A form carries what its page began with beside each text, so that two windows never overwrite each other unseen.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.content.case_study import SECTIONS
from kb.content.outline import clean
from kb.editorial import attachments
from kb.editorial.answers import File
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.errors import FormInvalid

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TypedText = Callable[[str], str]
"""The text of a field of a form; "" for one that was not sent."""


def of(opened: Opened, question: str) -> tuple[File, ...]:
    """The files that a question is about: pictures or tables."""
    return tuple(file for file in opened.files if file.is_picture == (question == "pictures"))


def save(session: "Session", actor: Actor, opened: Opened, question: str, typed: TypedText) -> dict[str, str]:
    """Saves what a form says of each file; gives a sentence by control for each text that was not saved.

    Raises:
        StepImpossible: the draft cannot be changed now.
    """
    problems: dict[str, str] = {}
    for file in of(opened, question):
        words, seen = _line(typed(f"alt-{file.id}")), _line(typed(f"was-{file.id}"))
        section = typed(f"section-{file.id}")
        moved = section if section in SECTIONS and section != file.section else ""
        if (words in (seen, file.alt) and not moved) or not typed(f"is-{file.id}"):
            continue
        if seen != file.alt and words not in (seen, file.alt):
            problems[f"alt-{file.id}"] = (
                f"Somebody has changed this to \u201c{file.alt}\u201d meanwhile. Yours is below: save again to keep it."
            )
            continue
        try:
            attachments.describe(session, actor, opened, file.id, file.alt if words == seen else words, moved)
        except FormInvalid as error:
            problems[f"alt-{file.id}"] = " ".join(error.problems.values())
    return problems


def _line(text: str) -> str:
    return " ".join(clean(text).split())
