"""Owns the way from a stranger's Word file to HTML with all that its author put in: lists, links, pictures, notes. Never trusts any of it.

As in `word.py`, Mammoth is given a document written anew. More is kept here, so more is written here: styles for lists,
addresses that were checked, pictures by a name. What cannot be kept is counted and told.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from kb.content.package import Attributes, Package, damaged, parse, refuse_others, value
from kb.content.word_parts.body import html
from kb.content.word_parts.drawings import BOX, Drawings
from kb.content.word_parts.links import Links
from kb.content.word_parts.lists import Lists
from kb.content.word_parts.page import End, Handler, Page, nothing
from kb.content.word_parts.paragraphs import LARGEST, LINE, Paragraphs
from kb.content.word_parts.pictures import ImportedPicture, Pictures
from kb.content.word_parts.references import References
from kb.content.word_parts.styles import CONTENTS, TITLE, Styles, number, on, read
from kb.errors import DocumentUnreadable

NOTES: Final = "Notes"  # the heading over footnotes and endnotes

_COLUMNS: Final = 63  # of a table; Word has no more
_STYLES: Final = (
    *(f"p.h{level} => h{level}:fresh" for level in range(1, 7)), f"p.{TITLE} => h1[class='{TITLE}']:fresh", f"p.{CONTENTS} => !",
    f"p.{BOX} => p[class='{BOX}']:fresh", f"p.{LINE} => p[class='{LINE}']:fresh", f"p.{LARGEST} => p[class='{LARGEST}']:fresh",
)  # fmt: skip
# Elements of which only what is in them is written.
_OPENED: Final = [
    "w:document",
    "w:body",
    "w:moveTo",
    "w:smartTag",
    "w:customXml",
    "w:sdt",
    "w:sdtContent",
    "w:dir",
    "w:bdo",
    "w:pPr",
    "w:numPr",
    "w:rPr",
    "w:instrText",
    "w:drawing",
    "wp:inline",
    "wp:anchor",
    "a:graphic",
    "pic:pic",
    "pic:nvPicPr",
    "pic:blipFill",
    "wps:wsp",
    "wps:txbx",
    "wpg:wgp",
    "wpg:grpSp",
    "wpc:wpc",
    "w:pict",
    "w:object",
    "v:group",
    "v:rect",
    "v:oval",
    "v:roundrect",
    "v:textbox",
    "w:footnotes",
    "w:endnotes",
    "m:oMathPara",
    "m:oMath",
    "m:r",
    "m:f",
    "m:num",
    "m:den",
    "m:e",
    "m:sup",
    "m:sub",
    "m:sSup",
    "m:sSub",
    "m:sSubSup",
    "m:rad",
    "m:deg",
    "m:d",
    "m:nary",
    "m:func",
    "m:fName",
    "m:acc",
    "m:bar",
    "m:box",
    "m:limLow",
    "m:limUpp",
    "m:lim",
    "m:m",
    "m:mr",
    "m:eqArr",
]


@dataclass(frozen=True, slots=True)
class Told:
    """A Word file as HTML, with its pictures, and how much of what was left out or needs a look."""

    html: str
    pictures: tuple[ImportedPicture, ...]
    counted: Counter[str]


def to_html(data: bytes) -> Told:
    """HTML of headings, paragraphs, lists, tables, links, pictures by name, strong, em, s and br; all text is escaped.

    Comments, deletions, hidden words, headers and tables of contents are left out; macros and embedded files not read.

    Raises:
        DocumentUnreadable: it is no Word file, or one that is damaged, locked, hostile or too long.
    """
    try:
        return _told(data)
    except DocumentUnreadable:
        raise
    except Exception as error:  # whatever the libraries stumble over, it is about the file, and never a fault of ours
        raise damaged() from error


def _told(data: bytes) -> Told:
    package = Package(data)
    refuse_others(package)
    main = package.target("", "officeDocument") or "word/document.xml"
    document = package.part(main)
    if document is None:
        raise damaged()

    def beside(kind: str) -> bytes | None:
        return package.part(package.target(main, kind) or f"word/{kind}.xml")

    relationships = package.relationships(main)
    pictures, links = Pictures(package, relationships), Links(relationships)
    styles = read(beside("styles"))
    writer = _Writer(styles, Lists(beside("numbering"), styles), links, pictures)
    writer.read(document)
    if writer.references.notes:
        writer.heading(NOTES)
        for kind in ("footnotes", "endnotes"):
            if xml := beside(kind):
                writer.read(xml)
    parts = {
        "word/_rels/document.xml.rels": links.relationships(writer.drawings.media),
        # Mammoth asks for the bytes of a picture: what it finds is the name.
        **{f"word/media/{picture.name}": picture.name for picture in pictures.taken},
    }
    made = html(writer.xml(), "\n".join([*_STYLES, *writer.lists.style_map]), parts, convert_image=_image())
    counted = writer.page.counted
    counted.update(
        too_many=pictures.too_many, too_large=pictures.too_large, other_kinds=pictures.other_kinds, outside=pictures.outside,
        links=links.left_out, macros="word/vbaProject.bin" in package.names, running=_running_words(package),
    )  # fmt: skip
    return Told(made, pictures.taken, counted)


def _image() -> Callable[[Any], Any]:
    from mammoth.images import img_element  # noqa: PLC0415 - only for those who bring a Word file

    def named(image: Any) -> dict[str, str]:
        with image.open() as stream:
            return {"src": stream.read().decode()}

    return img_element(named)  # type: ignore[no-any-return]


def _running_words(package: Package) -> bool:
    """Whether a header or footer has words; page numbers alone are no loss."""
    words: list[str] = []
    for name in sorted(package.names):
        if name.startswith(("word/header", "word/footer")) and name.endswith(".xml") and (xml := package.part(name)):
            parse(xml, lambda *_: None, None, words.append)
            if any(map(str.isalpha, "".join(words).lower().replace("page", "").replace("of", ""))):
                return True
    return False


class _Writer:
    """Writes one file anew while it is read: an element is handled by name, else left out with all that is in it."""

    def __init__(self, styles: Styles, lists: Lists, links: Links, pictures: Pictures) -> None:
        self.page, self.lists = Page(styles), lists
        self.paragraphs = Paragraphs(self.page, lists)
        self.references = References(self.page, links, self.paragraphs)
        self.drawings = Drawings(self.page, lists, pictures)
        self.page.body.open("w:document")
        self.page.body.open("w:body")
        self._ends: list[End] = []
        self._skipping = 0  # how deep inside an element that is left out
        self._handlers: dict[str, Handler] = {
            **{name: lambda _: nothing for name in _OPENED},
            **{name: partial(self._open, name) for name in ("w:tr", "w:trPr", "w:tcPr")},
            **{name: partial(self._container, name) for name in ("w:tbl", "w:tc")},
            **{name: partial(self._stretch, name) for name in ("w:t", "m:t")},
            **{name: partial(self._character, xml) for name, xml in _CHARACTERS.items()},
            "w:br": self._break, "w:gridSpan": self._span, "w:tblHeader": self._head_row, "w:commentReference": self._comment,
            **self.paragraphs.handlers, **self.references.handlers, **self.drawings.handlers,
        }  # fmt: skip

    def read(self, xml: bytes) -> None:
        """Reads a part: the main one, or one with notes."""
        parse(xml, self._start, self._end, self._text)

    def heading(self, words: str) -> None:
        """Writes a heading of ours."""
        self.page.body.put(f'<w:p><w:pPr><w:pStyle w:val="h1"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>')

    def xml(self) -> str:
        """The file, once all is read."""
        self.paragraphs.mark_lines()
        self.page.body.close()
        self.page.body.close()
        return self.page.body.xml

    def _start(self, name: str, attributes: Attributes) -> None:
        handler = None if self._skipping else self._handlers.get(name)
        end = handler(attributes) if handler else None
        if end is None:
            self._skipping += 1
        else:
            self._ends.append(end)
            self.page.names.append(name)

    def _end(self) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self.page.names.pop()
            self._ends.pop()()

    def _text(self, text: str) -> None:
        if not self._skipping and self.page.names:
            if self.page.names[-1] in ("w:t", "m:t"):
                self.paragraphs.words(text)
            elif self.page.names[-1] == "w:instrText":
                self.references.instruction(text)

    def _character(self, xml: str, _: Attributes) -> None:
        self.page.put(xml)

    def _open(self, name: str, _: Attributes) -> End:
        self.page.body.open(name)
        return self.page.body.close

    def _container(self, name: str, _: Attributes) -> End:
        self.lists.interrupt()
        self.page.body.open(name)

        def end() -> None:
            self.lists.interrupt()
            self.page.body.close()

        return end

    def _stretch(self, name: str, attributes: Attributes) -> End | None:
        """A stretch of words; those of a formula may stand in no run."""
        body = self.page.body
        if self.page.state.run is not None:
            return self._open("w:t", attributes)
        if name == "w:t":
            return None
        body.open("w:r")
        body.open("w:t")
        return lambda: (body.close(), body.close())

    def _break(self, attributes: Attributes) -> None:
        if value(attributes, "type") in ("", "textWrapping"):
            self.page.put("<w:br/>")

    def _span(self, attributes: Attributes) -> None:
        columns = number(value(attributes), _COLUMNS)
        if columns and self.page.inside("w:tcPr"):
            self.page.body.put(f'<w:gridSpan w:val="{columns}"/>')

    def _head_row(self, attributes: Attributes) -> None:
        if on(attributes) and self.page.inside("w:trPr"):
            self.page.body.put("<w:tblHeader/>")

    def _comment(self, _: Attributes) -> None:
        self.page.counted["comments"] += 1


_CHARACTERS: Final = {"w:tab": "<w:tab/>", "w:ptab": "<w:tab/>", "w:cr": "<w:br/>", "w:noBreakHyphen": "<w:t>-</w:t>"}
