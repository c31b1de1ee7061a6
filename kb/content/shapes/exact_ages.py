"""Owns spotting an exact age that only one person in a place may have, and ages that few people reach. Never stops bands and averages."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_UNITS: Final = "(?:one|two|three|four|five|six|seven|eight|nine)"
_VERY_OLD_WORDS: Final = rf"ninety(?:[ \-]{_UNITS})?|a hundred(?: and {_UNITS})?|one hundred(?: and {_UNITS})?"
_RARE: Final = rf"(?:9\d|1[01]\d|{_VERY_OLD_WORDS})"
_WHO: Final = (
    r"(?:man|woman|lady|gentleman|gent|boy|girl|patient|resident|inpatient|mother|father|grandmother|grandfather|mum|dad|nan|gran|pensioner|widow|widower|service user|client|student|teenager|pupil|male|female|person|carer|child|nun|farmer"
    r"|veteran|miner|teacher|nurse|fisherman|priest|vicar|builder|driver|shopkeeper|postman|postmistress|one|sufferer|musician|artist|farmer's wife)"
)
_OLD: Final = r"[- ]?(?:years?[- ]old|years? of age|years? young|year[- ]old|y/?o|yrs?(?: old)?)(?![a-z])"
_SOMEWHERE: Final = (
    r"[^\n.;]{0,40}?\b(?:from|in|of|at|near|on|to)(?: the)?(?: (?:village|hamlet|town|isle|island|city|parish|island group) of)? (?!January|February|March|April|May|June|July|August|September|October|November|December|NHS|CAMHS|A&E|ED|England\b|Black|Asian|White|Section)"
    r"[A-Z][a-z]"
)
_WITH_PLACE: Final = re.compile(
    rf"(?P<old>\d{{1,3}}{_OLD})(?!s)(?: [\w\-]+){{0,3}}? {_WHO}\b(?! (?:service|ward|unit|team)){_SOMEWHERE}|{_WHO},? \(?aged? (?P<aged>\d{{1,3}})\b\)?{_SOMEWHERE}|{_WHO} of (?P<of>\d{{2,3}})\b(?! (?:days|weeks|months|beds)){_SOMEWHERE}"
)
_BAND: Final = re.compile(
    r"\b(?:over|under|than|to|last|for|after|from|between|and|or|about|every|past|within|by|next|up to|at least|range|average|mean|median|ages|people|patients|adults|those|age of|-) ?$"
)
_NOT_A_PERSON: Final = re.compile(
    r"[- ]?(?:s\b|(?: (?:service|ward|unit|team|trust|building|hospital|policy|law|act|house|home|charity|tradition|organisation|tree|model))\b)"
)
_THING_IS: Final = re.compile(
    r"\b(?:building|house|hospital|trust|ward|service|home|school|church|system|law|act|tree|charity|organisation|estate|site|chapel|nhs) (?:is|was)(?: now| about| nearly)? $"
)
_AGED: Final = re.compile(rf"(?P<old>{_RARE}{_OLD})")
_SAID: Final = re.compile(
    rf"\baged? (?P<aged>{_RARE})\b(?! (?:and|or|to|plus)\b| ?[\-+/%]|[.,]\d)"
    rf"|\b(?:she|he|who|{_WHO}|oldest[^\n.;]{{0,60}}?|they|had) (?:is|was|had turned|turned|has turned|will be|turns|is now|is nearly|was nearly|just turned|recently turned) (?P<is>{_RARE})(?=[,.;)]| and\b| years| when| with| who| in\b| this| on\b| last|$)(?![.,]\d| (?:days|weeks|months))"
    rf"|\b(?:man|woman|lady|gentleman|person|resident|patient|age) of (?P<of>{_RARE})\b(?! (?:days|weeks|months|beds|people|and|or))"
    rf"|\bat (?P<at>{_RARE}),? (?:she|he|was|still)\b"
)
_PLACED: Final = re.compile(r"nonagenarian(?!s)|centenarian(?!s)")


def exact_ages(text: Readable) -> Iterator[Identifier]:
    """One person's age with where they live, and ages from 90 on."""
    original, lower, words = text.text, text.lower, text.words
    if words & {"aged", "age", "old", "yo", "y", "yr", "yrs", "of", "young"}:
        for match in _WITH_PLACE.finditer(original):
            if not _BAND.search(text.before(match.start(), 16)):
                yield _found(text, match)
        for match in _AGED.finditer(lower):
            outside = (
                _BAND.search(text.before(match.start(), 16))
                or lower[max(0, match.start() - 1) : match.start()].isdigit()
            )
            if (
                not outside
                and not _THING_IS.search(text.before(match.start(), 40))
                and not _NOT_A_PERSON.match(lower, match.end())
            ):
                yield _found(text, match)
    for match in (
        _SAID.finditer(lower)
        if words & {"aged", "age", "is", "was", "turned", "be", "turns", "at", "of", "nearly"}
        and _HAS_RARE.search(lower)
        else ()
    ):
        name = match.lastgroup or "aged"
        if not (match["aged"] and _BAND.search(text.before(match.start(), 12))) and not _THING_IS.search(
            text.before(match.start(name), 40)
        ):
            yield _found(text, match)
    if "nonagenarian" in words or "centenarian" in words:
        for match in _PLACED.finditer(lower):
            yield identifier("exact-age", *text.span(*match.span()), False)


_HAS_RARE: Final = re.compile(r"9\d(?!\d)|1[01]\d(?!\d)|ninety|a hundred|one hundred")


def _found(text: Readable, match: re.Match[str]) -> Identifier:
    name = next(key for key, value in match.groupdict().items() if value)
    return identifier("exact-age", *text.span(match.start(name), match.end()), False)
