"""Owns the patient identifier: a place in a text that may say who somebody is, its kind and why it matters. Never looks for one."""

from dataclasses import dataclass
from typing import Final

# Each kind with why it is stopped and what to write instead: one sentence, shown to whoever wrote the text.
REASONS: Final = {
    "nhs-number": "This looks like an NHS number, which leads to one person's record, so take it out.",
    "date-of-birth": "A date of birth helps to find out who somebody is, so take it out or give an age band such as 30 to 39.",
    "phone": "This looks like a person's phone number, so take it out or give the team's mailbox.",
    "postcode": "A full postcode covers about 15 homes, so take it out or name the town or the area.",
    "email": "This looks like one person's e-mail address, so give the mailbox of a team or role instead.",
    "hospital-number": "This looks like the number of a patient's record, so take it out.",
    "initials-age": "Initials with an age can tell colleagues and family who this is, so say something like: a patient in their thirties.",
    "name": "This looks like the name of a patient or of somebody close to one, so say something like: a patient, or a carer.",
    "small-number": "So few people in so small a place can be recognised, so write fewer than 5, or name a larger area.",
    "exact-age": "An exact age with a place, or a rare age, can tell who this is, so give an age band such as 80 or over.",
    "official-number": "This looks like a number that the state or a bank gave to one person, so take it out.",
    "home-address": "This looks like somebody's home address, so take it out or name the town or the area.",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """`start` and `end` are positions in the text as it was given. A certain one must go; a likely one may be explained."""

    start: int
    end: int
    kind: str
    certain: bool
    reason: str


def identifier(kind: str, start: int, end: int, certain: bool) -> Identifier:
    """An identifier with the reason of its kind."""
    return Identifier(start, end, kind, certain, REASONS[kind])


def distinct(found: list[Identifier]) -> list[Identifier]:
    """In order of place, one for each stretch of text: of those that overlap the certain one stays, else the longer."""
    kept: list[Identifier] = []
    for one in sorted(found, key=lambda i: (i.start, -i.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif (one.certain, one.end - one.start) > (kept[-1].certain, kept[-1].end - kept[-1].start):
            kept[-1] = one
    return kept
