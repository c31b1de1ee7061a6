"""Owns what is drawn in a Word file: pictures, text boxes, and which of two drawings of one thing is taken. Never looks into a picture."""

import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import quoteattr

from kb.content.package import Attributes, value
from kb.content.word_parts.lists import Lists
from kb.content.word_parts.page import End, Handler, Page, State, nothing
from kb.content.word_parts.pictures import Pictures

BOX: Final = "box"  # the style of a paragraph of ours where a text box begins or ends

_EDGE: Final = f'<w:p><w:pPr><w:pStyle w:val="{BOX}"/></w:pPr><w:r><w:t>-</w:t></w:r></w:p>'
_SYMBOL: Final = re.compile(r"[A-Za-z][A-Za-z0-9 ]{0,40}"), re.compile(r"[0-9A-Fa-f]{2,4}")


@dataclass(slots=True)
class _Alternatives:
    """Two ways to draw one thing: the first that gives words or a picture is taken."""

    before: int
    done: bool = False


class Drawings:
    """Handles drawings of today's Word and of older ones, symbols, and embedded things."""

    def __init__(self, page: Page, lists: Lists, pictures: Pictures) -> None:
        self._page, self._lists, self._pictures = page, lists, pictures
        self._alternatives: list[_Alternatives] = []
        self._alt = ""
        self.media: dict[str, str] = {}  # the parts of pictures by the id that Mammoth is told

    @property
    def handlers(self) -> dict[str, Handler]:
        """By the names of elements."""
        return {
            "w:txbxContent": self._text_box,
            "w:sym": self._symbol,
            "wp:docPr": self._described,
            "pic:cNvPr": lambda attributes: self._described(attributes, keep=True),
            "v:shape": self._described,
            "a:graphicData": self._graphic,
            "a:blip": lambda attributes: self._picture(value(attributes, "embed") or value(attributes, "link")),
            "v:imagedata": lambda attributes: self._picture(value(attributes, "id")),
            "o:OLEObject": self._embedded,
            "mc:AlternateContent": self._begin,
            "mc:Choice": self._alternative,
            "mc:Fallback": self._alternative,
        }

    def _text_box(self, _: Attributes) -> End | None:
        page = self._page
        if not page.visible:
            return None
        outer, page.state = page.state, State()
        page.body.open("w:pict")
        page.body.open("w:txbxContent")
        edge = page.body.place()
        self._lists.interrupt()

        def end() -> None:
            page.state = outer
            self._lists.interrupt()
            if page.body.close():
                page.body.count(8)
                page.body.fill(edge, _EDGE)
                page.body.put(_EDGE)
                page.counted["boxes"] += 1
            page.body.close()

        return end

    def _symbol(self, attributes: Attributes) -> End:
        font, code = value(attributes, "font"), value(attributes, "char")
        if _SYMBOL[0].fullmatch(font) and _SYMBOL[1].fullmatch(code):
            self._page.put(f'<w:sym w:font="{font}" w:char="{code}"/>')
        return nothing

    def _described(self, attributes: Attributes, keep: bool = False) -> End:
        told = (attributes.get(name, "").strip() for name in ("descr", "alt", "title"))
        self._alt = next((text for text in told if text), self._alt if keep else "")
        return nothing

    def _picture(self, id_: str) -> End:
        name = self._pictures.take(id_, self._alt) if self._page.visible else ""
        if name:
            key = f"picture{len(self.media)}"
            self.media[key] = f"media/{name}"
            alt = self._pictures.alt(name)
            self._page.body.count(8, len(alt))
            self._page.body.put(
                f"<w:drawing><wp:inline><wp:docPr descr={quoteattr(alt)}/><a:graphic><a:graphicData><pic:pic><pic:blipFill>"
                f'<a:blip r:embed="{key}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
            )
            self._page.given += 1
        return nothing

    def _graphic(self, attributes: Attributes) -> End | None:
        """What a drawing holds: words and pictures are read, what Word would draw itself is counted."""
        kind = attributes.get("uri", "").lower().rpartition("/")[2]
        if kind not in ("chart", "chartex", "diagram"):
            return nothing
        self._page.counted["diagrams" if kind == "diagram" else "charts"] += 1
        self._page.given += 1  # what stands there for older programs says only that they cannot draw it
        return None

    def _embedded(self, _: Attributes) -> None:
        self._page.counted["embedded"] += 1

    def _begin(self, _: Attributes) -> End:
        self._alternatives.append(_Alternatives(self._page.given))
        return self._alternatives.pop

    def _alternative(self, _: Attributes) -> End | None:
        one = self._alternatives[-1] if self._alternatives else None
        if one is None or one.done:
            return None

        def end() -> None:
            one.done = self._page.given > one.before

        return end
