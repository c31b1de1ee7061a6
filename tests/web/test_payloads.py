"""Answers in words and in JSON."""

import pytest

from kb.content.case_study import CaseStudy, Measure
from kb.search.query import Query
from kb.search.searcher import Results
from kb.web import payloads


def results(text="falls", total=0, close=0, verdict="strong"):
    return Results(Query(text), (), total, close, verdict, False, {})


def case_study(**measure):
    return CaseStudy(slug="a", title="A", measures=(Measure(name="Falls", **measure),))


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 case studies"), (1, "1 case study"), (1204, "1,204 case studies")]
)
def test_numbers_agree_with_their_nouns(number, words):
    assert payloads.case_studies(number) == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (results("", 97), "97 case studies"),
        (results("", 0, 0, "none"), "No case studies match these filters"),
        (results(total=0, verdict="none"), "No case studies found"),
        (results(total=3, verdict="none"), "Nothing like this yet"),
        (results(total=12, close=4), "12 case studies, 4 close to what you asked"),
        (results(total=12, close=12), "12 case studies, all close to what you asked"),
        (results(total=1, close=1), "1 case study, close to what you asked"),
        (results(total=5, close=0, verdict="possible"), "5 case studies that might help, none an exact match"),
        (results(total=1, close=0, verdict="possible"), "1 case study that might help, not an exact match"),
    ],
)
def test_the_heading_says_how_many_and_how_close(given, words):
    assert payloads.heading(given) == words


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ({"baseline": "22", "result": "14", "unit": "%"}, "Falls: 22% to 14%"),
        ({"baseline": "22", "result": "14", "unit": "% of patients"}, "Falls: 22% to 14%"),
        ({"baseline": "76.4", "result": "25.2", "unit": "a month"}, "Falls: 76.4 to 25.2 a month"),
        ({"result": "42% reduction"}, "Falls: 42% reduction"),
        ({"result": "3", "unit": "for each thousand occupied bed days"}, "Falls: 3"),
        ({"baseline": "22"}, ""),
    ],
)
def test_the_outcome_in_one_line(measure, words):
    assert payloads.outcome(case_study(**measure)) == words


def test_no_figures_give_no_outcome():
    assert payloads.outcome(CaseStudy(slug="a", title="A")) == ""


def test_a_tally_keeps_the_order_of_the_verdicts():
    assert payloads.tally({"no-change": 2, "improved": 5, "": 1}) == "8 case studies: 5 improved, 2 no change"
    assert payloads.tally({"": 1}) == "1 case study"
    assert payloads.tally({}) == "0 case studies"


def test_a_verdict_in_a_word():
    assert [payloads.verdict_word(value) for value in ("no-change", None, "")] == ["No change", "", ""]


def test_marked_words_are_escaped_inside_and_out():
    parts = (("<b> & ", False), ("<i>", True), (' "x"', False))
    assert payloads.marked(parts) == "&lt;b&gt; &amp; <mark>&lt;i&gt;</mark> &#34;x&#34;"
