"""Owns the passage: a case study cut into pieces that can be found on their own. Never embeds or stores them."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kb.content.case_study import CaseStudy, Measure
from kb.content.markdown import Block
from kb.content.vocabulary import Vocabulary
from kb.search.facets import FACETS, label

VERSION: Final = 1  # raise when the same case study would give other passages: every index is then built anew
MAX_WORDS: Final = 160  # with the title about 230 word pieces, under the 256 that all-MiniLM-L6-v2 reads


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a case study. `section` is its heading, `anchor` the id of the nearest heading on the page."""

    section: str
    anchor: str
    text: str
    title: str

    @property
    def embedded(self) -> str:
        """The text that is embedded: the title and heading give the piece its context."""
        return f"{self.title}. {self.section}: {self.text}" if self.section else f"{self.title}. {self.text}"

    @property
    def digest(self) -> str:
        """SHA-256 of the embedded text: equal digests have equal vectors."""
        return hashlib.sha256(self.embedded.encode()).hexdigest()


def split(case_study: CaseStudy, vocabulary: Vocabulary) -> list[Passage]:
    """The passages of a case study, in reading order; never empty, because there is always a title."""
    title = case_study.title
    found: list[Passage] = []
    if case_study.summary:
        found.append(Passage("Summary", "summary", case_study.summary, title))
    if case_study.measures:
        figures = [Block(figure(measure), "figures") for measure in case_study.measures]
        found += [Passage("Figures", "figures", text, title) for text, _ in _pieces(figures)]
    for section in case_study.sections:
        found += [
            Passage(section.heading, anchor or section.anchor, text, title) for text, anchor in _pieces(section.blocks)
        ]
    if facts := at_a_glance(case_study, vocabulary):
        found.append(Passage("At a glance", "at-a-glance", facts, title))
    return found or [Passage("", "", title, title)]


def figure(measure: Measure) -> str:
    """One measure as a sentence, such as "Missed appointments: 22% to 14% (2019 to 2020)."."""
    values = " to ".join(with_unit(value, measure.unit) for value in (measure.baseline, measure.result) if value)
    extra = "; ".join(text for text in (measure.period, measure.note) if text)
    return f"{measure.name}: {values or 'no figure given'}{f' ({extra})' if extra else ''}."


def with_unit(value: str, unit: str | None) -> str:
    """A figure with its unit: "22%", "14 days", "under 12 weeks"; words such as "8% reduction" stay as they are."""
    if not unit or not value[-1].isdigit():
        return value
    return f"{value}{unit}" if unit.startswith("%") else f"{value} {unit}"


def at_a_glance(case_study: CaseStudy, vocabulary: Vocabulary) -> str:
    """The tags in words, so that a search for an organisation's short name or another word for a topic finds them."""
    facts: list[str] = []
    for facet in FACETS:
        if facet.name in ("verdict", "kind", "year", "outcome"):
            continue  # words such as "improved" would match what people type without meaning it
        raw = getattr(case_study, facet.field) or ()
        labels = [label(facet, value, vocabulary) for value in ([raw] if isinstance(raw, str) else raw)]
        if facet.name == "organisation":
            labels = [_with_short_name(value, vocabulary) for value in case_study.organisations]
        if labels:
            facts.append(f"{facet.label}: {', '.join(labels)}.")
    if case_study.partners:
        facts.append(f"Partners: {', '.join(case_study.partners)}.")
    if case_study.population:
        facts.append(f"For: {case_study.population}.")
    return " ".join(facts)


def _with_short_name(id_: str, vocabulary: Vocabulary) -> str:
    organisation = vocabulary.organisations.get(id_)
    if organisation is None:
        return id_
    return f"{organisation.name} ({organisation.short_name})" if organisation.short_name else organisation.name


def _pieces(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Texts of at most MAX_WORDS words with the anchor each begins under; cut at blocks, else at sentences."""
    words: list[str] = []
    size, anchor = 0, ""
    for block in blocks:
        for sentence in _short_sentences(block.text):
            length = len(sentence.split())
            if words and (size + length > MAX_WORDS or block.anchor != anchor):
                yield " ".join(words), anchor
                words, size = [], 0
            anchor = block.anchor
            words.append(sentence)
            size += length
    if words:
        yield " ".join(words), anchor


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order."""
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])", text)


def _short_sentences(text: str) -> Iterator[str]:
    for sentence in sentences(text):
        words = sentence.split()
        for start in range(0, len(words), MAX_WORDS):  # a "sentence" without a full stop for a page
            yield " ".join(words[start : start + MAX_WORDS])
