"""What an author put into a Word file is kept, what nobody should see is not, and what an attacker writes is refused or left out."""

import pytest
from docx import Document

from kb.content import word_full
from kb.content.word_parts import pictures
from kb.content.word_parts.links import safe
from tests.content import word_files
from tests.content.word_making import saved
from tests.content.word_xml import NAMESPACES, PNG, drawing, item, numbering, paragraph, relationships


@pytest.fixture(scope="session")
def html(docx):
    def made(body: str, numbers: str = "") -> str:
        return word_full.to_html(docx(body, {"word/numbering.xml": numbers} if numbers else {})).html

    return made


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (paragraph("a", run="<w:b/><w:i/>"), "<p class=\"line\"><strong><em>a</em></strong></p>"),
        (f"<w:p>{paragraph('a ', run='<w:b/>')[15:-6]}<w:r><w:t>b</w:t></w:r></w:p>", "<p><strong>a </strong>b</p>"),
        (paragraph("a", run='<w:b w:val="0"/>'), "<p>a</p>"),
        (paragraph("a b c", run="<w:u w:val='single'/>"), '<p class="line">a b c</p>'),
        (paragraph("a" * 200, run="<w:b/>"), f"<p><strong>{'a' * 200}</strong></p>"),
        (paragraph("a", '<w:outlineLvl w:val="1"/>', "<w:b/>"), "<h2>a</h2>"),
        (paragraph("a", run="<w:vanish/>"), ""),
        (paragraph("old", run="<w:strike/>"), "<p><s>old</s></p>"),
        ("<w:p><w:r><w:t>22</w:t><w:noBreakHyphen/><w:t>14</w:t><w:sym w:font='Symbol' w:char='F0B3'/><w:cr/><w:t>x</w:t></w:r></w:p>", "<p>22-14\u2265<br />x</p>"),
        ("<w:p><w:r><w:t>a</w:t><w:br w:type='page'/><w:t>b</w:t></w:r></w:p>", "<p>ab</p>"),
        ("<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>", "<p>12</p>"),
        ("<w:p><w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>b</w:delText></w:r></w:del><w:moveTo><w:r><w:t>c</w:t></w:r></w:moveTo></w:p>", "<p>ac</p>"),
        ("<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>h</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc/><w:tc/></w:tr></w:tbl>",
         '<table><thead><tr><th colspan="2"><p>h</p></th></tr></thead><tbody><tr><td></td><td></td></tr></tbody></table>'),
        ("<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc/></w:tr></w:tbl>", "<table><tr><td></td></tr></table>"),
    ],
)  # fmt: skip
def test_looks_signs_changes_and_tables(html, body, expected):
    assert html(body) == expected


def test_lists_nest_restart_and_go_on_after_words_between(html):
    body = item("a") + item("b") + item("x", 1) + item("c") + paragraph("between") + item("d") + item("y", 1)
    made = html(body, numbering("decimal", "bullet"))
    assert made == (
        '<ol><li>a</li><li>b<ul><li>x</li></ul></li><li>c</li></ol><p>between</p><ol start="4"><li>d<ul><li>y</li></ul></li></ol>'
    )
    again = html(item("a") + item("b") + paragraph("between") + item("c", numbering=2), numbering("decimal"))
    assert again == "<ol><li>a</li><li>b</li></ol><p>between</p><ol><li>c</li></ol>"


