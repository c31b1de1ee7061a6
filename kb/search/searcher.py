"""Owns answering a query: filter, retrieve by words and by meaning, fuse, choose passages, count facets. Never renders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.content.case_study import CaseStudy
from kb.content.vocabulary import Vocabulary
from kb.errors import EmbedderUnavailable, QueryError
from kb.search import calibration, facets, fusion
from kb.search.catalogue import StoredPassage
from kb.search.embedders import Embedder, Vectors
from kb.search.index import Index, IndexStore
from kb.search.lexical import Matches, Part, highlight, terms
from kb.search.query import Query

CANDIDATES: Final = 200  # case studies taken from each retriever: ten pages, more than anyone reads
_PASSAGES: Final = 1_000  # passages taken to find that many case studies; each has about eight


@dataclass(frozen=True, slots=True)
class Snippet:
    """The passage that answers best: its heading, the id of that heading, and its words with the matching ones marked."""

    section: str
    anchor: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One case study found. `score` orders hits of one answer; it means nothing across answers."""

    case_study: CaseStudy
    score: float
    passage: Snippet
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many case studies of the whole filtered result have it."""

    value: str
    label: str
    count: int


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
        filters = _resolved(query, index)
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
        counts = _counts(index, found.positions, filters)
        alternatives = dict(counts)
        for name in filters:  # counted as if this facet had no filter, so that a reader sees what else there is
            others = {other: values for other, values in filters.items() if other != name}
            wider = unfiltered if unfiltered and not others else self._find(index, query.text, others, vector, bar)
            alternatives[name] = _counts(index, wider.positions, filters, only=name)[name]
        best = float(found.closeness.max()) if found.closeness.size else 0.0
        verdict: calibration.Verdict = (
            calibration.verdict(best) if query.text else ("strong" if found.positions.size else "none")
        )
        close = int((found.closeness >= calibration.STRONG).sum()) if query.text else 0
        return Results(query, tuple(hits), len(found.positions), close, verdict, found.degraded, counts, alternatives)

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
        self, index: Index, text: str, filters: dict[str, tuple[str, ...]], vector: Vectors | None = None, bar: float | None = None,
        dense_weight: float = fusion.DENSE_WEIGHT, everything: bool = False,
    ) -> _Found:  # fmt: skip
        """Every case study that belongs in the answer, best first; `bar` is the best closeness without any filter."""
        allowed = _allowed(index, filters)
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
            order = order[calibration.included(closeness, bar)[order]]
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
            if text:
                passage = _best_passage(index, text, found.vector, stored[position])
                parts = highlight(passage.text, text)
                snippet = Snippet(passage.section, passage.anchor, tuple(parts))
            elif case_study.summary:
                snippet = Snippet("Summary", "summary", ((case_study.summary, False),))
            else:  # its page has no summary to lead to
                snippet = Snippet("", "", ())
            hits.append(
                Hit(
                    case_study,
                    round(float(found.scores[place]), 4),
                    snippet,
                    _why(text, snippet, float(found.coverage[place])),
                )
            )
        return hits


def _resolved(query: Query, index: Index) -> dict[str, tuple[str, ...]]:
    """The filters with each value as the index holds it; unknown ones are a problem with the nearest known."""
    problems: dict[str, str] = {}
    found: dict[str, tuple[str, ...]] = {}
    for name, typed in query.filters.items():
        facet = facets.BY_NAME[name]
        values: list[str] = []
        for value in typed:
            resolved = facets.resolve(facet, value, index.vocabulary)
            today = resolved if name == "organisation" else resolved[-1:]
            if all(v in index.facets.get(name, {}) or _known(facet, v, index.vocabulary) for v in today):
                values += today
                continue
            near = facets.nearest(facet, value, index.vocabulary)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            problems[name] = f"There is no {facet.label.lower()} {value[:60]!r}.{hint}"
        found[name] = tuple(dict.fromkeys(values))
    if problems:
        raise QueryError(problems)
    return found


def _known(facet: facets.Facet, value: str, vocabulary: Vocabulary) -> bool:
    if facet.name == "year":
        return value.isdecimal() and len(value) == 4
    return facets.label(facet, value, vocabulary) != value


def _allowed(index: Index, filters: dict[str, tuple[str, ...]]) -> NDArray[np.bool_] | None:
    """Which case studies pass every filter; None when there is no filter."""
    allowed: NDArray[np.bool_] | None = None
    for name, values in filters.items():
        passing = np.zeros(index.manifest.case_studies, np.bool_)
        for value in values:
            passing[index.facets.get(name, {}).get(value, [])] = True
        allowed = passing if allowed is None else allowed & passing
    return allowed


def _cosines(index: Index, vector: Vectors, candidates: NDArray[np.int64]) -> tuple[Vectors, Vectors]:
    """Exact cosines of the query with each candidate's best passage and with the candidate as a whole."""
    rows = np.flatnonzero(np.isin(index.passage_case_study, candidates))
    cosines = index.vectors.vectors(rows) @ vector[0]
    best = np.full(len(candidates), -1.0, np.float32)
    np.maximum.at(best, np.searchsorted(candidates, index.passage_case_study[rows]), cosines)
    return best, index.centroids[candidates] @ vector[0]


