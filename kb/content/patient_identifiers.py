"""Owns finding what may say who a patient is, in any text or file name: the one door to all shapes. Never changes a text.

It is built to be right on text that nobody here has seen: shapes and the words around them, no list of sentences. How
often it is right is measured: tests/identifiers/README.md.
"""

from collections.abc import Iterator

from kb.content.shapes.birth_dates import birth_dates
from kb.content.shapes.digit_runs import runs
from kb.content.shapes.exact_ages import exact_ages
from kb.content.shapes.file_words import FILE_NAME, names_in, spaced
from kb.content.shapes.home_places import home_addresses, postcodes
from kb.content.shapes.identifier import Identifier, distinct
from kb.content.shapes.initials import initials_with_age
from kb.content.shapes.mailboxes import emails
from kb.content.shapes.named_people import named_people
from kb.content.shapes.nhs_numbers import nhs_numbers
from kb.content.shapes.official_numbers import official_numbers
from kb.content.shapes.people_in_sentences import people_in_sentences
from kb.content.shapes.phones import phones
from kb.content.shapes.readable import Readable
from kb.content.shapes.record_numbers import hospital_numbers
from kb.content.shapes.small_numbers import small_numbers


def find(text: str) -> list[Identifier]:
    """Every identifier in plain text or Markdown, in order of place; none overlaps another. Linear in the text's length."""
    readable = Readable(text)
    return distinct([*_find(text), *_in_file_names(readable)])


def _find(text: str) -> list[Identifier]:
    readable = Readable(text)
    found_runs = runs(readable)
    return distinct(
        [
            *nhs_numbers(readable, found_runs),
            *hospital_numbers(readable, found_runs),
            *official_numbers(readable),
            *birth_dates(readable),
            *phones(readable, found_runs),
            *postcodes(readable),
            *emails(readable),
            *home_addresses(readable),
            *initials_with_age(readable),
            *named_people(readable),
            *people_in_sentences(readable),
            *small_numbers(readable),
            *exact_ages(readable),
        ]
    )


def _in_file_names(text: Readable) -> Iterator[Identifier]:
    """What a file's name that stands in a text tells."""
    for match in FILE_NAME.finditer(text.text):
        if text.in_address(match.start()):
            continue
        for one in in_name(match.group()):
            start, end = text.span(match.start() + one.start, match.start() + one.end)
            yield Identifier(start, end, one.kind, one.certain, one.reason)


def in_name(name: str) -> list[Identifier]:
    """Every identifier in the name of a file, where dashes, underscores and capitals stand between words."""
    found = [*names_in(name)]
    for reading in dict.fromkeys((name, spaced(name))):
        found += _find(reading)
    return distinct(found)
