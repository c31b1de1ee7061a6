"""Owns reading XML out of a stranger's Office file, which is a zip: within limits, whatever the file says. Never writes one.

Nothing is unpacked to disk and no entity is ever resolved. The limits keep each part to about a second and 100 MB.
"""

import io
import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from kb.errors import DocumentTooLarge, DocumentUnreadable

MAX_XML: Final = 20_000_000  # bytes of a part when unpacked: a report of 300 pages has about 5 MB
MAX_PARTS: Final = 5_000  # files in the zip: each picture is one
MAX_ELEMENTS: Final = 500_000  # in one part
MAX_DEPTH: Final = 256  # of elements in elements; a text box in a table in a table has about 40
MAX_TAG: Final = 1_000_000  # bytes between two tags, so also of one tag: a million attributes take 400 MB
MAX_NAME: Final = 300  # characters of a namespace: it is repeated for each element, so a long one multiplies

PREFIXES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",  # "Strict Open XML"
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "urn:schemas-microsoft-com:vml": "v",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic",
    "http://purl.oclc.org/ooxml/drawingml/picture": "pic",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingShape": "wps",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup": "wpg",
    "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas": "wpc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "urn:schemas-microsoft-com:office:office": "o",
}

Attributes = dict[str, str]


def damaged() -> DocumentUnreadable:
    """The error for a file that Word would not write."""
    return DocumentUnreadable(
        "This Word file is damaged or was not made by Word.",
        "Open it in Word, save it again as .docx and try that, or copy its text and paste it.",
    )


def too_long() -> DocumentTooLarge:
    """The error for a file that is small when packed and huge when not."""
    return DocumentTooLarge(
        "This Word file is too long: it unpacks to more than a case study could need.",
        "Copy the part that matters and paste it.",
    )


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part refers to: `target` is a part's name, or an address when `external`. Never trusted."""

    kind: str
    target: str
    external: bool = False


class Package:
    """An open Office file."""

    def __init__(self, data: bytes) -> None:
        # Counted before the zip is opened: the library makes an object for each.
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            raise too_long()
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = frozenset(self._archive.namelist())

    def part(self, name: str) -> bytes | None:
        """What lies under a name, unpacked, or nothing; never more than MAX_XML bytes, whatever it says about itself."""
        if name not in self.names:
            return None
        info = self._archive.getinfo(name)
        if info.flag_bits & 1:
            raise locked()
        if info.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):  # Office has no other; some take gigabytes
            raise damaged()
        if info.file_size > MAX_XML:
            raise too_long()
        with self._archive.open(info) as stream:
            found = stream.read(MAX_XML + 1)
        if len(found) > MAX_XML:
            raise too_long()
        return found

    def size(self, name: str) -> int:
        """How many bytes a part says that it has when unpacked; 0 when there is none."""
        return self._archive.getinfo(name).file_size if name in self.names else 0

    def target(self, part: str, kind: str) -> str:
        """The name of the part that a relationship of this kind leads to from a part; empty when there is none."""
        return next((to.target for to in self.relationships(part).values() if to.kind == kind and not to.external), "")

    def relationships(self, part: str) -> dict[str, "Relationship"]:
        """What a part refers to by id: other parts of the file by their names, and addresses outside it as they are."""
        folder, name = posixpath.split(part)
        found: dict[str, Relationship] = {}

        def start(_name: str, attributes: Attributes) -> None:
            target, external = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found.setdefault(attributes.get("Id", f"number {len(found)}"), Relationship(kind, target, external))

        if xml := self.part(posixpath.join(folder, "_rels", f"{name}.rels")):
            parse(xml, start)
        return found


def locked() -> DocumentUnreadable:
    """The error for a file with a password."""
    return DocumentUnreadable("This file is locked with a password.", "Save it without the password and try again.")


def refuse_others(package: Package) -> None:
    """Raises DocumentUnreadable for what else a zip may be, so that the person knows what to do."""
    names = package.names
    if "mimetype" in names and (package.part("mimetype") or b"").startswith(b"application/vnd.oasis.opendocument"):
        raise DocumentUnreadable("This is an OpenDocument file (such as .odt).", "Save it as .docx and try again.")
    for part, kind in (("xl/workbook.xml", "an Excel workbook"), ("ppt/presentation.xml", "a PowerPoint presentation")):
        if part in names:
            raise DocumentUnreadable(f"This is {kind}, not a Word file.", "Copy its text and paste it.")
    if "[Content_Types].xml" not in names:
        raise DocumentUnreadable("This is a zip file, not a Word file.", "Unpack it and choose the Word file in it.")


def parse(
    xml: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Calls back for each element, named by its usual prefix ("w:p"), and for text.

    Raises:
        DocumentUnreadable: a document type (so any entity), strange encodings, depths, floods of anything.
        expat.ExpatError: it is not well-formed.
    """
    _refuse_long_tags(xml)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = count = 0

    def started(name: str, attributes: Attributes) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MAX_DEPTH:
            raise damaged()
        if count > MAX_ELEMENTS:
            raise too_long()
        uri, _, local = name.rpartition(" ")
        start(f"{PREFIXES.get(uri, '')}:{local}", attributes)

    def ended(_name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end()

    def namespace(_prefix: str | None, uri: str | None) -> None:
        if uri and len(uri) > MAX_NAME:
            raise damaged()

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ("utf-8", "utf-16", "us-ascii"):  # in others, < is not always <
            raise damaged()

    def doctype(*_: object) -> None:  # before any entity is declared; Office never writes one
        raise damaged()

    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.StartNamespaceDeclHandler = namespace
    parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = declaration, doctype
    if text:
        parser.CharacterDataHandler = text
    parser.Parse(xml, True)  # in one piece: expat before 2.6 reads a long token anew with every piece


def _refuse_long_tags(xml: bytes) -> None:
    """Jumps from one < to the last that is in reach: two jumps go further than MAX_TAG, so time grows with length only."""
    position = 0
    while position + MAX_TAG < len(xml):
        following = xml.rfind(b"<", position + 1, position + MAX_TAG + 1)
        if following < 0:
            raise too_long()
        position = following


def value(attributes: Attributes, name: str = "val") -> str:
    """An attribute of Word's by its local name; empty when it is missing or longer than any honest one."""
    found = next((attributes[key] for uri in PREFIXES if (key := f"{uri} {name}") in attributes), "")
    return found if len(found) <= MAX_NAME else ""
