"""Headings are found as people type them, marks of Markdown are taken away, and sentences stay sentences."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content import outline
from kb.content.outline import GUESSED, SECTION, Block

PIECES = st.sampled_from(
    ["# ", "## ", "Problem", "Aim:", "Results: ", "**", "__", "- ", "1. ", "|", "\t", "---", "===", "```", "<!--", "-->", "[a](b)", "title: ",
     ":", " ", "\n", "\n\n", "\r\n", "\u2028", "\x00", "word"]
)  # fmt: skip


def found(text: str) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in outline.of_text(text)]


@pytest.mark.parametrize(
    ("line", "level", "heading"),
    [
        ("# Fewer falls", 1, "Fewer falls"),
        ("### Fewer falls ###", 3, "Fewer falls"),
        ("Fewer falls\n===", 1, "Fewer falls"),
        ("Fewer falls\n---", 2, "Fewer falls"),
        ("Problem", SECTION, "Problem"),
        ("PROBLEM:", SECTION, "PROBLEM"),
        ("2. Our aim", SECTION, "Our aim"),
        ("What was the problem?", SECTION, "What was the problem?"),
        ("**Lessons learnt**", SECTION, "Lessons learnt"),
        ("What\u2019s next", SECTION, "What\u2019s next"),
        ("What helped and what got in the way", SECTION, "What helped and what got in the way"),
        ("Who we asked:", GUESSED, "Who we asked"),
        ("**Who we asked**", GUESSED, "Who we asked"),
        ("|Problem|", SECTION, "Problem"),
    ],
)
def test_headings(line, level, heading):
    assert found(f"{line}\nOn the ward, 12 people fell.") == [(level, heading), (0, "On the ward, 12 people fell.")]


@pytest.mark.parametrize(
    "line",
    [
        "Problems with the lift made people late.",
        "the aim is this:",
        "#hashtag",
        "####### Seven",
        "We asked everybody on the ward and then all their families:",
        "**Problem** and **aim**",
        "Email: ward6@example.nhs.uk",
        "Dear all,",
    ],
)
def test_sentences_are_not_headings(line):
    assert [level for level, _ in found(f"{line}\nOn the ward, 12 people fell.")] == [0]


def test_a_line_that_begins_a_list_is_not_a_heading():
    assert found("We did this:\n\n- calls\n2. letters\n• visits") == [
        (0, "We did this:"),
        (0, "calls"),
        (0, "letters"),
        (0, "visits"),
    ]


def test_a_heading_with_its_text_on_one_line():
    assert found("**Aim:** halve falls by June") == [(SECTION, "Aim"), (0, "halve falls by June")]


def test_tables_of_figures_are_rows_and_forms_are_headings():
    text = (
        "| Data | Before | After |\n|---|--:|---|\n| Falls | 12 | 4 |\n\nProblem\tPeople fell at night, often.\nWard\t6"
    )
    assert found(text) == [
        (0, "Data, Before, After"),
        (0, "Falls, 12, 4"),
        (SECTION, "Problem"),
        (0, "People fell at night, often."),
        (0, "Ward, 6"),
    ]


def test_marks_comments_code_and_rules_go_and_lines_of_a_paragraph_stay_together():
    text = "We **rang** [people](https://x.org) `twice`<!-- a note -->.\nAgain.\n\n***\n\n```\n# not a heading\n```\n<!-- open"
    assert found(text) == [(0, "We rang people twice.\nAgain."), (0, "# not a heading"), (0, "<!-- open")]


def test_the_head_of_a_case_study_gives_title_and_summary():
    text = '---\ntitle: "Fewer falls"\nkind: case-study\nsummary: Socks.\n---\n\n## Problem\n\nFalls'
    assert found(text) == [(1, "Fewer falls"), (0, "Socks."), (2, "Problem"), (0, "Falls")]
    assert found("---\nno head\nat all") == [(0, "no head\nat all")]


def test_html_of_a_word_file():
    html = (
        "<h2>Our <strong>ward</strong></h2><p><strong>Who we asked</strong></p><p><strong>All</strong> staff<br />and others</p>"
        "<table><tr><td><p>Results</p></td><td><p>Falls fell from</p><p>12 to 4.</p><table><tr><td>inner</td></tr></table></td></tr>"
        "<tr><td>a</td><td></td><td>b &amp; c</td></tr></table><p>Aim: halve falls</p>"
    )
    assert outline.of_html(html) == [
        Block(2, "Our ward"),
        Block(GUESSED, "Who we asked"),
        Block(0, "All staff\nand others"),
        Block(SECTION, "Results"),
        Block(0, "Falls fell from 12 to 4. inner"),
        Block(0, "a, b & c"),
        Block(SECTION, "Aim"),
        Block(0, "halve falls"),
    ]


@given(st.lists(PIECES, max_size=40).map("".join))
@example("```# word")
def test_no_words_are_lost_and_no_block_is_empty(text):
    blocks = outline.of_text(text)
    assert all(block.text.strip() for block in blocks)
    if "<!--" not in text and not text.startswith("---"):
        # What stands behind the marks of a fence names its language, and is no text.
        fences = sum(
            line.count("word") for line in outline.clean(text).split("\n") if line.strip().startswith(("```", "~~~"))
        )
        assert sum(block.text.count("word") for block in blocks) >= text.count("word") - fences


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "# ",
        "[",
        "[](",
        "<!--",
        "**",
        "|",
        "\t",
        "- ",
        "Aim:",
        "\n",
        "Aim\n",
        "---\n",
        "```\n",
        "_ ",
        "😀",
        "\u0301",
    ],
)
def test_a_million_characters_of_anything_are_read(piece):
    outline.of_text(piece * (1_000_000 // len(piece)))
