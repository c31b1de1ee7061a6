"""Parts go where their headings say, keep their own wording where it says more, and nothing is dropped."""

import pytest

from kb.content.blocks import FORM, GUESSED, RUN_IN, TEXT, Block
from kb.content.documents import Part
from kb.content.section_mapping import place


def blocks(*told: tuple[float, str] | str) -> list[Block]:
    return [Block(TEXT, markdown=one) if isinstance(one, str) else Block(one[0], one[1]) for one in told]


def test_headings_of_one_section_are_joined_in_order_with_their_own_words():
    placed = place(
        blocks(
            (1, "Fewer falls"),
            (2, "Background"),
            "a",
            (2, "Results"),
            "r",
            (2, "Problem description"),
            "b",
            (2, "Findings"),
            "f",
        )
    )
    assert placed.title == "Fewer falls"
    assert placed.sections == {
        "Problem": "### Background\n\na\n\n### Problem description\n\nb", "Results": "r\n\n### Findings\n\nf",
    }  # fmt: skip
    assert placed.headings == {"Problem": ("Background", "Problem description"), "Results": ("Results", "Findings")}


def test_smaller_headings_stay_in_their_part_unless_they_name_another():
    placed = place(
        blocks(
            (1, "T"),
            (2, "Results"),
            "r",
            (3, "On Ward 6"),
            "w",
            (4, "By night"),
            "n",
            (3, "Costs"),
            "c",
            (3, "Staff survey"),
            "s",
        )
    )
    assert placed.sections == {
        "Results": "r\n\n### On Ward 6\n\nw\n\n#### By night\n\nn\n\n### Staff survey\n\ns", "Cost and resources": "c",
    }  # fmt: skip


def test_what_no_heading_places_stays_under_its_own():
    placed = place(
        blocks((1, "T"), "before", (2, "Our team"), "x", (2, "Who we are"), "w", (3, "Nurses"), "n", (2, "Appendix"))
    )
    assert placed.unplaced == (
        Part("", "before"),
        Part("Our team", "x"),
        Part("Who we are", "w\n\n### Nurses\n\nn"),
        Part("Appendix", ""),
    )


def test_a_structured_abstract_stays_whole_and_a_summary_above_all_does_not():
    paper = place(
        blocks(
            (1, "T"),
            (2, "Abstract"),
            (RUN_IN, "Aim"),
            "a",
            (RUN_IN, "Results"),
            "r",
            (2, "Aim"),
            "to halve",
            (2, "Results"),
            "done",
        )
    )
    assert paper.unplaced == (Part("Abstract", "a\n\nr"),)
    assert paper.sections == {"Aim": "to halve", "Results": "done"}
    whole = place(blocks((1, "Summary"), "s", (2, "Aim"), "a", (2, "Results"), "r"))
    assert (whole.unplaced, whole.sections) == ((Part("Summary", "s"),), {"Aim": "a", "Results": "r"})


def test_a_word_before_a_colon_is_a_heading_only_outside_marked_parts():
    marked = [Block(RUN_IN, "Results", "**Results:**"), Block(TEXT, markdown="r")]
    assert place([*blocks((2, "What was done"), "w"), *marked]).sections == {"What was done": "w\n\n**Results:** r"}
    assert place([*blocks((GUESSED, "What was done"), "w"), *marked]).sections == {"What was done": "w", "Results": "r"}


def test_one_cycle_is_spread_over_sections_and_several_are_told_as_they_were():
    steps = [(FORM, "Plan"), "p", (FORM, "Do"), "d", (FORM, "Study"), "s", (FORM, "Act"), "a", (FORM, "")]
    once = place(blocks(*steps))
    assert once.sections == {
        "What was done": "### Plan\n\np\n\n### Do\n\nd", "Results": "### Study\n\ns", "What was learned": "### Act\n\na",
    }  # fmt: skip
    twice = place(blocks((2, "PDSA cycle 1"), *steps, (2, "PDSA cycle 2"), *steps))
    assert list(twice.sections) == ["What was done"]
    assert twice.sections["What was done"].count("#### Study\n\ns") == 2


def test_fields_asked_in_a_form_are_not_split_out_of_a_section():
    placed = place(blocks((2, "What was done"), "w", (3, "Ethical considerations"), "e", (3, "Setting"), "s"))
    assert placed.sections == {"What was done": "w\n\n### Ethical considerations\n\ne\n\n### Setting\n\ns"}


@pytest.mark.parametrize(
    ("told", "title"),
    [
        (((1, "Fewer falls"), "x"), "Fewer falls"),
        (((1, "Background"), "x"), ""),
        (((GUESSED, "Fewer falls"), (GUESSED, "Aim"), "x"), "Fewer falls"),
        (("Fewer falls on Ward 6", (GUESSED, "Aim"), "x"), "Fewer falls on Ward 6"),
        (("We had many falls on Ward 6.", (GUESSED, "Aim"), "x"), ""),
        (
            ("Fewer falls on Ward 6", "A long paragraph that tells what was done and why and for whom and when."),
            "Fewer falls on Ward 6",
        ),
        (("![logo](picture-1.png)", (1, "Fewer falls"), "x"), "Fewer falls"),
        (((1, "Report form"), (FORM, "Project title"), "Fewer falls", (FORM, "Aim"), "x"), "Fewer falls"),
        (((1, "F" * 201), "x"), ""),
        ((), ""),
    ],
)
def test_the_title_is_what_stands_at_the_top_or_what_a_form_asks_for(told, title):
    assert place(blocks(*told)).title == title


def test_a_title_marked_as_such_counts_wherever_it_stands_and_on_several_lines():
    told = [
        Block(GUESSED, "Aim"),
        Block(TEXT, markdown="a"),
        Block(1, "Fewer", title=True),
        Block(1, "falls", title=True),
        Block(TEXT, markdown="b"),
    ]
    placed = place(told)
    assert (placed.title, placed.sections) == ("Fewer falls", {"Aim": "a\n\nb"})


def test_a_text_box_ends_what_its_heading_began_once_there_is_text():
    end = Block(GUESSED)
    placed = place(
        [Block(GUESSED, "Aim"), end, Block(TEXT, markdown="in the next box"), end, Block(TEXT, markdown="authors")]
    )
    assert (placed.sections, placed.unplaced) == ({"Aim": "in the next box"}, (Part("", "authors"),))


def test_words_of_headings_are_escaped_where_they_become_markdown():
    placed = place(blocks((2, "Results"), (3, "# 1 *a* <b>"), "x", (2, "Findings"), "y"))
    assert placed.sections["Results"].startswith("### \\# 1 \\*a\\* \\<b>\n\nx")


def test_the_name_of_a_form_or_series_is_no_title():
    assert place(blocks((1, "NHS Improvement Story"), (1, "Fewer falls"), "x")).title == "Fewer falls"
    assert place(
        blocks((1, "Fewer falls: a quality improvement report on two wards in the north of the city"), "x")
    ).title


def test_a_question_that_we_do_not_know_ends_the_one_before():
    told = [
        Block(RUN_IN, "Aim", "**Aim:**"),
        Block(TEXT, markdown="to halve"),
        Block(TEXT, markdown="**Project lead:** somebody"),
    ]
    placed = place(told)
    assert (placed.sections, placed.unplaced) == ({"Aim": "to halve"}, (Part("", "**Project lead:** somebody"),))
