"""What Word writes is read, and what an attacker writes is refused in a sentence or left out, never expanded."""

import io
import zipfile

import pytest

from kb.content import package, word
from kb.errors import DocumentTooLarge, DocumentUnreadable

TEXT = "<w:p><w:r><w:t>Falls</w:t></w:r></w:p>"
RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relationships(**targets: str) -> str:
    listed = (
        f'<Relationship Id="r{kind}" Type="{RELATIONSHIP}/{kind}" Target="{to}"/>' for kind, to in targets.items()
    )
    return f"<Relationships>{''.join(listed)}</Relationships>"


def paragraph(style: str, text: str = "Falls") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


@pytest.mark.parametrize(
    ("style", "html"),
    [
        ("Title", "<h1>Falls</h1>"),
        ("berschrift1", "<h1>Falls</h1>"),
        ("Heading2", "<h2>Falls</h2>"),
        ("Trust", "<h1>Falls</h1>"),
        ("Level", "<h2>Falls</h2>"),
        ("TOC1", ""),
        ("Round", "<p>Falls</p>"),
        ("Unknown", "<p>Falls</p>"),
        ("h1", "<p>Falls</p>"),
    ],
)
def test_styles_mean_headings_by_name_parent_or_level(docx, styles, style, html):
    assert word.to_html(docx(paragraph(style), {"word/styles.xml": styles})) == html


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ('<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>A</w:t></w:r></w:p>', "<h3>A</h3>"),
        ("<w:p><w:r><w:t>a &lt;b&gt; &amp;</w:t><w:tab/><w:br/><w:t>c</w:t></w:r></w:p>", "<p>a &lt;b&gt; &amp;\t<br />c</p>"),
        ("<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>", "<p>new</p>"),
        (f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p>{TEXT}", "<p>one Falls</p>"),
        ("<w:p><w:fldSimple w:instr='DATE'><w:r><w:t>May</w:t></w:r></w:fldSimple></w:p>", "<p>May</p>"),
        ("<w:p><w:hyperlink w:anchor='x'><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p>", "<p>link</p>"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{TEXT}</w:sdtContent></w:sdt>", "<p>Falls</p>"),
        (
            "<w:p><w:r><mc:AlternateContent><mc:Choice>twice</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
            f"<w:txbxContent>{TEXT}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "<p>Falls</p>",
        ),
        (
            '<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id="7"/><w:commentReference w:id="x"/></w:r></w:p>',
            "<p>a</p>",
        ),
        ('<w:p><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t>plain</w:t></w:r></w:p>', "<p>plain</p>"),
        (
            f"<w:tbl><w:tblPr/><w:tr><w:tc><w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr>{TEXT}</w:tc><w:tc/></w:tr></w:tbl>",
            "<table><tr><td><p>Falls</p></td><td></td></tr></table>",
        ),
        ("<w:p/>", ""),
    ],
)  # fmt: skip
def test_what_word_writes(docx, body, html):
    assert word.to_html(docx(body)) == html


def test_strict_files_and_parts_under_other_names(docx, styles):
    strict = next(uri for uri in package.PREFIXES if "purl" in uri)
    main = f'<w:document xmlns:w="{strict}"><w:body>{paragraph("Trust")}</w:body></w:document>'
    parts = {
        "_rels/.rels": relationships(officeDocument="/word/document2.xml"),
        "word/document2.xml": main,
        "word/_rels/document2.xml.rels": relationships(styles="styles9.xml"),
        "word/styles9.xml": styles,
    }
    assert word.to_html(docx(b"not this one", parts)) == "<h1>Falls</h1>"


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><x>&c;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "_rels/.rels"])
@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE, b"<!DOCTYPE x><x/>", b"<x>", b"<a><b></a>", b"\x00\xff" * 9])
def test_entities_and_broken_xml_in_any_part_are_refused(docx, part, xml):
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word.to_html(docx(TEXT, {part: xml}))


