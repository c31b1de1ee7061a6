"""Owns answering a query: understand it, filter, rank, judge, choose passages, count facets. Never renders."""

import contextlib
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.content.case_study import CaseStudy
from kb.errors import EmbedderUnavailable, SearchUnavailable
from kb.search import calibration
from kb.search.embedders import Embedder, Encoded
from kb.search.filters import FacetValue, Filters, counts, named, passing, resolved
from kb.search.index import Index, IndexStore
from kb.search.late_interaction import Pieces
from kb.search.lexical import stems
from kb.search.onnx_embedder import embedder_for
from kb.search.query import Query
from kb.search.ranking import HEAD, Asked, Ranked, Stage, rank
from kb.search.snippets import Snippet, snippet, why
from kb.search.thesaurus import Reading
from kb.search.understanding import Understood, understand, wanted
from kb.settings import Settings

log = logging.getLogger(__name__)

_TOP: Final = 3  # hits whose closeness says which sense of an acronym was meant
_OTHER_SENSE: Final = 0.25  # of closeness: by how much a rarer sense of an acronym must fit better than the usual one


@dataclass(frozen=True, slots=True)
class Hit:
    """One case study found. `score` orders hits of one answer; it means nothing across answers."""

    case_study: CaseStudy
    score: float
    passage: Snippet
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. `hits` is one page of `total`; `alternatives` counts each facet as if it had no filter of its own.

    With the verdict "none" nothing answers: `total` is 0, nothing is counted, and `hits` are the nearest there are.
    `understood` and `reading` say what was looked for; `filters` are all that were applied, those typed as marks too.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    close: int
    verdict: calibration.Verdict
    degraded: bool
    facets: dict[str, tuple[FacetValue, ...]]
    alternatives: dict[str, tuple[FacetValue, ...]]
    understood: Understood
    reading: Reading | None
    filters: Filters = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Question:
    """A search understood and seen by the model."""

    understood: Understood
    reading: Reading | None = None
    asked: Asked = field(default_factory=Asked)
    degraded: bool = False
    ranked: Ranked | None = None  # the answer without filters, where choosing a reading has found it already


def searcher_for(settings: Settings) -> "Searcher":
    """The searcher for these settings: their index, their model. Nothing is opened or loaded yet."""
    embedder = embedder_for(settings)
    return Searcher(IndexStore(settings.index, embedder.id), embedder)


class Searcher:
    """Answers queries from whatever generation is live; safe to use from several threads."""

    def __init__(self, store: IndexStore, embedder: Embedder) -> None:
        self.store = store
        self.embedder = embedder
        # The next page, another filter and the way back ask the same words again. Kept in memory only.
        self._encoded = lru_cache(maxsize=500)(lambda texts: tuple(embedder.encode_pieces(texts)))

    def warm_up(self) -> None:
        """Loads the model and opens the live generation, both at once, so that nobody waits for that; problems are logged."""
        opening = threading.Thread(target=self._open, name="opening the index", daemon=True)
        opening.start()
        try:
            self.embedder.encode(["warm up"])
        except EmbedderUnavailable as error:
            log.error("Search by meaning is off: %s", error)
        opening.join()

    def _open(self) -> None:
        with contextlib.suppress(SearchUnavailable):  # said by every answer, and on the health page
            _ = self.store.current().vectors

    def search(self, query: Query, index: Index | None = None) -> Results:
        """The answer to a query, from the given generation, else from the live one.

        Raises:
            QueryError: a filter has a value that nobody knows.
            SearchUnavailable: no index can be read.
        """
        index = index or self.store.current()
        question = self._question(index, query.text, query.exactly)
        filters = resolved(query.filters, index)
        for name, values in named(question.understood.typed.filters, index).items():
            filters[name] = tuple(dict.fromkeys((*filters.get(name, ()), *values)))
        asks = question.reading is not None
        # What is close enough is judged before filters: a filter never brings in what was left out without it, so that
        # the count beside a facet value is the number that pressing it leaves.
        unfiltered = _find(index, question, {}) if asks and filters else None
        found = _find(index, question, filters, unfiltered)
        order = (
            np.argsort(index.newest_rank[found.positions], kind="stable")
            if query.sort == "newest" or not asks
            else np.arange(len(found.positions))
        )
        chosen = order[query.offset : query.offset + query.limit]
        nothing = asks and (unfiltered or found).closest < calibration.POSSIBLE
        answers = found.positions[:0] if nothing else found.positions
        whole = counts(index, answers, filters)
        alternatives = dict(whole)
        # Counted as if this facet had no filter, so that a reader sees what else there is.
        for name in () if nothing else filters:
            others = {other: values for other, values in filters.items() if other != name}
            wider = unfiltered if unfiltered and not others else _find(index, question, others, unfiltered)
            alternatives[name] = counts(index, wider.positions, filters, only=name)[name]
        verdict: calibration.Verdict = "strong" if answers.size else "none"
        if asks and answers.size:  # one that has all the words answers, however far it is in meaning
            verdict = calibration.verdict(max(found.closest, calibration.POSSIBLE))
        return Results(
            query,
            tuple(self._hits(index, question, found, chosen)),
            len(answers),
            int((found.closeness >= calibration.STRONG).sum()) if asks else 0,
            verdict,
            question.degraded,
            whole,
            alternatives,
            question.understood,
            question.reading,
            filters,
        )

    def rank(self, text: str, stage: Stage = "late", limit: int = 100) -> list[tuple[str, float]]:
        """Slugs and scores at a stage of the ranking, nothing left out for being far: for evaluation."""
        index = self.store.current()
        ranked = rank(index, self._question(index, text).asked, {}, stage=stage)
        slugs = index.catalogue.slugs()
        return [
            (slugs[position], float(score))
            for position, score in zip(ranked.positions[:limit].tolist(), ranked.scores[:limit].tolist(), strict=True)
        ]

    def _question(self, index: Index, text: str, exactly: bool = False) -> _Question:
        try:
            understood = understand(text, index.thesaurus, index.lexicon, self.embedder.is_word, exactly)
        except EmbedderUnavailable:  # without a model's knowledge of English no word is called a slip
            understood = understand(text, index.thesaurus, index.lexicon, lambda _: True, exactly)
        marks = Asked(
            phrases=[row for phrase in understood.typed.phrases if (row := stems(phrase))],
            excluded=[row for phrase in understood.typed.excluded if (row := stems(phrase))],
        )
        if not understood.readings:
            return _Question(understood, asked=marks)
        first = understood.readings[0]
        texts = tuple(dict.fromkeys((understood.text, *(reading.text for reading in understood.readings))))
        try:
            encoded = dict(zip(texts, self._encoded(texts), strict=True))
        except EmbedderUnavailable:
            return _Question(understood, first, replace(marks, wanted=wanted(first)), degraded=True)
        asks = [_asked(index, understood.text, reading, encoded, marks) for reading in understood.readings]
        if len(asks) == 1:
            return _Question(understood, understood.readings[0], asks[0])
        answers = [rank(index, asked, {}) for asked in asks]
        place = _fitting(index, answers)
        return _Question(understood, understood.readings[place], asks[place], ranked=answers[place])

    def _hits(self, index: Index, question: _Question, found: "_Found", chosen: NDArray[np.int64]) -> list[Hit]:
        positions = found.positions[chosen].tolist()
        stored = index.catalogue.passages(positions) if question.reading else {}
        hits = []
        for place, position, case_study in zip(
            chosen.tolist(), positions, index.catalogue.case_studies(positions), strict=True
        ):
            shown = snippet(
                index, question.asked, question.reading, case_study, stored.get(position, ()), self.embedder
            )
            reason = why(question.reading, shown, float(found.coverage[place]))
            hits.append(Hit(case_study, round(float(found.scores[place]), 4), shown, reason))
        return hits


