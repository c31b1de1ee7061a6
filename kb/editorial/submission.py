"""Owns what is looked at before a draft may be handed in: answers, fields that cannot be read, details of patients. Never changes an answer.

What is certainly a patient's detail stops it. What may be one needs a reason, which the reviewer sees and the audit keeps.
"""

import csv
import datetime
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.content import checks, completeness, located_identifiers, patient_identifiers, sections
from kb.content.completeness import Completeness
from kb.content.findings import Severity
from kb.content.importing import NOT_PLACED
from kb.content.questions import BY_ID
from kb.content.shapes.identifier import Identifier
from kb.content.vocabulary import Vocabulary
from kb.editorial import attachments, audit, steps, workflow
from kb.editorial.answers import OTHER, question_of
from kb.editorial.drafts import Opened
from kb.editorial.roles import Actor
from kb.editorial.steps import House
from kb.errors import CaseStudyInvalid, FormInvalid, NotFound, StepImpossible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MIN_REASON: Final = 10  # characters: "It is the ward's own number" has 27
MAX_REASON: Final = 1_000
DECLARATION: Final = "I have checked that no patient can be identified, and everyone named has agreed"
_CODE: Final = "patient-identifier"


@dataclass(frozen=True, slots=True)
class Concern:
    """Words that are or may be a patient's detail. `digest` names them; `confirmed` is the reason why they are none.

    `excerpt` is what stands around the `words`.
    """

    question: str
    place: str
    excerpt: str
    kind: str
    certain: bool
    reason: str
    digest: str
    confirmed: str = ""
    confirmed_by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What must, or should, be put right in the answer to a question."""

    question: str
    message: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody says who hands a draft in. `fingerprint` is of the text that they had before them."""

    made: bool
    fingerprint: str
    note: str = ""
    publish_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything about a draft that its writer and its reviewer should know before it goes on."""

    completeness: Completeness
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    concerns: tuple[Concern, ...]

    @property
    def blocking(self) -> tuple[Concern, ...]:
        """What certainly is a patient's detail."""
        return tuple(concern for concern in self.concerns if concern.certain)

    @property
    def unconfirmed(self) -> tuple[Concern, ...]:
        """What may be one, with no reason given yet."""
        return tuple(concern for concern in self.concerns if not concern.certain and not concern.confirmed)

    @property
    def ready(self) -> bool:
        """Whether it may be handed in."""
        return self.completeness.ready and not (self.problems or self.blocking or self.unconfirmed)


def readiness(session: "Session", opened: Opened, vocabulary: Vocabulary, today: datetime.date) -> Readiness:
    """What stands in the way of a draft, and what would make it better."""
    parsed = opened.parsed()
    found = parsed.case_study
    if found is None:  # cannot happen for what the form writes: a head that it made itself
        raise CaseStudyInvalid("The draft cannot be read as a case study.", parsed.findings)
    findings = [*parsed.findings, *checks.check(parsed, vocabulary, "draft", today)]
    problems: list[Problem] = []
    advice: list[Problem] = []
    for finding in findings:
        if finding.code.startswith(_CODE):
            continue  # told of below, with the question
        problem = Problem(question_of(finding.field), finding.message)
        (problems if finding.severity is Severity.ERROR else advice).append(problem)
    problems += [
        Problem("pictures", f"Say in words what {file.name} shows, for people who cannot see it.")
        for file in opened.files
        if file.is_picture and not file.alt
    ]
    if any(heading == NOT_PLACED for heading, _ in sections.split(found.body)):
        told = "There is text from your file that is not placed yet. Move it to the question that it answers, or delete it."
        problems.append(Problem(OTHER, told))
    return Readiness(
        completeness.completeness(found), tuple(problems), tuple(advice), tuple(_concerns(session, opened))
    )


def require_ready(found: Readiness) -> None:
    """Raises StepImpossible with a sentence for whatever stands in the way first: among the answers or the patients' details."""
    if found.blocking:
        raise StepImpossible("There is a patient's detail in it.", "Take it out first: it is named below.", "patients")
    if not found.completeness.ready:
        open_ = len(found.completeness.missing)
        many = "1 question is" if open_ == 1 else f"{open_} questions are"
        raise StepImpossible(f"{many} still open.", "Answer what is listed below, then send it.", "answers")
    if found.problems:
        raise StepImpossible(found.problems[0].message, "", "answers")
    if found.unconfirmed:
        raise StepImpossible(
            "Some words may say who a patient is.",
            "Change them, or say for each why it is nobody's detail.",
            "patients",
        )


def confirm(session: "Session", actor: Actor, opened: Opened, digest: str, reason: str) -> None:
    """Keeps somebody's reason why words that look like a patient's detail are none.

    Raises:
        NotFound: nothing in the draft has this digest, or it is certain and cannot be argued away.
        FormInvalid: the reason is missing, too short or too long, or holds such a detail itself.
        StepImpossible: the draft cannot be changed now.
    """
    if digest not in {one.digest for one in _concerns(session, opened) if not one.certain}:
        raise NotFound("There is nothing like that in the draft any more.")
    if problems := confirm_all(session, actor, opened, {digest: reason}):
        raise FormInvalid(problems)


