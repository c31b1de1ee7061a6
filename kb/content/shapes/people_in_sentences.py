"""Owns spotting names by what the sentence says of them: admitted, detained, aged 34, somebody's mother. Never stops staff in their role."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.given_names import GIVEN_NAMES, is_given_name, is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import is_inside_a_word, is_name, longer_words, stands
from kb.content.shapes.readable import Readable
from kb.content.shapes.said_of_people import SUBJECT, is_said_of_a_person

# What has to stand there before it is worth looking for names that are in no list.
_CUES: Final = frozenset(
    """
    who whose whom mother mum mam father dad wife husband son sons daughter daughters brother brothers sister
    sisters gran nan grandmother grandfather aunt uncle widow girlfriend boyfriend readmitted admitted attended
    presented denied complained reports settled unsettled leave slept awake asleep my our tearful agitated restless
    hears cried remembers hated likes liked felt lives lived refused she he her his been had got gone loves enjoys
    dislikes cto sec informal attend dna brought absconded overdosed tribunal medication diagnosis parents family
    seizures detained sectioned discharged secluded restrained sedated arrested hospitalised hospitalized tasered
    handcuffed aged now then old woman man lady gentleman girl boy teenager inpatient pensioner kin
    """.split()
)
_FREQUENT: Final = frozenset(
    ("patient", "user", "resident", "client", "carer", "service", "care", "section", "died", "fell", "has", "turned")
)
_AFTER_A_NAME: Final = re.compile(
    r"(?:(?:,| \(| -) ?(?:an? |the |our |former |ex-|current )?(?:service )?|'s |[a-z] |\) |, )$"
)
_REACH: Final = 70  # characters before such a word in which the name stands
# A capital word after one of these is a place, mostly.
_AT: Final = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Ff]rom|[Nn]ear|[Oo]f|[Aa]cross|[Tt]o|[Aa]round|[Oo]utside|[Bb]eyond|[Oo]n|[Vv]ia|[Uu]sing|[Tt]he)(?: [A-Z][\w'\-]+(?:,| and|, and))? $"
)
_NO_NAME_ENDS_SO: Final = ("ing", "ly", "ian", "ish", "ese")
_UNSURE: Final = frozenset(("cared", "verb", "age"))


def people_in_sentences(text: Readable) -> Iterator[Identifier]:
    """Names of which the sentence says what is only said of patients and those close to them."""
    for low, high in _windows(text):
        for match in SUBJECT.finditer(text.text, low, high):
            yield from _named(text, match)
    for start in text.where(GIVEN_NAMES):  # also behind another capital word: Since Emma died
        if said := SUBJECT.match(text.text, start):
            yield from _named(text, said)


def _named(text: Readable, match: re.Match[str]) -> Iterator[Identifier]:
    long = longer_words(match["name"])
    if is_inside_a_word(text.text, match.start()) or not long or not is_name(" ".join(long)):
        return
    given = is_given_name(long[0])
    known = is_only_a_name(long[0]) or (given and len(long) > 1)
    shape = _has_the_shape(text, match, long)
    if is_said_of_a_person(text, match, known, given, shape) and stands(text, *match.span("name")):
        yield identifier("name", *text.span(*match.span("name")), known and match.lastgroup not in _UNSURE)


def _windows(text: Readable) -> Iterator[tuple[int, int]]:
    """Stretches of text around the cues, those that overlap as one."""
    low = high = -1
    lower = text.lower
    after = (start for start in text.where(_FREQUENT) if _AFTER_A_NAME.search(lower, max(0, start - 24), start))
    for position in sorted({*text.where(_CUES), *text.where(GIVEN_NAMES), *after}):
        if position - _REACH > high:
            if high > 0:
                yield low, high
            low = max(0, position - _REACH)
        high = position + _REACH
    if high > 0:
        yield low, min(high, len(text.text))


def _has_the_shape(text: Readable, match: re.Match[str], words: list[str]) -> bool:
    """Whether it looks like a name, though it is in no list: no place, nation or plural."""
    name, original = match["name"], text.text
    if _AT.search(original, max(0, match.start() - 40), match.start()) or words[0].endswith(_NO_NAME_ENDS_SO):
        return False
    if name.isupper():  # HILL Margaret and MARGARET HILL, but no line of capitals
        around = original[max(0, match.start() - 20) : match.end() + 20]
        return len(words) > 1 and min(map(len, words)) > 2 and not around.isupper()
    one = match.lastgroup == "close" or (match.lastgroup == "sure" and " was " in match["sure"])
    return one or not words[-1].endswith("s") or len(words) > 1
