from pathlib import Path

import pytest

from kb.content import package
from kb.content.folder import ContentFolder

GOOD = """\
---
title: Fewer missed appointments in Leeds
summary: Text reminders were sent two days before. Missed appointments fell from 18% to 11%.
verdict: improved
partners: [Leeds memory service]
settings: [memory-clinic]
population: Older adults
topics: [missed-appointments]
---

## Problem

Many appointments were missed.

## What was done

Reminders were sent.

## Results

Missed appointments fell from 18% to 11%.
"""


@pytest.fixture
def good() -> str:
    """A case study about which there is nothing to say."""
    return GOOD


@pytest.fixture
def folder(tmp_path):
    """A content folder with one good case study, good.md."""
    made = ContentFolder(tmp_path / "content")
    made.case_studies.mkdir(parents=True)
    made.case_studies.joinpath("good.md").write_text(GOOD, "utf-8")
    return made


@pytest.fixture
def put(folder):
    """Writes a file below the content folder, folders included."""

    def write(file: str, text: str | bytes = GOOD) -> Path:
        path = folder.path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture(scope="session")
def styles() -> str:
    """The styles of a Word file: headings, one based on a heading, one with an outline level, contents, a circle."""
    listed = [
        ("Title", "Title", ""),
        ("berschrift1", "heading 1", ""),
        ("Heading2", "heading 2", ""),
        ("Trust", "Trust heading", '<w:basedOn w:val="berschrift1"/>'),
        ("Level", "Level", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
        ("TOC1", "toc 1", ""),
        ("Round", "Round", '<w:basedOn w:val="About"/>'),
        ("About", "About", '<w:basedOn w:val="Round"/>'),
    ]
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{id_}"><w:name w:val="{name}"/>{more}</w:style>'
        for id_, name, more in listed
    )
    return f'<w:styles xmlns:w="{next(iter(package.PREFIXES))}">{made}</w:styles>'
