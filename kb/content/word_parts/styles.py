"""Owns what the styles of a Word file mean: heading, title, contents, bold, size, list. Never how anything looks on a page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Final

from kb.content.package import Attributes, parse, value

CONTENTS: Final = "contents"  # what a style of a table of contents means
TITLE: Final = "title"
_ABOVE: Final = 10  # styles on which a style is based; Word itself allows no more, and a circle has no end
_LARGEST: Final = 3_000  # half points: the largest letters of a poster have about 300
_DEEPER: Final = re.compile(r"list (?:bullet|number) ([2-5])")  # one level each, whatever their numberings say
_DEFAULT_SIZE: Final = 20  # half points, when a file does not say


@dataclass(slots=True)
class Style:
    """What one style says, nothing where it says nothing. `meaning` is h1 to h6, TITLE, CONTENTS or empty.

    `size` is in half points; `numbering` and `level` are those of the list that its paragraphs stand in.
    """

    meaning: str = ""
    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    size: int | None = None
    numbering: str | None = None
    level: int | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a file by id, each with what it takes from those it is based on."""

    by_id: dict[str, Style] = field(default_factory=dict)
    paragraph: str = ""  # the style of paragraphs that name none
    size: int = _DEFAULT_SIZE  # of words whose style names none

    def named(self, id_: str) -> Style:
        """A paragraph's style."""
        return self.by_id.get(id_ or self.paragraph, _NONE)

    def of_words(self, id_: str) -> Style:
        """The style of some words; nothing when they have none of their own."""
        return self.by_id.get(id_, _NONE)


_NONE: Final = Style()


def heading(level: str) -> str:
    """The heading of an outline level, 0 to 8; 9 is body text."""
    return f"h{min(int(level) + 1, 6)}" if level in set("012345678") else ""


def on(attributes: Attributes) -> bool:
    """Whether a property such as bold is switched on: it is when it says nothing else."""
    return value(attributes) not in ("0", "false", "off")


def number(text: str, most: int) -> int | None:
    """A number as Word writes it, from 0 to `most`; nothing when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= most else None


def size(attributes: Attributes) -> int | None:
    """The size of letters in half points."""
    return number(value(attributes), _LARGEST)


def read(xml: bytes | None) -> Styles:
    """The styles in word/styles.xml; none without it.

    Raises:
        DocumentUnreadable: the XML is hostile.
        expat.ExpatError: it is damaged.
    """
    found = Styles()
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    current = ""
    open_elements: list[str] = []

    def start(element: str, attributes: Attributes) -> None:
        nonlocal current
        if element == "w:style":
            current = value(attributes, "styleId")
            found.by_id.setdefault(current, Style())
            if value(attributes, "default") in ("1", "true", "on") and value(attributes, "type") == "paragraph":
                found.paragraph = current
        elif element == "w:name":
            names.setdefault(current, value(attributes).lower())
        elif element == "w:basedOn":
            parents.setdefault(current, value(attributes))
        elif element == "w:outlineLvl":
            style = found.by_id.setdefault(current, Style())
            style.meaning = style.meaning or heading(value(attributes))
        elif "w:docDefaults" in open_elements:
            found.size = (size(attributes) if element == "w:sz" else None) or found.size
        elif (told := _TOLD.get(element)) and "w:tblStylePr" not in open_elements and current in found.by_id:
            setattr(found.by_id[current], told[0], told[1](attributes))
        open_elements.append(element)

    def end() -> None:
        open_elements.pop()

    if xml:
        parse(xml, start, end)
    for id_, name in names.items():
        style = found.by_id.setdefault(id_, Style())
        style.meaning = _meaning(name) or style.meaning
        if deeper := _DEEPER.fullmatch(name):
            style.level = int(deeper[1]) - 1
    found.by_id = {id_: _whole(id_, found.by_id, parents) for id_ in found.by_id}
    return found


_TOLD: Final[dict[str, tuple[str, Callable[[Attributes], object]]]] = {
    "w:b": ("bold", on), "w:i": ("italic", on), "w:vanish": ("hidden", on), "w:sz": ("size", size),
    "w:numId": ("numbering", value), "w:ilvl": ("level", lambda attributes: number(value(attributes), 8)),
}  # fmt: skip


def _meaning(name: str) -> str:
    kind, _, level = name.partition(" ")
    if kind == "toc":
        return CONTENTS
    if kind == "title":
        return TITLE
    return heading(str(int(level) - 1)) if kind == "heading" and level in set("123456789") else ""


def _whole(id_: str, styles: dict[str, Style], parents: dict[str, str]) -> Style:
    """The style with what it takes from those above it."""
    whole = Style()
    above = id_
    for _ in range(_ABOVE):
        style = styles.get(above)
        if not above or (style is None and above not in parents):
            break
        for one in fields(Style) if style else ():
            if getattr(whole, one.name) in (None, ""):
                setattr(whole, one.name, getattr(style, one.name))
        above = parents.get(above, "")
    return whole
