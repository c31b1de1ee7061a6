"""Owns finding names of the vocabulary in a text: concepts, organisations, collaboratives. Never decides what they say about the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*|&")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that stands in a text, with the ids of what has it, from `start` to `end`."""

    ids: tuple[str, ...]
    name: str
    start: int
    end: int


class Names:
    """Names by their words. Of two that begin at the same word the longer one is found."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names` are pairs of name and id; a name in capitals is only found in capitals."""
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, dict[str, None]]]] = {}
        known: dict[tuple[tuple[str, ...], str], dict[str, None]] = {}
        for name, id_ in names:
            words = tuple(_folded(found[0]) for found in _WORD.finditer(name))
            if words:
                capitals = name if is_acronym(name) else ""
                known.setdefault((words, capitals), {})[id_] = None
        for (words, capitals), ids in known.items():
            self._by_first.setdefault(words[0], []).append((words, capitals, ids))
        for listed in self._by_first.values():
            listed.sort(key=lambda one: -len(one[0]))

    def find(self, text: str) -> Iterator[Named]:
        """The names in a text from left to right, none inside another; in time that grows with its length."""
        found = list(_WORD.finditer(text))
        words = [_folded(one[0]) for one in found]
        place = 0
        while place < len(words):
            step = 1
            for name, capitals, ids in (
                *self._by_first.get(words[place], ()),
                *self._by_first.get(words[place].removesuffix("s"), ()),
            ):
                end = place + len(name)
                if not _same(words[place:end], name):
                    continue
                span = text[found[place].start() : found[end - 1].end()]
                if capitals and not _capitals(span, capitals):
                    continue
                yield Named(tuple(ids), span, found[place].start(), found[end - 1].end())
                step = len(name)
                break
            place += step


def is_acronym(name: str) -> bool:
    """Whether a name is told from a word by its capitals: CMHT, SLaM, C&I; not "Humber"."""
    return " " not in name and sum(map(str.isupper, name)) > 1


def _folded(word: str) -> str:
    word = word.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").removesuffix("'s")
    return "and" if word == "&" else word


def _same(words: list[str], name: tuple[str, ...]) -> bool:
    """Whether words are a name, its last word in the plural, too; in the singular only after others: "a fall" is no "falls"."""
    if len(words) != len(name) or tuple(words[:-1]) != name[:-1]:
        return False
    return words[-1] == name[-1] or words[-1] == f"{name[-1]}s" or (len(name) > 1 and f"{words[-1]}s" == name[-1])


def _capitals(span: str, name: str) -> bool:
    return name in (span, span.removesuffix("s").rstrip("'\N{RIGHT SINGLE QUOTATION MARK}"))
