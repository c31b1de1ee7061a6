"""Owns search by words: a tantivy BM25 index of whole case studies, and the terms of a text. Never knows about vectors."""

import math
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from kb.errors import IndexDamaged

VERSION: Final = 1  # raise when the analyser or schema changes: every index is then built anew
_ANALYSER: Final = "english"


@cache
def _analyser() -> tantivy.TextAnalyzer:
    """Lower case, accents folded, English stop words cut, stems: "Waiting lists" and "wait list" become the same.

    "A&E" and "children's" are one word each.
    """
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+(?:[&'\x{2019}]\w+)*"))
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("position", stored=False, indexed=False, fast=True)
    builder.add_text_field("text", stored=False, tokenizer_name=_ANALYSER, index_option="position")
    builder.add_text_field("filter", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def terms(text: str) -> list[str]:
    """The stems of a text that can be searched, in order, repeats included."""
    return list(_analyser().analyze(text))


def save(documents: Iterable[tuple[str, Mapping[str, Sequence[str]]]], folder: Path) -> None:
    """Writes an index of (text, facet values) pairs; a case study's position is its place in the order given."""
    folder.mkdir()
    index = tantivy.Index(_schema(), str(folder))
    index.register_tokenizer(_ANALYSER, _analyser())
    # One thread: the same input gives the same segments, so the same scores, whatever the history of the index.
    writer = index.writer(heap_size=128_000_000, num_threads=1)
    for position, (text, facets) in enumerate(documents):
        filters = [_filter(name, value) for name, values in facets.items() for value in values]
        writer.add_document(tantivy.Document(position=position, text=text, filter=filters))
    writer.commit()
    writer.wait_merging_threads()
    for path in folder.iterdir():  # tantivy keeps two files to its owner; the site may run under another account
        path.chmod(folder.stat().st_mode & 0o666)


@dataclass(frozen=True, slots=True)
class Matches:
    """Case studies that share words with a query, best first. `coverage` is the share of the query's weight they hold.

    A word's weight is its inverse document frequency, so a case study that has every rare word and lacks a common one
    covers nearly all.
    """

    positions: NDArray[np.int64]
    scores: NDArray[np.float32]
    coverage: NDArray[np.float32]


class LexicalIndex:
    """The saved index, opened for reading; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Opens the folder.

        Raises:
            IndexDamaged: it is missing or not a tantivy index.
        """
        try:
            self._index = tantivy.Index.open(str(self._lockable(folder)))
        except (ValueError, OSError) as error:
            raise IndexDamaged(
                f"The word index in {folder} cannot be read.", "Build the index again with: kb index"
            ) from error
        self._index.register_tokenizer(_ANALYSER, _analyser())
        self._searcher = self._index.searcher()

    def _lockable(self, folder: Path) -> Path:
        """The folder, or a copy for as long as this lives: tantivy locks a file to read, but a disk may be read-only."""
        if os.access(folder, os.W_OK) or not folder.is_dir():
            return folder
        copy = Path(tempfile.mkdtemp(prefix="kb-words-"))
        weakref.finalize(self, shutil.rmtree, copy, ignore_errors=True)
        for path in folder.iterdir():
            shutil.copyfile(path, copy / path.name)
        return copy

    def search(self, text: str, filters: Mapping[str, Sequence[str]], limit: int) -> Matches:
        """Up to `limit` case studies by BM25 that pass the filters (any value within a facet, all of the facets)."""
        words = dict.fromkeys(terms(text))
        limit = min(limit, self._searcher.num_docs)
        if not words or not limit:
            return Matches(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))
        must = [(tantivy.Occur.Must, _any(name, values)) for name, values in filters.items() if values]
        queries = {word: tantivy.Query.term_query(_schema(), "text", word) for word in words}
        positions, scores = self._run(queries.values(), must, limit)
        weights = {word: self._weight(word) for word in words}
        weighted = [tantivy.Query.const_score_query(query, weights[word]) for word, query in queries.items()]
        holders, held = self._run(weighted, must, self._searcher.num_docs)
        by_position = dict(zip(holders.tolist(), held.tolist(), strict=True))
        total = sum(weights.values()) or 1.0
        coverage = np.array([by_position.get(position, 0.0) / total for position in positions.tolist()], np.float32)
        return Matches(positions, scores, np.minimum(coverage, 1.0))

    def _run(
        self, queries: Iterable[tantivy.Query], must: list[Any], limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        any_word = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
        whole = tantivy.Query.boolean_query([(tantivy.Occur.Must, any_word), *must]) if must else any_word
        hits = self._searcher.search(whole, limit=limit, count=False).hits
        positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        found = sorted(((-score, int(position or 0)) for (score, _), position in zip(hits, positions, strict=True)))
        return np.array([position for _, position in found], np.int64), np.array(
            [-score for score, _ in found], np.float32
        )

    def _weight(self, word: str) -> float:
        """Inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        holders = self._searcher.doc_freq("text", word)
        return math.log(1 + (self._searcher.num_docs - holders + 0.5) / (holders + 0.5))


def _filter(name: str, value: str) -> str:
    return f"{name}={value}"


def _any(name: str, values: Sequence[str]) -> tantivy.Query:
    either = tantivy.Query.boolean_query(
        [
            (tantivy.Occur.Should, tantivy.Query.term_query(_schema(), "filter", _filter(name, value)))
            for value in values
        ]
    )
    return tantivy.Query.const_score_query(either, 0.0)
