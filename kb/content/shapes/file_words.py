"""Owns spotting what identifies somebody in a file's name, where words are joined by dashes, underscores and capitals. Never opens a file."""

import re
from collections.abc import Iterator
from typing import Final

from kb.content.shapes.acronyms import are_nobodys
from kb.content.shapes.given_names import is_only_a_name
from kb.content.shapes.identifier import Identifier, identifier
from kb.content.shapes.readable import Readable

_ENDINGS: Final = r"(?:doc[xm]?|pdf|png|jpe?g|gif|xls[xmb]?|csv|tsv|pptx?|txt|msg|eml|zip|mp[34]|m4a|mov|wav|heic|tiff?|bmp|od[ts]|rtf|webp|md|html?|json|xml|log|bak)"
_ENDING: Final = re.compile(rf"\.{_ENDINGS}(?!\w)")
_TOKEN: Final = re.compile(r"(?<![\w.@\-])[A-Za-z\d(][\w\-.+()]{2,120}")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z']+")
_INITIALS: Final = re.compile(
    r"(?<![A-Za-z\d])(?P<initials>[A-Z]{2,3})[_\-. ]?(?:aged?[_\-. ]?|[MFmf][_\-]?)?[1-9]\d(?:yo|yrs?|[yfmFM])?(?![A-Za-z\d])"
)
_AGE_FIRST: Final = re.compile(r"(?<![A-Za-z\d])[1-9]\d(?:yo|yrs?|[yfmFM])?[_\-](?P<initials>[A-Z]{2})(?![A-Za-z\d])")
_SMALL_INITIALS: Final = re.compile(
    r"(?<![A-Za-z\d])(?P<initials>[a-z]{2})(?:[_\-](?:aged?[_\-]?)?[3-9]\d|[3-9]\d(?=\.)|[_\-. ]?[1-9]\d(?:[fm]|yo|yrs?))(?![A-Za-z\d])"
)
_TITLED: Final = re.compile(r"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss)[_\-. ]?[A-Z][a-z]+")
_NO_PERSON: Final = frozenset(
    """
    ward wards unit house centre center clinic hospital suite lodge court building room school college university
    trust team service services model method scale law rule act report review inquiry project programme st saint
    road street lane the and or foundation hub awards award lecture study day
    """.split()
)
_JOINED: Final = re.compile(r"[_\-.+()]")


def file_names(text: Readable) -> Iterator[tuple[int, int]]:
    """Where a text names a file, or has words joined by underscores as such names have."""
    if "_" not in text.text and not _ENDING.search(text.lower):
        return
    for token in _TOKEN.finditer(text.text):
        if ("_" in token.group() or _ENDING.search(token.group().lower())) and not text.in_address(token.start()):
            yield token.start(), token.start() + len(token.group().rstrip(".,)"))


def spaced(name: str) -> str:
    """The name as words, each at its place."""
    return _JOINED.sub(" ", name)


def names_in(name: str) -> Iterator[Identifier]:
    """Given names in it that no ward, law or method is called by, with the word after them."""
    words = list(_WORD.finditer(name))
    for number, word in enumerate(words):
        if len(word.group()) < 3 or not is_only_a_name(word.group()):
            continue
        near = {other.group().lower() for other in words[max(0, number - 1) : number + 3]}
        if near & _NO_PERSON:
            continue
        last = words[number + 1] if number + 1 < len(words) and len(words[number + 1].group()) > 1 else word
        yield identifier("name", word.start(), last.end(), False)
    for match in _INITIALS.finditer(name):
        if not are_nobodys(match["initials"]):
            yield identifier("initials-age", *match.span(), False)
    for match in _AGE_FIRST.finditer(name):
        if not are_nobodys(match["initials"]):
            yield identifier("initials-age", *match.span(), False)
    for match in _SMALL_INITIALS.finditer(name):
        if not are_nobodys(match["initials"].upper()) and match["initials"] not in ("ch", "fy", "wk", "yr", "vs", "no"):
            yield identifier("initials-age", *match.span(), False)
    for match in _TITLED.finditer(name):
        yield identifier("name", *match.span(), False)