def confirm_all(session: "Session", actor: Actor, opened: Opened, reasons: Mapping[str, str]) -> dict[str, str]:
    """Keeps the reasons by digest; gives a sentence for each that cannot be kept. The others are kept all the same.

    A digest that nothing in the draft has any more, or that cannot be argued away, is passed over.

    Raises:
        StepImpossible: the draft cannot be changed now.
    """
    from kb.editorial.models import Confirmation  # noqa: PLC0415

    if not opened.editable:
        raise StepImpossible("This draft cannot be changed at the moment.")
    problems: dict[str, str] = {}
    for concern in {one.digest: one for one in _concerns(session, opened) if not one.certain}.values():
        reason = " ".join(reasons.get(concern.digest, "").split())
        if concern.digest not in reasons or reason == concern.confirmed:
            continue
        if problem := _unfit(reason):
            problems[concern.digest] = problem
            continue
        row = session.get(Confirmation, (opened.row.id, concern.digest))
        if row is None:
            row = Confirmation(draft_id=opened.row.id, digest=concern.digest, kind=concern.kind)
            session.add(row)
        row.reason, row.user_id, row.at = reason, actor.id, datetime.datetime.now(datetime.UTC)
        audit.record(
            session, actor, "identifier.confirm", f"draft:{opened.row.id}", kind=concern.kind, place=concern.place, reason=reason,
        )  # fmt: skip
    return problems


def _unfit(reason: str) -> str:
    """Why this is no reason that can be kept; "" when it is one."""
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        return "Say in a sentence why this cannot identify a patient."
    if any(identifier.certain for identifier in patient_identifiers.find(reason)):
        return "Your reason itself holds a patient's detail. Write it without."
    return ""


def fingerprint(opened: Opened) -> str:
    """What stands for the words and files of a draft as they are now: whoever declares something about them has seen these."""
    files = "".join(f"{file.id} {file.name} {file.alt}\n" for file in opened.files)
    return hashlib.sha256(f"{opened.text()}\0{files}".encode()).hexdigest()[:24]


def hand_in(
    session: "Session",
    actor: Actor,
    opened: Opened,
    vocabulary: Vocabulary,
    today: datetime.date,
    house: House,
    declaration: Declaration,
    tell: bool = True,
) -> None:
    """Sends a draft for review, in the caller's writing transaction, after everything was looked at once more.

    Without `tell` nobody hears of it, as in `steps.take`.

    Raises:
        NotAllowed: only those who write the draft may.
        StepImpossible: it waits already, or something stands in the way.
        FormInvalid: the declaration is missing, was made about another text, or cannot be taken as it is.
    """
    workflow.check("submit", opened.state, actor, opened.part, opened.reach, "")
    note = declaration.note.strip()
    problems = {}
    if not declaration.made:
        problems["declared"] = "Tick the box to say that you have checked it."
    if len(note) > MAX_REASON:
        problems["note"] = f"Keep the note to {MAX_REASON:,} characters. It has {len(note):,}."
    elif any(identifier.certain for identifier in patient_identifiers.find(note)):
        problems["note"] = "Your note holds a patient's detail. Write it without."
    if declaration.publish_on is not None and declaration.publish_on < today:
        problems["on-day"] = "This day is over. Give a day from today on, or none."
    if problems:
        raise FormInvalid(problems)
    require_ready(readiness(session, opened, vocabulary, today))
    if declaration.fingerprint != fingerprint(opened):
        raise FormInvalid(
            {"declared": "The draft was changed since you opened this page. Look at it again, then send it."}
        )
    opened.row.publish_on = declaration.publish_on
    audit.record(
        session, actor, "draft.declare", f"draft:{opened.row.id}", text=DECLARATION, of=declaration.fingerprint
    )
    steps.take(session, actor, opened, "submit", house, note, tell)


def _concerns(session: "Session", opened: Opened) -> Iterator[Concern]:
    from sqlalchemy import select  # noqa: PLC0415

    from kb.editorial.models import Confirmation, User  # noqa: PLC0415

    rows = session.execute(
        select(Confirmation, User.name)
        .join(User, User.id == Confirmation.user_id)
        .where(Confirmation.draft_id == opened.row.id)
    )
    reasons = {row.digest: (row.reason, name) for row, name in rows}
    seen: set[tuple[str, str]] = set()
    for question, place, excerpt, words, identifier in _identifiers(session, opened):
        digest = hashlib.sha256(f"{identifier.kind}\0{' '.join(words.lower().split())}".encode()).hexdigest()[:16]
        if (digest, place) not in seen:
            seen.add((digest, place))
            reason, who = reasons.get(digest, ("", ""))
            yield Concern(
                question,
                place,
                excerpt,
                identifier.kind,
                identifier.certain,
                identifier.reason,
                digest,
                reason,
                who,
                words,
            )


def _identifiers(session: "Session", opened: Opened) -> Iterator[tuple[str, str, str, str, Identifier]]:
    """Question, place in words, the words around, the words themselves, and what they are."""
    found = opened.parsed().case_study
    if found is not None:
        for located in located_identifiers.in_case_study(found):
            question = question_of(located.field, located.section)
            place = located.section or (BY_ID[question].title if question != OTHER else "Other")
            yield question, place, located.excerpt, located.words, located.identifier
    tables = attachments.tables(session, opened.row.id) if opened.files else {}
    for file in opened.files:
        question = "pictures" if file.is_picture else "data"
        for text, place in (
            (file.alt, f"The words for {file.name}"),
            (file.metadata_text, f"Hidden in the file of {file.name}"),
        ):
            for identifier in patient_identifiers.find(text):
                words = text[identifier.start : identifier.end]
                yield question, place, words, words, identifier
        for identifier in patient_identifiers.in_name(file.name):
            yield question, "The name of a file", file.name, file.name, identifier
        if not file.is_picture:
            table = list(csv.reader(io.StringIO(tables[file.name].decode())))
            for cell in located_identifiers.in_cells(table):
                yield question, f"{file.name}, row {cell.row}", cell.words, cell.words, cell.identifier
