"""Owns the parts of the last question's text that may belong to another question: listing them, moving one. Never drops a word."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.content import sections
from kb.content.case_study import SECTIONS
from kb.content.questions import BY_ID
from kb.editorial import drafts
from kb.editorial.answers import OTHER, question_of
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST: Final = 40  # listed at once: as some are moved, others take their place
_BEGINS: Final = 90  # characters that tell one part from another
_NO_HEADING: Final = ("", "Not yet placed")  # a heading that says nothing about its text


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of somebody's own, and how its text begins."""

    heading: str
    begins: str


def parts(text: str) -> tuple[Part, ...]:
    """The parts of the text in order, at most MOST."""
    return tuple(Part(heading, _beginning(words)) for heading, words in sections.split(text)[:MOST])


def destinations() -> tuple[tuple[str, str], ...]:
    """The sections that a part can be moved to, each with the question that asks for it."""
    return tuple((section, BY_ID[question_of("", section)].title) for section in SECTIONS)


def move(session: "Session", actor: Actor, opened: Opened, number: int, section: str) -> bool:
    """Moves a part to the end of a section, in the caller's writing transaction; whether there were both.

    Raises:
        StepImpossible: the draft cannot be changed now.
        FormInvalid: the section would be too long to be an answer.
    """
    rest = opened.answer(OTHER)
    found = sections.split(str(rest.data.get(OTHER, "")))
    if not 0 <= number < len(found) or section not in SECTIONS:
        return False
    heading, words = found.pop(number)
    target = question_of("", section)
    there = opened.answer(target)
    moved = words if heading in (*_NO_HEADING, section) else f"### {heading}\n\n{words}".rstrip()
    text = "\n\n".join(filter(None, (str(there.data.get(section, "")).rstrip(), moved)))
    drafts.save(session, actor, opened, target, {**there.data, section: text}, there.revision)
    left = {name: value for name, value in rest.data.items() if name != OTHER}
    if found:
        left[OTHER] = sections.join(found)
    drafts.save(session, actor, opened, OTHER, left, rest.revision)
    return True


def _beginning(words: str) -> str:
    plain = " ".join(words.split())
    return f"{plain[:_BEGINS].rsplit(' ', 1)[0]}..." if len(plain) > _BEGINS else plain