def _best_passage(
    index: Index, text: str, vector: Vectors | None, stored: Sequence[tuple[int, StoredPassage]]
) -> StoredPassage:
    """The passage to show: nearest in meaning, with a lift for each of the query's words it shows."""
    wanted = frozenset(terms(text))
    shares = np.array(
        [len(wanted & _distinct_terms(f"{p.section} {p.text}")) / max(len(wanted), 1) for _, p in stored], np.float32
    )
    # Tags in a list are a poor thing to read: they are shown when nothing else holds the words.
    shares -= np.array([0.3 if p.anchor == "at-a-glance" else 0.0 for _, p in stored], np.float32)
    if vector is not None:
        shares += index.vectors.vectors(np.array([position for position, _ in stored], np.int64)) @ vector[0]
    return stored[int(np.argmax(shares))][1]


@lru_cache(maxsize=20_000)
def _distinct_terms(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _why(text: str, snippet: Snippet, coverage: float) -> tuple[str, ...]:
    """Why this was found, in words for people."""
    if not text:
        return ()
    words = dict.fromkeys(
        word.strip(".,;:()").lower() for part, matched in snippet.parts if matched for word in part.split()
    )
    if words:
        return (f"Mentions {', '.join(list(words)[:6])}",)
    return ("Some of your words are elsewhere in it",) if coverage > 0.3 else ("Close in meaning, in other words",)


def _counts(
    index: Index, positions: NDArray[np.int64], filters: dict[str, tuple[str, ...]], only: str = ""
) -> dict[str, tuple[FacetValue, ...]]:
    """How many of these case studies have each value, most first; a filter's own value is listed even at 0."""
    inside = np.zeros(index.manifest.case_studies, np.bool_)
    inside[positions] = True
    found: dict[str, tuple[FacetValue, ...]] = {}
    for facet in facets.FACETS:
        if only and facet.name != only:
            continue
        counts = {value: int(inside[holders].sum()) for value, holders in index.facets.get(facet.name, {}).items()}
        counts |= {value: counts.get(value, 0) for value in filters.get(facet.name, ())}
        listed = [
            FacetValue(value, facets.label(facet, value, index.vocabulary), count)
            for value, count in counts.items()
            if count or value in filters.get(facet.name, ())
        ]
        found[facet.name] = tuple(sorted(listed, key=lambda item, facet=facet: _order(facet, item)))  # type: ignore[misc]
    return found


def _order(facet: facets.Facet, item: FacetValue) -> tuple[int, str]:
    if facet.name == "year":
        return (-int(item.value), "")
    if facet.name == "verdict":
        return (list(facets.VERDICTS).index(item.value) if item.value in facets.VERDICTS else 99, "")
    return (-item.count, item.label)
