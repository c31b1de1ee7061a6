"""Owns the addresses of a draft's questions: showing one, saving it, saving by itself while somebody types. Never decides what an answer is worth."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from kb.content.vocabulary import Vocabulary
from kb.editorial import drafts
from kb.editorial.answers import OTHER
from kb.editorial.db import Database
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.errors import DatabaseBusy, FormInvalid, SavedElsewhere, StepImpossible
from kb.web import answer_saving, file_page, file_words, typed_answers, unplaced
from kb.web.answer_saving import Outcome, asked_in, button, question_of
from kb.web.deps import ActorDep, DatabaseDep
from kb.web.editing import VocabularyDep
from kb.web.errors import status_of
from kb.web.file_page import Sent
from kb.web.forms import Fields, FieldsDep
from kb.web.moments import clock
from kb.web.pages import render
from kb.web.question_buttons import leads_to
from kb.web.question_page import Turn, after, author, page
from kb.web.shown_fields import Searching

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

router = APIRouter(include_in_schema=False)


@router.get("/drafts/{id}/questions/{question}")
def show(
    request: Request, id: str, question: str, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep,
    find: str = "", q: str = "", rows: str = "", wording: str = "",
) -> Response:  # fmt: skip
    """A question with what is stored; `find` and `q` look for something in one of its pickers."""
    searching = Searching(find, q, int(rows) if rows.isdecimal() and len(rows) < 4 else 0)
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        question_of(opened, question)
        if not opened.editable:
            return _to(f"/drafts/{id}")
        if question in file_page.QUESTIONS:
            return render(request, file_page.page(session, actor, opened, question, Sent()))
        found = page(session, actor, opened, question, vocabulary, Turn(searching=searching, wording=bool(wording)))
    return render(request, found)


@router.post("/drafts/{id}/questions/{question}")
def save(
    request: Request, id: str, question: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep
) -> Response:  # fmt: skip
    """Saves what was typed and goes where the button says; what cannot be used is saved too, and shown with what is wrong."""
    try:
        with database.writing() as session:
            opened = drafts.open_(session, actor, id, vocabulary)
            question_of(opened, question)
            outcome = answer_saving.save(session, actor, opened, question, fields)
            if not outcome.conflicts:
                outcome = _more(session, actor, id, question, fields, vocabulary, outcome)
    except (StepImpossible, FormInvalid, DatabaseBusy) as error:
        return _not_saved(request, id, question, fields, actor, database, vocabulary, error)
    if outcome.conflicts:
        notice = (
            "This answer was saved in another window since you opened it here.",
            "Nothing is lost. Both versions are below: keep what you want and save again.",
        )
        return _again(request, id, question, fields, actor, database, vocabulary, Turn(outcome, notice=notice), 409)
    opened = after(opened, question, outcome, actor)
    there = leads_to(fields, opened, question, outcome, vocabulary)
    if there is None:
        return _again(request, id, question, fields, actor, database, vocabulary, Turn(outcome), 422)
    return _to(there)


@router.post("/drafts/{id}/questions/{question}/save")
def autosave(
    id: str, question: str, fields: FieldsDep, actor: ActorDep, database: DatabaseDep, vocabulary: VocabularyDep
) -> Response:
    """The same while somebody types, for a program: no more than the save itself is done."""
    try:
        with database.writing() as session:
            opened = drafts.open_(session, actor, id, vocabulary)
            question_of(opened, question)
            if question in file_page.QUESTIONS:
                return _words_saved(file_words.save(session, actor, opened, question, fields.typed), fields, opened)
            outcome = answer_saving.save(session, actor, opened, question, fields)
            by = author(session, actor, opened.answer(question)) if outcome.conflicts else ""
    except (StepImpossible, FormInvalid, DatabaseBusy) as error:
        return JSONResponse({"message": str(error), "problem": type(error).__name__}, status_of(error))
    if outcome.conflicts:
        told = f"{'You' if by == 'you' else by} saved something else here in another window."
        return JSONResponse(
            {"message": told, "problem": SavedElsewhere.__name__}, status_of(SavedElsewhere(told, "", {}))
        )
    return JSONResponse(
        {"revision": outcome.revision, "seen": outcome.seen, "saved_at": clock(), "state": str(opened.state)}
    )


def _words_saved(problems: dict[str, str], fields: Fields, opened: Opened) -> Response:
    """The answer to a program that has sent the words of pictures or tables."""
    if problems:
        return JSONResponse({"message": " ".join(problems.values()), "problem": FormInvalid.__name__}, 422)
    began = {f"was-{number}": fields.typed(f"alt-{number}") for number, _ in fields.under("is-")}
    return JSONResponse({"revision": 0, "seen": "", "fields": began, "saved_at": clock(), "state": str(opened.state)})


def _more(
    session: "Session", actor: Actor, id: str, question: str, fields: Fields, vocabulary: Vocabulary, outcome: Outcome
) -> Outcome:  # fmt: skip
    """What a button does once the answer is saved: takes what a file offers, or moves a part to another question."""
    do, _, place = button(fields)
    if do not in ("accept", "move") or not (place.isdecimal() and len(place) < 5):
        return outcome
    opened = drafts.open_(session, actor, id, vocabulary)
    if do == "move" and question == OTHER:
        unplaced.move(session, actor, opened, int(place), fields.text(f"move-{place}"))
    elif do == "accept" and "imported" in opened.row.origin:
        from kb.editorial import imports  # noqa: PLC0415 - only for drafts that began as a file

        imports.accept(session, actor, opened, {int(place)})
    stored = drafts.open_(session, actor, id, vocabulary).answer(question)
    return Outcome(stored.data, stored.revision, outcome.seen)


def _again(
    request: Request, id: str, question: str, fields: Fields, actor: Actor, database: Database, vocabulary: Vocabulary, turn: Turn, status: int
) -> Response:  # fmt: skip
    """The page with what was typed."""
    with database.reading() as session:
        opened = drafts.open_(session, actor, id, vocabulary)
        asked = asked_in(opened, question)
        sent = next((len(typed_answers.rows_sent(fields, one)) for one in asked if one.kind == "rows"), 0)
        name = next((one.name for one in asked if one.kind == "picker" and fields.text(f"find-{one.name}")), "")
        searching = Searching(name, fields.text(f"find-{name}"), sent)
        if turn.outcome is None:
            stored = opened.answer(question)
            made = Outcome(answer_saving.typed(opened, question, fields), stored.revision, fields.text("seen"))
            turn = Turn(made, searching, notice=turn.notice, problems=turn.problems, closed=not opened.editable)
        else:
            turn = Turn(turn.outcome, searching, notice=turn.notice, problems=turn.problems, closed=not opened.editable)
        found = page(session, actor, opened, question, vocabulary, turn)
    return render(request, found, status)


def _not_saved(
    request: Request, id: str, question: str, fields: Fields, actor: Actor, database: Database, vocabulary: Vocabulary,
    error: StepImpossible | FormInvalid | DatabaseBusy,
) -> Response:  # fmt: skip
    problems = tuple(("", sentence) for sentence in error.problems.values()) if isinstance(error, FormInvalid) else ()
    notice = (
        ("This was not saved.", "What you typed is still on this page.") if problems else (error.message, error.cure)
    )
    return _again(
        request,
        id,
        question,
        fields,
        actor,
        database,
        vocabulary,
        Turn(notice=notice, problems=problems),
        status_of(error),
    )


def _to(there: str) -> RedirectResponse:
    return RedirectResponse(there, 303)
