"""Owns what changed between two texts: paragraph by paragraph and word by word, and line by line. Never knows what the texts are.

difflib's time grows with the number of equal pairs, and a text can be made that keeps it busy for hours. So the pairs are
counted first; where there are too many, the old is shown as taken out and the new as put in.
"""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, Literal, TypeVar

Kind = Literal["same", "added", "removed", "changed"]
Opcode = tuple[str, int, int, int, int]
_T = TypeVar("_T", bound=Hashable)

_MOST_PAIRS: Final = 300_000  # in one comparison; two texts of 5,000 English words have 250,000, and take 0.2 seconds
_CONTEXT: Final = 3  # lines shown around a change
_NEAR: Final = 10  # paragraphs among which the one that an old one became is looked for
_SHORT: Final = 8  # words of a figure, name or date: it was changed, whatever stays of it
_LITTLE: Final = 0.25  # of two paragraphs: with less in common they are two paragraphs, not one that was changed


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and what happened to them: "same", "added" or "removed"."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table as Markdown in pieces."""

    kind: Kind
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the source with its number before and after; 0 where it is not."""

    kind: Kind
    text: str
    before: int
    after: int


@dataclass(slots=True)
class Effort:
    """What may still be spent on one comparison of two files."""

    pairs: int = field(default=3 * _MOST_PAIRS)


def blocks(old: str, new: str, effort: Effort) -> tuple[Block, ...]:
    """The paragraphs of both texts in reading order, those that were changed word by word."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Block] = []
    for tag, a, b, c, d in opcodes([_words(p) for p in before], [_words(p) for p in after], effort):
        if tag == "equal":
            found += [Block("same", (Piece("same", paragraph),)) for paragraph in after[c:d]]
        else:
            found += _replaced(before[a:b], after[c:d], effort)
    return tuple(found)


def pieces(old: str, new: str, effort: Effort) -> tuple[Piece, ...]:
    """Both texts in one, word by word."""
    before, after = _tokens(old), _tokens(new)
    found: list[Piece] = []

    def put(kind: Kind, tokens: Sequence[str]) -> None:
        text = "".join(tokens)
        if text and found and found[-1].kind == kind:
            found[-1] = Piece(kind, found[-1].text + text)
        elif text:
            found.append(Piece(kind, text))

    for tag, a, b, c, d in _readable(opcodes([t.strip() for t in before], [t.strip() for t in after], effort)):
        if tag == "equal":
            put("same", after[c:d])
        else:
            put("removed", before[a:b])
            put("added", after[c:d])
    return tuple(found)


def lines(old: str, new: str, effort: Effort) -> tuple[tuple[Line, ...], ...]:
    """The lines that changed, in groups, each with the lines around it."""
    before, after = old.splitlines(), new.splitlines()
    groups: list[list[Line]] = []
    codes = opcodes(before, after, effort)
    for place, (tag, a, b, c, d) in enumerate(codes):
        if tag != "equal":
            groups = groups or [[]]
            groups[-1] += [Line("removed", before[n], n + 1, 0) for n in range(a, b)]
            groups[-1] += [Line("added", after[n], 0, n + 1) for n in range(c, d)]
            continue
        same = [Line("same", after[n], n - c + a + 1, n + 1) for n in range(c, d)]
        follows, leads = place > 0, place < len(codes) - 1
        if follows and leads and len(same) <= 2 * _CONTEXT:
            groups[-1] += same
            continue
        if follows:
            groups[-1] += same[:_CONTEXT]
        if leads:
            groups.append(same[-_CONTEXT:])
    return tuple(map(tuple, groups))


def opcodes(old: Sequence[_T], new: Sequence[_T], effort: Effort) -> list[Opcode]:
    """As difflib's, in bounded time."""
    start = 0
    most = min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    made: list[Opcode] = [("equal", 0, start, 0, start)] if start else []
    counts = Counter(b)
    pairs = sum(counts[item] for item in a)
    if pairs > min(_MOST_PAIRS, effort.pairs):
        made.append(("replace", start, start + len(a), start, start + len(b)))
    elif a or b:
        effort.pairs -= pairs
        matcher = SequenceMatcher(None, a, b, autojunk=False)
        for tag, *places in matcher.get_opcodes():
            i, j, k, m = (place + start for place in places)
            made.append((tag, i, j, k, m))
    if end:
        made.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return made


def _replaced(before: list[str], after: list[str], effort: Effort) -> Iterator[Block]:
    """Paragraphs in place of others: each beside the one that it was made of, where one can be told."""
    least = 0.0 if len(before) == len(after) == 1 and len(before[0].split()) <= _SHORT else _LITTLE
    here = 0  # of the new ones, the first that was not shown
    for paragraph in before:
        near = after[here : here + _NEAR]
        alike = [likeness(paragraph, other, effort) for other in near]
        place = max(range(len(near)), key=alike.__getitem__, default=0)
        if not near or alike[place] < least:
            yield Block("removed", (Piece("removed", paragraph),))
            continue
        yield from (Block("added", (Piece("added", text),)) for text in near[:place])
        changed = pieces(paragraph, near[place], effort)
        yield Block("changed" if any(piece.kind != "same" for piece in changed) else "same", changed)
        here += place + 1
    yield from (Block("added", (Piece("added", text),)) for text in after[here:])


def likeness(one: str, other: str, effort: Effort) -> float:
    """How much two texts have in common, from 0 to 1, whatever the order."""
    a, b = one.split(), other.split()
    effort.pairs -= len(a) + len(b)
    if effort.pairs < 0:
        return 0.0
    return 2 * (Counter(a) & Counter(b)).total() / max(len(a) + len(b), 1)


def _readable(codes: list[Opcode]) -> Iterator[Opcode]:
    """One word that stayed between two that were replaced is read more easily as replaced too."""
    joined: list[Opcode] = []
    for place, code in enumerate(codes):
        tag, _, b, c, d = code
        between = 0 < place < len(codes) - 1 and codes[place - 1][0] == codes[place + 1][0] == "replace"
        if tag == "equal" and d - c == 1 and between:
            tag = "replace"
        if joined and joined[-1][0] == tag == "replace":
            joined[-1] = (tag, joined[-1][1], b, joined[-1][3], d)
        else:
            joined.append((tag, *code[1:]))
    yield from joined


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def _words(text: str) -> str:
    return " ".join(text.split())


def _tokens(text: str) -> list[str]:
    """Words, each with the white space after it."""
    return re.findall(r"\A\s+|\S+\s*", text)
