"""Owns drafts: starting one, what was typed for each question, who may see and change it. Never publishes and never judges.

Answers are kept as they were typed, valid or not, one row for each question with a count of its saves: a browser that
saves an older count than the stored one is told what is there, and nothing is overwritten.
"""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.content import case_study
from kb.content.case_study import CaseStudy, Parsed
from kb.content.questions import BY_ID, UNTITLED
from kb.content.vocabulary import Vocabulary
from kb.editorial import answers as answers_
from kb.editorial import audit
from kb.editorial.answers import Answer, File
from kb.editorial.roles import Actor, Role, reach
from kb.editorial.workflow import EDITABLE, Part, State
from kb.errors import FormInvalid, NotAllowed, NotFound, SavedElsewhere, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kb.editorial.models import Draft

MAX_ANSWER: Final = 200_000  # characters of one answer: a long case study has 30,000 in all
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # without signs that are mistaken for each other on paper


@dataclass(frozen=True, slots=True)
class Saved:
    """A stored answer: what was typed, how often it was saved, when and by whom last."""

    data: Answer
    revision: int = 0
    at: datetime.datetime | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as somebody sees it: its row, its answers by question, and what this person has to do with it."""

    row: "Draft"
    answers: Mapping[str, Saved]
    part: Part
    reach: tuple[str, ...]
    files: tuple[File, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands."""
        return State(self.row.state)

    @property
    def editable(self) -> bool:
        """Whether this person may change answers now."""
        return self.part.writer and self.state in EDITABLE

    def answer(self, question: str) -> Saved:
        """What was typed for a question; nothing yet is an empty answer with revision 0."""
        return self.answers.get(question, Saved({}))

    def text(self) -> str:
        """The draft as the text of a case study's file, with everything as it was typed."""
        return answers_.text(self.row.carried, {id_: saved.data for id_, saved in self.answers.items()}, self.files)

    def parsed(self) -> Parsed:
        """The draft as a case study, with a finding for each field that cannot be read."""
        slug = self.row.slug or self.row.base_slug
        found = case_study.read(self.text(), slug=slug, file="draft")
        if found.case_study is None:  # its title is too long to be one: all else is read all the same
            untitled = {id_: {**saved.data, "title": ""} for id_, saved in self.answers.items()}
            rest = case_study.read(answers_.text(self.row.carried, untitled, self.files), slug=slug, file="draft")
            found.case_study = rest.case_study
        return found


def start(
    session: "Session",
    actor: Actor,
    home: str,
    answers: Mapping[str, Answer] | None = None,
    carried: Answer | None = None,
    base: tuple[str, str] = ("", ""),
    origin: Answer | None = None,
) -> str:
    """The id of a new draft.

    Args:
        home: the scope it belongs to.
        answers: by question, of an imported or copied case study; `answers.from_case_study` makes them.
        carried: what no question asks for.
        base: slug and text of the published case study that it is a new version of.
        origin: what an imported file left to decide.

    Raises:
        NotAllowed: the actor is no contributor there.
    """
    from kb.editorial.models import AnswerRow, Draft  # noqa: PLC0415

    if not actor.may(Role.CONTRIBUTOR, [home]):
        raise NotAllowed("You cannot share work for this organisation.", "Ask whoever runs this service to add it.")
    id_ = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    now = datetime.datetime.now(datetime.UTC)
    filled = {question: data for question, data in (answers or {}).items() if data}
    session.add(
        Draft(
            id=id_, owner_id=actor.id, home=home, state=State.DRAFT, title=answers_.title(filled), slug="", base_slug=base[0],
            base_text=base[1], carried=carried or {}, origin=origin or {}, created_at=now, changed_at=now,
        )
    )  # fmt: skip
    session.flush()
    for question, data in filled.items():
        row = AnswerRow(draft_id=id_, question=question, revision=1, data=data, saved_at=now, saved_by=actor.id)
        session.add(row)
    audit.record(session, actor, "draft.start", f"draft:{id_}", home=home, base=base[0])
    return id_


