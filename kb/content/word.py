"""Owns the way from a stranger's Word file to HTML: headings, paragraphs, tables, bold. Never runs, fetches or keeps any of it.

Mammoth knows Word's ways but trusts its input: a few kilobytes can make it use gigabytes (one note or link target
repeated, fields that never end, long names). So it is only given a document written anew here: one part, known
elements, no attributes but the names of headings, and a limit on their number.
"""

import io
import zipfile
from typing import Final
from xml.sax.saxutils import escape

from kb.content.package import PREFIXES, Attributes, Package, damaged, parse, too_long, value
from kb.errors import DocumentUnreadable

MAX_TEXT: Final = 1_000_000  # characters: about 400 pages
MAX_KEPT: Final = 50_000  # elements handed to Mammoth, which takes about 30 microseconds for each
MAX_KEPT_DEPTH: Final = 64  # of those; a text box in a table in a table has about 20

_KEPT: Final = {
    name: name
    for name in (
        "w:document", "w:body", "w:p", "w:pPr", "w:r", "w:rPr", "w:b", "w:t", "w:tab", "w:br", "w:noBreakHyphen",
        "w:tbl", "w:tr", "w:trPr", "w:tc", "w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:sdt",
        "w:sdtContent", "w:txbxContent", "w:pict", "mc:AlternateContent", "mc:Fallback", "v:group", "v:rect",
        "v:roundrect", "v:shape", "v:textbox",
    )
} | {"w:fldSimple": "w:smartTag"}  # Mammoth would drop the text of a field  # fmt: skip
# Elements that mean something without content; others are left out when they have none, as Word's empty paragraphs.
_EMPTY: Final = frozenset(("w:document", "w:body", "w:tc", "w:b", "w:tab", "w:br", "w:noBreakHyphen"))
_URIS: Final = {prefix: uri for uri, prefix in reversed(PREFIXES.items())}
_HEAD: Final = "<w:document " + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _URIS.items()) + ">"
_STYLES: Final = "\n".join([*(f"p.h{level} => h{level}:fresh" for level in range(1, 7)), "p.contents => !"])


def to_html(data: bytes) -> str:
    """HTML of h1 to h6, p, table, tr, td, strong and br: text is escaped, there is no attribute, link or picture.

    Comments, notes, deleted text, headers and tables of contents are left out; macros and embedded files are not read.

    Raises:
        DocumentUnreadable: it is no Word file, or one that is damaged, locked, hostile or too long.
    """
    try:
        return _converted(_filtered(data))
    except DocumentUnreadable:
        raise
    except Exception as error:  # whatever the libraries stumble over, it is about the file, and never a fault of ours
        raise damaged() from error


def _converted(xml: str) -> str:
    import mammoth  # noqa: PLC0415 - only for those who bring a Word file

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", xml)
    made.seek(0)
    result = mammoth.convert_to_html(
        made,
        style_map=_STYLES,
        include_default_style_map=False,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=lambda _: [],
    )
    return str(result.value)


def _filtered(data: bytes) -> str:
    """The main part of the Word file with nothing in it but what `_KEPT` names."""
    package = Package(data)
    _refuse_others(package)
    main = package.target("", "officeDocument") or "word/document.xml"
    document = package.part(main)
    if document is None:
        raise damaged()
    styles = package.part(package.target(main, "styles") or "word/styles.xml")
    return _Writer(_meanings(styles) if styles else {}).written(document)


def _refuse_others(package: Package) -> None:
    """Says what else a zip may be, so that the person knows what to do."""
    names = package.names
    if "mimetype" in names and (package.part("mimetype") or b"").startswith(b"application/vnd.oasis.opendocument"):
        raise DocumentUnreadable("This is an OpenDocument file (such as .odt).", "Save it as .docx and try again.")
    for part, kind in (("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "a PowerPoint presentation")):
        if part in names:
            raise DocumentUnreadable(f"This is {kind}, not a Word file.", "Copy its text and paste it.")
    if "[Content_Types].xml" not in names:
        raise DocumentUnreadable("This is a zip file, not a Word file.", "Unpack it and choose the Word file in it.")


def _meanings(xml: bytes) -> dict[str, str]:
    """The heading (h1 to h6) or "contents" that each style means, by its own name or a style that it is based on."""
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    found: dict[str, str] = {}
    current = ""

    def start(element: str, attributes: Attributes) -> None:
        nonlocal current
        if element == "w:style":
            current = value(attributes, "styleId")
        elif element == "w:name":
            names.setdefault(current, value(attributes).lower())
        elif element == "w:basedOn":
            parents.setdefault(current, value(attributes))
        elif element == "w:outlineLvl":
            found.setdefault(current, _heading(value(attributes)))

    parse(xml, start)
    for style, name in names.items():
        kind, _, number = name.partition(" ")
        if kind == "toc":
            found[style] = "contents"
        elif kind == "title":
            found[style] = "h1"
        elif kind == "heading" and number in set("123456789"):
            found[style] = _heading(str(int(number) - 1))
    for style in names:
        above = style
        for _ in range(10):  # Word itself allows no more, and a circle has no end
            if not above or found.get(above):
                break
            above = parents.get(above, "")
        found[style] = found.get(above, "")
    return found


def _heading(level: str) -> str:
    """The heading of an outline level, 0 to 8; 9 is body text."""
    return f"h{min(int(level) + 1, 6)}" if level in set("012345678") else ""


class _Writer:
    """Writes the main part anew while it is read."""

    def __init__(self, meanings: dict[str, str]) -> None:
        self._meanings = meanings
        self._made: list[str] = []
        self._open: list[str] = []
        self._skipping = 0  # how deep inside an element that is left out
        self._kept = self._length = 0

    def written(self, xml: bytes) -> str:
        parse(xml, self._start, self._end, self._text)
        return "".join(self._made)

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._skipping:
            self._skipping += 1
            return
        inside = self._open[-1] if self._open else ""
        if inside == "w:pPr" and name in ("w:pStyle", "w:outlineLvl"):
            style = value(attributes)
            if meaning := self._meanings.get(style, "") if name == "w:pStyle" else _heading(style):
                self._made.append(f'<w:pStyle w:val="{meaning}"/>')
        elif name == "w:del" and inside in ("w:rPr", "w:trPr"):  # a mark that the paragraph or row is deleted
            self._made.append("<w:del/>")
        if name not in _KEPT or (name == "w:b" and value(attributes) in ("0", "false", "off")):
            self._skipping = 1
            return
        self._kept += 1
        if self._kept > MAX_KEPT:
            raise too_long()
        if len(self._open) >= MAX_KEPT_DEPTH:
            raise DocumentUnreadable(
                "This Word file has tables inside tables, deeper than can be read.",
                "Copy the part that matters and paste it.",
            )
        self._open.append(_KEPT[name])
        self._made.append(f"<{_KEPT[name]}>" if len(self._open) > 1 else _HEAD)

    def _end(self) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        name = self._open.pop()
        if self._made[-1] == f"<{name}>" and name not in _EMPTY:
            self._made.pop()
            self._kept -= 1
        else:
            self._made.append(f"</{name}>")

    def _text(self, text: str) -> None:
        if not self._skipping and self._open[-1:] == ["w:t"]:
            self._length += len(text)
            if self._length > MAX_TEXT:
                raise too_long()
            self._made.append(escape(text))
