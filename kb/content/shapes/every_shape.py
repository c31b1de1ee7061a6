"""Owns looking for every shape of an identifier in one text. Never decides what a shape is: each has its module.

Apart from the door to it, because the expressions of all shapes take a tenth of a second to compile.
"""

from collections.abc import Iterator
from typing import Final

from kb.content.shapes.birth_dates import birth_dates
from kb.content.shapes.digit_runs import digits
from kb.content.shapes.exact_ages import exact_ages
from kb.content.shapes.home_addresses import home_addresses
from kb.content.shapes.identifier import Identifier
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


def every_shape(text: Readable) -> Iterator[Identifier]:
    """All that any shape finds; some of it may overlap."""
    figures = digits(text)
    yield from nhs_numbers(text, figures)
    yield from hospital_numbers(text, figures)
    yield from phones(text, figures)
    for look in _SHAPES:
        yield from look(text)
