"""Every field and section that a question names is asked on its page, in words that stand on their own."""

import pytest

from kb.content.case_study import CaseStudy, InvolvementLevel, Verdict
from kb.content.questions import QUESTIONS, questions
from kb.content.vocabulary import SCHEMES
from kb.web.fields import LEVELS, NOT_STATED, VERDICTS, inputs, keys


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_page_asks_for_all_that_its_question_fills(question):
    asked = inputs(question)
    # Pictures and tables are files, and what fits nowhere else has no field of its own.
    wanted = {*question.fields, *question.sections} - {"data"} | ({"other"} if question.id == "other" else set())
    assert set(keys(asked)) == wanted
    names = [one.name for one in asked]
    assert len(set(names)) == len(names)


def test_only_a_page_with_one_text_is_asked_by_its_question():
    for question in QUESTIONS:
        asked = inputs(question)
        assert all(one.label for one in asked) or len(asked) == 1, question.id


def test_choices_are_those_of_the_case_study():
    assert {choice.value for choice in (*VERDICTS, NOT_STATED)} == set(Verdict.__args__)
    assert {choice.value for choice in LEVELS} == set(InvolvementLevel.__args__)
    everything = [one for question in QUESTIONS for one in inputs(question)]
    schemes = {one.scheme for one in everything if one.scheme}
    assert schemes == {*SCHEMES, "organisations", "collaboratives"}
    rows = {one.name: {column.name for column in one.columns} for one in everything if one.kind == "rows"}
    for name, columns in rows.items():
        part = CaseStudy.model_fields[name].annotation.__args__[0]
        assert columns == set(part.model_fields)


def test_a_signpost_may_say_that_no_result_is_stated():
    [verdict] = [
        one for question in questions("signpost") for one in inputs(question, signpost=True) if one.name == "verdict"
    ]
    assert NOT_STATED in verdict.choices


def test_no_words_have_a_long_dash_or_a_straight_quote():
    for question in QUESTIONS:
        for one in inputs(question):
            for words in (
                one.label,
                one.hint,
                *(c.label + c.meaning for c in one.choices),
                *(c.hint for c in one.columns),
            ):
                assert not {"\u2014", "\u2013", '"'} & set(words), words
