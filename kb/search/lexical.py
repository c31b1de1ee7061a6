"""Owns search by words: a tantivy BM25 index of whole case studies, and the terms of a text. Never knows about vectors."""

import math
import os
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import tantivy
from numpy.typing import NDArray

from kb.errors import IndexDamaged
from kb.search.function_words import FUNCTION_WORDS

VERSION: Final = 2  # raise when the analyser or schema changes: every index is then built anew
_ANALYSER: Final = "english"
_SHORT: Final = 60  # characters: a word or a name
_MOST_TIMES: Final = 3
SYNONYM_COVERS: Final = 0.7  # of a word's weight: another word for it is not quite it


@cache
def _analyser() -> tantivy.TextAnalyzer:
    """Lower case, accents folded, stems: "Waiting lists" and "wait list" become the same. "A&E" is one word."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+(?:[&'\x{2019}]\w+)*"))
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
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


def stems(text: str) -> tuple[str, ...]:
    """The stem of every word of a text, in order."""
    return _known(text) if len(text) <= _SHORT else tuple(_analyser().analyze(text))


@lru_cache(maxsize=50_000)
def _known(text: str) -> tuple[str, ...]:
    """Words and names come again and again, in searches and in what they find."""
    return tuple(_analyser().analyze(text))


def terms(text: str) -> list[str]:
    """The stems of a text that say what it is about, in order, repeats included."""
    return [stem for stem in stems(text) if stem not in _function_stems()]


@cache
def _function_stems() -> frozenset[str]:
    return frozenset(stem for word in FUNCTION_WORDS for stem in (word, *stems(word)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to look for: stems, any of which count, or others for all of them.

    `others` are stems in a row with what they weigh against the first; `organisations` are ids that say the same.
    """

    stems: tuple[str, ...]
    others: tuple[tuple[tuple[str, ...], float], ...] = ()
    organisations: tuple[str, ...] = ()


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

    def search(
        self, wanted: Sequence[Wanted], filters: Mapping[str, Sequence[str]], limit: int,
        phrases: Sequence[tuple[str, ...]] = (), excluded: Sequence[tuple[str, ...]] = (),
    ) -> Matches:  # fmt: skip
        """Up to `limit` case studies by BM25 that pass the filters (any value within a facet, all of the facets).

        `phrases` and `excluded` are stems in a row that each must have, or must not have.
        """
        limit = min(limit, self._searcher.num_docs)
        times = Counter(wanted)  # a word that was typed twice counts twice, but one that fills the page does not
        if not times or not limit:
            return Matches(np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.float32))
        must = [(tantivy.Occur.Must, _any(name, values)) for name, values in filters.items() if values]
        must += _marks(phrases, excluded)
        scored = [tantivy.Query.boost_query(self._scored(one), min(n, _MOST_TIMES)) for one, n in times.items()]
        positions, scores = self._run(scored, must, limit)
        weights = [self.weight(one) for one in times]
        held = [self._held(one, weight) for one, weight in zip(times, weights, strict=True)]
        by_position = dict(
            zip(*(part.tolist() for part in self._run(held, must, self._searcher.num_docs)), strict=True)
        )
        total = sum(weights) or 1.0
        coverage = np.array([by_position.get(position, 0.0) / total for position in positions.tolist()], np.float32)
        return Matches(positions, scores, np.minimum(coverage, 1.0))

    def passing(
        self, phrases: Sequence[tuple[str, ...]], excluded: Sequence[tuple[str, ...]]
    ) -> NDArray[np.bool_] | None:
        """Which case studies have every phrase and nothing excluded; None when neither is asked for."""
        if not phrases and not excluded:
            return None
        found = np.zeros(self._searcher.num_docs, np.bool_)
        found[self._run([tantivy.Query.all_query()], _marks(phrases, excluded), max(self._searcher.num_docs, 1))[0]] = (
            True
        )
        return found

    def _scored(self, wanted: Wanted) -> tantivy.Query:
        """BM25: the best of the ways to say it."""
        ways = [_either(_term(stem) for stem in wanted.stems)]
        ways += [tantivy.Query.boost_query(_row(stems), weight) for stems, weight in wanted.others]
        if wanted.organisations:
            name = _any("organisation", wanted.organisations)
            ways.append(tantivy.Query.const_score_query(name, 2 * self._weight_of(wanted.organisations)))
        return ways[0] if len(ways) == 1 else tantivy.Query.disjunction_max_query(ways)

    def _held(self, wanted: Wanted, total: float) -> tantivy.Query:
        """A score that is the weight of what a case study holds."""
        share = total / (sum(map(self._weight, wanted.stems)) or 1.0)
        ways = [
            _either(tantivy.Query.const_score_query(_term(stem), self._weight(stem) * share) for stem in wanted.stems)
        ]
        ways += [
            tantivy.Query.const_score_query(_row(stems), total if weight >= 1 else total * SYNONYM_COVERS)
            for stems, weight in wanted.others
        ]
        if wanted.organisations:
            ways.append(tantivy.Query.const_score_query(_any("organisation", wanted.organisations), total))
        return ways[0] if len(ways) == 1 else tantivy.Query.disjunction_max_query(ways)

    def weight(self, wanted: Wanted) -> float:
        """The weight of one thing wanted: that of the words themselves, or less if another way to say it is common."""
        own = sum(map(self._weight, wanted.stems))
        same = [self._weight_of_row(stems) for stems, weight in wanted.others if weight >= 1]
        if wanted.organisations:
            same.append(self._weight_of(wanted.organisations))
        return min([own, *same])

    def _weight_of_row(self, stems: tuple[str, ...]) -> float:
        return max(map(self._weight, stems))

    def _weight_of(self, organisations: tuple[str, ...]) -> float:
        held = sum(self._searcher.doc_freq("filter", _filter("organisation", id_)) for id_ in organisations)
        return self._idf(held)

    def _run(
        self, queries: Iterable[tantivy.Query], must: list[Any], limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        any_word = _either(queries)
        whole = tantivy.Query.boolean_query([(tantivy.Occur.Must, any_word), *must]) if must else any_word
        hits = self._searcher.search(whole, limit=limit, count=False).hits
        positions = self._searcher.fast_field_values("position", [address for _, address in hits])
        found = sorted(((-score, int(position or 0)) for (score, _), position in zip(hits, positions, strict=True)))
        return np.array([position for _, position in found], np.int64), np.array(
            [-score for score, _ in found], np.float32
        )

    def _weight(self, word: str) -> float:
        """Inverse document frequency as in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        return self._idf(self._searcher.doc_freq("text", word))

    def _idf(self, holders: int) -> float:
        return math.log(1 + (self._searcher.num_docs - min(holders, self._searcher.num_docs) + 0.5) / (holders + 0.5))


def _marks(phrases: Sequence[tuple[str, ...]], excluded: Sequence[tuple[str, ...]]) -> list[Any]:
    have = [(tantivy.Occur.Must, tantivy.Query.const_score_query(_row(stems), 0.0)) for stems in phrases]
    return have + [(tantivy.Occur.MustNot, _row(stems)) for stems in excluded]


def _term(stem: str) -> tantivy.Query:
    return tantivy.Query.term_query(_schema(), "text", stem)


def _row(stems: tuple[str, ...]) -> tantivy.Query:
    return _term(stems[0]) if len(stems) == 1 else tantivy.Query.phrase_query(_schema(), "text", list(stems))


def _either(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _filter(name: str, value: str) -> str:
    return f"{name}={value}"


def _any(name: str, values: Sequence[str]) -> tantivy.Query:
    either = _either(tantivy.Query.term_query(_schema(), "filter", _filter(name, value)) for value in values)
    return tantivy.Query.const_score_query(either, 0.0)
