"""Owns putting together the page of a question: its inputs, what is wrong, what was saved and by whom, what reviewers said. Never saves."""

import dataclasses
import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.content import completeness
from kb.content.questions import Question, questions
from kb.content.vocabulary import Vocabulary
from kb.editorial import comments
from kb.editorial.answers import OTHER
from kb.editorial.comments import Remark
from kb.editorial.drafts import Opened, Saved
from kb.editorial.roles import Actor
from kb.web import answer_problems, answer_texts, offered, typed_answers, unplaced
from kb.web.answer_saving import Outcome, asked_in, question_of
from kb.web.fields import Input
from kb.web.moments import ago, moment
from kb.web.pages import Page
from kb.web.shown_fields import Remarks, Searching, ShownInput, fields, in_words
from kb.web.unplaced import Part

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the inputs of every question: where it is in the form, how it is saved, what was said about it.

    `place` is "About the work: question 3 of 12", `saved` when and by whom in words, `stamp` the same for a program. `missing` says what
    is still open once something is there.
    """

    draft: str
    draft_title: str
    question: Question
    place: str
    saved: str
    stamp: int
    who: int
    missing: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionPage(Page):
    """One question with its inputs. `problems` are pairs of control and sentence; a `notice` says what stopped a save.

    `parts` of the last question's text can be moved to other `sections`.
    """

    template = "questions/question.html"
    around: Around
    fields: tuple[ShownInput, ...]
    revision: int
    seen: str
    problems: tuple[tuple[str, str], ...] = ()
    notice: tuple[str, str] = ("", "")
    warned: str = ""
    closed: bool = False  # nothing can be saved any more
    wording: bool = False
    parts: tuple[Part, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request brings to the page beside the draft: what was typed, looked for and found wrong.

    Without an `outcome` the page shows what is stored.
    """

    outcome: Outcome | None = None
    searching: Searching = field(default_factory=Searching)
    wording: bool = False
    notice: tuple[str, str] = ("", "")
    problems: tuple[tuple[str, str], ...] = ()
    closed: bool = False


def page(
    session: "Session", actor: Actor, opened: Opened, id_: str, vocabulary: Vocabulary, turn: Turn
) -> QuestionPage:
    """The page of a question.

    Raises:
        NotFound: this kind of case study is not asked it.
    """
    question, asked = question_of(opened, id_), asked_in(opened, id_)
    stored = opened.answer(id_)
    outcome = turn.outcome or Outcome(stored.data, stored.revision, typed_answers.digests(asked, stored.data))
    certain, likely = answer_texts.identifiers(asked, outcome.answer)
    problems = answer_problems.problems(asked, outcome.answer, vocabulary)
    told = {**problems, **certain}
    by = author(session, actor, stored)
    theirs = _theirs(asked, outcome, stored, by, vocabulary)
    remarks = Remarks(
        told,
        likely,
        theirs,
        answer_texts.wording(asked, outcome.answer, vocabulary) if turn.wording else {},
        {} if turn.closed else offered.offers(opened, asked, outcome.answer, vocabulary),
    )
    shown = fields(asked, outcome.answer, vocabulary, turn.searching, remarks, _near(opened, vocabulary))
    parts = unplaced.parts(str(outcome.answer.get(OTHER, ""))) if id_ == OTHER and not turn.closed else ()
    first = asked[0].name if asked else "save"
    listed = [(name or first, sentence) for name, sentence in (*turn.problems, *_in_order(asked, told))]
    return QuestionPage(
        question.title, around(session, actor, opened, question), shown, outcome.revision, outcome.seen, tuple(listed), turn.notice,
        " ".join(sorted(answer_texts.digest(likely))), turn.closed, turn.wording, parts, unplaced.destinations() if parts else (),
    )  # fmt: skip


def around(session: "Session", actor: Actor, opened: Opened, question: Question) -> Around:
    """What stands around the inputs of a question."""
    stored = opened.answer(question.id)
    missing = ""
    found = opened.parsed().case_study
    if found is not None and (state := completeness.answered(question, found)).state == "started":
        missing = state.missing
    said = tuple(remark for remark in comments.of_draft(session, opened.row.id) if remark.question == question.id)
    at = int(stored.at.timestamp() * 1000) if stored.at else 0
    return Around(
        opened.row.id, opened.row.title, question, _place(opened, question), saved_in_words(stored, author(session, actor, stored)) if asked_in(opened, question.id) else "", at, actor.id, missing, said,
    )  # fmt: skip


def author(session: "Session", actor: Actor, stored: Saved) -> str:
    """Who saved an answer last: "you" or a name."""
    from kb.editorial.models import User  # noqa: PLC0415 - pages for readers do without SQLAlchemy

    if stored.by is None or stored.by == actor.id:
        return "you"
    user = session.get(User, stored.by)
    return user.name if user else "somebody"


def saved_in_words(stored: Saved, by: str) -> str:
    """Such as "Saved today at 13:05 by you"."""
    return f"Saved {ago(stored.at)} by {by}" if stored.at else "Not saved yet"


def next_question(opened: Opened, id_: str) -> str:
    """The id of the next question that is not done; "" after the last."""
    asked = questions(opened.row.carried.get("kind", "case-study"))
    found = opened.parsed().case_study
    place = next(number for number, one in enumerate(asked) if one.id == id_)
    for one in asked[place + 1 :]:
        if found is None or completeness.answered(one, found).state != "done":
            return one.id
    return ""


def after(opened: Opened, id_: str, outcome: Outcome, actor: Actor) -> Opened:
    """The draft as it is once an answer was saved, without reading it again."""
    saved = Saved(outcome.answer, outcome.revision, datetime.datetime.now(datetime.UTC), actor.id)
    return dataclasses.replace(opened, answers={**opened.answers, id_: saved})


def _near(opened: Opened, vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """What is likely to be picked before anybody has typed: the draft's own organisation, or collaborative with its members."""
    kind, _, id_ = opened.row.home.partition(":")
    together = vocabulary.collaboratives.get(id_) if kind == "collaborative" else None
    if together:
        return {
            "collaboratives": (id_,),
            "organisations": tuple(dict.fromkeys(filter(None, (together.lead, *together.members)))),
        }
    return {"organisations": (id_,)} if kind == "organisation" else {}


def _place(opened: Opened, question: Question) -> str:
    asked = questions(opened.row.carried.get("kind", "case-study"))
    same = [one.id for one in asked if one.required == question.required]
    number = f"{same.index(question.id) + 1} of {len(same)}"
    return f"{question.group}: {'question ' if question.required else ''}{number}"


def _theirs(
    asked: tuple[Input, ...], outcome: Outcome, stored: Saved, by: str, vocabulary: Vocabulary
) -> dict[str, tuple[str, str]]:
    if not outcome.conflicts:
        return {}
    who = "by you in another window" if by == "you" else f"by {by}"
    found = {}
    for one in asked:
        if one.path[0] in outcome.conflicts and typed_answers.shown(one, outcome.answer) != typed_answers.shown(
            one, stored.data
        ):
            words = in_words(one, stored.data, vocabulary) or "Nothing"
            found[one.name] = (f"Saved meanwhile {who}, {moment(stored.at)}", words)
    return found


def _in_order(asked: tuple[Input, ...], told: dict[str, str]) -> list[tuple[str, str]]:
    """In the order of the page."""

    def place(name: str) -> int:
        return next(
            (n for n, one in enumerate(asked) if name == one.name or name.startswith(f"{one.name}-")), len(asked)
        )

    return sorted(told.items(), key=lambda item: place(item[0]))
