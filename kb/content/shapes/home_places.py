"""Owns spotting where somebody lives: full postcodes, and a house number with its street. Never stops an area or a service's address."""

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
_INWARD: Final = re.compile(
    r"[\dO](?:[A-Z]{2}|[a-z]{2})(?![A-Za-z\d])"
)  # some letters are never used, but people mistype
_OUTWARD: Final = re.compile(
    r"(?:^|[^A-Za-z\d])(?P<out>(?P<area>[A-Za-z]{1,2})(?:\d{1,2}|\d[A-Za-z]|[\dO]{1,2})|(?P<apart>[A-Z]{1,2}) \d{1,2})(?P<gap> {0,3}| ?[\-|/,._()] ?)$"
)
_PARTED: Final = re.compile(
    r"(?<![A-Za-z\d])(?P<area>[A-Z]{1,2})\d{1,2}[A-Z]? (?:\d [A-Z]{2}|\d[A-Z] [A-Z])(?![A-Za-z\d])"
)
_DASHED: Final = re.compile(
    r"(?<![A-Za-z\d])(?P<area>[A-Z][-.](?:[A-Z][-.])?)\d{1,2}[ ,\-.]{1,3}\d[-.][A-Z][-.][A-Z](?![A-Za-z\d])"
)
_ZERO_FOR_O: Final = re.compile(r"(?<![A-Za-z\d])(?:[CPSY]0|0[LX])\d{1,2} ?\d[A-Z]{2}(?![A-Za-z\d])")
_ORDINAL: Final = re.compile(r"1st|2nd|3rd|[04-9]th", re.IGNORECASE)
_NUMBER_WORDS: Final = frozenset(
    """
    one two three four five six seven eight nine zero oh ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
    """.split()
)
_SPOKEN_NUMBER: Final = "(?:" + "|".join(sorted(_NUMBER_WORDS)) + r"|\d{1,2})"
_SPOKEN: Final = re.compile(
    rf"(?<![A-Za-z\d])(?P<area>[A-Za-z] ?[A-Za-z]?),? {_SPOKEN_NUMBER}(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?[ ,]{{1,3}}(?:then )?{_SPOKEN_NUMBER},? (?P<inward>[A-Za-z] ?[A-Za-z])(?![A-Za-z\d])"
)
_UNITS: Final = frozenset(
    """
    ft hr gb tb mb kb mg ml kg km cm mm am pm ug ph ps pt wt qt dl fl lb as us hz mc yr
    """.split()
)
# Spaces where people put them, where the words say that a postcode or somebody's home follows.
_SPACED: Final = re.compile(
    r"(?<![a-z\d])(?P<area>[a-z] ?[a-z]?) ?\d ?[\da-z]?(?:[ ,./|_\-]| then ){0,3}\d ?[a-z] ?[a-z](?![a-z\d])"
)
_SAID: Final = re.compile(
    r"(?:post[ -]?codes?|p/?code|zip(?: code)?)(?![a-z])(?: (?:is|was|of|for|given|as|usual address|home))*[ :=(\"']{0,4}$|\b(?:lives?|living|home|address|moved|resides)\b[^\n]{0,24}[ :(\"']$"
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

_IN_A_ROOM: Final = re.compile(
    r"\b(?:rooms?|bays?|beds?|theatres?|pods?|zones?|tariff|model|serial|bus) (?:no |number )?$"
)
_STREET: Final = (
    r"(?:road|rd|street|str?|lane|ln|avenue|ave|close|cl|drive|dr|way|crescent|cres|terrace|terr|gardens|gdns|grove|row|hill"
    r"|mews|walk|square|sq|rise|gate|wharf|yard|fields|croft|parade|quay|heights|buildings|mansions|brow|bank|lea|garth|fold|drove|wynd|vale)"
)
_HOUSE: Final = re.compile(
    rf"(?P<number>\d{{1,4}}[a-z]?),? (?:[a-z][\w'.\-]* ){{1,3}}(?P<street>{_STREET}|(?:place|court|view|park|green|house|end|towers?|lodge|villas|cottages))\b(?!'s)"
)
_NAMED_HOUSE: Final = re.compile(
    rf"(?:[a-z][\w']+ ){{1,2}}(?:cottage|farm|house|lodge|barn|mill|bungalow|croft|villa|grange|rectory|vicarage), (?:[a-z][\w'.\-]* ){{1,2}}{_STREET}\b"
)
_LIVES: Final = re.compile(
    r"\b(?:liv(?:es|ed|ing) (?:at|in|on|alone at|with [a-z ]{1,20} at)|resid(?:es|ed|ing) at|home address|(?:her|his|their|patient'?s|person'?s|user's|client'?s|resident's|family's) (?:home |current |last |new |old |usual )?(?:address|home|house|flat)|address on file|usual address|moved (?:in)?to|visited? (?:her|him|them) at|home is|address(?: is|:))\b[^\n]{0,25}$"
)
_LOOSE_STREET: Final = frozenset(
    """
    place court view park green house end tower towers lodge villas cottages hill way row bank gate square walk
    drive fields
    """.split()
)
_SERVICE: Final = re.compile(
    r"\b(?:our|trust|clinics?|offices?|teams?|services?|postal|charity|hospitals?|sites?|buildings?|centre|hub|base[ds]?|surgery|practice|ward|unit|venue|caf\u00e9?|cafe|premises|library|church|schools?|college|held|meets?|opened|headquarters|hq|shop|pharmacy|department|published|press|station|stop|ltd|limited|plc|house prices)\b"
)
_FIRST_WORDS: Final = frozenset(
    """
    road rd street st lane ln avenue ave close drive way crescent terrace gardens gdns grove place court row hill
    mews walk square rise view park green house end lodge cottages tower towers villas gate wharf yard croft parade
    bank lea garth fold brow
    """.split()
)


def postcodes(text: Readable) -> Iterator[Identifier]:
    """Full postcodes of the United Kingdom, in capitals or not, together or apart."""
    for inward in _INWARD.finditer(text.text):
        low = max(0, inward.start() - 8)
        outward = _OUTWARD.search(text.text[low : inward.start()])
        if outward and (outward["area"] or outward["apart"]).upper() in _AREAS:
            start = low + outward.start("out")
            ahead = text.before(start)
            if _is_postcode(outward, inward.group(), ahead) and not text.in_address(start):
                yield identifier("postcode", *text.span(start, inward.end()), bool(_PERSON.search(ahead)))
    for parted in _PARTED.finditer(text.text):
        if parted["area"] in _AREAS and not _OF_A_THING.search(text.before(parted.start())):
            yield identifier("postcode", *text.span(*parted.span()), False)
    for dashed in _DASHED.finditer(text.text):
        if dashed["area"].replace("-", "").replace(".", "") in _AREAS:
            yield identifier("postcode", *text.span(*dashed.span()), False)
    for zero in _ZERO_FOR_O.finditer(text.text):
        yield identifier("postcode", *text.span(*zero.span()), False)
    if len(text.words & _NUMBER_WORDS) > 1:
        for spoken in _SPOKEN.finditer(text.text):
            capitals = spoken["area"].isupper() and spoken["inward"].isupper()
            if spoken["area"].replace(" ", "").upper() in _AREAS and (
                capitals or _SAID.search(text.before(spoken.start()))
            ):
                yield identifier("postcode", *text.span(*spoken.span()), False)
    if text.words & {"postcode", "postcodes", "post", "pcode", "code", "zip", "lives", "live", "living", "address"}:
        for spaced in _SPACED.finditer(text.lower):
            if spaced["area"].replace(" ", "").upper() in _AREAS and _SAID.search(text.before(spaced.start())):
                yield identifier("postcode", *text.span(*spaced.span()), False)


def _is_postcode(outward: re.Match[str], inward: str, ahead: str) -> bool:
    written, gap = outward["out"], outward["gap"]
    home, small = bool(_HOME.search(ahead)), inward[1:].islower()
    if (
        (_OF_A_THING.search(ahead) and not (home and not _IN_A_ROOM.search(ahead)))
        or (outward["apart"] and len(outward["apart"]) == 1 and not home)
        or ("O" in inward[:1] + written[len(outward["area"] or "xx") :] and not home)
    ):
        return False
    if (inward[1:].lower() in _UNITS or _ORDINAL.fullmatch(inward)) and not (
        home and gap == " " and (not small or (written.islower() and len(outward["area"] or "") == 2))
    ):
        return False
    if gap.strip() not in ("", "-", "|", ")") and not home:
        return False
    if small and not home:
        # In small letters s17 2nd and m12 4hr are no postcodes; ng5 3hx is.
        return written.islower() and (len(outward["area"] or "") == 2 or bool(gap) or len(written) == 3)
    return not small or written.islower() or home


def home_addresses(text: Readable) -> Iterator[Identifier]:
    """A house number and its street, unless a service is said to be there."""
    lower = text.lower
    if not text.words & _FIRST_WORDS:
        return
    for pattern in (_HOUSE, _NAMED_HOUSE):
        for match in pattern.finditer(lower):
            ahead = text.before(match.start())
            lives = bool(_LIVES.search(ahead))
            capital = all(word[0].isupper() for word in text.text[match.start() : match.end()].split()[1:])
            number = match.groupdict().get("number", "1")
            if not lives and (
                not capital
                or (number.isdigit() and len(number) == 4)
                or match.groupdict().get("street") in _LOOSE_STREET
            ):
                continue
            if match.start() and lower[match.start() - 1] in "\u00a3$.-/0123456789":
                continue
            ours = _SERVICE.search(ahead) or (not lives and _SERVICE.search(lower, match.start(), match.end() + 50))
            if ours and not _PERSON.search(ahead):
                continue
            yield identifier("home-address", *text.span(*match.span()), False)
