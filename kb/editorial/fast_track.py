"""Owns the way of a file from its text to an approved draft in one go, for people who live in git. Never skips what is looked at on the long way.

Everything is in one transaction: either the draft is approved, or there is none.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.content import writing
from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.editorial import audit, copies, destination, drafts, notices, publications, steps, submission
from kb.editorial.audit import Operator
from kb.editorial.publishing import Publisher
from kb.editorial.roles import Actor, Role, reach, scope_name
from kb.editorial.submission import Declaration, Readiness
from kb.editorial.workflow import State
from kb.errors import FormInvalid, NotAllowed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that is handed in, with what lies beside it.

    `declared`: the author says what `submission.DECLARATION` says. `confirm` is the reason why words that look like a
    patient's details are none.
    """

    text: str
    slug: str
    files: Mapping[str, bytes]
    declared: bool
    note: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved draft, and which of the two may publish it."""

    draft: str
    publisher: Actor


class _Instead(Exception):
    """Nothing of this try is kept; `answer` is what comes of it."""

    def __init__(self, answer: Approved | Readiness) -> None:
        super().__init__()
        self.answer = answer


def approve(
    publisher: Publisher,
    handed: Handed,
    author: Actor,
    reviewer: Actor,
    operator: Operator,
    vocabulary: Vocabulary,
    today: datetime.date,
) -> Approved | Readiness:
    """The approved draft of a file; instead what stands in its way, and then nothing was kept.

    A file that was approved before and not published since gives that draft, so that doing it again completes it.

    Raises:
        CaseStudyInvalid: the text is no case study.
        NotAllowed: one of the two may not do their part, or they are the same person.
        FormInvalid: the declaration or a file is missing, the address cannot be had, or the reason is none.
        DocumentUnreadable: a picture or table cannot be taken.
    """
    found = CaseStudy.parse(handed.text, handed.slug)
    if author.id == reviewer.id:
        raise NotAllowed("Nobody reviews their own work.", "Give another account as the reviewer.")
    home = copies.home(found, author, vocabulary)
    within = reach(home, vocabulary)
    whom = scope_name(home, vocabulary)
    if not reviewer.may(Role.REVIEWER, within):
        raise NotAllowed(f"{reviewer.email} does not review for {whom}.", "Give the account of a reviewer.")
    doer = next((actor for actor in (reviewer, author) if actor.may(Role.EDITOR, within)), None)
    if doer is None:
        raise NotAllowed(f"Neither of the two is an editor for {whom}.", "Publishing takes one.")
    there = writing.read(publisher.folder, handed.slug)
    base = (handed.slug, there) if there is not None else ("", "")
    beside = copies.beside(publisher.folder, handed.slug) | dict(handed.files)
    if missing := [name for name in copies.named(found) if name not in beside]:
        raise FormInvalid({"file": f"The text names {missing[0]}, which does not lie beside it."})
    files = copies.ready(publisher.database, found, beside)
    try:
        with publisher.database.writing() as session:
            id_ = copies.start(session, author, found, home, vocabulary, base, files)
            _look(session, publisher, author, id_, handed, vocabulary, today, doer)
            _take(session, publisher, id_, (author, reviewer), handed, vocabulary, today)
            audit.record(
                session, operator, "draft.fast-track", f"draft:{id_}", author=author.email, reviewer=reviewer.email
            )
            _tell(session, publisher, reviewer, operator, id_)
    except _Instead as instead:
        return instead.answer
    return Approved(id_, doer)


def _look(
    session: "Session",
    publisher: Publisher,
    author: Actor,
    id_: str,
    handed: Handed,
    vocabulary: Vocabulary,
    today: datetime.date,
    doer: Actor,
) -> None:
    """Goes on only with what is new and ready."""
    there = writing.read(publisher.folder, handed.slug) or ""
    if same := _same(session, author, id_, handed.slug, there, vocabulary):
        raise _Instead(Approved(same, doer))
    opened = drafts.open_(session, author, id_, vocabulary)
    if handed.confirm:
        for concern in submission.readiness(session, opened, vocabulary, today).unconfirmed:
            submission.confirm(session, author, opened, concern.digest, handed.confirm)
    readiness = submission.readiness(session, opened, vocabulary, today)
    if not readiness.ready:
        raise _Instead(readiness)


def _take(
    session: "Session",
    publisher: Publisher,
    id_: str,
    people: tuple[Actor, Actor],
    handed: Handed,
    vocabulary: Vocabulary,
    today: datetime.date,
) -> None:
    """Handed in by the first, looked at and approved by the second."""
    author, reviewer = people
    house = publisher.house
    opened = drafts.open_(session, author, id_, vocabulary)
    declaration = Declaration(handed.declared, submission.fingerprint(opened), handed.note)
    submission.hand_in(session, author, opened, vocabulary, today, house, declaration, tell=False)
    session.flush()
    opened = drafts.open_(session, reviewer, id_, vocabulary)
    if not opened.row.base_slug:
        destination.choose(session, reviewer, opened, publisher.folder, handed.slug, None, today)
    for step in ("review", "approve"):
        opened = drafts.open_(session, reviewer, id_, vocabulary)
        steps.take(session, reviewer, opened, step, house, tell=False)


def _same(session: "Session", author: Actor, id_: str, slug: str, there: str, vocabulary: Vocabulary) -> str:
    """An earlier draft that says the same and is approved, or published as it is now; "" when there is none."""
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Draft  # noqa: PLC0415

    new = _content(drafts.open_(session, author, id_, vocabulary))
    states = (State.APPROVED, State.PUBLISHED)
    earlier = select(Draft).where(Draft.owner_id == author.id, Draft.state.in_(states), Draft.id != id_)
    for row in session.scalars(earlier.order_by(Draft.changed_at.desc())):
        last = publications.last(session, row.id)
        if destination.address(row) != slug or (row.state == State.PUBLISHED and (last is None or last.text != there)):
            continue
        if _content(drafts.open_(session, author, row.id, vocabulary)) == new:
            return row.id
    return ""


def _content(opened: drafts.Opened) -> tuple[CaseStudy | None, tuple[str, ...]]:
    """What a draft says, without the dates that publishing sets, and the names of its files."""
    found = opened.parsed().case_study
    plain = found.model_copy(update={"published": None, "reviewed": None, "slug": ""}) if found else None
    return plain, tuple(file.name for file in opened.files)


def _tell(session: "Session", publisher: Publisher, reviewer: Actor, operator: Operator, id_: str) -> None:
    """Lets the reviewer know what was done in their name."""
    from kb.editorial.models import Draft  # noqa: PLC0415

    title, house = session.get_one(Draft, id_).title, publisher.house
    body = f"{title}\n\n{operator.name} approved this in your name on the command line, with you as its reviewer. If you know nothing of it, tell the people who run this service.\n\nSee it: {house.site}/reviews/{id_}\n\n{house.name}\n{house.site}\n"
    notices.queue(session, reviewer.email, f"Approved in your name: {title}", body)
