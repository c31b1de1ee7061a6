import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.content import markdown

PIECES = st.sampled_from(
    ["# ", "## ", "### ", "\n", "\n\n", "- ", "1. ", "> ", "    ", "```\n", "| a | b |\n|---|--:|\n| c | d |\n", "===\n", "---\n", "*", "**", "~~", "`",
     "<script>alert(1)</script>", "<a href='javascript:x'>", "</h2>", "[a](javascript:alert(1))", "[a](JaVa\tScript:x)", "<javascript:x>",
     "[a](&#106;avascript:x)", "[b]: javascript:x\n[b]", "![x](javascript:x)", "[a](data:text/html,x)", "[a](https://x.org/ 't')", "&lt;script&gt;",
     "Results", "results", "results-2", "!", "[", "](", ")", "\\", "&#x110000;", "\x00", "\u2028", "é"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join) | st.text()


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


@given(TEXTS)
@example("## a\n## a\n## a-2\n## a")
@example("> ## In a quote\n\n- ## In a list")
@example("##\n\n##")
def test_every_anchor_of_a_section_is_an_id_of_the_page_and_no_id_is_there_twice(text):
    made = markdown.render(text)
    ids = Page(made.html).ids
    assert len(ids) == len(set(ids))
    anchors = [
        anchor for section in made.sections for anchor in (section.anchor, *(block.anchor for block in section.blocks))
    ]
    assert set(anchors) - {""} <= set(ids)
    assert made.sections == markdown.sections(text)
    assert len(markdown.headings(text)) == len(ids)


@given(TEXTS)
@example("<script>alert(1)</script>")
@example("[a](javascript:alert(1)) [b](vbscript:x) ![c](data:image/png;base64,x) <javascript:x>")
def test_no_text_becomes_a_script_or_a_dangerous_address(text):
    html = markdown.render(text).html
    page = Page(html)
    assert "<script" not in html.lower()
    assert not set(page.tags) & {"script", "style", "iframe", "object", "svg", "form", "input", "h1"}
    assert all(
        not re.match(r"\s*(javascript|vbscript|data|file):", address, re.IGNORECASE) for address in page.addresses
    )
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', html))


@given(st.text())
def test_a_slug_is_safe_and_stays_itself(text):
    slug = markdown.slugify(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 80
    assert markdown.slugify(slug) == slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("What was done", "what-was-done"),
        ("Children's “Tier 4”", "childrens-tier-4"),
        ("", "section"),
        ("日本", "section"),
        ("a" * 90, "a" * 80),
        ("x" * 79 + " y", "x" * 79),
    ],
)
def test_slugs(text, slug):
    assert markdown.slugify(text) == slug


def test_sections_hold_the_words_without_the_marks():
    text = "Before **all**.\n\n## Results\n\nA [link](https://x.org)\nand `code`.\n\n- one\n- two!\n- three\n\n### By ward\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    before, results = markdown.sections(text)
    assert (before.heading, before.anchor, before.text) == ("", "", "Before all.")
    assert (results.heading, results.anchor) == ("Results", "results")
    assert [(block.text, block.anchor) for block in results.blocks] == [
        ("A link and code.", "results"),
        ("one. two! three", "results"),
        ("By ward: a. b. 1. 2", "by-ward"),
    ]
    assert results.text == "A link and code.\n\none. two! three\n\nBy ward: a. b. 1. 2"


def test_code_and_the_words_for_a_picture_can_be_searched():
    (section,) = markdown.sections("```\nrun chart\n```\n\n![A falling line](chart.png)\n")
    assert section.text == "run chart\n\nA falling line"


@pytest.mark.parametrize("text", ["", "\n\n", "[a]: https://x.org\n"])
def test_nothing_to_show_is_no_section(text):
    assert markdown.sections(text) == ()


def test_equal_headings_get_different_anchors():
    found = markdown.sections("## Results\n\na\n\n## Results\n\nb\n\n## Results-2\n\nc\n")
    assert [section.anchor for section in found] == ["results", "results-2", "results-2-2"]


def test_raw_html_is_shown_as_text():
    assert markdown.render("<b onclick='x'>bold</b>").html == "<p>&lt;b onclick='x'&gt;bold&lt;/b&gt;</p>\n"


@pytest.mark.parametrize(
    "address", ["https://www.england.nhs.uk/", "http://x.org", "mailto:a@example.nhs.uk", "/case-studies", "#results"]
)
def test_ordinary_links_stay(address):
    page = Page(markdown.render(f"[words]({address})").html)
    assert page.addresses == [address]


def test_a_main_heading_becomes_a_second_level_one_but_is_reported_as_typed():
    text = "# One\n\nwords\n\nTwo *em*\n---\n"
    assert '<h2 id="one">One</h2>' in markdown.render(text).html
    assert markdown.headings(text) == [(1, "One", 0), (2, "Two em", 4)]


def test_tables_have_the_classes_of_the_nhs_design_system():
    html = markdown.render("| Ward | Falls |\n|---|--:|\n| A | 3 |\n").html
    assert '<table class="nhsuk-table">' in html
    assert re.search(r'<th [^>]*class="nhsuk-table__header nhsuk-table__header--numeric"', html)
    assert html.count('scope="col"') == 2
    assert '<td class="nhsuk-table__cell">A</td>' in html
    assert '<td class="nhsuk-table__cell nhsuk-table__cell--numeric">3</td>' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    "text", [">" * 5000, "[" * 5000, "*a " * 5000, "- " * 500, "".join(f"{' ' * 2 * n}- x\n" for n in range(200))]
)
def test_deep_nesting_is_shown_in_some_way(text):
    assert markdown.render(text).html.strip()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a<!-- b -->c<!---->d", "acd"),
        ("a<!--\n-- b\n-->c", "a\n\nc"),
        ("a<!--> b -->c", "ac"),
        ("a --> b <!-- c", "a --> b <!-- c"),
        ("<!-- a <!-- b --> c -->", " c -->"),
        ("<!--" * 200_000, "<!--" * 200_000),
    ],
    ids=range(6),
)
def test_comments_go_and_lines_keep_their_numbers_however_many_are_left_open(text, kept):
    assert markdown.without_comments(text) == kept


def test_a_picture_is_fetched_when_it_is_near():
    html = markdown.render('Falls: ![Falls by month](chart.png "2026")\n').html
    assert re.search(r'<img [^>]*loading="lazy"', html)
    assert all(word in html for word in ('src="chart.png"', 'alt="Falls by month"', 'title="2026"'))
