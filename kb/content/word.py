"""Owns the way from a stranger's Word file to HTML: headings, paragraphs, tables, bold. Never runs, fetches or keeps any of it.

Mammoth knows Word's ways but trusts its input: a few kilobytes can make it use gigabytes (one note or link target
repeated, fields that never end, long names). So it is only given a document written anew here: one part, known
elements, no attributes but the names of headings, and a limit on their number.
"""

from typing import Final

from kb.content.package import Attributes, Package, damaged, parse, refuse_others, value
from kb.content.word_parts.body import Body, html
from kb.content.word_parts.styles import CONTENTS, TITLE, Styles, heading, on, read
from kb.errors import DocumentUnreadable

_KEPT: Final = {
    name: name
    for name in (
        "w:document", "w:body", "w:p", "w:pPr", "w:r", "w:rPr", "w:b", "w:t", "w:tab", "w:br", "w:noBreakHyphen",
        "w:tbl", "w:tr", "w:trPr", "w:tc", "w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:sdt",
        "w:sdtContent", "w:txbxContent", "w:pict", "mc:AlternateContent", "mc:Fallback", "v:group", "v:rect",
        "v:roundrect", "v:shape", "v:textbox",
    )
} | {"w:fldSimple": "w:smartTag"}  # Mammoth would drop the text of a field  # fmt: skip
_STYLES: Final = "\n".join([*(f"p.h{level} => h{level}:fresh" for level in range(1, 7)), f"p.{CONTENTS} => !"])


def to_html(data: bytes) -> str:
    """HTML of h1 to h6, p, table, tr, td, strong and br: text is escaped, there is no attribute, link or picture.

    Comments, notes, deleted text, headers and tables of contents are left out; macros and embedded files are not read.

    Raises:
        DocumentUnreadable: it is no Word file, or one that is damaged, locked, hostile or too long.
    """
    try:
        return html(_filtered(data), _STYLES)
    except DocumentUnreadable:
        raise
    except Exception as error:  # whatever the libraries stumble over, it is about the file, and never a fault of ours
        raise damaged() from error


def _filtered(data: bytes) -> str:
    """The main part of the Word file with nothing in it but what `_KEPT` names."""
    package = Package(data)
    refuse_others(package)
    main = package.target("", "officeDocument") or "word/document.xml"
    document = package.part(main)
    if document is None:
        raise damaged()
    return _Writer(read(package.part(package.target(main, "styles") or "word/styles.xml"))).written(document)


class _Writer:
    """Writes the main part anew while it is read."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._body = Body()
        self._skipping = 0  # how deep inside an element that is left out

    def written(self, xml: bytes) -> str:
        parse(xml, self._start, self._end, self._text)
        return self._body.xml

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skipping:
            self._skipping += 1
            return
        inside = self._body.inside
        if inside == "w:pPr" and name in ("w:pStyle", "w:outlineLvl"):
            style = value(attributes)
            if meaning := self._meaning(style) if name == "w:pStyle" else heading(style):
                self._body.put(f'<w:pStyle w:val="{meaning}"/>')
        elif name == "w:del" and inside in ("w:rPr", "w:trPr"):  # a mark that the paragraph or row is deleted
            self._body.put("<w:del/>")
        if name not in _KEPT or (name == "w:b" and not on(attributes)):
            self._skipping = 1
        else:
            self._body.open(_KEPT[name])

    def _meaning(self, style: str) -> str:
        found = self._styles.of_words(style).meaning
        return "h1" if found == TITLE else found

    def _end(self) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self._body.close()

    def _text(self, text: str) -> None:
        if not self._skipping and self._body.inside == "w:t":
            self._body.text(text)
