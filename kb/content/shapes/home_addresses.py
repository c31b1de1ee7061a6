"""Owns spotting a house number with its street where somebody lives. Never stops a service's address."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

# Those that hardly mean anything else, and those that do.
_STREETS: Final = frozenset(
    """
    road rd street st lane ln avenue ave close crescent terrace gardens gdns grove mews wharf yard croft parade
    garth fold brow quay wynd
    """.split()
)
_LOOSE_STREETS: Final = frozenset(
    """
    drive way place court row hill walk square rise view park green house end lodge cottages tower towers villas
    gate bank lea fields mount heath common brow bridge approach moor
    """.split()
)
_HOUSE_BEFORE: Final = re.compile(
    r"(?<![\d.\-/\u00a3$])(?P<number>\d{1,4}[a-z]?),? (?:(?:on|in|of) )?(?:[a-z][\w'.\-]* ){1,3}$"
)
_NAMED_BEFORE: Final = re.compile(
    r"(?:(?!(?:at|in|on|to|from|near|by|of)\b)[a-z][\w']+ ){1,2}(?:cottage|farm|house|lodge|barn|mill|bungalow|croft|villa|grange|rectory|vicarage|forge|smithy|stables|granary|priory|dairy|farmhouse|chapel|oast), (?:[a-z][\w'.\-]* ){1,2}$"
)
_LIVES: Final = re.compile(
    r"\b(?:liv(?:es|ed|ing) (?:at|in|on|alone at|with [a-z ]{1,20} at)|resid(?:es|ed|ing) at|home address|(?:her|his|their|patient'?s|person'?s|user's|client'?s|resident's|family's) (?:home |current |last |new |old |usual )?(?:address|home|house|flat)|address on file|usual address|moved (?:in)?to|visited? (?:her|him|them) at|home is|house (?:no|number|name)|address(?: is|:|,)|(?:visits?|delivered|discharged|bungalow|house|flat|fell|fall|called|posted|sent) (?:[a-z]+ ){0,2}(?:to|at|outside|inside|from|in)|(?:drove|took|brought|sent|discharged|transferred|went|returned|walked|moved|saw) (?:(?:her|him|them|back|safely|patients?|the patient|mum|dad) )*(?:home )?to|been at|moved from|next of kin (?:is |lives )?at|(?:carried|helped|got|walked) (?:her|him|them|mum|dad) (?:out of|into|up to)|(?:she|he)(?:'s| is| was) at|i(?:'m| am) (?:at|in|living at)"
    r"|(?:saw|met|visited|seen|see) (?:the patient|her|him|them|mum|dad) at|picks? (?:her|him|them) up (?:at|from)|key ?safe (?:at|for|is at)|(?:bed|kit|oxygen|parcels?|letters?|monitor|hoist|medicines?|meds|equipment|taxi|commode) (?:was |were |had been )?(?:taken|sent|delivered|posted|went|going|left) (?:to|at)|(?:crew|ambulance|nurse|driver|taxi) [a-z ]{0,24}\b(?:to|at|from|find))\b[^\n]{0,25}$"
)
# Flat 3, 118 Tolworth Rise: a flat has somebody who lives in it.
_FLAT: Final = re.compile(r"\b(?:flat|apartment) (?:(?:\d{1,3}[a-z]?|[a-h]),? )?$|\b(?:no\.?|number) $")
_IN_A_TOWN: Final = re.compile(r",? ?[A-Z][a-z]{2,}")
_AT_HOME: Final = frozenset("lives lived living resides resided home address visited saw met".split())
_LIVES_AT: Final = re.compile(
    r"[A-Za-z]+(?: (?!until|since|from|before|after|for|every|again|discharged)[a-z]+){0,4}?(?: at|:| -) (?P<house>(?:[Nn]umber |[Nn]o\.? )?\d{1,3}[a-z]?,? (?!AM|PM|GMT|BST|Hours)[A-Z][\w']+)"
)
_WHOM: Final = re.compile(r"\b(?:her|him|them|patient|mum|dad|family|resident)\b")
_LIVES_THERE: Final = re.compile(
    r"\b(?:is home to|(?<=\()(?:her |his |own )?home\)|(?<=, )(?:her|his|their) home|where (?:she|he|they|the patient|mum|dad) liv|is where (?:she|he))"
)
_SOMEBODY: Final = re.compile(
    r"\b(?:mrs?|ms|miss|patients?|resident|parcel|lives?|lived|i've|my|her|his|mum|dad|she|he|nan|gran)\b"
)
# lives above the chip shop on Mill Lane
_LIVES_ON: Final = re.compile(r"\bliv(?:es|ed|ing) [^.;\n]{0,40}?\b(?:on|in|off|at) (?P<road>(?:[A-Z][\w']+ ){1,2})$")
_SERVICE: Final = re.compile(
    r"\b(?:our|trust|clinics?|offices?|teams?|services?|postal|charity|hospitals?|sites?|buildings?|centre|hub|base[ds]?|surgery|practice|ward|unit|venue|caf\u00e9?|cafe|premises|library|church|schools?|college|held|meets?|opened|headquarters|hq|shop|pharmacy|department|published|press|bought|rented|leased|training|rooms|events?|conference|respite|trustees|depot|garage|station|stop|ltd|limited|plc|house prices)\b"
)
_PERSON: Final = re.compile(
    r"\b(?:liv(?:es|ed|ing)|home|resid(?:es|ing)|patient'?s?|pt|flat|lady|man|woman|her|his|she|he|family|service user'?s?|client'?s?|carer'?s?|person'?s?)\b"
)


def home_addresses(text: Readable) -> Iterator[Identifier]:
    """A house number and its street, unless a service is said to be there."""
    lower, original = text.lower, text.text
    for start in text.where(_AT_HOME):
        at = _LIVES_AT.match(original, start)
        met = original[start : start + 3].lower() in ("vis", "saw", "met")
        if at and (not met or _WHOM.search(at.group().lower())) and not _SERVICE.search(text.before(start)):
            yield identifier("home-address", *text.span(*at.span("house")), False)
    for start in text.where(_STREETS | _LOOSE_STREETS):
        end = next(
            (n for n in range(start, min(len(lower), start + 12)) if not lower[n].isalpha()),
            min(len(lower), start + 12),
        )
        begin = max(0, start - 60)
        if at := _LIVES_ON.search(original, begin, start):
            yield identifier("home-address", *text.span(at.start("road"), end), False)
            continue
        house = _HOUSE_BEFORE.search(lower, begin, start) or _NAMED_BEFORE.search(lower, begin, start)
        if not house:
            continue
        ahead = text.before(house.start())
        lives = bool(_LIVES.search(ahead) or _FLAT.search(ahead))
        word = lower[start:end]
        if not lives:
            capitals = all(part[0].isupper() for part in original[house.start() : end].split() if part[0].isalpha())
            number = house.groupdict().get("number", "1")
            near = word in _LOOSE_STREETS and _IN_A_TOWN.match(original, end) and original[end : end + 1] == ","
            there = _LIVES_THERE.search(lower, end, end + 60)
            loose = word in _LOOSE_STREETS and not (there or (near and _SOMEBODY.search(ahead)))
            if not capitals or loose or (number.isdigit() and len(number) == 4):
                continue
        ours = _SERVICE.search(ahead) or (not lives and _SERVICE.search(lower, end, end + 50))
        if not ours or _PERSON.search(ahead):
            yield identifier("home-address", *text.span(house.start(), end), False)
