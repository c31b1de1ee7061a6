"""Owns which sentence of a document says what which sentence of a case study says. Never ranks case studies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.search.catalogue import StoredPassage
from kb.search.document_parts import SETTING, kind_of, split
from kb.search.embedders import Embedder, Piece, Vectors
from kb.search.index import Index
from kb.search.late_interaction import places
from kb.search.nearness import Seen
from kb.search.passages import Passage

MOST: Final = 2
_LOOKED_AT: Final = 4  # pairs of passages, the nearest
SAME_KIND: Final = 0.1  # of a cosine: problem beside problem tells more than problem beside results
_FEWEST: Final = 4  # pieces of a sentence: "It worked well." is like any other
_ALIKE: Final = 0.52  # how alike two sentences must be to be shown side by side
_LONGEST: Final = 240  # characters shown of a sentence

Shared = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Side:
    """A passage of the document: how it is compared, its words, and where each kept piece stands in them."""

    seen: Seen
    text: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of the document and the sentence of a case study that is most like it, with its section and anchor."""

    yours: str
    theirs: str
    section: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    likeness: float
    pair: Pair


def pairs(
    index: Index,
    embedder: Embedder,
    sides: Sequence[Side],
    title: str,
    stored: Sequence[tuple[int, StoredPassage]],
) -> tuple[Pair, ...]:
    """Up to two pairs of sentences that say the same, most alike first; none when nothing is alike enough.

    `stored` are the passages of one case study with their positions, `title` is its title.
    """
    # Tags in a list are no sentence.
    stored = [(position, passage) for position, passage in stored if kind_of("", passage.anchor) != SETTING]
    if not stored or not sides:
        return ()
    vectors = index.vectors.vectors(np.array([position for position, _ in stored], np.int64))
    near = np.stack([side.seen.vector for side in sides]) @ vectors.T
    kinds = [kind_of(passage.section, passage.anchor) for _, passage in stored]
    near += SAME_KIND * np.array([[side.seen.kind == kind for kind in kinds] for side in sides])
    found: list[_Candidate] = []
    for flat in np.argsort(-near, axis=None, kind="stable")[:_LOOKED_AT].tolist():
        side, (position, passage) = sides[flat // len(stored)], stored[flat % len(stored)]
        found += _alike(index, embedder, side, position, passage, title)
    chosen: list[Pair] = []
    for candidate in sorted(found, key=lambda one: -one.likeness):
        taken = {words for pair in chosen for words in (pair.yours, pair.theirs)}
        if len(chosen) < MOST and taken.isdisjoint((candidate.pair.yours, candidate.pair.theirs)):
            chosen.append(candidate.pair)
    return tuple(chosen)


def _alike(
    index: Index, embedder: Embedder, side: Side, position: int, passage: StoredPassage, title: str
) -> Iterator[_Candidate]:
    """Every pair of sentences of two passages that are alike enough."""
    numbers, codes = index.pieces.passage(position)
    embedded = Passage(passage.section, passage.anchor, passage.text, title).embedded
    read = embedder.pieces(embedded)
    kept = [read[place] for place in places(embedded, read)]
    mine = side.seen.pieces
    if len(kept) != len(codes) or len(side.pieces) != len(mine.numbers) or not len(codes) or not len(mine.numbers):
        return
    similar = mine.vectors @ (codes.astype(np.float32).T / np.float32(127))
    weights = index.pieces.weights(mine.numbers), index.pieces.weights(numbers)
    theirs = list(_spans(passage.text, kept, len(embedded) - len(passage.text)))
    for yours, rows in _spans(side.text, side.pieces, 0):
        for words, columns in theirs:
            shared = similar[np.ix_(rows, columns)]
            likeness = (
                _mean(shared.max(axis=1), weights[0][rows]) + _mean(shared.max(axis=0), weights[1][columns])
            ) / 2
            if likeness >= _ALIKE:
                yield _Candidate(likeness, Pair(_short(yours), _short(words), passage.section, passage.anchor))


def _spans(text: str, pieces: Sequence[Piece], offset: int) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Each sentence long enough to compare, with the places of its pieces."""
    starts = np.array([piece.start - offset for piece in pieces])
    place = 0
    for sentence in split(text):
        place = text.find(sentence, place)
        inside = np.flatnonzero((starts >= place) & (starts < place + len(sentence)))
        place += len(sentence)
        if len(inside) >= _FEWEST:
            yield sentence, inside


def _mean(values: Shared, weights: Vectors) -> float:
    return float(values @ weights / max(float(weights.sum()), 1e-9))


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST].rsplit(' ', 1)[0]} …"
