"""Owns spotting names with a title before or after: Mr Hill, mrs. p. adeyemi, Khan (Mrs). Never stops a title that is a role."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.name_words import FULL, SURNAME, WORD, is_name, stands
from kb.content.shapes.readable import Readable

_TITLES: Final = frozenset(("mr", "mrs", "ms", "miss", "mx", "messrs"))
_TITLE: Final = re.compile(
    rf"(?P<title>M(?:rs?|s|x|iss|essrs)\b\.?|MRS?\b\.?(?= (?:[A-Z]\b\.? )?[A-Z]{{3}})|m(?:rs?|iss|s)\b\.?)"
    rf"(?: (?:and|&|/|or) M(?:rs?|s|iss)\b\.?)? ?(?P<initials>(?:[A-Za-z]\b\.? ?){{0,2}})"
    rf"(?P<name>{SURNAME}(?: {SURNAME})?|[A-Z]\.?[A-Z]\b\.?|[a-z][a-z'\-]{{2,}})"
)
_TITLE_LAST: Final = re.compile(rf"(?P<name>{WORD})(?P<gap>,? (?:[A-Z]\b\.? )?\(?)$")
_NO_NAMES: Final = frozenset(
    """
    men justice speaker chair chairman chairwoman president teams world universe kipling bean whippy doubtfire darcy
    potato and or the of in on is was scan scans scanner imaging spectroscopy angiography not any out your my our an
    this that appointment appointments dose doses sessions it them him her for per at to from with monday tuesday
    wednesday thursday friday saturday sunday patient patients nurse average big often also usually itself symptoms
    disease care clinic service services relapse progression diagnosis treatment which work school meals
    """.split()
)
_TWO_INITIALS: Final = re.compile(r"[A-Z]\.?[A-Z]\.?")
DID: Final = re.compile(
    r" (?:was|is|has|had|did|does|refused|fell|went|wants|wanted|needs|needed|said|says|told|asked|left|moved|died|lives|lived|absconded|will"
    r"|came|took|takes|still|again|not)\b"
)
# With such words in the sentence it is plainly about a patient.
_ABOUT_A_PATIENT: Final = re.compile(
    r"\b(?:patients?|admi(?:tted|ssions?)|discharged?|detained|section(?:ed)?|ward|diagnosed|prescribed|secluded|restrained|inpatient|carer|fell|falls|died|lives|lived"
    r"|service|clinic|tribunal|medication|depot|clozapine|dementia|psychosis|referred|assessed|leave|visit(?:ed|s)?|care|home|bed|mdt|gp|mother|father|husband|wife|son|daughter|she|he|his|her)\b"
)
# Titles that staff have, and patients too: only where the sentence says that somebody is a patient.
_HONOURS: Final = frozenset(
    "dr father fr sister rev reverend canon sir lady lord professor prof captain major nurse doctor".split()
)
_HONOURED: Final = re.compile(
    rf"[A-Z][a-z]+\.? (?P<name>{FULL})(?:,? (?:a |our |the )?(?:retired|former)[^.;]{{0,40}}?(?:patient|resident|admitted|detained|lives|lived|dementia)"
    r"|,? (?:a|our|the) (?:patient|resident|inpatient|nun)\b|,? aged \d\d|[^.;]{0,60}?\b(?:as|is|was) (?:an?|our|her|his) (?:in)?patient\b"
    r"|,? who (?:was|had been) (?:re)?(?:admitted|detained|sectioned)| (?:was|is|had been) (?:re)?(?:admitted|detained|sectioned|secluded)\b)"
)


def titled_names(text: Readable) -> Iterator[Identifier]:
    """Names with Mr, Mrs, Ms, Miss or Mx; with Dr, Sister and the like those of patients."""
    original = text.text
    for start in text.where(_TITLES):
        match = _TITLE.match(original, start)
        if match and original[max(0, start - 1) : start] not in ("@", "/", ".", "'", "-") and _is_titled(match):
            if stands(text, start, match.end("name"), titled=True):
                low, high = text.sentence(*match.span())
                certain = bool(_ABOUT_A_PATIENT.search(text.lower, low, high))
                yield identifier("name", *text.span(start, match.end("name")), certain)
        elif original[start].isupper():
            last = _TITLE_LAST.search(original, max(0, start - 40), start)
            if last and set(last["gap"]) & set(",(") and is_name(last["name"]) and stands(text, *last.span("name")):
                yield identifier("name", *text.span(last.start(), start + 2), False)
    for start in text.where(_HONOURS):
        honoured = _HONOURED.match(original, start)
        if honoured and is_name(honoured["name"]):
            yield identifier("name", *text.span(start, honoured.end("name")), False)


def _is_titled(match: re.Match[str]) -> bool:
    title, name, initials = match["title"], match["name"], match["initials"].strip()
    first, capital = name.split()[0].lower(), name.split()[-1][0].isupper()
    if _TWO_INITIALS.fullmatch(name):
        return title[0] == "M" and not title.isupper()
    if first in _NO_NAMES or len(name) < 3:
        return False  # Mr X is an invented name
    if title[0] == "m":  # typed in small letters: "ms" and "miss" are words too, and need more to be a title
        if title.rstrip(".") in ("ms", "miss"):
            return bool(initials) or bool(DID.match(match.string, match.end("name")))
        return not capital or is_name(name)
    return capital and not (name.isupper() and len(name) < 4 and title.isupper())
