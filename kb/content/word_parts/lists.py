"""Owns the lists of a Word file: which paragraphs are items, bulleted or numbered, how deep, from which number. Never reads their words.

Word has no lists, only paragraphs that name a numbering and a level. Mammoth gets a style for each list that is open:
the way down to it, such as `ul > li > ol[start='3'] > li:fresh`.
"""

from dataclasses import dataclass, field
from typing import Final

from kb.content.package import Attributes, parse, value
from kb.content.word_parts.styles import Styles, number

_DEEPEST: Final = 8  # Word's levels are 0 to 8
_LARGEST: Final = 999_999  # the number that a list may start from
_WAYS: Final = 100  # different ways down to an item: Mammoth compares each paragraph with each


@dataclass(slots=True)
class _Level:
    """How one level of a numbering counts; `format` is Word's word: "bullet", "decimal", "none" ..."""

    format: str = "decimal"
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    """A numbering as it is used: its levels, and `counts`, which numberings made after one model share."""

    levels: dict[int, _Level]
    counts: dict[int, int]
    restarts: dict[int, int] = field(default_factory=dict)


class Lists:
    """Follows the paragraphs of a file in order and says which list each stands in."""

    def __init__(self, xml: bytes | None, styles: Styles) -> None:
        self._numberings = _read(xml, styles) if xml else {}
        self._open: list[tuple[int, str, str, int]] = []  # level, numbering, tag, number of the first item
        self._ways: dict[str, str] = {}

    def style(self, numbering: str, level: int) -> str:
        """The style for the next paragraph, an item of this numbering and level; empty when it is none."""
        used = self._numberings.get(numbering)
        if used is None:
            return ""
        told = used.levels.get(level) or used.levels.get(0) or _Level()
        if told.format == "none":
            return ""
        position = self._counted(used, level, told)
        tag = "ul" if told.format == "bullet" else "ol"
        while self._open and self._open[-1][0] > level:
            self._open.pop()
        if self._open and self._open[-1][0] == level and self._open[-1][1:3] != (numbering, tag):
            self._open.pop()
        if not self._open or self._open[-1][0] < level:
            self._open.append((level, numbering, tag, position))
        way = " > li > ".join(
            f"{tag}[start='{first}']" if tag == "ol" and first != 1 else tag for _, _, tag, first in self._open
        )
        if way not in self._ways and len(self._ways) >= _WAYS:
            way = tag
        return self._ways.setdefault(way, f"list{len(self._ways)}")

    def interrupt(self) -> None:
        """Says that something stands here that is no item: a list after it is another one."""
        self._open.clear()

    @property
    def style_map(self) -> list[str]:
        """What Mammoth makes of each style given so far."""
        return [f"p.{style} => {way} > li:fresh" for way, style in self._ways.items()]

    @staticmethod
    def _counted(used: _Numbering, level: int, told: _Level) -> int:
        """The number of this item; the levels under it begin anew."""
        restart = used.restarts.pop(level, None)
        before = used.counts.get(level)
        position = restart if restart is not None else told.start if before is None else before + 1
        used.counts[level] = min(position, _LARGEST)
        for deeper in [one for one in used.counts if one > level]:
            del used.counts[deeper]
        return used.counts[level]


def _read(xml: bytes, styles: Styles) -> dict[str, _Numbering]:
    """The numberings in word/numbering.xml by id."""
    models: dict[str, dict[int, _Level]] = {}
    links: dict[str, str] = {}  # models that only point to a style, which names a numbering
    uses: dict[str, str] = {}
    restarts: dict[str, dict[int, int]] = {}
    model = use = ""
    level = 0

    def start(element: str, attributes: Attributes) -> None:
        nonlocal model, use, level
        if element == "w:abstractNum":
            model, use = value(attributes, "abstractNumId"), ""
            models[model] = {}
        elif element == "w:num":
            model, use = "", value(attributes, "numId")
        elif element in ("w:lvl", "w:lvlOverride"):
            level = number(value(attributes, "ilvl"), _DEEPEST) or 0
        elif element == "w:abstractNumId" and use:
            uses[use] = value(attributes)
        elif element == "w:startOverride" and use:
            restarts.setdefault(use, {})[level] = number(value(attributes), _LARGEST) or 1
        elif element == "w:numStyleLink" and model:
            links[model] = value(attributes)
        elif element == "w:numFmt" and model:
            models[model].setdefault(level, _Level()).format = value(attributes)
        elif element == "w:start" and model:
            found = number(value(attributes), _LARGEST)
            models[model].setdefault(level, _Level()).start = 1 if found is None else found

    parse(xml, start)
    for name, style in links.items():
        linked = uses.get(styles.of_words(style).numbering or "", "")
        models[name] = models[name] or models.get(linked, {})
    shared: dict[str, dict[int, int]] = {name: {} for name in models}
    return {
        use: _Numbering(models[name], shared[name], restarts.get(use, {}))
        for use, name in uses.items()
        if name in models
    }
