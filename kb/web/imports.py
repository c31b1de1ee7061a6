"""Owns the page that tells what was made of a file: what went where, what is offered, what could not be placed. Never reads a file."""

import functools
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.changes import LABELS
from kb.content.importing import Imported
from kb.content.questions import BY_ID
from kb.content.vocabulary import Vocabulary
from kb.editorial import drafts, imports
from kb.editorial.answers import OTHER, question_of
from kb.errors import NotFound
from kb.web.case_study_page import named
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import VocabularyDep
from kb.web.forms import FieldsDep
from kb.web.pages import Page, date, render

router = APIRouter(include_in_schema=False)

_DATES = ("started", "ended")  # such as 2024-04, which people write as April 2024

_BEGINS: Final = 12  # words that tell one part from another


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """A part of the file that went under a question: its own headings there, and how much it is."""

    question: str
    title: str
    headings: tuple[str, ...]
    words: int


@dataclass(frozen=True, slots=True)
class OfferedValue:
    """What the file seems to say for a field. `place` is its number among the offers."""

    place: int
    label: str
    words: str
    quote: str
    reason: str
    ticked: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class ImportPage(Page):
    """Everything that was made of the file."""

    template = "drafts/import.html"
    id: str
    draft_title: str
    placed: tuple[PlacedPart, ...]
    offered: tuple[OfferedValue, ...]
    unplaced: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    pictures: int
    editable: bool
    decided: bool


@router.get("/drafts/{id}/import")
def show(request: Request, id: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep) -> Response:
    """What was made of the file that a draft began as."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
    left = imports.origin(opened)
    if left is None:
        raise NotFound("This draft did not begin as a file, or was sent for review since.")
    pictures = sum(file.is_picture for file in opened.files)
    page = ImportPage(
        f"What we made of {left.name or 'your file'}", id, opened.row.title, _placed(left.imported), _offered(left, vocabulary),
        tuple((part.heading, _beginning(part.text)) for part in left.imported.unplaced), left.imported.notes, pictures, opened.editable,
        left.decided,
    )  # fmt: skip
    return render(request, page)


@router.post("/drafts/{id}/import")
def take(id: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep) -> Response:
    """Puts what was ticked into the answers, then shows the list of questions."""
    places = {int(place) for place in fields.all("offer") if place.isdecimal() and len(place) < 5}
    with database.writing() as session:
        imports.accept(session, actor, drafts.open_(session, actor, id, vocabulary), places)
    return RedirectResponse(f"/drafts/{id}", 303)


def _placed(imported: Imported) -> tuple[PlacedPart, ...]:
    return tuple(
        PlacedPart(id_, BY_ID[id_].title, imported.headings.get(section, ()), len(text.split()))
        for section, text in imported.sections.items()
        if (id_ := question_of("", section)) != OTHER
    )


def _offered(left: imports.Origin, vocabulary: Vocabulary) -> tuple[OfferedValue, ...]:
    """The offers, those ticked that the file says outright; of a field that takes one value only the plainest."""
    found: list[OfferedValue] = []
    ticked: set[str] = set()
    for place, offer in enumerate(left.imported.offers):
        several = isinstance(offer.value, tuple)
        tick = offer.sure and not left.decided and (several or offer.field not in ticked)
        ticked |= {offer.field} if tick else set()
        words = imports.shown(offer, functools.partial(named(vocabulary), offer.field))
        words = date(words) if offer.field in _DATES else words
        called = LABELS.get(offer.field, offer.field.replace("_", " ").capitalize())
        about, _, reason = offer.reason.partition(": ")  # the value again, which stands above it here
        reason = f"{reason[:1].upper()}{reason[1:]}" if words.startswith(about) else offer.reason
        found.append(OfferedValue(place, called, words, offer.quote, reason, tick, place in left.taken))
    return tuple(found)


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words[:_BEGINS]) + ("\u2026" if len(words) > _BEGINS else "")
