"""Owns the marks people put into a search: "a phrase", -not, org:ELFT, topic:... Never looks anything up.

What is not such a mark stays as typed: a stray quote, a hyphen inside a word, "1:1" and "note:" are ordinary text.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from kb.search.facets import FACETS

# Short names for facets that people type; every facet's own name works as well.
PREFIXES: Final = {facet.name: facet.name for facet in FACETS} | {"org": "organisation", "trust": "organisation"}

_QUOTES: Final = str.maketrans("\u201c\u201d\u201e\u00ab\u00bb", '"' * 5)
_MARK: Final = re.compile(
    rf"""(?:(?<=\s)|^)(?:
        (?P<prefix>(?a:{"|".join(sorted(PREFIXES, key=len, reverse=True))})):(?:"(?P<quoted>[^"]+)"|(?P<value>[^\s"]+))(?=\s|$)
      | (?P<minus>[-\u2212])?"(?P<phrase>[^"]+)"(?=[\s,;:.!?)]|$)
      | [-\u2212](?P<word>[^\W\d_][^\s"]*)(?=\s|$)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """A search taken apart. `words` are what to look for, those of phrases included; `filters` are values as typed."""

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read(text: str) -> Typed:
    """The marks in a text and what is left of it; in time that grows with its length alone."""
    phrases: list[str] = []
    excluded: list[str] = []
    filters: dict[str, list[str]] = {}

    def take(found: re.Match[str]) -> str:
        if prefix := found["prefix"]:
            filters.setdefault(PREFIXES[prefix.lower()], []).append((found["quoted"] or found["value"]).strip())
            return " "
        inside = (found["phrase"] or found["word"] or "").strip()
        if not any(map(str.isalnum, inside)):
            return found[0]
        if found["minus"] or found["word"]:
            excluded.append(inside)
            return " "
        phrases.append(inside)
        return inside

    words = " ".join(_MARK.sub(take, text.translate(_QUOTES)).split())
    kept = {name: tuple(dict.fromkeys(value for value in values if value)) for name, values in filters.items()}
    return Typed(words, tuple(phrases), tuple(excluded), {name: values for name, values in kept.items() if values})
