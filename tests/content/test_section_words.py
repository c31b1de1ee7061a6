import pytest

from kb.content import section_words
from kb.content.case_study import SECTIONS


def test_the_sections_of_our_template_mean_themselves():
    assert {name: section_words.section_of(name) for name in SECTIONS} == {name: name for name in SECTIONS}
    assert all(section_words.heading(name) == name for name in SECTIONS)


@pytest.mark.parametrize(
    ("words", "section"),
    [
        ("Background", "Problem"),
        ("the ISSUE:", "Problem"),
        ("What did we do?", "What was done"),
        ("Intervention", "What was done"),
        ("Lessons learnt", "What was learned"),
        ("Our team", "Setting"),
        ("Outcomes", "Results"),
        ("what\u2019s next", "Spread"),
        ("Problems of the world", ""),
        ("", ""),
        ("our", ""),
    ],
)
def test_common_words_mean_a_section(words, section):
    assert section_words.section_of(words) == section


@pytest.mark.parametrize(
    ("line", "heading"),
    [("1.2 Aim", "Aim"), ("IV. Results:", "Results"), ("a) Method", "Method"), ("12 wards", ""), ("Aim " * 50, "")],
)
def test_a_number_before_a_heading_is_left_out(line, heading):
    assert section_words.heading(line) == heading
