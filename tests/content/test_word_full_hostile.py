"""What an attacker writes into any part of a Word file is refused in a sentence, bounded or left out."""

import pytest

from kb.content import package, word_full
from kb.errors import DocumentTooLarge, DocumentUnreadable
from tests.content.word_xml import PNG, drawing, paragraph, relationships

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'
REFERS = f'{paragraph("a")}<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'


@pytest.mark.parametrize(
    "part",
    [
        "word/document.xml",
        "word/styles.xml",
        "word/numbering.xml",
        "word/footnotes.xml",
        "word/_rels/document.xml.rels",
        "word/header1.xml",
        "_rels/.rels",
    ],
)
@pytest.mark.parametrize(
    "xml", [LAUGHS, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', b"<x>", b"\x00\xff"]
)
def test_entities_and_broken_xml_in_any_part_are_refused(docx, part, xml):
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word_full.to_html(docx(REFERS, {part: xml}))


@pytest.mark.parametrize(
    "body",
    [
        paragraph("a") * 17_000,
        f"<w:p><w:r><w:t>{'a' * 600_000}</w:t><w:t>{'b' * 600_000}</w:t></w:r></w:p>",
        "<w:p><w:r>" + "<w:tab/>" * 51_000 + "</w:r></w:p>",
        '<w:p><w:r>' + '<w:footnoteReference w:id="1"/>' * 51_000 + "</w:r></w:p>",
        f"<w:p><w:r>{drawing()}" + drawing() * 7_000 + "</w:r></w:p>",
        "<w:tbl><w:tr><w:tc>" * 30 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 30,
        "<w:p><w:hyperlink r:id='long'><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p>" * 1_000,
    ],
    ids=["elements", "words", "tabs", "notes", "pictures", "depth", "links"],
)  # fmt: skip
def test_floods_are_refused(docx, body):
    rels = relationships(("rPic", "image", "media/a.png"), ("long", "hyperlink", "https://x.uk/" + "a" * 1_900))
    data = docx(body, {"word/_rels/document.xml.rels": rels, "word/media/a.png": PNG})
    with pytest.raises(DocumentUnreadable, match=r"unpacks|tables inside"):
        word_full.to_html(data)


def test_deep_fields_boxes_and_wrappers_do_not_exhaust_the_stack(docx):
    fields = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 5_000
    assert word_full.to_html(docx(f"<w:p>{fields}<w:r><w:t>a</w:t></w:r></w:p>")).html == "<p>a</p>"
    wrapped = "<w:ins>" * 200 + paragraph("a") + "</w:ins>" * 200
    assert word_full.to_html(docx(wrapped)).html == "<p>a</p>"


def test_names_that_lead_elsewhere_are_never_followed(docx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rels = relationships(("rPic", "image", "../../../etc/passwd"), ("s", "styles", "https://x.uk/styles.xml"))
    told = word_full.to_html(
        docx(
            f"{paragraph('a')}<w:p><w:r>{drawing()}</w:r></w:p>",
            {"word/_rels/document.xml.rels": rels, "../../x": b"x"},
        )
    )
    assert (told.html, told.pictures) == ("<p>a</p>", ())
    assert list(tmp_path.iterdir()) == []


def test_a_huge_file_of_another_kind_is_named(docx):
    with pytest.raises(DocumentTooLarge):
        word_full.to_html(docx(paragraph("a"), {f"word/media/{n}.png": b"" for n in range(package.MAX_PARTS)}))
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word_full.to_html(docx(paragraph("a"))[:-30])