def open_(session: "Session", actor: Actor, id_: str, vocabulary: Vocabulary) -> Opened:
    """The draft, for somebody who may see it: those who write it, and once it was submitted its reviewers.

    Raises:
        NotFound: there is none, or this person may not know of it.
    """
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import AnswerRow, Draft, TransitionRow  # noqa: PLC0415

    row = session.get(Draft, id_)
    if row is None:
        raise NotFound("There is no such draft.")
    rows = session.scalars(select(AnswerRow).where(AnswerRow.draft_id == id_)).all()
    stored = {a.question: Saved(a.data, a.revision, a.saved_at, a.saved_by) for a in rows}
    writer = row.owner_id == actor.id or actor.may(Role.CONTRIBUTOR, [row.home])
    submitters = session.scalars(
        select(TransitionRow.user_id).where(TransitionRow.draft_id == id_, TransitionRow.name == "submit")
    )
    authors = {row.owner_id, *(saved.by for saved in stored.values()), *submitters}
    within = reach(row.home, vocabulary)
    # What nobody has handed in yet is nobody else's business.
    reviews = row.submitted_at is not None and actor.may(Role.REVIEWER, within)
    if not (writer or reviews):
        raise NotFound("There is no such draft.")
    return Opened(row, stored, Part(writer, actor.id in authors), within, files(session, id_))


def files(session: "Session", id_: str) -> tuple[File, ...]:
    """Everything that belongs to a draft, in the order it came."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Attachment  # noqa: PLC0415

    columns = [getattr(Attachment, name) for name in ("id", "name", "kind", "alt", "section", "metadata_text")]
    rows = session.execute(select(*columns).where(Attachment.draft_id == id_).order_by(Attachment.id))
    return tuple(File(*row) for row in rows)


def save(session: "Session", actor: Actor, opened: Opened, question: str, data: Answer, revision: int) -> int:
    """The new count of saves of an answer, which replaces the stored one.

    Args:
        revision: the count of saves that the person saw when they began to type.

    Raises:
        NotFound: there is no such question.
        StepImpossible: the draft cannot be changed now, or not by this person.
        FormInvalid: the answer is too long to be one.
        SavedElsewhere: it was saved meanwhile, with other words; nothing was changed.
    """
    from kb.editorial.models import AnswerRow  # noqa: PLC0415

    if question not in BY_ID:
        raise NotFound("There is no such question.")
    if not opened.editable:
        raise StepImpossible(
            "This draft cannot be changed at the moment.",
            "Take it back first if you sent it for review. What you typed is still on this page: copy it before you leave.",
        )
    if len(repr(data)) > MAX_ANSWER:
        raise FormInvalid({"answer": f"This answer is too long. Keep it to {MAX_ANSWER:,} characters."})
    now = datetime.datetime.now(datetime.UTC)
    row = session.get(AnswerRow, (opened.row.id, question))
    stored = row.data if row else {}
    if data == stored:
        return row.revision if row else 0
    if (row.revision if row else 0) != revision:
        raise SavedElsewhere(
            "This answer was saved in another window since you opened it here.",
            "Both versions are below. Keep what you want and save again.",
            {"data": stored, "revision": row.revision if row else 0},
        )
    if row is None:
        row = AnswerRow(draft_id=opened.row.id, question=question, revision=0, saved_by=actor.id)
        session.add(row)
    row.revision, row.data, row.saved_at, row.saved_by = revision + 1, data, now, actor.id
    draft = session.merge(opened.row)
    draft.changed_at = now
    if "title" in data or question == "what-you-improved":
        draft.title = str(data.get("title") or "").strip() or UNTITLED
    return row.revision


def rebase(session: "Session", opened: Opened, base: tuple[str, str]) -> None:
    """Makes a draft the new version of another published text, or of none; nothing that was typed changes."""
    draft = session.merge(opened.row)
    draft.base_slug, draft.base_text = base
    draft.changed_at = datetime.datetime.now(datetime.UTC)


def begun_by(session: "Session", actor: Actor, form: str) -> str:
    """The draft that this person has begun with this very form already, "" for none: a form may be sent twice."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Draft  # noqa: PLC0415

    sent = select(Draft.id).where(Draft.owner_id == actor.id, Draft.origin["form"].as_string() == form)
    return (form and session.scalar(sent.limit(1))) or ""


def replace(session: "Session", opened: Opened, found: CaseStudy, base: tuple[str, str]) -> None:
    """Makes every answer anew from a case study that was merged, on a new base; each counts as saved once more."""
    from kb.editorial.models import AnswerRow  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    answers, carried = answers_.from_case_study(found)
    draft = session.merge(opened.row)
    draft.carried, draft.changed_at, draft.title = carried, now, answers_.title(answers)
    draft.base_slug, draft.base_text = base
    for question in BY_ID:
        data, before = answers.get(question, {}), opened.answer(question)
        if data != before.data:
            row = session.get(AnswerRow, (draft.id, question)) or AnswerRow(draft_id=draft.id, question=question)
            # Choosing between two texts makes nobody their author, so that whoever merged may still approve.
            row.revision, row.data, row.saved_at = before.revision + 1, data, now
            row.saved_by = before.by or draft.owner_id
            session.add(row)
