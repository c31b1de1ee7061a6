"""Owns a text as a person reads it, without marks, entities and unseen characters, and the way back to what was typed. Never judges it.

Whoever reads "**943**&nbsp;476\u200b 5919" sees a number; so must a check. Everything runs once over the text.
"""

import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Final

_UNSEEN: Final = "\u200b"  # stands for every character that nobody sees, until all of them are dropped
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2043"
_QUOTES: Final = {"'": "\u2018\u2019\u201a\u201b\u2032\u00b4", '"': "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"}
_DOTS: Final = "\u00b7\u2022\u2027\u2219\u22c5\u2026"
_CELL: Final = "|"  # between the cells of a table: a tab, or the wide space that some programs make of it
_EM_SPACE: Final = "\u2003"


class _AsRead(dict[int, str]):
    """One character for each: plain digits, letters, dashes, quotes and spaces for their many typographic forms."""

    def __missing__(self, code: int) -> str:
        self[code] = read = self._read(chr(code))
        return read

    @staticmethod
    def _read(char: str) -> str:
        if char.isascii():
            return char
        category = unicodedata.category(char)
        if category in ("Cf", "Mn", "Me"):
            return _UNSEEN
        if category in ("Zs", "Zl", "Zp"):
            return "\n" if char in "\u2028\u2029" else " "
        if category == "Nd":
            return str(unicodedata.decimal(char))
        if category == "No":
            return char  # a raised figure is a footnote's, not part of a number
        plain = unicodedata.normalize("NFKD", char)  # Zo\u00eb is found like Zoe
        return plain[0] if len(plain) == 1 or all(unicodedata.combining(c) for c in plain[1:]) else char


_AS_READ: Final = _AsRead(
    {ord(c): "-" for c in _DASHES}
    | {ord(c): plain for plain, many in _QUOTES.items() for c in many}
    | {ord(c): "." for c in _DOTS}
    | {ord(_EM_SPACE): _CELL, ord("\u2640"): "F", ord("\u2642"): "M", ord("\u00d7"): "x"}
    | dict(
        zip(map(ord, "\u0141\u0142\u00d8\u00f8\u0110\u0111\u0131"), "LlOoDdi", strict=True)
    )  # letters that do not come apart
)
# A line's end inside a paragraph is a space to the reader; before a list item, a table's row or a blank line it is not.
_SOFT_BREAK: Final = re.compile(r"\n(?<=[^\s|]\n)(?= {0,8}\*{0,2}[\w(\"'+])(?! {0,8}\d{1,2}[.)] )")
_SOFT_BREAK_BY_TABLES: Final = re.compile(
    rf"{_SOFT_BREAK.pattern}(?![^\n|]{{0,200}}\|)"
)  # nor before a row that starts without a line
_LINE_END: Final = re.compile(r"[ \r]+\n")
_SUSPECT: Final = re.compile(r"[&<\\*`~_\r\u200b]")
_CHANGED: Final = re.compile(
    r"""&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,7});
    | </?(?P<tag>[a-zA-Z]{1,6})\b[^<>\n]{0,200}>
    | \\(?=[!-/:-@\[-`{-~])
    | [*`~\u200b]+
    | _+
    | \r
    | [ ]{2,}""",
    re.VERBOSE,
)
_TAGS_DROPPED: Final = frozenset(
    """
    b i em strong span u s sub sup font mark small code abbr del ins
    """.split()
)
_TAGS_SPACED: Final = frozenset(
    """
    br p td th tr div li table tbody ul ol
    """.split()
)
_DIGIT: Final = re.compile(r"\d")
_WORDS: Final = re.compile(r"[a-z]+")
_SENTENCE_END: Final = re.compile(r"[.?!][\"')\]]{0,2} +(?=[A-Z\"'(\[])|\n")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|\bdoi\b[:. ]{0,2}|\bdoi\.org/|\b10\.\d{4,9}/)[^\s<>\"]{1,2000}")
_SENTENCE: Final = 800  # characters; longer sentences are cut


