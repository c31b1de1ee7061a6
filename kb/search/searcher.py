"""Owns answering a query: filter, retrieve by words and by meaning, fuse, choose passages, count facets. Never renders."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.content.case_study import CaseStudy
from kb.errors import EmbedderUnavailable
from kb.search import calibration, fusion
from kb.search.embedders import Embedder, Vectors
from kb.search.filters import FacetValue, Filters, counts, passing, resolved
from kb.search.index import Index, IndexStore
from kb.search.lexical import Matches
from kb.search.query import Query
from kb.search.snippets import Snippet, snippet, why

CANDIDATES: Final = 200  # case studies taken from each retriever: ten pages, more than anyone reads
_PASSAGES: Final = 1_000  # passages taken to find that many case studies; each has about eight


@dataclass(frozen=True, slots=True)
class Hit:
    """One case study found. `score` orders hits of one answer; it means nothing across answers."""

    case_study: CaseStudy
    score: float
    passage: Snippet
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. `hits` is one page of `total`; `alternatives` counts each facet as if it had no filter of its own."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    close: int
    verdict: calibration.Verdict
    degraded: bool
    facets: dict[str, tuple[FacetValue, ...]]
    alternatives: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Found:
    """Positions of case studies in order, with what was learnt about each on the way."""

    positions: NDArray[np.int64]
    scores: NDArray[np.float32]
    closeness: NDArray[np.float32]
    coverage: NDArray[np.float32]
    vector: Vectors | None = None
    degraded: bool = False


class Searcher:
    """Answers queries from whatever generation is live; safe to use from several threads."""

    def __init__(self, store: IndexStore, embedder: Embedder) -> None:
        self.store = store
        # The next page, another filter and the way back ask the same words again. Kept in memory only.
        self._vector = lru_cache(maxsize=500)(lambda text: embedder.encode([text]))

    def search(self, query: Query, index: Index | None = None) -> Results:
        """The answer to a query, from the given generation, else from the live one.

        Raises:
            QueryError: a filter has a value that nobody knows.
            SearchUnavailable: no index can be read.
        """
        index = index or self.store.current()
        filters = resolved(query, index)
        # What is close enough is judged before filters: a filter never brings in what was left out without it, so that
        # the count beside a facet value is the number that pressing it leaves.
        unfiltered = self._find(index, query.text, {}) if query.text and filters else None
        bar = float(unfiltered.closeness.max()) if unfiltered and unfiltered.closeness.size else None
        vector = unfiltered.vector if unfiltered else None
        found = self._find(index, query.text, filters, vector, bar)
        order = (
            np.argsort(index.newest_rank[found.positions], kind="stable")
            if query.sort == "newest" or not query.text
            else np.arange(len(found.positions))
        )
        chosen = order[query.offset : query.offset + query.limit]
        hits = self._hits(index, query.text, found, chosen)
        whole = counts(index, found.positions, filters)
        alternatives = dict(whole)
        for name in filters:  # counted as if this facet had no filter, so that a reader sees what else there is
            others = {other: values for other, values in filters.items() if other != name}
            wider = unfiltered if unfiltered and not others else self._find(index, query.text, others, vector, bar)
            alternatives[name] = counts(index, wider.positions, filters, only=name)[name]
        best = float(found.closeness.max()) if found.closeness.size else 0.0
        verdict: calibration.Verdict = (
            calibration.verdict(best) if query.text else ("strong" if found.positions.size else "none")
        )
        close = int((found.closeness >= calibration.STRONG).sum()) if query.text else 0
        return Results(query, tuple(hits), len(found.positions), close, verdict, found.degraded, whole, alternatives)

    def rank(self, text: str, dense_weight: float = fusion.DENSE_WEIGHT, limit: int = 100) -> list[tuple[str, float]]:
        """Slugs and scores by fusion alone, nothing left out for being far: for evaluation. Weight 0 is words, 1 meaning."""
        index = self.store.current()
        found: _Found | Matches = (
            self._find(index, text, {}, dense_weight=dense_weight, everything=True)
            if dense_weight > 0  # else what has none of the words would be ranked, too, by what only meaning found
            else index.lexical.search(text, {}, limit)
        )
        slugs = index.catalogue.slugs()
        return [
            (slugs[position], float(score))
            for position, score in zip(found.positions[:limit].tolist(), found.scores[:limit].tolist(), strict=True)
        ]

    def _find(
        self, index: Index, text: str, filters: Filters, vector: Vectors | None = None, bar: float | None = None,
        dense_weight: float = fusion.DENSE_WEIGHT, everything: bool = False,
    ) -> _Found:  # fmt: skip
        """Every case study that belongs in the answer, best first; `bar` is the best closeness without any filter."""
        allowed = passing(index, filters)
        if not text:
            positions = np.flatnonzero(allowed) if allowed is not None else np.arange(index.manifest.case_studies)
            zeros = np.zeros(len(positions), np.float32)
            return _Found(positions.astype(np.int64), zeros, zeros, zeros)
        words = index.lexical.search(text, filters, CANDIDATES)
        degraded = False
        if vector is None:
            try:
                vector = self._vector(text)
            except EmbedderUnavailable:
                degraded = True
        if vector is None:
            return _Found(
                words.positions, words.scores, 2 * calibration.STRONG * words.coverage, words.coverage, None, degraded
            )
        candidates = np.union1d(words.positions, self._nearest(index, vector, allowed))
        if not candidates.size:
            empty = np.zeros(0, np.float32)
            return _Found(candidates, empty, empty, empty, vector)
        best, whole = _cosines(index, vector, candidates)
        bm25, coverage = np.zeros(len(candidates), np.float32), np.zeros(len(candidates), np.float32)
        places = np.searchsorted(candidates, words.positions)
        bm25[places], coverage[places] = words.scores, words.coverage
        scores = fusion.fuse(bm25, (best + whole) / 2, dense_weight)
        closeness = calibration.closeness(index.calibration.stands_out(best), coverage)
        order = np.lexsort((candidates, -scores))
        if not everything:
            order = order[calibration.included(closeness, coverage, bar)[order]]
        return _Found(candidates[order], scores[order], closeness[order], coverage[order], vector)

    def _nearest(self, index: Index, vector: Vectors, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Case studies that own the nearest passages."""
        mask = None if allowed is None else allowed[index.passage_case_study]
        passages, _ = index.vectors.search(vector, _PASSAGES, mask)
        owners = index.passage_case_study[passages]
        _, first = np.unique(owners, return_index=True)
        nearest: NDArray[np.int64] = owners[np.sort(first)][:CANDIDATES]
        return nearest

    def _hits(self, index: Index, text: str, found: _Found, chosen: NDArray[np.int64]) -> list[Hit]:
        positions = found.positions[chosen].tolist()
        stored = index.catalogue.passages(positions) if text else {}
        hits = []
        for place, position, case_study in zip(
            chosen.tolist(), positions, index.catalogue.case_studies(positions), strict=True
        ):
            shown = snippet(index, text, found.vector, case_study, stored.get(position, ()))
            reason = why(text, shown, float(found.coverage[place]))
            hits.append(Hit(case_study, round(float(found.scores[place]), 4), shown, reason))
        return hits


def _cosines(index: Index, vector: Vectors, candidates: NDArray[np.int64]) -> tuple[Vectors, Vectors]:
    """Exact cosines of the query with each candidate's best passage and with the candidate as a whole."""
    rows = np.flatnonzero(np.isin(index.passage_case_study, candidates))
    cosines = index.vectors.vectors(rows) @ vector[0]
    best = np.full(len(candidates), -1.0, np.float32)
    np.maximum.at(best, np.searchsorted(candidates, index.passage_case_study[rows]), cosines)
    return best, index.centroids[candidates] @ vector[0]
