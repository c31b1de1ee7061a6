"""Owns the addresses for remarks on a draft, for those who write it: adding, answering, marking as dealt with. Never shows the draft."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.questions import BY_ID
from kb.editorial import comments, drafts
from kb.errors import FormInvalid, NotFound
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import HouseDep, VocabularyDep
from kb.web.forms import Fields, FieldsDep
from kb.web.pages import Page, render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class CommentPage(Page):
    """A remark that could not be taken as it was, with what was typed."""

    template = "drafts/comment.html"
    id: str
    draft_title: str
    about: str
    question: str
    back: str
    parent: str
    typed: str
    problems: tuple[tuple[str, str], ...]


@router.post("/drafts/{id}/comments")
def add(
    request: Request,
    id: str,
    fields: FieldsDep,
    actor: ActorDep,
    database: DatabaseDep,
    vocabulary: VocabularyDep,
    house: HouseDep,
) -> Response:
    """Adds a remark on a question or on the whole, or an answer to one."""
    question, parent, typed = fields.text("question"), fields.text("parent"), fields.typed("text")
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        try:
            number = comments.add(session, actor, opened, question, typed, house, _number(parent) if parent else None)
        except FormInvalid as error:
            control = f"answer-{parent}" if parent else f"comment-on-{question}"
            about = BY_ID[question].title if question in BY_ID else "The whole case study"
            problems = tuple((control, sentence) for sentence in error.problems.values())
            page = CommentPage(
                "Your comment", id, opened.row.title, about, question, fields.text("back"), parent, typed, problems
            )
            return render(request, page, 422)
    return _back(id, fields, parent or str(number))


@router.post("/drafts/{id}/comments/{number}")
def resolve(
    id: str, number: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep
) -> Response:
    """Marks a remark as dealt with, or as not."""
    with database.writing() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        comments.resolve(session, actor, opened, _number(number), done=fields.text("do") != "open")
    return _back(id, fields, number)


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 18):
        raise NotFound("There is no such comment.")
    return int(typed)


def _back(id: str, fields: Fields, number: str) -> Response:
    """To the page that the remark is on: the question's, or the draft's."""
    back = fields.text("back")
    page = f"/questions/{back}" if back in BY_ID else ""
    return RedirectResponse(f"/drafts/{id}{page}#comment-{number}", 303)
