"""Owns what is shown of a case study that was found: the passage, the marked words, the reason. Never ranks case studies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from kb.content.case_study import CaseStudy
from kb.search.catalogue import StoredPassage
from kb.search.embedders import Vectors
from kb.search.index import Index
from kb.search.lexical import terms

Part = tuple[str, bool]  # some words, and whether they match


@dataclass(frozen=True, slots=True)
class Snippet:
    """The passage that answers best: its heading, the id of that heading, and its words with the matching ones marked."""

    section: str
    anchor: str
    parts: tuple[Part, ...]


def snippet(
    index: Index, text: str, vector: Vectors | None, found: CaseStudy, stored: Sequence[tuple[int, StoredPassage]]
) -> Snippet:
    """What to show of a case study for these words; its summary when no words were given."""
    if text:
        passage = _best_passage(index, text, vector, stored)
        return Snippet(passage.section, passage.anchor, tuple(highlight(passage.text, text)))
    if found.summary:
        return Snippet("Summary", "summary", ((found.summary, False),))
    return Snippet("", "", ())  # its page has no summary to lead to


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


def why(text: str, snippet: Snippet, coverage: float) -> tuple[str, ...]:
    """Why this was found, in words for people."""
    if not text:
        return ()
    words = dict.fromkeys(
        word.strip(".,;:()").lower() for part, matched in snippet.parts if matched for word in part.split()
    )
    if words:
        return (f"Mentions {', '.join(list(words)[:6])}",)
    return ("Some of your words are elsewhere in it",) if coverage > 0.3 else ("Close in meaning, in other words",)


def highlight(text: str, query: str, characters: int = 210) -> list[Part]:
    """The best stretch of a text for a query, as (words, whether they match) parts; ellipses where it was cut.

    The stretch of about `characters` characters is the one with the most different matching words, the first such.
    """
    wanted = frozenset(_stems(query))
    words = text.split()
    marks = [next((stem for stem in _stems(word) if stem in wanted), "") for word in words]
    start, end = _window(words, marks, characters)
    stretch = " ".join(words[start:end])
    parts: list[Part] = [("… ", False)] if start else []
    place = 0
    for found in _WORD.finditer(stretch):
        if wanted.isdisjoint(_stems(found[0])):
            continue
        between = stretch[place : found.start()]
        if between == " " and parts and parts[-1][1]:  # two matching words in a row are one mark
            parts[-1] = (f"{parts[-1][0]} {found[0]}", True)
        else:
            parts += [(between, False)] if between else []
            parts.append((found[0], True))
        place = found.end()
    rest = stretch[place:] + (" …" if end < len(words) else "")
    return [*parts, (rest, False)] if rest else parts


_WORD: Final = re.compile(r"\w+(?:[-&'\u2019]\w+)*")


@lru_cache(maxsize=20_000)
def _stems(word: str) -> tuple[str, ...]:
    return tuple(terms(word))


def _window(words: Sequence[str], marks: Sequence[str], characters: int) -> tuple[int, int]:
    """The first run of words, no longer than `characters`, that holds the most different marks; it begins a little before them."""
    best, bounds, end, size = -1, (0, len(words)), 0, 0
    for start in range(len(words) if any(marks) else min(1, len(words))):
        while end < len(words) and size + len(words[end]) < characters:
            size += len(words[end]) + 1
            end += 1
        kinds = len(set(marks[start:end]) - {""})
        begins_sentence = start == 0 or words[start - 1][-1] in ".:!?"
        value = kinds * 2 + begins_sentence  # of equal stretches, one that begins with a sentence reads better
        if value > best:
            best, bounds = value, (start, max(end, start + 1))
        if end == len(words):
            break
        size -= len(words[start]) + 1
    return bounds
