"""Owns comparing several passages at once with all case studies: section against section, and how close each comes. Never reads text.

What is compared is a document that somebody brings, or a section of a case study we have.
"""

import math
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kb.search import fusion
from kb.search.calibration import Verdict
from kb.search.document_parts import SETTING, kind_of
from kb.search.embedders import Vectors
from kb.search.index import Index
from kb.search.late_interaction import Matched, Pieces
from kb.search.lexical import Wanted

HEAD: Final = 50  # case studies compared piece by piece
POSSIBLE: Final = 0.0
STRONG: Final = 1.5
_BEHIND: Final = 3.0  # of closeness: what is this far behind the best is about something else
_FEW: Final = 5  # shown when there is anything like it
_NEAREST: Final = 3  # and when there is not

# How sure we are that a passage and a case study are about the same, as log-odds. The signs are counted from the noise
# floor of the index (see calibration.py), which is that of questions; a passage says more than a question does, so it
# has weights of its own. 23 November 2026, all-MiniLM-L6-v2: of 43 passages about other things (recipes, hip
# replacements, random words) one came above 0, of 10 problems that staff typed none below, and of 96 problem sections,
# each without its own case study, two below.
_OFFSET: Final = -5.95
_LATE, _HARDEST, _DENSE, _COVERAGE, _SIZE = 0.8, 0.3, 0.6, 2.5, 1.2
_MOST_WORDS: Final = 12  # beyond that a longer passage proves no more
_BLIND, _HALF = 8.0, 0.4  # without a model: by the share of the thirty heaviest words that a case study has
_SHORT: Final = 8  # words: a passage with fewer is near to much and proves little
_CANDIDATES: Final = 200  # taken from words and from meaning each
_COVERED: Final = 1_000  # case studies whose share of a passage's words is looked up
_CHUNK: Final = 10_000  # passages whose vectors are in memory at once: 15 MB
# The same kind of section and any section count alike: nDCG@10 is flat from 0 to 0.7 for the same kind.
_SAME_KIND: Final = 0.5
_NO_SUCH_SECTION: Final = 0.05  # of a cosine: what a case study loses for having no section of that kind


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage to compare: its kind of section and weight, what the model makes of it, what it says in words."""

    kind: str
    weight: float
    vector: Vectors  # float32, (dimension,), of length 1
    pieces: Pieces
    wanted: Sequence[Wanted]

    @property
    def size(self) -> int:
        """How many words say what it is about."""
        return max(len({stem for one in self.wanted for stem in one.stems}), 1)


def _none() -> NDArray[np.float32]:
    return np.zeros(0, np.float32)


@dataclass(slots=True)
class Near:
    """Positions of case studies, nearest first, with the closeness of each: 0 is as likely as not about the same."""

    positions: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    closeness: NDArray[np.float32] = field(default_factory=_none)

    @property
    def best(self) -> float:
        """The closeness of the closest."""
        return float(self.closeness.max()) if self.closeness.size else -np.inf

    @property
    def verdict(self) -> Verdict:
        """Whether the closest of all is really about the same."""
        return "strong" if self.best >= STRONG else "possible" if self.best >= POSSIBLE else "none"

    @property
    def close(self) -> int:
        """How many stand out as being about the same."""
        return int((self.closeness >= STRONG).sum())

    def belonging(self) -> "Near":
        """Those that belong in the answer: what is not far behind the closest, at least a few."""
        kept = (
            self.closeness >= max(POSSIBLE, self.best - _BEHIND) if self.verdict != "none" else self.closeness > np.inf
        )
        kept[: _FEW if self.verdict != "none" else _NEAREST] = True
        return Near(self.positions[kept], self.closeness[kept])


def nearest(index: Index, seen: Sequence[Seen], wanted: Sequence[Wanted], leave_out: int | None = None) -> Near:
    """The case studies nearest to these passages together, at most HEAD; `wanted` are the words of all of them."""
    if not seen or not index.manifest.case_studies:
        return Near()
    words = index.lexical.search(wanted, {}, _CANDIDATES)
    bm25 = np.zeros(index.manifest.case_studies, np.float32)
    bm25[words.positions] = words.scores
    vectors = np.stack([one.vector for one in seen])
    weights = np.array([one.weight for one in seen], np.float32)
    best, same = _cosines(index, vectors, [one.kind for one in seen])
    same = np.where(same < -1, best - _NO_SUCH_SECTION, same)
    parts = ((1 - _SAME_KIND) * best + _SAME_KIND * same) @ weights
    dense = (parts + index.centroids @ (weights @ vectors)) / 2
    found = np.union1d(words.positions, np.argsort(-dense, kind="stable")[:_CANDIDATES])
    found = found[found != leave_out] if leave_out is not None else found
    first = fusion.fuse((bm25[found], dense[found]), fusion.FIRST)
    head = np.sort(found[np.lexsort((found, -first))[:HEAD]])
    if not head.size:
        return Near()
    matched = index.pieces.match([one.pieces for one in seen], head)
    late = np.stack([one.mean for one in matched], axis=1) @ weights
    legs = (bm25[head], dense[head], late) if index.pieces.available else (bm25[head], dense[head])
    scores = fusion.fuse(legs, fusion.WEIGHTS if len(legs) == 3 else fusion.FIRST)
    # That both are about a ward, or both have eleven words, proves nothing.
    proving = [place for place, one in enumerate(seen) if one.size >= _SHORT and one.kind != SETTING]
    proving = proving or list(range(len(seen)))
    closeness = np.stack(
        [_closeness(index, seen[place], matched[place], best[head, place], head) for place in proving], axis=1
    )
    # A document says much that no case study answers: it is as close as the third of it that is closest.
    third = -(-closeness.shape[1] // 3)
    close = np.sort(closeness, axis=1)[:, -third:].mean(axis=1)
    order = np.lexsort((head, -scores))
    return Near(head[order], close[order].astype(np.float32))


def by_words(index: Index, wanted: Sequence[Wanted]) -> Near:
    """The same when there is no model: by shared words alone."""
    words = index.lexical.search(wanted, {}, HEAD)
    return Near(words.positions, np.asarray(_BLIND * (words.coverage - _HALF), np.float32))


def heaviest(index: Index, wanted: Sequence[Wanted], most: int = 30) -> list[Wanted]:
    """The words that say most: the rarest, and of equally rare ones those said most often. Each once."""
    counted: dict[tuple[str, ...], tuple[Wanted, int]] = {}
    for one in wanted:
        counted[one.stems] = (one, counted.get(one.stems, (one, 0))[1] + 1)
    weights = {stems: index.lexical.weight(one) * (1 + math.log(times)) for stems, (one, times) in counted.items()}
    return [counted[stems][0] for stems in sorted(counted, key=lambda stems: (-weights[stems], stems))[:most]]


def _closeness(
    index: Index, seen: Seen, matched: Matched, dense: NDArray[np.float32], head: NDArray[np.int64]
) -> NDArray[np.float32]:
    """How close each of these case studies comes to one passage."""
    levels = index.calibration
    return np.asarray(
        _OFFSET
        + _LATE * levels.late.above(matched.mean)
        + _HARDEST * levels.hardest.above(matched.hardest)
        + _DENSE * levels.dense.above(dense)
        + _COVERAGE * _coverage(index, seen, head)
        + _SIZE * math.log(min(seen.size, _MOST_WORDS)),
        np.float32,
    )


def _coverage(index: Index, seen: Seen, head: NDArray[np.int64]) -> NDArray[np.float32]:
    """The share of a passage's words, by weight, that each of these case studies holds."""
    found = index.lexical.search(list({one.stems: one for one in seen.wanted}.values()), {}, _COVERED)
    covered = np.zeros(index.manifest.case_studies, np.float32)
    covered[found.positions] = found.coverage
    return np.asarray(covered[head])


