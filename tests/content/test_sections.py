"""A body is taken apart by section and put together again, and nothing in it is lost, cut or swallowed."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content import markdown
from kb.content.case_study import SECTIONS, CaseStudy
from kb.content.sections import join, split

PUBLISHED = sorted((Path(__file__).resolve().parents[2] / "content" / "case_studies").glob("*.md"))
PIECES = st.sampled_from(
    ["# ", "## ", "### ", "## Results\n", "## Results ##\n", "\n", "\n\n", "- ", "1. ", "> ", "> ## In a quote\n", "    ", "```\n", "````\n", "~~~\n",
     "| a | b |\n|---|--:|\n", "===\n", "---\n", "C #\n---\n", "#", "\\", "two\nlines\n---\n", "<!--", "-->", "<!-- ## a\n -->", "`", "[a]: b\n", "[a]",
     "Results", "words", "\r\n", "\r", "\t", "\x00", "\u2028", "\u00a0", "\x0c", "é"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join) | st.text()


def words(html):
    """The page without what the layout of the Markdown may change: white space, and line breaks in headings."""
    return re.sub(r"(<br>)?\s+", " ", html)


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", []),
        ("Before.\n", [("", "Before.")]),
        ("## Problem\n\nToo many falls.\n\n- a\n- b\n", [("Problem", "Too many falls.\n\n- a\n- b")]),
        ("Before.\n\n## Problem\n\nA\n\n### Ward\n\nB\n", [("", "Before."), ("Problem", "A\n\n### Ward\n\nB")]),
        ("## Problem\n\n## Aim\n\nFewer.\n", [("Problem", ""), ("Aim", "Fewer.")]),
        ("## A\n\none\n\n## A\n\ntwo\n", [("A", "one"), ("A", "two")]),
        ("##\n\nunder nothing\n", [("", ""), ("", "under nothing")]),
        ("## What *was* done [here](x)\n\nA\n", [("What *was* done [here](x)", "A")]),
        ("## A\n\n    code\n", [("A", "    code")]),
    ],
)
def test_a_body_by_section(body, parts):
    assert split(body) == parts
    assert join(parts) == body


@pytest.mark.parametrize(
    "text",
    [
        "```\n## In code\n```", "~~~~\n## In code\n~~~\n~~~~", "> ## In a quote", "- ## In a list", "    ## In code", "<!--\n## In a comment\n-->",
        "<!-- a\n## b --> c", "\\## Not a heading", "##Not a heading", "####### Not a heading",
    ],
)  # fmt: skip
def test_what_is_no_heading_of_the_page_does_not_split(text):
    body = f"## Problem\n\n{text}\n\n## Aim\n\nFewer.\n"
    assert split(body) == [("Problem", text), ("Aim", "Fewer.")]
    assert join(split(body)) == body


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("## Problem\nA\n## Aim\nB", [("Problem", "A"), ("Aim", "B")]),
        ("Problem\n---\nA\n\nAim\n===\n\n\n\nB\n\n", [("Problem", "A"), ("Aim", "B")]),
        ("# Problem\r\n\r\nA\r\nB\r\n", [("Problem", "A\nB")]),
        ("##   Problem   ##  \n\nA", [("Problem", "A")]),
        ("Long\nheading\n---\nA", [("Long heading", "A")]),
        ("In C #\n---\nA", [("In C \\#", "A")]),
        ("## A <!-- for editors --> b\nwords", [("A  b", "<!-- for editors -->\nwords")]),
        ("## A <!-- for\n## editors -->\nwords", [("A", "<!-- for\n## editors -->\n\nwords")]),
        ("one <!-- for\neditors -->## A\nwords", [("", "one <!-- for\neditors -->"), ("A", "words")]),
    ],
)
def test_other_ways_to_write_a_heading_are_read_and_laid_out_in_one_way(body, parts):
    assert split(body) == parts
    assert split(join(parts)) == parts
    assert join(split(join(parts))) == join(parts)
    assert words(markdown.render(join(parts)).html) == words(markdown.render(body).html)


@given(TEXTS)
@example("a\\\nb\n---\n")
@example("## #\n\n")
@example("## A <!-- ```\n -->\n```\n## B")
def test_putting_together_what_was_taken_apart_shows_the_same_page_and_is_settled_at_once(text):
    body = CaseStudy(title="-", body=text).body
    made = join(split(body))
    assert words(markdown.render(made).html) == words(markdown.render(body).html)
    assert join(split(made)) == made
    assert CaseStudy(title="-", body=made).body == made.rstrip() + "\n" * bool(made.strip())
    for start, end in markdown.comments(body):  # what editors told each other is still there
        assert body[start:end] in made


HEADINGS = st.sampled_from(SECTIONS) | st.text(max_size=20)


@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=6))
@example([("A", "```"), ("B", "words")])
@example([("A", "<!-- never closed"), ("B", "closed -->"), ("C", "c")])
@example([("A", "-->\n<!--"), ("B", "```"), ("C", "-->")])
@example([("A #", ""), ("#", "")])
@example([("<!--", ""), ("B -->", "")])
@example([("A", "<!--"), ("B -->", "")])
@example([("Problem", "-->C #\n---\n<!--"), ("Problem", "")])
def test_no_part_swallows_the_next(parts):
    found = markdown.section_headings(join(parts))
    own = [line for _, line, _ in found]
    lines = join(parts).split("\n")
    at = 0
    for number, (heading, _) in enumerate(parts):
        if not heading and not number:
            continue
        line = join([("", ""), (heading, "")]).strip("\n")
        at = lines.index(line, at)
        while at not in own:  # the same words may stand in the text before
            at = lines.index(line, at + 1)
        at += 1
    assert split(join(split(join(parts)))) == split(join(parts))


def test_words_typed_into_a_part_stay_in_it():
    parts = [("Problem", "```\ncode"), ("Aim", "<!-- a"), ("Results", "b -->"), ("Spread", "~~~")]
    body = join(parts)
    assert [heading for heading, _ in split(body)] == ["Problem", "Aim", "Results", "Spread"]
    assert [section.text for section in markdown.sections(body)] == ["code", "<!-- a", "b -->", ""]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_every_published_body_comes_back_as_it_was(path):
    found = CaseStudy.parse(path.read_text("utf-8"))
    assert join(split(found.body)) == found.body
    assert [heading for heading, _ in split(found.body)] == [section.heading for section in found.sections]
