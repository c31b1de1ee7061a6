"""Owns the document that a stranger hands in: a Word, Markdown or text file, or pasted text, as a title and parts. Never keeps it.

What a file is, is decided by its content: names lie. Whatever it holds, reading takes a few seconds at most, and what
goes wrong is a sentence.
"""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kb.content import outline, section_words, word
from kb.content.outline import Block
from kb.content.package import locked
from kb.content.word_parts.body import MAX_TEXT
from kb.errors import DocumentTooLarge, DocumentUnreadable

MAX_BYTES: Final = 10_000_000  # of a file as it comes: a report with a few photographs

_SAVE_AS: Final = "Open it, save it as .docx and try again, or copy its text and paste it."
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How files that are no text begin, and what people call them.
_OTHERS: Final = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (such as .doc)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # a .docx with a password is put into the old format
_CONTROLS: Final = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1a")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands under one heading, a blank line between paragraphs; text before the first has an empty heading."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A title, empty when none stands at the top, and the parts in reading order."""

    title: str
    sections: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Everything as plain text, a blank line between paragraphs."""
        words = [self.title, *(text for part in self.sections for text in (part.heading, part.text))]
        return "\n\n".join(text for text in words if text)


def read(data: bytes, name: str) -> Document:
    """The document in a file. `name` is only used to say which file cannot be read.

    Raises:
        DocumentTooLarge: more than MAX_BYTES bytes or MAX_TEXT characters, or more than that when unpacked.
        DocumentUnreadable: it is of another kind, damaged, locked, empty or hostile.
    """
    try:
        return _read(data)
    except DocumentUnreadable as error:
        file = shown(name)
        raise type(error)(f"{file}: {error.message}" if file else error.message, error.cure) from error


def _read(data: bytes) -> Document:
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(
            f"This file has {len(data) / 1e6:.1f} MB; at most {MAX_BYTES // 1_000_000} MB can be read.",
            "Take out the pictures, or copy the text and paste it.",
        )
    is_zip = data.startswith(b"PK\x03\x04")
    document = _document(outline.of_html(word.to_html(data))) if is_zip else from_text(decoded(data))
    if not document.text:
        raise DocumentUnreadable("There is no text in this file.", "If it holds pictures of text, type what matters.")
    return document


def from_text(text: str) -> Document:
    """The document in pasted text or Markdown, in time that grows with its length only. Never raises."""
    return _document(outline.of_text(text))


def _document(blocks: Iterable[Block]) -> Document:
    """Headings of one level begin parts; a smaller one is context in its part, unless its words name a part."""
    blocks = list(blocks)
    title = ""
    if blocks and blocks[0].level == 1 and not section_words.heading(blocks[0].text):
        title = blocks.pop(0).text
    parts: list[Part] = []
    heading, level, texts = "", outline.GUESSED, list[str]()

    def close() -> None:
        if heading or texts:
            parts.append(Part(heading, "\n\n".join(texts)))

    for block in blocks:
        if block.level == outline.TEXT:
            texts.append(block.text)
        elif block.level <= level or not heading or section_words.heading(block.text):
            close()
            heading, level, texts = block.text, block.level, []
        elif block.text:
            texts.append(f"{block.text}:")
    close()
    return Document(title, tuple(parts))


def decoded(data: bytes) -> str:
    """The text of a file that is no zip.

    Raises:
        DocumentTooLarge: more than MAX_TEXT characters.
        DocumentUnreadable: it is something else than text.
    """
    for start, kind in _OTHERS:
        if data.startswith(start):
            if _ENCRYPTED in data:
                raise locked()
            raise DocumentUnreadable(f"This is {kind}, which cannot be read here.", _SAVE_AS)
    text = _as_unicode(data)
    if len(text) > MAX_TEXT:
        raise DocumentTooLarge(
            f"This file has {len(text):,} characters; at most {MAX_TEXT:,} can be read.",
            "Copy the part that matters and paste it.",
        )
    if text[:200].lstrip().lower().startswith(("<!doctype html", "<html", "<?xml")):
        raise DocumentUnreadable("This is a web page or XML, which cannot be read here.", _SAVE_AS)
    return text


def _as_unicode(data: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    # Text has none of these; a few are left over by old programs, more than one in a hundred is something else.
    if len(data) - len(data.translate(None, _CONTROLS)) > len(data) / 100:
        raise DocumentUnreadable("This file is not text, or not of a kind that can be read here.", _SAVE_AS)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")  # what Windows programs write when they do not write UTF-8


def shown(name: str) -> str:
    """The file's own name, safe to repeat."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(letter for letter in last if letter.isprintable()).strip()
    return kept if len(kept) <= 80 else f"{kept[:79]}…"
