"""Owns the offer: a field's value that stands in somebody's text, with the words it was read from. Never takes one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Value: TypeAlias = str | tuple[str, ...] | Mapping[str, str] | tuple[Mapping[str, str], ...]

MAX_QUOTE: Final = 300  # characters of the words that an offer was read from

_SENTENCE: Final = re.compile(r"(?<=[.!?])[\"\u201d\u2019)]*\s+(?=[\"\u201c\u2018(]?[A-Z0-9\u00a3])")
_SHORT: Final = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|vs|e\.g|i\.e|approx|Fig|et al)|\b[A-Z])\.$")
_SHORTEST: Final = 12  # characters looked at for a word with a full stop that ends no sentence


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph, list or row of a document as plain text. `part` is its section or field, "Title", or empty.

    `row` has the cells when it is a row of a table, and `head` those of that table's first row.
    """

    text: str
    part: str = ""
    heading: str = ""
    row: tuple[str, ...] = ()
    head: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """Where it stands, for a sentence."""
        if self.part == "Title":
            return "in the title"
        return f"under \u201c{self.heading}\u201d" if self.heading else "before the first heading"


@dataclass(frozen=True, slots=True)
class Offer:
    """A value for a field in the shape that `CaseStudy` takes; of a field with many, a tuple with one.

    `quote` are the document's own words, `reason` a sentence. `sure`: the document says so under a label or heading for
    it, or in a way that leaves no doubt. `whole`: the value says all that its paragraph says.
    """

    field: str
    value: Value
    quote: str
    reason: str
    sure: bool = False
    whole: bool = False


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a text with where each begins."""
    start = 0
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for gap in _SENTENCE.finditer(line[0]):
            end = line.start() + gap.start()
            if not _SHORT.search(text[max(start, end - _SHORTEST) : end]):
                yield start, text[start:end].strip()
                start = line.start() + gap.end()
        if rest := text[start : line.end()].strip():
            yield start, rest


def quoted(text: str, start: int, end: int) -> str:
    """The sentence that holds these characters, cut around them when it is long."""
    found = text[start:end]
    for begin, sentence in sentences(text):
        if begin <= start < begin + len(sentence) + 1:
            found = sentence
            start, end = start - begin, end - begin
            break
    if len(found) > MAX_QUOTE:
        middle = max(0, min((start + end - MAX_QUOTE) // 2, len(found) - MAX_QUOTE))
        before, after = "\u2026" * bool(middle), "\u2026" * (middle + MAX_QUOTE < len(found))
        found = f"{before}{found[middle : middle + MAX_QUOTE].strip()}{after}"
    return " ".join(found.split())