def test_numbers_of_headings_and_numberings_without_a_sign_make_no_list(html):
    heading = paragraph("Aim", '<w:outlineLvl w:val="0"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
    assert html(heading, numbering("decimal")) == "<h1>Aim</h1>"
    assert html(item("a"), numbering("none")) == "<p>a</p>"
    assert html(item("a"), numbering("bullet")) == "<ul><li>a</li></ul>"
    assert html(item("a")) == "<p>a</p>"


def test_styles_of_python_docx_give_title_headings_lists_and_bold():
    file = Document()
    file.add_heading("T", 0)
    file.add_heading("H", 2)
    file.add_paragraph("deep", style="List Bullet 3")
    file.add_paragraph().add_run("s", style="Strong")
    file.add_paragraph("quoted", style="Intense Quote")
    assert word_full.to_html(saved(file)).html == (
        '<h1 class="title">T</h1><h2>H</h2><ul><li>deep</li></ul><p class="line"><strong>s</strong></p>'
        '<p class="line"><strong><em>quoted</em></strong></p>'
    )


def test_links_of_three_kinds_are_kept_and_all_others_are_words(docx):
    rows = [
        ("a", "hyperlink", "https://x.uk/a b?c=(d)"), ("b", "hyperlink", "mailto:a@b.uk"), ("c", "hyperlink", "javascript:alert(1)"),
        ("d", "hyperlink", "file:///S:/x.docx"), ("e", "hyperlink", "HTTP://x.uk"), ("f", "hyperlink", "word/document.xml"),
        ("g", "image", "https://x.uk/p.png"),
    ]  # fmt: skip
    body = "".join(f'<w:hyperlink r:id="{id_}"><w:r><w:t>{id_}</w:t></w:r></w:hyperlink>' for id_, _, _ in rows)
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://y.uk" \\o "t"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>h</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>i</w:t></w:r>'
    )
    simple = "<w:fldSimple w:instr='HYPERLINK \"https://z.uk\"'><w:r><w:t>j</w:t></w:r></w:fldSimple>"
    anchor = '<w:hyperlink r:id="b" w:anchor="part"><w:r><w:t>k</w:t></w:r></w:hyperlink><w:hyperlink w:anchor="x"><w:r><w:t>l</w:t></w:r></w:hyperlink>'
    told = word_full.to_html(
        docx(f"<w:p>{body}{field}{simple}{anchor}</w:p>", {"word/_rels/document.xml.rels": relationships(*rows)})
    )
    assert told.html == (
        '<p><a href="https://x.uk/a%20b?c=(d)">a</a><a href="mailto:a@b.uk">b</a>cd<a href="HTTP://x.uk">e</a>fg<a href="https://y.uk">h</a>i'
        '<a href="https://z.uk">j</a><a href="mailto:a@b.uk#part">k</a>l</p>'
    )
    assert told.counted["links"] == 2


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "//x.uk",
        "data:text/html,x",
        "https://x.uk/<b>",
        "https://x.uk/\x01",
        "https://x.uk/" + "a" * 2_000,
        "vbscript:x",
        " javascript:x",
    ],
)
def test_addresses_that_are_not_kept(address):
    assert safe(address) == ""


def test_pictures_are_given_by_name_with_their_words_once_each(docx):
    rels = relationships(
        ("rPic", "image", "media/a.png"), ("rTwo", "image", "media/b.jpeg"), ("rOut", "image", "https://x.uk/p.png")
    )
    body = "".join(f"<w:p><w:r>{one}</w:r></w:p>" for one in (
        drawing(alt="A ward &amp; its\nboard"), drawing("rTwo", "IMG_2.jpg"), drawing(), drawing("rOut"), drawing("rNone"),
        '<w:pict><v:shape alt="Old drawing"><v:imagedata r:id="rTwo"/></v:shape></w:pict>',
    ))  # fmt: skip
    told = word_full.to_html(
        docx(
            body,
            {"word/_rels/document.xml.rels": rels, "word/media/a.png": PNG, "word/media/b.jpeg": b"\xff\xd8\xff\xe0"},
        )
    )
    assert [(one.name, one.alt, one.data[:4]) for one in told.pictures] == [
        ("picture-1.png", "A ward & its board", b"\x89PNG"), ("picture-2.jpg", "", b"\xff\xd8\xff\xe0"),
    ]  # fmt: skip
    assert told.html.count('<img alt="A ward &amp; its board" src="picture-1.png" />') == 2
    assert told.html.count('<img src="picture-2.jpg" />') == 2
    assert told.counted["outside"] == 1


def test_words_that_a_program_made_up_are_no_alternative_text(docx):
    rels = relationships(("rPic", "image", "media/a.png"))
    body = f"<w:p><w:r>{drawing(alt='A person in a room Description automatically generated')}</w:r></w:p>"
    (found,) = word_full.to_html(docx(body, {"word/_rels/document.xml.rels": rels, "word/media/a.png": PNG})).pictures
    assert found.alt == ""


