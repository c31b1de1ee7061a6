"""What cannot be used is told at its input, in a sentence that says what to write; nothing else is."""

import pytest

from kb.content.case_study import CaseStudy
from kb.content.questions import BY_ID, QUESTIONS
from kb.content.vocabulary import Concept, Organisation, Scheme, Vocabulary
from kb.editorial import answers
from kb.web.answer_problems import problems
from kb.web.fields import inputs

WORDS = Vocabulary(
    schemes={
        "stages": Scheme("stages", concepts={"testing": Concept("testing", "Testing")}),
        "topics": Scheme(
            "topics", concepts={"falls": Concept("falls", "Falls"), "old": Concept("old", "Old", replaced_by="falls")}
        ),
    },
    organisations={"RWK": Organisation("RWK", "East Trust")},
)


def said(question, **answer):
    return problems(inputs(BY_ID[question]), answer, WORDS)


@pytest.mark.parametrize(
    ("question", "answer", "control", "words"),
    [
        ("what-you-improved", {"title": "Falls " * 40}, "title", "Shorten the title to 200 characters. It has 239."),
        ("what-was-done", {"started": {"month": "13", "year": "2025"}}, "started-month", "\u201c13\u201d is not a month"),
        ("what-was-done", {"started": {"month": "4", "year": ""}}, "started-year", "Write the year as well."),
        ("what-was-done", {"started": {"month": "", "year": "25"}}, "started-year", "\u201c25\u201d is not a year"),
        ("what-was-done", {"started": "in spring"}, "started-year", "four digits"),
        ("what-was-done", {"started": "2025-04", "ended": "2025-03"}, "ended-year", "ended before it started"),
        ("what-was-done", {"started": "2025", "ended": "2024-12"}, "ended-year", "ended before it started"),
        ("what-was-done", {"stage": "shoes"}, "stage", "Choose one"),
        ("who-did-it", {"organisations": ["RWK", "RXX"]}, "organisations", "RXX is not in our list. Take it out"),
        ("who-did-it", {"organisations": ["RXX", "RXY"]}, "organisations", "RXX and RXY are not in our list. Take them out"),
        ("measures", {"measures": [{"name": "Falls"}, {"baseline": "11"}]}, "measures-1-name", "Measure 2: Say what was measured."),
        ("measures", {"measures": [{"name": "Falls", "kind": "shoe"}]}, "measures-0-kind", "Measure 1: Choose one"),
        ("results", {"verdict": "great"}, "verdict", "Choose one"),
        ("involvement", {"involvement": {"level": "a lot"}}, "involvement-level", "Choose one"),
        ("declarations-and-contact", {"contact": {"email": "falls team"}}, "contact-email", "e-mail address"),
        ("declarations-and-contact", {"contact": {"email": "a@b.uk, c@d.uk"}}, "contact-email", "one e-mail address"),
        ("sources", {"sources": [{"url": "https://a.example"}]}, "sources-0-title", "Publication 1: Give its title."),
        ("sources", {"sources": [{"title": "A", "url": "a.example"}]}, "sources-0-url", "begins with https://"),
        ("topics-and-methods", {"methods": [f"{'m' * 130}"]}, "methods", "not in our list"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_at_its_input(question, answer, control, words):
    found = said(question, **answer)
    assert list(found) == [control]
    assert words in found[control]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what-you-improved", {"title": "Falls", "summary": "word " * 80}),  # long, but it can be used
        ("what-was-done", {"started": "2025", "ended": "2025-03", "stage": "testing"}),
        ("what-was-done", {"started": "2025-04-17"}),
        ("results", {"verdict": "not-stated"}),
        ("topics-and-methods", {"topics": ["old"]}),
        *((question.id, {}) for question in QUESTIONS),
    ],
)
def test_what_can_be_used_or_is_missing_is_no_problem(question, answer):
    assert said(question, **answer) == {}


def test_whatever_the_case_study_refuses_is_told():
    """A value of a shape that no form sends, such as one that was put there by hand."""
    for question, answer in (
        ("declarations-and-contact", {"interests": ["None"]}),
        ("for-whom", {"population": {"a": "b"}}),
    ):
        with pytest.raises(ValueError, match="validation error"):
            CaseStudy.model_validate({"title": "-", **answer})
        assert list(said(question, **answer)) == list(answer)
        assert answers.text({}, {question: answer})
