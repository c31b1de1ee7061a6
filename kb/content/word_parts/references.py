"""Owns what the text of a Word file refers to: links, fields that are links, footnotes and endnotes. Never reads an address."""

from typing import Final

from kb.content.package import Attributes, value
from kb.content.word_parts.links import Links
from kb.content.word_parts.page import End, Field, Handler, Page, nothing
from kb.content.word_parts.paragraphs import Paragraphs

_INSTRUCTION: Final = 3_000  # characters of a field's instruction that are read
_FIELDS: Final = 50  # fields inside fields


class References:
    """Handles links, fields and notes. A note is written once, however often the text refers to it."""

    def __init__(self, page: Page, links: Links, paragraphs: Paragraphs) -> None:
        self._page, self._links, self._paragraphs = page, links, paragraphs
        self._wanted: dict[tuple[str, str], int] = {}  # notes by kind and id, with the number that they get

    @property
    def handlers(self) -> dict[str, Handler]:
        """By the names of elements."""
        return {
            "w:hyperlink": self._hyperlink, "w:fldSimple": self._simple_field, "w:fldChar": self._field,
            "w:footnoteReference": lambda attributes: self._reference("footnote", attributes),
            "w:endnoteReference": lambda attributes: self._reference("endnote", attributes),
            "w:footnote": lambda attributes: self._note("footnote", attributes),
            "w:endnote": lambda attributes: self._note("endnote", attributes),
        }  # fmt: skip

    @property
    def notes(self) -> bool:
        """Whether the text read so far refers to a note."""
        return bool(self._wanted)

    def instruction(self, text: str) -> None:
        """Takes a piece of the instruction of the field that is open."""
        if self._page.state.fields:
            one = self._page.state.fields[-1]
            one.instruction = (one.instruction + text)[:_INSTRUCTION]

    def _hyperlink(self, attributes: Attributes) -> End:
        return self._linked(*self._links.of_relationship(value(attributes, "id"), value(attributes, "anchor")))

    def _simple_field(self, attributes: Attributes) -> End:
        return self._linked(*self._links.of_field(value(attributes, "instr")))

    def _linked(self, link: str, address: str) -> End:
        if not link:
            return nothing
        self._page.body.count(0, len(address))
        self._page.body.open("w:hyperlink", f' r:id="{link}"')
        return self._page.body.close

    def _field(self, attributes: Attributes) -> End:
        kind, fields = value(attributes, "fldCharType"), self._page.state.fields
        if kind == "begin" and len(fields) < _FIELDS:
            fields.append(Field())
        elif kind == "separate" and fields:
            fields[-1].link, address = self._links.of_field(fields[-1].instruction)
            self._page.body.count(0, len(address))
        elif kind == "end" and fields:
            fields.pop()
        return nothing

    def _reference(self, kind: str, attributes: Attributes) -> None:
        if self._page.visible:
            position = self._wanted.setdefault((kind, value(attributes, "id")), len(self._wanted) + 1)
            self._page.put(f"<w:t>[{position}]</w:t>")

    def _note(self, kind: str, attributes: Attributes) -> End | None:
        position = self._wanted.pop((kind, value(attributes, "id")), None)
        if position is None:
            return None
        self._paragraphs.prefix = f"[{position}] "
        return nothing
