"""Owns a document cut for comparing: short passages, each with the kind of section it stands in and its weight. Never searches."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from kb.content.documents import Document
from kb.content.section_words import section_of
from kb.search.passages import MAX_WORDS, sentences

MOST: Final = 40  # passages: about 6,400 words; reading them takes the model two seconds on two cores

PROBLEM, SUMMARY, SETTING, CHANGE, RESULTS, OTHER = "problem", "summary", "setting", "change", "results", "other"

_KINDS: Final = {
    "Problem": PROBLEM, "Aim": PROBLEM, "Summary": SUMMARY, "Setting": SETTING, "Population": SETTING, "What was done": CHANGE,
    "Results": RESULTS,
}  # fmt: skip
_LEFT_OUT: Final = ("Contact", "Sources")  # whom to ask and what was read say nothing about the work
_OF_ANCHOR: Final = {"summary": SUMMARY, "figures": RESULTS, "at-a-glance": SETTING}

# How much each kind counts as a whole, however long it is: people come with a problem. Between these and equal weights
# nDCG@10 differs by 0.02 (sections of case studies against shared topics: 0.70 and 0.68, 23 November 2026).
_WEIGHTS: Final = {PROBLEM: 1.0, SUMMARY: 1.0, CHANGE: 0.7, RESULTS: 0.4, SETTING: 0.4, OTHER: 0.4}


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """Some sentences of a document. The weights of all parts add up to 1."""

    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The parts in reading order. `read` of `passages` were kept; when that is fewer, they are spread evenly."""

    parts: tuple[DocumentPart, ...]
    passages: int

    @property
    def thinned(self) -> bool:
        """Whether the document was too long to be read whole."""
        return self.passages > len(self.parts)


def kind_of(heading: str, anchor: str = "") -> str:
    """The kind of section that a heading, or the id of a part of our own pages, stands for."""
    return _OF_ANCHOR.get(anchor) or _KINDS.get(section_of(heading), OTHER)


def cut(document: Document) -> Cut:
    """The passages of a document; none when it has no words. What stands under no heading is taken as the problem."""
    kept = [part for part in document.sections if section_of(part.heading) not in _LEFT_OUT]
    told = [(kind_of(part.heading) if part.heading else PROBLEM, part.text) for part in kept or document.sections]
    # Parts of a kind in a row are cut together: a page of short paragraphs is not forty passages.
    pieces = [
        (kind, text)
        for kind, row in itertools.groupby(told, key=lambda one: one[0])
        for text in _passages("\n\n".join(text for _, text in row))
    ]
    if any(character.isalnum() for character in document.title):
        first = next((place for place, (kind, _) in enumerate(pieces) if kind == PROBLEM), None)
        if first is not None and len(pieces[first][1].split()) + len(document.title.split()) <= MAX_WORDS:
            pieces[first] = (PROBLEM, f"{document.title}\n{pieces[first][1]}")
        else:
            pieces.insert(0, (PROBLEM, " ".join(document.title.split()[:MAX_WORDS])))
    step = max(len(pieces) / MOST, 1.0)
    spread = [pieces[int(place * step)] for place in range(min(len(pieces), MOST))]
    return Cut(tuple(weighted(spread)), len(pieces))


def weighted(pieces: list[tuple[str, str]]) -> list[DocumentPart]:
    """The parts of (kind, text) pairs: each kind has its weight, shared out by length within it."""
    lengths = [len(text.split()) for _, text in pieces]
    of_kind: dict[str, int] = defaultdict(int)
    for (kind, _), length in zip(pieces, lengths, strict=True):
        of_kind[kind] += length
    total = sum(_WEIGHTS[kind] for kind in of_kind)
    return [
        DocumentPart(kind, text, _WEIGHTS[kind] / total * length / max(of_kind[kind], 1))
        for (kind, text), length in zip(pieces, lengths, strict=True)
    ]


def split(text: str) -> list[str]:
    """The sentences of a passage; a line end closes one too."""
    return [sentence for line in text.split("\n") for sentence in sentences(line)]


def _passages(text: str) -> list[str]:
    """Texts of at most MAX_WORDS words, cut between sentences where that can be done; a line for each paragraph."""
    found: list[str] = []
    lines: list[str] = []
    size = 0
    for paragraph in text.split("\n\n"):
        begun = False
        for sentence in sentences(" ".join(paragraph.split())):
            words = sentence.split()
            for start in range(0, len(words), MAX_WORDS):
                piece = words[start : start + MAX_WORDS]
                if size and size + len(piece) > MAX_WORDS:
                    found.append("\n".join(lines))
                    lines, size, begun = [], 0, False
                if begun:
                    lines[-1] += " " + " ".join(piece)
                elif piece:
                    lines.append(" ".join(piece))
                    begun = True
                size += len(piece)
    found.append("\n".join(lines))
    return [passage for passage in found if any(map(str.isalpha, passage))]
