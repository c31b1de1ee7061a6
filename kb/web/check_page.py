"""Owns putting together the page on which a draft is checked and sent: what is open, what may say who a patient is, similar work, wording. Never saves."""

import datetime
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.content.case_study import CaseStudy
from kb.content.questions import BY_ID, questions
from kb.content.vocabulary import Vocabulary
from kb.editorial import submission
from kb.editorial.drafts import Opened
from kb.editorial.submission import Concern, Readiness
from kb.errors import SearchUnavailable
from kb.web.listing import Listed
from kb.web.pages import Page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

Similar = Callable[[CaseStudy, str], tuple[Listed, ...]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and ticked on the page. `reasons` are by the digest of the words that they are about."""

    reasons: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    declared: bool = False

    @property
    def more(self) -> bool:
        """Whether there is anything beside the reasons."""
        return bool(self.note or self.day or self.month or self.year or self.declared)


@dataclass(frozen=True, slots=True)
class CheckPage(Page):
    """Everything about a draft before it is sent. `open` and `wording` are by question, with its title.

    `similar` are published case studies like it, None when they cannot be looked for.
    """

    template = "drafts/check.html"
    id: str
    draft_title: str
    open: tuple[tuple[str, str, str], ...]
    blocking: tuple[Concern, ...]
    likely: tuple[Concern, ...]
    similar: tuple[Listed, ...] | None
    wording: tuple[tuple[str, str, int], ...]
    ready: bool
    declaration: str
    fingerprint: str
    typed: Typed
    problems: tuple[tuple[str, str], ...] = ()


def check_page(
    session: "Session", opened: Opened, vocabulary: Vocabulary, today: datetime.date, similar: Similar,
    typed: Typed | None = None, problems: Iterable[tuple[str, str]] = (),
) -> CheckPage:  # fmt: skip
    """The page, with what was typed on it and what is wrong with that.

    Args:
        similar: finds the published case studies that are like one.
    """
    found = submission.readiness(session, opened, vocabulary, today)
    by_digest = {one.digest: one for one in reversed(found.concerns) if not one.certain}
    likely = tuple(one for one in found.concerns if by_digest.get(one.digest) is one)
    return CheckPage(
        "Check and send", opened.row.id, opened.row.title, tuple(_open(found)), found.blocking, likely, _similar(opened, similar),
        tuple(_wording(opened, vocabulary)), found.ready, submission.DECLARATION, submission.fingerprint(opened), typed or Typed(),
        tuple(problems),
    )  # fmt: skip


def _similar(opened: Opened, find: Similar) -> tuple[Listed, ...] | None:
    found = opened.parsed().case_study
    if found is None or not (found.body.strip() or found.summary):
        return ()
    try:
        return find(found, opened.row.base_slug)
    except SearchUnavailable as error:
        log.warning("Similar work could not be looked for: %s", error)
        return None


def _open(found: Readiness) -> Iterable[tuple[str, str, str]]:
    """What stands in the way: question, its title, a sentence."""
    for question, sentence in found.completeness.missing:
        yield question.id, question.title, sentence
    for problem in found.problems:
        yield problem.question, BY_ID[problem.question].title, problem.message


def _wording(opened: Opened, vocabulary: Vocabulary) -> Iterable[tuple[str, str, int]]:
    """The questions whose texts could be said more plainly: how many suggestions there are."""
    from kb.content import hints  # noqa: PLC0415 - only here and when somebody asks for them

    for question in questions(opened.row.carried.get("kind", "case-study")):
        data = opened.answer(question.id).data
        texts = [str(data.get(name) or "") for name in ("summary", *question.sections)]
        number = sum(len(hints.acronyms(text, vocabulary)) + len(hints.plain_english(text)) for text in texts if text)
        if number:
            yield question.id, question.title, number