class Readable:
    """The text to look at, also in lower case with the same positions, and where each character was in the original."""

    def __init__(self, original: str) -> None:
        text = original if original.isascii() else original.translate(_AS_READ)
        if " \n" in text or "\r" in text:  # spaces after the line's end instead of before it: as many characters
            text = _LINE_END.sub(lambda found: "\n" + " " * (len(found.group()) - 1), text)
        text = text.replace("\t", _CELL)
        text = (_SOFT_BREAK_BY_TABLES if _CELL in text else _SOFT_BREAK).sub(" ", text)
        self._views, self._origins, self._widths = [0], [0], [0]
        if _SUSPECT.search(text) or "  " in text:
            text = self._changed(text)
        self.text = text
        lower = text.lower()
        if len(lower) != len(text):  # some capitals become two letters
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        self.lower = lower

    def _changed(self, text: str) -> str:
        parts: list[str] = []
        view = last = 0
        for match in _CHANGED.finditer(text):
            read = _replaced(match, text)
            if read is None:
                continue
            start, end = match.span()
            view += start - last
            parts += text[last:start], read
            if read:
                self._note(view, start, end - start)
                view += 1
            self._note(view, end, 0)
            last = end
        return "".join([*parts, text[last:]])

    def _note(self, view: int, origin: int, width: int) -> None:
        self._views.append(view)
        self._origins.append(origin)
        self._widths.append(width)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every run of letters a to z in it, in lower case: a quick way to know what need not be looked for."""
        return frozenset(_WORDS.findall(self.lower))

    def where(self, words: frozenset[str]) -> Iterator[int]:
        """Where each of these words begins, word by word; letters a to z only."""
        lower, size = self.lower, len(self.lower)
        for word in self.words & words:
            width = len(word)
            start = lower.find(word)
            while start >= 0:
                end = start + width
                if not (start and lower[start - 1].isalpha()) and not (end < size and lower[end].isalpha()):
                    yield start
                start = lower.find(word, end)

    @cached_property
    def has_digit(self) -> bool:
        """Whether there is a figure in it."""
        return _DIGIT.search(self.text) is not None

    def has_digit_or(self, words: frozenset[str]) -> bool:
        """Whether there is a figure in it, or one of these words."""
        return self.has_digit or not words.isdisjoint(self.words)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where that stretch of `text` is in the original."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, position: int) -> tuple[int, int]:
        piece = bisect_right(self._views, position) - 1
        origin = self._origins[piece]
        if self._widths[piece]:
            return origin, origin + self._widths[piece]
        origin += position - self._views[piece]
        return origin, origin + 1

    def before(self, position: int, length: int = 60) -> str:
        """What stands right before, in lower case."""
        return self.lower[max(0, position - length) : position]

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """From where to where the sentence around that stretch goes; a very long one is cut."""
        begins, stops = self._sentences
        return begins[bisect_right(begins, start) - 1], stops[bisect_left(stops, min(end, stops[-1]))]

    @cached_property
    def _sentences(self) -> tuple[list[int], list[int]]:
        """Where each sentence begins, and where each stops."""
        begins: list[int] = [0]
        stops: list[int] = []
        for match in [*_SENTENCE_END.finditer(self.text), None]:
            stop = match.start() if match else len(self.text)
            cuts = range(begins[-1] + _SENTENCE, stop, _SENTENCE)
            begins += cuts
            stops += [*cuts, stop]
            if match:
                begins.append(match.end())
        return begins, stops

    @cached_property
    def _addresses(self) -> list[tuple[int, int]]:
        there = "://" in self.text or "www." in self.lower or "doi" in self.lower or "10." in self.text
        return [match.span() for match in _ADDRESS.finditer(self.lower)] if there else []

    def in_address(self, position: int) -> bool:
        """Whether a web address or DOI stands there."""
        index = bisect_right(self._addresses, (position, len(self.text) + 1)) - 1
        return index >= 0 and self._addresses[index][0] <= position < self._addresses[index][1]


def _replaced(match: re.Match[str], text: str) -> str | None:
    """What is read in its place, a character or nothing; None when it stays."""
    found = match.group()
    if found[0] == "&":
        char = html.unescape(found)
        read = _AS_READ[ord(char)] if len(char) == 1 else None
        return "" if read == _UNSEEN else read
    if found[0] == "<":
        tag = match["tag"].lower()
        return "" if tag in _TAGS_DROPPED else " " if tag in _TAGS_SPACED else None
    if found[0] == "_":  # emphasis stands at the edge of a word; inside one it is part of a name
        start, end = match.span()
        inside = start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()
        return None if inside else ""
    return " " if found[0] in " \r" else ""
