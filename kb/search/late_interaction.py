"""Owns late interaction: how well each piece of a query finds a counterpart in a case study. Never retrieves anything.

One vector for a whole passage blurs what it is about; a vector for each piece of it does not. For each piece of the
query the most similar piece anywhere in the case study is found (MaxSim, Khattab and Zaharia 2020, with the same
sentence model), and rare pieces count for more. Kept small: function words are left out, and each vector is projected
from the model's dimensions to 128 and stored in 8 bits, 132 bytes a piece.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.errors import IndexDamaged
from kb.search.embedders import Encoded, Piece, Vectors
from kb.search.function_words import FUNCTION_WORDS
from kb.search.ranges import best_of_each, ranges

Codes = NDArray[np.int8]
Numbers = NDArray[np.int32]

# nDCG@10 of the whole ranking with 384 float dimensions, 128 and 64 in 8 bits: staff queries 0.889, 0.888, 0.865;
# CISI 0.488, 0.496, 0.499 (23 November 2026, all-MiniLM-L6-v2, projection from background questions).
WIDTH: Final = 128


def projection(examples: Vectors) -> Vectors:
    """The directions in which these vectors differ most: float32, shape (dimension, at most WIDTH).

    They come from questions about everything, the same for every index, so that a vector that was stored once never
    has to be made again because other case studies came or went.
    """
    _, directions = np.linalg.eigh(examples.T @ examples / max(len(examples), 1))
    return np.ascontiguousarray(directions[:, ::-1][:, :WIDTH], np.float32)


def places(text: str, pieces: Sequence[Piece]) -> list[int]:
    """Which pieces are kept: those with a letter or figure that are no function word."""
    return [place for place, piece in enumerate(pieces) if not _is_function_word(text, piece)]


def _is_function_word(text: str, piece: Piece) -> bool:
    start, end = piece.start, piece.end
    if not any(map(str.isalnum, text[start:end])):
        return True
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "'\u2019"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "'\u2019"):
        end += 1
    return end - start < 12 and text[start:end].lower().replace("\u2019", "'") in FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class Pieces:
    """The kept pieces of one text: their numbers, int32 (n,), and projected vectors of length 1, float32 (n, width)."""

    numbers: Numbers
    vectors: Vectors

    @classmethod
    def of(cls, text: str, encoded: Encoded, matrix: Vectors) -> "Pieces":
        """The pieces of a text as the model saw it."""
        kept = places(text, encoded.pieces)
        numbers = np.array([encoded.pieces[place].number for place in kept], np.int32)
        projected = encoded.vectors[kept] @ matrix if kept else np.zeros((0, matrix.shape[1]), np.float32)
        return cls(numbers, projected / np.maximum(np.linalg.norm(projected, axis=1, keepdims=True), 1e-9))

    @property
    def codes(self) -> Codes:
        """The vectors in 8 bits."""
        return np.round(self.vectors * 127).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Matched:
    """How well case studies answer: the weighted mean over pieces, and over the half of them that weigh most."""

    mean: Vectors
    hardest: Vectors


def save(passages: Iterable[tuple[Numbers, Codes]], owners: NDArray[np.int64], width: int, folder: Path) -> None:
    """Writes the pieces of every passage in order; `owners` gives the case study of each passage, ascending."""
    parts = list(passages)
    numbers = np.concatenate([np.zeros(0, np.int32), *(numbers for numbers, _ in parts)])
    codes = np.concatenate([np.zeros((0, width), np.int8), *(codes for _, codes in parts)])
    starts = np.concatenate([[0], np.cumsum([len(numbers) for numbers, _ in parts])]).astype(np.int64)
    by_piece = np.repeat(owners, np.diff(starts))
    pairs = np.unique(np.stack([by_piece, numbers.astype(np.int64)]), axis=1) if len(numbers) else np.zeros((2, 0), int)
    holders = np.bincount(pairs[1].astype(np.int64), minlength=1).astype(np.int32)
    folder.mkdir()
    for name, array in (("codes", codes), ("numbers", numbers), ("starts", starts), ("holders", holders)):
        np.save(folder / f"{name}.npy", array)


class PieceIndex:
    """The saved pieces, opened for reading; safe to use from several threads."""

    def __init__(self, folder: Path, first_passage: NDArray[np.int64]) -> None:
        """Opens the folder; `first_passage` says where the passages of each case study begin, and where the last ends.

        Raises:
            IndexDamaged: it is missing or does not fit the index.
        """
        try:
            self._codes: Codes = np.load(folder / "codes.npy", mmap_mode="r")
            self._numbers: Numbers = np.load(folder / "numbers.npy", mmap_mode="r")
            self._starts: NDArray[np.int64] = np.load(folder / "starts.npy")
            self._holders: Numbers = np.load(folder / "holders.npy")
            self._first_passage = first_passage
            self._bounds = self._starts[first_passage]  # where the pieces of each case study begin
        except (OSError, ValueError, EOFError, IndexError) as error:  # an empty file; fewer passages than the index
            raise IndexDamaged(
                f"The pieces in {folder} cannot be read.", "Build the index again with: kb index"
            ) from error
        self._count = len(first_passage) - 1
        self.available = len(self._codes) > 0

    def passage(self, position: int) -> tuple[Numbers, Codes]:
        """The pieces of one passage."""
        span = slice(int(self._starts[position]), int(self._starts[position + 1]))
        return np.asarray(self._numbers[span]), np.asarray(self._codes[span])

    def weights(self, numbers: Numbers) -> Vectors:
        """The inverse document frequency of each piece, as in BM25: float32, all 1 when no piece has any weight."""
        known = np.minimum(numbers, len(self._holders) - 1)
        held = np.where(numbers < len(self._holders), self._holders[known], 0).astype(np.float32)
        found = np.log(1 + (self._count - held + 0.5) / (held + 0.5)).astype(np.float32)
        return found if found.any() else np.ones(len(numbers), np.float32)

    def match(self, queries: Sequence[Pieces], positions: NDArray[np.int64]) -> list[Matched]:
        """How well each of these case studies answers each query: from about 0.2 (not at all) to 1 (word for word)."""
        spans = self._bounds[positions], self._bounds[positions + 1]
        nothing = Matched(np.zeros(len(positions), np.float32), np.zeros(len(positions), np.float32))
        if (spans[1] == spans[0]).all() or not any(len(query.numbers) for query in queries):
            return [nothing] * len(queries)
        lengths = spans[1] - spans[0]
        similar = _similarities(queries, self._codes[ranges(spans[0], lengths)])
        best = best_of_each(similar, lengths, np.float32(0))
        found, start = [], 0
        for query in queries:
            own = best[:, start : start + len(query.numbers)]
            start += len(query.numbers)
            if not own.shape[1]:
                found.append(nothing)
                continue
            weights = self.weights(query.numbers)
            heavy = np.argsort(-weights, kind="stable")[: max(1, math.ceil(len(weights) / 2))]
            found.append(Matched(_mean(own, weights), _mean(own[:, heavy], weights[heavy])))
        return found

    def by_passage(self, queries: Sequence[Pieces], position: int) -> Vectors:
        """How well each passage of one case study answers the queries together: the sum of their weighted means."""
        starts = self._starts[self._first_passage[position] : self._first_passage[position + 1] + 1]
        queries = [query for query in queries if len(query.numbers)]
        if starts[0] == starts[-1] or not queries:
            return np.zeros(len(starts) - 1, np.float32)
        weights = np.concatenate([w / w.sum() for w in (self.weights(query.numbers) for query in queries)])
        similar = _similarities(queries, self._codes[starts[0] : starts[-1]])
        return np.asarray(best_of_each(similar, np.diff(starts), np.float32(0)) @ weights, np.float32)

    def by_piece(self, query: Pieces, position: int) -> Vectors:
        """What each piece of a passage contributes: its weight for the query pieces it answers best, shape (pieces,)."""
        _, codes = self.passage(position)
        if not len(codes) or not len(query.numbers):
            return np.zeros(len(codes), np.float32)
        weighted: Vectors = _similarities([query], codes) * self.weights(query.numbers)
        return weighted


def _similarities(queries: Sequence[Pieces], codes: Codes) -> Vectors:
    """Cosines, shape (pieces, pieces of all queries)."""
    asked = np.concatenate([query.vectors for query in queries])
    return np.asarray(codes.astype(np.float32) @ (asked.T / np.float32(127)), np.float32)


def _mean(best: Vectors, weights: Vectors) -> Vectors:
    return np.asarray(best @ (weights / weights.sum()), np.float32)
