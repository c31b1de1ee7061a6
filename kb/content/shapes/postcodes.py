"""Owns spotting full postcodes of the United Kingdom. Never stops an area, a room or a tariff's code."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_AREAS: Final = frozenset(
    """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY
    G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR
    NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA
    WC WD WF WN WR WS WV YO ZE
    """.split()
)
# The last three; some letters are never used there, but people mistype, and they put spaces where none should be.
_INWARD: Final = re.compile(r"[\dO](?:[A-Z]{2}| [A-Z]{2}|[A-Z] [A-Z]|[a-z]{2})(?![A-Za-z\d])")
_OUTWARD: Final = re.compile(
    r"(?:^|[^A-Za-z\d])(?P<out>(?P<area>[A-Za-z]{1,2})(?:\d{1,2}|\d[A-Za-z]|[\dO]{1,2})|(?P<apart>[A-Z]{1,2}) \d{1,2})(?P<gap> {0,3}| ?[\-|/,._()] ?)$"
)
_WRITTEN: Final = re.compile(r"\d(?!GB|TB)[ABD-HJLNP-UW-Z]{2}")  # letters that a postcode's end has
_ORDINAL: Final = re.compile(r"1st|2nd|3rd|[04-9]th", re.IGNORECASE)
_UNITS: Final = frozenset(
    """
    ft hr gb tb mb kb mg ml kg km cm mm am pm ug ph ps pt wt qt dl fl lb as us hz mc yr
    """.split()
)
# Anyhow apart, or spoken, where the words say that a postcode or somebody's home follows: N G 5 3 H X, LS eight two RD.
_NUMBER: Final = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|oh|zero|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty(?: \w+)?)"
_SPACED: Final = re.compile(
    rf"(?<![a-z\d])(?P<area>[a-z][ .\-]?[a-z]?)[ .\-]?{_NUMBER}[a-z]?(?:[ ,./|_\-]| then ){{0,3}}{_NUMBER}[ .\-]?[a-z][ .\-]?[a-z](?![a-z\d])"
)
_SAID_WORDS: Final = frozenset(
    "postcode postcodes post pcode code zip lives live living address home moved resides".split()
)
_SAID: Final = re.compile(
    r"\b(?:post[ -]?codes?|p/?code|zip(?: code)?|lives?|living|home|address|moved|resides)(?![a-z])[^\n]{0,24}?[ :(=\"']$"
)
_HOME: Final = re.compile(
    r"\b(?:liv(?:es|ed|ing)|home|address|post[ -]?codes?|p/?code|zip|resid(?:es|ing)|moved|patient'?s?|pt|from|house|flat|hostel|lady|man|woman|her|his|visits?|family|farm)\b"
)
_PERSON: Final = re.compile(
    r"\b(?:liv(?:es|ed|ing)|home|resid(?:es|ing)|patient'?s?|pt|flat|lady|man|woman|her|his|she|he|family|service user'?s?|client'?s?|carer'?s?|person'?s?)\b"
)
_OF_A_THING: Final = re.compile(
    r"\b(?:rooms?|bays?|beds?|theatres?|pods?|zones?|desks?|shel(?:f|ves)|rack|slots?|grid|cells?|lifts?|gates?|floors?|batch|model|serial|version|tariff|hrg|grant|award|commit|chassis|bus(?:es)?|flight|platform|junction|vitamin)\b(?: (?:no|number|is|was|called|named|numbered))?[ :.#]{1,2}$"
)

# Behind a town or a comma, where a service is said to be: the address of a venue.
_OF_A_SERVICE: Final = re.compile(
    r"\b(?:held (?:at|in)|venue|head office|offices?|headquarters|hq|based (?:at|in)|department|directorate|trust|hospital|university|library|centre|suite|hub|building|registered office|fund|college|society|foundation|institute|charity|association|council|plc|ltd|publish\w+|conference|training|write to us)\b[^\n]*[a-z,)] $",
    re.IGNORECASE,
)
_TOWN_BEFORE: Final = re.compile(r", (?:[A-Z][\w'\-]+ ){1,3}$")
_IN_A_ROOM: Final = re.compile(
    r"\b(?:rooms?|bays?|beds?|theatres?|pods?|zones?|tariff|model|serial|bus) (?:no |number )?$"
)


def postcodes(text: Readable) -> Iterator[Identifier]:
    """Full postcodes, in capitals or not, together or apart."""
    original = text.text
    for inward in _INWARD.finditer(original) if text.has_digit else ():
        outward = _OUTWARD.search(original, max(0, inward.start() - 8), inward.start())
        if outward and (outward["area"] or outward["apart"]).upper() in _AREAS:
            start = outward.start("out")
            ahead = text.before(start)
            written = text.text[max(0, start - 90) : start]
            if (
                (written.endswith((", ", ") ")) or _TOWN_BEFORE.search(written))
                and _OF_A_SERVICE.search(written)
                and not _PERSON.search(written.lower())
            ):
                continue
            if _is_postcode(outward, inward.group(), ahead) and not text.in_address(start):
                yield identifier("postcode", *text.span(start, inward.end()), bool(_PERSON.search(ahead)))
    if not text.words.isdisjoint(_SAID_WORDS):
        for spaced in _SPACED.finditer(text.lower):
            area = "".join(filter(str.isalpha, spaced["area"])).upper()
            if area in _AREAS and _SAID.search(text.before(spaced.start())):
                yield identifier("postcode", *text.span(*spaced.span()), False)


def _is_postcode(outward: re.Match[str], inward: str, ahead: str) -> bool:
    area, gap = outward["area"] or "", outward["gap"]
    home, small = bool(_HOME.search(ahead)), inward[1:].islower()
    written = outward["out"].islower()
    if _OF_A_THING.search(ahead) and not (home and not _IN_A_ROOM.search(ahead)):
        return False
    if not home and (len(outward["apart"] or "xx") == 1 or "O" in inward[0] + outward["out"][len(area or "xx") :]):
        return False
    if (inward[1:].lower() in _UNITS or _ORDINAL.fullmatch(inward)) and not (
        gap == " " and inward.isupper() and _WRITTEN.fullmatch(inward) and outward["out"].isupper()
    ):
        return home and gap == " " and (not small or (written and len(area) == 2))
    if gap.strip() not in ("", "-", "|", ")") and not home:
        return False
    if " " in inward and (not gap.isspace() or not area):
        return False
    if small and not home:
        # In small letters m12 4hr is no postcode; ng5 3hx is.
        return written and (len(area) == 2 or bool(gap) or len(outward["out"]) == 3)
    return not small or written or home
