"""A stranger's file becomes a title and parts, or a sentence: by what is in it, whatever it is called."""

import io
import random
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.content import documents
from kb.content.documents import Document, Part
from kb.errors import DocumentTooLarge, DocumentUnreadable

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORDS = "Problem: caf\u00e9 queues \u2013 \u2018long\u2019\n\nAim\nHalf"
PARTS = (Part("Problem", "caf\u00e9 queues \u2013 \u2018long\u2019"), Part("Aim", "Half"))


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.fixture(scope="module")
def word_file(docx, styles) -> bytes:
    """A whole Word file with a title, three parts, a table and macros."""
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("Falls", "12", "4"))
    body = [
        paragraph("Fewer falls", "Title"),
        paragraph("On Ward 6 &amp; 7."),
        paragraph("Problem", "berschrift1"),
        paragraph("People fell."),
        paragraph("At night", "Heading2"),
        paragraph("Most of them."),
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Results</w:t></w:r></w:p>",
        f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>",
        paragraph("Aim: to halve falls"),
    ]
    return docx("".join(body), {"word/styles.xml": styles, "word/vbaProject.bin": b"Sub AutoOpen()" + OLE})


def test_a_word_file_becomes_a_title_and_parts(word_file):
    document = documents.read(word_file, "falls.docm")
    assert document == Document(
        "Fewer falls",
        (
            Part("", "On Ward 6 & 7."),
            Part("Problem", "People fell.\n\nAt night:\n\nMost of them."),
            Part("Results", "Falls, 12, 4"),
            Part("Aim", "to halve falls"),
        ),
    )
    assert document.text.split("\n\n")[:3] == ["Fewer falls", "On Ward 6 & 7.", "Problem"]
    assert document.text.endswith("Results\n\nFalls, 12, 4\n\nAim\n\nto halve falls")


@pytest.mark.parametrize("name", ["falls.docx", "falls.txt", "falls.pdf", "falls", "", "\x00"])
def test_the_name_does_not_decide_what_a_file_is(word_file, name):
    assert documents.read(word_file, name).title == "Fewer falls"
    assert documents.read(WORDS.encode(), name).sections == PARTS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_text_in_the_encodings_that_people_have(encoding, ends):
    assert documents.read(WORDS.replace("\n", ends).encode(encoding), "x.txt").sections == PARTS


def test_both_orders_of_utf_16_and_a_few_stray_characters():
    for order in ("le", "be"):
        assert documents.read(f"\ufeff{WORDS}".encode(f"utf-16-{order}"), "x.txt").sections == PARTS
    assert documents.read(b"Falls\x00 on the ward. " + b"Again and again. " * 20, "x").text.startswith(
        "Falls on the ward"
    )
    assert documents.read(b"\xff\xfeF\x00a", "odd number of bytes").text.startswith("F")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is no text in this file."),
        (b" \r\n\t ", "There is no text in this file."),
        (b"%PDF-1.7\n", "This is a PDF, which cannot be read here. Open it, save it as .docx"),
        (b"{\\rtf1\\ansi Falls}", "This is a rich text file (.rtf)"),
        (OLE + bytes(600), "This is an old Office file (such as .doc)"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (b"\x89PNG\r\n\x1a\n", "This is a picture"),
        (b"\xff\xd8\xff\xe0", "This is a picture"),
        (b"<!DOCTYPE html><p>Falls", "This is a web page"),
        (b'<?xml version="1.0"?><a/>', "This is a web page or XML"),
        (bytes(range(256)) * 4, "This file is not text"),
        (b"Falls\x00" * 50, "This file is not text"),
        (b"PK\x03\x04", "damaged"),
        (b"PK\x03\x04 and then only words", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_cure(data, said):
    with pytest.raises(DocumentUnreadable) as caught:
        documents.read(data, "my/ward\\Falls.doc")
    assert said in str(caught.value)
    assert caught.value.message.startswith("Falls.doc: ")
    assert caught.value.cure.endswith(".")


def test_what_is_too_large_is_refused_before_anything_else():
    for data, said in (
        (bytes(50_000_000), "50.0 MB; at most 10 MB"),
        (b"a " * 600_000, "1,200,000 characters; at most 1,000,000"),
    ):
        with pytest.raises(DocumentTooLarge, match=said):
            documents.read(data, "x.txt")
    assert documents.read(b"a " * 400_000, "x.txt").text.startswith("a a")


def test_a_hostile_name_is_cut_and_shown_without_what_cannot_be_seen():
    with pytest.raises(DocumentUnreadable) as caught:
        documents.read(b"", "C:\\secret\\" + "\x1b[31m\u202efalls" + "x" * 5_000)
    name = caught.value.message.partition(":")[0]
    assert name.startswith("[31mfalls")
    assert (len(name), name[-1]) == (80, "…")


def test_a_document_with_a_first_heading_has_a_title_unless_that_names_a_part():
    assert documents.from_text("# Fewer falls\n\n## Problem\n\nFalls").title == "Fewer falls"
    assert documents.from_text("# Problem\n\nFalls\n\n# Results\n\nNone") == Document(
        "", (Part("Problem", "Falls"), Part("Results", "None"))
    )
    assert documents.from_text("") == Document("", ())
    assert documents.from_text("Falls").text == "Falls"


def test_smaller_headings_stay_in_their_part_unless_their_words_name_one():
    text = "Before\n\n## Problem\nFalls\n### On Ward 6\nMany\n#### Results\nNone\n### By day\nNone\n## Other\nThings"
    assert documents.from_text(text).sections == (
        Part("", "Before"),
        Part("Problem", "Falls\n\nOn Ward 6:\n\nMany"),
        Part("Results", "None"),
        Part("By day", "None"),
        Part("Other", "Things"),
    )


@given(st.text())
@example("\ud800")
@example("---")
@example("---\n---")
@example("#\n**\n__\n|\n||\n\t\n:\n- \n```")
def test_any_text_becomes_a_document(text):
    document = documents.from_text(text)
    document.text.encode()
    assert all(part.heading or part.text for part in document.sections)


def outcome(data: bytes) -> str:
    """The text that was read, or what to do about a file that cannot be."""
    try:
        return documents.read(data, "x").text
    except DocumentUnreadable as error:
        return error.cure


@given(st.binary(max_size=300).flatmap(lambda data: st.sampled_from([data, b"PK\x03\x04" + data, b"\xff\xfe" + data])))
def test_any_bytes_become_a_document_or_our_error(data):
    assert outcome(data)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["bytes", "cut", "xml"]))
def test_a_good_file_that_was_changed_becomes_a_document_or_our_error(word_file, seed, kind):
    data = changed(word_file, random.Random(seed), kind)  # noqa: S311
    assert outcome(data)


def changed(data: bytes, by: random.Random, kind: str) -> bytes:
    """The file with bytes of the zip changed, its end cut off, or pieces of its XML moved about."""
    if kind == "cut":
        return data[: by.randrange(4, len(data))]
    if kind == "bytes":
        made = bytearray(data)
        for _ in range(by.randrange(1, 20)):
            made[by.randrange(4, len(made))] = by.randrange(256)
        return bytes(made)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as written:
        for name in archive.namelist():
            pieces = archive.read(name).decode("latin-1").replace(">", ">\0").split("\0")
            for _ in range(by.randrange(4)):
                one, two = by.randrange(len(pieces)), by.randrange(len(pieces))
                pieces[one] = by.choice([pieces[two], "", pieces[one].replace('val="', 'val="9'), pieces[one] * 3])
            written.writestr(name, "".join(pieces).encode("latin-1"))
    return out.getvalue()
