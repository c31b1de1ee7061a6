"""The Markdown of an import shows the same words as the HTML it was made of, whatever those words look like, and reads well."""

import re
from collections import Counter
from html import escape

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content import markdown
from kb.content.markdown_writer import escape as escaped
from kb.content.markdown_writer import write


def block(html: str) -> Tag:
    element = BeautifulSoup(html, "html.parser").contents[0]
    assert isinstance(element, Tag)
    return element


def shown(text: str) -> BeautifulSoup:
    return BeautifulSoup(markdown.render(text).html, "html.parser")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>fell from 45 to 12 (p&lt;0.05), R&amp;D, ~5 a_b 3 * 4 [1]</p>", "fell from 45 to 12 (p<0.05), R&D, ~5 a_b 3 * 4 [1]"),
        ("<p># Not a heading</p>", "\\# Not a heading"),
        ("<p>- not a list</p>", "\\- not a list"),
        ("<p>12. not a list</p>", "12\\. not a list"),
        ("<p>*a* _b_ `c`</p>", "\\*a\\* \\_b\\_ \\`c\\`"),
        ("<p>&lt;script&gt;x&lt;/script&gt; &lt;!-- y --&gt;</p>", "\\<script>x\\</script> <\\!-- y -->"),
        ("<p>[a](https://x.uk) [b]: c</p>", "[a\\](https://x.uk) [b\\]: c"),
        ("<p>&amp;amp; &amp;copy;</p>", "\\&amp; \\&copy;"),
        ("<p><strong>Aim:</strong>to halve</p>", "**Aim**:to halve"),
        ("<p>a<strong> </strong>b <em>c </em>d</p>", "a b *c* d"),
        ("<p>super<strong>(cali)</strong>fragil</p>", "super(cali)fragil"),
        ("<p>one<br/># two</p>", "one  \n\\# two"),
        ("<p>See <a href='https://x.uk/a_(b)'>this [1]</a>!</p>", "See [this \\[1\\]](https://x.uk/a_%28b%29)!"),
        ("<p>Look!<a href='https://x.uk/'>here</a></p>", "Look\\![here](https://x.uk/)"),
        ("<p><a href='mailto:a@b.uk'>a@b.uk</a>, <a href='https://x.uk'>https://x.uk</a></p>", "<a@b.uk>, <https://x.uk>"),
        ("<p><img src='picture-1.png' alt='A [b] | c'/></p>", "![A \\[b\\] \\| c](picture-1.png)"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol><li value='9'>a</li><li value='10'>b<ul><li>c</li></ul></li></ol>", "9. a\n10. b\n    - c"),
        ("<ul><li>a<ol start='3'><li value='3'>b</li></ol></li></ul>", "- a\n\n  3. b"),
        (
            "<table><tr><td><p>a|b</p></td><td><p>c</p><p>d</p></td></tr><tr><td><ul><li>e</li><li>f</li></ul></td><td></td></tr></table>",
            "| a\\|b | c d |\n| --- | --- |\n| e; f |  |",
        ),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "| a, b |\n| --- |"),
        ("<p>one<br/><br/>two</p>", "one\n\ntwo"),
        ("<p><s>old</s> new</p>", "~~old~~ new"),
    ],
)  # fmt: skip
def test_markdown_as_a_person_would_write_it(html, text):
    assert write(block(html)).replace("  \n  \n", "\n\n") == text
    assert "".join(shown(text).get_text().split()).replace(";", "").replace(",", "") == "".join(
        block(html).get_text().split()
    ).replace(";", "").replace(",", "")


def test_no_html_of_the_document_survives_as_html():
    text = write(
        block(
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &lt;a href='javascript:x'&gt;</p>"
        )
    )
    html = markdown.render(text).html
    assert shown(text).find_all(["script", "img", "a"]) == []
    assert "&lt;script&gt;" in html


WORDS = st.text(alphabet=st.sampled_from(list("ab1. -+*_#>~`[]()!<>&|\\:=;\"'\n/@")), max_size=12)


def marked(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3).map("".join)
    return st.one_of(
        st.tuples(st.sampled_from(["strong", "em", "s"]), some).map(lambda one: f"<{one[0]}>{one[1]}</{one[0]}>"),
        some.map(lambda text: f"<a href='https://x.uk/a_b'>{re.sub('</?a[^>]*>', '', text)}</a>"),
        st.just("<br/>"),
        WORDS.map(lambda alt: f"<img src='picture-1.png' alt='{escape(alt, quote=True)}'/>"),
    )


INLINE = st.recursive(WORDS.map(escape), marked, max_leaves=6)
SEVERAL = st.lists(INLINE, min_size=1, max_size=3)
BLOCKS = st.one_of(
    INLINE.map(lambda text: f"<p>{text}</p>"),
    INLINE.map(lambda text: f"<h3>{re.sub('<(?:img|br)[^>]*>', '', text)}</h3>"),
    SEVERAL.map(lambda items: f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"),
    SEVERAL.map(
        lambda items: "<ol>" + "".join(f"<li value='{n}'>{item}</li>" for n, item in enumerate(items, 1)) + "</ol>"
    ),
    st.lists(st.tuples(INLINE, INLINE), min_size=1, max_size=3).map(
        lambda rows: (
            "<table>" + "".join(f"<tr><td><p>{a}</p></td><td><p>{b}</p></td></tr>" for a, b in rows) + "</table>"
        )
    ),
)
STRUCTURE = ["h1", "h2", "h3", "ul", "ol", "blockquote", "pre", "code", "hr", "table"]


@settings(max_examples=300)
@given(BLOCKS)
def test_what_is_shown_has_the_same_words_and_nothing_turns_into_a_mark(html):
    element = block(html)
    words, pictures = "".join(element.get_text().split()), element.find("img")
    before = Counter(tag.name for tag in BeautifulSoup(html, "html.parser").find_all(STRUCTURE))
    page = shown(f"before\n\n{write(element)}\n\nafter")
    assert "".join(page.get_text().split()) == f"before{words}after"
    if words or pictures:
        assert Counter(tag.name for tag in page.find_all(STRUCTURE)) == before


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=60))
def test_a_line_of_words_is_the_same_line_as_a_heading(words):
    words = " ".join(words.split())
    found = shown(f"### {escaped(words)}").find("h3")
    assert found is not None
    assert " ".join(found.get_text().split()) == words
