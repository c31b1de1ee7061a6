"""The form's questions cover every field and section once, and read as a person would ask them."""

import re

import pytest

from kb.content.case_study import HEAD_FIELDS, SECTIONS, SUMMARY_WORDS
from kb.content.questions import BY_ID, NOT_ASKED, QUESTIONS, questions


def test_every_field_is_asked_for_once_or_is_not_asked_for():
    asked = [name for question in QUESTIONS for name in question.fields]
    assert sorted([*asked, *NOT_ASKED]) == sorted(HEAD_FIELDS)


def test_every_section_is_asked_for_once():
    assert sorted(name for question in QUESTIONS for name in question.sections) == sorted(SECTIONS)


def test_twelve_are_required_and_come_first():
    required = [question.required for question in QUESTIONS]
    assert required == sorted(required, reverse=True)
    assert sum(required) == 12
    assert [question.id for question in QUESTIONS if question.required and question.nudge] == []


def test_ids_stand_in_addresses_and_are_there_once():
    assert len(BY_ID) == len(QUESTIONS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", id_) for id_ in BY_ID)


def test_questions_of_a_group_stand_together():
    groups = [question.group for question in QUESTIONS]
    assert groups == sorted(groups, key=groups.index)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_is_short_plain_and_shows_a_good_answer(question):
    assert question.title.endswith("?")
    assert len(question.title) <= 60
    for text in (question.why, question.example):
        assert text[0].isupper() or text[0] in '£"'
        assert text.endswith((".", '"'))
        assert "\N{EM DASH}" not in text
        assert 4 <= len(text.split()) <= SUMMARY_WORDS
    assert len(question.why.split()) <= 30


def test_a_signpost_is_asked_for_what_a_published_source_tells():
    asked = questions("signpost")
    required = {question.id for question in asked if question.required}
    assert "sources" in required
    assert required < {question.id for question in asked}
    assert "declarations-and-contact" not in {question.id for question in asked}
    assert [question.id for question in asked if question.required and question.nudge] == []
    assert questions() is questions("case-study") is QUESTIONS
