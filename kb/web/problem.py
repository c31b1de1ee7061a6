"""Owns the pages that compare at length: a problem somebody pastes, and a section of a case study. Never stores what was sent."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kb.content import documents
from kb.content.case_study import CaseStudy
from kb.content.documents import Document
from kb.content.outline import clean
from kb.content.vocabulary import Vocabulary
from kb.errors import DocumentUnreadable, NotFound
from kb.search.differences import Difference
from kb.search.problem import MAX_CHARACTERS, ProblemHit, ProblemResults, find, like
from kb.web import addresses, payloads
from kb.web.deps import EmbedderDep, IndexDep
from kb.web.errors import status_of
from kb.web.listing import Listed, listed
from kb.web.pages import Page, render, words_for_kind
from kb.web.uploads import MAX_DROPPED, Received, ReceivedDep, Uploads

router = APIRouter(include_in_schema=False)

MAX_MEGABYTES: Final = documents.MAX_BYTES // 1_000_000
_NOT_KEPT: Final = {"Cache-Control": "no-store"}
_BUSY: Final = "Other people are sending documents at the moment. Try again in a minute."
_WORDS: Final = {"setting": "Setting", "people": "People", "organisation": "Kind of organisation", "stage": "Stage"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit, with its line of facts and what differs in sentences."""

    hit: ProblemHit
    listed: Listed
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemPage(Page):
    """The form with what was typed, above it the case studies found, or what is wrong by field."""

    template = "problem/problem.html"
    typed: str = ""
    problems: tuple[tuple[str, str], ...] = ()
    results: ProblemResults | None = None
    heading: str = ""
    hits: tuple[Shown, ...] = ()
    file: str = ""  # the name of the file that was read
    most_characters: int = MAX_CHARACTERS
    most_megabytes: int = MAX_MEGABYTES


@dataclass(frozen=True, slots=True)
class LikePage(Page):
    """The case studies nearest to one section of another."""

    template = "problem/like.html"
    case_study: CaseStudy
    section: str
    anchor: str
    results: ProblemResults
    heading: str
    hits: tuple[Shown, ...]


@router.get("/search/problem")
def form(request: Request) -> HTMLResponse:
    """The empty form."""
    return render(request, ProblemPage("Paste a problem or a document"))


@router.post("/search/problem", max_body_size=MAX_DROPPED)
def compare(request: Request, received: ReceivedDep, index: IndexDep, embedder: EmbedderDep) -> HTMLResponse:
    """The case studies nearest to the text or the file or both."""
    if received.failure:
        return _failed(request, received)
    typed = clean(received.text)
    uploads: Uploads = request.app.state.uploads
    with uploads.turn() as ours:
        if not ours:
            return _wrong(request, typed, {"text": _BUSY}, 503)
        try:
            document = _document(typed, received)
        except DocumentUnreadable as error:
            return _wrong(request, typed, {"file": str(error)}, status_of(error))
        if isinstance(document, str):
            return _wrong(request, typed, {"text": document}, 422)
        found = find(index, embedder, document)
    if not found.read:
        return _wrong(
            request, typed, {"text": "There are no words in this. Describe the problem in a few sentences."}, 422
        )
    page = ProblemPage(
        "Case studies like your problem", typed, (), found, _heading(found, "yours"), _shown(found, index.vocabulary), documents.shown(received.name) if received.data is not None else "",
    )  # fmt: skip
    return render(request, page, headers=_NOT_KEPT)


@router.get("/case-studies/{slug}/like/{anchor}")
def like_part(request: Request, slug: str, anchor: str, index: IndexDep) -> HTMLResponse:
    """The case studies nearest to one section of this one."""
    own = addresses.at(request, index, slug)
    answer = like(index, slug, anchor)
    if answer is None:
        raise NotFound(f"The case study \u201c{own.title}\u201d has no part {anchor[:80]!r}.")
    section, found = answer
    title = f"Others like \u201c{section}\u201d"
    return render(
        request,
        LikePage(title, own, section, anchor, found, _heading(found, "this part"), _shown(found, index.vocabulary)),
    )


def _document(typed: str, received: Received) -> Document | str:
    """What was sent as one document, the typed text first; else what is wrong with the text."""
    if len(typed) > MAX_CHARACTERS:
        return f"Your text has {len(typed):,} characters. Paste at most {MAX_CHARACTERS:,}, or save it as a file and choose that."
    if not typed.strip() and received.data is None:
        return "Paste or type your problem, or choose a file"
    pasted = documents.from_text(typed)
    if received.data is None:
        return pasted
    read = documents.read(received.data, received.name)
    return Document(pasted.title or read.title, (*pasted.sections, *read.sections))


def _failed(request: Request, received: Received) -> HTMLResponse:
    if received.failure == "busy":
        return _wrong(request, "", {"text": _BUSY}, 503)
    if received.failure == "large":
        advice = f"Choose a file of at most {MAX_MEGABYTES} MB. Take out the pictures, or copy the text and paste it."
        return _wrong(request, "", {"file": f"What you sent is too large. {advice}"}, 413)
    advice = f"Paste at most {MAX_CHARACTERS:,} characters, or choose one file."
    return _wrong(request, "", {"text": f"What you sent could not be read. {advice}"}, 422)


def _wrong(request: Request, typed: str, problems: dict[str, str], status: int) -> HTMLResponse:
    page = ProblemPage("Paste a problem or a document", typed, tuple(problems.items()))
    more = {"Retry-After": "60"} if status == 503 else {}
    return render(request, page, status, _NOT_KEPT | more)


def _heading(found: ProblemResults, what: str) -> str:
    shown = len(found.hits)
    if found.verdict == "none":
        return "Nothing like this yet"
    if not found.close:
        return f"{payloads.case_studies(shown)} that might help, {'not' if shown == 1 else 'none'} of quite the same"
    return f"{payloads.case_studies(shown)}, {min(found.close, shown)} close to {what}"


def _shown(found: ProblemResults, vocabulary: Vocabulary) -> tuple[Shown, ...]:
    facts = listed((hit.case_study for hit in found.hits), vocabulary)
    return tuple(
        Shown(hit, one, tuple(map(_sentence, hit.differences))) for hit, one in zip(found.hits, facts, strict=True)
    )


def _sentence(difference: Difference) -> str:
    """Such as "Setting. Yours: older adult ward. Theirs: secure ward."."""
    if difference.name == "year":
        return f"Theirs is from {difference.theirs[0]}."
    yours, theirs = (
        ", ".join(words_for_kind(word) if difference.name == "organisation" else word for word in words)
        for words in (difference.yours, difference.theirs)
    )
    return f"{_WORDS[difference.name]}. {'Yours' if difference.sure else 'You mention'}: {yours}. Theirs: {theirs}."
