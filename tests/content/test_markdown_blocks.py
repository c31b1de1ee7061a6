from hypothesis import given
from hypothesis import strategies as st

from kb.content import markdown_blocks, word_blocks
from kb.content.blocks import GUESSED, RUN_IN


def test_markdown_stays_as_typed_and_bold_lines_are_headings():
    text = "# T\n\n**Problem**\n\na *b* [c][1]\n\n[1]: https://x.uk\n\n**Aim:** halve\n\n- **Results**\n\n| a |\n|---|\n| 1 |\n\n<!-- note -->\n\n    code"
    assert [(one.level, one.words or one.markdown) for one in markdown_blocks.of_markdown(text)] == [
        (1, "T"), (GUESSED, "Problem"), (0, "a *b* [c][1]\n\n[1]: https://x.uk"), (RUN_IN, "Aim"), (0, "halve"), (0, "- **Results**"),
        (0, "| a |\n|---|\n| 1 |"), (0, "    code"),
    ]  # fmt: skip


def test_plain_text_has_paragraphs_headings_and_lists():
    text = "Fewer falls\n\nPROBLEM\nMany falls\nat night. <b>\n\nAim: halve them\nby June\n- a\n- b\n1) c\n2) d"
    blocks = word_blocks.of_html(markdown_blocks.html_of_text(text))
    assert [(one.level, one.words or one.markdown) for one in blocks] == [
        (0, "Fewer falls"), (GUESSED, "PROBLEM"), (0, "Many falls\nat night. \\<b>"), (RUN_IN, "Aim"), (0, "halve them\nby June"),
        (0, "- a\n- b"), (0, "1. c\n2. d"),
    ]  # fmt: skip


def test_markdown_is_told_from_plain_text_by_its_marks():
    assert markdown_blocks.looks_like_markdown("# A\n\nb\n\n## C")
    assert not markdown_blocks.looks_like_markdown("Problem\n\n- a\n\nNo. #1 is * here")


@given(st.text(alphabet=st.sampled_from(list("ab #*-_|:`[]<>!\n&.1")), max_size=80))
def test_no_line_of_markdown_is_lost(text):
    kept = "\n".join(one.words + one.markdown for one in markdown_blocks.of_markdown(text))
    for letter in "ab":
        comments = text.count(letter) if "<!--" in text else 0
        assert kept.count(letter) >= text.count(letter) - comments
