"""Owns the addresses of a draft's pictures and tables: taking one in, changing its words, deleting it, showing it. Never cleans one itself."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from kb.content.vocabulary import Vocabulary
from kb.editorial import attachments, drafts
from kb.editorial.attachments import Prepared
from kb.editorial.db import Database
from kb.editorial.roles import Actor
from kb.errors import DatabaseBusy, DocumentUnreadable, FormInvalid, NotFound, StepImpossible
from kb.web import file_page, file_words
from kb.web.answer_saving import question_of
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import VocabularyDep
from kb.web.errors import status_of
from kb.web.file_page import QUESTIONS, Sent
from kb.web.pages import render
from kb.web.question_page import next_question
from kb.web.security import NOTHING
from kb.web.uploads import MAX_DROPPED, Received, ReceivedDep, Uploads

router = APIRouter(include_in_schema=False)

_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "csv": "text/csv; charset=utf-8"}
_AGAIN: Final = "Then choose the file again: browsers forget it."
_FAILURES: Final = {
    "busy": (503, "Other people are sending files at the moment.", "Go back and try again in a minute."),
    "large": (413, "What you sent is too large.", "Choose a smaller file: a picture of at most 10 MB, a table of at most 2 MB."),
    "broken": (422, "What you sent could not be read.", "Go back and try again."),
}  # fmt: skip
_OTHER_KIND: Final = {
    "pictures": "This is a table. Add it under \u201cHave you got the data over time?\u201d",
    "data": "This is a picture. Add it under \u201cHave you got pictures?\u201d",
}


@router.post("/drafts/{id}/files", max_body_size=MAX_DROPPED)
def change(
    request: Request, id: str, received: ReceivedDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep, question: str = ""
) -> Response:  # fmt: skip
    """Saves the words on the page, takes in a file that came with them, deletes one, and goes where the button says."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        question_of(opened, question)
    if question not in QUESTIONS:
        raise NotFound("There is no such question.")
    if received.failure:
        status, *notice = _FAILURES[received.failure]
        return _again(
            request,
            id,
            question,
            actor,
            database,
            vocabulary,
            Sent(received.fields, {}, (notice[0], notice[1])),
            status,
        )
    do, _, number = received.fields.get("do", "").partition(":")
    problems: dict[str, str] = {}
    made, status = (
        (None, 422) if do == "remove" or not opened.editable else _prepared(request, received, question, problems)
    )
    added = None
    try:
        with database.writing() as session:
            opened = drafts.open_(session, actor, id, vocabulary)
            problems |= file_words.save(session, actor, opened, question, lambda name: received.fields.get(name, ""))
            if do == "remove" and number.isdecimal() and len(number) < 10:
                attachments.remove(session, actor, opened, int(number))
            if made:
                try:
                    section = received.fields.get("section", "") if question == "pictures" else ""
                    added = attachments.add(
                        session, actor, opened, made, made.name, received.fields.get("alt", ""), section
                    )
                except FormInvalid as error:
                    problems |= {name: f"{told} {_AGAIN}" for name, told in error.problems.items()}
    except (StepImpossible, DatabaseBusy) as error:
        sent = Sent(received.fields, problems, (error.message, error.cure))
        return _again(request, id, question, actor, database, vocabulary, sent, status_of(error))
    if problems:
        fields = {name: text for name, text in received.fields.items() if not (added and name in ("alt", "section"))}
        return _again(request, id, question, actor, database, vocabulary, Sent(fields, problems), status)
    if do in ("list", "preview"):
        return RedirectResponse(f"/drafts/{id}{'/preview' if do == 'preview' else ''}", 303)
    here = f"/drafts/{id}/questions/{question}"
    if do != "continue" or added:  # what was added is looked at before one goes on
        return RedirectResponse(f"{here}#{f'file-{added.id}' if added else 'new'}", 303)
    with database.reading() as session:
        following = next_question(drafts.open_(session, actor, id, vocabulary), question)
    return RedirectResponse(f"/drafts/{id}/questions/{following}" if following else f"/drafts/{id}", 303)


@router.get("/drafts/{id}/files/{name}")
def file(id: str, name: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep) -> Response:
    """A picture or table of a draft, for those who may see it."""
    with database.reading() as session:
        drafts.open_(session, actor, id, vocabulary)
        kind, data = attachments.read(session, id, name)
    headers = {"Content-Security-Policy": NOTHING, "Cache-Control": "private, no-store"}
    if kind not in ("png", "jpeg"):
        headers["Content-Disposition"] = f'attachment; filename="{name}"'  # stored under a name that we made
    return Response(data, media_type=_TYPES[kind], headers=headers)


def _prepared(
    request: Request, received: Received, question: str, problems: dict[str, str]
) -> tuple[Prepared | None, int]:
    """The file that came, made safe before anything is locked, else what is wrong and the status for it."""
    if received.data is None:
        if received.fields.get("do") == "upload" or received.fields.get("alt", "").strip():
            problems["file"] = "Choose a file."
        return None, 422
    uploads: Uploads = request.app.state.uploads
    with uploads.turn() as ours:
        if not ours:
            problems["file"] = "Other people are sending files at the moment. Choose the file again in a minute."
            return None, 503
        try:
            made = attachments.prepared(received.data, received.name)
        except DocumentUnreadable as error:
            problems["file"] = str(error)
            return None, status_of(error)
    if (made.kind == "csv") == (question == "pictures"):
        problems["file"] = _OTHER_KIND[question]
        return None, 422
    return made, 422


def _again(
    request: Request, id: str, question: str, actor: Actor, database: Database, vocabulary: Vocabulary, sent: Sent, status: int
) -> Response:  # fmt: skip
    """The page with what was typed and what is wrong."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        found = file_page.page(session, actor, opened, question, sent)
    return render(request, found, status)
