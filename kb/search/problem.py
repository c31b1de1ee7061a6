"""Owns finding the case studies nearest to a whole document: its problem to theirs, its setting to theirs, its change to theirs.

Nothing of the document is kept: not in a file, not in a log, not in a cache.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.content import documents
from kb.content.case_study import CaseStudy
from kb.content.documents import Document
from kb.errors import EmbedderUnavailable
from kb.search import nearness
from kb.search.calibration import Verdict
from kb.search.catalogue import StoredPassage
from kb.search.differences import Difference, differences, facts
from kb.search.document_parts import SETTING, DocumentPart, cut, kind_of, weighted
from kb.search.embedders import Embedder, Encoded
from kb.search.index import Index
from kb.search.late_interaction import Pieces, places
from kb.search.lexical import Wanted, terms
from kb.search.nearness import Near, Seen
from kb.search.sentence_pairs import SAME_KIND, Pair, Side, pairs
from kb.search.snippets import Snippet, highlight
from kb.search.understanding import wanted

MAX_CHARACTERS: Final = 20_000  # of pasted text: seven pages
SHOWN: Final = 10
_MARKED: Final = 12  # words marked in what is shown, the heaviest: to mark "ward" and "staff" everywhere says nothing
_BATCH: Final = 8  # passages read by the model at a time: searches of others get their turn in between


_Stored = Sequence[tuple[int, StoredPassage]]  # passages of a case study with their positions


@dataclass(frozen=True, slots=True)
class ProblemHit:
    """A case study near to the document. `passage` is what is nearest in it; `pairs` say why, `differences` what differs."""

    case_study: CaseStudy
    passage: Snippet
    pairs: tuple[Pair, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemResults:
    """The answer: up to SHOWN hits, nearest first. `close` of them are really about the same.

    `read` of `passages` passages of the document were compared; `degraded` says that there was no model.
    """

    hits: tuple[ProblemHit, ...]
    verdict: Verdict
    close: int = 0
    read: int = 0
    passages: int = 0
    degraded: bool = False


def find(
    index: Index, embedder: Embedder, document: Document | str, leave_out: str = "", this_year: int = 0
) -> ProblemResults:
    """The case studies nearest to a document or text, without the one whose slug is `leave_out`.

    Time and memory grow with the number of passages, of which at most `document_parts.MOST` are read. `this_year` is
    for saying how old a case study is; 0 for the year it is.
    """
    document = documents.from_text(document) if isinstance(document, str) else document
    made = cut(document)
    if not made.parts:
        return ProblemResults((), "none")
    words = [_words(index, part.text) for part in made.parts]
    heavy = nearness.heaviest(index, [one for row in words for one in row])
    position = index.catalogue.slug_position(leave_out) if leave_out else None
    try:
        sides = _sides(index, embedder, made.parts, words)
        near = nearness.nearest(index, [side.seen for side in sides], heavy, position)
    except EmbedderUnavailable:
        sides, near = [], nearness.by_words(index, heavy)
    found = _answer(index, near, [side.seen for side in sides], heavy)
    named, year = facts(document, index), this_year or datetime.datetime.now(datetime.UTC).year
    hits = tuple(
        replace(
            hit,
            pairs=pairs(index, embedder, sides, hit.case_study.title, stored),
            differences=differences(named, hit.case_study, index.vocabulary, year),
        )
        for hit, stored in found
    )
    return ProblemResults(hits, near.verdict, near.close, len(made.parts), made.passages, degraded=not sides)


def like(index: Index, slug: str, anchor: str) -> tuple[str, ProblemResults] | None:
    """The heading of a section of a case study and the case studies nearest to it; None when it has no such section.

    Everything comes from the index; no model is needed. Raises NotFound: no case study has this slug.
    """
    own = index.case_study(slug)
    position = index.catalogue.slug_position(slug) or 0
    heading = next((section.heading for section in own.sections if anchor and section.anchor == anchor), "")
    stored = [
        (place, passage)
        for place, passage in index.catalogue.passages([position])[position]
        if anchor and (passage.anchor == anchor or (heading and passage.section == heading))
    ]
    if not stored:
        return None
    parts = weighted([(kind_of(passage.section, passage.anchor), passage.text) for _, passage in stored])
    words = [_words(index, part.text) for part in parts]
    seen = [
        Seen(part.kind, part.weight, vector, _pieces_of(index, place), row)
        for part, vector, (place, _), row in zip(
            parts, index.vectors.vectors(_places(stored)), stored, words, strict=True
        )
    ]
    heavy = nearness.heaviest(index, [one for row in words for one in row])
    near = nearness.nearest(index, seen, heavy, position)
    hits = tuple(hit for hit, _ in _answer(index, near, seen, heavy))
    return heading or stored[0][1].section, ProblemResults(hits, near.verdict, near.close, len(parts), len(parts))


def _words(index: Index, text: str) -> list[Wanted]:
    return wanted(index.thesaurus.readings(text)[0])


def _sides(
    index: Index, embedder: Embedder, parts: Sequence[DocumentPart], words: Sequence[Sequence[Wanted]]
) -> list[Side]:
    """The parts as the model sees them; raises EmbedderUnavailable."""
    encoded: dict[int, Encoded] = {}
    order = sorted(range(len(parts)), key=lambda place: len(parts[place].text))  # of a length together: less padding
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        encoded |= zip(batch, embedder.encode_pieces([parts[place].text for place in batch]), strict=True)
    sides = []
    for place, (part, row) in enumerate(zip(parts, words, strict=True)):
        one = encoded[place]
        pieces = Pieces.of(part.text, one, index.background.projection)
        seen = Seen(part.kind, part.weight, one.vector, pieces, row)
        sides.append(Side(seen, part.text, tuple(one.pieces[kept] for kept in places(part.text, one.pieces))))
    return sides


def _pieces_of(index: Index, place: int) -> Pieces:
    numbers, codes = index.pieces.passage(place)
    return Pieces(numbers, codes.astype(np.float32) / np.float32(127))


def _answer(
    index: Index, near: Near, seen: Sequence[Seen], heavy: Sequence[Wanted]
) -> list[tuple[ProblemHit, _Stored]]:
    """What is shown of the nearest, with the passages of each."""
    positions = near.belonging().positions[:SHOWN].tolist()
    stored = index.catalogue.passages(positions)
    sought = frozenset(stem for one in heavy[:_MARKED] for stem in one.stems)
    return [
        (ProblemHit(case_study, _passage(index, seen, sought, stored[position])), stored[position])
        for position, case_study in zip(positions, index.catalogue.case_studies(positions), strict=True)
    ]


def _passage(index: Index, seen: Sequence[Seen], sought: frozenset[str], stored: _Stored) -> Snippet:
    """The passage that is nearest to any of those compared, else the one with most of the words; tags in a list last."""
    values = np.array([-1.0 if kind_of("", passage.anchor) == SETTING else 0.0 for _, passage in stored])
    if seen:
        near = index.vectors.vectors(_places(stored)) @ np.stack([one.vector for one in seen]).T
        kinds = [kind_of(passage.section, passage.anchor) for _, passage in stored]
        near += SAME_KIND * np.array([[one.kind == kind for one in seen] for kind in kinds])
        values += near.max(axis=1)
    else:
        values += [len(sought & set(terms(passage.text))) for _, passage in stored]
    _, best = stored[int(np.argmax(values))]
    return Snippet(best.section, best.anchor, tuple(highlight(best.text, sought)))


def _places(stored: _Stored) -> NDArray[np.int64]:
    return np.array([place for place, _ in stored], np.int64)