def _cosines(index: Index, vectors: Vectors, kinds: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The best cosine of each passage with any passage, and with one of the same kind, of each case study.

    Both (case studies, passages); below -1 where a case study has none of that kind.
    """
    shape = (index.manifest.case_studies, len(kinds))
    best, same = np.full(shape, -2.0, np.float32), np.full(shape, -2.0, np.float32)
    theirs, mine = _kinds(index), np.array(kinds)
    for start in range(0, len(index.passage_case_study), _CHUNK):
        rows = slice(start, start + _CHUNK)
        cosines = index.vectors.rows(rows) @ vectors.T
        owners = index.passage_case_study[rows]
        np.maximum.at(best, owners, cosines)
        np.maximum.at(same, owners, np.where(theirs[rows, None] == mine, cosines, np.float32(-2)))
    return best, same


_cache: "weakref.WeakKeyDictionary[Index, NDArray[np.str_]]" = weakref.WeakKeyDictionary()
_lock: Final = threading.Lock()


def _kinds(index: Index) -> NDArray[np.str_]:
    """The kind of section of every passage of a generation, kept as long as that is open."""
    with _lock:
        found = _cache.get(index)
        if found is None:
            found = np.array([kind_of(*pair) for pair in index.catalogue.headings()], dtype="U16")
            _cache[index] = found
        return found
