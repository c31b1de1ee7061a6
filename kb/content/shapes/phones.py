"""Owns spotting phone numbers that a person may have. Never stops a line that serves the public."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.digit_runs import Digits, Run, numbers_a_thing, surely_numbers_a_thing
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

# Freephone, shared-cost and 03 numbers belong to services; people have 01, 02 and 07.
_SERVICE: Final = ("03", "04", "05", "06", "08", "09")
_CALLED: Final = re.compile(
    r"\b(?:tel|telephone|phone|phones|phoned|mob|mobile|cell|landline|call|called|calls|ring|rang|rung|text|texted|texts|sms|contact|number|whatsapp|fax|ph|t|m|n\.?o\.?k)\b[^\n]{0,24}$"
)
_OWN_NUMBER: Final = re.compile(
    r"\b(?:tel|telephone|phone|mob|mobile|landline|(?:home|contact|her|his|their|mum's|dad's|carer's|own) number|(?:ring|call|phone|text|rang|called) (?:her|him|them|mum|dad|me|the (?:carer|family|mother|son|daughter)))(?: ?(?:no|num|number))?\.?(?: (?:is|was|on|at))?[ :.=#(]{0,3}$"
)
_PERSON: Final = re.compile(
    r"\b(?:patient|pt|service user|client|resident|carer|her|his|him|she|he|their|mum|mother|dad|father|son|daughter|wife|husband|brother|sister|partner|next of kin|nok|family|mob|mobile|person|man|woman|lady|gentleman|home)\b"
)
# A landline that a service answers; whoever gives a person's says whose it is.
_OF_A_SERVICE: Final = re.compile(
    r"\b(?:switchboard|reception|(?:team|office|ward|clinic|surgery|practice|hub|unit|department|service|duty|helpline|bleep|desk|library|pharmacy|booking|appointments?)(?:'?s)?(?: (?:phone|telephone|tel|number|line|desk|landline|office))*|single point of access|freephone|(?:trust|hospital|charity|company)(?:'s)?(?: (?:phone|telephone))? number|(?:contact|call|ring|phone|telephone|reach) (?:us|the (?:[a-z]+ )?(?:team|ward|clinic|office|service|hub|unit|surgery|practice|department)))\b[ :,(.\-]{0,3}(?:(?:is|on|at|number|no|ring|call) ){0,2}\(?$"
)
_OF_A_SERVICE_AFTER: Final = re.compile(
    r"[ ,(]{1,2}(?:for |is |to reach )?(?:the |our )?(?:ward|switchboard|team|office|reception|clinic|hub|hospital|trust|surgery|practice|service|duty|e: ?info)\b"
)
_DECIMAL: Final = re.compile(r"\d\.$")
_LONGEST: Final = 15  # digits in any phone number of the world


def phones(text: Readable, digits: Digits) -> Iterator[Identifier]:
    """Phone numbers that a person may have: United Kingdom landlines and mobiles, and those abroad."""
    for run in digits.runs:
        total = sum(run.sizes)
        if total < 6 or (total < 9 and run.digits[0] in "089"):
            continue
        ahead = text.before(run.start, 40)
        if (text.in_address(run.start) and "wa.me/" not in ahead) or not (total >= 9 or _OWN_NUMBER.search(ahead)):
            continue
        for first, last, mobile in _phones_in(run, ahead):
            part = run.part(first, last)
            said = surely_numbers_a_thing if len(part.groups) > 1 else numbers_a_thing
            if (not mobile and said(text, part.start)) or _DECIMAL.search(text.before(part.start, 3)):
                continue
            service = _OF_A_SERVICE.search(ahead) or _OF_A_SERVICE_AFTER.match(text.lower, part.end)
            if not mobile and service and not _PERSON.search(ahead):
                continue
            start = part.start - (len(ahead) - len(ahead.rstrip("+(")) if first == 0 else 0)
            near = mobile and (
                _PERSON.search(text.before(start)) or _PERSON.search(text.lower, part.end, part.end + 30)
            )
            yield identifier("phone", *text.span(start, part.end), bool(near))
    for start, end, spelt in digits.spelt:
        if len(spelt) == 11 and spelt[0] == "0" and not spelt.startswith(_SERVICE):
            yield identifier("phone", *text.span(start, end), False)


def _phones_in(run: Run, ahead: str) -> Iterator[tuple[int, int, bool]]:
    """From which group to which a phone number goes, and whether it is a mobile."""
    abroad = ahead.rstrip("( ").endswith("+")
    groups, first = run.groups, 0
    while first < len(groups):
        digits, last, found = "", first, None
        while last < len(groups) and len(digits) < _LONGEST:
            digits += groups[last]
            last += 1
            kind = _kind(digits, run.part(first, last), abroad and first == 0)
            found = (first, last, kind == "mobile") if kind else found
        if found:
            yield found
        first = found[1] if found else first + 1
    size = len(run.digits)
    if 6 <= size <= 8 and len(groups) <= 3 and run.digits[0] not in "089" and _OWN_NUMBER.search(ahead):
        yield 0, len(groups), False
    elif size == 10 and run.digits[0] == "7" and _CALLED.search(ahead):
        yield 0, len(groups), True


def _kind(digits: str, part: Run, abroad: bool) -> str:
    """ "mobile", "landline" or nothing, for digits that may be one number."""
    size, sizes = len(digits), part.sizes
    if size < 9 or any(joint.strip(" ()") not in ("", "-", ".", "|", "/") for joint in part.joints):
        return ""
    signs = [joint.strip(" ()") for joint in part.joints]
    if (signs.count("/") > 1 and not digits.startswith("07")) or (
        "." in signs and set(signs) != {"."} and sizes[0] < 4
    ):
        return ""  # dates and decimals
    home = digits
    code = next((code for code in ("0044", "44") if digits.startswith(code)), "")
    if code and (
        abroad or code == "0044" or digits.startswith("447") or (size == 12 and sizes[0] == 2 and digits[2] in "12")
    ):
        home = "0" + digits[len(code) :].removeprefix("0")
    elif (abroad and digits[0] != "0") or (digits.startswith("00") and digits[2:3] not in ("", "0") and sizes[0] > 1):
        return "landline" if 10 <= size - 2 * (not abroad) <= 13 else ""
    elif not _grouped_as_a_phone(digits, sizes):
        return ""
    if home.startswith(_SERVICE) or home[0] != "0" or home[1:2] == "0":
        return ""
    if home.startswith("07"):
        return "mobile" if len(home) == 11 else ""
    short = len(home) == 10 and home[1] == "1" and (sizes[0] >= 4 or home is not digits)
    return "landline" if len(home) == 11 or short else ""


def _grouped_as_a_phone(digits: str, sizes: tuple[int, ...]) -> bool:
    """The area's code together, as people write it; or a mobile digit by digit and pair by pair."""
    if sizes[0] >= 3 or all(size == 1 for size in sizes):
        return True
    if sizes[0] == 1 and len(digits) == 11 and sizes[1] >= 3:
        return True  # 0 7700 900231
    return (digits.startswith("07") and len(digits) == 11 and sizes[1:2] >= (3,)) or (
        len(digits) == 11 and digits[:2] in ("01", "02", "07") and len(sizes) > 4 and all(size <= 2 for size in sizes)
    )
