"""Pieces of the XML in Word files, by hand."""

from kb.content import package
from tests.content.word_making import picture

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PNG = picture().getvalue()
NAMESPACES = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in package.PREFIXES.items() if "purl" not in uri)


def relationships(*rows: tuple[str, str, str]) -> str:
    made = "".join(
        f'<Relationship Id="{id_}" Type="{TYPES}/{kind}" Target="{target}"{mode}/>'
        for id_, kind, target in rows
        for mode in (' TargetMode="External"' if ":" in target else "",)
    )
    return f"<Relationships>{made}</Relationships>"


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def item(text: str, level: int = 0, numbering: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{numbering}"/></w:numPr>')


def numbering(*formats: str) -> str:
    levels = "".join(f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{name}"/></w:lvl>' for n, name in enumerate(formats))
    return (
        f'<w:numbering{NAMESPACES}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>'
    )


def drawing(id_: str = "rPic", alt: str = "") -> str:
    return (
        f'<w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{alt}"/><a:graphic><a:graphicData uri="pic"><pic:pic><pic:blipFill>'
        f'<a:blip r:embed="{id_}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
