"""Owns finding what may say who a patient is, in any text or file name: the one door to all shapes. Never changes a text.

It is built to be right on text that nobody here has seen: shapes and the words around them, no list of sentences. How
often it is right is measured: tests/identifiers/README.md.
"""

from collections.abc import Iterator
from typing import Final

from kb.content.shapes.birth_dates import birth_dates
from kb.content.shapes.digit_runs import digits
from kb.content.shapes.exact_ages import exact_ages
from kb.content.shapes.file_words import file_names, names_in, spaced
from kb.content.shapes.home_addresses import home_addresses
from kb.content.shapes.identifier import Identifier, distinct
from kb.content.shapes.initials import initials_with_age
from kb.content.shapes.labelled_names import labelled_names
from kb.content.shapes.listed_people import listed_people
from kb.content.shapes.lone_names import lone_names
from kb.content.shapes.mailboxes import emails
from kb.content.shapes.named_people import named_people
from kb.content.shapes.nhs_numbers import nhs_numbers
from kb.content.shapes.official_numbers import official_numbers
from kb.content.shapes.people_in_sentences import people_in_sentences
from kb.content.shapes.phones import phones
from kb.content.shapes.postcodes import postcodes
from kb.content.shapes.readable import Readable
from kb.content.shapes.record_numbers import hospital_numbers
from kb.content.shapes.small_numbers import small_numbers
from kb.content.shapes.titled_names import titled_names

_SHAPES: Final = (
    official_numbers, birth_dates, postcodes, emails, home_addresses, initials_with_age, titled_names, named_people, listed_people,
    labelled_names, people_in_sentences, lone_names, small_numbers, exact_ages,
)  # fmt: skip


def find(text: str) -> list[Identifier]:
    """Every identifier in plain text or Markdown, in order of place; none overlaps another. Linear in the text's length."""
    readable = Readable(text)
    return distinct([*_find(readable), *_in_file_names(readable)])


def _find(text: Readable) -> Iterator[Identifier]:
    figures = digits(text)
    yield from nhs_numbers(text, figures)
    yield from hospital_numbers(text, figures)
    yield from phones(text, figures)
    for look in _SHAPES:
        yield from look(text)


def _in_file_names(text: Readable) -> Iterator[Identifier]:
    """What a file's name that stands in a text tells."""
    for start, end in file_names(text):
        for one in in_name(text.text[start:end]):
            yield Identifier(*text.span(start + one.start, start + one.end), one.kind, one.certain, one.reason)


def in_name(name: str) -> list[Identifier]:
    """Every identifier in the name of a file, where dashes, underscores and capitals stand between words."""
    found = [*names_in(name)]
    for reading in dict.fromkeys((name, spaced(name))):
        found += _find(Readable(reading))
    return distinct(found)