def test_the_number_kind_and_size_of_pictures_is_bounded(docx):
    many = range(pictures.MAX_PICTURES + 3)
    rows = [(f"r{n}", "image", f"media/{n}.png") for n in many]
    media = {f"word/media/{n}.png": PNG + bytes([n]) for n in many}
    extra = {
        "word/_rels/document.xml.rels": relationships(*rows, ("emf", "image", "media/x.emf"), ("bomb", "image", "media/bomb.png"), ("gone", "image", "media/none.png"), ("out", "image", "../../etc/passwd")),
        "word/media/x.emf": b"\x01\x00\x00\x00EMF", "word/media/bomb.png": PNG[:8] + bytes(pictures.MAX_BYTES),
    }  # fmt: skip
    body = "".join(
        f"<w:p><w:r>{drawing(id_)}</w:r></w:p>" for id_ in ("emf", "bomb", "gone", "out", *(f"r{n}" for n in many))
    )
    data = docx(body, {**media, **extra})
    assert len(data) < 200_000
    told = word_full.to_html(data)
    assert len(told.pictures) == pictures.MAX_PICTURES
    assert (told.counted["too_many"], told.counted["too_large"], told.counted["other_kinds"]) == (3, 1, 3)


def test_all_pictures_together_are_bounded(docx):
    names = [f"{n}.png" for n in range(8)]
    parts = {f"word/media/{name}": PNG[:8] + bytes(8_000_000) for name in names}
    parts["word/_rels/document.xml.rels"] = relationships(
        *((name, "image", f"media/{name}") for name in names)
    ).encode()
    told = word_full.to_html(docx("".join(f"<w:p><w:r>{drawing(name)}</w:r></w:p>" for name in names), parts))
    assert sum(len(one.data) for one in told.pictures) <= pictures.MAX_ALL
    assert told.counted["too_large"] == 8 - len(told.pictures) > 0


def test_of_two_drawings_of_one_thing_one_is_taken_and_charts_are_counted(html, docx):
    box = "<w:txbxContent>{}</w:txbxContent>"
    new, old = box.format(paragraph("new")), box.format(paragraph("old"))
    both = "<w:p><w:r><mc:AlternateContent><mc:Choice>{}</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    assert "new" in (
        made := html(both.format(f"<w:drawing><wps:wsp><wps:txbx>{new}</wps:txbx></wps:wsp></w:drawing>", old))
    )
    assert "old" not in made
    assert "old" in html(both.format("<w:drawing><x/></w:drawing>", old))
    chart = '<w:drawing><wp:inline><a:graphic><a:graphicData uri="http://x/chart"><c:chart/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    told = word_full.to_html(docx(both.format(chart, box.format(paragraph("cannot be drawn")))))
    assert (told.html, told.counted["charts"]) == ("", 1)


def test_notes_are_told_once_however_often_they_are_referred_to(docx):
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnotes{NAMESPACES}><w:footnote w:id="2">{paragraph("Source")}</w:footnote><w:footnote w:id="3">{paragraph("Unused")}</w:footnote></w:footnotes>'
    body = f"<w:p><w:r><w:t>a</w:t></w:r>{reference * 3}</w:p>"
    assert (
        word_full.to_html(docx(body, {"word/footnotes.xml": notes})).html
        == "<p>a[1][1][1]</p><h1>Notes</h1><p>[1] Source</p>"
    )


def test_what_was_left_out_is_counted(docx):
    told = word_full.to_html(word_files.report()).counted
    assert {
        name: told[name] for name in ("comments", "deletions", "insertions", "hidden", "links", "running")
    } == dict.fromkeys(("comments", "deletions", "insertions", "hidden", "links", "running"), 1)
    macros = word_full.to_html(
        docx(
            paragraph("a"),
            {
                "word/vbaProject.bin": b"Sub AutoOpen()",
                "word/footer1.xml": f"<w:ftr{NAMESPACES}>{paragraph('Page 1 of 2')}</w:ftr>",
            },
        )
    )
    assert (macros.counted["macros"], macros.counted["running"]) == (1, 0)
