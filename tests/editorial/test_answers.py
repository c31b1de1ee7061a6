"""From a case study to answers and back: nothing is lost, nothing moves."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content import case_study, sections
from kb.content.case_study import SECTIONS, CaseStudy
from kb.content.questions import UNTITLED
from kb.editorial import answers
from kb.editorial.answers import File

CONTENT = Path(__file__).resolve().parents[2] / "content" / "case_studies"


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.stem)
def test_every_published_case_study_comes_back_as_it_was(path):
    found = CaseStudy.parse(path.read_text("utf-8"), path.stem)
    typed, carried = answers.from_case_study(found)
    made = case_study.read(answers.text(carried, typed), path.stem)
    assert made.findings == []
    assert made.case_study == found


WORDS = st.text("ab #*-\n|`[]()!<>&é", max_size=60)


@given(
    parts=st.lists(
        st.tuples(st.sampled_from([*SECTIONS, "", "Something else", "A word of thanks"]), WORDS), max_size=8
    ),
    extra=st.dictionaries(st.sampled_from(["colour", "nickname"]), st.text("abc: #", min_size=1), max_size=2),
)
def test_any_body_comes_back_with_every_section(parts, extra):
    body = sections.join(list(dict(parts).items()))
    found = CaseStudy(title="Fewer falls", summary="Falls fell.", body=body, extra=extra)
    typed, carried = answers.from_case_study(found)
    made = case_study.read(answers.text(carried, typed)).case_study

    def told(body):  # a heading with nothing under it is an open question
        return {heading: text for heading, text in sections.split(body) if text}

    assert told(made.body) == told(found.body)
    assert made.extra == {name: value for name, value in extra.items() if value.strip()} or made.extra == extra
    assert made.summary == found.summary


def test_a_section_that_is_new_stands_where_the_template_has_it():
    found = CaseStudy(
        title="Fewer falls", body="## Thanks\n\nTo all.\n\n## Problem\n\nFalls.\n\n## Results\n\nFewer.\n"
    )
    typed, carried = answers.from_case_study(found)
    typed["aim"] = {"Aim": "To halve them."}
    typed["spread"] = {"Spread": "Two wards."}
    made = sections.split(case_study.read(answers.text(carried, typed)).case_study.body)
    assert [heading for heading, _ in made] == ["Thanks", "Problem", "Aim", "Results", "Spread"]


def test_what_cannot_be_read_is_kept_as_typed_with_a_finding():
    text = answers.text({}, {"what-was-done": {"started": "last March", "What was done": "We asked."}})
    parsed = case_study.read(text)
    assert parsed.case_study.title == UNTITLED
    assert parsed.case_study.extra == {"started": "last March"}
    assert [finding.field for finding in parsed.findings] == ["started"]


def test_typed_yaml_is_only_text():
    hostile = "Falls: [1, 2]\n--- \n# no\n!!python/object:os.system {{ 7 * 7 }}"
    typed = {
        "what-you-improved": {"title": hostile, "summary": "yes"},
        "problem": {"Problem": "---\ntitle: other\n---"},
    }
    found = case_study.read(answers.text({}, typed)).case_study
    assert found.title == hostile
    assert found.summary == "yes"
    assert "title: other" in found.body


def test_pictures_stand_under_their_section_once_and_tables_are_listed():
    picture = File(1, "chart.png", "png", "Falls [each month]", "What was done")
    table = File(2, "falls.csv", "csv", "Falls each month", "")
    typed = {"what-was-done": {"What was done": "We asked."}, "results": {"Results": "See ![it](other.png)."}}
    found = case_study.read(answers.text({}, typed, [picture, table])).case_study
    assert dict(sections.split(found.body))["What was done"] == "We asked.\n\n![Falls (each month)](chart.png)"
    assert [(data.file, data.title) for data in found.data] == [("falls.csv", "Falls each month")]
    typed["what-was-done"]["What was done"] = "We ![asked](chart.png)."
    assert answers.text({}, typed, [picture]).count("chart.png") == 1


@pytest.mark.parametrize(
    ("field", "section", "question"),
    [
        ("summary", "", "what-you-improved"),
        ("measures.0.note", "", "measures"),
        ("body", "Problem", "problem"),
        ("body", "What we did", "what-was-done"),
        ("body", "A word of thanks", "other"),
        ("colour", "", "other"),
    ],
)
def test_each_field_and_section_belongs_to_a_question(field, section, question):
    assert answers.question_of(field, section) == question
