"""Pieces of Word files for the tests: what python-docx makes, and by hand what it has no words for."""

import io
from collections.abc import Sequence

from docx.document import Document as File
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from PIL import Image


def saved(file: File) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def picture(colour: str = "teal", kind: str = "PNG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, kind)
    out.seek(0)
    return out


def link(paragraph: Paragraph, words: str, address: str) -> None:
    id_ = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    paragraph._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{id_}"><w:r><w:t>{words}</w:t></w:r></w:hyperlink>')
    )


def described(paragraph: Paragraph, alt: str, colour: str = "teal") -> None:
    paragraph.add_run().add_picture(picture(colour))
    paragraph._p.findall(".//" + qn("wp:docPr"))[-1].set("descr", alt)


def table(file: File, rows: Sequence[Sequence[str]], bold_labels: bool = False) -> None:
    made = file.add_table(len(rows), max(map(len, rows)), style="Table Grid")
    for row, texts in zip(made.rows, rows, strict=True):
        for place, text in enumerate(texts):
            cell = row.cells[place]
            lines = text.split("\n")
            cell.paragraphs[0].text = ""
            for number, line in enumerate(lines):
                paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                if line.startswith("* "):
                    paragraph.style = file.styles["List Bullet"]
                run = paragraph.add_run(line.removeprefix("* "))
                run.bold = (bold_labels and place == 0) or None


def text_box(paragraphs: Sequence[tuple[str, bool]], size: int = 24) -> str:
    """A text box as Word of today writes it: once for itself, once for Word of old."""
    inside = "".join(
        f"<w:p><w:r><w:rPr>{'<w:b/>' if bold else ''}<w:sz w:val='{size}'/></w:rPr><w:t>{words}</w:t></w:r></w:p>"
        for words, bold in paragraphs
    )
    content = f"<w:txbxContent>{inside}</w:txbxContent>"
    namespaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    return (
        f'<w:r {nsdecls("w", "wp", "a")} {namespaces}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic>'
        f'<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp>'
        f"</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape>"
        f"</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
