"""Owns finding what may say who a patient is, in any text or file name: the one door to all shapes. Never changes a text.

It is built to be right on text that nobody here has seen: shapes and the words around them, no list of sentences. How
often it is right is measured: tests/identifiers/README.md.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kb.content.shapes.identifier import Identifier, distinct

if TYPE_CHECKING:
    from kb.content.shapes.readable import Readable


def find(text: str) -> list[Identifier]:
    """Every identifier in plain text or Markdown, in order of place; none overlaps another. Linear in the text's length."""
    from kb.content.shapes.every_shape import every_shape  # noqa: PLC0415 - see there; most pages look for none
    from kb.content.shapes.readable import Readable  # noqa: PLC0415

    readable = Readable(text)
    return distinct([*every_shape(readable), *_in_file_names(readable)])


def _in_file_names(text: "Readable") -> Iterator[Identifier]:
    """What a file's name that stands in a text tells."""
    from kb.content.shapes.file_words import file_names  # noqa: PLC0415

    for start, end in file_names(text):
        for one in in_name(text.text[start:end]):
            yield Identifier(*text.span(start + one.start, start + one.end), one.kind, one.certain, one.reason)


def in_name(name: str) -> list[Identifier]:
    """Every identifier in the name of a file, where dashes, underscores and capitals stand between words."""
    from kb.content.shapes.every_shape import every_shape  # noqa: PLC0415
    from kb.content.shapes.file_words import names_in, spaced  # noqa: PLC0415
    from kb.content.shapes.readable import Readable  # noqa: PLC0415

    found = [*names_in(name)]
    for reading in dict.fromkeys((name, spaced(name))):
        found += every_shape(Readable(reading))
    return distinct(found)
