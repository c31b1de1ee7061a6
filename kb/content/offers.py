"""Owns what a document offers for the fields of a case study: found in its words, each with the words. Never invents, infers or takes one."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kb.content import markdown
from kb.content.case_study import HEAD_FIELDS, SECTIONS
from kb.content.heading_words import meaning
from kb.content.offered.bodies import bodies
from kb.content.offered.concepts import concepts
from kb.content.offered.dates import dates
from kb.content.offered.measures import measures
from kb.content.offered.offer import Offer, Told, Value
from kb.content.offered.words import words
from kb.content.section_mapping import Placed
from kb.content.vocabulary import Vocabulary

__all__ = ["Offer", "Value", "offers"]

_LEFT_OUT: Final = ("Sources",)  # other people's work
_MOST_CHARACTERS: Final = 300_000  # that are looked through: 100 pages
_CELL: Final = re.compile(r"(?<!\\)\|")
_ITEM: Final = re.compile(r"^[ ]*(?:[-*+]|\d{1,9}[.)])[ ]+", re.MULTILINE)
_RULE: Final = re.compile(r"[-: ]+")


def offers(placed: Placed, vocabulary: Vocabulary) -> tuple[Offer, ...]:
    """The offers, in the order of the fields, of one field the plainest first.

    Time grows with the length of the text only.
    """
    told = list(_told(_bounded(placed)))
    found = [*bodies(told, vocabulary), *concepts(told, vocabulary), *dates(told), *measures(told), *words(told)]
    return tuple(sorted(found, key=lambda offer: HEAD_FIELDS.index(offer.field)))


def _bounded(placed: Placed) -> Placed:
    """The document up to what is looked through: parsing the rest would take longest of all."""
    left = _MOST_CHARACTERS
    sections: dict[str, str] = {}
    for section, text in placed.sections.items():
        sections[section] = text[:left]
        left -= len(sections[section])
    unplaced = []
    for part in placed.unplaced:
        unplaced.append(replace(part, text=part.text[: max(left, 0)]))
        left -= len(part.text)
    return replace(placed, sections=sections, unplaced=tuple(unplaced))


def _told(placed: Placed) -> Iterator[Told]:
    """The document in pieces, each with the part that it stands in."""
    if placed.title:
        yield Told(placed.title, "Title")
    for part in placed.unplaced:
        found = meaning(part.heading) if part.heading else None
        name = found.part if found else ""
        if name not in _LEFT_OUT:
            yield from _pieces(part.text, name, part.heading)
    for section in SECTIONS:
        if text := placed.sections.get(section):
            yield from _pieces(text, section, next(iter(placed.headings.get(section, ())), section))


def _pieces(text: str, part: str, heading: str) -> Iterator[Told]:
    """The pieces of one part. A smaller heading, or a word before a colon, may ask for a field."""
    here, over = part, heading
    for level, words_, source in markdown.outermost(text):
        if level:
            found = meaning(words_)
            asks = found is not None and found.part not in SECTIONS and found.part != "Summary"
            here, over = (found.part if found and asks else part), words_
        elif source.lstrip().startswith("|"):
            yield from _rows(source, here, over)
        else:
            for line in _lines(source):
                label, colon, rest = line.partition(":")
                asked = meaning(label) if colon and rest.strip() and len(label.split()) <= 6 else None
                if asked and asked.part not in SECTIONS and asked.part != "Summary":
                    yield Told(rest.strip(), asked.part, label.strip())
                elif line.strip():
                    yield Told(line.strip(), here, over)


def _lines(source: str) -> Iterator[str]:
    """The plain words of a paragraph, or of each item of a list."""
    items = _ITEM.split(source) if _ITEM.match(source) else [source]
    for item in items:
        yield from "\n".join(section.text for section in markdown.sections(item)).split("\n")


def _rows(source: str, part: str, heading: str) -> Iterator[Told]:
    """The rows of a table, each with the table's head."""
    head: tuple[str, ...] = ()
    for number, line in enumerate(source.split("\n")):
        plain = [
            " ".join(section.text for section in markdown.sections(cell))
            for cell in _CELL.split(line.strip().strip("|"))
        ]
        cells = tuple(" ".join(cell.split()) for cell in plain)
        if number == 0:
            head = cells
        elif not all(_RULE.fullmatch(cell.strip()) for cell in _CELL.split(line.strip().strip("|"))):
            yield Told(", ".join(cell for cell in cells if cell), part, heading, cells, head)
