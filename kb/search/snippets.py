"""Owns what is shown of a case study that was found: the passage, the marked words, the reason. Never ranks case studies."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from kb.content.case_study import CaseStudy
from kb.search.catalogue import StoredPassage
from kb.search.embedders import Embedder
from kb.search.index import Index
from kb.search.late_interaction import places
from kb.search.lexical import stems, terms
from kb.search.passages import Passage, sentences
from kb.search.ranking import Asked
from kb.search.thesaurus import Reading

Part = tuple[str, bool]  # some words, and whether they match

_FEW_WORDS: Final = 0.5  # of what is looked for: with less, the sentence nearest in meaning says more than the words


@dataclass(frozen=True, slots=True)
class Snippet:
    """The passage that answers best: its heading, the id of that heading, and its words with the matching ones marked."""

    section: str
    anchor: str
    parts: tuple[Part, ...]
    in_meaning: bool = False  # what is marked is a sentence that says it in other words


def snippet(
    index: Index,
    asked: Asked,
    reading: Reading | None,
    found: CaseStudy,
    stored: Sequence[tuple[int, StoredPassage]],
    embedder: Embedder,
) -> Snippet:
    """What to show of a case study for this reading of a search; its summary when no words were given."""
    if reading is None:
        if found.summary:
            return Snippet("Summary", "summary", ((found.summary, False),))
        return Snippet("", "", ())  # its page has no summary to lead to
    position, passage = _best_passage(index, asked, stored)
    text = passage.text
    stems_ = frozenset(_sought(reading, text))
    if _shares(asked, passage) < _FEW_WORDS and asked.views:
        whole = Passage(passage.section, passage.anchor, text, found.title).embedded
        sentence = _sentence(index, asked, position, text, whole, embedder)
        if sentence and stems_.isdisjoint(terms(sentence)):
            return Snippet(passage.section, passage.anchor, tuple(_around(text, sentence)), in_meaning=True)
    return Snippet(passage.section, passage.anchor, tuple(highlight(text, stems_)))


def _best_passage(index: Index, asked: Asked, stored: Sequence[tuple[int, StoredPassage]]) -> tuple[int, StoredPassage]:
    """The passage to show: nearest in meaning, with a lift for each of the query's words it shows."""
    values = np.array([_shares(asked, passage) for _, passage in stored], np.float32)
    # Tags in a list are a poor thing to read: they are shown when nothing else holds the words.
    values -= np.array([0.3 if p.anchor == "at-a-glance" else 0.0 for _, p in stored], np.float32)
    first, owner = stored[0][0], int(index.passage_case_study[stored[0][0]])  # theirs stand side by side
    if asked.vector is not None:
        values += index.vectors.rows(slice(first, first + len(stored))) @ asked.vector
    values += index.pieces.by_passage(asked.views, owner)
    return stored[int(np.argmax(values))]


def _shares(asked: Asked, passage: StoredPassage) -> float:
    """The share of what is looked for that a passage says, in the words typed or in others."""
    row = f" {passage.stems} "
    held = frozenset(passage.stems.split(" "))
    found = 0.0
    for one in asked.wanted:
        share = len(held.intersection(one.stems)) / len(one.stems)
        if share < 1 and any(other[0] in held and _has_row(row, other) for other, _ in one.others):
            share = 1.0
        found += share
    return found / max(len(asked.wanted), 1)


def _has_row(row: str, wanted: Sequence[str]) -> bool:
    """Whether stems stand in this order with nothing between them; `row` has a blank around each stem."""
    return f" {' '.join(wanted)} " in row


def _row(text: str) -> str:
    return f" {' '.join(stems(text))} "


def _sought(reading: Reading, text: str) -> Iterator[str]:
    """The stems to mark in a text: those typed, and those of other ways to say them that the text uses."""
    row = _row(text)
    for span in reading.spans:
        yield from terms(span.typed)
        for other in span.others:
            if (wanted := stems(other.text)) and _has_row(row, wanted):
                yield from terms(other.text)


def _sentence(index: Index, asked: Asked, position: int, text: str, embedded: str, embedder: Embedder) -> str:
    """The sentence of a passage whose pieces answer the query best; "" when that cannot be told."""
    pieces = embedder.pieces(embedded)
    kept = places(embedded, pieces)
    contributed = [index.pieces.by_piece(view, position) for view in asked.views]
    if len(kept) != len(contributed[0]) or not kept:
        return ""
    offset = len(embedded) - len(text)
    ends = np.array([pieces[place].end - offset for place in kept])
    best, value, start = "", 0.0, 0
    for sentence in sentences(text):
        start = text.find(sentence, start)
        inside = (ends > start) & (ends <= start + len(sentence))
        if inside.any():
            here = sum(float(one[inside].max(axis=0).sum()) for one in contributed)
            if here > value:
                best, value = sentence, here
        start += len(sentence)
    return best


def _around(text: str, sentence: str, characters: int = 210) -> list[Part]:
    """The sentence, marked and cut at a word if it is long, with ellipses where the text goes on."""
    start = text.find(sentence)
    shown = sentence if len(sentence) <= characters else sentence[:characters].rsplit(" ", 1)[0]
    parts: list[Part] = [("\u2026 ", False)] if start > 0 else []
    parts.append((shown, True))
    return [*parts, (" \u2026", False)] if start + len(shown) < len(text) else parts


def why(reading: Reading | None, shown: Snippet, coverage: float) -> tuple[str, ...]:
    """Why this was found, in words for people."""
    if reading is None:
        return ()
    if shown.in_meaning:
        return ("Close in meaning: the marked sentence says it in other words",)
    row = _row("".join(part for part, _ in shown.parts))
    reasons = []
    for span in reading.spans:
        own = terms(span.typed)
        if own and not any(_has_row(row, [stem]) for stem in own):
            said = next((o.text for o in span.others if not o.organisation and _has_row(row, stems(o.text))), "")
            if said:
                reasons.append(f"Says \u201c{said}\u201d for your \u201c{span.typed}\u201d")
    words = dict.fromkeys(
        word.strip(".,;:()").lower()
        for part, matched in shown.parts
        if matched
        for word in part.split()
        if any(stem in terms(span.typed) for span in reading.spans for stem in terms(word))
    )
    if words:
        reasons.insert(0, f"Mentions {', '.join(list(words)[:6])}")
    if reasons:
        return tuple(reasons[:3])
    return ("Some of your words are elsewhere in it",) if coverage > 0.3 else ("Close in meaning, in other words",)


def highlight(text: str, wanted: Set[str], characters: int = 210) -> list[Part]:
    """The best stretch of a text for some stems, as (words, whether they match) parts; ellipses where it was cut.

    The stretch of about `characters` characters is the one with the most different matching words, the first such.
    """
    words = text.split()
    marks = [next((stem for stem in terms(word) if stem in wanted), "") for word in words]
    start, end = _window(words, marks, characters)
    stretch = " ".join(words[start:end])
    parts: list[Part] = [("… ", False)] if start else []
    place = 0
    for found in _WORD.finditer(stretch):
        if wanted.isdisjoint(terms(found[0])):
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
