"""Headings are found however they were made, forms and page layouts told from tables, typed lists made lists."""

import pytest

from kb.content.blocks import FORM, GUESSED, RUN_IN, Block
from kb.content.word_blocks import of_html


def found(html: str) -> list[tuple[float, str]]:
    return [(block.level, block.words or block.markdown) for block in of_html(html)]


def table(*rows: tuple[str, ...]) -> str:
    return (
        "<table>"
        + "".join(
            "<tr>" + "".join(f"<td>{cell if cell.startswith('<') else f'<p>{cell}</p>'}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        + "</table>"
    )


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<h2>Aim</h2><p>x</p>", [(2, "Aim"), (0, "x")]),
        ('<p class="line"><strong>Our team</strong></p>', [(GUESSED, "Our team")]),
        ('<p class="line"><strong>We halved falls.</strong></p>', [(0, "**We halved falls.**")]),
        ('<p class="line"><strong>Figure 1: falls</strong></p>', [(0, "**Figure 1: falls**")]),
        ('<p class="line">45%</p>', [(0, "45%")]),
        ("<p>Results</p><p>RESULTS SO FAR</p>", [(GUESSED, "Results"), (GUESSED, "RESULTS SO FAR")]),
        ("<p>Resulting in harm</p>", [(0, "Resulting in harm")]),
        ("<p><strong>Aim:</strong> halve falls</p>", [(RUN_IN, "Aim"), (0, "halve falls")]),
        ("<p><strong>Aim: halve</strong> falls</p>", [(0, "**Aim: halve** falls")]),
        ("<p>Note: nothing</p>", [(0, "Note: nothing")]),
        ('<p class="line">We did:</p><ul><li>a</li></ul>', [(0, "We did:"), (0, "- a")]),
        ('<ol><li><strong>Background</strong></li></ol><p>x</p><ol start="2"><li><strong>Aim</strong></li></ol><p>y</p>', [(GUESSED, "Background"), (0, "x"), (GUESSED, "Aim"), (0, "y")]),
        ("<h2>Aim<img src='picture-1.png' alt='a'/></h2>", [(2, "Aim"), (0, "![a](picture-1.png)")]),
        ("<p>\u2022 a</p><p>\u2022\tb</p><p>- c</p><p>o\u00a0d</p>", [(0, "- a\n- b\n- c\n- d")]),
        ("<p>1. a</p><p>2. b</p>", [(0, "1. a\n2. b")]),
        ("<p>3. alone</p>", [(0, "3\\. alone")]),
        ("<p>1. Background</p><p>2. Aim</p>", [(GUESSED, "1. Background"), (GUESSED, "2. Aim")]),
        ("<p>Three:<br/>\u2022 a<br/>\u2022 <strong>b</strong></p>", [(0, "Three:"), (0, "- a\n- **b**")]),
        ("<p>-5 points</p>", [(0, "-5 points")]),
    ],
)  # fmt: skip
def test_headings_and_typed_lists(html, blocks):
    assert found(html) == blocks


LONG = "We had many falls at night on the ward."


def test_a_form_is_read_row_by_row_with_lists_in_its_cells():
    made = found(
        table(
            ("Problem", LONG),
            ("Aim", ""),
            ("What we did", "<p>Two things:</p><ul><li>a</li><li>b</li></ul>"),
            ("Date of report", "May"),
        )
        + "<p>end</p>"
    )
    assert made == [
        (FORM, "Problem"), (0, LONG), (FORM, "Aim"), (FORM, "What we did"), (0, "Two things:"), (0, "- a\n- b"), (FORM, "Date of report"), (0, "May"), (FORM, ""), (0, "end"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        (("Problem",), (LONG,), ("Aim",), ("To halve falls at night.",)),
        (("Problem", "Aim"), (LONG, "To halve falls at night.")),
        (
            (
                "<p><strong>Problem</strong></p><p>We had many falls at night on the ward.</p>",
                "<p>Aim</p><p>To halve falls at night.</p>",
            ),
        ),
    ],
    ids=["answers below", "answers in columns", "page layout"],
)
def test_other_ways_to_lay_out_questions_and_answers(rows):
    made = [one for one in found(table(*rows)) if one[1]]
    assert [words for _, words in made] == ["Problem", LONG, "Aim", "To halve falls at night."]
    assert all(level >= FORM for level, _ in made[::2])


@pytest.mark.parametrize(
    "rows",
    [
        (("Measure", "Before", "After"), ("Results", "12", "4")),
        (("Outcome", "2023"), ("Falls", "12"), ("Aim", "6")),
        (("Ward", "Beds"), ("6", "20")),
    ],
)
def test_figures_stay_a_table(rows):
    ((level, text),) = found(table(*rows))
    assert level == 0
    assert text.startswith(f"| {' | '.join(rows[0])} |\n| ---")


def test_tables_are_made_even_so_that_no_cell_falls_out():
    ((_, text),) = found(
        "<table><tr><td><p>a</p></td></tr><tr></tr><tr><td></td><td></td></tr><tr><td><p>b</p></td><td></td><td><p>c</p></td></tr></table>"
    )
    assert text == "| a |  |\n| --- | --- |\n| b | c |"
    ((_, spanned),) = found(
        '<table><tr><td colspan="3"><p>a</p></td></tr><tr><td><p>b</p></td><td><p>c</p></td></tr></table>'
    )
    assert spanned == "| a | | |\n| --- | --- | --- |\n| b | c |  |"


def test_a_box_of_one_cell_is_no_table():
    assert found(table(("A call-out.",))) == [(0, "A call-out.")]


def test_the_title_and_the_largest_line_are_marked():
    blocks = of_html(
        '<p class="largest">Sleep well, restrain less</p><h1 class="title">Real title</h1><p class="largest">45%</p>'
    )
    assert [block for block in blocks if block.title] == [
        Block(GUESSED, "Sleep well, restrain less", title=True), Block(1, "Real title", title=True),
    ]  # fmt: skip