@pytest.mark.parametrize("encoding", ["cp037", "utf-7", "rot13", "zlib", "nonsense"])
def test_encodings_that_hide_what_is_there_are_refused(docx, encoding):
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word.to_html(docx(f'<?xml version="1.0" encoding="{encoding}"?><x/>'.encode()))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<w:p/>" * 3_500_000, "unpacks"),  # more bytes than may be unpacked
        ("<w:p/>" * 600_000, "unpacks"),
        (TEXT * 17_000, "unpacks"),
        ("<w:tab/>" * 51_000, "unpacks"),
        (f"<w:p><w:r><w:t>{'a' * 900_000}</w:t><w:t>{'b' * 900_000}</w:t></w:r></w:p>", "unpacks"),
        (f"<w:p w:rsid='{'a' * 1_100_000}'/>", "unpacks"),
        (f"<!--{'a' * 1_100_000}-->", "unpacks"),
        (f"<w:p {' '.join(f'a{n}=' + chr(34) * 2 for n in range(200_000))}/>", "unpacks"),
        ("<x>" * 500_000, "damaged"),
        ("<x>" * 300 + "</x>" * 300, "damaged"),
        (f'<a:b xmlns:a="{"u" * 1_000}"/>', "damaged"),
        ("<w:tbl><w:tr><w:tc>" * 30 + TEXT + "</w:tc></w:tr></w:tbl>" * 30, "tables inside tables"),
    ],
    ids=range(12),
)
def test_floods_and_depths_are_refused(docx, body, error):
    data = docx(body)
    assert len(data) < 2_000_000
    with pytest.raises(DocumentUnreadable, match=error):
        word.to_html(data)


def test_depths_that_are_allowed_do_not_exhaust_the_stack(docx):
    assert word.to_html(docx("<w:ins>" * 59 + TEXT + "</w:ins>" * 59)) == "<p>Falls</p>"
    table = word.to_html(docx("<w:tbl><w:tr><w:tc>" * 19 + TEXT + "</w:tc></w:tr></w:tbl>" * 19))
    assert (table.count("<table>"), table.count("Falls")) == (19, 1)


def test_what_mammoth_alone_would_multiply_is_not_handed_to_it(docx):
    """One note referred to a thousand times, a long link for each word, its own style map, pictures from disk."""
    note = f"<w:footnotes xmlns:w='{next(iter(package.PREFIXES))}'><w:footnote w:id='1'>{TEXT * 1_000}</w:footnote></w:footnotes>"
    link = f"<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>HYPERLINK \"http://{'a' * 9_000}\"</w:instrText></w:r>"
    words = "<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id='1'/></w:r></w:p>" * 1_000
    picture = '<w:p><w:r><w:drawing><a:blip r:link="r1" xmlns:a="a" xmlns:r="r"/></w:drawing></w:r></w:p>'
    parts = {"word/footnotes.xml": note, "mammoth/style-map": "p => script"}
    assert word.to_html(docx(f"<w:p>{link}</w:p>{words}{picture}", parts)) == "<p>a</p>" * 1_000


def test_entries_of_a_zip_that_lie_elsewhere_are_never_looked_at(docx, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parts = {
        "/etc/cron.d/x": b"x",
        "../../x": b"x",
        "C:\\x": b"x",
        "word/embeddings/inner.docx": docx(TEXT),
        "word/media/bomb.bin": bytes(50_000_000),
        "word/vbaProject.bin": b"Sub AutoOpen()",
    }
    assert word.to_html(docx(TEXT, parts)) == "<p>Falls</p>"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word.to_html(docx(TEXT, {"_rels/.rels": relationships(officeDocument="../../../etc/passwd")}))


def test_a_size_that_is_a_lie_is_found_out(docx):
    data = docx(b"<x>" + bytes(30_000_000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(DocumentTooLarge):
        word.to_html(data)
    with pytest.raises(DocumentUnreadable, match="damaged"):
        word.to_html(data.replace(size, (1_000).to_bytes(4, "little")))


def test_locked_oddly_packed_cut_and_crowded_zips(docx):
    data = docx(TEXT)
    central = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)  # the entry of the main part
    locked, packed = bytearray(data), bytearray(data)
    locked[central + 8] |= 1
    packed[central + 10] = zipfile.ZIP_LZMA
    for made, said in ((locked, "password"), (packed, "damaged"), (data[:-30], "damaged")):
        with pytest.raises(DocumentUnreadable, match=said):
            word.to_html(bytes(made))
    with pytest.raises(DocumentTooLarge):
        word.to_html(docx(TEXT, {f"word/media/{number}.png": b"" for number in range(package.MAX_PARTS)}))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "OpenDocument"),
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"}, "Excel"),
        ({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<x/>"}, "PowerPoint"),
        ({"[Content_Types].xml": "<Types/>"}, "damaged"),
        ({"a.docx": "x"}, "zip file"),
        ({}, "zip file"),
    ],
)
def test_other_zips_are_named(parts, said):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(DocumentUnreadable, match=said):
        word.to_html(made.getvalue())
