"""Owns spotting an exact age with a place, and ages that few people reach. Never stops bands and averages."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.ages import is_a_band
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_UNITS: Final = "(?:one|two|three|four|five|six|seven|eight|nine)"
_RARE: Final = rf"(?:9\d|1[01]\d|ninety(?:[ \-]{_UNITS})?|(?:a|one) hundred(?: and {_UNITS})?)"
_WHO: Final = (
    r"(?:man|woman|lady|gentleman|gent|boy|girl|patient|resident|inpatient|mother|father|grandmother|grandfather|grandad|grandma|granny|nana|mum|dad|nan|gran|husband|wife|aunt|uncle|brother|sister|neighbour|pensioner|widow|widower|service user|client"
    r"|student|teenager|pupil|male|female|person|carer|child|nun|farmer|veteran|miner|teacher|nurse|fisherman|priest|vicar|builder|driver|shopkeeper|postman|one|musician|artist)"
)
_OLD: Final = r"[- ]?(?:years?[- ]old|years? of age|years? young|year[- ]old|y/?o|yrs?(?: old)?)(?![a-z])"
_MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
_SOMEWHERE: Final = (
    r"[^\n.;]{0,40}?\b(?:from|in|of|at|near|on|to)(?: the)?(?: (?:village|hamlet|town|isle|island|city|parish|island group) of)?"
    rf" (?!{_MONTHS}|NHS|CAMHS|A&E|ED|England\b|Black|Asian|White|Section)[A-Z][a-z]"
)
# From the word on that shows an age, and what stands before it.
_AGE_WORDS: Final = frozenset("aged year years yo yr yrs y of".split())
_YEARS: Final = re.compile(
    rf"(?:y/?o|yrs?|years?)(?:[- ](?:old|of age|young))?(?!s)(?: [\w\-]+){{0,3}}? {_WHO}\b(?! (?:service|ward|unit|team)){_SOMEWHERE}"
)
_NUMBER_BEFORE: Final = re.compile(r"(?<![\d.])(?P<age>\d{1,3})[- ]?$")
_AGED: Final = re.compile(rf"(?:aged|of) (?P<age>\d{{2,3}})\b(?! (?:days|weeks|months|beds))\)?{_SOMEWHERE}")
_WHO_BEFORE: Final = re.compile(rf"\b{_WHO},? \(?$")
_NOT_A_PERSON: Final = re.compile(
    r"[- ]?(?:s\b|(?: (?:service|ward|unit|team|trust|building|hospital|policy|law|act|house|home|charity|tradition|organisation|tree|model))\b)"
)
_THING_IS: Final = re.compile(
    r"\b(?:building|house|hospital|trust|ward|service|home|school|church|system|law|act|tree|charity|organisation|estate|site|chapel|nhs) (?:is|was)(?: now| about| nearly)? $"
)
_NUMBER: Final = re.compile(r"(?:9\d|1[01]\d)(?!\d|[.,]\d|%)")
_HAS_OLD: Final = re.compile(rf"{_RARE}{_OLD}")
_SAID_BEFORE: Final = re.compile(
    rf"\b(?:aged? |(?:she|he|who|{_WHO}|oldest[^\n.;]{{0,60}}?|they|{_WHO} (?:of|in|at|from) [a-z][\w' ]{{2,30}}) (?:had reached|has reached|reached|is|was|had turned|turned|has turned|will be|turns|is now|is nearly|was nearly|just turned|recently turned) "
    r"|(?:man|woman|lady|gentleman|person|resident|patient|age) of |(?:man|lady|gentleman|resident|patient|widow|widower|mother|father|mum|dad|nan|gran|pensioner|husband|wife|brother|sister|aunt|uncle|son|daughter|carer|neighbour|friend|partner|grandmother|grandfather|tenant)(?:, | \()|at )$"
)
_SAID_AFTER: Final = re.compile(
    r"(?=[,.;)]|$| (?:and|years|when|with|from|who|in|this|on|last|lives?|lived|during|before|after|while|just|the (?:day|week|month|year))\b)(?! (?:days|weeks|months|and over|or over)| to \d)"
)
_AT_AFTER: Final = re.compile(r",? (?:she|he|was|still|had|has)\b")


def exact_ages(text: Readable) -> Iterator[Identifier]:
    """One person's age with where they live, and ages from 90 on."""
    lower, original = text.lower, text.text
    for start in text.where(_AGE_WORDS):
        number = _NUMBER_BEFORE.search(lower, max(0, start - 5), start)
        if number and (found := _YEARS.match(original, start)) and not is_a_band(text, number.start(), start):
            yield identifier("exact-age", *text.span(number.start(), found.end()), False)
        elif (found := _AGED.match(original, start)) and _WHO_BEFORE.search(lower, max(0, start - 30), start):
            yield identifier("exact-age", *text.span(found.start("age"), found.end()), False)
    anchors = [match.start() for match in _NUMBER.finditer(lower)]
    for start in [*anchors, *text.where(frozenset(("ninety", "hundred")))]:
        begin = start
        if lower.startswith("hundred", start):
            begin -= next((len(one) for one in ("a ", "one ") if lower.endswith(one, 0, start)), 0)
        yield from _rare(text, begin)
    if "birthday" in text.words:
        for birthday in _BIRTHDAY.finditer(lower):
            yield identifier("exact-age", *text.span(*birthday.span("age")), False)
    if "nonagenarian" in text.words or "centenarian" in text.words:
        for start in text.where(frozenset(("nonagenarian", "centenarian"))):
            yield identifier("exact-age", *text.span(start, start + 11), False)


_BIRTHDAY: Final = re.compile(
    r"\b(?:her|his|mum's|dad's|nan's|gran's) (?P<age>(?:9\d|1[01]\d)(?:st|nd|rd|th)|(?:nine|hundred and \w)\w{2,14}th|hundredth) birthday"
)
_RARE_AGE: Final = re.compile(_RARE)


def _rare(text: Readable, start: int) -> Iterator[Identifier]:
    lower = text.lower
    age = _RARE_AGE.match(lower, start)
    if (
        not age
        or (start and (lower[start - 1].isdigit() or lower[start - 1] in "./-\u00a3$"))
        or is_a_band(text, start, age.end())
    ):
        return
    ahead = text.before(start, 72)
    old = _HAS_OLD.match(lower, start)
    if old and not _THING_IS.search(ahead) and not _NOT_A_PERSON.match(lower, old.end()):
        yield identifier("exact-age", *text.span(start, old.end()), False)
    elif (said := _SAID_BEFORE.search(ahead)) and not _THING_IS.search(ahead):
        after = _AT_AFTER if said.group() == "at " else _SAID_AFTER
        if after.match(lower, age.end()):
            yield identifier("exact-age", *text.span(start, age.end()), False)
