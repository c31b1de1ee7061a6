"""Owns what the model makes of every passage: vectors and pieces, each made once and taken over while its text stays.

It never reads files or decides what a passage is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.search.catalogue import Record
from kb.search.embedders import Embedder, Vectors
from kb.search.index import Index
from kb.search.late_interaction import Codes, Numbers, Pieces
from kb.search.passages import Passage

Report = Callable[[str, int, int], None]  # what is being done, how many are done, of how many
_BATCH: Final = 64  # texts embedded between two reports of progress


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of all passages in order, float32 (passages, dimension), and their pieces; `count` had to be made."""

    vectors: Vectors
    pieces: list[tuple[Numbers, Codes]]
    count: int

    def centroids(self, owners: NDArray[np.int64], case_studies: int) -> Vectors:
        """The unit mean of each case study's passages: what it is about as a whole. Shape (case studies, dimension)."""
        sums = np.zeros((case_studies, self.vectors.shape[1]), np.float32)
        np.add.at(sums, owners, self.vectors)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(lengths, 1e-9), np.float32)


def embed(
    records: Sequence[Record], embedder: Embedder, matrix: Vectors, previous: Index | None, report: Report
) -> Embedded:
    """What the model makes of each passage of the records in order; passages that `previous` has are taken from it.

    `matrix` is the projection of pieces, shape (dimension, width). Raises EmbedderUnavailable.
    """
    wanted = [(record, passage) for record in records for passage in record.passages]
    reusable = {digest: place for place, digest in enumerate(previous.catalogue.digests())} if previous else {}
    texts = {
        passage.digest: Passage(passage.section, passage.anchor, passage.text, record.title).embedded
        for record, passage in wanted
        if passage.digest not in reusable
    }
    made = _make(texts, embedder, matrix, report)
    dimension = previous.manifest.dimension if previous else matrix.shape[0]
    dimension = next((len(vector) for vector, _ in made.values()), dimension)  # not always that of the pieces
    vectors = np.empty((len(wanted), dimension), np.float32)
    pieces: list[tuple[Numbers, Codes]] = []
    old = [(row, reusable[passage.digest]) for row, (_, passage) in enumerate(wanted) if passage.digest in reusable]
    if previous and old:
        rows, positions = map(np.array, zip(*old, strict=True))
        vectors[rows] = previous.vectors.vectors(positions)
    for row, (_, passage) in enumerate(wanted):
        if passage.digest in made:
            vectors[row], found = made[passage.digest]
            pieces.append(found)
        elif previous:
            pieces.append(previous.pieces.passage(reusable[passage.digest]))
    return Embedded(vectors, pieces, len(made))


def _make(
    texts: dict[str, str], embedder: Embedder, matrix: Vectors, report: Report
) -> dict[str, tuple[Vectors, tuple[Numbers, Codes]]]:
    order = sorted(texts, key=lambda digest: -len(texts[digest]))  # texts of a length together: less padding to compute
    made: dict[str, tuple[Vectors, tuple[Numbers, Codes]]] = {}
    for start in range(0, len(order), _BATCH):
        report("Embedding passages", start, len(order))
        batch = order[start : start + _BATCH]
        for digest, encoded in zip(batch, embedder.encode_pieces([texts[one] for one in batch]), strict=True):
            found = Pieces.of(texts[digest], encoded, matrix)
            made[digest] = encoded.vector, (found.numbers, found.codes)
    report("Embedding passages", len(order), len(order))
    return made