@dataclass(slots=True)
class _Found:
    """Positions of case studies in order, with what was learnt about each on the way.

    `whole` says that all that matched were scored in full, so that nothing can be missing.
    """

    positions: NDArray[np.int64]
    scores: NDArray[np.float32]
    closeness: NDArray[np.float32]
    coverage: NDArray[np.float32]
    whole: bool = True

    @property
    def closest(self) -> float:
        """The closeness of the closest; -inf when there is none."""
        return float(self.closeness.max(initial=-np.inf))

    def only(self, kept: NDArray[np.bool_]) -> "_Found":
        """Those that are kept."""
        return _Found(self.positions[kept], self.scores[kept], self.closeness[kept], self.coverage[kept], self.whole)


def _find(index: Index, question: _Question, filters: Filters, unfiltered: _Found | None = None) -> _Found:
    """Every case study that belongs in the answer, best first; `unfiltered` is the answer without any filter."""
    allowed = passing(index, filters)
    asked = question.asked
    if question.reading is None:
        held = index.lexical.passing(asked.phrases, asked.excluded)
        if held is not None:
            allowed = held if allowed is None else allowed & held
        positions = np.flatnonzero(allowed) if allowed is not None else np.arange(index.manifest.case_studies)
        zeros = np.zeros(len(positions), np.float32)
        return _Found(positions.astype(np.int64), zeros, zeros, zeros)
    if unfiltered is not None and unfiltered.whole and unfiltered.closest >= calibration.POSSIBLE:
        return unfiltered if allowed is None else unfiltered.only(allowed[unfiltered.positions])
    # Where more match than are scored in full, what passes is ranked by itself: a filter then also brings in what came
    # after the best hundred of all, and the count beside it was too low.
    ranked = rank(index, asked, filters, allowed) if filters or question.ranked is None else question.ranked
    close, coverage = index.calibration.closeness(ranked.signs), ranked.signs.coverage
    kept = calibration.included(close, coverage, None if unfiltered is None else unfiltered.closest)
    if unfiltered is not None and unfiltered.closest >= calibration.POSSIBLE:
        kept |= np.isin(ranked.positions, unfiltered.positions)
    return _Found(ranked.positions, ranked.scores, close, coverage, len(ranked.positions) < HEAD).only(kept)


def _asked(index: Index, text: str, reading: Reading, encoded: Mapping[str, Encoded], marks: Asked) -> Asked:
    """A reading made ready: the words as typed and as spelt out are two views of the same search."""
    views = {one: encoded[one] for one in (text, reading.text)}
    vector = np.sum([one.vector for one in views.values()], axis=0)
    vector /= max(float(np.linalg.norm(vector)), 1e-9)
    pieces = [Pieces.of(one, seen, index.background.projection) for one, seen in views.items()]
    return replace(marks, wanted=wanted(reading), vector=vector, views=pieces)


def _fitting(index: Index, answers: Sequence[Ranked]) -> int:
    """Which reading of a search its best answers fit best: the first, unless another is clearly nearer."""
    fits = []
    for answer in answers:
        # Words weigh more here than in the verdict: "attenders" in the same case study tells which ED was meant.
        fit = (index.calibration.closeness(answer.signs) + answer.signs.coverage)[:_TOP]
        fits.append(float(fit.mean()) if len(fit) else -np.inf)
    best = int(np.argmax(fits))
    return best if fits[best] > fits[0] + _OTHER_SENSE else 0
